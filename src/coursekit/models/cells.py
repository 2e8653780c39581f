"""Recurrent cells, and the one loop over time that runs any of them.

The job of a cell is to take one time step: from the input u^[t] and the state after step
t - 1 to the state after step t. A cell does this in two halves, because only one of them has
to wait for the past:

    z = cell.project(u)                 all time steps at once, one big matrix product
    state = cell.step(z^[t], state)     one time step, after the one before

Axes: b batch, t time, d input size (the lecture's m inside an LSTM), n hidden units.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor, nn

State = tuple[Tensor, ...]
"""What a cell hands to its next step; the first tensor is h^[t], shape (b, n)."""


class Cell(Protocol):
    """What ``unroll`` needs of a cell."""

    def project(self, u: Tensor) -> Tensor:
        """Return the part of the step that depends on the input alone: (b, t, d) -> (b, t, ·)."""

    def step(self, z: Tensor, state: State) -> State:
        """Take one time step; z is one slice of ``project``, shape (b, ·)."""


class SimpleCell(nn.Module):
    """The simple recurrent network (Elman 1990).

    h^[t] = tanh(W_u·u^[t] + W_h·h^[t-1] + b_h)

    W_h starts as an orthogonal matrix: all its singular values are 1, so at the start a signal
    keeps its length from step to step (Saxe et al. 2014) up to the slope of tanh.
    """

    def __init__(self, d: int, n: int) -> None:
        super().__init__()
        self.n = n
        self.W_u = nn.Parameter(torch.empty(n, d).uniform_(-1, 1) / math.sqrt(d))
        self.W_h = nn.Parameter(torch.empty(n, n))
        self.b_h = nn.Parameter(torch.zeros(n))
        nn.init.orthogonal_(self.W_h)

    def initial_state(self, batch: int) -> State:
        """Return h^[0] = 0."""
        return (self.b_h.new_zeros(batch, self.n),)

    def project(self, u: Tensor) -> Tensor:
        """Return W_u·u^[t] + b_h for all t."""
        return u @ self.W_u.T + self.b_h  # (b, t, d) -> (b, t, n)

    def step(self, z: Tensor, state: State) -> State:
        """Return (h^[t],)."""
        (h,) = state
        return (torch.tanh(torch.addmm(z, h, self.W_h.T)),)  # (b, n)


class LSTMCell(nn.Module):
    """Long short-term memory (Hochreiter & Schmidhuber 1997, forget gate of Gers et al. 2000).

    f, i, o^[t] = σ(U_*·u^[t] + W_*·h^[t-1] + b_*)        * = f, i, o
    c~^[t]      = tanh(U_c·u^[t] + W_c·h^[t-1] + b_c)
    c^[t]       = f ⊙ c^[t-1] + i ⊙ c~^[t]
    h^[t]       = o ⊙ tanh(c^[t])

    The four matrices stand on top of one another in the order f, i, o, c, so that one product
    computes all of them and one call applies σ to the first three. torch.nn.LSTM stores i, f, c, o
    (and two biases that are added); ``from_torch`` rearranges.

    Args:
        d: input size.
        n: hidden units.
        forget_bias: start value of b_f. At 0 the gate starts near 1/2 and the cell loses half of
            its content at every step; at 1 it starts near 0.73 (Jozefowicz et al. 2015).
    """

    def __init__(self, d: int, n: int, forget_bias: float = 1.0) -> None:
        super().__init__()
        self.n = n
        self.U = nn.Parameter(torch.empty(4 * n, d).uniform_(-1, 1) / math.sqrt(n))
        self.W = nn.Parameter(torch.empty(4 * n, n).uniform_(-1, 1) / math.sqrt(n))
        self.b = nn.Parameter(torch.zeros(4 * n))
        with torch.no_grad():
            self.b[:n] = forget_bias

    def initial_state(self, batch: int) -> State:
        """Return (h^[0], c^[0]) = (0, 0)."""
        zero = self.b.new_zeros(batch, self.n)
        return zero, zero

    def project(self, u: Tensor) -> Tensor:
        """Return U_*·u^[t] + b_* for all t and all four parts."""
        return u @ self.U.T + self.b  # (b, t, d) -> (b, t, 4n)

    def step(self, z: Tensor, state: State) -> State:
        """Return (h^[t], c^[t])."""
        h, c = state
        a = torch.addmm(z, h, self.W.T)  # (b, 4n)
        f, i, o = a[:, : 3 * self.n].sigmoid().chunk(3, dim=1)  # each (b, n)
        candidate = a[:, 3 * self.n :].tanh()  # (b, n)
        c = f * c + i * candidate
        return o * torch.tanh(c), c

    @classmethod
    def from_torch(cls, lstm: nn.LSTM) -> LSTMCell:
        """Copy the weights of the first layer of a ``torch.nn.LSTM``."""
        cell = cls(lstm.input_size, lstm.hidden_size)
        order = (1, 0, 3, 2)  # torch's i, f, c, o  ->  f, i, o, c

        def rearranged(name: str) -> Tensor:
            parts = getattr(lstm, name).detach().chunk(4)
            return torch.cat([parts[j] for j in order])

        with torch.no_grad():
            cell.U.copy_(rearranged("weight_ih_l0"))
            cell.W.copy_(rearranged("weight_hh_l0"))
            cell.b.copy_(rearranged("bias_ih_l0") + rearranged("bias_hh_l0"))
        return cell


def unroll(cell: Cell, u: Tensor, state: State) -> tuple[Tensor, State]:
    """Run a cell over time: the same cell, the same weights, at every step.

    ``unbind`` cuts z into its time steps once. Indexing ``z[:, t]`` inside the loop would give the
    same values, but its backward pass writes a gradient of the size of z for each step: the cost
    of a backward pass would grow with the square of the length.

    Args:
        cell: a ``SimpleCell``, an ``LSTMCell``, or anything with their two methods.
        u: inputs u^[1] … u^[T], shape (b, t, d).
        state: the state before the first step.

    Returns:
        h^[1] … h^[T], shape (b, t, n), and the state after the last step.
    """
    hidden = []
    for z in cell.project(u).unbind(dim=1):  # each (b, ·)
        state = cell.step(z, state)
        hidden.append(state[0])
    return torch.stack(hidden, dim=1), state  # (b, t, n)


class Stack(nn.Module):
    """Several recurrent layers: the states of one are the inputs of the next.

    Args:
        cells: one cell a layer, lowest first.
        dropout: share of values set to zero between layers (Zaremba et al. 2014: never on the
            way from one time step to the next, where the losses would add up).
    """

    def __init__(self, cells: list[SimpleCell] | list[LSTMCell], dropout: float = 0.0) -> None:
        super().__init__()
        self.cells: Sequence[SimpleCell | LSTMCell] = nn.ModuleList(cells)  # type: ignore[assignment]
        self.dropout = nn.Dropout(dropout)

    def initial_state(self, batch: int) -> State:
        """Return the states of all layers, one after the other."""
        return tuple(part for cell in self.cells for part in cell.initial_state(batch))

    def forward(self, u: Tensor, state: State) -> tuple[Tensor, State]:
        """Return the hidden states of the top layer, (b, t, n), and the state of all layers."""
        size = len(state) // len(self.cells)
        after: State = ()
        for layer, cell in enumerate(self.cells):
            if layer:
                u = self.dropout(u)
            u, own = unroll(cell, u, state[layer * size : (layer + 1) * size])  # (b, t, n)
            after += own
        return u, after
