"""Figures on gradients that vanish or explode, on clipping, and on how far memory reaches."""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from coursekit import measured
from coursekit.figures.framework import show
from coursekit.probes import gradients

Array = npt.NDArray[np.float64]
STEPS, UNITS = 50, 8
KINDS = ("orthogonal", "gaussian", "non-normal")
W_RANGE, B_RANGE = (3.0, 6.6), (-3.2, 1.6)


def vanishing(rho: float = 0.9, phi: str = "tanh", kind: str = "gaussian", lag: int = 20) -> object:
    """Norm of the product of Jacobians against steps back, with its bound and the eigenvalues.

    Args:
        rho: spectral radius of the recurrent matrix, 0.3 to 2.
        phi: "identity", "tanh" or "logistic".
        kind: "orthogonal" and "gaussian" have 8 units and are scaled as a whole; "non-normal" is
            [[ρ, 10], [0, ρ]].
        lag: where the curve is read off, 1 to 50.

    Raises:
        ValueError: an argument is out of range.
    """
    if not 0.3 <= rho <= 2 or not 1 <= lag <= STEPS:
        raise ValueError("vanishing needs 0.3 <= rho <= 2 and 1 <= lag <= 50")
    if phi not in gradients.ACTIVATIONS or kind not in KINDS:
        raise ValueError(f"activations: {', '.join(gradients.ACTIVATIONS)}; kinds: {KINDS}")
    state = {"rho": rho, "phi": phi, "kind": kind, "lag": lag, "nets": _nets()}
    alt = (
        "Norm of a product of Jacobians against steps back, on a logarithmic scale, with the bound "
        "from the largest singular value and, beside it, the eigenvalues of the matrix."
    )
    return show("vanishing", state, alt)


@cache
def _nets() -> dict[str, Any]:
    """For each kind: the matrix at radius 1, inputs and first state, rounded to four digits."""
    nets = {}
    for kind in KINDS:
        rng = np.random.default_rng(1)
        if kind == "non-normal":
            w = np.array([[1.0, 10.0], [0.0, 1.0]])
        else:
            w = gradients.random_matrix(UNITS, 1.0, rng, kind)
        nets[kind] = {
            "W": w.round(6).tolist(),
            "z": (0.5 * rng.normal(size=(STEPS, len(w)))).round(4).tolist(),
            "h_0": np.zeros(len(w)).tolist(),
            "eigenvalues": [[v.real, v.imag] for v in np.linalg.eigvals(w).round(4)],
        }
    return nets


def vanishing_numbers(rho: float, phi: str, kind: str) -> tuple[Array, float]:
    """What `vanishing` shows: norms for ξ = 0 … 50, and the bound's factor a step."""
    net = _nets()[kind]
    w = np.array(net["W"])
    w = np.where(np.eye(len(w)) == 1, rho * w, w) if kind == "non-normal" else rho * w
    h = gradients.states(w, np.array(net["z"]), np.array(net["h_0"]), phi)
    norms = gradients.product_norms(gradients.jacobians(w, gradients.slopes(h, phi)))
    return norms, float(gradients.norm_bound(w, phi, 1))


def clipping_wall(
    w: float = 5.4,
    b: float = -2.6,
    rate: float = 1.0,
    threshold: float = 0.1,
    updates: int = 100,
) -> object:
    """The error of one unit after 50 steps, and gradient descent on it with and without clipping.

    Args:
        w: start, 3 to 6.6.
        b: start, -3.2 to 1.6.
        rate: learning rate, 0.01 to 3.
        threshold: γ, 0.01 to 10.
        updates: how many are drawn, 1 to 400.

    Raises:
        ValueError: an argument is out of range.
    """
    inside = W_RANGE[0] <= w <= W_RANGE[1] and B_RANGE[0] <= b <= B_RANGE[1]
    if not inside or not (0.01 <= rate <= 3 and 0.01 <= threshold <= 10 and 1 <= updates <= 400):
        raise ValueError("clipping_wall: start, rate, threshold or updates out of range")
    state = {"w": w, "b": b, "rate": rate, "threshold": threshold, "updates": updates}
    alt = (
        "Map of the error over the weight w and the bias b, with a steep wall, and two paths of "
        "gradient descent from the same start: with clipping and without."
    )
    return show("clipping_wall", state, alt)


def clipping_wall_numbers(
    w: float, b: float, rate: float, threshold: float | None, updates: int
) -> tuple[Array, Array]:
    """A path of `clipping_wall`: points (w, b) and errors, each updates + 1 long.

    ``threshold`` None: no clipping.
    """
    points, errors = [(w, b)], []
    for update in range(updates + 1):
        error, q = wall_error(w, b)
        errors.append(error)
        if update < updates:
            norm = float(np.hypot(*q))
            shrink = 1.0 if threshold is None or norm < threshold else threshold / norm
            w, b = w - rate * shrink * q[0], b - rate * shrink * q[1]
            points.append((w, b))
    return np.array(points), np.array(errors)


def wall_error(w: float, b: float) -> tuple[float, tuple[float, float]]:
    """E = (σ(x_50) - 0.7)² and its gradient, by the forward recursion of Pascanu et al. 2013."""
    x, dx_dw, dx_db = 0.5, 0.0, 0.0
    for _ in range(50):
        s = 1 / (1 + np.exp(-x))
        slope = s * (1 - s)
        x, dx_dw, dx_db = w * s + b, s + w * slope * dx_dw, 1 + w * slope * dx_db
    s = 1 / (1 + np.exp(-x))
    outer = 2 * (s - 0.7) * s * (1 - s)
    return float((s - 0.7) ** 2), (float(outer * dx_dw), float(outer * dx_db))


def memory_horizons(cell: str = "LSTM, forget bias 3", truncated: bool = False) -> object:
    """Delayed recall of eight recurrent networks: accuracy against lag, with three horizons.

    Args:
        cell: a key of ``coursekit.probes.memory.CELLS``.
        truncated: whether the gradient is cut after 10 steps.

    Raises:
        ValueError: the study has no such cell.
    """
    data = memory_horizons_numbers()
    if cell not in data["cells"]:
        raise ValueError(f"memory_horizons has the cells {', '.join(data['cells'])}")
    alt = (
        "Accuracy in delayed recall against the lag for eight recurrent networks, with the "
        "gradient horizon, the truncation horizon and the memory horizon of one of them."
    )
    state = {"cell": cell, "truncated": truncated, "data": data}
    return show("memory_horizons", state, alt)


@cache
def memory_horizons_numbers() -> dict[str, Any]:
    """What `memory_horizons` shows, made from the stored study: see `summary`."""
    stored = measured.load("memory_horizons")
    return {
        "lags": stored["settings"]["lags"],
        "truncate": stored["settings"]["truncate"],
        "reach": stored["settings"]["reach"],
        "names": list(stored["cells"]),
        "cells": {name: summary(cell) for name, cell in stored["cells"].items()},
    }


def summary(cell: dict[str, Any]) -> dict[str, Any]:
    """One cell of the study, each quantity as [smallest, median, largest] over the seeds.

    Returns:
        "gradient": gradient horizon at the start; "after": after training; "full" and
        "truncated": {"horizon": memory horizon, "accuracy": one triple for each lag tried}.
    """
    from coursekit.probes.memory import memory_horizon

    def spread(values: list[float]) -> list[float]:
        return [float(v) for v in (min(values), np.median(values), max(values))]

    result: dict[str, Any] = {
        "gradient": spread(cell["gradient at start"]),
        "after": spread(cell["gradient after training"]),
    }
    for mode in ("full", "truncated"):
        runs = cell[mode]
        lags = [run["lag"] for run in runs]
        solved = zip(*([u is not None for u in run["updates"]] for run in runs), strict=True)
        result[mode] = {
            "horizon": spread([memory_horizon(lags, seed) for seed in solved]),
            "accuracy": [spread(run["accuracy"]) for run in runs],
        }
    return result
