"""Lists and loops, no NumPy at all."""

import math

four_words = 64**0.25
bugs = dict(zip("abc", (4, 3, 2), strict=True))


def perplexity(p):
    total = 0.0
    for q in p:
        if q == 0:
            return math.inf
        total += math.log2(q)
    return 2 ** (-total / len(p))


def next_word_losses(y_hat, x):
    return [-math.log(row[after]) for row, after in zip(y_hat, x[1:], strict=False)]


def pooled_perplexity(batches):
    everything = [lp for batch in batches for lp in batch]
    return math.exp(-math.fsum(everything) / len(everything))


def masked_perplexity(logits, targets, mask):
    nats, words = 0.0, 0
    for b in range(len(targets)):
        for t in range(len(targets[b])):
            if mask[b][t]:
                z = list(logits[b][t])
                top = max(z)
                nats += top + math.log(sum(math.exp(s - top) for s in z)) - z[targets[b][t]]
                words += 1
    return math.exp(nats / words)


def bits_per_character(log_probs, words):
    characters = sum(len(w) for w in words) + len(words) - 1
    return -sum(log_probs) * math.log2(math.e) / characters


class PerplexityMeter:
    def __init__(self):
        self.seen = []

    def update(self, log_probs):
        self.seen.extend(log_probs)

    def merge(self, other):
        self.seen = self.seen + other.seen

    def value(self):
        return math.exp(-sum(self.seen) / len(self.seen)) if self.seen else math.nan


def entropies(p, q):
    pairs = [(a, b) for a, b in zip(p, q, strict=True) if a]
    own = sum(-a * math.log2(a) for a, _ in pairs)
    return [
        own,
        sum(-a * math.log2(b) for a, b in pairs),
        sum(a * math.log2(a / b) for a, b in pairs),
    ]


def guessing_bounds(q):
    shares = [*q, 0.0]
    lower = sum(i * (shares[i - 1] - shares[i]) * math.log2(i) for i in range(1, len(shares)))
    return lower, sum(-s * math.log2(s) for s in q if s > 0)


def merge_step(words):
    seen = {}
    for pieces, count in words:
        for i in range(1, len(pieces)):
            both = pieces[i - 1], pieces[i]
            seen[both] = seen.get(both, 0) + count
    left, right = sorted(seen, key=seen.__getitem__)[-1]
    after = []
    for pieces, count in words:
        rest, done = list(pieces), []
        while rest:
            first = rest.pop(0)
            if first == left and rest and rest[0] == right:
                first += rest.pop(0)
            done.append(first)
        after.append([done, count])
    return (left, right), after


def perplexity_interval(nats, tokens, t):
    each = [a / b for a, b in zip(nats, tokens, strict=True)]
    n, mean = len(each), sum(each) / len(each)
    variance = sum((one - mean) ** 2 for one in each) / (n - 1)
    reach = t * math.sqrt(variance / n)
    return [math.exp(sum(nats) / sum(tokens)), math.exp(mean - reach), math.exp(mean + reach)]
