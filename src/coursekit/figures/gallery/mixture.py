"""The figure on mixing a counting model with a network."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from coursekit.figures.framework import show

# Six words, for a look at the figure: a counting model is good where the context was seen.
LOSSES = {"counts": (1.0, 2.0, 3.0, 6.0, 7.0, 5.0), "network": (2.4, 3.4, 4.0, 4.5, 5.5, 4.2)}
SEEN = (1, 1, 1, 0, 0, 0)


def mixture(
    losses: Mapping[str, npt.ArrayLike] = LOSSES,
    seen: npt.ArrayLike = SEEN,
    network: int = 1,
    weight: float = 0.5,
) -> object:
    """Perplexity of a mixture against the weight, for words in known and in new contexts.

    Args:
        losses: for two or more models, the losses of the same words in nats, (t,); the first
            model is the one the others are mixed with.
        seen: whether each word's context was seen in training, (t,).
        network: which of the others is shown first, from 1.
        weight: its weight at the start.

    Raises:
        ValueError: fewer than two models, or the lengths differ, or one group is empty.
    """
    known = np.asarray(seen, dtype=bool)
    values = {name: np.asarray(loss, dtype=float) for name, loss in losses.items()}
    if len(values) < 2 or any(loss.shape != known.shape for loss in values.values()):
        raise ValueError("mixture needs two or more models on the same words")
    if known.all() or not known.any():
        raise ValueError("mixture needs words of both kinds")
    state = {
        "names": [*values],
        "losses": [[round(float(loss), 3) for loss in found] for found in values.values()],
        "seen": [int(flag) for flag in known],
        "network": network,
        "weight": weight,
    }
    first = next(iter(values))
    alt = f"Perplexity of {first} mixed with a network, against the network's weight."
    return show("mixture", state, alt)
