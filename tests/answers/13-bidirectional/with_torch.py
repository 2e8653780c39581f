"""PyTorch where one would use NumPy."""

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence


def reversed_by_length(X, lengths):
    rows = [
        torch.cat([row[:end].flip(0), row[end:]])
        for row, end in zip(torch.as_tensor(X), lengths, strict=True)
    ]
    return pad_sequence(rows, batch_first=True)


def network(d, forward, backward):
    rnn = nn.RNN(d, len(forward[2]), batch_first=True, bidirectional=True).double()
    with torch.no_grad():
        for tail, weights in (("", forward), ("_reverse", backward)):
            for name, w in zip(("weight_ih", "weight_hh", "bias_ih"), weights, strict=True):
                getattr(rnn, f"{name}_l0{tail}").copy_(torch.as_tensor(w))
            getattr(rnn, f"bias_hh_l0{tail}").zero_()
    return rnn


def bidirectional_states(U, forward, backward):
    return network(U.shape[1], forward, backward)(torch.as_tensor(U))[0]


def bidirectional_batch(U, lengths, forward, backward):
    out = torch.zeros(*U.shape[:2], 2 * len(forward[2]), dtype=torch.float64)
    real = torch.as_tensor(lengths > 0)
    packed = pack_padded_sequence(
        torch.as_tensor(U)[real], lengths[lengths > 0], batch_first=True, enforce_sorted=False
    )
    states = network(U.shape[2], forward, backward)(packed)[0]
    out[real] = pad_packed_sequence(states, batch_first=True, total_length=U.shape[1])[0]
    return out


def sentence_vectors(H, lengths):
    H = torch.as_tensor(H)
    right, left = H.chunk(2, dim=-1)
    index = torch.as_tensor(lengths - 1)[:, None, None].expand(-1, 1, right.shape[-1])
    return torch.hstack([right.gather(1, index).squeeze(1), left[:, 0]])


def is_causal(model, T, d):
    X = torch.randn(T, d, generator=torch.Generator().manual_seed(1)).numpy()
    first = torch.as_tensor(model(X))
    seen = []
    for t in range(T):
        Y = np.where(np.arange(T)[:, None] == t, X + 20, X)
        seen.append(torch.allclose(torch.as_tensor(model(Y))[:t], first[:t], rtol=0, atol=1e-5))
    return all(seen)


def corrupt(words, chosen, how, others, mask):
    words, chosen, how, others = map(torch.as_tensor, (words, chosen, how, others))
    inputs = words.masked_fill(chosen & (how == 0), mask)
    inputs = torch.where(chosen & (how == 1), others, inputs)
    return inputs, words.masked_fill(~chosen, -100)
