"""NumPy in single precision, all gates from one product."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

cell_by_hand = np.float32(1.5)


def lstm_parameters(m, n):
    block = n * m + n * n + n
    return np.array([4 * block, 4 * (block + n)], np.int32)


def logistic(x):
    return (1 + np.tanh(x / 2)) / 2


def lstm_step(u, h, c, p):
    U, W, b = (np.concatenate([p[f"{k}_{g}"] for g in "ifoc"]).astype(np.float32) for k in "UWb")
    z = U @ u.astype(np.float32) + W @ h.astype(np.float32) + b
    i, f, o = logistic(z[: 3 * len(h)]).reshape(3, -1)
    new = f * c.astype(np.float32) + i * np.tanh(z[3 * len(h) :])
    return [o * np.tanh(new), new]


def lstm_states(U, h_0, c_0, p):
    rows = [(h_0.astype(np.float32), c_0.astype(np.float32))]
    for u in U:
        rows.append(lstm_step(u, *rows[-1], p))
    H = np.array([h for h, _ in rows[1:]], np.float32).reshape(len(U), len(h_0))
    return [H, *rows[-1]]


def reorder_gates(stacked, given, wanted):
    n = len(stacked) // 4
    blocks = stacked.astype(np.float32).reshape(4, n, *stacked.shape[1:])
    return blocks[[given.index(gate) for gate in wanted]].reshape(stacked.shape)


def with_forget_bias(state, value):
    new = {}
    for name, array in state.items():
        kind, direction = name.split("_")[:2]
        array = np.array(array, np.float32)
        if kind == "bias":
            array.reshape(4, -1)[1] = value if direction == "ih" else 0
        new[name] = array
    return new


class HandMadeCell(nn.Module):
    def __init__(self, m, n):
        super().__init__()
        self.n = n
        self.U = nn.Parameter(torch.zeros(4 * n, m))
        self.W = nn.Parameter(torch.zeros(4 * n, n))
        self.b = nn.Parameter(torch.zeros(4 * n))

    def forward(self, u, state):
        h, c = state
        z = F.linear(u, self.U, self.b) + F.linear(h, self.W)
        i, f, g, o = torch.split(z, self.n, dim=-1)
        c = torch.addcmul(f.sigmoid() * c, i.sigmoid(), g.tanh())
        return o.sigmoid() * c.tanh(), c


def cell_path(F):
    rows = np.ones((len(F) + 1, F.shape[1]), np.float32)
    for lag in range(1, len(F) + 1):
        rows[lag] = rows[lag - 1] * F[len(F) - lag]
    return rows


def steps_kept(bias, left):
    b = np.float32(bias)
    softplus = max(-b, np.float32(0)) + np.log1p(np.exp(-abs(b)))
    return -np.log(np.float32(left)) / softplus


def gru_step(u, h, p):
    x = np.concatenate([u, h, [1]]).astype(np.float32)

    def table(part):
        return np.column_stack([p[f"U_{part}"], p[f"W_{part}"], p[f"b_{part}"]]).astype(np.float32)

    z, r = (1 / (1 + np.exp(-table(part) @ x)) for part in "zr")
    x[len(u) : -1] *= r
    return z * np.tanh(table("h") @ x) + (1 - z) * np.asarray(h, np.float32)
