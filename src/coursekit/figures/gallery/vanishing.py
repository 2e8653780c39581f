"""Gradients that vanish or explode: the product of Jacobians against steps back."""

from functools import cache
from typing import Any

import numpy as np

from coursekit.figures.framework import show
from coursekit.probes import gradients

STEPS, UNITS = 50, 8
KINDS = ("orthogonal", "gaussian", "non-normal")


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
