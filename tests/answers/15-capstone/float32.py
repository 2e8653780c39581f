"""Single precision, other algorithms."""

import numpy as np


def way_gone(model, baseline, language):
    steps = -np.diff(np.log2(np.array([baseline, model, language], np.float32)))
    return steps[0] / steps.sum()


def best_weight(p, q):
    low, high = np.float32(0), np.float32(1)
    p, q = np.asarray(p, np.float32), np.asarray(q, np.float32)
    for _ in range(20):  # the slope falls: halve the interval
        w = (low + high) / 2
        slope = ((p - q) / (w * p + (1 - w) * q)).sum()
        low, high = (w, high) if slope > 0 else (low, w)
    return (low + high) / 2


def _rows(counts, prior, strength):
    counts = counts + np.float32(strength) * prior
    return (counts / counts.sum(axis=-1, keepdims=True)).astype(np.float32)


def learn_counts(text, k):
    text = np.asarray(text).astype(np.intp)
    pairs = np.bincount(np.r_[0, text[:-1]] * k + text, minlength=k * k).reshape(k, k)
    table = _rows(pairs, _rows(pairs.sum(0), 1 / k, k), 8)
    return lambda context: table[np.r_[0, context].astype(int)[-1]]
