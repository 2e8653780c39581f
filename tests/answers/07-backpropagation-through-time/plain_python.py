"""Loops over entries instead of matrix products."""

import numpy as np


def logit_gradient(y_hat, x):
    return [y - (w == x) for w, y in enumerate(y_hat)]


def step_jacobian(h, W_h):
    n = len(h)
    return [[(1 - h[i] * h[i]) * W_h[i][j] for j in range(n)] for i in range(n)]


def state_derivative(H, W_h):
    n = len(W_h)
    columns = []
    for j in range(n):
        moved = [float(i == j) for i in range(n)]
        for h in H[1:]:
            moved = [
                (1 - h[i] ** 2) * sum(W_h[i][m] * moved[m] for m in range(n)) for i in range(n)
            ]
        columns.append(moved)
    return [list(row) for row in zip(*columns, strict=True)]


def back_from(p, targets, H, Y, t, steps):
    """(position, da) for each step that the loss at t is sent back."""
    dh = p["Q"].T @ logit_gradient(Y[t], targets[t])
    for i in range(t, t - steps, -1):
        if i < 0:
            return
        da = dh - dh * H[i + 1] ** 2
        yield i, da
        dh = da @ p["W_h"]


def backward(p, U, targets, H, Y):
    T = len(targets)
    g = {name: value * 0 for name, value in p.items()}
    for t in range(T):
        dz = np.array(logit_gradient(Y[t], targets[t]))
        g["b_Q"] += dz / T
        g["Q"] += dz[:, None] * H[t + 1] / T
        for i, da in back_from(p, targets, H, Y, t, T):
            g["W_h"] += da[:, None] * H[i] / T
            g["W_u"] += da[:, None] * U[i] / T
            g["b_h"] += da / T
    return g


def truncated_gradient(p, targets, H, Y, K):
    total = p["W_h"] * 0
    for t in range(len(targets)):
        for i, da in back_from(p, targets, H, Y, t, K):
            total = total + da[:, None] @ H[i][None]
    return total / len(targets)
