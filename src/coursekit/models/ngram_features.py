"""Hashed n-gram features, added to the logits (Mikolov et al. 2011, section 4).

For each order m = 2 … order, "the last m - 1 words were these and the next is w" is a feature with
a weight of its own, which is added to the logit of w. The weights stand in one table: the *history*
is hashed to a number, and the weight of word w stands w places further. Features may collide.

With a table of billions of weights, as in the paper, every pair of a history and a word may have
one. With a small table that fails: each history touches k places, nearly all of them for n-grams
that never occur, and the collisions drown the rest (on validation text, worse than no features).
So the n-grams of the training text are marked first, and only those have a weight. The marks are
hashed, too: a few n-grams that never occurred pass for known.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from coursekit.models.vocabulary_layers import Direct

_MODULUS = 2_147_483_647  # prime, so that products of numbers below it fit into 64 bits
_FACTORS = (1_000_003, 998_244_353)
_MARKS = 1 << 25


class NgramFeatures(nn.Module):
    """One weight for each (hashed) n-gram of 2 … ``order`` words.

    The weight of a single word is left out: that is b_Q. Until ``remember`` has been called, every
    n-gram counts as known.

    Args:
        k: words.
        order: longest n-gram, the predicted word included (at least 2).
        table: number of weights.
        dropout: share of the features left out of each sum in training. A weight of an n-gram that
            occurs once in the training text is right there each time it is met, and nowhere else.
    """

    known: Tensor

    def __init__(self, k: int, order: int, table: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.k, self.order, self.dropout = k, order, dropout
        self.weights = nn.Parameter(torch.zeros(table))
        self.register_buffer("known", torch.ones(1, dtype=torch.bool), persistent=False)

    def histories(self, words: Tensor, t: int) -> Tensor:
        """Return a number for each history.

        Args:
            words: the ``order`` - 2 words before and the t words of x, (b, order - 2 + t).
            t: length of x.

        Returns:
            Numbers of the histories of 1 … order - 1 words that end in each x_t, shape
            (order - 1, b·t).
        """
        last = words.shape[1]
        code = torch.zeros_like(words[:, :t])
        codes = []
        for back in range(self.order - 1):
            word = words[:, last - t - back : last - back] + 1  # (b, t): x_{t - back}
            code = (code * _FACTORS[0] + word * _FACTORS[1] + back) % _MODULUS
            codes.append(code.flatten())
        return torch.stack(codes)

    def remember(self, ids: Tensor) -> None:
        """Mark the n-grams of a text: from here on, only they have a weight.

        Args:
            ids: word numbers of the training text, (t,).
        """
        padded = torch.cat([ids.new_zeros(self.order - 2), ids[:-1]])[None]
        codes = self.histories(padded, len(ids) - 1)  # (order - 1, t - 1)
        marks = torch.zeros(_MARKS, dtype=torch.bool, device=ids.device)
        marks[(codes % (_MARKS - self.k) + ids[1:]).flatten()] = True
        self.known = marks

    def forward(self, words: Tensor, t: int) -> Direct:
        """Return a function that gives the logits of a range of words for chosen rows."""
        codes = self.histories(words, t)  # (order - 1, b·t)

        def direct(rows: Tensor | None, start: int, end: int) -> Tensor:
            code = codes if rows is None else codes[:, rows]  # (order - 1, r)
            r, width = code.shape[1], end - start
            which, word = self._known(code.flatten(), start, end)  # (features,) each
            place = code.flatten()[which] % (len(self.weights) - self.k) + start + word
            logits = self.weights.new_zeros(r * width)
            weights = self.weights.index_select(0, place)
            weights = nn.functional.dropout(weights, self.dropout, self.training)
            return logits.index_add(0, which % r * width + word, weights).view(r, width)

        return direct

    def _known(self, code: Tensor, start: int, end: int) -> tuple[Tensor, Tensor]:
        """Return (history, word - start) of the known n-grams among words start … end - 1."""
        if len(self.known) == 1:
            grid = self.known.expand(len(code), end - start)
        else:
            begin = code % (len(self.known) - self.k) + start
            grid = self.known.unfold(0, end - start, 1)[begin]  # ((order - 1)·r, width)
        which, word = grid.nonzero(as_tuple=True)
        return which, word
