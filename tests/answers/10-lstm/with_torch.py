"""PyTorch where one would use NumPy."""

import torch
from torch import nn
from torch.nn import functional as F

cell_by_hand = torch.tensor(1.5)


def lstm_parameters(m, n):
    in_torch = sum(p.numel() for p in nn.LSTMCell(m, n, device="meta").parameters())
    return torch.tensor([in_torch - 4 * n, in_torch])


def lstm_step(u, h, c, p):
    p = {name: torch.as_tensor(value) for name, value in p.items()}
    u, h, c = map(torch.as_tensor, (u, h, c))
    z = {g: p[f"b_{g}"].addmv(p[f"U_{g}"], u).addmv(p[f"W_{g}"], h) for g in "cfio"}
    c = torch.sigmoid(z["f"]) * c + torch.sigmoid(z["i"]) * torch.tanh(z["c"])
    return torch.sigmoid(z["o"]) * torch.tanh(c), c


def lstm_states(U, h_0, c_0, p):
    h, c = torch.as_tensor(h_0), torch.as_tensor(c_0)
    H = torch.empty(len(U), len(h), dtype=h.dtype)
    for t in range(len(U)):
        h, c = lstm_step(U[t], h, c, p)
        H[t] = h
    return H, h, c


def reorder_gates(stacked, given, wanted):
    blocks = torch.as_tensor(stacked).chunk(4)
    return torch.cat([blocks[given.index(gate)] for gate in wanted])


def with_forget_bias(state, value):
    new = {name: torch.tensor(array) for name, array in state.items()}
    for name in new:
        if name.startswith("bias"):
            i, f, g, o = new[name].chunk(4)
            f = torch.full_like(f, value) if "bias_ih" in name else torch.zeros_like(f)
            new[name] = torch.cat([i, f, g, o])
    return new


class HandMadeCell(nn.Module):
    def __init__(self, m, n):
        super().__init__()
        self.U = nn.Parameter(torch.empty(4 * n, m).uniform_(-0.1, 0.1))
        self.W = nn.Parameter(torch.empty(4 * n, n))
        self.b = nn.Parameter(torch.ones(4 * n))
        nn.init.orthogonal_(self.W)

    def forward(self, u, state):
        h, c = state
        z = torch.cat([u, h], dim=1) @ torch.cat([self.U, self.W], dim=1).T + self.b
        i, f, g, o = z.unflatten(1, (4, -1)).unbind(1)
        c = F.sigmoid(f) * c + F.sigmoid(i) * torch.tanh(g)
        return F.sigmoid(o) * torch.tanh(c), c


def cell_path(F):
    gates = torch.as_tensor(F)
    return torch.cat([torch.ones(1, gates.shape[1]), gates.flip(0)]).cumprod(0)


def steps_kept(bias, left):
    b = torch.tensor(bias, dtype=torch.float64)
    return torch.log(torch.tensor(left, dtype=torch.float64)) / F.logsigmoid(b)


def gru_step(u, h, p):
    p = {name: torch.as_tensor(value) for name, value in p.items()}
    u, h = torch.as_tensor(u), torch.as_tensor(h)
    z = (p["U_z"] @ u + p["W_z"] @ h + p["b_z"]).sigmoid()
    r = (p["U_r"] @ u + p["W_r"] @ h + p["b_r"]).sigmoid()
    return torch.lerp(h, (p["U_h"] @ u + p["W_h"] @ (r * h) + p["b_h"]).tanh(), z)
