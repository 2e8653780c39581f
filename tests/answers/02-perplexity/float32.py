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
