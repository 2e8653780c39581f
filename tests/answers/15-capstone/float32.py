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


def train_model(text, k):
    """Topics of sentences by expectation maximisation, words by singular values."""
    text = np.asarray(text).astype(np.intp)
    before = np.r_[0, text[:-1]]
    first = np.zeros_like(text)
    for t in range(1, len(text)):
        first[t] = 0 if before[t] == 0 else text[t - 1] if before[t - 1] == 0 else first[t - 1]
    pairs = np.bincount(before * k + text, minlength=k * k).reshape(k, k).astype(np.float32)
    single = _rows(pairs.sum(0), 1 / k, k)
    triples = np.zeros((k, k, k), np.float32)
    np.add.at(triples, (first, before, text), 1)
    openers = np.flatnonzero(triples.sum((1, 2)))
    # Each opener's table is nearly of rank 8: cut the noise off.
    general = _rows(pairs, single, 3)
    rows = np.repeat(general[None], k, axis=0)
    for opener in openers:
        counts = triples[opener]
        weight = np.sqrt(counts.sum(1, keepdims=True) + 1)
        table = _rows(counts, single, 1) / np.sqrt(single)
        U, s, V = np.linalg.svd(weight * table, full_matrices=False)
        low = (U[:, :9] * s[:9]) @ V[:9] / weight * np.sqrt(single)
        rows[opener] = _rows(np.maximum(low, 0), single, 0.08)
    return lambda context: rows[context[0], context[-1]] if len(context) else rows[0, 0]
