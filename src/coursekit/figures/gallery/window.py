"""The figure of chapter 03: what a window sees, and the weights it pays for that."""

from coursekit.figures.framework import show

TEXT = "and all of a sudden Eric Clapton started to play the"
CLUE = "Clapton"


def window(
    w: int = 4, d: int = 100, m: int = 200, text: str = TEXT, place: int | None = None
) -> object:
    """A window over a text, and its weights to scale beside those of a recurrent network.

    Args:
        w: words in the window, 1 to 11.
        d: size of the embeddings, 20 to 300.
        m: hidden units, 20 to 300.
        text: 1 to 12 words.
        place: how many words stand before the one to be predicted; by default all.

    Raises:
        ValueError: an argument outside these.
    """
    count = len(text.split())
    at = count if place is None else place
    if not 1 <= w <= 11 or not 20 <= d <= 300 or not 20 <= m <= 300:
        raise ValueError("window takes 1 to 11 words and sizes of 20 to 300")
    if not 1 <= at <= count <= 12:
        raise ValueError("window takes a text of 1 to 12 words, and a place in it")
    state = {"text": text, "place": at, "clue": CLUE, "w": w, "d": d, "m": m}
    return show("window", state, "A window over a text, and the size of its weight matrix.")
