"""Perplexity as a branching factor."""

from collections.abc import Sequence

from coursekit.figures.framework import show

WORDS = ("guitar", "piano", "song", "blues", "fool", "xylophone")
WEIGHTS = (60, 12, 10, 9, 6, 1)


def branching(
    words: Sequence[str] = WORDS,
    weights: Sequence[int] = WEIGHTS,
    title: str = "Eric Clapton started to play the ___",
) -> object:
    """Perplexity as a branching factor: sliders set the weights of a few words.

    Args:
        words: two to eight words, most likely first.
        weights: one whole number from 0 to 100 for each word; need not sum to anything.
        title: what stands above the drawing.

    Raises:
        ValueError: the lengths differ, or are not from two to eight, or a weight is out of range.
    """
    if len(words) != len(weights) or not 2 <= len(words) <= 8:
        raise ValueError("branching needs two to eight words and one weight for each")
    if any(not 0 <= weight <= 100 for weight in weights):
        raise ValueError("a weight lies between 0 and 100")
    alt = "Probabilities of the next word, and how many equally likely words are as uncertain."
    return show("branching", {"words": [*words], "weights": [*weights], "title": title}, alt)
