"""The loss of a model on a text: every token once, each token weighing the same."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from coursekit.models import LanguageModel, detach
from coursekit.text import batches

Losses = npt.NDArray[np.float32]


def token_losses(model: LanguageModel, ids: npt.ArrayLike, batch: int, window: int) -> Losses:
    """Return L^[t] in nats for all tokens but the first of each row, in the order of the text.

    The state is carried from window to window. For a recurrent model the window therefore changes
    nothing but speed. A Transformer looks back on the words of its state as far as they fit, so
    here the window is the *stride* of the sliding window: with a stride of half the context, each
    word is predicted from at least half a context of words.

    Args:
        model: any language model; it is left in the mode it was in.
        ids: word numbers, shape (t,).
        batch: rows the text is cut into; 1 reads it as one stream.
        window: words read at once.

    Returns:
        Losses, shape (batch · ((t - 1) // batch),).
    """
    device = next(model.parameters()).device
    training = model.training
    model.eval()
    parts = []
    state = model.initial_state(batch)
    with torch.inference_mode():
        for inputs, targets in batches(ids, batch, window):
            x = torch.from_numpy(inputs).to(device)
            loss, state = model.losses(x, torch.from_numpy(targets).to(device), state)  # (b, t)
            state = detach(state)
            parts.append(loss.float().cpu().numpy())
    model.train(training)
    return np.concatenate(parts, axis=1).reshape(-1)  # (b, L) -> (b·L,)


def mean_loss(model: LanguageModel, ids: npt.ArrayLike, batch: int = 10, window: int = 32) -> float:
    """Return the mean loss in nats per token; its exponential is the perplexity."""
    return float(token_losses(model, ids, batch, window).mean(dtype=np.float64))
