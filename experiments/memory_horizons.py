"""Gradient, truncation and memory horizons of eight recurrent networks: delayed recall.

For each cell of ``coursekit.probes.memory.CELLS`` and five seeds: how far back the gradient keeps
1 % of its norm (at the start and after training at lag 10), which lags training masters with full
backpropagation through time, and which with the gradient cut after 10 steps. A cell's larger lags
are left out once no seed solves one.

    python experiments/memory_horizons.py            # all: about 13 CPU-minutes on one thread
    python experiments/memory_horizons.py --quick    # one seed, lags to 20, to see that it runs

Writes ``src/coursekit/measured/memory_horizons.json``, which chapter 08 plots.
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

Norms = npt.NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--updates", type=int, default=800)
    parser.add_argument("--truncate", type=int, default=10)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    seeds, lags = (1, LAGS[:3]) if args.quick else (args.seeds, LAGS)
    cells = {}
    for cell in memory.CELLS:
        gradient = [gradients(cell, seed, args.updates) for seed in range(seeds)]
        start, after = ([pair[i] for pair in gradient] for i in (0, 1))
        cells[cell] = {
            "gradient at start": [memory.gradient_horizon(norms) for norms in start],
            "gradient after training": [memory.gradient_horizon(norms) for norms in after],
            "decay at start": [decay(norms) for norms in start],
            "full": list(runs(cell, lags, seeds, args.updates, None)),
            "truncated": list(runs(cell, lags, seeds, args.updates, args.truncate)),
        }
        print(f"{cell}: {time.process_time():.0f} CPU-seconds so far", flush=True)
    settings = {
        "n": memory.N,
        "batch": memory.BATCH,
        "updates": args.updates,
        "seeds": seeds,
        "lags": lags,
        "truncate": args.truncate,
        "reach": REACH,
        "decay lags": DECAY,
        "trained at lag": TRAINED_AT,
    }
    result = json.dumps({"settings": settings, "cells": cells}, indent=1)
    if args.quick:
        print(result)
    else:
        RESULT.write_text(result + "\n", "utf8")
    print(f"{time.process_time():.0f} CPU-seconds in all")


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
    cell: str, lags: tuple[int, ...], seeds: int, updates: int, truncate: int | None
) -> Iterator[dict[str, Any]]:
    """Training runs lag by lag; ends with the first lag that no seed solves."""
    for lag in lags:
        found = [memory.learn(cell, lag, seed, updates, truncate)[1] for seed in range(seeds)]
        print(f"{cell}, lag {lag}, K {truncate}: {[o.updates for o in found]}", flush=True)
        yield {
            "lag": lag,
            "updates": [o.updates for o in found],
            "accuracy": [float(np.round(o.accuracy, 3)) for o in found],
        }
        if all(o.updates is None for o in found):
            return


if __name__ == "__main__":
    main()
