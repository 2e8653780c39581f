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


def train_model(text, k):
    """Counts given the first word and the word before; classes of words alike by their use."""
    text = [int(word) for word in text]
    uses = [[0.0] * (2 * k) for _ in range(k)]
    last = 0
    for word in text:
        uses[last][word] += 1
        uses[word][k + last] += 1
        last = word
    like = [[_likeness(a, b) for b in uses] for a in uses]
    count = [max(text.count(w), 1) for w in range(k)]
    table, last, first = defaultdict(Counter), 0, 0
    for word in text:
        table[first, last][word] += 1
        first = 0 if word == 0 else (word if last == 0 else first)
        last = word

    def next_word(context):
        first, last = (int(context[0]), int(context[-1])) if len(context) else (0, 0)
        row = [0.02 * c / len(text) for c in count]
        for other in range(k):  # words like the last one are followed by what follows it
            weight = 1.0 if other == last else like[last][other]
            for word, n in table[first, other].items():
                row[word] += weight * n
        total = sum(row)
        row = [r / total for r in row]
        shared = [  # and a word like a likely word is likely, too
            sum(like[w][v] * row[v] for v in range(k)) * count[w] / mass
            for w, mass in zip(range(k), masses, strict=True)
        ]
        sums = sum(shared)
        return [0.2 * a + 0.8 * b / sums for a, b in zip(row, shared, strict=True)]

    masses = [sum(like[w][v] * count[v] for v in range(k)) for w in range(k)]
    return next_word


def _likeness(a, b):
    """1 for words used alike, near 0 for others."""
    length = math.sqrt(sum(x * x for x in a) * sum(y * y for y in b)) or 1.0
    return max(sum(x * y for x, y in zip(a, b, strict=True)) / length, 0.0) ** 8
