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


def unit_auc(values, holds):
    inside, outside = np.asarray(values)[holds], np.sort(np.asarray(values)[~np.asarray(holds)])
    if not len(inside) or not len(outside):
        return np.float32(0.5)
    below, upto = (np.searchsorted(outside, inside, side) for side in ("left", "right"))
    return np.float32((below + upto).mean() / 2 / len(outside))


def held_states(U, W_u, W_h, unit, value):
    states = np.zeros((len(U) + 1, len(W_h)), np.float32)
    for t, u in enumerate(U):
        states[t + 1] = np.tanh(W_u @ u + W_h @ states[t])
        states[t + 1, unit] = value
    return states[1:]


def what_it_cost(whole, without, marks, mark):
    bits = np.log2(np.exp(np.asarray(without, np.float32) - np.asarray(whole, np.float32)))
    groups = [bits[marks == mark], bits[marks != mark]]
    return groups[0].mean() - groups[1].mean()
