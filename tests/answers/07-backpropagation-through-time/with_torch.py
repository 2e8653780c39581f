"""PyTorch tensors for the arithmetic, no autograd where it is ruled out."""

import torch
from torch import as_tensor
from torch.func import jacrev


def logit_gradient(y_hat, x):
    z = torch.log(torch.tensor(y_hat))
    return jacrev(lambda z: -z.log_softmax(0)[x])(z)


def step_jacobian(h, W_h):
    before = torch.linalg.solve(as_tensor(W_h), torch.atanh(as_tensor(h)))
    return jacrev(lambda b: torch.tanh(as_tensor(W_h) @ b))(before)


def state_derivative(H, W_h):
    product = torch.eye(len(W_h), dtype=torch.float64)
    for h in torch.tensor(H)[1:].flip(0):
        product = product @ ((1 - h * h)[:, None] * as_tensor(W_h))
    return product


def backward(p, U, targets, H, Y):
    w = {name: as_tensor(value) for name, value in p.items()}
    U, H, Y, x = (torch.tensor(a) for a in (U, H, Y, targets))
    dZ = (Y - torch.nn.functional.one_hot(x, Y.shape[1])) / len(U)
    own, later, dA = dZ @ w["Q"], torch.zeros(H.shape[1]), []
    for t in range(len(U) - 1, -1, -1):
        dA.insert(0, (own[t] + later).mul(1 - H[t + 1].square()))
        later = dA[0] @ w["W_h"]
    dA = torch.stack(dA)
    return {
        "W_u": dA.T @ U,
        "W_h": torch.einsum("ti,tj->ij", dA, H[:-1]),
        "b_h": dA.sum(0),
        "Q": torch.einsum("tk,tn->kn", dZ, H[1:]),
        "b_Q": dZ.sum(0),
    }


def truncated_gradient(p, targets, H, Y, K):
    W_h, Q, H, Y = (torch.tensor(a) for a in (p["W_h"], p["Q"], H, Y))
    total = torch.zeros_like(W_h)
    for t, x in enumerate(targets.tolist()):
        d = Q.T @ (Y[t] - torch.nn.functional.one_hot(torch.tensor(x), Y.shape[1]))
        for i in range(t, max(t - K, -1), -1):
            d = d * (1 - H[i + 1] ** 2)
            total += torch.outer(d, H[i])
            d = W_h.T @ d
    return total / len(targets)
