"""NumPy in single precision, with other ways to count."""

from itertools import pairwise

import numpy as np

sentence_by_hand = np.float32(0.5) * np.float32(0.6) * np.float32(0.4) * np.float32(0.6)


def count_ngrams(tokens, n):
    counts = {}
    if len(tokens) >= n:
        windows = np.lib.stride_tricks.sliding_window_view(np.array(tokens), n)
        for row, c in zip(*np.unique(windows, axis=0, return_counts=True), strict=True):
            counts[tuple(row)] = c
    return counts


def next_word_distribution(tokens, v, k):
    out = np.zeros(k, np.float32)
    np.add.at(out, [w for u, w in pairwise(tokens) if u == v], 1)
    if not out.any():
        out += 1
    return out / out.sum()


def log_probability(x, p_1, P):
    factors = np.concatenate([[p_1[x[0]]], P[x[:-1], x[1:]]]).astype(np.float32)
    return np.log(factors).sum(dtype=np.float32)


def kneser_ney_discount(counts):
    values = np.fromiter(counts.values(), int)
    once, twice = np.sum(values == 1), np.sum(values == 2)
    return np.float32(once) / np.float32(max(once + 2 * twice, 1))


def continuation_probabilities(C):
    above = np.count_nonzero(C, axis=0).astype(np.float32)
    return above / np.count_nonzero(C)


def kneser_ney_bigram(C, D):
    p_cont = continuation_probabilities(C)
    totals = C.sum(1, dtype=np.float32)
    out = np.empty(C.shape, np.float32)
    for v in range(len(C)):
        if totals[v]:
            out[v] = np.where(C[v] > 0, C[v] - np.float32(D), 0)
            out[v] += np.float32(D) * (C[v] > 0).sum() * p_cont
            out[v] /= totals[v]
        else:
            out[v] = p_cont
    return out


class CountingModel:
    def __init__(self, k):
        self.table = np.ones((k, k), np.float32)

    def read(self, tokens):
        np.add.at(self.table, (tokens[:-1], tokens[1:]), 1)

    def distribution(self, v):
        return (self.table / self.table.sum(1, keepdims=True))[v]


def complete(queries, typed, k):
    fitting = [(w[len(typed) :], c) for w, c in queries if w[: len(typed)] == typed]
    counts = np.array([c for _, c in fitting], np.float32)
    shares = counts / counts.sum() if len(counts) else counts
    return [(fitting[i][0], shares[i]) for i in np.argsort(-counts)[:k]]
