"""Contiguous batches: every row reads on where it stopped in the batch before.

The text is cut into ``batch`` equal rows, and a window slides over all rows at once.
With the tokens a, b, c … r, s, a batch of 3 and a window of 4::

        row 0:  a b c d | e f | g
        row 1:  g h i j | k l | m        targets: the same rows, one token later
        row 2:  m n o p | q r | s
                batch 0   batch 1

What does row b see next? In the next batch, the tokens that follow its own last input. So the
hidden state that row b ends with is the right one to start its next window, and the context of a
token reaches back to the beginning of its row, however short the window is.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]


def batches(ids: npt.ArrayLike, batch: int, window: int) -> Iterator[tuple[Ids, Ids]]:
    """Cut a text into contiguous batches of inputs and targets.

    With L = (t − 1) // batch, row b reads tokens b·L … (b+1)·L − 1 and is asked for each token's
    successor. The (t − 1) % batch tokens at the end are left out; with ``batch=1`` none is.

    Args:
        ids: Word numbers, shape (t,).
        batch: Number of rows read side by side.
        window: Number of time steps in a batch; the last batch may be shorter.

    Yields:
        Inputs and targets, both int64 of shape (b, t), fresh copies that may be changed.

    Raises:
        ValueError: The text is too short to give each row one token, or an argument is below 1.
    """
    text = np.asarray(ids, dtype=np.int64)
    if batch < 1 or window < 1:
        raise ValueError("batch and window must be at least 1")
    length = (len(text) - 1) // batch
    if length < 1:
        raise ValueError(f"{len(text)} tokens are too few for a batch of {batch} rows")
    inputs = text[: batch * length].reshape(batch, length)  # (b, L)
    targets = text[1 : batch * length + 1].reshape(batch, length)  # (b, L)
    for start in range(0, length, window):
        stop = start + window
        yield inputs[:, start:stop].copy(), targets[:, start:stop].copy()  # (b, t)


def with_boundary(ids: npt.ArrayLike, end: int) -> Ids:
    """Put a sentence end in front of a text, so that its first word is predicted from something.

    Args:
        ids: Word numbers, shape (t,).
        end: The number of ``</s>``.

    Returns:
        int64, shape (t + 1,).
    """
    return np.concatenate([[end], np.asarray(ids, dtype=np.int64)])
