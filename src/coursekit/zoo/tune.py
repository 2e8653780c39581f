"""Choose a system's learning rate: the same short runs for every system, judged on validation."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch

from coursekit import text
from coursekit.training import steps_for, train
from coursekit.zoo.systems import SYSTEMS, VOCABULARY

RATES = (1e-3, 2e-3, 4e-3, 8e-3)
SECONDS = 75.0  # CPU-seconds of each run


def tune_system(name: str, to: Path) -> None:
    """Train a system briefly at each of ``RATES`` and write down how each run went.

    Args:
        name: one of ``SYSTEMS``.
        to: folder; ``NAME.tuning.json`` is written there, a row a run.
    """
    data = text.encoded_sotu(VOCABULARY)
    torch.set_num_threads(1)
    rows = []
    for rate in RATES:
        system = SYSTEMS[name]
        torch.manual_seed(system.settings.seed)
        model = system.build()
        model.prepare(torch.from_numpy(data.train.astype(np.int64)))
        settings = replace(system.settings, rate=rate)
        steps = steps_for(SECONDS, model, data.train, settings)
        settings = replace(settings, steps=steps, validate_every=max(1, math.ceil(steps / 4)))
        history = train(model, data.train, data.valid, settings)
        best = min(record.valid_loss for record in history)
        rows.append(
            {
                "system": name,
                "rate": rate,
                "parameters": model.size,
                "tokens": history[-1].tokens,
                "cpu_seconds": round(history[-1].seconds, 1),
                "valid_perplexity": round(math.exp(best), 1),
                "settings": asdict(settings),
            }
        )
        to.mkdir(parents=True, exist_ok=True)
        written = json.dumps(rows, indent=1) + "\n"
        (to / f"{name}.tuning.json").write_text(written, encoding="utf-8")
        print(f"{system.title}: rate {rate:g}: validation perplexity {math.exp(best):.1f}")
