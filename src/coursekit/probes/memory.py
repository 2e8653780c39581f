"""How far back does a recurrent network remember? Delayed recall, and three horizons.

*Delayed recall* (in the spirit of Hochreiter & Schmidhuber 1997): one of 8 symbols stands at the
first step, then come ``lag`` distractors; after the last one the network names the symbol. Nothing
else carries information, so the network must hold three bits for ``lag`` steps.

Three horizons, all in time steps:

* gradient horizon: how far back the gradient of the loss keeps 1 % of its norm;
* truncation horizon: how many steps backpropagation is allowed to reach back;
* memory horizon: the largest lag that training masters.

Axes: b batch, t time, n hidden.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = [
    "CELLS",
    "Design",
    "Outcome",
    "Recaller",
    "gradient_horizon",
    "learn",
    "memory_horizon",
    "recall",
    "state_gradients",
]

SYMBOLS, DISTRACTORS = 8, 8
N, BATCH, RATE, CLIP, SOLVED = 48, 50, 1e-3, 1.0, 0.98


class Design(NamedTuple):
    """A layer of torch, how its recurrent weights or forget gates start, and its hidden units."""

    layer: str
    start: float | str
    n: int = N
    activation: str = "tanh"


#: What the study compares. Twenty units give an LSTM about as many weights as 48 give an RNN.
CELLS: dict[str, Design] = {
    "RNN, default": Design("RNN", "default"),
    "RNN, orthogonal": Design("RNN", "orthogonal"),
    "RNN, identity": Design("RNN", "identity"),
    "RNN, identity, ReLU": Design("RNN", "identity", activation="relu"),
    "GRU, default": Design("GRU", "default"),
    "LSTM, forget bias 0": Design("LSTM", 0.0),
    "LSTM, forget bias 1": Design("LSTM", 1.0),
    "LSTM, forget bias 3": Design("LSTM", 3.0),
    "LSTM, forget bias 5": Design("LSTM", 5.0),
    "LSTM, bias 3, 20 units": Design("LSTM", 3.0, 20),
}

State = Tensor | tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Outcome:
    """How one training run ended.

    Attributes:
        updates: updates until the running accuracy reached 98 %; None if it never did.
        accuracy: running accuracy at the end (mean over about the last ten batches).
    """

    updates: int | None
    accuracy: float


def recall(lag: int, batch: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw tokens (b, lag + 1): a symbol from 0 … 7, then ``lag`` distractors from 8 … 15.

    Returns:
        The tokens and the symbols to name, (b,).
    """
    tokens = torch.randint(DISTRACTORS, (batch, lag + 1), generator=generator) + SYMBOLS
    tokens[:, 0] = torch.randint(SYMBOLS, (batch,), generator=generator)
    return tokens, tokens[:, 0].clone()


class Recaller(nn.Module):
    """A recurrent layer of torch with one of the starts in `CELLS`, and a linear read-out.

    "orthogonal" and "identity" set W_h; identity comes with zero biases (Le, Jaitly & Hinton 2015,
    who also replace tanh by ReLU). A number is the start of the LSTM's forget bias: torch adds two
    biases, so one gets the number and the other 0.

    Args:
        cell: a key of `CELLS`.
        n: hidden units; None: as many as the design has.
    """

    def __init__(self, cell: str, n: int | None = None) -> None:
        super().__init__()
        layer, start, units, activation = CELLS[cell]
        n = n or units
        relu = {"nonlinearity": "relu"} if activation == "relu" else {}
        self.core = getattr(nn, layer)(SYMBOLS + DISTRACTORS, n, batch_first=True, **relu)
        self.Q = nn.Linear(n, SYMBOLS)
        weights = dict(self.core.named_parameters())
        with torch.no_grad():
            if start == "orthogonal":
                nn.init.orthogonal_(weights["weight_hh_l0"])
            if start == "identity":
                nn.init.eye_(weights["weight_hh_l0"])
                weights["bias_ih_l0"].zero_()
                weights["bias_hh_l0"].zero_()
            if isinstance(start, float):  # torch's order of gates: i, f, c, o
                weights["bias_ih_l0"][n : 2 * n] = start
                weights["bias_hh_l0"][n : 2 * n] = 0.0

    def forward(self, tokens: Tensor, truncate: int | None = None) -> Tensor:
        """Return the logits of the 8 symbols, (b, t) -> (b, 8).

        Args:
            tokens: what is read, (b, t).
            truncate: how many of the last steps the gradient passes through; None: all.
        """
        u = F.one_hot(tokens, SYMBOLS + DISTRACTORS).to(self.Q.weight.dtype)  # (b, t, 16)
        state = None
        if truncate is not None and truncate < u.shape[1]:
            with torch.no_grad():  # the values go on, the graph does not
                _, state = self.core(u[:, :-truncate])
            u = u[:, -truncate:]  # (b, truncate, 16)
        h, _ = self.core(u, state)  # (b, t, n)
        logits: Tensor = self.Q(h[:, -1])  # (b, 8)
        return logits


def learn(
    cell: str, lag: int, seed: int, updates: int, truncate: int | None = None
) -> tuple[Recaller, Outcome]:
    """Train on fresh batches (Adam, rate 1e-3, norm clipped at 1) until solved or out of updates.

    Args:
        cell: a key of `CELLS`.
        lag: distractors between the symbol and the answer.
        seed: of the start and of the data.
        updates: at most this many.
        truncate: truncation horizon; None: full backpropagation through time.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = Recaller(cell)
    optimiser = torch.optim.Adam(model.parameters(), RATE)
    accuracy = 1 / SYMBOLS
    for update in range(1, updates + 1):
        tokens, target = recall(lag, BATCH, generator)
        logits = model(tokens, truncate)
        optimiser.zero_grad()
        F.cross_entropy(logits, target).backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimiser.step()
        accuracy += 0.1 * ((logits.argmax(1) == target).float().mean().item() - accuracy)
        if accuracy >= SOLVED:
            return model, Outcome(update, accuracy)
    return model, Outcome(None, accuracy)


def state_gradients(model: Recaller, lag: int, seed: int = 0) -> npt.NDArray[np.float64]:
    """Norms of dL/d(state at t - ξ) for ξ = 0 … lag, where L is the loss after the last step.

    The state of an LSTM is h and c together. Each norm is the root mean square over a batch.

    Returns:
        Shape (lag + 1,), entry ξ for ξ steps back; in float64, whatever the model's type.
    """
    model = _double(model)
    tokens, target = recall(lag, BATCH, torch.Generator().manual_seed(seed))
    u = F.one_hot(tokens, SYMBOLS + DISTRACTORS).double()  # (b, t, 16)
    state: State | None = None
    states: list[tuple[Tensor, ...]] = []
    for t in range(lag + 1):
        _, state = model.core(u[:, t : t + 1], state)
        assert state is not None
        parts = state if isinstance(state, tuple) else (state,)
        for part in parts:
            part.retain_grad()
        states.append(parts)
    loss = F.cross_entropy(model.Q(states[-1][0][0]), target, reduction="sum")
    loss.backward()
    squares = [sum(float((p.grad**2).sum()) for p in s if p.grad is not None) for s in states]
    return np.sqrt(np.array(squares[::-1]) / BATCH)


def _double(model: Recaller) -> Recaller:
    """A copy in float64, which can tell 1e-30 from zero."""
    return copy.deepcopy(model).double()


def gradient_horizon(norms: npt.ArrayLike, share: float = 0.01) -> int:
    """Steps back until the norm first falls below ``share`` of what it is at the loss.

    Args:
        norms: entry ξ is the norm ξ steps back, as from `state_gradients`.
        share: of the norm at ξ = 0.

    Returns:
        The last lag before the fall; len(norms) - 1 if there is no fall within reach.
    """
    norms = np.asarray(norms, dtype=float)
    below = np.flatnonzero(norms < share * norms[0])
    return int(below[0]) - 1 if below.size else len(norms) - 1


def memory_horizon(lags: Sequence[int], solved: Iterable[bool]) -> int:
    """Largest lag that is solved together with all smaller ones; 0 if not even the first is."""
    best = 0
    for lag, done in zip(lags, solved, strict=True):
        if not done:
            break
        best = lag
    return best
