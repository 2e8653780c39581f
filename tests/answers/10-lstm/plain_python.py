"""Lists and loops, as little NumPy as possible."""

import math

import torch

cell_by_hand = 3 / 2


def lstm_parameters(m, n):
    here = sum(n * m + n**2 + n for _ in "cfio")
    return [here, 4 * (n * m + n**2 + 2 * n)]


def weighted(p, gate, u, h):
    return [
        sum(w * x for w, x in zip(row_u, u, strict=True))
        + sum(w * x for w, x in zip(row_h, h, strict=True))
        + bias
        for row_u, row_h, bias in zip(p[f"U_{gate}"], p[f"W_{gate}"], p[f"b_{gate}"], strict=True)
    ]


def squash(values):
    return [1 / (1 + math.exp(-v)) for v in values]


def lstm_step(u, h, c, p):
    new = list(map(math.tanh, weighted(p, "c", u, h)))
    f, i, o = (squash(weighted(p, gate, u, h)) for gate in "fio")
    cell = [f[j] * c[j] + i[j] * new[j] for j in range(len(h))]
    return [out * math.tanh(x) for out, x in zip(o, cell, strict=True)], cell


def lstm_states(U, h_0, c_0, p):
    if len(U) == 0:
        return U[:, :0].repeat(len(h_0), axis=1).reshape(0, len(h_0)), h_0, c_0
    first = lstm_step(U[0], h_0, c_0, p)
    states = [first]
    for u in U[1:]:
        states.append(lstm_step(u, *states[-1], p))
    return [h for h, _ in states], *states[-1]


def reorder_gates(stacked, given, wanted):
    rows = stacked.tolist()
    n = len(rows) // 4
    out = []
    for gate in wanted:
        start = n * given.find(gate)
        out += rows[start : start + n]
    return out


def with_forget_bias(state, value):
    new = {}
    for name, array in state.items():
        if "bias" not in name:
            new[name] = array
            continue
        entries = array.tolist()
        n = len(entries) // 4
        put = value if "_ih_" in name else 0.0
        new[name] = entries[:n] + [put] * n + entries[2 * n :]
    return new


class HandMadeCell(torch.nn.Module):
    def __init__(self, m, n):
        super().__init__()
        for name, shape in (("U", (4 * n, m)), ("W", (4 * n, n)), ("b", (4 * n,))):
            self.register_parameter(name, torch.nn.Parameter(0.1 * torch.randn(shape)))

    def forward(self, u, state):
        n = state[0].shape[1]
        outputs = []
        for x, h, c in zip(u, *state, strict=True):  # one sentence after the other
            z = self.U @ x + self.W @ h + self.b
            gates = 1 / (1 + torch.exp(-z))
            c = gates[n : 2 * n] * c + gates[:n] * torch.tanh(z[2 * n : 3 * n])
            outputs.append((gates[3 * n :] * torch.tanh(c), c))
        return [torch.stack(part) for part in zip(*outputs, strict=True)]


def cell_path(F):
    row = [1.0] * F.shape[1]
    rows = [row]
    for gates in reversed(F.tolist()):
        row = [x * f for x, f in zip(row, gates, strict=True)]
        rows.append(row)
    return rows


def steps_kept(bias, left):
    softplus = math.log1p(math.exp(-bias)) if bias > -30 else -bias
    return math.log(1 / left) / softplus


def gru_step(u, h, p):
    n = len(h)

    def scores(part, state):
        return [
            sum(p[f"U_{part}"][i][j] * u[j] for j in range(len(u)))
            + sum(p[f"W_{part}"][i][j] * state[j] for j in range(n))
            + p[f"b_{part}"][i]
            for i in range(n)
        ]

    z = [1 / (1 + math.exp(-a)) for a in scores("z", h)]
    r = [1 / (1 + math.exp(-a)) for a in scores("r", h)]
    new = [math.tanh(a) for a in scores("h", [r[i] * h[i] for i in range(n)])]
    return [h[i] + z[i] * (new[i] - h[i]) for i in range(n)]
