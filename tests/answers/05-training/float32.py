"""Single precision and small integers where the answer's own digits allow it."""

import numpy as np

first_loss = np.float32(np.log(5_000))


def batches(ids, rows, window):
    length = (ids.size - 1) // rows
    places = np.arange(rows)[:, None] * length + np.arange(length)
    parts = np.split(places, np.arange(window, length, window), axis=1)
    return [[ids[p].astype(np.int32), ids[p + 1].astype(np.int32)] for p in parts]


def fed_words(x, guess, forced):
    words = [np.int32(x[0])]
    for t in range(1, len(forced)):
        words.append(np.where(forced[t], x[t], guess[words[t - 1]]).astype(np.int32))
    return [np.array(words), np.equal(guess[np.array(words)], x[1:])]


def reach(steps, window, carried):
    place = np.tile(np.arange(1, window + 1, dtype=np.int16), steps // window + 1)[:steps]
    return (np.arange(1, steps + 1, dtype=np.int16) if carried else place), place


def update(Q, x, y, rate):
    k = len(Q)
    counts = np.zeros((k, k))
    np.add.at(counts, (x, y), 1 / x.size)  # how often each pair, as a share
    z = Q - Q.max(axis=1, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    slope = counts.sum(axis=1, keepdims=True) * np.exp(log_y) - counts
    return (Q - rate * slope).astype(np.float32), np.float32(-(counts * log_y).sum())


def stopping(losses, patience):
    best = 0
    for made in range(1, len(losses) + 1):
        best = int(np.nanargmin(losses[:made]))
        if made - 1 - best >= patience:
            return made, best
    return np.int32(len(losses)), np.int32(best)
