"""The neural language model with a fixed window (Bengio et al. 2003).

u = [u_1; u_2; u_3; u_4]       the embeddings of the last four words, side by side
h = tanh(W·u + b_W)            W in R^{n × 4d}: each position has weights of its own
ŷ = softmax(Q·h + b_Q)
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from coursekit.models.cells import State
from coursekit.models.language_model import LanguageModel
from coursekit.models.vocabulary_layers import vocabulary_layers


class WindowModel(LanguageModel):
    """Predicts a word from the ``window`` words before it and nothing else.

    Args:
        k: words.
        d: size of the embeddings.
        n: hidden units.
        window: words seen (the lecture draws four).
        dropout: share of embedding and hidden values set to zero in training.
        bands: bands of adaptive layers, or None for a plain softmax.
        factor: how much shorter the rows of each band are.
        tied: share input and output rows (needs d = n).
        before: token id that fills the window before the text begins.
    """

    def __init__(
        self,
        k: int,
        d: int,
        n: int,
        window: int = 4,
        dropout: float = 0.0,
        bands: Sequence[int] | None = None,
        factor: int = 4,
        tied: bool = False,
        before: int = 0,
    ) -> None:
        super().__init__()
        self.embed, self.output = vocabulary_layers(k, d, n, bands, factor, tied)
        self.W = nn.Linear(window * d, n)  # W and b_W
        self.dropout = nn.Dropout(dropout)
        self.context: int = window
        self.before = before

    def initial_state(self, batch: int) -> State:
        """Return the window's other words before the first: (b, window - 1) copies of one id."""
        shape = (batch, self.context - 1)
        return (torch.full(shape, self.before, device=self.W.weight.device),)

    def hidden(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """Return h for every position of x; the state is the last window - 1 words."""
        words = torch.cat([state[0], x], dim=1)  # (b, window - 1 + t)
        u = self.dropout(self.embed(words))  # (b, window - 1 + t, d)
        t = x.shape[1]
        # column j of the big vector holds, for every t at once, the word j places into the window
        parts = [u[:, j : j + t] for j in range(words.shape[1] - t + 1)]  # window × (b, t, d)
        h = torch.tanh(self.W(torch.cat(parts, dim=-1)))  # (b, t, window·d) -> (b, t, n)
        return self.dropout(h), (words[:, t:],)
