"""The derivatives displayed in chapter 09: the error of one unit after 50 steps.

x_t = w σ(x_(t-1)) + b from x_0 = 0.5, E = (σ(x_50) - 0.7)², σ the logistic function (Pascanu,
Mikolov & Bengio 2013, figure 6). The derivatives with respect to w and b travel forwards, along
with the state.
"""

from __future__ import annotations

import numpy as np
import torch

from coursekit.derivatives import Claim, derivative
from coursekit.derivatives.network import Array, Rng

STEPS, START, TARGET = 50, 0.5, 0.7


def _logistic(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


def _forward(w: float, b: float) -> tuple[float, float, float]:
    """x_50 and its derivatives with respect to w and b, by the displayed recursions."""
    x, dx_dw, dx_db = START, 0.0, 0.0
    for _ in range(STEPS):
        s = _logistic(x)
        slope = s * (1 - s)
        x, dx_dw, dx_db = w * s + b, s + w * slope * dx_dw, 1 + w * slope * dx_db
    return x, dx_dw, dx_db


def _state(w: torch.Tensor | float, b: torch.Tensor | float) -> torch.Tensor:
    x = torch.tensor(START, dtype=torch.float64)
    for _ in range(STEPS):
        x = w * torch.sigmoid(x) + b
    return x


def _point(rng: Rng) -> tuple[float, float]:
    """Somewhere in the part of the plane that the chapter draws, off the wall."""
    return float(rng.uniform(3, 5)), float(rng.uniform(-1.5, 0.5))


@derivative(
    "clipping.dx_dw",
    tex=r"\frac{dx_t}{dw} = \sigma(x_{t-1}) + w\,\sigma'(x_{t-1})\,\frac{dx_{t-1}}{dw}",
)
def _dx_dw(rng: Rng) -> Claim:
    w, b = _point(rng)
    return Claim(np.array(w), lambda w: _state(w, b), lambda w: _forward(float(w), b)[1])


@derivative(
    "clipping.dx_db",
    tex=r"\frac{dx_t}{db} = 1 + w\,\sigma'(x_{t-1})\,\frac{dx_{t-1}}{db}",
)
def _dx_db(rng: Rng) -> Claim:
    w, b = _point(rng)
    return Claim(np.array(b), lambda b: _state(w, b), lambda b: _forward(w, float(b))[2])


@derivative(
    "clipping.gradient",
    tex=r"\mathbf{q} = \begin{bmatrix} dE/dw \\ dE/db \end{bmatrix}"
    r" = 2\,\bigl(\sigma(x_{50}) - 0.7\bigr)\,\sigma'(x_{50})"
    r" \begin{bmatrix} dx_{50}/dw \\ dx_{50}/db \end{bmatrix}",
)
def _gradient(rng: Rng) -> Claim:
    def formula(theta: Array) -> Array:
        x, dx_dw, dx_db = _forward(float(theta[0]), float(theta[1]))
        s = _logistic(x)
        return 2 * (s - TARGET) * s * (1 - s) * np.array([dx_dw, dx_db])

    return Claim(
        np.array(_point(rng)),
        lambda theta: (torch.sigmoid(_state(theta[0], theta[1])) - TARGET) ** 2,
        formula,
    )
