"""Lists and loops, no NumPy at all."""

import itertools
import math


def log_sum_exp(z):
    top = max(z)
    if math.isinf(top):
        return top
    return top + math.log(sum(math.exp(x - top) for x in z))


def with_temperature(z, tau):
    log_norm = log_sum_exp([x / tau for x in z])
    return [math.exp(x / tau - log_norm) for x in z]


def top_k(p, k):
    least = sorted(p, reverse=True)[k - 1]
    total = sum(x for x in p if x >= least)
    return [x / total if x >= least else 0.0 for x in p]


def nucleus(p, mass):
    size = total = 0
    for x in sorted(p, reverse=True):
        size, total = size + 1, total + x
        if total >= mass:
            break
    return top_k(p, size)


def times(matrix, vector):
    return [sum(w * x for w, x in zip(row, vector, strict=True)) for row in matrix]


def generate(word, randoms, E, W_u, W_h, b_h, Q, b_Q):
    h = [0.0] * len(b_h)
    out = [word]
    for r in randoms:
        parts = zip(times(W_u, E[out[-1]]), times(W_h, h), b_h, strict=True)
        h = [math.tanh(sum(part)) for part in parts]
        p = with_temperature([a + b for a, b in zip(times(Q, h), b_Q, strict=True)], 1.0)
        sums = itertools.accumulate(p)
        out.append(next(i for i, s in enumerate(sums) if s > r))
    return out[1:]


def longest_copy(generated, corpus):
    best = 0
    for i in range(len(generated)):
        for j in range(len(corpus)):
            n = 0
            while generated[i + n : i + n + 1] == corpus[j + n : j + n + 1] != []:
                n += 1
            best = max(best, n)
    return best


def beam_step(scores, log_y, width):
    texts = [
        (score + further, row, word)
        for row, (score, line) in enumerate(zip(scores, log_y, strict=True))
        for word, further in enumerate(line)
    ]
    best = sorted(texts, reverse=True)[:width]
    return [t[1] for t in best], [t[2] for t in best], [t[0] for t in best]


def unit_auc(values, holds):
    won = pairs = 0
    for a, inside in zip(values, holds, strict=True):
        for b, also in zip(values, holds, strict=True):
            if inside and not also:
                pairs += 1
                won += 1 if a > b else 0.5 if a == b else 0
    return won / pairs if pairs else 0.5


def held_states(U, W_u, W_h, unit, value):
    n = len(W_h)
    h, states = [0.0] * n, []
    for u in U:
        scores = [
            sum(w * x for w, x in zip(W_u[i], u, strict=True))
            + sum(w * x for w, x in zip(W_h[i], h, strict=True))
            for i in range(n)
        ]
        h = [value if i == unit else math.tanh(s) for i, s in enumerate(scores)]
        states.append(h)
    return states


def what_it_cost(whole, without, marks, mark):
    rises = {True: [], False: []}
    for a, b, m in zip(whole, without, marks, strict=True):
        rises[bool(m == mark)].append((b - a) / math.log(2))
    return sum(rises[True]) / len(rises[True]) - sum(rises[False]) / len(rises[False])
