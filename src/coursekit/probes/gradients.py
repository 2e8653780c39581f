"""What happens to a gradient on its way back through time: Jacobians, norms, bounds, shares.

The recurrence is h^[t] = φ(z^[t] + W_h·h^[t-1]) with z^[t] = W_u·u^[t] + b_h and φ the identity,
tanh or the logistic function. Column vectors, so that

    J_t = ∂h^[t]/∂h^[t-1] = diag(φ'(a^[t]))·W_h
    ∂h^[t]/∂h^[t-ξ] = J_t · J_(t-1) · … · J_(t-ξ+1)          the latest step stands leftmost

(Pascanu, Mikolov & Bengio 2013, equations 5 and 6, whose layout is the transpose). NumPy, float64.
Axes: b batch, t time, n hidden; ξ ("lag") counts steps back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = [
    "ACTIVATIONS",
    "gradient_by_lag",
    "jacobians",
    "largest_singular_value",
    "norm_bound",
    "product_norms",
    "pushed_back",
    "random_matrix",
    "share_of_last",
    "slopes",
    "spectral_radius",
    "states",
]

Array = npt.NDArray[np.float64]


class Activation(NamedTuple):
    """A function, its slope written in terms of its *value*, and the largest slope there is."""

    apply: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    steepest: float


#: The bound of the logistic function is 1/4, reached at 0; that of tanh is 1, reached at 0.
ACTIVATIONS = {
    "identity": Activation(lambda a: a, np.ones_like, 1.0),
    "tanh": Activation(np.tanh, lambda h: 1 - h**2, 1.0),
    "logistic": Activation(lambda a: 1 / (1 + np.exp(-a)), lambda h: h * (1 - h), 0.25),
}


def spectral_radius(matrix: Array) -> float:
    """Largest absolute value of an eigenvalue: what decides ``matrix**ξ`` as ξ grows."""
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def largest_singular_value(matrix: Array) -> float:
    """The most by which the matrix lengthens any vector; at least the spectral radius."""
    return float(np.linalg.norm(matrix, 2))


def random_matrix(n: int, radius: float, rng: np.random.Generator, kind: str = "gaussian") -> Array:
    """Draw an n × n matrix and scale it to a spectral radius.

    Args:
        n: rows and columns.
        radius: spectral radius of the result.
        rng: where the numbers come from.
        kind: "gaussian" (independent entries), "orthogonal", or "triangular" (the Gaussian matrix
            without its lower half: far from normal).

    Raises:
        ValueError: there is no such kind.
    """
    matrix = rng.normal(size=(n, n))
    if kind == "orthogonal":
        matrix = np.linalg.qr(matrix)[0]
    elif kind == "triangular":
        matrix = np.triu(matrix)
    elif kind != "gaussian":
        raise ValueError("the kinds are gaussian, orthogonal and triangular")
    result: Array = matrix * (radius / spectral_radius(matrix))
    return result


def states(w_h: Array, z: Array, h_0: Array, activation: str) -> Array:
    """Run the recurrence.

    Args:
        w_h: recurrent weights, (n, n).
        z: what comes from outside at each step, W_u·u^[t] + b_h, (t, n).
        h_0: the state before the first step, (n).
        activation: a key of `ACTIVATIONS`.

    Returns:
        h^[0] … h^[T], shape (t + 1, n).
    """
    h = [h_0]
    for z_t in z:
        h.append(ACTIVATIONS[activation].apply(z_t + w_h @ h[-1]))
    return np.stack(h)  # (t + 1, n)


def slopes(h: Array, activation: str) -> Array:
    """The slopes φ'(a^[1]) … φ'(a^[T]) that belong to the states `states` returns, (t, n)."""
    return ACTIVATIONS[activation].slope(h[1:])


def jacobians(w_h: Array, slopes: Array) -> Array:
    """J_t = diag(φ'(a^[t]))·W_h for every step, (t, n) -> (t, n, n)."""
    return slopes[:, :, None] * w_h  # (t, n, 1) * (n, n)


def product_norms(jacobians: Array) -> Array:
    """Largest singular value of J_T · … · J_(T-ξ+1) for ξ = 0 … T.

    This is the largest factor by which any gradient at h^[T] can grow or shrink over ξ steps.

    Args:
        jacobians: J_1 … J_T, (t, n, n).

    Returns:
        Shape (t + 1,); entry 0 is 1.
    """
    product = np.eye(jacobians.shape[1])
    norms = [1.0]
    for j in jacobians[::-1]:
        product = product @ j  # the older step goes to the right
        norms.append(largest_singular_value(product))
    return np.array(norms)


def pushed_back(g: Array, w_h: Array, slopes: Array) -> Iterator[Array]:
    """Yield dL/dh^[T], dL/dh^[T-1], …, dL/dh^[0], each (n), from the first of them.

    Args:
        g: the gradient at the last state, (n).
        w_h: recurrent weights, (n, n).
        slopes: φ'(a^[1]) … φ'(a^[T]), (t, n).
    """
    yield g
    for slope in slopes[::-1]:
        g = w_h.T @ (slope * g)
        yield g


def norm_bound(w_h: Array, activation: str, lags: npt.ArrayLike) -> Array:
    """What no gradient can exceed: (σ_max(W_h) × steepest slope)^ξ, relative to ξ = 0.

    Below 1 for ξ = 1 it proves that gradients vanish (Pascanu et al. 2013, section 2.1); above 1
    it proves nothing.
    """
    factor = largest_singular_value(w_h) * ACTIVATIONS[activation].steepest
    result: Array = factor ** np.asarray(lags, dtype=float)
    return result


def gradient_by_lag(errors: Array, slopes: Array, h: Array, w_h: Array) -> Array:
    """dL/dW_h, taken apart by how far each share travelled.

    The share of lag ξ is the sum over t of what the use of W_h at step t - ξ adds to the gradient
    of the loss at step t. All losses travel together, so that the cost is T products, not T².

    Args:
        errors: dL/dh^[t] through the output of step t alone, (b, t, n).
        slopes: φ'(a^[t]), (b, t, n).
        h: h^[0] … h^[T], (b, t + 1, n).
        w_h: recurrent weights, (n, n).

    Returns:
        Shape (t, n, n); entry ξ for lag ξ. The sum over the first axis is dL/dW_h.
    """
    steps = errors.shape[1]
    shares = []
    for lag in range(steps):
        da = slopes[:, : steps - lag] * errors  # (b, t - ξ, n): position i = t - ξ
        shares.append(np.einsum("bim,bin->mn", da, h[:, : steps - lag]))
        errors = da[:, 1:] @ w_h  # (b, t - ξ - 1, n): one step further back
    return np.stack(shares)


def share_of_last(by_lag: Array) -> Array:
    """How much of the full gradient the last K uses make up, for K = 1 … T.

    Shares are measured along the full gradient G: ⟨sum of lags < K, G⟩ / ⟨G, G⟩. They add up to 1
    and may be negative or above 1 on the way.

    Args:
        by_lag: as from `gradient_by_lag`, (t, n, n).

    Returns:
        Shape (t,); entry K - 1 for the last K uses.
    """
    full = by_lag.sum(axis=0)
    along: Array = (by_lag * full).sum(axis=(1, 2)) / (full**2).sum()
    return np.cumsum(along)
