"""Clipping the gradient at a wall in the error of one unit."""

from coursekit.figures.framework import show

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
