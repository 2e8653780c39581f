"""Train the character model of chapter 11: one LSTM layer on Python's standard library.

One file in 25 is held out (``text.python_source``). Of those, every other one serves to choose with
(validation in training, and in the chapter the best unit); the rest is looked at only to report.

    python experiments/character_lstm.py                 # the stored run, about 14 CPU-minutes
    python experiments/character_lstm.py --steps 200 --to folder

Writes ``characters.npz`` and ``characters.json``, by default to ``src/coursekit/zoo/page``. The
latter names the units of the cell state that tell most about a place: (unit, what, AUC on the files
that are only reported on). A unit that is *low* where the property holds says so.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from coursekit import text
from coursekit.models import RecurrentModel
from coursekit.probes.units import auc, places
from coursekit.text import SourceFile
from coursekit.training import Settings, token_losses, train
from coursekit.zoo import page, store

STEPS, RATE, BATCH, WINDOW, SEED = 12_000, 1e-2, 32, 128, 1


def joined(files: tuple[SourceFile, ...], order: np.ndarray | None = None) -> np.ndarray:
    """One stream of characters, in a given order of the files."""
    numbers = range(len(files)) if order is None else order
    return np.concatenate([page.encode(files[j].text) for j in numbers])


def bits(model: torch.nn.Module, files: tuple[SourceFile, ...]) -> float:
    """Mean bits per character, each file read from the zero state."""
    losses = [token_losses(model, page.encode(f.text), 1, 512) for f in files]
    return float(np.concatenate(losses).mean() / math.log(2))


# name -> (of ``places``, holds from here on, only where there is code)
PROPERTIES = {
    "inside brackets": ("depth", 1, False),
    "text, not code": ("text", 1, False),
    "two blocks deep": ("indent", 2, True),
    "brackets in brackets": ("depth", 2, False),
    "late in the line": ("column", 40, False),
}
READ = 15_000  # characters of each file


@torch.inference_mode()
def cells(model: RecurrentModel, files: tuple[SourceFile, ...]) -> np.ndarray:
    """c^[t] after each character of the files, each read from the zero state, (t, n)."""
    found = []
    for file in files:
        state, own = model.initial_state(1), []
        for x in torch.tensor(page.encode(file.text[:READ])):
            _, state = model.hidden(x.view(1, 1), state)
            own.append(state[1][0].numpy())
        found.append(np.stack(own))
    return np.concatenate(found)


def truth(files: tuple[SourceFile, ...]) -> dict[str, np.ndarray]:
    """What holds after each character of the files, each (t,); ``text`` is string or comment."""
    found = [places(file.text) for file in files]
    joined = {name: np.concatenate([one[name][:READ] for one in found]) for name in found[0]}
    return joined | {"text": joined["string"] + joined["comment"]}


def named_units(
    model: RecurrentModel, chosen_on: tuple[SourceFile, ...], reported_on: tuple[SourceFile, ...]
) -> list[tuple[int, str, float]]:
    """The best unit for each property, and its AUC where it was not chosen."""
    values = [cells(model, files) for files in (chosen_on, reported_on)]
    facts = [truth(files) for files in (chosen_on, reported_on)]
    units = []
    for name, (what, least, code) in PROPERTIES.items():
        areas = []
        for value, fact in zip(values, facts, strict=True):
            here = fact["text"] == 0 if code else np.full(len(value), True)
            areas.append(auc(value[here], fact[what][here, None] >= least)[0])  # (n,)
        unit = int(np.abs(areas[0] - 0.5).argmax())
        low = areas[0][unit] < 0.5
        score = float(1 - areas[1][unit] if low else areas[1][unit])
        units.append((unit, f"{name} (low)" if low else name, round(score, 3)))
    return units


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the character model of chapter 11.")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--to", type=Path, default=page.folder())
    args = parser.parse_args()
    torch.set_num_threads(1)
    corpus = text.python_source()
    chosen_on, reported_on = corpus.valid[0::2], corpus.valid[1::2]
    # Neighbours in the alphabet are alike: read in a random order, packages do not come in lumps.
    order = np.random.default_rng(SEED).permutation(len(corpus.train))
    settings = Settings(
        args.steps,
        BATCH,
        WINDOW,
        args.rate,
        validate_every=math.ceil(args.steps / 8),
        seed=SEED,
    )
    torch.manual_seed(SEED)
    model = page.MODELS["characters"]()
    args.to.mkdir(parents=True, exist_ok=True)
    unfinished = args.to / "characters.checkpoint"
    history = train(model, joined(corpus.train, order), joined(chosen_on), settings, unfinished)
    store.save(model, args.to / "characters.npz")
    store.load(model, args.to / "characters.npz")  # from here on, what is stored is what counts
    about = {
        "python": platform.python_version(),
        "alphabet": text.ALPHABET,
        "parameters": model.size,
        "characters": history[-1].tokens,
        "cpu_seconds": round(history[-1].seconds),
        "bits_chosen_on": round(bits(model, chosen_on), 3),
        "bits_reported_on": round(bits(model, reported_on), 3),
        "units": named_units(model, chosen_on, reported_on),
        "settings": asdict(settings),
        "history": [
            {
                "step": record.step,
                "train_bits": round(record.train_loss / math.log(2), 3),
                "valid_bits": round(record.valid_loss / math.log(2), 3),
            }
            for record in history
        ],
    }
    written = json.dumps(about, indent=1) + "\n"
    (args.to / "characters.json").write_text(written, encoding="utf-8")
    unfinished.unlink()
    print({name: about[name] for name in ("bits_chosen_on", "bits_reported_on", "cpu_seconds")})


if __name__ == "__main__":
    main()
