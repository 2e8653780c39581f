"""Simple ways in which wrong numbers are related to the right ones: sign, factor, order, logarithm.

A relation is named only if it holds in every case that was looked at, in two at least, on numbers
that differ from case to case, and far more closely than the wrong numbers are wrong.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from coursekit.checks.words import number

CASES = 2  # in which a relation has to hold
NUMBERS = 3  # cases of one number each, of which two have a simple ratio by chance
RTOL = 2e-5
FINER = 1e-3  # how far a relation may be off, as a share of how far the numbers are off
Pair = tuple[np.ndarray, np.ndarray]  # right numbers and a student's, of one shape


def relation(pairs: Sequence[Pair]) -> str:
    """One sentence on how wrong values come from right ones; empty when nothing simple fits.

    Args:
        pairs: expected values and a student's values, for each case that is wrong.
    """
    if len(pairs) < CASES or not all(map(_usable, pairs)):
        return ""
    if len({right.tobytes() for right, _ in pairs}) < CASES:
        return ""
    with np.errstate(all="ignore"):
        few = len(pairs) < NUMBERS and all(right.size == 1 for right, _ in pairs)
        found = [set(_sentences(*pair, few)) for pair in pairs]
        order = list(_sentences(*pairs[0], few))
    return next((said for said in order if all(said in others for others in found)), "")


def _usable(pair: Pair) -> bool:
    """Whether there are finite real numbers in both."""
    return all(a.dtype.kind in "iuf" and a.size > 0 and np.isfinite(a).all() for a in pair)


def _sentences(right: np.ndarray, theirs: np.ndarray, few: bool) -> Iterator[str]:
    """Every relation that holds in one case; no factor where there are few numbers."""
    x, y = right.astype(float), theirs.astype(float)
    off = float(np.abs(x - y).max())
    for image, sentence in (*_arranged(x), *_functions(x, y), *(() if few else _linear(x, y))):
        # exp(-800) = 0 says nothing, nor does a relation that leaves everything as it was.
        if not (np.isfinite(image).all() and image.any()) or image.shape != y.shape:
            continue
        room = min(RTOL * float(np.abs(image).max()), FINER * off)
        if np.abs(image - y).max() <= room:
            yield sentence


def _arranged(x: np.ndarray) -> Iterator[tuple[np.ndarray, str]]:
    """The right values at other places; of three that are equal none can be told from another."""
    if np.unique(x).size < 3:
        return
    if x.ndim == 2 and x.shape[0] == x.shape[1]:
        yield x.T, "These are the right values transposed"
    for axis in range(x.ndim):
        where = f" along axis {axis}" if x.ndim > 1 else ""
        yield np.flip(x, axis), f"These are the right values in reverse order{where}"


FUNCTIONS: tuple[tuple[Callable[[np.ndarray], np.ndarray], str], ...] = (
    (np.negative, "This is the right result with the opposite sign"),
    (np.log, "This is the natural logarithm of the right result"),
    (np.exp, "This is exp of the right result"),
    (lambda x: np.exp(-x), "The right result is −log of this"),
    (lambda x: -np.log(x), "This is −log of the right result"),
    (np.log2, "This is the base-2 logarithm of the right result"),
    (np.exp2, "This is 2 to the power of the right result"),
    (lambda x: 1 / x, "This is 1 divided by the right result"),
    (lambda x: 1 - x, "This is 1 minus the right result"),
    (np.square, "This is the square of the right result"),
    (np.sqrt, "This is the square root of the right result"),
    (np.ceil, "This is the right result, rounded up to a whole number"),
    (np.floor, "This is the right result, rounded down to a whole number"),
    (np.round, "This is the right result, rounded to a whole number"),
)


def _functions(x: np.ndarray, y: np.ndarray) -> Iterator[tuple[np.ndarray, str]]:
    """Elementary functions; for whole numbers, where chance is likely, only the sign."""
    whole = bool((x == np.round(x)).all() and (y == np.round(y)).all())
    for function, sentence in FUNCTIONS[: 1 if whole else None]:
        yield function(x), sentence


def _linear(x: np.ndarray, y: np.ndarray) -> Iterator[tuple[np.ndarray, str]]:
    """A constant factor or offset, the same number in all cases that agree on the sentence."""
    at = np.unravel_index(int(np.argmax(np.abs(x))), x.shape)
    factor, offset = float(y[at] / x[at]), float(y[at] - x[at])
    if factor and np.isfinite(factor):
        yield factor * x, f"All values are {number(float(f'{factor:.4g}'))} times the right ones"
    if x.size < 2:
        return  # any two numbers differ by some offset
    larger = "larger" if offset > 0 else "smaller"
    by = number(abs(float(f"{offset:.4g}")))
    yield x + offset, f"All values are {by} {larger} than the right ones"
