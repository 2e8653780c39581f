"""The two layers that touch the vocabulary: words to vectors, and states to ŷ^[t].

With k = 10,000 words they hold most of the weights and take most of the time. Both come in two
forms. *Plain*: one row a word. *Adaptive* (Grave et al. 2017 for the output, Baevski & Auli 2019
for the input): the words, sorted by frequency, are cut into bands; frequent words get long
vectors, rare words short ones, and a rare word's probability is the product of its band's and of
its own within the band, so that most tokens never touch the rare rows.

Axes: b batch, t time, n size of the state, k words, j band, d_j size of the band's vectors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class AdaptiveInput(nn.Module):
    """Embeddings whose size falls with the word's rank (Baevski & Auli 2019, section 3).

    Args:
        bands: ranks at which a new band begins, last the vocabulary size: (1000, 4000, 10000).
        d: size of the vectors given out; also the size of the first band's rows.
        factor: each band's rows are this factor shorter than those of the band before.
    """

    def __init__(self, bands: Sequence[int], d: int, factor: int = 4) -> None:
        super().__init__()
        self.bands = tuple(bands)
        starts = (0, *self.bands[:-1])
        sizes = [max(1, d // factor**j) for j in range(len(self.bands))]
        self.tables = nn.ParameterList(
            torch.randn(end - start, size) / math.sqrt(size)
            for start, end, size in zip(starts, self.bands, sizes, strict=True)
        )
        up = [nn.Linear(size, d, bias=False) for size in sizes]
        self.up: Sequence[nn.Linear] = nn.ModuleList(up)  # type: ignore[assignment]

    def forward(self, x: Tensor) -> Tensor:
        """Return the vectors of token ids x: (b, t) -> (b, t, d)."""
        flat = x.reshape(-1)  # (b·t,)
        out = self.up[0].weight.new_zeros(len(flat), self.up[0].out_features)  # (b·t, d)
        start = 0
        for table, up, end in zip(self.tables, self.up, self.bands, strict=True):
            where = ((flat >= start) & (flat < end)).nonzero().squeeze(1)
            rows = up(F.embedding(flat[where] - start, table))  # (r, d)
            out = out.index_copy(0, where, rows.to(out.dtype))
            start = end
        return out.view(*x.shape, out.shape[1])  # (b, t, d)


Direct = Callable[[Tensor | None, int, int], Tensor]
"""Extra logits from outside the state: ``direct(rows, start, end)`` gives, for the chosen rows of
the flattened batch (all if None), those of words start … end - 1: shape (rows, end - start)."""


class Softmax(nn.Module):
    """The plain output layer: ŷ^[t] = softmax(Q·h^[t] + b_Q).

    With tied weights (Press & Wolf 2017) the embedding matrix, (k, n), is put in the place of Q.

    Args:
        n: size of the state.
        k: words.
    """

    def __init__(self, n: int, k: int) -> None:
        super().__init__()
        self.Q = nn.Parameter(torch.empty(k, n).uniform_(-1, 1) / math.sqrt(n))
        self.b_Q = nn.Parameter(torch.zeros(k))

    def _logits(self, h: Tensor, direct: Direct | None) -> Tensor:
        flat = h.flatten(0, 1) @ self.Q.T + self.b_Q  # (b·t, k)
        return flat if direct is None else flat + direct(None, 0, len(self.Q))

    def log_probs(self, h: Tensor, direct: Direct | None = None) -> Tensor:
        """Return log ŷ^[t]: (b, t, n) -> (b, t, k)."""
        return self._logits(h, direct).log_softmax(-1).view(*h.shape[:2], -1)

    def losses(self, h: Tensor, y: Tensor, direct: Direct | None = None) -> Tensor:
        """Return L^[t] = -log ŷ_y^[t] in nats: (b, t, n), (b, t) -> (b, t)."""
        logits = self._logits(h, direct)  # (b·t, k)
        return F.cross_entropy(logits, y.flatten(), reduction="none").view_as(y)


class AdaptiveSoftmax(nn.Module):
    """Adaptive softmax (Grave et al. 2017); with ``tied_to``, the rows are those of the input.

    The head is a softmax over the words of the first band and one entry for each other band; a
    word of band j > 0 has ŷ_w = head(band j) · softmax_j(w). Band j maps the state down to d_j
    numbers before its own rows, like torch.nn.AdaptiveLogSoftmaxWithLoss, but here every word
    has a bias.

    Args:
        n: size of the state.
        bands: as in ``AdaptiveInput``.
        factor: as in ``AdaptiveInput``.
        tied_to: an adaptive input layer of n-dimensional vectors whose tables are used as Q_j
            and whose maps are used, transposed, as the maps down.
    """

    def __init__(
        self,
        n: int,
        bands: Sequence[int],
        factor: int = 4,
        tied_to: AdaptiveInput | None = None,
    ) -> None:
        super().__init__()
        source = tied_to or AdaptiveInput(bands, n, factor)
        self.bands = tuple(bands)
        self.Q = source.tables  # Q_j: (k_j, d_j)
        self.up = source.up  # weights (n, d_j), used transposed
        self.band_rows = nn.Linear(n, len(self.bands) - 1)
        self.b_Q = nn.Parameter(torch.zeros(self.bands[-1]))

    def _words(self, h: Tensor, j: int, rows: Tensor | None, direct: Direct | None) -> Tensor:
        """Logits of band j's words for flat states h: (r, n) -> (r, k_j)."""
        start, end = (0, *self.bands)[j], self.bands[j]
        logits: Tensor = h @ self.up[j].weight @ self.Q[j].T + self.b_Q[start:end]
        return logits if direct is None else logits + direct(rows, start, end)

    def _head(self, h: Tensor, direct: Direct | None) -> Tensor:
        """Logits of the first band's words, then of the other bands: (r, k_0 + j)."""
        return torch.cat([self._words(h, 0, None, direct), self.band_rows(h)], dim=-1)

    def log_probs(self, h: Tensor, direct: Direct | None = None) -> Tensor:
        """Return log ŷ^[t]: (b, t, n) -> (b, t, k)."""
        flat, first = h.flatten(0, 1), self.bands[0]  # (b·t, n)
        head = self._head(flat, direct).log_softmax(-1)  # (b·t, k_0 + j)
        parts = [head[:, :first]]
        for j in range(1, len(self.bands)):
            within = self._words(flat, j, None, direct).log_softmax(-1)  # (b·t, k_j)
            parts.append(within + head[:, first + j - 1, None])
        return torch.cat(parts, dim=-1).view(*h.shape[:2], -1)  # (b, t, k)

    def losses(self, h: Tensor, y: Tensor, direct: Direct | None = None) -> Tensor:
        """Return L^[t] = -log ŷ_y^[t] in nats; a band is only computed where a target needs it."""
        flat, target = h.flatten(0, 1), y.flatten()  # (b·t, n), (b·t,)
        head_target = target.clone()
        loss = torch.zeros_like(flat[:, 0])  # (b·t,)
        for j in range(1, len(self.bands)):
            start, end = self.bands[j - 1], self.bands[j]
            rows = ((target >= start) & (target < end)).nonzero().squeeze(1)  # (r,)
            head_target[rows] = self.bands[0] + j - 1
            logits = self._words(flat[rows], j, rows, direct)  # (r, k_j)
            within = F.cross_entropy(logits, target[rows] - start, reduction="none")
            loss = loss.index_copy(0, rows, within.to(loss.dtype))
        head = self._head(flat, direct)  # (b·t, k_0 + j)
        return (loss + F.cross_entropy(head, head_target, reduction="none")).view_as(y)


def vocabulary_layers(
    k: int, d: int, n: int, bands: Sequence[int] | None, factor: int, tied: bool
) -> tuple[nn.Module, Softmax | AdaptiveSoftmax]:
    """Return an input and an output layer for k words.

    Args:
        k: words.
        d: size of the embeddings.
        n: size of the state; must be d when tied.
        bands: None for plain layers; else both are adaptive when tied, and only the output
            when not.
        factor: as in ``AdaptiveInput``.
        tied: share the rows of input and output.

    Raises:
        ValueError: tied layers of different sizes.
    """
    if tied and d != n:
        raise ValueError(f"tied layers need d = n, not d = {d} and n = {n}")
    if bands is None:
        embed = nn.Embedding(k, d)
        nn.init.normal_(embed.weight, std=1 / math.sqrt(d))
        output = Softmax(n, k)
        if tied:
            output.Q = embed.weight  # type: ignore[assignment]  # typed as Tensor, is a Parameter
        return embed, output
    if tied:
        adaptive = AdaptiveInput(bands, d, factor)
        return adaptive, AdaptiveSoftmax(n, bands, factor, adaptive)
    return nn.Embedding(k, d), AdaptiveSoftmax(n, bands, factor)
