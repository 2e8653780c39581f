"""The figure of chapter 03: what a window sees, and the weights it pays for that."""

from coursekit.figures.framework import show

TEXT = "and all of a sudden Eric Clapton started to play the"
CLUE = "Clapton"


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
