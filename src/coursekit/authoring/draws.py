"""Random numbers that come out the same on every processor.

NumPy's normal and exponential numbers are drawn by comparing floating-point numbers, a comparison
that decides how many random bits are used up, and mathematical functions differ in their last bit
from one processor to the next. Cases of a question must not: one seed means one exam on every
machine. So each number here is made from whole numbers and is a short decimal, which also reads
well when a case is shown to a student.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit.authoring.precision import rounded

GRAIN = 10**6  # a random fraction is a whole number of millionths
DIGITS = 6  # of a drawn number

Size = int | tuple[int, ...] | None


class Draws(np.random.Generator):
    """A random generator whose numbers do not depend on the processor.

    Whole numbers, choices and permutations are NumPy's own, which use integer arithmetic alone; the
    distributions below are made from them, each number from a fixed count of draws.
    """

    def random(self, size: Size = None) -> Any:  # type: ignore[override]
        """Fractions from 0 to 1, without 1, as whole numbers of millionths."""
        fractions = self.integers(GRAIN, size=size) / GRAIN
        return float(fractions) if size is None else fractions

    def uniform(self, low: ArrayLike = 0.0, high: ArrayLike = 1.0, size: Size = None) -> Any:  # type: ignore[override]
        """Numbers between ``low`` and ``high``, each with six digits.

        Raises:
            ValueError: an end is missing or not finite.
        """
        low, high = np.asarray(low, float), np.asarray(high, float)
        if not (np.isfinite(low).all() and np.isfinite(high).all()):
            raise ValueError("uniform: both ends must be finite numbers")
        shape = np.broadcast_shapes(low.shape, high.shape) if size is None else size
        return _as_drawn(low + (high - low) * self.random(shape), DIGITS)

    def standard_normal(self, size: Size = None) -> Any:  # type: ignore[override]
        """Nearly normal numbers: the sum of twelve uniform ones, less 6, to six decimals."""
        shape = () if size is None else size if isinstance(size, tuple) else (size,)
        twelve = self.integers(GRAIN, size=(12, *shape)).sum(axis=0)
        return _as_drawn((twelve - 6 * GRAIN + 6) / GRAIN, DIGITS)  # + 6: the mean is then 0

    def normal(self, loc: ArrayLike = 0.0, scale: ArrayLike = 1.0, size: Size = None) -> Any:  # type: ignore[override]
        """Nearly normal numbers of a given mean and standard deviation, each with six digits."""
        loc, scale = np.asarray(loc, float), np.asarray(scale, float)
        shape = np.broadcast_shapes(loc.shape, scale.shape) if size is None else size
        return _as_drawn(loc + scale * self.standard_normal(shape), DIGITS)

    def exponential(self, scale: ArrayLike = 1.0, size: Size = None) -> Any:  # type: ignore[override]
        """Exponential numbers of a given mean, each with six digits."""
        scale = np.asarray(scale, float)
        shape = scale.shape if size is None else size
        left = (self.integers(GRAIN, size=shape) + 0.5) / GRAIN
        return _as_drawn(-scale * np.log(left), DIGITS)

    def dirichlet(self, alpha: ArrayLike, size: Size = None) -> np.ndarray:  # type: ignore[override]
        """Distributions in whole numbers of millionths, which add up to 1.

        Args:
            alpha: above 0, shape (k,); if one is not whole, this is only nearly a Dirichlet.
            size: how many.

        Raises:
            ValueError: an ``alpha`` is not above 0.
        """
        alpha = np.asarray(alpha, float)
        if not (alpha > 0).all():
            raise ValueError("dirichlet: every alpha must be above 0")
        shape = () if size is None else size if isinstance(size, tuple) else (size,)
        counts = np.ceil(alpha).astype(int)
        parts = self.exponential(size=(*shape, int(counts.sum())))
        starts = np.cumsum(counts) - counts
        weights = np.add.reduceat(parts, starts, axis=-1)  # (..., k), each of a gamma distribution
        broken = alpha < counts
        weights[..., broken] *= self.random((*shape, int(broken.sum()))) ** (1 / alpha[broken])
        return _shared_out(weights)


def _as_drawn(value: Any, digits: int) -> Any:
    """Short decimals; a single one as a plain number."""
    return rounded(value, digits) if np.ndim(value) else float(rounded(np.asarray(value), digits))


def _shared_out(weights: np.ndarray) -> np.ndarray:
    """Each row as whole millionths with sum 1, none of them 0."""
    whole = np.rint(weights / weights.sum(axis=-1, keepdims=True) * GRAIN).astype(int)
    whole = np.maximum(whole, 1)
    most = whole.argmax(axis=-1)[..., None]
    missing = GRAIN - whole.sum(axis=-1, keepdims=True)
    np.put_along_axis(whole, most, np.take_along_axis(whole, most, -1) + missing, -1)
    shares: np.ndarray = whole / GRAIN
    return shares
