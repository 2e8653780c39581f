"""The figure of chapter 12: what the last state, the mean and the maximum keep of a sentence."""

from coursekit.figures.framework import show

OTHERS = (0.1, -0.2, 0.15, -0.1, 0.05, -0.15, 0.2, -0.05)
"""Inputs of the eight words that tell little; one of them is replaced by the telling word."""
CLUE = 1.5
LONGEST_FILLING = 12


def state_summary(place: int = 3, w: float = 0.7, filling: int = 6) -> object:
    """One unit reads a sentence with one telling word, and filling after it.

    Args:
        place: where the telling word stands, from 1 to 8.
        w: recurrent weight, from 0 to 1.2.
        filling: steps of filling behind the sentence, from 0 to 12.

    Raises:
        ValueError: an argument outside these.
    """
    if not 1 <= place <= len(OTHERS) or not 0 <= w <= 1.2 or not 0 <= filling <= LONGEST_FILLING:
        raise ValueError("state_summary takes a place of 1 to 8, w of 0 to 1.2, filling of 0 to 12")
    state = {"others": list(OTHERS), "clue": CLUE, "place": place, "w": w, "filling": filling}
    alt = "States of one unit over a sentence and its filling, with their last, mean and maximum."
    return show("state_summary", state, alt)
