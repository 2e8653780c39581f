"""Single precision where the answer's own digits allow it."""

import numpy as np

left_by_hand = np.float32(0.8) ** 10


def two_numbers(W):
    return np.array([np.max(np.abs(np.linalg.eigvals(W))), np.linalg.norm(W, 2)], np.float32)


def power_norms(W, steps):
    powers = [np.linalg.matrix_power(W, lag) for lag in range(steps + 1)]
    return np.linalg.svd(np.stack(powers), compute_uv=False)[:, 0].astype(np.float32)


def norms_back(g, W_h, states):
    product, norms = np.eye(len(g)), [g]
    for t in reversed(range(1, len(states))):
        jacobian = np.diag(1 - states[t] ** 2) @ W_h
        product = product @ jacobian
        norms.append(g @ product)
    return np.sqrt(np.sum(np.square(norms), axis=1)).astype(np.float32)


def verdict(W_h, activation):
    largest = np.sqrt(np.linalg.eigvalsh(W_h @ W_h.T)[-1])
    if activation != "identity":
        return "vanishes" if largest < (4 if activation == "logistic" else 1) else "open"
    power = np.linalg.matrix_power(W_h, 2000)
    return ("vanishes", "explodes")[int(not np.abs(power).max() < 1)]


def scaled_to(W, radius):
    present = max(np.abs(np.linalg.eigvals(W)))
    factor = 1.0 if present < 1e-12 else radius / present
    return (factor * W).astype(np.float32)


def gradient_horizon(norms, left):
    return np.int32(len(norms) - 1 - np.argmax(norms[::-1] >= left * norms[0]))


def proved_gone(W_h, slope, left):
    factor = np.float32(slope * np.linalg.svd(W_h)[1][0])
    bounds = factor ** np.arange(2000, dtype=np.float32)
    return np.float32(np.argmax(bounds <= left)) if factor < 1 else np.float32(np.inf)


def shares(parts):
    flat = parts.reshape(len(parts), -1)
    products = flat @ flat.T
    return (products.sum(axis=1) / products.sum()).astype(np.float32)
