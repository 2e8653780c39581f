"""Figures on training: how a text is cut into batches, and whose words the network is fed."""

import json
from functools import lru_cache
from math import ceil, exp, log
from typing import Any, NamedTuple

from coursekit.figures.framework import JS, show

TEXT = "the cats that the old dog saw often sleep all day"


class Cut(NamedTuple):
    """What ``batching`` shows for the last prediction of the followed row."""

    updates: int  #: of the weights in one pass over the text
    left_out: int  #: symbols at the end that fill no row
    context: int  #: symbols of its row that the prediction can depend on
    gradient: int  #: steps its gradient goes back


def batching(
    text: str = TEXT,
    rows: int = 3,
    window: int = 5,
    update: int = 2,
    row: int = 2,
    carry: bool = True,
) -> object:
    """A text cut into rows, read window by window: what a prediction knows and what it teaches.

    Args:
        text: 20 to 50 characters.
        rows: 1 to 4, read side by side.
        window: time steps of a batch, 1 to 12.
        update: which batch is read, from 1.
        row: the row that is followed, from 1.
        carry: whether the state goes on to the next window, or starts again at zero.

    Raises:
        ValueError: an argument outside these.
    """
    if not 20 <= len(text) <= 50 or not 1 <= rows <= 4 or not 1 <= window <= 12:
        raise ValueError("batching takes 20 to 50 characters, 1 to 4 rows and a window of 1 to 12")
    last = batching_numbers(len(text), rows, window, 1, carry).updates
    if not 1 <= row <= rows or not 1 <= update <= last:
        raise ValueError(f"there are {rows} rows and {last} updates")
    state = {
        "text": text,
        "rows": rows,
        "window": window,
        "update": update,
        "row": row,
        "carry": carry,
    }
    return show("batching", state, "A text in rows, read window by window; one batch is marked.")


def batching_numbers(length: int, rows: int, window: int, update: int, carry: bool) -> Cut:
    """The numbers of ``batching`` for a text of ``length`` symbols."""
    columns = (length - 1) // rows
    start = (update - 1) * window
    stop = min(start + window, columns)
    updates = ceil(columns / window)
    return Cut(updates, (length - 1) % rows, stop if carry else stop - start, stop - start)


@lru_cache
def _stored() -> dict[str, Any]:
    """What a trained LSTM predicts along a sentence: ``experiments/teacher_forcing.py``."""
    stored: dict[str, Any] = json.loads((JS.parent / "data/forcing.json").read_text("utf8"))
    return stored


def forcing(fed: str = "the true words", step: int = 1) -> object:
    """An LSTM stepped along a sentence, fed the true words or words it has drawn itself.

    Args:
        fed: "the true words", "its own, draw 1" or "its own, draw 2".
        step: how many predictions have been made, from 0.

    Raises:
        ValueError: an argument outside these.
    """
    stored = _stored()
    if fed not in stored["paths"] or not 0 <= step <= len(stored["sentence"]):
        raise ValueError(f"forcing knows {', '.join(stored['paths'])} and steps 0 to 9")
    alt = "A trained LSTM reads a sentence, fed the true words or its own; the loss of each step."
    state = {**stored, "choices": list(stored["paths"]), "fed": fed, "step": step}
    return show("forcing", state, alt)


def forcing_numbers(fed: str, step: int) -> tuple[list[float], float]:
    """Losses in nats of the first ``step`` steps, and their perplexity (1 if there are none)."""
    losses = [-log(p) for _, _, p in _stored()["paths"][fed][:step]]
    return losses, exp(sum(losses) / max(step, 1))
