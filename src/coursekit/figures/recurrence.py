"""Figures on recurrence: a tiny network stepped through a sentence, and what a state can know."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.figures.framework import show

Floats = NDArray[np.float64]

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
        sentence: one of ``SENTENCES``.
        recurrent: False sets W_h to zero.
        step: how many words have been read, 0 to 5.

    Raises:
        ValueError: an unknown sentence, or a step that the sentence does not have.
    """
    if sentence not in SENTENCES or not 0 <= step <= len(SENTENCES[0].split()):
        raise ValueError("unrolled has two sentences of five words")
    state = {
        "words": list(WORDS),
        "sentences": list(SENTENCES),
        "weights": {k: v.tolist() for k, v in (("wu", W_U), ("wh", W_H), ("q", Q), ("bq", B_Q))},
        "sentence": sentence,
        "recurrent": recurrent,
        "step": step,
    }
    return show("unrolled", state, "A recurrent network of three units reads a sentence.")


def unrolled_numbers(sentence: str, recurrent: bool = True) -> tuple[Floats, Floats]:
    """Hidden states, shape (t + 1, n), and predictions, shape (t + 1, k), of ``unrolled``.

    Row 0 is the state before the first word.
    """
    h, states = np.zeros(3), [np.zeros(3)]
    for word in sentence.split():
        u = np.eye(len(WORDS))[WORDS.index(word)]  # (k,)
        h = np.tanh(W_U @ u + recurrent * (W_H @ h))  # (n,)
        states.append(h)
    hidden = np.array(states)  # (t + 1, n)
    logits = hidden @ Q.T + B_Q  # (t + 1, k)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return hidden, odds / odds.sum(axis=1, keepdims=True)


DIRECTIONS = ("forward", "backward", "both")
TEXT = "they put money in the bank of the river"


class Reach(NamedTuple):
    """What ``directions`` shows for one state of the top layer."""

    words: list[int]  #: positions of the words that can influence it
    longest: int  #: cells on the shortest way from the farthest of them
    sees_next: bool  #: whether the next word is among them: then it cannot be predicted honestly


def directions(
    text: str = TEXT, direction: str = "forward", layers: int = 1, position: int = 5
) -> object:
    """Which words can influence a state: one direction or both, one to three layers.

    Args:
        text: four to ten words.
        direction: "forward", "backward" or "both".
        layers: 1, 2 or 3.
        position: the chosen word, counted from 0.

    Raises:
        ValueError: an argument outside these.
    """
    words = text.split()
    if not 4 <= len(words) <= 10 or not 0 <= position < len(words):
        raise ValueError("directions needs four to ten words and a position among them")
    if direction not in DIRECTIONS or layers not in (1, 2, 3):
        raise ValueError("directions knows forward, backward, both, and one to three layers")
    state = {"words": words, "direction": direction, "layers": layers, "position": position}
    return show("directions", state, "Which words can influence the state at a chosen word.")


def reach(length: int, direction: str, layers: int, position: int) -> Reach:
    """The numbers of ``directions``, found by walking the graph of cells backwards."""
    flows = [d for d in ("forward", "backward") if direction in (d, "both")]
    front = [(layers, flow, position) for flow in flows]
    distance = {cell: 1 for cell in front}
    words: dict[int, int] = {}
    while front:
        cell = front.pop(0)
        for source in _sources(cell, flows, length):
            if isinstance(source, int):
                words.setdefault(source, distance[cell])
            elif source not in distance:
                distance[source] = distance[cell] + 1
                front.append(source)
    return Reach(sorted(words), max(words.values()), position + 1 in words)


def _sources(
    cell: tuple[int, str, int], flows: Sequence[str], length: int
) -> list[tuple[int, str, int] | int]:
    """Where a cell's inputs come from: the cell before it in time, and what stands below it."""
    layer, flow, t = cell
    before = t - 1 if flow == "forward" else t + 1
    below: list[tuple[int, str, int] | int] = (
        [t] if layer == 1 else [(layer - 1, other, t) for other in flows]
    )
    return below + ([(layer, flow, before)] if 0 <= before < length else [])
