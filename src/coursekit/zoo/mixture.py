"""Mixing models: p(w) = Σ_j λ_j · p_j(w), with weights tuned on validation text.

Counting models know what was seen word for word, networks know what is like what was seen. A
mixture is as good as its best part or better, because λ may put all weight there.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Losses = npt.NDArray[np.float64]


def mixture_weights(losses: npt.ArrayLike, rounds: int = 200) -> npt.NDArray[np.float64]:
    """Return the weights λ that maximise the likelihood of a (validation) text.

    The EM algorithm (Dempster et al. 1977): give each model the share of every token that it
    explains, make the mean share its weight, repeat. The likelihood rises in each round and has
    one maximum.

    Args:
        losses: L^[t] of each model on the same tokens, in nats, shape (models, t).
        rounds: of EM.

    Returns:
        Weights, shape (models,), that sum to 1.
    """
    p = np.exp(-np.asarray(losses, dtype=np.float64))  # (models, t)
    weights = np.full(len(p), 1 / len(p))
    for _ in range(rounds):
        joint = weights[:, None] * p  # (models, t)
        weights = (joint / joint.sum(0)).mean(1)
    return weights


def mixed_losses(losses: npt.ArrayLike, weights: npt.ArrayLike) -> Losses:
    """Return the losses of the mixture: (models, t), (models,) -> (t,)."""
    p = np.exp(-np.asarray(losses, dtype=np.float64))
    mixed: Losses = -np.log(np.asarray(weights) @ p)
    return mixed
