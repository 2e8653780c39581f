"""PyTorch where one would use NumPy."""

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence

state_by_hand = torch.tensor(2.25)


def rnn_parameters(d, n, k):
    with torch.device("meta"):
        cell, output = nn.Linear(d + n, n), nn.Linear(n, k)
    return sum(p.numel() for m in (cell, output) for p in m.parameters())


def rnn_step(u, h, W_u, W_h, b_h):
    u, h, W_u, W_h, b_h = map(torch.as_tensor, (u, h, W_u, W_h, b_h))
    return torch.tanh(W_u.mv(u) + W_h.mv(h) + b_h)


def rnn_states(U, h_0, W_u, W_h, b_h):
    states, h = [], torch.as_tensor(h_0)
    for u in torch.as_tensor(U):
        h = rnn_step(u, h, W_u, W_h, b_h)
        states += [h]
    return torch.stack(states)


def next_word_distributions(H, Q, b_Q):
    H, Q, b_Q = map(torch.as_tensor, (H, Q, b_Q))
    return nn.functional.linear(H, Q, b_Q).softmax(-1)


def last_states(U, lengths, W_u, W_h, b_h):
    zero = torch.zeros(len(b_h), dtype=torch.float64)
    paths = []
    for sentence, length in zip(U, lengths, strict=True):
        path = [zero[None]]
        if length:
            path.append(rnn_states(sentence[:length], zero, W_u, W_h, b_h))
        paths.append(torch.cat(path).flip(0))
    return pad_sequence(paths, batch_first=True)[:, 0]


class Reader(nn.Module):
    def __init__(self, W_u, W_h, b_h):
        super().__init__()
        self.w = [torch.as_tensor(w) for w in (W_u, W_h, b_h)]
        self.register_buffer("h", torch.zeros(len(b_h)).double())

    def reset(self):
        self.h.zero_()

    def read(self, U):
        states = [self.h[None]]
        for u in torch.as_tensor(U):
            states.append(rnn_step(u, states[-1][0], *self.w)[None])
        self.h = states[-1][0].clone()
        return torch.cat(states)[1:]
