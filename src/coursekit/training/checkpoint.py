"""Where a run stands, written so that a killed run can go on to the very same weights."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from coursekit.models import State


@dataclass
class Record:
    """One validation.

    Attributes:
        step: updates done.
        tokens: training tokens seen, counted once each time they are seen.
        seconds: CPU-seconds of this process spent on updates.
        train_loss: mean loss of the updates since the last record, in nats (with dropout).
        valid_loss: mean loss on the validation text, in nats.
    """

    step: int
    tokens: int
    seconds: float
    train_loss: float
    valid_loss: float


@dataclass
class Progress:
    """Everything that changes during a run besides the weights and the optimisers.

    Attributes:
        step: updates done.
        epoch: passes over the text finished.
        position: windows of this pass that were read.
        tokens: training tokens seen.
        seconds: CPU-seconds spent on updates.
        state: the model's state at this place of the text; None at the start of a pass.
        rate: share of the highest rate that the plateau schedule allows.
        history: the validations so far.
        best: weights of the best validation.
    """

    step: int = 0
    epoch: int = 0
    position: int = 0
    tokens: int = 0
    seconds: float = 0.0
    state: State | None = None
    rate: float = 1.0
    history: list[Record] = field(default_factory=list)
    best: dict[str, torch.Tensor] = field(default_factory=dict)


def save(
    path: Path, model: nn.Module, optimisers: list[torch.optim.Optimizer], at: Progress
) -> None:
    """Write a checkpoint; the old one stays until the new one is complete."""
    values = {**vars(at), "history": [vars(record) for record in at.history]}
    content = {
        "progress": values,
        "model": model.state_dict(),
        "optimisers": [optimiser.state_dict() for optimiser in optimisers],
        "random": torch.get_rng_state(),
        "random_cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    torch.save(content, beside)
    os.replace(beside, path)  # one step for the file system: never half a checkpoint


def load(path: Path, model: nn.Module, optimisers: list[torch.optim.Optimizer]) -> Progress:
    """Put weights, optimisers and random numbers back, and return where the run stood."""
    device = next(model.parameters()).device
    content: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    model.load_state_dict(content["model"])
    for optimiser, saved in zip(optimisers, content["optimisers"], strict=True):
        optimiser.load_state_dict(saved)
    torch.set_rng_state(content["random"].cpu())
    if content["random_cuda"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all([state.cpu() for state in content["random_cuda"]])
    values = content["progress"]
    values["history"] = [Record(**record) for record in values["history"]]
    return Progress(**values)
