"""What a training run is told, and how the learning rate moves."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Everything besides the model and the text that decides the result of a run.

    Attributes:
        steps: updates of the weights.
        batch: rows of text read side by side, b.
        window: time steps backpropagated through, t (truncated backpropagation through time).
        rate: highest learning rate.
        schedule: "one-cycle" (up for 5 % of the steps, then down along a cosine to 2 %; Smith
            2018) or "plateau" (a quarter of the rate whenever validation gets no better).
        clip: γ, the largest norm of the gradient over all weights together.
        weight_decay: share of a weight taken away in each update, times the rate (AdamW).
        direct_rate: rate of plain gradient descent for n-gram weights. Adam would give their rare
            and tiny gradients full-sized steps.
        validate_every: updates between validations; there a checkpoint is written, too.
        patience: stop after this many validations without a new best; None: never.
        seed: of the dropout masks and of where each epoch's first window begins.
        bfloat16: multiply matrices in 16 bits, keep the weights in 32. About twice as fast on
            processors that can, slower on those that cannot.
    """

    steps: int
    batch: int = 20
    window: int = 35
    rate: float = 3e-3
    schedule: str = "one-cycle"
    clip: float = 1.0
    weight_decay: float = 0.0
    direct_rate: float = 0.0
    validate_every: int = 500
    patience: int | None = None
    seed: int = 1
    bfloat16: bool = False

    def __post_init__(self) -> None:
        if self.schedule not in ("one-cycle", "plateau"):
            raise ValueError(f"no schedule is called {self.schedule!r}")


def one_cycle(step: int, steps: int, warm_up: float = 0.05, end: float = 0.02) -> float:
    """Return the share of the highest rate at an update, counted from 0."""
    rising = max(1, round(warm_up * steps))
    if step < rising:
        return (step + 1) / rising
    done = (step - rising) / max(1, steps - rising)
    return end + (1 - end) * 0.5 * (1 + math.cos(math.pi * done))
