"""Lists and loops, as little NumPy as possible."""

import math

import numpy as np
import torch

added_parameters = 40000


def window_parameters(k, w, d, m):
    hidden = sum(w * d + 1 for _ in range(m))
    return [k * d, hidden, k * (m + 1)]


def window_input(words, E, w, pad):
    table, u = E.tolist(), []
    for place in range(len(words) - w, len(words)):
        u.extend(table[words[place]] if place >= 0 else table[pad])
    return u


def distribution(scores):
    top = max(scores)
    odds = [math.exp(score - top) for score in scores]
    total = math.fsum(odds)
    return [o / total for o in odds]


def softmax_rows(Z):
    return [distribution(row) for row in Z.tolist()]


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def window_forward(context, E, W, b_W, Q, b_Q):
    u = [number for word in context for number in E[word]]
    h = [math.tanh(dot(row, u) + bias) for row, bias in zip(W, b_W, strict=True)]
    return u, distribution([dot(row, h) + bias for row, bias in zip(Q, b_Q, strict=True)])


def all_windows(ids, w):
    contexts, following = [], []
    for place, word in enumerate(ids):
        if place >= w:
            contexts.append(ids[place - w : place])
            following.append(word)
    if not contexts:
        return np.empty((0, w), int), np.empty(0, int)
    return contexts, following


def window_loss(h, target, Q, b_Q):
    scores = [dot(row, h) + bias for row, bias in zip(Q, b_Q, strict=True)]
    right, top = scores[target], max(scores)
    return top - right + math.log(sum(math.exp(score - top) for score in scores))


def place_tables(E, W):
    d = len(E[0])
    return [
        [[dot(row[start : start + d], e) for row in W] for e in E]
        for start in range(0, len(W[0]), d)
    ]


class WindowNetwork(torch.nn.Module):
    def __init__(self, k, w, d, m):
        super().__init__()
        shapes = {"E": (k, d), "W": (m, w * d), "b_W": (m,), "Q": (k, m), "b_Q": (k,)}
        for name, shape in shapes.items():
            self.register_parameter(name, torch.nn.Parameter(0.1 * torch.randn(shape)))

    def forward(self, contexts):
        rows = []
        for context in contexts.tolist():  # one window after the other
            u = torch.cat([self.E[word] for word in context])
            rows.append(self.Q @ torch.tanh(self.W @ u + self.b_W) + self.b_Q)
        return torch.stack(rows)


def descend(Q, b_Q, h, target, rate):
    scores = [
        sum(w * x for w, x in zip(row, h, strict=True)) + b for row, b in zip(Q, b_Q, strict=True)
    ]
    odds = [math.exp(s - max(scores)) for s in scores]
    steps = [rate * (o / sum(odds) - (w == target)) for w, o in enumerate(odds)]
    rows = [
        [w - step * x for w, x in zip(row, h, strict=True)]
        for row, step in zip(Q, steps, strict=True)
    ]
    return rows, [b - step for b, step in zip(b_Q, steps, strict=True)]


def untied_and_tied(k, d, w):
    shapes = {"E": k * d, "W": d * (w * d), "b_W": d, "Q": k * d, "b_Q": k}
    return [sum(shapes.values()), sum(shapes.values()) - shapes["Q"]]
