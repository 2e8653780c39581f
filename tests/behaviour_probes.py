"""Probes of a sequence model from outside, beside ``coursekit.probes.behaviour.future_leak``.

A falling loss proves little: a network that ignores its own state or mixes up the rows of a batch
trains happily. These probes change one thing in the input that must (or must not) matter and
measure how much the output moves.

===================  =======================================================  ==============
probe                what it measures                                         a sound model
===================  =======================================================  ==============
first_word_reach     change of the last output when the first word changes    above 0
state_influence      change of outputs when the state is forgotten            above 0
chunking_gap         text read whole against read in pieces                   rounding
batch_gap            rows read together against one by one                    rounding
padding_leak         change of outputs when the padding changes               rounding
shared_positions     places of a text that two splits have in common          0
repeated_passages    share of a split's passages that stand in another        near 0
===================  =======================================================  ==============
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from coursekit.probes.behaviour import Model, asking, gap


def first_word_reach(model: Model, x: Tensor, k: int) -> float:
    """Largest change of the last output when the first word of a row changes.

    Args:
        model: see ``coursekit.probes.behaviour``.
        x: token numbers, (b, t); t is the distance asked about.
        k: vocabulary size.
    """
    changed = x.clone()
    changed[:, 0] = (changed[:, 0] + 1) % k
    with asking(model):
        return gap(model(changed, None)[0][:, -1], model(x, None)[0][:, -1])


def state_influence(model: Model, before: Tensor, x: Tensor) -> float:
    """Largest change of the first output for x when the state after ``before`` is forgotten.

    Args:
        model: see ``coursekit.probes.behaviour``.
        before: text read first, (b, s).
        x: text that follows, (b, t).
    """
    with asking(model):
        _, state = model(before, None)
        return gap(model(x, state)[0][:, 0], model(x, None)[0][:, 0])


def chunking_gap(model: Model, x: Tensor, size: int) -> float:
    """Largest difference between reading x whole and in pieces with the state carried.

    Args:
        model: see ``coursekit.probes.behaviour``.
        x: token numbers, (b, t).
        size: words in a piece.
    """
    with asking(model):
        whole = model(x, None)[0]
        state, parts = None, []
        for piece in x.split(size, dim=1):
            outputs, state = model(piece, state)
            parts.append(outputs)
        return gap(torch.cat(parts, dim=1), whole)


def batch_gap(model: Model, x: Tensor) -> float:
    """Largest difference between reading the rows of x together and one by one."""
    with asking(model):
        together = model(x, None)[0]
        alone = torch.cat([model(row[None], None)[0] for row in x])
        return gap(alone, together)


def padding_leak(
    function: Callable[[Tensor, Tensor], Tensor], x: Tensor, lengths: Tensor, k: int
) -> float:
    """Largest change of an output when only the padding behind each row's text changes.

    Args:
        function: called with (x, lengths); returns (b, t, ·), of which the steps up to each row's
            length are compared, or one output a row, (b, ·).
        x: padded token numbers, (b, t).
        lengths: words in each row, (b,).
        k: vocabulary size.
    """
    steps = torch.arange(x.shape[1], device=x.device)
    real = steps < lengths[:, None]  # (b, t)
    changed = torch.where(real, x, (x + 1 + steps) % k)
    with asking(function):
        plain, other = function(x, lengths), function(changed, lengths)
        if plain.ndim > 2:
            plain, other = plain[real], other[real]
        return gap(other, plain)


def shared_positions(
    split: Callable[[npt.NDArray[np.int64]], tuple[npt.ArrayLike, npt.ArrayLike]],
    length: int = 10_000,
) -> int:
    """Number of places of a text that land in both parts of a split.

    The splitting function is given the numbers 0 … length - 1 as its text, so that every token
    tells where it came from.
    """
    first, second = split(np.arange(length))
    return len(np.intersect1d(np.ravel(first), np.ravel(second)))


def repeated_passages(train: npt.ArrayLike, held_out: npt.ArrayLike, length: int = 20) -> float:
    """Share of the held-out text's passages of ``length`` tokens that stand in the training text.

    Args:
        train: token numbers, (t,).
        held_out: token numbers, (t,).
        length: of a passage; 20 words in a row do not repeat by chance.
    """
    known = set(_passages(np.asarray(train, dtype=np.int64), length))
    asked = list(_passages(np.asarray(held_out, dtype=np.int64), length))
    return sum(passage in known for passage in asked) / len(asked)


def _passages(ids: npt.NDArray[np.int64], length: int) -> Iterator[bytes]:
    return (ids[start : start + length].tobytes() for start in range(len(ids) - length + 1))
