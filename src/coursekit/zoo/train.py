"""Train one system of the zoo and store it small."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from coursekit import text
from coursekit.models import LanguageModel
from coursekit.training import Record, Settings, steps_for, train
from coursekit.zoo import scores, store
from coursekit.zoo.systems import SYSTEMS, VOCABULARY


def train_system(name: str, budget: float | None, to: Path, seed: int | None = None) -> None:
    """Train a system, write weights, run and losses; an interrupted run goes on.

    Of a run from another seed than the stored one only the run and the losses are kept, under
    ``NAME.seed-SEED``: they say how far the table's figure depends on the start.

    Args:
        name: one of ``SYSTEMS``.
        budget: CPU-seconds; None repeats the stored number of steps.
        to: folder to write to; while training, a checkpoint and a plan stand there, too.
        seed: None repeats the stored seed.
    """
    system = SYSTEMS[name]
    run = name
    if seed is not None and seed != system.settings.seed:
        run = f"{name}.seed-{seed}"
        system = replace(system, settings=replace(system.settings, seed=seed))
    data = text.encoded_sotu(VOCABULARY)
    torch.set_num_threads(1)
    torch.manual_seed(system.settings.seed)
    model = system.build()
    model.prepare(torch.from_numpy(data.train.astype(np.int64)))
    if torch.cuda.is_available():
        model.cuda()
    to.mkdir(parents=True, exist_ok=True)
    checkpoint = to / f"{run}.checkpoint"
    plan = to / f"{run}.plan.json"
    settings = _plan(plan, lambda: _settings(model, data.train, system.settings, budget))
    history = train(model, data.train, data.valid, settings, checkpoint)
    model.cpu()
    store.save(model, to / f"{run}.npz")
    store.load(model, to / f"{run}.npz")  # from here on, what is stored is what counts
    model.eval()
    found = {split: scores.model_losses(model, getattr(data, split)) for split in ("valid", "test")}
    scores.write_losses(to / f"{run}.losses.npz", found)
    about = _about(model.size, settings, history)
    (to / f"{run}.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    kept = () if run == name else (to / f"{run}.npz",)
    for path in (checkpoint, plan, *kept):
        path.unlink()
    for split, values in found.items():
        print(f"{system.title}: {split} perplexity {math.exp(values.mean()):.2f}")


def _settings(
    model: LanguageModel, ids: npt.ArrayLike, settings: Settings, budget: float | None
) -> Settings:
    """Turn a budget into a number of steps, and validate ten times on the way."""
    steps = settings.steps if budget is None else steps_for(budget, model, ids, settings)
    return replace(settings, steps=steps, validate_every=max(1, math.ceil(steps / 10)))


def _plan(path: Path, make: Callable[[], Settings]) -> Settings:
    """Return the settings of the run that was interrupted here, or write down new ones.

    A budget gives another number of steps each time it is measured; a resumed run keeps its own.
    """
    if not path.exists():
        path.write_text(json.dumps(asdict(make())), encoding="utf-8")
    return Settings(**json.loads(path.read_text(encoding="utf-8")))


def _about(parameters: int, settings: Settings, history: list[Record]) -> dict[str, Any]:
    """Return what is written down about a run."""
    return {
        "parameters": parameters,
        "tokens": history[-1].tokens,
        "cpu_seconds": round(history[-1].seconds, 1),
        "settings": asdict(settings),
        "history": [
            {name: round(value, 4) for name, value in asdict(record).items()} for record in history
        ],
    }
