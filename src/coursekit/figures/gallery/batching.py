"""A text cut into batches: what a prediction knows, and what it teaches."""

from math import ceil

from coursekit.figures.framework import show

TEXT = "the cats that the old dog saw often sleep all day"


def batching(
    text: str = TEXT,
    rows: int = 3,
    window: int = 5,
    update: int = 2,
    row: int = 2,
    carry: bool = True,
) -> object:
    """A text cut into rows, read window by window: what a prediction knows and what it teaches.

    Args:
        text: 20 to 50 characters.
        rows: 1 to 4, read side by side.
        window: time steps of a batch, 1 to 12.
        update: which batch is read, from 1.
        row: the row that is followed, from 1.
        carry: whether the state goes on to the next window, or starts again at zero.

    Raises:
        ValueError: an argument outside these.
    """
    if not 20 <= len(text) <= 50 or not 1 <= rows <= 4 or not 1 <= window <= 12:
        raise ValueError("batching takes 20 to 50 characters, 1 to 4 rows and a window of 1 to 12")
    last = ceil((len(text) - 1) // rows / window)
    if not 1 <= row <= rows or not 1 <= update <= last:
        raise ValueError(f"there are {rows} rows and {last} updates")
    state = {
        "text": text,
        "rows": rows,
        "window": window,
        "update": update,
        "row": row,
        "carry": carry,
    }
    return show("batching", state, "A text in rows, read window by window; one batch is marked.")
