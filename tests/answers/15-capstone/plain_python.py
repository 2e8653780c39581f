"""No NumPy: lists, dictionaries and loops."""

import math
from collections import Counter, defaultdict


def way_gone(model, baseline, language):
    nats = [math.log(x) for x in (model, baseline, language)]
    return (nats[1] - nats[0]) / (nats[1] - nats[2])


def best_weight(p, q):
    weight = 0.5  # expectation maximisation, then the ends
    for _ in range(400):
        shares = [weight * a / (weight * a + (1 - weight) * b) for a, b in zip(p, q, strict=True)]
        weight = sum(shares) / len(shares)
    return max(0.0, 1.0, weight, key=lambda w: _log_likelihood(w, p, q))


def _log_likelihood(w, p, q):
    return sum(math.log(w * a + (1 - w) * b) for a, b in zip(p, q, strict=True))


def learn_counts(text, k):
    after, words, last = defaultdict(Counter), Counter(), 0
    for word in map(int, text):
        after[last][word] += 1
        words[word] += 1
        last = word

    def next_word(context):
        seen = after[int(context[-1]) if len(context) else 0]
        total, spread = sum(seen.values()), 0.7 * len(seen)  # absolute discounting
        rest = [(words[w] + 0.1) / (len(text) + 0.1 * k) for w in range(k)]
        return [(max(seen[w] - 0.7, 0) + spread * rest[w]) / total for w in range(k)]

    return next_word
