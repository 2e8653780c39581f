"""A training run as a row of moments: the first network, then what changes from one to the next.

All weights of a network stand in one vector, row after row; a vector of weights is one row. Moment
m adds to each row scale · q, with whole numbers q and scale = 2^(e/8), q and e one byte each:

    w_m = Σ_{j ≤ m} 2^(e_j/8) q_j

The first moment has q from -127 to 127, the later ones from -LEVELS to LEVELS, which pack into a
few bits. A difference is taken from what the moments before it add up to, not from the true
weights: so the errors of rounding do not add up, and each is mended by the next moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

LEVELS = 3
Weights = Mapping[str, npt.NDArray[np.float32]]
Shapes = Mapping[str, tuple[int, ...]]


def rows(shapes: Shapes) -> npt.NDArray[np.int64]:
    """To which row each weight belongs, in the order of the names, (weights,)."""
    lengths = [
        length
        for shape in shapes.values()
        for length in ([shape[0]] if len(shape) == 1 else [shape[1]] * shape[0])
    ]
    return np.repeat(np.arange(len(lengths)), lengths)


def pack(moments: Sequence[Weights], levels: int = LEVELS) -> dict[str, npt.NDArray[np.int8]]:
    """Return ``q``, (moments, weights), and ``e``, (moments, rows)."""
    row = rows({name: w.shape for name, w in moments[0].items()})
    reached = np.zeros(len(row))
    numbers, exponents = [], []
    for m, weights in enumerate(moments):
        change = np.concatenate([w.ravel() for w in weights.values()]) - reached
        largest = np.zeros(row[-1] + 1)
        np.maximum.at(largest, row, np.abs(change))
        most = levels if m else 127
        e = np.ceil(8 * np.log2(np.maximum(largest, 1e-4) / most)).astype(np.int8)
        q = np.rint(change / 2.0 ** (e[row] / 8)).astype(np.int8)
        reached += 2.0 ** (e[row] / 8) * q
        numbers.append(q)
        exponents.append(e)
    return {"q": np.stack(numbers), "e": np.stack(exponents)}


def unpack(packed: Mapping[str, npt.NDArray[np.int8]], shapes: Shapes) -> Iterator[Weights]:
    """The networks again, one after the other."""
    row = rows(shapes)
    cuts = np.cumsum([int(np.prod(shape)) for shape in shapes.values()])[:-1]
    reached = np.zeros(len(row))
    for q, e in zip(packed["q"], packed["e"], strict=True):
        reached += 2.0 ** (e[row] / 8) * q
        parts = np.split(reached.astype(np.float32), cuts)
        pairs = zip(shapes.items(), parts, strict=True)
        yield {name: part.reshape(shape) for (name, shape), part in pairs}


def save(packed: Mapping[str, npt.NDArray[np.int8]], path: Path) -> None:
    """Write what ``pack`` gave."""
    from coursekit.zoo import store  # needs torch; figures, which only read, do not

    store.write_archive(path, packed)


def load(path: Path) -> dict[str, npt.NDArray[np.int8]]:
    """Read what ``save`` wrote."""
    with np.load(path) as archive:
        return {name: archive[name] for name in ("q", "e")}
