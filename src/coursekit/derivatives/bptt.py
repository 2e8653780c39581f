"""The derivatives displayed in chapter 07: backpropagation through time, piece by piece.

The model is that of `coursekit.derivatives.network`; a gradient has the shape of what it belongs
to. Formulas about single steps are checked at t = 2 of 4, which has a past and a future.
"""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from coursekit.derivatives import Claim, derivative
from coursekit.derivatives.network import Array, D, K, N, Network, Rng, T


@derivative(
    "bptt.dL_dy",
    tex=r"\frac{\partial L^{[t]}}{\partial \hat{y}_w^{[t]}} ="
    r" \begin{cases} -1 / \hat{y}_w^{[t]} & \text{if } w = x_{t+1} \\"
    r" 0 & \text{otherwise} \end{cases}",
)
def _dl_dy(rng: Rng) -> Claim:
    y, target = rng.dirichlet(np.full(K, 50.0)), 2

    def formula(y: Array) -> Array:
        return np.array([-1 / y[w] if w == target else 0.0 for w in range(K)])

    return Claim(y, lambda y: -torch.log(y[target]), formula)


@derivative(
    "bptt.softmax",
    tex=r"\frac{\partial \hat{\mathbf{y}}^{[t]}}{\partial \mathbf{z}^{[t]}}"
    r" = \operatorname{diag}(\hat{\mathbf{y}}^{[t]})"
    r" - \hat{\mathbf{y}}^{[t]} \, \hat{\mathbf{y}}^{[t]\top}",
)
def _softmax(rng: Rng) -> Claim:
    def formula(z: Array) -> Array:
        y = np.exp(z) / np.exp(z).sum()
        return np.asarray(np.diag(y) - np.outer(y, y))

    return Claim(rng.normal(size=K), lambda z: torch.softmax(z, 0), formula)


@derivative(
    "bptt.dL_dlogits",
    tex=r"\frac{dL^{[t]}}{d\mathbf{z}^{[t]}} = \hat{\mathbf{y}}^{[t]} - \mathbf{e}_{x_{t+1}}",
)
def _dl_dlogits(rng: Rng) -> Claim:
    def formula(z: Array) -> Array:
        return np.asarray(np.exp(z) / np.exp(z).sum() - np.eye(K)[1])

    return Claim(rng.normal(size=K), lambda z: cross_entropy(z, torch.tensor(1)), formula)


@derivative(
    "bptt.dL_dQ",
    tex=r"\frac{dL}{d\mathbf{Q}} = \frac{1}{T} \sum_{t=1}^{T}"
    r" \bigl(\hat{\mathbf{y}}^{[t]} - \mathbf{e}_{x_{t+1}}\bigr)\, \mathbf{h}^{[t]\top}",
)
def _dl_dq(rng: Rng) -> Claim:
    net = Network(rng)

    def formula(q: Array) -> Array:
        h = net.forward()[0]
        return sum((np.outer(net.d_logits(t), h[t]) for t in range(1, T + 1)), np.zeros((K, N))) / T

    return Claim(net.p["Q"], lambda q: net.losses(Q=q).mean(), formula)


@derivative(
    "bptt.dL_db_Q",
    tex=r"\frac{dL}{d\mathbf{b}_Q} = \frac{1}{T} \sum_{t=1}^{T}"
    r" \bigl(\hat{\mathbf{y}}^{[t]} - \mathbf{e}_{x_{t+1}}\bigr)",
)
def _dl_db_q(rng: Rng) -> Claim:
    net = Network(rng)
    return Claim(
        net.p["b_Q"],
        lambda b: net.losses(b_Q=b).mean(),
        lambda b: sum((net.d_logits(t) for t in range(1, T + 1)), np.zeros(K)) / T,
    )


@derivative(
    "bptt.jacobian",
    tex=r"\mathbf{J}_t = \frac{\partial \mathbf{h}^{[t]}}{\partial \mathbf{h}^{[t-1]}}"
    r" = \operatorname{diag}\bigl(\mathbf{1} - \mathbf{h}^{[t]} \odot \mathbf{h}^{[t]}\bigr)"
    r" \, \mathbf{W}_h",
)
def _jacobian(rng: Rng) -> Claim:
    net = Network(rng)
    return Claim(
        net.forward()[0][1], lambda h: net.state(end=2, start=1, h=h), lambda h: net.jacobian(2)
    )


@derivative("bptt.logistic", tex=r"\frac{d\sigma(a)}{da} = \sigma(a)\,\bigl(1 - \sigma(a)\bigr)")
def _logistic(rng: Rng) -> Claim:
    def formula(a: Array) -> Array:
        s = 1 / (1 + np.exp(-a))
        return np.asarray(s * (1 - s))

    return Claim(rng.normal(size=()), torch.sigmoid, formula)


@derivative(
    "bptt.dL_dh",
    tex=r"\frac{dL}{d\mathbf{h}^{[t]}} = \frac{1}{T}\, \mathbf{Q}^\top"
    r" \bigl(\hat{\mathbf{y}}^{[t]} - \mathbf{e}_{x_{t+1}}\bigr)"
    r" + \mathbf{W}_h^\top \, \frac{dL}{d\mathbf{a}^{[t+1]}}",
)
def _dl_dh(rng: Rng) -> Claim:
    """Step t = 2, which has both a loss of its own and a future."""
    net = Network(rng)
    h_2 = net.forward()[0][2]
    return Claim(h_2, lambda h: net.losses(h_2=h).mean(), lambda h: net.backward().h[2])


@derivative(
    "bptt.dL_da",
    tex=r"\frac{dL}{d\mathbf{a}^{[t]}}"
    r" = \bigl(\mathbf{1} - \mathbf{h}^{[t]} \odot \mathbf{h}^{[t]}\bigr)"
    r" \odot \frac{dL}{d\mathbf{h}^{[t]}}",
)
def _dl_da(rng: Rng) -> Claim:
    net = Network(rng)
    a_2 = np.arctanh(net.forward()[0][2])
    return Claim(a_2, lambda a: net.losses(a_2=a).mean(), lambda a: net.backward().a[2])


@derivative(
    "bptt.dL_dW_h",
    tex=r"\frac{dL}{d\mathbf{W}_h} ="
    r" \sum_{t=1}^{T} \frac{dL}{d\mathbf{a}^{[t]}} \, \mathbf{h}^{[t-1]\top}",
)
def _dl_dw_h(rng: Rng) -> Claim:
    net = Network(rng)

    def formula(w_h: Array) -> Array:
        h, da = net.forward()[0], net.backward().a
        return sum((np.outer(da[t], h[t - 1]) for t in range(1, T + 1)), np.zeros((N, N)))

    return Claim(net.p["W_h"], lambda w: net.losses(W_h=w).mean(), formula)


@derivative(
    "bptt.dL_dW_u",
    tex=r"\frac{dL}{d\mathbf{W}_u} ="
    r" \sum_{t=1}^{T} \frac{dL}{d\mathbf{a}^{[t]}} \, \mathbf{u}^{[t]\top}",
)
def _dl_dw_u(rng: Rng) -> Claim:
    net = Network(rng)

    def formula(w_u: Array) -> Array:
        da = net.backward().a
        return sum((np.outer(da[t], net.u[t]) for t in range(1, T + 1)), np.zeros((N, D)))

    return Claim(net.p["W_u"], lambda w: net.losses(W_u=w).mean(), formula)


@derivative(
    "bptt.dL_db_h",
    tex=r"\frac{dL}{d\mathbf{b}_h} = \sum_{t=1}^{T} \frac{dL}{d\mathbf{a}^{[t]}}",
)
def _dl_db_h(rng: Rng) -> Claim:
    net = Network(rng)
    return Claim(
        net.p["b_h"],
        lambda b: net.losses(b_h=b).mean(),
        lambda b: sum((net.backward().a[t] for t in range(1, T + 1)), np.zeros(N)),
    )


@derivative(
    "bptt.dL_du",
    tex=r"\frac{dL}{d\mathbf{u}^{[t]}} = \mathbf{W}_u^\top \, \frac{dL}{d\mathbf{a}^{[t]}}",
)
def _dl_du(rng: Rng) -> Claim:
    net = Network(rng)
    return Claim(
        net.u[2],
        lambda u: net.losses(u_2=u).mean(),
        lambda u: net.p["W_u"].T @ net.backward().a[2],
    )


@derivative(
    "bptt.dL_dh_0",
    tex=r"\frac{dL}{d\mathbf{h}^{[0]}} = \mathbf{W}_h^\top \, \frac{dL}{d\mathbf{a}^{[1]}}",
)
def _dl_dh_0(rng: Rng) -> Claim:
    net = Network(rng)
    return Claim(
        net.p["h_0"],
        lambda h: net.losses(h_0=h).mean(),
        lambda h: net.p["W_h"].T @ net.backward().a[1],
    )
