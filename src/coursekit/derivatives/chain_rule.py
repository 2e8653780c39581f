"""The derivatives displayed in chapter 06: several paths, local rules, a three-step scalar RNN."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import torch

from coursekit.derivatives import Claim, derivative

Array = npt.NDArray[np.float64]
Rng = np.random.Generator


@derivative(
    "chain_rule.total_derivative",
    tex=r"\frac{d}{dt} f\bigl(x(t), y(t)\bigr) = \frac{\partial f}{\partial x}\,\frac{dx}{dt}"
    r" + \frac{\partial f}{\partial y}\,\frac{dy}{dt}",
)
def _total_derivative(rng: Rng) -> Claim:
    """Take f = x² sin y with x = cos(αt) and y = exp(βt)."""
    alpha, beta = rng.uniform(0.5, 1.5, size=2)

    def function(t: torch.Tensor) -> torch.Tensor:
        return torch.cos(alpha * t) ** 2 * torch.sin(torch.exp(beta * t))

    def formula(t: Array) -> Array:
        x, y = np.cos(alpha * t), np.exp(beta * t)
        df_dx, dx_dt = 2 * x * np.sin(y), -alpha * np.sin(alpha * t)
        df_dy, dy_dt = x**2 * np.cos(y), beta * y
        return np.asarray(df_dx * dx_dt + df_dy * dy_dt)

    return Claim(rng.normal(size=()), function, formula)


@derivative("chain_rule.substitution", tex=r"\frac{df}{dt} = 8t - 2")
def _substitution(rng: Rng) -> Claim:
    return Claim(rng.normal(size=()), lambda t: 4 * t**2 - 2 * t + 1, lambda t: 8 * t - 2)


@derivative(
    "chain_rule.worked_example",
    tex=r"\frac{df}{dt} = \underbrace{3 \cdot 2t}_{\text{through } x}"
    r" + \underbrace{2y \cdot 1}_{\text{through } y} = 6t + 2(t - 1) = 8t - 2",
)
def _worked_example(rng: Rng) -> Claim:
    return Claim(
        rng.normal(size=()),
        lambda t: 3 * t**2 + (t - 1) ** 2,
        lambda t: 3 * 2 * t + 2 * (t - 1) * 1,
    )


def _random_graph(rng: Rng) -> tuple[Array, Callable[[torch.Tensor], torch.Tensor]]:
    """A graph of five scalars, v_j = tanh(Σ_i<j weights[j, i] v_i): weights, and v_4 of v_0."""
    weights = np.tril(rng.normal(size=(5, 5)), -1)

    def function(v0: torch.Tensor) -> torch.Tensor:
        values = [v0]
        for row in weights[1:]:
            terms = [w * v for w, v in zip(row, values, strict=False)]
            values.append(torch.tanh(torch.stack(terms).sum()))
        return values[-1]

    return weights, function


def _edges(weights: Array, v0: Array) -> Array:
    """Local derivatives of the random graph: entry (j, i) is ∂v_j/∂v_i."""
    values = np.zeros(5)
    values[0] = v0
    for j in range(1, 5):
        values[j] = np.tanh(weights[j] @ values)
    local: Array = (1 - values**2)[:, None] * weights  # (5, 5)
    return local


@derivative(
    "chain_rule.sum_over_paths",
    tex=r"\frac{dv_n}{dv_0} = \sum_{\text{paths } 0 \to n}"
    r"\; \prod_{\text{edges } i \to j} \frac{\partial v_j}{\partial v_i}",
)
def _sum_over_paths(rng: Rng) -> Claim:
    weights, function = _random_graph(rng)

    def formula(v0: Array) -> float:
        local = _edges(weights, v0)
        total = 0.0
        for mask in range(2**3):  # which of the inner nodes 1, 2, 3 the path visits
            path = [0, *(node for node in (1, 2, 3) if mask >> (node - 1) & 1), 4]
            total += float(np.prod([local[j, i] for i, j in pairwise(path)]))
        return total

    return Claim(rng.normal(size=()), function, formula)


@derivative(
    "chain_rule.adjoint",
    tex=r"\frac{dv_n}{dv_i} = \sum_{j \,:\, i \to j}"
    r" \frac{dv_n}{dv_j}\,\frac{\partial v_j}{\partial v_i}",
)
def _adjoint(rng: Rng) -> Claim:
    weights, function = _random_graph(rng)

    def formula(v0: Array) -> float:
        local = _edges(weights, v0)
        adjoint = np.zeros(5)
        adjoint[4] = 1.0
        for i in (3, 2, 1, 0):  # results before inputs
            adjoint[i] = adjoint @ local[:, i]
        return float(adjoint[0])

    return Claim(rng.normal(size=()), function, formula)


@derivative("chain_rule.add", tex=r"\frac{\partial (a + b)}{\partial a} = 1")
def _add(rng: Rng) -> Claim:
    b = float(rng.normal())
    return Claim(rng.normal(size=()), lambda a: a + b, lambda a: 1.0)


@derivative("chain_rule.mul", tex=r"\frac{\partial (a\,b)}{\partial a} = b")
def _mul(rng: Rng) -> Claim:
    b = float(rng.normal())
    return Claim(rng.normal(size=()), lambda a: a * b, lambda a: b)


@derivative("chain_rule.pow", tex=r"\frac{d\,a^p}{da} = p\,a^{p-1}")
def _pow(rng: Rng) -> Claim:
    p = float(rng.integers(-3, 4)) + 0.5
    return Claim(rng.uniform(0.5, 2, size=()), lambda a: a**p, lambda a: p * a ** (p - 1))


@derivative("chain_rule.exp", tex=r"\frac{d\,e^a}{da} = e^a")
def _exp(rng: Rng) -> Claim:
    return Claim(rng.normal(size=()), torch.exp, np.exp)


@derivative("chain_rule.log", tex=r"\frac{d \ln a}{da} = \frac{1}{a}")
def _log(rng: Rng) -> Claim:
    return Claim(rng.uniform(0.5, 2, size=()), torch.log, lambda a: 1 / a)


@derivative("chain_rule.tanh", tex=r"\frac{d \tanh a}{da} = 1 - \tanh^2 a")
def _tanh(rng: Rng) -> Claim:
    return Claim(rng.normal(size=()), torch.tanh, lambda a: 1 - np.tanh(a) ** 2)


@derivative(
    "chain_rule.jacobians",
    tex=r"\underbrace{\frac{d\mathbf{z}}{d\mathbf{x}}}_{4 \times 2}"
    r" = \underbrace{\frac{\partial \mathbf{z}}{\partial \mathbf{y}}}_{4 \times 3}"
    r" \underbrace{\frac{d\mathbf{y}}{d\mathbf{x}}}_{3 \times 2}",
)
def _jacobians(rng: Rng) -> Claim:
    """Take y = tanh(Ax) in R³ and z = tanh(By) in R⁴, with x in R²."""
    a, b = rng.normal(size=(3, 2)), rng.normal(size=(4, 3))

    def function(x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(torch.tensor(b) @ torch.tanh(torch.tensor(a) @ x))

    def formula(x: Array) -> Array:
        y = np.tanh(a @ x)
        z = np.tanh(b @ y)
        dz_dy = (1 - z**2)[:, None] * b  # (4, 3)
        dy_dx = (1 - y**2)[:, None] * a  # (3, 2)
        return np.asarray(dz_dy @ dy_dx)  # (4, 2)

    return Claim(rng.normal(size=2), function, formula)


class _ScalarRNN:
    """h^[t] = tanh(w_u u^[t] + w_h h^[t-1] + b_h) for t = 1, 2, 3; L = -ln σ(q h^[3])."""

    def __init__(self, rng: Rng) -> None:
        self.w_u, self.w_h, self.b_h, self.q, self.h_0 = map(float, rng.normal(size=5))
        self.u = [0.0, *map(float, rng.normal(size=3))]  # u[t], t = 1, 2, 3

    def loss(self, start: int, h: torch.Tensor | float, w_h: torch.Tensor | float) -> torch.Tensor:
        """The loss when h^[start] is `h`; at least one of `h` and `w_h` is a tensor."""
        for t in range(start + 1, 4):
            h = torch.tanh(torch.as_tensor(self.w_u * self.u[t] + w_h * h + self.b_h))
        h = torch.as_tensor(h)
        return -torch.log(torch.sigmoid(self.q * h))

    def states(self) -> list[float]:
        h = [self.h_0]
        for t in (1, 2, 3):
            h.append(float(np.tanh(self.w_u * self.u[t] + self.w_h * h[t - 1] + self.b_h)))
        return h

    def backward(self) -> tuple[list[float], list[float]]:
        """The gradients dL/dh^[t] and dL/da^[t], index t (the 0 at dL/da^[0] is no gradient)."""
        h = self.states()
        dh, da = [0.0] * 4, [0.0] * 4
        dh[3] = -(1 - 1 / (1 + np.exp(-self.q * h[3]))) * self.q
        for t in (3, 2, 1):
            da[t] = (1 - h[t] ** 2) * dh[t]
            dh[t - 1] = self.w_h * da[t]
        return dh, da


@derivative("chain_rule.rnn_output", tex=r"\frac{dL}{dh^{[3]}} = -(1 - \hat{y})\,q")
def _rnn_output(rng: Rng) -> Claim:
    net = _ScalarRNN(rng)

    def formula(h: Array) -> Array:
        y = 1 / (1 + np.exp(-net.q * h))
        return np.asarray(-(1 - y) * net.q)

    return Claim(np.array(net.states()[3]), lambda h: net.loss(3, h, net.w_h), formula)


@derivative(
    "chain_rule.rnn_tanh",
    tex=r"\frac{dL}{da^{[t]}} = \bigl(1 - (h^{[t]})^2\bigr)\,\frac{dL}{dh^{[t]}}",
)
def _rnn_tanh(rng: Rng) -> Claim:
    """Step t = 2: the loss as a function of a^[2]."""
    net = _ScalarRNN(rng)
    a_2 = np.arctanh(net.states()[2])
    return Claim(
        np.array(a_2),
        lambda a: net.loss(2, torch.tanh(a), net.w_h),
        lambda a: (1 - np.tanh(a) ** 2) * net.backward()[0][2],
    )


@derivative("chain_rule.rnn_back", tex=r"\frac{dL}{dh^{[t-1]}} = w_h\,\frac{dL}{da^{[t]}}")
def _rnn_back(rng: Rng) -> Claim:
    """Step t = 2: the loss as a function of h^[1]."""
    net = _ScalarRNN(rng)
    return Claim(
        np.array(net.states()[1]),
        lambda h: net.loss(1, h, net.w_h),
        lambda h: net.w_h * net.backward()[1][2],
    )


@derivative(
    "chain_rule.rnn_weight",
    tex=r"\frac{dL}{dw_h} = \sum_{t=1}^{3} \frac{dL}{da^{[t]}}\,h^{[t-1]}",
)
def _rnn_weight(rng: Rng) -> Claim:
    net = _ScalarRNN(rng)

    def formula(w_h: Array) -> float:
        h, (_, da) = net.states(), net.backward()
        return sum(da[t] * h[t - 1] for t in (1, 2, 3))

    return Claim(np.array(net.w_h), lambda w: net.loss(0, net.h_0, w), formula)
