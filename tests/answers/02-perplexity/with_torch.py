"""PyTorch where one would use NumPy."""

import math

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
