"""A training run to scrub: thirty moments of a small character LSTM, alive in the page.

The networks are no part of a page, as in ``language_model``: a script beside the page holds them,
or the kernel sends them.
"""

import json
from functools import cache
from typing import Any

from coursekit.figures.framework import show
from coursekit.figures.gallery.language_model import packed
from coursekit.text import ALPHABET
from coursekit.zoo import moments, page

TEXT = """print(len(items), sorted(names, key=str.lower))  # done
if a[0] > (b + c[1]) * 2:
    return "no"
"""


def training_run(
    moment: int = 29, text: str = TEXT, seed: int = 1, temperature: float = 0.8
) -> object:
    """Loss, samples and one unit of a character LSTM, from before its first update to the last.

    Args:
        moment: with which of the thirty it begins.
        text: what the network reads, to begin with.
        seed: of what it writes.
        temperature: of what it writes, from 0.1 to 2.

    Raises:
        ValueError: there is no such moment, or the temperature is out of range.
    """
    run = page.run("run")
    if not 0 <= moment < len(run["updates"]):
        raise ValueError(f"a training run has the moments 0 to {len(run['updates']) - 1}")
    if not 0.1 <= temperature <= 2:
        raise ValueError("temperature lies between 0.1 and 2")
    state = {
        **{key: run[key] for key in ("updates", "characters", "bits", "units")},
        "which": "run",
        "kilobytes": round(len(script()) / 1000),
        "kernel": False,
        "asked": 0,
        "weights": None,
        "moment": moment,
        "text": text,
        "unit": next(iter(run["units"].values()))["unit"],
        "seed": seed,
        "temperature": temperature,
    }
    alt = (
        f"Bits per character of a character LSTM over {run['updates'][-1]:,} updates: from "
        f"{run['bits'][0]} to {run['bits'][-1]}; and how well two of its units tell something."
    )
    figure = show("training_run", state, alt)
    if hasattr(figure, "observe"):  # a widget: the kernel is there and sends the networks
        figure.kernel = True  # type: ignore[attr-defined]
        figure.observe(lambda _: setattr(figure, "weights", stored()), "asked")
    return figure


@cache
def stored() -> dict[str, Any]:
    """All that the page needs: the symbols, and the networks as in ``coursekit.zoo.moments``."""
    run = page.run("run")
    found = moments.load(page.folder() / "run.npz")
    pairs = zip(found["q"], found["e"], strict=True)
    return {
        "symbols": list(ALPHABET),
        "n": run["units_of_the_layer"],
        "start": ALPHABET.index("\n"),
        "unknown": None,
        "units": [[about["unit"], name] for name, about in run["units"].items()],
        "held_out": "",
        "arrays": {},
        "shapes": run["shapes"],
        "moments": [{"q": packed(q), "e": packed(e)} for q, e in pairs],
    }


@cache
def script() -> str:
    """A classic script that puts the networks on the shelf; it works from a file: address."""
    data = json.dumps(stored(), separators=(",", ":"))
    return f"(globalThis.coursekitModels ??= {{}}).run = {data};\n"
