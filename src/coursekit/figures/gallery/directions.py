"""What a state can know, by direction and number of layers."""

from collections.abc import Sequence
from typing import NamedTuple

from coursekit.figures.framework import show

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
