"""Hashed n-gram features, added to the logits (Mikolov et al. 2011, section 4).

For each order m = 1 … order, the last m - 1 words (the *history*) are hashed to a place in one
table of weights; the k numbers from that place on are added to the k logits. So the weight of
"history, then word w" stands at (hash(history) + w), and histories may collide: a table much
smaller than the number of n-grams still works, because most n-grams never occur.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from coursekit.models.vocabulary_layers import Direct

_PRIMES = (1_000_003, 998_244_353, 1_000_000_007, 2_147_483_647, 479_001_599, 87_178_291_199)


class _Rows(torch.autograd.Function):
    """rows[r] = table[place[r] : place[r] + width], with a cheap backward pass."""

    @staticmethod
    def forward(ctx: Any, table: Tensor, place: Tensor, width: int) -> Tensor:
        ctx.save_for_backward(place)
        ctx.size, ctx.width = len(table), width
        return table.unfold(0, width, 1)[place]  # (r, width)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        (place,) = ctx.saved_tensors
        index = place[:, None] + torch.arange(ctx.width, device=place.device)  # (r, width)
        total = grads[0].new_zeros(ctx.size)
        return total.scatter_add_(0, index.flatten(), grads[0].flatten()), None, None


class NgramFeatures(nn.Module):
    """One weight for each (hashed) n-gram of 2 … ``order`` words.

    The weight of a single word is left out: that is b_Q.

    Args:
        k: words.
        order: longest n-gram, the predicted word included (at least 2).
        table: number of weights.
    """

    def __init__(self, k: int, order: int, table: int) -> None:
        super().__init__()
        self.k, self.order = k, order
        self.weights = nn.Parameter(torch.zeros(table))

    def places(self, words: Tensor, t: int) -> Tensor:
        """Return where each history's weights begin.

        Args:
            words: the ``order`` - 2 words before and the t words of x, (b, order - 2 + t).
            t: length of x.

        Returns:
            Places of the histories of 1 … order - 1 words, shape (order - 1, b·t).
        """
        room = len(self.weights) - self.k
        last = words.shape[1]
        code = torch.zeros_like(words[:, :t])
        places = []
        for back in range(self.order - 1):
            word = words[:, last - t - back : last - back] + 1  # (b, t): x_{t - back}
            code = (code * _PRIMES[0] + word * _PRIMES[1 + back % 5]) % _PRIMES[3]
            places.append((code * (2 * back + 3) % _PRIMES[3] % room).flatten())
        return torch.stack(places)

    def forward(self, words: Tensor, t: int) -> Direct:
        """Return a function that gives the logits of a range of words for chosen rows."""
        places = self.places(words, t)  # (order - 1, b·t)

        def direct(rows: Tensor | None, start: int, end: int) -> Tensor:
            chosen = (places if rows is None else places[:, rows]) + start  # (order - 1, r)
            got: Tensor = _Rows.apply(  # type: ignore[no-untyped-call]
                self.weights, chosen.flatten(), end - start
            )  # ((order - 1)·r, width)
            return got.view(*chosen.shape, end - start).sum(
                0
            )  # (order - 1, r, width) -> (r, width)

        return direct
