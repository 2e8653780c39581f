"""A tiny recurrent network, unrolled and stepped through a sentence."""

import numpy as np

from coursekit.figures.framework import show

WORDS = ("the", "cat", "cats", "very", "often", "sleeps", "sleep")
SENTENCES = ("the cat very often sleeps", "the cats very often sleep")

# Set by hand, not learnt. Unit 1 remembers "cat", unit 2 remembers "cats", unit 3 sees "the".
W_U = np.array([[0, 2, 0, 0, 0, 0, 0], [0, 0, 2, 0, 0, 0, 0], [2, 0, 0, 0, 0, 0, 0]], float)
W_H = np.array([[1.5, 0, 0], [0, 1.5, 0], [0, 0, 0]])
Q = np.array(
    [[-4, -4, -4], [-2, -2, 4], [-2, -2, 4], [1, 1, -1], [2, 2, -1], [4, -4, -1], [-4, 4, -1]],
    float,
)
B_Q = np.array([2.0, -1, -1, -1, -1, -2, -2])


def unrolled(sentence: str = SENTENCES[1], recurrent: bool = True, step: int = 0) -> object:
    """A network of three units, stepped through a sentence; its recurrence can be cut.

    Args:
        sentence: up to five words; those that are not in ``WORDS`` are read as zeros.
        recurrent: False sets W_h to zero.
        step: how many words have been read, 0 to 5.

    Raises:
        ValueError: more than five words, or a step that the sentence does not have.
    """
    if not 0 <= step <= len(sentence.split()) <= len(SENTENCES[0].split()):
        raise ValueError("unrolled reads five words at most, and no step after them")
    state = {
        "words": list(WORDS),
        "sentences": list(SENTENCES),
        "weights": {k: v.tolist() for k, v in (("wu", W_U), ("wh", W_H), ("q", Q), ("bq", B_Q))},
        "sentence": sentence,
        "recurrent": recurrent,
        "step": step,
    }
    return show("unrolled", state, "A recurrent network of three units reads a sentence.")
