"""Lists and loops, no NumPy at all."""

import math


def stacked_lstm_parameters(d, n, layers):
    count = 0
    reads = d
    for _ in range(layers):
        for _ in "ifog":
            count += n * reads + n * n + n
        reads = n
    return count


def weight_shapes(d, sizes):
    return [[[n, m], [n, n]] for n, m in zip(sizes, [d, *sizes[:-1]], strict=True)]


def one(x, h, layer):
    out = []
    for row_u, row_h, b in zip(*layer, strict=True):
        z = sum(w * v for w, v in zip(row_u, x, strict=True))
        z += sum(w * v for w, v in zip(row_h, h, strict=True))
        out.append(math.tanh(z + b))
    return out


def stacked_step(u, h, weights):
    new = []
    for i in range(len(weights)):
        new.append(one(new[i - 1] if i else u, h[i], weights[i]))
    return new


def stacked_states(U, h_0, weights):
    h, top = h_0, []
    for u in U:
        h = stacked_step(u, h, weights)
        top.append(h[-1])
    return top, h


def stacked_with_dropout(U, weights, masks):
    h = [[0.0] * len(b) for _, _, b in weights]
    out = []
    for t, u in enumerate(U):
        up = u
        for i, layer in enumerate(weights):
            h[i] = one(up, h[i], layer)
            up = [m * s for m, s in zip(masks[i][t], h[i], strict=True)]
        out.append(up)
    return out


def next_start(last, begins):
    return [
        [[0.0 if new else x for x in row] for row, new in zip(layer, begins, strict=True)]
        for layer in last
    ]


def residual_stack(U, weights):
    given = [list(u) for u in U]
    for number, (W_u, W_h, b_h) in enumerate(weights):
        h, out = [0.0] * len(b_h), []
        for u in given:
            h = [
                math.tanh(
                    sum(w * x for w, x in zip(W_u[i], u, strict=True))
                    + sum(w * x for w, x in zip(W_h[i], h, strict=True))
                    + b_h[i]
                )
                for i in range(len(b_h))
            ]
            out.append([a + b for a, b in zip(u, h, strict=True)] if number else h)
        given = out
    return given
