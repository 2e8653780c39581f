"""Recurrent language models: simple RNN, LSTM, stacked, and RNN with n-gram features.

All of them are the same three lines: embed, run the loop, hand the states to the output layer.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from coursekit.models.cells import LSTMCell, SimpleCell, Stack, State
from coursekit.models.language_model import LanguageModel
from coursekit.models.ngram_features import NgramFeatures
from coursekit.models.vocabulary_layers import Direct, vocabulary_layers

CELLS = {"simple": SimpleCell, "lstm": LSTMCell}


class RecurrentModel(LanguageModel):
    """u^[t] = embedding of x_t; h^[t] from the recurrent layers; ŷ^[t] = softmax(Q·h^[t] + b_Q).

    Args:
        k: words.
        d: size of the embeddings.
        n: hidden units of each layer.
        cell: "simple" or "lstm".
        layers: recurrent layers on top of one another.
        dropout: share of values set to zero on each way up (embedding, between layers, output).
        bands: bands of adaptive layers, or None for a plain softmax.
        factor: how much shorter the rows of each band are.
        tied: share input and output rows (needs d = n).
    """

    def __init__(
        self,
        k: int,
        d: int,
        n: int,
        cell: str = "lstm",
        layers: int = 1,
        dropout: float = 0.0,
        bands: Sequence[int] | None = None,
        factor: int = 4,
        tied: bool = False,
    ) -> None:
        super().__init__()
        self.embed, self.output = vocabulary_layers(k, d, n, bands, factor, tied)
        sizes = [d] + [n] * (layers - 1)
        self.stack = Stack([CELLS[cell](size, n) for size in sizes], dropout)
        self.dropout = nn.Dropout(dropout)

    def initial_state(self, batch: int) -> State:
        """Return zeros for every layer."""
        return self.stack.initial_state(batch)

    def hidden(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """Return the top layer's states and the state of all layers."""
        u = self.dropout(self.embed(x))  # (b, t) -> (b, t, d)
        h, state = self.stack(u, state)  # (b, t, n)
        return self.dropout(h), state


class RecurrentNgramModel(RecurrentModel):
    """A recurrent model whose logits also get the weights of n-gram features directly.

    Mikolov et al. 2011 call the second part a maximum entropy model: log-linear in features
    "the last one, two, … words were these and the next is w". Both parts are trained together,
    so the network need not spend its units on what counting does well. The state is that of the
    recurrent layers and the last ``order`` - 1 words.

    Args:
        k: words.
        d: size of the embeddings.
        n: hidden units of each layer.
        order: longest n-gram, the predicted word included.
        table: size of the hash table of feature weights.
        feature_dropout: share of the features left out of each sum in training.
        **settings: as in ``RecurrentModel``.
    """

    def __init__(
        self,
        k: int,
        d: int,
        n: int,
        order: int,
        table: int,
        feature_dropout: float = 0.0,
        **settings: object,
    ) -> None:
        super().__init__(k, d, n, **settings)  # type: ignore[arg-type]
        self.features = NgramFeatures(k, order, table, feature_dropout)

    def initial_state(self, batch: int) -> State:
        """Return zeros, and a history of word 0."""
        recurrent = super().initial_state(batch)
        history = torch.zeros(batch, self.features.order - 2, dtype=torch.long)
        return (*recurrent, history.to(recurrent[0].device))

    def prepare(self, train: Tensor) -> None:
        """Mark the n-grams of the training text, (t,)."""
        self.features.remember(train)

    def hidden(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """Return the top layer's states and the state of all layers, with the last words."""
        h, after = super().hidden(x, state[:-1])
        words = torch.cat([state[-1], x], dim=1)  # (b, order - 2 + t)
        return h, (*after, words[:, x.shape[1] :])

    def direct(self, x: Tensor, state: State) -> Direct:
        """Return the feature weights' logits for the histories that end in x."""
        direct: Direct = self.features(torch.cat([state[-1], x], dim=1), x.shape[1])
        return direct
