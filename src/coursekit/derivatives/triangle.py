"""The derivatives displayed in chapter 07 that take several steps: products, sums, truncation.

dL^[t]/dW_h is the sum, over the steps i ≤ t at which W_h is used, of one contribution each: a
triangle of matrices. The oracle for a single one replaces W_h at step i alone.
"""

from __future__ import annotations

import numpy as np
import torch

from coursekit.derivatives import Claim, derivative
from coursekit.derivatives.network import Array, N, Network, Rng, T

_ZERO = np.zeros((N, N))


@derivative(
    "triangle.product",
    tex=r"\frac{d\mathbf{h}^{[4]}}{d\mathbf{h}^{[1]}}"
    r" = \frac{\partial\mathbf{h}^{[4]}}{\partial\mathbf{h}^{[3]}}"
    r" \, \frac{\partial\mathbf{h}^{[3]}}{\partial\mathbf{h}^{[2]}}"
    r" \, \frac{\partial\mathbf{h}^{[2]}}{\partial\mathbf{h}^{[1]}}"
    r" = \mathbf{J}_4 \, \mathbf{J}_3 \, \mathbf{J}_2",
)
def _product(rng: Rng) -> Claim:
    net = Network(rng)
    return Claim(
        net.forward()[0][1],
        lambda h: net.state(end=4, start=1, h=h),
        lambda h: net.jacobian(4) @ net.jacobian(3) @ net.jacobian(2),
    )


@derivative(
    "triangle.product_transposed",
    tex=r"\Bigl(\frac{d\mathbf{h}^{[4]}}{d\mathbf{h}^{[1]}}\Bigr)^{\top}"
    r" = \mathbf{J}_2^\top \, \mathbf{J}_3^\top \, \mathbf{J}_4^\top",
)
def _product_transposed(rng: Rng) -> Claim:
    """As a derivative: of vᵀh^[4] with respect to h^[1], for a random v."""
    net = Network(rng)
    v = rng.normal(size=N)
    return Claim(
        net.forward()[0][1],
        lambda h: torch.tensor(v) @ net.state(end=4, start=1, h=h),
        lambda h: net.jacobian(2).T @ net.jacobian(3).T @ net.jacobian(4).T @ v,
    )


@derivative(
    "triangle.contribution",
    tex=r"\frac{dL^{[t]}}{d\mathbf{W}_h}\bigg|_{(i)}"
    r" = \Bigl[\bigl(\mathbf{1} - \mathbf{h}^{[i]} \odot \mathbf{h}^{[i]}\bigr)"
    r" \odot \mathbf{J}_{i+1}^\top \cdots \mathbf{J}_{t}^\top \, \mathbf{Q}^\top"
    r" \bigl(\hat{\mathbf{y}}^{[t]} - \mathbf{e}_{x_{t+1}}\bigr)\Bigr]"
    r" \, \mathbf{h}^{[i-1]\top}",
)
def _contribution(rng: Rng) -> Claim:
    """All ten cells of the four-step triangle, one after another: shape (10, n, n)."""
    net = Network(rng)
    cells = [(i, t) for t in range(1, T + 1) for i in range(1, t + 1)]

    def function(w: torch.Tensor) -> torch.Tensor:
        return torch.stack([net.losses(**{f"W_h_use_{i}": w})[t - 1] for i, t in cells])

    return Claim(
        net.p["W_h"], function, lambda w: np.stack([net.contribution(i, t) for i, t in cells])
    )


@derivative(
    "triangle.sum_over_uses",
    tex=r"\frac{dL^{[t]}}{d\mathbf{W}_h}"
    r" = \sum_{i=1}^{t} \frac{dL^{[t]}}{d\mathbf{W}_h}\bigg|_{(i)}",
)
def _sum_over_uses(rng: Rng) -> Claim:
    """For every t at once: shape (t, n, n)."""
    net = Network(rng)

    def formula(w: Array) -> Array:
        columns = range(1, T + 1)
        return np.stack(
            [sum((net.contribution(i, t) for i in range(1, t + 1)), _ZERO) for t in columns]
        )

    return Claim(net.p["W_h"], lambda w: net.losses(W_h=w), formula)


@derivative(
    "triangle.mean_of_four",
    tex=r"\frac{dL}{d\mathbf{W}_h} = \frac{1}{4} \sum_{t=1}^{4} \sum_{i=1}^{t}"
    r" \frac{dL^{[t]}}{d\mathbf{W}_h}\bigg|_{(i)}",
)
def _mean_of_four(rng: Rng) -> Claim:
    net = Network(rng)

    def formula(w: Array) -> Array:
        total = _ZERO
        for t in (1, 2, 3, 4):
            for i in range(1, t + 1):
                total = total + net.contribution(i, t)
        return total / 4

    return Claim(net.p["W_h"], lambda w: net.losses(W_h=w).mean(), formula)


@derivative(
    "triangle.truncated",
    tex=r"\frac{dL^{[t]}}{d\mathbf{W}_h}\bigg|_{\text{last } K}"
    r" = \sum_{i=\max(1,\, t-K+1)}^{t} \frac{dL^{[t]}}{d\mathbf{W}_h}\bigg|_{(i)}",
)
def _truncated(rng: Rng) -> Claim:
    """K = 2 at t = 4: the state h^[2] is held fixed, which is what detaching it means."""
    net = Network(rng)
    h_2 = torch.tensor(net.forward()[0][2])
    return Claim(
        net.p["W_h"],
        lambda w: net.losses(W_h=w, h_2=h_2)[3],
        lambda w: sum((net.contribution(i, 4) for i in range(3, 5)), _ZERO),
    )
