"""The figure of chapter 03: what a window sees, and the weights it pays for that."""

from typing import NamedTuple

from coursekit.figures.framework import show

TEXT = "and all of a sudden Eric Clapton started to play the"
CLUE = "Clapton"


class Weights(NamedTuple):
    """What ``window`` shows: weights and biases below the output layer."""

    window: int  #: of the window model
    recurrent: int  #: of a recurrent network with the same sizes, for any length
    more: int  #: smallest window whose model needs more than the recurrent network


def window(w: int = 4, d: int = 100, m: int = 200) -> object:
    """A window over a sentence, and its weights to scale beside those of a recurrent network.

    Args:
        w: words in the window, 1 to 11.
        d: size of the embeddings, 20 to 300.
        m: hidden units, 20 to 300.

    Raises:
        ValueError: an argument outside these.
    """
    words = TEXT.split()
    if not 1 <= w <= len(words) or not 20 <= d <= 300 or not 20 <= m <= 300:
        raise ValueError(f"window takes 1 to {len(words)} words and sizes of 20 to 300")
    state = {"text": TEXT, "clue": CLUE, "w": w, "d": d, "m": m}
    return show("window", state, "A window over a sentence, and the size of its weight matrix.")


def window_numbers(w: int, d: int, m: int) -> Weights:
    """The numbers of ``window``: W and b_W against W_u, W_h and b_h.

    The window needs more once w·d > d + m.
    """
    return Weights(m * w * d + m, m * d + m * m + m, (d + m) // d + 1)
