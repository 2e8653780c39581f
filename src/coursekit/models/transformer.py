"""Decoder-only Transformers: self-attention over the words so far, nothing recurrent.

Two members of the family. ``AdaptiveTransformer`` is shaped like Baevski & Auli (2019): adaptive
input and adaptive softmax with shared rows, fixed sinusoidal positions, ReLU. ``GPT`` is shaped
like GPT-2 (Radford et al. 2019): plain tied embeddings, learnt positions, GELU. Both normalise
before each sub-layer and once more at the end.

Axes: b batch, t time (queries), s time (keys), d state, e heads, a = d / e size of a head.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from coursekit.models.cells import State
from coursekit.models.language_model import LanguageModel
from coursekit.models.vocabulary_layers import vocabulary_layers


class CausalAttention(nn.Module):
    """Multi-head self-attention in which position t sees positions 1 … t (Vaswani et al. 2017)."""

    def __init__(self, d: int, heads: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.heads = heads
        self.queries_keys_values = nn.Linear(d, 3 * d)
        self.out = nn.Linear(d, d)
        self.dropout = nn.Dropout(dropout)

    def forward(self, h: Tensor) -> Tensor:
        """Mix each position with those before it: (b, t, d) -> (b, t, d)."""
        b, t, d = h.shape
        split = self.queries_keys_values(h).view(b, t, 3, self.heads, -1)  # (b, t, 3, e, a)
        q, k, v = split.permute(2, 0, 3, 1, 4)  # each (b, e, t, a)
        scores = q @ k.transpose(-2, -1) / math.sqrt(d / self.heads)  # (b, e, t, s)
        future = torch.ones(t, t, dtype=torch.bool, device=h.device).triu(1)  # (t, s): s > t
        weights = scores.masked_fill(future, -torch.inf).softmax(-1)
        mixed = self.dropout(weights) @ v  # (b, e, t, a)
        out: Tensor = self.out(mixed.transpose(1, 2).reshape(b, t, d))  # (b, t, d)
        return out


class Block(nn.Module):
    """Attention, then a two-layer network at each position; both added to what came in."""

    def __init__(
        self,
        d: int,
        heads: int,
        activation: Callable[[Tensor], Tensor],
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.before_attention = nn.LayerNorm(d)
        self.attention = CausalAttention(d, heads, dropout)
        self.before_network = nn.LayerNorm(d)
        self.wide = nn.Linear(d, 4 * d)
        self.narrow = nn.Linear(4 * d, d)
        self.activation = activation
        self.dropout = nn.Dropout(dropout)

    def forward(self, h: Tensor) -> Tensor:
        """(b, t, d) -> (b, t, d)."""
        h = h + self.dropout(self.attention(self.before_attention(h)))
        wide = self.activation(self.wide(self.before_network(h)))  # (b, t, 4d)
        h = h + self.dropout(self.narrow(wide))  # (b, t, d)
        return h


def sinusoids(length: int, d: int) -> Tensor:
    """Return the fixed position vectors of Vaswani et al. 2017, section 3.5: (length, d)."""
    position = torch.arange(length)[:, None]  # (length, 1)
    rate = torch.exp(torch.arange(0, d, 2) * (-math.log(10_000.0) / d))  # (d/2,)
    angle = position * rate  # (length, d/2)
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)  # (length, d)


class Transformer(LanguageModel):
    """What both members share. The state is the words read so far, as far as they fit.

    Feeding x with a state in front computes the words of the state again. When state and x
    together are longer than ``context``, the oldest words are dropped; x itself must fit.
    """

    positions: Tensor

    def __init__(
        self,
        d: int,
        heads: int,
        layers: int,
        context: int,
        activation: Callable[[Tensor], Tensor],
        dropout: float,
    ) -> None:
        super().__init__()
        self.context: int = context
        blocks = [Block(d, heads, activation, dropout) for _ in range(layers)]
        self.blocks: Sequence[Block] = nn.ModuleList(blocks)  # type: ignore[assignment]
        self.norm = nn.LayerNorm(d)
        self.dropout = nn.Dropout(dropout)

    def _shrink_residuals(self) -> None:
        """Start with small sub-layer outputs, so that the sum over layers keeps its scale."""
        for block in self.blocks:
            for layer in (block.attention.out, block.narrow):
                nn.init.normal_(layer.weight, std=0.02 / math.sqrt(2 * len(self.blocks)))

    def initial_state(self, batch: int) -> State:
        """Return no words: shape (b, 0)."""
        device = self.norm.weight.device
        return (torch.empty(batch, 0, dtype=torch.long, device=device),)

    def embedded(self, words: Tensor) -> Tensor:
        """Return word and position vectors added: (b, s) -> (b, s, d)."""
        raise NotImplementedError

    def hidden(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """Return the states at the positions of x.

        Raises:
            ValueError: x is longer than the context.
        """
        t = x.shape[1]
        if t > self.context:
            raise ValueError(f"{t} words do not fit into a context of {self.context}")
        words = torch.cat([state[0], x], dim=1)[:, -self.context :]  # (b, s)
        h = self.dropout(self.embedded(words))  # (b, s, d)
        for block in self.blocks:
            h = block(h)
        return self.dropout(self.norm(h[:, -t:])), (words,)  # (b, t, d)


class AdaptiveTransformer(Transformer):
    """Transformer with adaptive input and adaptive softmax (Baevski & Auli 2019).

    Args:
        k: words.
        d: size of the state.
        bands: bands of the vocabulary, as in ``AdaptiveInput``.
        heads: attention heads.
        layers: blocks.
        context: longest text it can look at.
        dropout: share of values set to zero in training.
        factor: how much shorter the rows of each band are.
    """

    def __init__(
        self,
        k: int,
        d: int,
        bands: Sequence[int],
        heads: int = 4,
        layers: int = 2,
        context: int = 64,
        dropout: float = 0.1,
        factor: int = 4,
    ) -> None:
        super().__init__(d, heads, layers, context, F.relu, dropout)
        self.embed, self.output = vocabulary_layers(k, d, d, bands, factor, tied=True)
        self.register_buffer("positions", sinusoids(context, d), persistent=False)
        self.scale = math.sqrt(d)
        self._shrink_residuals()

    def embedded(self, words: Tensor) -> Tensor:
        """Word vectors scaled by sqrt(d), so that the positions do not drown them."""
        u: Tensor = self.scale * self.embed(words)  # (b, s) -> (b, s, d)
        return u + self.positions[: words.shape[1]]


class GPT(Transformer):
    """A decoder shaped like GPT-2 (Radford et al. 2019), for word or byte-level tokens.

    Args:
        k: tokens of the vocabulary (256 for bytes).
        d: size of the state.
        heads: attention heads.
        layers: blocks.
        context: longest text it can look at.
        dropout: share of values set to zero in training.
    """

    def __init__(
        self,
        k: int,
        d: int,
        heads: int = 4,
        layers: int = 2,
        context: int = 64,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(d, heads, layers, context, F.gelu, dropout)
        self.embed, self.output = vocabulary_layers(k, d, d, None, 1, tied=True)
        self.positions = nn.Parameter(0.01 * torch.randn(context, d))
        assert isinstance(self.embed, nn.Embedding)
        nn.init.normal_(self.embed.weight, std=0.02)
        self._shrink_residuals()

    def embedded(self, words: Tensor) -> Tensor:
        """Word and learnt position vectors added."""
        u: Tensor = self.embed(words)  # (b, s) -> (b, s, d)
        return u + self.positions[: words.shape[1]]
