"""PyTorch where it helps."""

import torch

cache_numbers = 36_864_000


def multiplications(T, d):
    maps = torch.tensor([8, 4]) * T * d**2
    return tuple((maps + torch.tensor([0, 2 * T * T * d])).tolist())


def masked_attention(A, E, V):
    asks, labels, says = (torch.tensor(x) for x in (A, E, V))
    scores = asks @ labels.mT / asks.shape[-1] ** 0.5
    future = torch.ones(len(A), len(A), dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -torch.inf).softmax(-1)
    return weights @ says, weights


def attend_next(a, e, v, E, V):
    a, e, v, E, V = (torch.tensor(x) for x in (a, e, v, E, V))
    E, V = torch.cat([E, e[None]]), torch.cat([V, v[None]])
    return torch.softmax(E @ a / len(a) ** 0.5, 0) @ V, E, V


def linear_form(U, p):
    U, p = torch.tensor(U), {name: torch.tensor(value) for name, value in p.items()}
    z = torch.nn.functional.linear(U, p["U_z"], p["b_z"]).sigmoid()
    return 1 - z, z * torch.nn.functional.linear(U, p["U_h"], p["b_h"])


def two_in_one(first, second):
    a_1, b_1, a_2, b_2 = (torch.tensor(x) for x in (*first, *second))
    return a_1 * a_2, torch.addcmul(b_2, a_2, b_1)


def scan_rounds(a, b, rounds):
    a, b = torch.tensor(a), torch.tensor(b)
    for r in range(rounds):
        reach = 2**r
        if reach >= len(a):
            break
        b = torch.cat([b[:reach], b[reach:] + a[reach:] * b[:-reach]])
        a = torch.cat([a[:reach], a[reach:] * a[:-reach]])
    return a, b


def flipping_steps(bits):
    bits = torch.tensor(bits)
    return torch.where(bits == 1, -1, 1), bits
