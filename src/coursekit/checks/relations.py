"""Simple ways in which wrong numbers are related to the right ones: sign, factor, order, logarithm.

Said only when all entries agree on it and the numbers are not too few to be chance.
"""

from collections.abc import Callable, Iterator

import numpy as np

from coursekit.checks.words import number

RTOL = 2e-5


def relation(right: np.ndarray, theirs: np.ndarray) -> str:
    """One sentence on how wrong values come from right ones; empty when nothing simple fits.

    Args:
        right: expected values.
        theirs: a student's values, of the same shape.
    """
    if right.dtype.kind not in "iuf" or theirs.dtype.kind not in "iuf" or right.size == 0:
        return ""
    x, y = right.astype(float).ravel(), theirs.astype(float).ravel()
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return ""
    with np.errstate(all="ignore"):
        for fits, sentence in (*_arranged(right, theirs), *_functions(x, y), *_linear(x, y)):
            if fits:
                return sentence
    return ""


def _near(x: np.ndarray, y: np.ndarray) -> bool:
    return bool(np.allclose(x, y, rtol=RTOL, atol=RTOL * float(np.abs(x).max())))


def _arranged(right: np.ndarray, theirs: np.ndarray) -> Iterator[tuple[bool, str]]:
    if right.ndim == 2 and right.shape[0] == right.shape[1] and right.size > 1:
        yield _near(right.T, theirs), "These are the right values transposed"
    if right.ndim and right.size > 2 and np.unique(right).size > 2:
        for axis in range(right.ndim):
            back = np.flip(right, axis)
            yield _near(back, theirs), f"These are the right values in reverse along axis {axis}"
        same = _near(np.sort(right, axis=None), np.sort(theirs, axis=None))
        yield same, "These are the right values in another order"


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
)


def _functions(x: np.ndarray, y: np.ndarray) -> Iterator[tuple[bool, str]]:
    """Elementary functions; for whole numbers, where chance is likely, only the sign."""
    whole = bool((x == np.round(x)).all() and (y == np.round(y)).all())
    for function, sentence in FUNCTIONS[: 1 if whole else None]:
        image = function(x)
        usable = bool(np.isfinite(image).all() and image.any())  # exp(-800) = 0 says nothing
        yield usable and _near(image, y), sentence


def _linear(x: np.ndarray, y: np.ndarray) -> Iterator[tuple[bool, str]]:
    """A constant factor or offset, where at least two different entries agree on it."""
    if np.unique(x).size < 2:
        return
    at = int(np.argmax(np.abs(x)))
    factor, offset = y[at] / x[at], y[at] - x[at]
    if factor and np.isfinite(factor):
        yield _near(factor * x, y), f"All values are {number(factor)} times the right ones"
    larger = "larger" if offset > 0 else "smaller"
    yield _near(x + offset, y), f"All values are {number(abs(offset))} {larger} than the right ones"
