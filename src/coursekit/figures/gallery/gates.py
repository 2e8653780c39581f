"""The gates of a trained LSTM over the reader's own text, in the page itself."""

from typing import NamedTuple

from coursekit.figures.framework import show
from coursekit.figures.gallery import language_model

HELD = ("nothing", *(f"{gate}{value}" for gate in "fio" for value in (0, 1)), "c0")


class Defaults(NamedTuple):
    """With what a model begins: a text, a part of it, a unit, and a place in it."""

    prompt: str
    selection: tuple[int, int]
    unit: int
    place: int


_BEGIN = {
    "characters": Defaults(
        "for name in sorted(names):\n    print(len(name), name)\n"
        "    total = total + max(0, len(name))\n",
        (36, 52),
        unit=72,
        place=44,
    ),
    "words": Defaults(
        "we must keep our promise to the people, and we will not rest until every child in this "
        "nation has the chance to learn and to work. the world is changing, and so are we.",
        (8, 38),
        unit=2,
        place=2,
    ),
}


def gates(
    which: str = "characters",
    prompt: str | None = None,
    unit: int | None = None,
    place: int | None = None,
    shown: str = "c",
    held: str = "nothing",
) -> object:
    """Gates and states of a small LSTM over a text that the reader types.

    Args:
        which: "characters" (Python source) or "words" (speeches).
        prompt: the text; by default one that suits the model.
        unit: the unit that is looked at.
        place: the symbol after which it is looked at, from 0.
        shown: of all units, "f", "i", "o", "c" (as tanh c) or "h".
        held: "nothing", a gate with 0 or 1 ("f0" … "o1"), or "c0".

    Raises:
        ValueError: an unknown model, unit, gate or state.
    """
    if which not in language_model.KINDS or shown not in (*"fioch",) or held not in HELD:
        raise ValueError(f"which is one of {language_model.KINDS}, held one of {HELD}")
    begin = _BEGIN[which]
    seen = begin.unit if unit is None else unit
    if not 0 <= seen < language_model.units(which):
        raise ValueError(f"{which!r} has the units 0 to {language_model.units(which) - 1}")
    state = {
        **language_model.shelf(which),
        "title": "The gates of an LSTM, over a text of yours",
        "prompt": begin.prompt if prompt is None else prompt,
        "selection": list(begin.selection) if prompt is None else [0, 0],
        "unit": seen,
        "place": begin.place if place is None else place,
        "shown": shown,
        "held": held,
        "whole": False,
    }
    alt = (
        "The gates of a trained LSTM as a heat map over a text that you type, one step of one unit "
        "drawn with its numbers, and what is likely next with a gate or unit held fixed. "
        "It starts in the page when asked to."
    )
    return language_model.served(show("gates", state, alt), which)
