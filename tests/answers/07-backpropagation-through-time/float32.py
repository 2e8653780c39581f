"""NumPy in single precision, all steps at once where that is possible."""

import numpy as np

f4 = np.float32


def logit_gradient(y_hat, x):
    return f4(y_hat) - np.eye(len(y_hat), dtype=f4)[x]


def step_jacobian(h, W_h):
    return ((1 - f4(h) ** 2)[:, None] * f4(W_h)).astype(f4)


def state_derivative(H, W_h):
    factors = [step_jacobian(h, W_h) for h in H[:0:-1]]
    return np.linalg.multi_dot(factors) if len(factors) > 1 else (factors or [np.eye(len(W_h))])[0]


def backward(p, U, targets, H, Y):
    T = len(U)
    dZ = f4(Y)
    dZ[np.arange(T), targets] -= 1
    dZ /= T
    dA = np.zeros((T + 1, H.shape[1]), f4)
    for t in reversed(range(T)):
        dA[t] = (1 - f4(H[t + 1]) ** 2) * (dZ[t] @ f4(p["Q"]) + dA[t + 1] @ f4(p["W_h"]))
    dA = dA[:T]
    return {
        "b_Q": dZ.sum(0),
        "Q": dZ.T @ f4(H[1:]),
        "b_h": dA.sum(0),
        "W_u": dA.T @ f4(U),
        "W_h": dA.T @ f4(H[:-1]),
    }


def truncated_gradient(p, targets, H, Y, K):
    T = len(targets)
    dH = (Y - np.eye(Y.shape[1])[targets]) @ p["Q"] / T  # all losses side by side
    use, g = np.arange(T), np.zeros_like(p["W_h"], dtype=f4)
    for _ in range(K):
        dA = (1 - H[use + 1] ** 2) * dH
        g += f4(dA.T @ H[use])
        alive = use > 0
        dH, use = (dA @ p["W_h"])[alive], use[alive] - 1
    return g
