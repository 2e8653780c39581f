"""A linear recurrence computed step by step, and by a parallel scan."""

from coursekit.figures.framework import show

A = (0.9, 0.5, 1.0, 0.8, 0.0, 0.9, 1.0, 0.6)
B = (1.0, 0.4, -0.3, 0.6, 1.0, -0.5, 0.2, 0.8)


def scan(step: int = 0) -> object:
    """The states of h[t] = a[t] h[t-1] + b[t] for eight steps: by a loop, and by a parallel scan.

    Args:
        step: from 0 to 8, of the loop; the scan is through after 3.

    Raises:
        ValueError: ``step`` is out of range.
    """
    if not 0 <= step <= len(A):
        raise ValueError(f"scan takes a step from 0 to {len(A)}")
    alt = (
        "Eight states of a linear recurrence: a loop has them after eight steps, a parallel scan, "
        "which combines neighbours at distance 1, 2 and 4, after three."
    )
    return show("scan", {"a": [*A], "b": [*B], "step": step}, alt)
