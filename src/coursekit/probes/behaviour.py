"""Does a sequence model behave like one? A probe asks from outside and returns a number.

A falling loss proves little: a network that sees the next word trains happily. The probe changes
what must not matter and measures how much the output moves.

A *model* here is anything called as ``outputs, state = model(x, state)`` with token numbers x of
shape (b, t), outputs of shape (b, t, ·), and ``state=None`` at the beginning of a text. All of the
course's language models are. A module is probed with dropout off and left as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

__all__ = ["future_leak"]

Model = Callable[..., tuple[Tensor, Any]]


def future_leak(model: Model, x: Tensor, k: int) -> float:
    """Largest change of an output at a step before the word that was changed.

    For each t, word t + 1 of every row is replaced and outputs 1 … t are compared. A sound model
    gives 0 up to rounding.

    Args:
        model: see above.
        x: token numbers, (b, t), t at least 2.
        k: vocabulary size; a word w is replaced by (w + 1) mod k.
    """
    with asking(model):
        plain = model(x, None)[0]
        worst = 0.0
        for step in range(1, x.shape[1]):
            changed = x.clone()
            changed[:, step] = (changed[:, step] + 1) % k
            worst = max(worst, gap(model(changed, None)[0][:, :step], plain[:, :step]))
    return worst


def gap(a: Tensor, b: Tensor) -> float:
    """Largest absolute difference; equal infinities (log 0) differ by nothing."""
    return float(torch.where(a == b, 0.0, (a - b).abs()).max())


@contextmanager
def asking(model: object) -> Iterator[None]:
    """Without gradients, and with dropout off if the model is a module."""
    training = isinstance(model, nn.Module) and model.training
    if isinstance(model, nn.Module):
        model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        if isinstance(model, nn.Module):
            model.train(training)
