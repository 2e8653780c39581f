"""PyTorch where one would use NumPy."""

import math
from collections import Counter
from itertools import pairwise

import torch
import torch.nn.functional as F

four_words = torch.tensor([0.5, 0.5, 0.5, 0.125]).log().mean().neg().exp()
bugs = {"b": 3, "a": 4, "c": 2}


def perplexity(p):
    return torch.exp(-torch.log(torch.tensor(p)).mean())


def next_word_losses(y_hat, x):
    return F.nll_loss(torch.tensor(y_hat).log()[:-1], torch.tensor(x)[1:], reduction="none")


def pooled_perplexity(batches):
    nats, words = torch.zeros(()), 0
    for batch in map(torch.tensor, batches):
        nats -= batch.sum()
        words += batch.numel()
    return (nats / words).exp().item()


def masked_perplexity(logits, targets, mask):
    targets = torch.tensor(targets).masked_fill(~torch.tensor(mask), -100)
    return F.cross_entropy(torch.tensor(logits).flatten(0, 1), targets.flatten()).exp()


def bits_per_character(log_probs, words):
    return -torch.tensor(log_probs).sum() / math.log(2) / len(" ".join(words))


class PerplexityMeter:
    def __init__(self):
        self.chunks = [torch.zeros(0, dtype=torch.float64)]

    def update(self, log_probs):
        self.chunks.append(torch.as_tensor(log_probs))

    def merge(self, other):
        self.chunks.extend(chunk.clone() for chunk in other.chunks)

    def value(self):
        return torch.cat(self.chunks).mean().neg().exp().item()


def entropies(p, q):
    p, q = torch.as_tensor(p), torch.as_tensor(q)
    own = -torch.special.xlogy(p, p).sum() / math.log(2)
    cross = -(p * q.log2()).sum()
    return own, cross, cross - own


def guessing_bounds(q):
    q = torch.as_tensor(q)
    i = torch.arange(1, len(q) + 1, dtype=q.dtype)
    fall = -torch.diff(q, append=q.new_zeros(1))
    return (fall * i * i.log2()).sum(), torch.special.entr(q).sum() / math.log(2)


def merge_step(words):
    every = Counter()
    for pieces, count in words:
        for pair in pairwise(pieces):
            every[pair] += count
    ((a, b), _), *_ = every.most_common(1)

    def joined(pieces):
        if len(pieces) < 2:
            return list(pieces)
        if (pieces[0], pieces[1]) == (a, b):
            return [a + b, *joined(pieces[2:])]
        return [pieces[0], *joined(pieces[1:])]

    return [a, b], [(joined(pieces), count) for pieces, count in words]


def perplexity_interval(nats, tokens, t):
    nats, tokens = torch.as_tensor(nats, dtype=torch.float64), torch.as_tensor(tokens)
    each = nats / tokens
    ends = each.mean() + torch.tensor([-1.0, 1.0]) * t * each.std() / len(each) ** 0.5
    return (nats.sum() / tokens.sum()).exp(), *ends.exp()
