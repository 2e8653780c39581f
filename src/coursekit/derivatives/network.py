"""The lecture's recurrent language model, small and random: what the checks differentiate.

In column vectors: a^[t] = W_u u^[t] + W_h h^[t-1] + b_h, h^[t] = tanh(a^[t]),
ŷ^[t] = softmax(Q h^[t] + b_Q), and L the mean of -log ŷ^[t] at the next token. Written twice: in
torch for the oracles (`losses`, `state`) and in NumPy for the formulas (the rest).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import cross_entropy

Array = npt.NDArray[np.float64]
Rng = np.random.Generator
T, D, N, K = 4, 2, 3, 4  # steps, embedding, hidden, vocabulary


@dataclass(frozen=True)
class Gradients:
    """What the backward pass makes: gradients of L, index t for time where there is a list."""

    logits: list[Array]
    h: list[Array]
    a: list[Array]


class Network:
    """A random instance: parameters, inputs u[1..T], targets x[1..T], start state h_0."""

    def __init__(self, rng: Rng) -> None:
        shapes = {"W_u": (N, D), "W_h": (N, N), "b_h": (N,), "Q": (K, N), "b_Q": (K,), "h_0": (N,)}
        self.p: dict[str, Array] = {
            name: rng.normal(scale=0.6, size=shape) for name, shape in shapes.items()
        }
        self.u: Array = rng.normal(size=(T + 1, D))  # row 0 is not used
        self.x: list[int] = [0, *map(int, rng.integers(K, size=T))]

    def losses(self, **given: torch.Tensor) -> torch.Tensor:
        """The losses L^[1] … L^[T] in torch, (T,).

        `given` replaces a parameter (W_h=…), one input (u_2=…), or a state or pre-activation at
        one step (h_2=…, a_2=…); `W_h_use_2` replaces the recurrent matrix at step 2 only.
        """
        p = {name: given.get(name, torch.tensor(value)) for name, value in self.p.items()}
        h, losses = p["h_0"], []
        for t in range(1, T + 1):
            w_h = given.get(f"W_h_use_{t}", p["W_h"])
            u = given.get(f"u_{t}", torch.tensor(self.u[t]))
            a = given.get(f"a_{t}", p["W_u"] @ u + w_h @ h + p["b_h"])  # (n)
            h = given.get(f"h_{t}", torch.tanh(a))
            z = p["Q"] @ h + p["b_Q"]  # (k)
            losses.append(cross_entropy(z, torch.tensor(self.x[t])))
        return torch.stack(losses)

    def state(self, end: int, start: int, h: torch.Tensor) -> torch.Tensor:
        """The state h^[end] when h^[start] is `h`, (n)."""
        p = {name: torch.tensor(value) for name, value in self.p.items()}
        for t in range(start + 1, end + 1):
            h = torch.tanh(p["W_u"] @ torch.tensor(self.u[t]) + p["W_h"] @ h + p["b_h"])
        return h

    def forward(self) -> tuple[list[Array], list[Array]]:
        """The states h^[0..T] and the predictions ŷ^[1..T] (index 0 is not used) in NumPy."""
        p, h, y = self.p, [self.p["h_0"]], [np.zeros(K)]
        for t in range(1, T + 1):
            h.append(np.tanh(p["W_u"] @ self.u[t] + p["W_h"] @ h[t - 1] + p["b_h"]))
            exponentials = np.exp(p["Q"] @ h[t] + p["b_Q"])
            y.append(exponentials / exponentials.sum())
        return h, y

    def d_logits(self, t: int) -> Array:
        """Gradient of L^[t] with respect to its own logits, (k)."""
        error: Array = self.forward()[1][t] - np.eye(K)[self.x[t]]
        return error

    def jacobian(self, t: int) -> Array:
        """The Jacobian J_t = ∂h^[t]/∂h^[t-1], (n, n)."""
        h = self.forward()[0]
        result: Array = np.diag(1 - h[t] ** 2) @ self.p["W_h"]
        return result

    def backward(self) -> Gradients:
        """Backpropagation through time for the mean loss, in one pass over t = T … 1."""
        h, p = self.forward()[0], self.p
        logits, dh, da = ([np.zeros(0)] * (T + 2) for _ in range(3))
        da[T + 1] = np.zeros(N)
        for t in range(T, 0, -1):
            logits[t] = self.d_logits(t) / T
            dh[t] = p["Q"].T @ logits[t] + p["W_h"].T @ da[t + 1]
            da[t] = (1 - h[t] ** 2) * dh[t]
        return Gradients(logits, dh, da)

    def contribution(self, i: int, t: int) -> Array:
        """What the use of W_h at step i adds to dL^[t]/dW_h, (n, n)."""
        h = self.forward()[0]
        g = self.p["Q"].T @ self.d_logits(t)  # gradient at h^[t]
        for j in range(t, i, -1):
            g = self.jacobian(j).T @ g  # gradient at h^[j-1]
        return np.outer((1 - h[i] ** 2) * g, h[i - 1])
