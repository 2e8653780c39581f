"""Clipping the gradient at a wall in the error of one unit."""

import numpy as np
import numpy.typing as npt

from coursekit.figures.framework import show

Array = npt.NDArray[np.float64]
W_RANGE, B_RANGE = (3.0, 6.6), (-3.2, 1.6)


def clipping_wall(
    w: float = 5.4,
    b: float = -2.6,
    rate: float = 1.0,
    threshold: float = 0.1,
    updates: int = 100,
) -> object:
    """The error of one unit after 50 steps, and gradient descent on it with and without clipping.

    Args:
        w: start, 3 to 6.6.
        b: start, -3.2 to 1.6.
        rate: learning rate, 0.01 to 3.
        threshold: γ, 0.01 to 10.
        updates: how many are drawn, 1 to 400.

    Raises:
        ValueError: an argument is out of range.
    """
    inside = W_RANGE[0] <= w <= W_RANGE[1] and B_RANGE[0] <= b <= B_RANGE[1]
    if not inside or not (0.01 <= rate <= 3 and 0.01 <= threshold <= 10 and 1 <= updates <= 400):
        raise ValueError("clipping_wall: start, rate, threshold or updates out of range")
    state = {"w": w, "b": b, "rate": rate, "threshold": threshold, "updates": updates}
    alt = (
        "Map of the error over the weight w and the bias b, with a steep wall, and two paths of "
        "gradient descent from the same start: with clipping and without."
    )
    return show("clipping_wall", state, alt)


def clipping_wall_numbers(
    w: float, b: float, rate: float, threshold: float | None, updates: int
) -> tuple[Array, Array]:
    """A path of `clipping_wall`: points (w, b) and errors, each updates + 1 long.

    ``threshold`` None: no clipping.
    """
    points, errors = [(w, b)], []
    for update in range(updates + 1):
        error, q = wall_error(w, b)
        errors.append(error)
        if update < updates:
            norm = float(np.hypot(*q))
            shrink = 1.0 if threshold is None or norm < threshold else threshold / norm
            w, b = w - rate * shrink * q[0], b - rate * shrink * q[1]
            points.append((w, b))
    return np.array(points), np.array(errors)


def wall_error(w: float, b: float) -> tuple[float, tuple[float, float]]:
    """E = (σ(x_50) - 0.7)² and its gradient, by the forward recursion of Pascanu et al. 2013."""
    x, dx_dw, dx_db = 0.5, 0.0, 0.0
    for _ in range(50):
        s = 1 / (1 + np.exp(-x))
        slope = s * (1 - s)
        x, dx_dw, dx_db = w * s + b, s + w * slope * dx_dw, 1 + w * slope * dx_db
    s = 1 / (1 + np.exp(-x))
    outer = 2 * (s - 0.7) * s * (1 - s)
    return float((s - 0.7) ** 2), (float(outer * dx_dw), float(outer * dx_db))
