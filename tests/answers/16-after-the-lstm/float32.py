"""NumPy in single precision."""

import numpy as np

cache_numbers = np.int64(2) * 12 * 768 * 2000


def multiplications(T, d):
    return np.array([8 * T * d * d, T * d * (4 * d + 2 * T)])


def masked_attention(A, E, V):
    scores = np.einsum("tn,sn->ts", A, E, dtype=np.float64) / A.shape[1] ** 0.5
    allowed = np.arange(len(A))[:, None] >= np.arange(len(A))
    scores = np.where(allowed, scores, -1e30)
    weights = np.exp(scores - scores.max(axis=-1)[:, None]) * allowed
    weights /= weights.sum(axis=-1, keepdims=True)
    return (weights @ V).astype(np.float32), weights.astype(np.float32)


def attend_next(a, e, v, E, V):
    labels, sayings = np.concatenate([E, e[None]]), np.r_[V, v[np.newaxis]]
    scores = (labels * a).sum(axis=1) / a.size**0.5
    weights = np.exp(scores - np.logaddexp.reduce(scores))
    return np.einsum("t,td->d", weights, sayings).astype(np.float32), labels, sayings


def linear_form(U, p):
    minus = -(np.einsum("tm,nm->tn", U, p["U_z"]) + p["b_z"]).astype(np.float32)
    keep = 1 - 1 / (1 + np.exp(minus))
    return keep, ((1 - keep) * (U @ p["U_h"].T + p["b_h"])).astype(np.float32)


def two_in_one(first, second):
    (a, b), (A, B) = first, second
    return np.multiply(a, A).astype(np.float32), np.add(A * b, B).astype(np.float32)


def scan_rounds(a, b, rounds):
    a, b = np.array(a, np.float64), np.array(b, np.float64)
    for r in range(rounds):
        reach = 1 << r
        ones, zeros = np.ones_like(a[:reach]), np.zeros_like(b[:reach])
        before = np.concatenate([ones, a])[: len(a)], np.concatenate([zeros, b])[: len(b)]
        a, b = before[0] * a, a * before[1] + b
    return a.astype(np.float32), b.astype(np.float32)


def flipping_steps(bits):
    return (np.float32(-1)) ** bits, bits.astype(np.float32)
