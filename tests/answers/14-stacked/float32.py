"""NumPy in single precision, arrays filled in place."""

import numpy as np


def stacked_lstm_parameters(d, n, layers):
    matrices = [np.empty((4 * n, d if i == 0 else n), np.int8).size for i in range(layers)]
    return np.int64(sum(matrices) + layers * 4 * n * (n + 1))


def weight_shapes(d, sizes):
    widths = [d, *sizes]
    return tuple(
        (np.zeros((widths[i + 1], widths[i])).shape, np.eye(widths[i + 1]).shape)
        for i in range(len(sizes))
    )


def stacked_step(u, h, weights):
    H = h.astype(np.float32)
    for i, (W_u, W_h, b_h) in enumerate(weights):
        H[i] = np.tanh(b_h + H[i] @ W_h.T + (u if i == 0 else H[i - 1]) @ W_u.T)
    return H


def stacked_states(U, h_0, weights):
    H = np.empty((len(U) + 1, *h_0.shape), np.float32)
    H[0] = h_0
    for t in range(len(U)):
        H[t + 1] = stacked_step(U[t], H[t], weights)
    return [H[1:, -1], H[-1]]


def stacked_with_dropout(U, weights, masks):
    sent = U.astype(np.float32)
    for (W_u, W_h, b_h), mask in zip(weights, masks, strict=True):
        below = sent @ W_u.T + b_h
        sent = np.zeros((len(U), len(b_h)), np.float32)
        for t in range(len(U)):
            sent[t] = np.tanh(below[t] + W_h @ sent[t - 1])  # row −1 is still zero at t = 0
        sent *= mask.astype(np.float32)
    return sent


def next_start(last, begins):
    new = last.astype(np.float32)
    new[:, begins] = 0
    return new


def residual_stack(U, weights):
    states = [np.zeros(len(layer[2]), np.float32) for layer in weights]
    out = []
    for given in np.asarray(U, np.float32):
        for number, (W_u, W_h, b_h) in enumerate(weights):
            states[number] = np.tanh(W_u @ given + W_h @ states[number] + b_h)
            given = given + states[number] if number else states[number]
        out.append(given)
    return np.array(out, np.float32)
