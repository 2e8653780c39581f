"""NumPy in single precision where that is enough."""

import numpy as np


def log_sum_exp(z):
    z = np.sort(z)
    with np.errstate(all="ignore"):
        rest = np.log1p(np.exp(z[:-1] - z[-1]).sum())
    return z[-1] + (0 if np.isneginf(z[-1]) else rest)


def with_temperature(z, tau):
    q = ((z - z.max()) / tau).astype(np.float32)
    return np.exp(q) / np.exp(q).sum()


def top_k(p, k):
    small = p.argsort()[: len(p) - k]
    p = p.astype(np.float32)
    p[small] = 0
    p /= p.sum()
    return p


def nucleus(p, mass):
    above = np.array([p[p > x].sum() for x in p])  # what is likelier than each word
    cut = np.where(above < mass, p, 0).astype(np.float32)
    return cut / cut.sum(dtype=np.float32)


def generate(word, randoms, E, W_u, W_h, b_h, Q, b_Q):
    inputs = (E @ W_u.T + b_h).astype(np.float32)  # for every word, once
    h = np.zeros_like(b_h, dtype=np.float32)
    words = np.empty(len(randoms), int)
    for i, r in enumerate(randoms):
        h = np.tanh(inputs[word] + W_h @ h)
        z = Q @ h + b_Q
        sums = np.exp(z - z.max()).cumsum()
        words[i] = word = np.searchsorted(sums / sums[-1], r, side="right")
    return words


def longest_copy(generated, corpus):
    best, runs = 0, np.zeros(len(corpus) + 1, int)
    for word in generated:
        same = np.array([w == word for w in corpus], dtype=bool)
        runs[1:] = np.where(same, runs[:-1] + 1, 0)
        best = max(best, runs.max())
    return best


def beam_step(scores, log_y, width):
    total = (scores[:, np.newaxis] + log_y).astype(np.float32)
    some = np.argpartition(total, -width, axis=None)[-width:]
    order = some[np.argsort(total.flat[some])[::-1]]
    return (*np.divmod(order, total.shape[1]), total.flat[order])
