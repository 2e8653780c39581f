"""Lists and loops, as little NumPy as possible."""

import math

import numpy as np


def reversed_by_length(X, lengths):
    out = []
    for row, length in zip(X.tolist(), lengths.tolist(), strict=True):
        out.append([*reversed(row[:length]), *row[length:]])
    return out


def read(U, W_u, W_h, b_h):
    h, states = [0.0] * len(b_h), []
    for u in U:
        h = [
            math.tanh(
                b
                + sum(w * x for w, x in zip(row_u, u, strict=True))
                + sum(w * x for w, x in zip(row_h, h, strict=True))
            )
            for row_u, row_h, b in zip(W_u, W_h, b_h, strict=True)
        ]
        states.append(h)
    return states


def bidirectional_states(U, forward, backward):
    right = read(U, *forward)
    left = read(reversed(U), *backward)
    return [r + s for r, s in zip(right, left[::-1], strict=True)]


def bidirectional_batch(U, lengths, forward, backward):
    nothing = [0.0] * (2 * len(forward[2]))
    out = []
    for sentence, length in zip(U, lengths, strict=True):
        states = bidirectional_states(sentence[:length], forward, backward)
        out.append(states + [nothing] * (len(sentence) - length))
    return out


def sentence_vectors(H, lengths):
    n = H.shape[2] // 2
    return [[*h[end - 1][:n], *h[0][n:]] for h, end in zip(H, lengths, strict=True)]


def is_causal(model, T, d):
    half = np.full((T, d), 0.5)
    for t in range(T):
        for later in range(t + 1, T):
            one = half.copy()
            one[later] = 9.0
            if abs(model(one)[t] - model(half)[t]).max() > 1e-6:
                return False
    return True


def corrupt(words, chosen, how, others, mask):
    inputs, targets = [], []
    for w_row, c_row, h_row, o_row in zip(words, chosen, how, others, strict=True):
        inputs.append([])
        targets.append([])
        for w, c, h, o in zip(w_row, c_row, h_row, o_row, strict=True):
            inputs[-1].append({0: mask, 1: o, 2: w}[h] if c else w)
            targets[-1].append(w if c else -100)
    return inputs, targets
