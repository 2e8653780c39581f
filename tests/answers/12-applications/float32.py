"""NumPy in single precision, sentence by sentence."""

import numpy as np


def pad_batch(sentences, pad):
    lengths = np.fromiter(map(len, sentences), np.int32)
    t = np.arange(lengths.max())
    X = np.full((len(sentences), len(t)), pad, np.int32)
    X[t < lengths[:, None]] = np.concatenate(sentences)
    return [X, lengths]


def masked_mean(H, lengths):
    M = np.zeros((len(H), H.shape[2]), np.float32)
    for i in range(len(H)):
        if lengths[i]:
            M[i] = H[i, : lengths[i]].mean(0)
    return M


def masked_max(H, lengths):
    return np.array([h[:n].max(0) for h, n in zip(H, lengths, strict=True)], np.float32)


def last_real_state(H, lengths):
    before = np.concatenate([np.zeros_like(H[:, :1]), H], axis=1).astype(np.float32)
    return np.take_along_axis(before, lengths[:, None, None], axis=1)[:, 0]


def tagging_accuracy(scores, tags, lengths):
    found = [scores[i, :n].argmax(-1) == tags[i, :n] for i, n in enumerate(lengths)]
    return np.concatenate(found).mean(dtype=np.float32)


def attend(s, H, lengths):
    b, T, n = H.shape
    weights, mixtures = np.zeros((b, T), np.float32), np.zeros((b, n), np.float32)
    for i in range(b):
        real = H[i, : lengths[i]]
        z = real @ s[i]
        e = np.exp(z - z.max())
        weights[i, : lengths[i]] = e / e.sum()
        mixtures[i] = weights[i, : lengths[i]] @ real
    return weights, mixtures
