"""Lists and loops, no NumPy at all."""

import math
from collections import Counter
from itertools import pairwise

sentence_by_hand = 0.072


def count_ngrams(tokens, n):
    shifted = [tokens[j:] for j in range(n)]
    return Counter(zip(*shifted, strict=False))


def next_word_distribution(tokens, v, k):
    row = [0] * k
    for before, after in pairwise(tokens):
        row[after] += before == v
    total = sum(row)
    return [c / total for c in row] if total else [1 / k] * k


def log_probability(x, p_1, P):
    total, before = 0.0, None
    for word in x:
        p = p_1[word] if before is None else P[before][word]
        total += math.log(p) if p > 0 else -math.inf
        before = word
    return total


def kneser_ney_discount(counts):
    n = [0, 0, 0]
    for c in counts.values():
        if c <= 2:
            n[c] += 1
    try:
        return n[1] / (n[1] + 2 * n[2])
    except ZeroDivisionError:
        return 0


def continuation_probabilities(C):
    k = len(C)
    above = [sum(1 for v in range(k) if C[v][w] > 0) for w in range(k)]
    return [a / sum(above) for a in above]


def kneser_ney_bigram(C, D):
    p_cont = continuation_probabilities(C)
    rows = []
    for row in C:
        total = sum(row)
        if not total:
            rows.append(p_cont)
            continue
        types = sum(1 for c in row if c)
        kept = [max(c - D, 0) / total for c in row]
        rows.append([a + D * types / total * b for a, b in zip(kept, p_cont, strict=True)])
    return rows


class CountingModel:
    def __init__(self, k):
        self.k, self.pairs = k, Counter()

    def read(self, tokens):
        self.pairs.update(pairwise(tokens))

    def distribution(self, v):
        row = [self.pairs[v, w] + 1 for w in range(self.k)]
        return tuple(c / sum(row) for c in row)


def complete(queries, typed, k):
    rest_of = {tuple(w[len(typed) :]): c for w, c in queries if w[: len(typed)] == typed}
    best = sorted(rest_of.items(), key=lambda item: item[1], reverse=True)
    return [[list(rest), c / sum(rest_of.values())] for rest, c in best[:k]]
