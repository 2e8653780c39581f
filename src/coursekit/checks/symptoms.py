"""What wrong results look like, whatever the question: seen in the values, without a guess.

Each detector looks at every case in which an answer gave a wrong value, and speaks only if all of
them show the symptom. What it says is what was seen; the usual cause follows as such.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np

from coursekit.checks.compare import Difference, as_array, compare
from coursekit.checks.relations import relation

ENOUGH = 3  # rows, entries or cases from which a pattern can be seen
NEAR = 1e-6
PART = "(Compared was the first wrong part of each result.)"


@dataclass(frozen=True)
class Sight:
    """The first wrong result of one case.

    Attributes:
        right: the expected result.
        got: what the answer gave.
        difference: what :func:`.compare.compare` says of the two.
        part: whether the case has more results, or the result more parts, than the one that
            differs.
        wrong_parts: of a pair or a triple, whether each part is wrong; None of anything else.
    """

    right: Any
    got: Any
    difference: Difference
    part: bool = False
    wrong_parts: tuple[bool, ...] | None = None

    @property
    def rows(self) -> tuple[np.ndarray, np.ndarray] | None:
        """What differs as two arrays of the same number of axes; None where it is none."""
        arrays = self.difference.arrays
        if arrays is None:
            whole = as_array(self.right), as_array(self.got)
            if whole[0] is None or whole[1] is None:
                return None
            arrays = whole[0], whole[1]
        right, got = arrays
        return None if right.ndim == 0 or got.ndim != right.ndim else arrays


Shows = Callable[[Sight], bool]


def symptom(sights: Sequence[Sight], hidden: bool = False) -> str:
    """The first symptom that all sights show, in words; empty where there is none.

    Args:
        sights: one for each case that gave a wrong result; none of a case that raised an exception.
        hidden: leave out what would tell the right values.
    """
    if not sights:
        return ""
    if all(map(_swapped, sights)):
        return "These are the two right results, in the other order."
    if said := _in_entries(sights):
        return of_part(said, sights)
    if said := _constant(sights) or ("" if hidden else _some_keys(sights)):
        return said
    pairs = [s.difference.pair for s in sights if s.difference.pair is not None]
    said = relation(pairs) if len(pairs) == len(sights) and not hidden else ""
    return of_part(f"{said}.", sights) if said else ""


def of_part(said: str, sights: Sequence[Sight]) -> str:
    """What was seen of wrong results, with a word on those that were not looked at."""
    return f"{said} {PART}" if said and any(s.part for s in sights) else said


def _in_entries(sights: Sequence[Sight]) -> str:
    """What the entries of the first wrong result of every case show."""
    for shows, says in DETECTORS:
        if all(map(shows, sights)):
            return says
    for ends, says in LENGTHS:
        if all(_cut(s, *ends) for s in sights) and any(_long(s) for s in sights):
            return says
    for ends, says in PLACES:
        if all(_cut(s, *ends) and _moving(s) for s in sights) and any(_long(s) for s in sights):
            return says
    return ""


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether arrays agree in shape and, but for rounding, in value."""
    return one.shape == other.shape and bool(
        np.allclose(one, other, rtol=NEAR, atol=NEAR * NEAR, equal_nan=True)
    )


def _unlike(rows: np.ndarray) -> bool:
    """Whether there are rows enough, and not all the same, to see an order in them."""
    return len(rows) >= ENOUGH and not _same(rows, np.broadcast_to(rows[:1], rows.shape))


def _cut_off(sight: Sight) -> bool:
    """Whole numbers, and the right ones without their decimals."""
    if sight.difference.pair is None:
        return False
    right, got = sight.difference.pair
    if right.dtype.kind != "f" or not np.isfinite(right).all() or got.dtype.kind not in "iuf":
        return False
    cut = np.trunc(right)
    # Zeros alone say nothing, unless they stand in an array of integers.
    telling = cut.any() or getattr(getattr(sight.got, "dtype", None), "kind", "f") in "iu"
    lost = (np.abs(right - cut) > NEAR).sum() >= 2
    return bool(telling and lost and (got == cut).all())


def _integers(sight: Sight) -> bool:
    """An array of integers where there are decimals to be."""
    pair = sight.difference.pair
    array = isinstance(sight.got, np.ndarray) or hasattr(sight.got, "detach")
    if pair is None or not array or sight.got.ndim == 0:
        return False
    right, got = pair
    return right.dtype.kind == "f" and got.dtype.kind in "iu" and bool(np.any(right % 1))


def _one_row(sight: Sight) -> bool:
    """All rows are one, the last of the right ones."""
    if sight.rows is None:
        return False
    right, got = sight.rows
    if right.shape != got.shape or right.ndim < 2 or len(right) < 2:
        return False
    last = np.broadcast_to(right[-1:], right.shape)
    return _same(got, last) and not _same(right, last)


def _nothing(sight: Sight) -> bool:
    """Zeros everywhere, and no place for them."""
    pair = sight.difference.pair
    if pair is None or pair[0].ndim == 0 or pair[0].dtype.kind in "iu":  # numbers of words, say
        return False
    return not pair[1].any() and bool(pair[0].any())


def _all_alike(sight: Sight) -> bool:
    """All entries along the first axis are equal, and should not be."""
    if sight.rows is None or sight.rows[0].shape != sight.rows[1].shape:
        return False
    right, got = sight.rows
    finite = bool(np.isfinite(got).all())
    return finite and _unlike(right) and _same(got, np.broadcast_to(got[:1], got.shape))


def _swapped(sight: Sight) -> bool:
    """A pair of right results in the other order."""
    right, got = sight.right, sight.got
    if not all(isinstance(x, (tuple, list)) and len(x) == 2 for x in (right, got)):
        return False
    arrays = [as_array(x) for x in (*right, *got[::-1])]
    if any(a is None for a in arrays):
        return False
    first, second, third, fourth = (np.asarray(a) for a in arrays)
    return _same(first, third) and _same(second, fourth) and not _same(first, second)


def _reordered(sight: Sight) -> bool:
    """The right values with the axes of an array in another order."""
    if sight.rows is None or sight.rows[0].ndim < 2:
        return False
    right, got = sight.rows
    orders = list(permutations(range(right.ndim)))[1:] if right.ndim < 5 else []
    return any(_same(right.transpose(order), got) for order in orders)


def _cut(sight: Sight, wanted: slice, given: slice, more: int) -> bool:
    """Whether results agree in part, the student's being so much longer than the right one."""
    if sight.rows is None:
        return False
    right, got = sight.rows
    return len(got) - len(right) == more and _same(right[wanted], got[given])


def _long(sight: Sight) -> bool:
    return sight.rows is not None and _unlike(sight.rows[0])


def _moving(sight: Sight) -> bool:
    """Whether neighbours differ, so that a shift can be told from a standstill."""
    return sight.rows is not None and not _same(sight.rows[0][1:], sight.rows[0][:-1])


def _constant(sights: Sequence[Sight]) -> str:
    """The same result whatever the input."""
    results = [as_array(s.got) for s in sights]
    if len(sights) < ENOUGH or any(r is None for r in results):
        return ""
    first = np.asarray(results[0])
    # Two that are empty, or NaN, have nothing in common.
    if first.size == 0 or np.isnan(first).any():
        return ""
    if not all(_same(first, np.asarray(r)) for r in results[1:]):
        return ""
    if len({repr(s.right) for s in sights}) < ENOUGH:
        return ""
    return f"In all {len(sights)} cases that fail, your result is the same, whatever the input."


def _some_keys(sights: Sequence[Sight]) -> str:
    """A dictionary with the right keys, of which some have wrong values."""
    right, got = sights[0].right, sights[0].got
    if not (isinstance(right, dict) and isinstance(got, dict)) or set(right) != set(got):
        return ""
    wrong = [key for key in right if compare(right[key], got[key]) is not None]
    if len(wrong) == len(right):
        return ""
    shown = ", ".join(f"`{key!r}`" for key in wrong[:ENOUGH])
    more = " and others" if len(wrong) > ENOUGH else ""
    return (
        f"In the first case that fails, the values of {len(wrong)} of {len(right)} keys are wrong: "
        f"{shown}{more}."
    )


DETECTORS: tuple[tuple[Shows, str], ...] = (
    (
        _cut_off,
        "These are the right values without their decimals. An array of integers drops them (such "
        "as `np.zeros_like` of integers: give it `dtype=float`), and so do `//` and `int(…)`.",
    ),
    (
        _integers,
        "Your result is an array of integers where decimals belong: whatever is written into such "
        "an array loses its decimals. `np.zeros_like` of integers makes one; give it "
        "`dtype=float`.",
    ),
    (
        _one_row,
        "Every row is the last row. This is what you get if one array is changed in place and "
        "appended again and again: append a copy, `h.copy()`.",
    ),
    (_nothing, "All values are 0, and should not be: is anything written into what you return?"),
    (
        _all_alike,
        "All entries of your result along the first axis are equal; they should differ.",
    ),
    (_reordered, "These are the right values with the axes in another order."),
)
FIRST_LOST, LAST_LOST, ALL = slice(1, None), slice(None, -1), slice(None)
# Parts of the right result and of the student's that are equal, and how much longer the latter is.
LENGTHS: tuple[tuple[tuple[slice, slice, int], str], ...] = (
    ((FIRST_LOST, ALL, -1), "The first entry is missing; the others are right."),
    ((LAST_LOST, ALL, -1), "The last entry is missing; the others are right."),
    ((ALL, FIRST_LOST, 1), "There is one entry too many, at the beginning; the others are right."),
    ((ALL, LAST_LOST, 1), "There is one entry too many, at the end; the others are right."),
)
PLACES: tuple[tuple[tuple[slice, slice, int], str], ...] = (
    ((LAST_LOST, FIRST_LOST, 0), "Your values stand one place too late along the first axis."),
    ((FIRST_LOST, LAST_LOST, 0), "Your values stand one place too early along the first axis."),
)
