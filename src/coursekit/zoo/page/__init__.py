"""Models small enough to travel inside a page: below half a megabyte each, one byte a weight.

    from coursekit.zoo import page
    model = page.load("characters")        # a RecurrentModel over the 96 symbols of text.ALPHABET
    page.run("characters")                 # how it was trained, and how well it does
    page.load("words")                     # over the words of page.run("words")["words"]

The weights are stored as in ``coursekit.zoo.store``. A matrix has ``NAME|bytes``, int8, shape
(rows, columns), and ``NAME|scale``, float32, shape (rows,): w = scale · bytes, row by row.
A vector has ``NAME|half``, float16. The rows of ``stack.cells.0.U``, ``W`` and ``b`` are the
gates in the order f, i, o, c, n rows each (see ``coursekit.models.LSTMCell``).

``run.npz`` is no model but a whole training run, thirty networks: see ``coursekit.zoo.moments``.
"""

from __future__ import annotations

import json
from importlib import import_module, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from coursekit.text import ALPHABET

if TYPE_CHECKING:
    from coursekit.zoo.page.networks import MODELS, load

__all__ = ["MODELS", "decode", "encode", "folder", "load", "run"]

_NUMBER = {symbol: number for number, symbol in enumerate(ALPHABET)}


def encode(source: str) -> npt.NDArray[np.int64]:
    """Return the numbers of characters in ``text.ALPHABET``, shape (t,).

    Raises:
        KeyError: a character is not in the alphabet (``text.python_source`` has no others).
    """
    return np.array([_NUMBER[character] for character in source], dtype=np.int64)


def decode(ids: npt.ArrayLike) -> str:
    """Return the characters with these numbers, the inverse of ``encode``."""
    return "".join(ALPHABET[number] for number in np.asarray(ids).tolist())


def folder() -> Path:
    """Return the folder of the stored weights."""
    return Path(str(resources.files("coursekit.zoo.page")))


def run(name: str) -> dict[str, Any]:
    """Return what is known about a stored model: its text, its training, its quality."""
    return cast(dict[str, Any], json.loads((folder() / f"{name}.json").read_text(encoding="utf-8")))


def __getattr__(name: str) -> Any:
    """Import what needs torch when it is first asked for: the book's figures need no torch."""
    if name not in ("MODELS", "load"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.networks"), name)
