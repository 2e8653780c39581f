"""NumPy in single precision, whole arrays at once, some in place."""

import numpy as np
import torch
from torch import nn

added_parameters = np.float32(4e4)


def window_parameters(k, w, d, m):
    shapes = [[(k, d)], [(m, w * d), (m,)], [(k, m), (k,)]]
    return np.array([sum(np.prod(s) for s in part) for part in shapes], np.int32)


def window_input(words, E, w, pad):
    numbers = np.full(w, pad)
    last = words[-w:]
    numbers[w - len(last) :] = last
    return np.take(E.astype(np.float32), numbers, axis=0).ravel()


def softmax_rows(Z):
    odds = Z.T - Z.max(1)  # a new array, worked on in place
    np.exp(odds, out=odds)
    odds /= odds.sum(0)
    return odds.T.astype(np.float32)


def window_forward(context, E, W, b_W, Q, b_Q):
    u = np.hstack([E[word] for word in context]).astype(np.float32)
    h = u @ W.T.astype(np.float32)
    h += b_W.astype(np.float32)
    np.tanh(h, out=h)
    z = np.einsum("km,m->k", Q.astype(np.float32), h) + b_Q.astype(np.float32)
    return [u, np.exp(z - np.logaddexp.reduce(z))]


def all_windows(ids, w):
    if len(ids) <= w:
        return np.zeros((0, w), np.int32), np.zeros(0, np.int32)
    runs = np.lib.stride_tricks.sliding_window_view(ids.astype(np.int32), w + 1)
    return runs[:, :-1], runs[:, -1]


def window_loss(h, target, Q, b_Q):
    z = (Q @ h + b_Q).astype(np.float32)
    z -= z[target]  # the loss is the logarithm of the sum of exp of what is left
    return np.logaddexp.reduce(z)


def place_tables(E, W):
    blocks = W.astype(np.float32).reshape(len(W), -1, E.shape[1])
    return np.einsum("mjd,xd->jxm", blocks, E.astype(np.float32))


class WindowNetwork(nn.Module):
    def __init__(self, k, w, d, m):
        super().__init__()
        made = {"E": (k, d), "W": (m, w * d), "b_W": (m,), "Q": (k, m), "b_Q": (k,)}
        for name in made:
            start = np.random.default_rng(0).normal(size=made[name]).astype(np.float32)
            setattr(self, name, nn.Parameter(torch.from_numpy(start)))
        self.d = d

    def forward(self, contexts):
        h = self.b_W  # the sum of the places' blocks
        for place, words in enumerate(contexts.T):
            block = self.W[:, place * self.d : (place + 1) * self.d]
            h = h + torch.einsum("bd,md->bm", self.E[words], block)
        z = torch.einsum("bm,km->bk", h.tanh(), self.Q)
        z += self.b_Q
        return z


def descend(Q, b_Q, h, target, rate):
    scores = Q @ h + b_Q
    odds = np.exp(scores - scores.max())
    e = np.eye(len(b_Q))[target]
    step = (rate * (e - odds / odds.sum())).astype(np.float32)
    return Q + step[:, None] * np.asarray(h, np.float32), b_Q + step


def untied_and_tied(k, d, w):
    tied = k * (d + 1) + d * (w * d + 1)
    return np.int64(tied + k * d), np.int64(tied)
