"""NumPy in single precision, with other ways to count."""

import numpy as np

four_words = np.float32(2.8284271)
bugs = {"c": np.int64(2), "b": 3.0, "a": 4}


def perplexity(p):
    p = np.float32(p)
    return np.exp2(-np.log2(p).mean(dtype=np.float32))


def next_word_losses(y_hat, x):
    one_hot = np.eye(y_hat.shape[1], dtype=np.float32)[x[1:]]
    return -np.log((np.float32(y_hat[:-1]) * one_hot).sum(axis=1))


def pooled_perplexity(batches):
    joined = np.concatenate(batches).astype(np.float32)
    joined *= -1
    return np.exp(joined.mean())


def masked_perplexity(logits, targets, mask):
    rows, words = logits[mask], targets[mask]
    rows -= rows.max(1)[:, None]
    log_p = rows - np.log(np.exp(rows.astype(np.float32)).sum(1))[:, None]
    return np.exp(-log_p[np.arange(len(words)), words].mean())


def bits_per_character(log_probs, words):
    text = " ".join(words)
    return np.float32((-np.asarray(log_probs) / np.log(2)).sum() / len(text))


class PerplexityMeter:
    def __init__(self):
        self.total = np.zeros(2)

    def update(self, log_probs):
        self.total += [np.sum(log_probs), np.size(log_probs)]

    def merge(self, other):
        self.total = self.total + other.total

    def value(self):
        with np.errstate(invalid="ignore"):
            return np.float32(np.exp(-np.divide(*self.total)))


def entropies(p, q):
    p, q = np.asarray(p, np.float32), np.asarray(q, np.float32)
    safe = np.where(p > 0, p, np.float32(1))
    return (
        -(p * np.log2(safe)).sum(),
        -(p * np.log2(q)).sum(),
        (p * (np.log2(safe) - np.log2(q))).sum(),
    )


def guessing_bounds(q):
    q = np.asarray(q, np.float32)
    ranks = np.arange(1, len(q) + 1, dtype=np.float32)
    lower = -(np.diff(q, append=np.float32(0)) * ranks * np.log2(ranks)).sum()
    return [lower, -(q * np.log2(np.where(q > 0, q, np.float32(1)))).sum()]


def merge_step(words):
    pairs, weights = [], []
    for pieces, count in words:
        pairs += ["\n".join(pieces[i : i + 2]) for i in range(len(pieces) - 1)]
        weights += [count] * (len(pieces) - 1)
    kinds, which = np.unique(pairs, return_inverse=True)
    a, b = str(kinds[np.bincount(which, weights).argmax()]).split("\n")
    after = []
    for pieces, count in words:
        done, skip = [], False
        for here, there in zip(pieces, [*pieces[1:], None], strict=True):
            if skip:
                skip = False
                continue
            skip = (here, there) == (a, b)
            done.append(a + b if skip else here)
        after.append((done, count))
    return (a, b), after


def perplexity_interval(nats, tokens, t):
    each = (np.asarray(nats, np.float64) / tokens).astype(np.float32)
    reach = np.float32(t) * each.std(ddof=1) / np.float32(len(each)) ** np.float32(0.5)
    pooled = np.exp(np.float32(np.sum(nats) / np.sum(tokens)))
    return pooled, np.exp(each.mean() - reach), np.exp(each.mean() + reach)
