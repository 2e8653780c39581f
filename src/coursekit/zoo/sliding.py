"""Scoring a text with a model that sees a limited context, window by window.

A Transformer that sees 64 words can be shown a long text in many ways. With a *stride* of 64 the
windows do not overlap, and the first word of each is predicted from nothing. With a stride of 1
every word is predicted from the 63 before it, at 64 times the work. The same weights give another
perplexity for each stride, so a perplexity without its stride says little.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from coursekit.models import LanguageModel

Losses = npt.NDArray[np.float32]


def sliding_losses(
    model: LanguageModel, ids: npt.ArrayLike, window: int, stride: int, rows: int = 32
) -> Losses:
    """Return L^[t] in nats for every token but the first, each scored exactly once.

    Window j reads the ``window`` tokens before position (j + 1) · stride and scores the last
    ``stride`` of its targets; the first windows, near the beginning of the text, are shorter.

    Args:
        model: a model that takes ``window`` tokens at once; the state starts empty in each window.
        ids: word numbers, shape (t,).
        window: tokens read at once.
        stride: new tokens in each window, at most ``window``.
        rows: windows computed together.

    Returns:
        Losses, shape (t - 1,).

    Raises:
        ValueError: the stride is not in 1 … window.
    """
    if not 1 <= stride <= window:
        raise ValueError(f"the stride must be in 1 … {window}, not {stride}")
    text = np.asarray(ids, dtype=np.int64)
    total = len(text) - 1
    losses = np.empty(total, dtype=np.float32)
    ends = np.append(np.arange(stride, total, stride), total)  # each window's last target
    full = [end for end in ends if end >= window]
    groups = [[end] for end in ends if end < window]
    groups += [full[j : j + rows] for j in range(0, len(full), rows)]
    done = dict(zip(ends, np.append(0, ends[:-1]), strict=True))
    for group in groups:
        starts = [max(0, end - window) for end in group]
        found = _window_losses(model, text, starts, group)  # (rows, s)
        for row, end in zip(found, group, strict=True):
            new = end - done[end]
            losses[end - new : end] = row[-new:]
    return losses


def _window_losses(
    model: LanguageModel, text: npt.NDArray[np.int64], starts: list[int], ends: list[int]
) -> npt.NDArray[np.float32]:
    """Losses of all targets of windows of equal length: (rows, s)."""
    device = next(model.parameters()).device
    x = torch.from_numpy(np.stack([text[a:b] for a, b in zip(starts, ends, strict=True)]))
    y = torch.from_numpy(np.stack([text[a + 1 : b + 1] for a, b in zip(starts, ends, strict=True)]))
    model.eval()
    with torch.inference_mode():
        losses, _ = model.losses(x.to(device), y.to(device))  # (rows, s)
    return losses.cpu().numpy()
