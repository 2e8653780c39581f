"""Train a small character LSTM and keep what it was at thirty moments: for chapter 11's figure.

Text, order of the files and settings are those of ``character_lstm.py``; the network has half its
units, so that thirty of it fit into a few hundred kilobytes (``coursekit.zoo.moments``). Every
number is measured on the networks as they are read back.

    python experiments/training_run.py                       # about 10 CPU-minutes
    python experiments/training_run.py --steps 300 --to folder --raw folder/raw.pt

Writes ``run.npz`` and ``run.json``, by default to ``src/coursekit/zoo/page``. The weights before
they are rounded go to ``--raw``; if that file is there, nothing is trained again.

Each moment has its bits per character on the files that are only reported on, and for two
properties of a place the AUC of one unit on these files. Which unit was chosen at the last moment,
on the other held-out files.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from character_lstm import BATCH, RATE, SEED, STEPS, WINDOW, joined

from coursekit import text
from coursekit.models import RecurrentModel
from coursekit.probes.units import auc, places
from coursekit.text import SourceFile
from coursekit.training import Settings, Trainer, token_losses
from coursekit.zoo import moments, page

D, N = 32, 64  # size of the embeddings, hidden units
MOMENTS = 30
FIRST = 10  # updates before the second moment; the first is before any
STREAMS = 64  # in which the held-out text is read, each from the zero state
READ = 2000  # characters of each file, for the units
PROPERTIES = {"inside brackets": ("depth", 1), "text, not code": ("text", 1)}


def updates(steps: int) -> list[int]:
    """After how many updates the network is kept: 0, then ever further apart."""
    later = np.geomspace(min(FIRST, steps), steps, MOMENTS - 1).round().astype(int)
    return [0, *later.tolist()]


def weights(model: RecurrentModel) -> dict[str, np.ndarray]:
    return {name: p.detach().numpy().copy() for name, p in model.named_parameters()}


def snapshots(
    model: RecurrentModel, trainer: Trainer, kept: list[int]
) -> list[dict[str, np.ndarray]]:
    """Train, and return the weights after each number of updates."""
    found = [weights(model)]
    for step, (inputs, targets) in enumerate(islice(trainer.windows(), kept[-1]), start=1):
        trainer.update(inputs, targets)
        loss = trainer.losses.pop()
        if step in kept:
            found.append(weights(model))
            print(step, round(float(loss) / math.log(2), 3), flush=True)
    return found


def restored(model: RecurrentModel, packed: dict[str, np.ndarray]) -> Iterator[RecurrentModel]:
    """The model at each moment, as it is stored."""
    shapes = {name: w.shape for name, w in weights(model).items()}
    for found in moments.unpack(packed, shapes):
        model.load_state_dict(
            {name: torch.from_numpy(w) for name, w in found.items()}, strict=False
        )
        yield model.eval()


@torch.inference_mode()
def cells(model: RecurrentModel, files: list[SourceFile]) -> np.ndarray:
    """c^[t] after the first characters of each file, (files · t, n)."""
    ids = torch.tensor(np.stack([page.encode(file.text[:READ]) for file in files]))  # (b, t)
    state, found = model.initial_state(len(files)), []
    for x in ids.T:
        _, state = model.hidden(x[:, None], state)
        found.append(state[1].numpy())
    return np.stack(found, axis=1).reshape(-1, N)  # (b, t, n) -> (b·t, n)


def truths(files: list[SourceFile]) -> dict[str, np.ndarray]:
    """Whether each property holds after each character, (files · t,); text: string or comment."""
    found = [places(file.text) for file in files]
    values = [f | {"text": f["string"] + f["comment"]} for f in found]
    return {
        name: np.concatenate([value[what][:READ] for value in values]) >= least
        for name, (what, least) in PROPERTIES.items()
    }


def areas(values: np.ndarray, truth: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """For each property the AUC of every unit, (n,)."""
    return {name: auc(values, holds[:, None])[0] for name, holds in truth.items()}


def measured(model: RecurrentModel, packed: dict[str, np.ndarray]) -> dict[str, object]:
    """Bits and AUCs at each moment."""
    corpus = text.python_source()
    chosen_on, reported_on = (
        [file for file in corpus.valid[half::2] if len(file.text) >= READ] for half in (0, 1)
    )
    truth = truths(reported_on)
    bits, found = [], []
    for network in restored(model, packed):
        losses = token_losses(network, joined(corpus.valid[1::2]), STREAMS, 512)
        bits.append(round(float(losses.mean()) / math.log(2), 3))
        found.append(areas(cells(network, reported_on), truth))
    units = {}
    last = areas(cells(network, chosen_on), truths(chosen_on))
    for name, values in last.items():
        unit = int(np.abs(values - 0.5).argmax())
        low = bool(values[unit] < 0.5)
        scores = [float(1 - f[name][unit] if low else f[name][unit]) for f in found]
        units[name] = {"unit": unit, "low": low, "auc": np.round(scores, 3).tolist()}
    return {"bits": bits, "units": units}


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the run that chapter 11 lets one scrub.")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--to", type=Path, default=page.folder())
    parser.add_argument("--raw", type=Path, default=Path("run.raw.pt"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    model = RecurrentModel(len(text.ALPHABET), D, N)
    kept = updates(args.steps)
    if not args.raw.exists():
        corpus = text.python_source()
        order = np.random.default_rng(SEED).permutation(len(corpus.train))
        settings = Settings(args.steps, BATCH, WINDOW, RATE, seed=SEED)
        trainer = Trainer(model, joined(corpus.train, order), joined(corpus.valid[0::2]), settings)
        torch.save(snapshots(model, trainer, kept), args.raw)
    packed = moments.pack(torch.load(args.raw, weights_only=False))
    moments.save(packed, args.to / "run.npz")
    about = {
        "updates": kept,
        "characters": BATCH * WINDOW,
        "parameters": model.size,
        "units_of_the_layer": N,
        "shapes": [(name, w.shape) for name, w in weights(model).items()],
        **measured(model, packed),
    }
    (args.to / "run.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(about["bits"], about["units"])


if __name__ == "__main__":
    main()
