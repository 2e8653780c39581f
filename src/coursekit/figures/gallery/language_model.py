"""Figure with a trained language model in it: it reads and writes in the reader's browser.

The weights are no part of a page. In the book a script beside the page holds them (``script``),
fetched on a click; in a notebook the kernel sends them on a click. Both give ``stored(which)``.
"""

import base64
import json
import zlib
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from coursekit.figures.framework import show, stored_data
from coursekit.zoo import page

KINDS = ("characters", "words")
TOP_K = (1, 3, 10, 40)


class Defaults(NamedTuple):
    """With what a model begins."""

    title: str
    prompt: str
    temperature: float
    top_p: float
    unit: int


_BEGIN = {
    "characters": Defaults(
        "An LSTM that writes Python, character by character",
        'class Stack:\n    """A stack of items."""\n\n    def push(self, item):\n',
        0.6,
        1.0,
        72,
    ),
    "words": Defaults(
        "An LSTM that writes speeches, word by word",
        "my fellow americans, the state of our union is",
        0.8,
        0.95,
        2,
    ),
}


def language_model(
    which: str = "characters",
    prompt: str | None = None,
    temperature: float | None = None,
    top_p: float | None = None,
    top_k: int | None = None,
    colour: str = "none",
    unit: int | None = None,
    seed: int = 1,
) -> object:
    """A small LSTM that goes on writing what the reader begins, in the page itself.

    Args:
        which: "characters" (Python source) or "words" (speeches).
        prompt: the beginning; by default one that suits the model.
        temperature: from 0.1 to 2.
        top_p: from 0.1 to 1, the probability of the nucleus that is drawn from.
        top_k: draw from so many likeliest symbols, 1, 3, 10 or 40; by default from all.
        colour: "none", "surprise" (bits of each symbol) or "unit" (tanh c of one unit).
        unit: whose memory c colours the text; by default one that changes much.
        seed: whole number; the same seed and settings give the same text.

    Raises:
        ValueError: an unknown model or colour, or a number out of range.
    """
    if which not in KINDS or colour not in ("none", "surprise", "unit"):
        raise ValueError(f"which is one of {KINDS}; colour is none, surprise or unit")
    begin = _BEGIN[which]
    warmth = begin.temperature if temperature is None else temperature
    nucleus = begin.top_p if top_p is None else top_p
    if not 0.1 <= warmth <= 2 or not 0.1 <= nucleus <= 1:
        raise ValueError("temperature lies between 0.1 and 2, top_p between 0.1 and 1")
    if top_k not in (None, *TOP_K):
        raise ValueError(f"top_k lies among {TOP_K}")
    seen = begin.unit if unit is None else unit
    if not 0 <= seen < units(which):
        raise ValueError(f"{which!r} has the units 0 to {units(which) - 1}")
    state = {
        **shelf(which),
        "title": begin.title,
        "prompt": begin.prompt if prompt is None else prompt,
        "temperature": warmth,
        "top_p": nucleus,
        "top_k": top_k or 0,
        "at": -1,
        "colour": colour,
        "unit": seen,
        "seed": seed,
    }
    alt = f"{begin.title}. {facts(which)} It starts in the page when asked to."
    return served(show("language_model", state, alt), which)


def shelf(which: str) -> dict[str, Any]:
    """What the state of a figure holds so that it can fetch a model when asked."""
    return {
        "which": which,
        "facts": facts(which),
        "kilobytes": round(len(script(which)) / 1000),
        "kernel": False,
        "asked": 0,
        "weights": None,
    }


def served(figure: Any, which: str) -> object:
    """The figure; where there is a kernel, it sends the weights when they are asked for."""
    if hasattr(figure, "observe"):  # a widget
        figure.kernel = True
        figure.observe(lambda _: setattr(figure, "weights", stored(which)), "asked")
    return figure


def units(which: str) -> int:
    """Number of hidden units n of a stored model."""
    with np.load(page.folder() / f"{which}.npz") as archive:
        return int(archive["stack.cells.0.W|bytes"].shape[1])


def held_out(which: str) -> str:
    """How well a stored model does on text it has not seen, as half a sentence."""
    run = page.run(which)
    if which == "characters":
        bits = run["bits_reported_on"]
        return f"held-out files cost it {bits:.2f} bits per character, perplexity {2**bits:.2f}"
    return f"held-out speeches have perplexity {run['test']['perplexity']:.1f} for it"


def facts(which: str) -> str:
    """What a stored model is, what it has read, and how well it does: three sentences."""
    run = page.run(which)
    size = (
        f"One LSTM layer of {units(which)} units, {run['parameters']:,} weights of one byte each. "
    )
    if which == "characters":
        seen = run["characters"] / 1e6
        read = f"In training it read {seen:.0f} million characters of Python's standard library; "
        return f"{size}{read}{held_out(which)}."
    read = f"In training it read {run['tokens'] / 1e6:.0f} million words of speeches; "
    note = (
        f" over its {len(run['words']):,} words, of which <unk> stands for all others: "
        "not comparable with the table of models that know 10,000."
    )
    return f"{size}{read}{held_out(which)}{note}"


def packed(array: npt.NDArray[Any]) -> str:
    """Little-endian bytes, deflated (RFC 1950), as text in base 85."""
    little = array.astype(array.dtype.newbyteorder("<"))
    return base64.b85encode(zlib.compress(little.tobytes(), 9)).decode("ascii")


def _arrays(which: str) -> dict[str, dict[str, Any]]:
    """Each weight as text: bytes and the scales of their rows, or a vector of float32."""
    out: dict[str, dict[str, Any]] = {}
    with np.load(page.folder() / f"{which}.npz") as archive:
        for name in archive:
            weight, _, kind = name.partition("|")
            array, part = archive[name], out.setdefault(weight, {})
            if kind == "bytes":
                part |= {"shape": list(array.shape), "int8": packed(array)}
            elif kind == "scale":
                part |= {"scale": packed(array)}
            else:
                part |= {"shape": list(array.shape), "values": packed(array.astype(np.float32))}
    return out


@cache
def stored(which: str) -> dict[str, Any]:
    """All that the page needs to run a model: its symbols, its weights, what is known of it.

    ``start`` is read before the reader's text: a line break, or the end of a sentence. ``text`` is
    a piece of held-out text: characters, or words with blanks between them.
    """
    run = page.run(which)
    symbols = list(run["alphabet"]) if which == "characters" else run["words"]
    return {
        "symbols": symbols,
        "n": units(which),
        "start": symbols.index("\n" if which == "characters" else "</s>"),
        "unknown": None if which == "characters" else symbols.index("<unk>"),
        "units": [[unit, name] for unit, name, *_ in run.get("units", [])],
        "held_out": held_out(which),
        "text": stored_data("language_model")[which],
        "arrays": _arrays(which),
    }


@cache
def script(which: str) -> str:
    """A classic script that puts a model on the page's shelf; it works from a file: address."""
    data = json.dumps(stored(which), ensure_ascii=False, separators=(",", ":"))
    return f"(globalThis.coursekitModels ??= {{}}).{which} = {data};\n"
