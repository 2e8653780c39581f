"""What a single unit of a network knows about the place it reads at: the truth, and the score.

The truth about Python source comes from Python's own ``tokenize``. Everything is said of the moment
*after* a character has been read, as a person reading along would know it: after an opening quote
we are in a string, after the closing one no longer; after ``#`` in a comment, until the line ends;
the depth counts the brackets that are open. The state h^[t] or
c^[t] after the same character can then be compared with it.

The score of a unit is the area under the ROC curve (AUC): draw one place where the property holds
and one where it does not; how often is the unit's value higher at the first? 1/2 is chance. It
needs no threshold, and any increasing function of the values, tanh for one, has the same score
(Hanley & McNeil 1982).

Axes: t characters, n units, p properties.
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["auc", "places"]

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_CONDITION = ("if", "elif", "while")
_LAYOUT = (tokenize.INDENT, tokenize.DEDENT, tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT)
# From Python 3.12 on, an f-string is several tokens; before, it is one STRING.
_F_START = getattr(tokenize, "FSTRING_START", -1)
_F_END = getattr(tokenize, "FSTRING_END", -1)


class _Token(NamedTuple):
    """A token: its kind, its text, and the characters [start, end) that it takes up."""

    kind: int
    text: str
    start: int
    end: int


def places(source: str) -> dict[str, Counts]:
    """Return what holds after each character of Python source, each shape (t,).

    Returns:
        ``string`` and ``comment``: 1 inside, else 0. ``condition``: 1 between ``if``, ``elif`` or
        ``while`` and the colon of that statement. ``depth``: brackets open. ``indent``: blocks
        around the statement. ``column``: characters of the line read before this one.

    Raises:
        tokenize.TokenError: a string or bracket never ends.
        SyntaxError: the blocks do not fit together.
    """
    names = ("string", "comment", "condition", "depth", "indent")
    change = {name: np.zeros(len(source) + 2, dtype=np.int64) for name in names}
    for name, start, step in _changes(source):
        change[name][min(start, len(source))] += step
    found = {name: np.cumsum(steps)[: len(source)] for name, steps in change.items()}
    return found | {"column": _columns(source)}


def _changes(source: str) -> Iterator[tuple[str, int, int]]:
    """Yield (property, first character it holds after, change)."""
    tokens = list(_tokens(source))
    for kind, _, start, end in tokens:
        if kind == tokenize.STRING:
            yield from (("string", start, 1), ("string", end - 1, -1))
        elif kind == tokenize.COMMENT:
            yield from (("comment", start, 1), ("comment", end, -1))
        elif kind in (tokenize.INDENT, tokenize.DEDENT):
            yield "indent", end, 1 if kind == tokenize.INDENT else -1
    yield from _brackets(tokens)
    yield from _conditions(tokens)


def _tokens(source: str) -> Iterator[_Token]:
    """The tokens of the source; an f-string is one STRING in every version of Python."""
    starts = [0, *accumulate(len(line) for line in io.StringIO(source))]
    starts.append(starts[-1])
    opened: list[int] = []  # where the f-strings around this token began
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        start = starts[token.start[0] - 1] + token.start[1]
        end = starts[min(token.end[0], len(starts)) - 1] + token.end[1]
        if token.type == _F_START:
            opened.append(start)
        elif token.type == _F_END:
            first = opened.pop()
            if not opened:
                yield _Token(tokenize.STRING, source[first:end], first, end)
        elif not opened:
            yield _Token(token.type, token.string, start, end)


def _brackets(tokens: Iterable[_Token]) -> Iterator[tuple[str, int, int]]:
    for kind, text, start, _ in tokens:
        if kind == tokenize.OP and text in _BRACKETS:
            yield "depth", start, _BRACKETS[text]


def _conditions(tokens: Iterable[_Token]) -> Iterator[tuple[str, int, int]]:
    depth, fresh, condition = 0, True, False  # fresh: at the first word of a statement
    for kind, text, start, end in tokens:
        if kind == tokenize.OP:
            depth += _BRACKETS.get(text, 0)
            if text == ":" and condition and depth == 0:
                condition = False
                yield "condition", start, -1
        elif fresh and text in _CONDITION:
            condition = True
            yield "condition", end, 1
        if kind == tokenize.NEWLINE:
            fresh = True
        elif kind not in _LAYOUT:
            fresh = False


def _columns(source: str) -> Counts:
    """Characters of the same line before each character; a line break belongs to its line."""
    position = np.arange(len(source))
    breaks = np.array([character == "\n" for character in source], dtype=bool)
    first = np.zeros(len(source), dtype=np.int64)
    first[1:] = np.where(breaks[:-1], position[1:], 0)
    return position - np.maximum.accumulate(first)


def auc(values: npt.ArrayLike, holds: npt.ArrayLike) -> Floats:
    """Return the area under the ROC curve of every unit for every property.

    All pairs are counted at once by ranks (Mann & Whitney 1947): the ranks of the places where the
    property holds, added up, less the least that sum could be, is the number of pairs won; equal
    values share the mean of their ranks, so that a draw counts half.

    Args:
        values: of the units, (t, n).
        holds: whether each property holds, (t, p), as booleans or 0 and 1.

    Returns:
        Shape (p, n).

    Raises:
        ValueError: a property holds everywhere or nowhere.
    """
    columns = np.asarray(values).T  # (n, t)
    positive = np.asarray(holds).astype(bool).T.astype(np.float64)  # (p, t)
    won, lost = positive.sum(1), (1 - positive).sum(1)  # (p,) each
    if not (won.all() and lost.all()):
        raise ValueError("a property that holds everywhere or nowhere has no AUC")
    areas = np.empty((len(positive), len(columns)))
    for unit, column in enumerate(columns):
        ranked = np.sort(column)
        below = np.searchsorted(ranked, column, "left")
        rank = (below + np.searchsorted(ranked, column, "right") + 1) / 2  # (t,)
        areas[:, unit] = (positive @ rank - won * (won + 1) / 2) / (won * lost)
    return areas
