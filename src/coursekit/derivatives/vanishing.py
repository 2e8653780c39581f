"""The derivatives displayed in chapter 08: products of Jacobians, and what travels through them.

The chapter's recurrence is h^[t] = φ(W_u u^[t] + W_h h^[t-1] + b_h). What comes from outside does
not depend on the state, so that here one random vector z^[t] stands for W_u u^[t] + b_h.
"""

from __future__ import annotations

import numpy as np
import torch

from coursekit.derivatives import Claim, derivative
from coursekit.derivatives.network import Array, N, Network, Rng, T


class Chain:
    """A random recurrence of T steps with tanh: states, slopes and Jacobians, index t."""

    def __init__(self, rng: Rng) -> None:
        self.W_h: Array = rng.normal(size=(N, N))
        self.z: Array = rng.normal(scale=0.5, size=(T + 1, N))  # row 0 is not used
        self.h: list[Array] = [rng.normal(size=N)]
        for t in range(1, T + 1):
            self.h.append(np.tanh(self.z[t] + self.W_h @ self.h[t - 1]))

    def run(self, h: torch.Tensor, start: int, end: int, linear: bool = False) -> torch.Tensor:
        """The state h^[end] in torch, when h^[start] is `h`."""
        for t in range(start + 1, end + 1):
            a = torch.tensor(self.z[t]) + torch.tensor(self.W_h) @ h
            h = a if linear else torch.tanh(a)
        return h

    def slope(self, t: int) -> Array:
        """φ'(a^[t]) for φ = tanh, (n)."""
        return 1 - self.h[t] ** 2

    def jacobian(self, t: int) -> Array:
        """J_t, (n, n)."""
        result: Array = np.diag(self.slope(t)) @ self.W_h
        return result


@derivative(
    "vanishing.one_unit",
    tex=r"\frac{\partial h^{[t]}}{\partial h^{[t-1]}} = w_h \bigl(1 - (h^{[t]})^2\bigr)",
)
def _one_unit(rng: Rng) -> Claim:
    w, z = rng.normal(size=2)
    return Claim(
        rng.normal(size=()),
        lambda h: torch.tanh(w * h + z),
        lambda h: w * (1 - np.tanh(w * h + z) ** 2),
    )


@derivative(
    "vanishing.one_unit_product",
    tex=r"\frac{\partial h^{[t]}}{\partial h^{[t-\xi]}} ="
    r" \prod_{j=t-\xi+1}^{t} w_h \bigl(1 - (h^{[j]})^2\bigr)",
)
def _one_unit_product(rng: Rng) -> Claim:
    w, z = rng.normal(), rng.normal(size=T)

    def function(h: torch.Tensor) -> torch.Tensor:
        for z_j in z:
            h = torch.tanh(w * h + z_j)
        return h

    def formula(h: Array) -> float:
        product, state = 1.0, float(h)
        for z_j in z:
            state = float(np.tanh(w * state + z_j))
            product *= w * (1 - state**2)
        return product

    return Claim(rng.normal(size=()), function, formula)


@derivative(
    "vanishing.linear",
    tex=r"\frac{\partial \mathbf{h}^{[t]}}{\partial \mathbf{h}^{[t-\xi]}} = \mathbf{W}_h^{\xi}",
)
def _linear(rng: Rng) -> Claim:
    net = Chain(rng)
    return Claim(
        net.h[1],
        lambda h: net.run(h, 1, 4, linear=True),
        lambda h: np.linalg.matrix_power(net.W_h, 3),
    )


@derivative(
    "vanishing.jacobian",
    tex=r"\mathbf{J}_t = \frac{\partial \mathbf{h}^{[t]}}{\partial \mathbf{h}^{[t-1]}}"
    r" = \operatorname{diag}\bigl(\varphi'(\mathbf{a}^{[t]})\bigr) \, \mathbf{W}_h",
)
def _jacobian(rng: Rng) -> Claim:
    net = Chain(rng)
    return Claim(net.h[1], lambda h: net.run(h, 1, 2), lambda h: net.jacobian(2))


@derivative(
    "vanishing.product",
    tex=r"\frac{\partial \mathbf{h}^{[t]}}{\partial \mathbf{h}^{[t-\xi]}}"
    r" = \mathbf{J}_t \, \mathbf{J}_{t-1} \cdots \mathbf{J}_{t-\xi+1}",
)
def _product(rng: Rng) -> Claim:
    net = Chain(rng)
    return Claim(
        net.h[1],
        lambda h: net.run(h, 1, 4),
        lambda h: net.jacobian(4) @ net.jacobian(3) @ net.jacobian(2),
    )


@derivative(
    "vanishing.push_back",
    tex=r"\frac{dL}{d\mathbf{h}^{[t-1]}} = \mathbf{W}_h^\top"
    r" \Bigl( \varphi'(\mathbf{a}^{[t]}) \odot \frac{dL}{d\mathbf{h}^{[t]}} \Bigr)",
)
def _push_back(rng: Rng) -> Claim:
    """The loss is a random direction of the last state; two steps back."""
    net, g = Chain(rng), rng.normal(size=N)

    def formula(h: Array) -> Array:
        after = net.W_h.T @ (net.slope(4) * g)
        return np.asarray(net.W_h.T @ (net.slope(3) * after))

    return Claim(net.h[2], lambda h: net.run(h, 2, 4) @ torch.tensor(g), formula)


@derivative(
    "vanishing.by_lag",
    tex=r"\frac{dL}{d\mathbf{W}_h} = \sum_{\xi=0}^{T-1} \mathbf{G}_\xi, \qquad"
    r" \mathbf{G}_\xi = \frac{1}{T} \sum_{t=\xi+1}^{T} \Bigl( \varphi'(\mathbf{a}^{[t-\xi]}) \odot"
    r" \frac{dL^{[t]}}{d\mathbf{h}^{[t-\xi]}} \Bigr) \mathbf{h}^{[t-\xi-1]\top}",
)
def _by_lag(rng: Rng) -> Claim:
    """The mean loss of a small language model."""
    net = Network(rng)
    h, w_h = net.forward()[0], net.p["W_h"]

    def formula(_: Array) -> Array:
        total = np.zeros((N, N))
        # e[t] is dL^[t]/dh^[t-ξ]: all losses travel back together
        e = {t: net.p["Q"].T @ net.d_logits(t) for t in range(1, T + 1)}
        for lag in range(T):
            for t in range(lag + 1, T + 1):
                da = (1 - h[t - lag] ** 2) * e[t]
                total += np.outer(da, h[t - lag - 1]) / T
                e[t] = w_h.T @ da
        return total

    return Claim(w_h, lambda w: net.losses(W_h=w).mean(), formula)
