"""Loops, and as little NumPy as the eigenvalues allow."""

import math

import numpy as np

left_by_hand = math.prod([1.25 * (1 - 0.36)] * 10)


def two_numbers(W):
    squares = np.linalg.eigvalsh(W.T @ W)
    return [max(abs(z) for z in np.linalg.eig(W)[0]), math.sqrt(max(squares))]


def norms_back(g, W_h, states):
    g, n, norms = list(g), len(g), []
    for t in range(len(states) - 1, -1, -1):
        norms.append(math.sqrt(sum(x * x for x in g)))
        if t == 0:
            break
        da = [(1 - h) * (1 + h) * x for h, x in zip(states[t], g, strict=True)]
        g = [sum(W_h[i][j] * da[i] for i in range(n)) for j in range(n)]
    return norms


def verdict(W_h, activation):
    radius, largest = two_numbers(W_h)
    known = {"identity": radius < 1, "tanh": largest < 1, "logistic": largest < 4}
    if known[activation]:
        return "vanishes"
    return {"identity": "explodes"}.get(activation, "open")


def scaled_to(W, radius):
    present, _ = two_numbers(W)
    if present < 1e-12:
        return W.tolist()
    return [[float(x) / present * radius for x in row] for row in W]


def gradient_horizon(norms, left):
    for lag in range(len(norms) - 1, 0, -1):
        if norms[lag] / norms[0] >= left:
            return lag
    return 0


def shares(parts):
    flat = [part.ravel().tolist() for part in parts]
    whole = [sum(column) for column in zip(*flat, strict=True)]
    size = sum(x * x for x in whole)
    return [sum(a * b for a, b in zip(own, whole, strict=True)) / size for own in flat]
