"""Patterns in wrong numbers: where they are wrong, and what holds for the right ones alone.

Weaker than a symptom with a usual cause, but facts about every case that fails, which tell where to
look: the first entry alone, everything from some entry on, rows that no longer add up to 1.
"""

from collections.abc import Callable, Sequence

import numpy as np

FEW = 3  # entries or rows from which a pattern can be seen
NEAR = 1e-6
NO, WEAK, STRONG = range(3)  # a pattern has to be strong in one case, and weak at least in all
Pair = tuple[np.ndarray, np.ndarray]  # right numbers and a student's, of one shape
Holds = Callable[[np.ndarray, np.ndarray], int]


def pattern(pairs: Sequence[Pair]) -> str:
    """The first pattern that all pairs show; empty where there is none."""
    if not pairs or not all(a.size > 0 and a.dtype.kind in "iuf" for pair in pairs for a in pair):
        return ""
    found = [(right.astype(float), got.astype(float)) for right, got in pairs]
    whole = all(right.dtype.kind in "iu" for right, _ in pairs)
    names = whole and all(right.ndim for right, _ in pairs)  # numbers of words or tags: no amounts
    with np.errstate(all="ignore"):
        for holds, says in PATTERNS:
            if (says in AMOUNTS and names) or (says == FRACTIONS and not whole):
                continue
            degrees = [int(holds(*pair)) for pair in found]
            if min(degrees) > NO and (STRONG in degrees or degrees.count(WEAK) >= FEW):
                return says
    return ""


def _near(one: np.ndarray, other: np.ndarray | float) -> np.ndarray:
    """Entry by entry, whether numbers are equal but for rounding."""
    near: np.ndarray = np.isclose(one, other, rtol=NEAR, atol=NEAR * NEAR, equal_nan=True)
    return near


def _degree(holds: object, strong: object) -> int:
    return NO if not holds else STRONG if strong else WEAK


def _infinite(right: np.ndarray, got: np.ndarray) -> int:
    return _degree((np.isinf(got) & np.isfinite(right)).any(), True)


def _finite(right: np.ndarray, got: np.ndarray) -> int:
    """Whether all that is wrong should be infinite."""
    bad = ~_near(right, got)
    return _degree(np.isinf(right[bad]).all() and np.isfinite(got[bad]).all(), True)


def _number_for_nan(right: np.ndarray, got: np.ndarray) -> int:
    """Whether all that is wrong should be NaN."""
    return _degree(np.isnan(right[~_near(right, got)]).all(), True)


def _adds_up(x: np.ndarray, axis: int) -> bool:
    """Whether the numbers along an axis are probabilities."""
    if x.ndim < -axis or x.shape[axis] < 2 or not (x >= 0).all():
        return False
    return bool(_near(x.sum(axis), 1).all())


def _columns_for_rows(right: np.ndarray, got: np.ndarray) -> int:
    rows = _adds_up(right, -1) and not _adds_up(right, -2)
    return _degree(rows and _adds_up(got, -2) and not _adds_up(got, -1), True)


def _rows_off(right: np.ndarray, got: np.ndarray) -> int:
    off = np.isfinite(got).all() and got.ndim and not _near(got.sum(-1), 1).all()
    return _degree(_adds_up(right, -1) and off, True)


def _negative(right: np.ndarray, got: np.ndarray) -> int:
    return _degree((right >= 0).all() and (got < 0).any(), right.size >= FEW)


def _reordered(right: np.ndarray, got: np.ndarray) -> int:
    """The same numbers at other places."""
    alike = right.ndim and _near(np.sort(right, axis=None), np.sort(got, axis=None)).all()
    return _degree(alike, np.unique(right).size >= FEW)


def _only_at(place: int) -> Holds:
    """Whether the entry at one end of the first axis is wrong, and no other."""

    def holds(right: np.ndarray, got: np.ndarray) -> int:
        if right.ndim == 0 or len(right) == 0:
            return NO
        rest = slice(1, None) if place == 0 else slice(None, -1)
        return _degree(_near(right[rest], got[rest]).all(), len(right) >= FEW)

    return holds


def _from_some_on(step: int) -> Holds:
    """Whether entries are right at the beginning (or, going back, the end), and then all wrong."""

    def holds(right: np.ndarray, got: np.ndarray) -> int:
        if right.ndim == 0 or len(right) < 2:
            return NO
        good = np.asarray(_near(right, got).reshape(len(right), -1).all(axis=1))[::step]
        first = int(np.argmin(good))
        said = right[::step][:first].any()  # zeros are right by themselves
        return _degree(said and not good[first:].any(), len(right) >= FEW)

    return holds


def _zeros(right: np.ndarray, got: np.ndarray) -> int:
    """Whether all that is wrong are zeros that should not be zero."""
    return _degree((got[~_near(right, got)] == 0).all(), right.size >= FEW)


def _zeros_filled(right: np.ndarray, got: np.ndarray) -> int:
    """Whether all that is wrong should be zero."""
    bad = ~_near(right, got)
    return _degree((right[bad] == 0).all() and not bad.all(), right.size >= FEW)


def _multiple(right: np.ndarray, got: np.ndarray) -> int:
    """Whether the numbers are the right ones times a factor."""
    if right.ndim == 0 or right.size == 0:
        return NO
    return _proportional(right.reshape(1, -1), got.reshape(1, -1))


def _rows_multiple(right: np.ndarray, got: np.ndarray) -> int:
    """Whether each row is the right row times a factor of its own."""
    if right.ndim < 2 or right.size == 0:
        return NO
    return _proportional(right.reshape(-1, right.shape[-1]), got.reshape(-1, right.shape[-1]))


def _proportional(right: np.ndarray, got: np.ndarray) -> int:
    """Whether the rows of two matrices have the same directions."""
    finite = np.isfinite(right).all() and np.isfinite(got).all()
    if not finite or not right.any(1).all() or not got.any(1).all():
        return NO
    at = np.abs(right).argmax(1)[:, None]
    factor = np.take_along_axis(got, at, 1) / np.take_along_axis(right, at, 1)
    several = (np.abs(right) > NEAR).sum(1).min() >= FEW
    return _degree(_near(factor * right, got).all(), several)


def _shifted(right: np.ndarray, got: np.ndarray) -> int:
    """Whether all numbers are off by the same amount."""
    off: np.ndarray = got - right
    if right.ndim == 0 or right.size == 0 or not np.isfinite(off).all():
        return NO
    return _degree(_near(off, float(off.max())).all(), np.unique(right).size >= FEW)


def _nearly(right: np.ndarray, got: np.ndarray) -> int:
    """Whether numbers are off by 1 % of the largest at most."""
    bad = ~_near(right, got)
    close = np.abs(got - right).max() <= 0.01 * np.abs(right).max()
    return _degree(close and (right[bad] % 1).any(), True)


def _fractions(right: np.ndarray, got: np.ndarray) -> int:
    """Whether the right numbers are whole, and these are not."""
    finite = np.isfinite(right).all() and np.isfinite(got).all()
    return _degree(finite and not (right % 1).any() and (got % 1).any(), right.size >= FEW)


def _wrong_sign(right: np.ndarray, got: np.ndarray) -> int:
    """Whether only the sign of what is wrong is wrong."""
    bad = ~_near(right, got)
    return _degree(bad.any() and _near(-right[bad], got[bad]).all(), bad.sum() >= FEW)


def _everywhere(compare: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Holds:
    """Whether a comparison holds wherever something is wrong."""

    def holds(right: np.ndarray, got: np.ndarray) -> int:
        bad = ~_near(right, got)
        finite = np.isfinite(got[bad]).all()
        return _degree(finite and compare(got[bad], right[bad]).all(), bad.sum() >= FEW)

    return holds


TOO_LARGE = "Wherever your values are wrong, they are too large."
TOO_SMALL = "Wherever your values are wrong, they are too small."
ZEROS = "Where your values are wrong they are 0, and should not be."
NO_ZEROS = "Where your values are wrong they should be 0."
FRACTIONS = "The right values are whole numbers; yours are not."
AMOUNTS = frozenset((ZEROS, NO_ZEROS, TOO_LARGE, TOO_SMALL))
VAGUE = frozenset((TOO_LARGE, TOO_SMALL))  # told last

PATTERNS: tuple[tuple[Holds, str], ...] = (
    (
        _infinite,
        "An infinite value stands where a finite one belongs: exp of a large number overflows, and "
        "so does a division by 0 or the logarithm of 0.",
    ),
    (_finite, "Where your values are wrong they should be infinite."),
    (_number_for_nan, "Where your values are wrong they should be NaN."),
    (
        _columns_for_rows,
        "Your columns add up to 1, where each row should: is it the right axis?",
    ),
    (_wrong_sign, "Where your values are wrong, only their sign is."),
    (
        _multiple,
        "Your values are the right ones times a factor: look at what you divide or multiply by.",
    ),
    (
        _rows_multiple,
        "Each of your rows is the right row times a factor of its own: look at what you divide a "
        "row by.",
    ),
    (_shifted, "Your values are all off by the same amount."),
    (_reordered, "These are the right values in another order."),
    (_only_at(0), "Only the first entry is wrong; all others are right."),
    (_only_at(-1), "Only the last entry is wrong; all others are right."),
    (
        _from_some_on(1),
        "Your values are right at the beginning and wrong from some entry on: look at the first "
        "entry that is wrong.",
    ),
    (_from_some_on(-1), "Your values are right at the end and wrong before it."),
    (
        _nearly,
        "Your values are off by less than 1 % of the largest: is something rounded, cut off, or "
        "approximated in steps that are too large?",
    ),
    (_rows_off, "The right values add up to 1 (in each row, if there are several); yours do not."),
    (_fractions, FRACTIONS),
    (_negative, "Some of your values are negative; the right ones never are."),
    (_zeros, ZEROS),
    (_zeros_filled, NO_ZEROS),
    (_everywhere(np.greater), TOO_LARGE),
    (_everywhere(np.less), TOO_SMALL),
)
