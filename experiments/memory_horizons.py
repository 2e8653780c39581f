"""Gradient, truncation and memory horizons of ten recurrent networks: delayed recall.

For each cell of ``coursekit.probes.memory.CELLS`` and ten seeds: how far back the gradient keeps
1 % of its norm (at the start and after training at lag 10), which lags training masters with full
backpropagation through time, and which with the gradient cut after 10 steps. A cell's larger lags
are left out once no seed solves one.

    python experiments/memory_horizons.py            # all: about half an hour of CPU time
    python experiments/memory_horizons.py --quick    # one seed, lags to 20, to see that it runs

Writes ``src/coursekit/measured/memory_horizons.json``, which chapter 08 plots, after each cell.
What stands there already is kept: an interrupted run goes on, and more ``--seeds`` add seeds.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from coursekit.probes import memory

RESULT = Path(__file__).parents[1] / "src/coursekit/measured/memory_horizons.json"
LAGS = (5, 10, 20, 50, 100, 200)
REACH = 400  # gradients are followed back this far
DECAY = (0, 1, 2, 5, 10, 20, 30, 50, 70, 100, 150, 200, 300, 400)
TRAINED_AT = 10
AT_START, TRAINED, DECAYED = "gradient at start", "gradient after training", "decay at start"

Norms = npt.NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--updates", type=int, default=800)
    parser.add_argument("--truncate", type=int, default=10)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    seeds, lags = (1, LAGS[:3]) if args.quick else (args.seeds, LAGS)
    settings = {
        "n": memory.N,
        "batch": memory.BATCH,
        "updates": args.updates,
        "lags": list(lags),
        "truncate": args.truncate,
        "reach": REACH,
        "decay lags": list(DECAY),
        "trained at lag": TRAINED_AT,
    }
    cells = {} if args.quick else stored(settings)
    for cell in memory.CELLS:
        cells[cell] = study(cell, cells.get(cell, {}), seeds, lags, args.updates, args.truncate)
        whole = {name: cells[name] for name in memory.CELLS if name in cells}
        result = json.dumps({"settings": {**settings, "seeds": seeds}, "cells": whole}, indent=1)
        if not args.quick:
            RESULT.write_text(result + "\n", "utf8")
        print(f"{cell}: {time.process_time():.0f} CPU-seconds so far", flush=True)
    if args.quick:
        print(result)


def stored(settings: dict[str, Any]) -> dict[str, Any]:
    """What an earlier run of the same settings found, by cell."""
    if not RESULT.exists():
        return {}
    earlier = json.loads(RESULT.read_text("utf8"))
    same = all(earlier["settings"].get(name) == value for name, value in settings.items())
    return dict(earlier["cells"]) if same else {}


def study(
    cell: str,
    found: dict[str, Any],
    seeds: int,
    lags: tuple[int, ...],
    updates: int,
    truncate: int,
) -> dict[str, Any]:
    """All measurements of one cell; ``found`` are those of the first seeds, if any."""
    result = {name: list(found.get(name, [])) for name in (AT_START, TRAINED, DECAYED)}
    for seed in range(len(result[AT_START]), seeds):
        start, after = gradients(cell, seed, updates)
        result[AT_START].append(memory.gradient_horizon(start))
        result[TRAINED].append(memory.gradient_horizon(after))
        result[DECAYED].append(decay(start))
    for name, reach in (("full", None), ("truncated", truncate)):
        known = {run["lag"]: run for run in found.get(name, [])}
        result[name] = list(runs(cell, known, lags, seeds, updates, reach))
    return result


def gradients(cell: str, seed: int, updates: int) -> tuple[Norms, Norms]:
    """Gradient norms by lag at the start, and after training at a lag that most cells master."""
    torch.manual_seed(seed)
    start = memory.state_gradients(memory.Recaller(cell), REACH, seed)
    model, _ = memory.learn(cell, TRAINED_AT, seed, updates)
    return start, memory.state_gradients(model, REACH, seed)


def decay(norms: Norms) -> list[float]:
    """Decimal logarithm of the norm at the lags of ``DECAY``, relative to the norm at lag 0."""
    return [float(np.round(np.log10(norms[lag] / norms[0]), 2)) for lag in DECAY]


def runs(
    cell: str,
    known: dict[int, Any],
    lags: tuple[int, ...],
    seeds: int,
    updates: int,
    truncate: int | None,
) -> Iterator[dict[str, Any]]:
    """Training runs lag by lag; ends with the first lag that no seed solves."""
    for lag in lags:
        run = known.get(lag, {"updates": [], "accuracy": []})
        steps, accuracy = list(run["updates"]), list(run["accuracy"])
        for seed in range(len(steps), seeds):
            outcome = memory.learn(cell, lag, seed, updates, truncate)[1]
            steps.append(outcome.updates)
            accuracy.append(float(np.round(outcome.accuracy, 3)))
        print(f"{cell}, lag {lag}, K {truncate}: {steps}", flush=True)
        yield {"lag": lag, "updates": steps, "accuracy": accuracy}
        if all(found is None for found in steps):
            return


if __name__ == "__main__":
    main()
