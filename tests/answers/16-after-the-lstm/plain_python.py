"""Lists and loops, as little NumPy as possible."""

import math

cache_numbers = sum(768 + 768 for _layer in range(12)) * 2000


def multiplications(T, d):
    square = d * d
    lstm = sum(2 * square for _ in "cfio") * T
    pairs = T * T
    return [lstm, T * 4 * square + pairs * d + pairs * d]


def mean_of(scores, rows):
    top = max(scores)
    shares = [math.exp(score - top) for score in scores]
    weights = [share / sum(shares) for share in shares]
    columns = zip(*rows, strict=True)
    return [sum(w * x for w, x in zip(weights, c, strict=True)) for c in columns], weights


def score(asked, label):
    return sum(x * y for x, y in zip(asked, label, strict=True)) / math.sqrt(len(label))


def masked_attention(A, E, V):
    received, table = [], []
    for t, asked in enumerate(A):
        got, weights = mean_of([score(asked, label) for label in E[: t + 1]], V[: t + 1])
        received.append(got)
        table.append(weights + [0.0] * (len(A) - t - 1))
    return received, table


def attend_next(a, e, v, E, V):
    labels, sayings = [*E.tolist(), list(e)], [*V.tolist(), list(v)]
    return mean_of([score(a, label) for label in labels], sayings)[0], labels, sayings


def linear_form(U, p):
    n = len(p["b_z"])
    if len(U) == 0:
        return U[:, :1].repeat(n, axis=1), U[:, :1].repeat(n, axis=1)

    def map_of(u, part):
        rows = zip(p[f"U_{part}"], p[f"b_{part}"], strict=True)
        return [sum(w * x for w, x in zip(row, u, strict=True)) + bias for row, bias in rows]

    keep, add = [], []
    for u in U:
        z = [1 / (1 + math.exp(-s)) for s in map_of(u, "z")]
        keep.append([1 - one for one in z])
        add.append([one * new for one, new in zip(z, map_of(u, "h"), strict=True)])
    return keep, add


def two_in_one(first, second):
    return first[0] * second[0], second[1] + first[1] * second[0]


def scan_rounds(a, b, rounds):
    rows = list(zip(a, b, strict=True))
    for r in range(rounds):
        reach = 2**r
        rows = [
            two_in_one(rows[t - reach], row) if t >= reach else row for t, row in enumerate(rows)
        ]
    return [row[0] for row in rows], [row[1] for row in rows]


def flipping_steps(bits):
    return [-1 if bit else 1 for bit in bits], [1 if bit else 0 for bit in bits]
