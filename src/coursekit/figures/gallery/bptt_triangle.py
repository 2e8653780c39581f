"""Backpropagation through time, as a triangle of shares of the gradient."""

from typing import Any

import numpy as np

from coursekit.figures.framework import show

MODES = ("all", "last", "chunks")


def example_network(steps: int = 6, seed: int = 51) -> dict[str, Any]:
    """A small random language model (d = 2, n = 3, k = 4) with inputs u[t] and targets x[t].

    Plain lists, rounded to two digits; index 0 of ``u`` and ``x`` is not used.
    """
    rng = np.random.default_rng(seed)
    shapes = {"W_u": (3, 2), "W_h": (3, 3), "b_h": (3,), "Q": (4, 3), "b_Q": (4,), "h_0": (3,)}
    net: dict[str, Any] = {
        name: rng.normal(scale=0.7, size=shape).round(2).tolist() for name, shape in shapes.items()
    }
    net["u"] = rng.normal(size=(steps + 1, 2)).round(2).tolist()
    net["x"] = rng.integers(4, size=steps + 1).tolist()
    return net


def bptt_triangle(
    i: int = 2, t: int = 5, gain: float = 1.0, mode: str = "all", keep: int = 2
) -> object:
    """The triangle of shares: what the use of W_h at step i adds to the gradient of L[t].

    Args:
        i: step of the use that is selected, 1 ≤ i ≤ t.
        t: step of the loss that is selected, at most 6.
        gain: factor on W_h.
        mode: "all", "last" (each loss reaches `keep` steps back) or "chunks" (pieces of `keep`).
        keep: the truncation length K.

    Raises:
        ValueError: a cell outside the triangle, or an unknown mode.
    """
    if not 1 <= i <= t <= 6 or mode not in MODES:
        raise ValueError("bptt_triangle needs 1 <= i <= t <= 6 and a mode: " + ", ".join(MODES))
    state = {"i": i, "t": t, "gain": gain, "mode": mode, "K": keep, "net": example_network()}
    alt = (
        "A triangle of 21 cells, one for each use of W_h at step i and loss at step t; "
        "cells far from the diagonal hold smaller numbers."
    )
    return show("bptt_triangle", state, alt)
