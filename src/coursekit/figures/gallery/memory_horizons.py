"""How far the memory of recurrent networks reaches in delayed recall."""

from functools import cache
from typing import Any

import numpy as np

from coursekit import measured
from coursekit.figures.framework import show


def memory_horizons(cell: str = "LSTM, forget bias 3", truncated: bool = False) -> object:
    """Delayed recall of ten recurrent networks: accuracy against lag, with three horizons.

    Args:
        cell: a key of ``coursekit.probes.memory.CELLS``.
        truncated: whether the gradient is cut after 10 steps.

    Raises:
        ValueError: the study has no such cell.
    """
    data = memory_horizons_numbers()
    if cell not in data["cells"]:
        raise ValueError(f"memory_horizons has the cells {', '.join(data['cells'])}")
    alt = (
        "Accuracy in delayed recall against the lag for ten recurrent networks, with the "
        "gradient horizon, the truncation horizon and the memory horizon of one of them."
    )
    state = {"cell": cell, "truncated": truncated, "data": data}
    return show("memory_horizons", state, alt)


@cache
def memory_horizons_numbers() -> dict[str, Any]:
    """What `memory_horizons` shows, made from the stored study: see `summary`."""
    stored = measured.load("memory_horizons")
    return {
        "lags": stored["settings"]["lags"],
        "truncate": stored["settings"]["truncate"],
        "reach": stored["settings"]["reach"],
        "names": list(stored["cells"]),
        "cells": {name: summary(cell) for name, cell in stored["cells"].items()},
    }


def summary(cell: dict[str, Any]) -> dict[str, Any]:
    """One cell of the study, each quantity as [smallest, median, largest] over the seeds.

    Returns:
        "gradient": gradient horizon at the start; "after": after training; "full" and
        "truncated": {"horizon": memory horizon, "accuracy": one triple for each lag tried}.
    """
    from coursekit.probes.memory import memory_horizon

    def spread(values: list[float]) -> list[float]:
        return [float(v) for v in (min(values), np.median(values), max(values))]

    result: dict[str, Any] = {
        "gradient": spread(cell["gradient at start"]),
        "after": spread(cell["gradient after training"]),
    }
    for mode in ("full", "truncated"):
        runs = cell[mode]
        lags = [run["lag"] for run in runs]
        solved = zip(*([u is not None for u in run["updates"]] for run in runs), strict=True)
        result[mode] = {
            "horizon": spread([memory_horizon(lags, seed) for seed in solved]),
            "accuracy": [spread(run["accuracy"]) for run in runs],
        }
    return result
