"""Two recurrent networks that learn to remember, side by side, in the reader's browser."""

import html
import os
from typing import Any

from coursekit import measured
from coursekit.figures.framework import show

TASKS = ("recall", "noise", "brackets", "adding")
CELLS = ("rnn", "orthogonal", "identity", "gru", "lstm", "linear")
RANGES = {
    "lag": (5, 100),
    "first_bias": (0, 5),
    "second_bias": (0, 5),
    "n": (8, 64),
    "rate": (1e-4, 1e-1),
    "clip": (0.1, 10),
    "truncate": (5, 100),
}
ALT = (
    "Two networks are trained side by side on delayed recall: a simple RNN and an LSTM whose "
    "forget bias starts at 3 must name a symbol that they read 40 steps before."
)


def memory_race(
    task: str = "recall",
    lag: int = 40,
    first: str = "rnn",
    second: str = "lstm",
    first_bias: float = 3,
    second_bias: float = 3,
    n: int = 32,
    rate: float = 0.001,
    clip: float = 1,
    truncate: int = 100,
    seed: int = 1,
) -> object:
    """Two networks learn the same task from the same examples; nothing runs before Start.

    Args:
        task: "recall" (a symbol, then others from another alphabet), "noise" (others from its own
            alphabet), "brackets" (how many are open at the end) or "adding" (two marked numbers).
        lag: steps between the symbol and the answer, or the length of the text; 5 to 100.
        first: "rnn", "orthogonal" or "identity" (simple RNNs with that start of W_h; the last has
            ReLU), "gru", "lstm" or "linear" (minGRU).
        second: the other network.
        first_bias: start of the bias of the gate that keeps, 0 to 5; simple RNNs have none.
        second_bias: the same for the other network.
        n: units, 8 to 64.
        rate: learning rate of Adam, 1e-4 to 1e-1.
        clip: largest norm of the gradient, 0.1 to 10; 10 means that nothing is clipped.
        truncate: through how many of the last steps the gradient goes, 5 to 100; 100 means all.
        seed: whole number; the same seed and settings give the same race.

    Raises:
        ValueError: an unknown task or cell, or a number out of range.
    """
    state: dict[str, Any] = {
        "task": task,
        "lag": lag,
        "first": first,
        "second": second,
        "first_bias": first_bias,
        "second_bias": second_bias,
        "n": n,
        "rate": rate,
        "clip": clip,
        "truncate": truncate,
        "seed": seed,
        "view": "state",
        "book": bool(os.environ.get("COURSEKIT_STATIC")),
    }
    if task not in TASKS or not {first, second} <= {*CELLS}:
        raise ValueError(f"memory_race knows the tasks {TASKS} and the cells {CELLS}")
    for name, (low, high) in RANGES.items():
        if not low <= state[name] <= high:
            raise ValueError(f"memory_race takes {name} from {low} to {high}")
    return show("memory_race", state, ALT, _still())


def _still() -> str:
    """The race as it was stored, drawn for those whose browser runs no script."""
    stored = measured.load("memory_race")
    every, limit = stored["every"], stored["updates"]
    paths = []
    for name, colour in (("rnn", "orange"), ("lstm 3", "blue")):
        curve = stored["racers"][name]["0.001"]["curve"]
        points = " ".join(
            f"{46 + 380 * every * i / limit:.0f},{150 - 120 * y:.0f}" for i, y in enumerate(curve)
        )
        look = f'class="ck-line" stroke="var(--ck-{colour})"'
        paths.append(f'<polyline points="{points}" fill="none" {look}/>')
    words = "".join(
        f'<text x="{x}" y="{y}"{more}>{text}</text>'
        for x, y, more, text in (
            (46, 18, "", "right answers, seed 1: RNN (below), LSTM until it has learnt"),
            (40, 34, ' text-anchor="end"', "100 %"),
            (40, 154, ' text-anchor="end"', "0 %"),
            (46, 172, "", "update 0"),
            (426, 172, ' text-anchor="end"', str(limit)),
        )
    )
    drawing = (
        f'<svg class="ck-svg" viewBox="0 0 460 180" width="460" role="img" '
        f'aria-label="{html.escape(ALT)}">{words}{"".join(paths)}</svg>'
    )
    return f"<p>{html.escape(ALT)}</p>{drawing}"
