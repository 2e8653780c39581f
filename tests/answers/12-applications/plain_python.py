"""Lists and loops, no NumPy at all."""

import math


def pad_batch(sentences, pad):
    longest = max(map(len, sentences))
    rows = [list(s) + [pad] * (longest - len(s)) for s in sentences]
    return rows, [len(s) for s in sentences]


def masked_mean(H, lengths):
    out = []
    for states, length in zip(H, lengths, strict=True):
        columns = zip(*states, strict=True)
        out.append([sum(c[:length]) / length if length else 0.0 for c in columns])
    return out


def masked_max(H, lengths):
    return [
        [max(column[:length]) for column in zip(*states, strict=True)]
        for states, length in zip(H, lengths, strict=True)
    ]


def last_real_state(H, lengths):
    nothing = [0.0] * len(H[0][0])
    return [list(states[n - 1]) if n else nothing for states, n in zip(H, lengths, strict=True)]


def tagging_accuracy(scores, tags, lengths):
    right = words = 0
    for s_row, t_row, length in zip(scores.tolist(), tags.tolist(), lengths.tolist(), strict=True):
        for s, t in list(zip(s_row, t_row, strict=True))[:length]:
            words += 1
            right += s.index(max(s)) == t
    return right / words


def attend(s, H, lengths):
    weights, mixtures = [], []
    for query, states, length in zip(s, H, lengths, strict=True):
        z = [sum(a * b for a, b in zip(query, h, strict=True)) for h in states[:length]]
        top = max(z)
        e = [math.exp(x - top) for x in z]
        a = [x / sum(e) for x in e] + [0.0] * (len(states) - length)
        weights.append(a)
        columns = zip(*states, strict=True)
        mixtures.append([sum(w * x for w, x in zip(a, c, strict=True)) for c in columns])
    return weights, mixtures


def entity_f1(true, guess):
    def names(tags):
        found, begin = [], None
        for i, tag in enumerate([*tags, "O"]):
            if begin is not None and tag != "I":
                found.append((begin, i))
                begin = None
            if tag == "B" or (tag == "I" and begin is None):
                begin = i
        return found

    a, b = names(true), names(guess)
    return 2 * sum(name in b for name in a) / (len(a) + len(b)) if a + b else 1.0


def viterbi(scores, pair, first):
    tags = range(len(first))
    best = [(first[j] + scores[0][j], [j]) for j in tags]
    for score in scores[1:]:
        step = []
        for j in tags:
            total, path = max(
                ((best[i][0] + pair[i][j], best[i][1]) for i in tags), key=lambda x: x[0]
            )
            step.append((total + score[j], [*path, j]))
        best = step
    return max(best, key=lambda x: x[0])[1]


def clipped_precision(guess, reference, n):
    rest = [reference[i : i + n] for i in range(len(reference) - n + 1)]
    runs = [guess[i : i + n] for i in range(len(guess) - n + 1)]
    hits = 0
    for run in runs:
        if run in rest:
            rest.remove(run)
            hits += 1
    return hits / len(runs) if runs else 0.0
