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


def entity_f1(true, guess):
    def ends(tags):
        tags = np.array(["O", *tags, "O"])
        inside = tags != "O"
        begins = np.flatnonzero((tags == "B") | ((tags == "I") & ~np.roll(inside, 1)))
        stops = np.flatnonzero(inside & (np.roll(tags, -1) != "I"))
        return np.column_stack([begins, stops])

    a, b = ends(true), ends(guess)
    if len(a) + len(b) == 0:
        return np.float32(1)
    same = (a[:, None] == b[None]).all(axis=2).sum()
    return np.float32(2 * same / (len(a) + len(b)))


def viterbi(scores, pair, first):
    T, k = scores.shape
    total, came = np.zeros((T, k)), np.zeros((T, k), np.int32)
    total[0] = first + scores[0]
    for t in range(1, T):
        for j in range(k):
            came[t, j] = (total[t - 1] + pair[:, j]).argmax()
            total[t, j] = total[t - 1, came[t, j]] + pair[came[t, j], j] + scores[t, j]
    path = np.full(T, total[-1].argmax())
    for t in range(T - 1, 0, -1):
        path[t - 1] = came[t, path[t]]
    return path


def clipped_precision(guess, reference, n):
    def runs(words):
        return ["\n".join(words[i : i + n]) for i in range(len(words) - n + 1)]

    kinds, counts = np.unique(runs(guess), return_counts=True)
    if not len(kinds):
        return np.float32(0)
    theirs = np.array([runs(reference).count(kind) for kind in kinds])
    return np.float32(np.minimum(counts, theirs).sum() / counts.sum())
