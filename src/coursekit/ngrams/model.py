"""The Kneser-Ney model: fit it, score a text, ask for the next word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from coursekit.ngrams.tables import Floats, Ints, Table, count, estimate_discounts, smooth


@dataclass(frozen=True)
class KneserNey:
    """An interpolated Kneser-Ney model; make one with ``KneserNey.fit``.

    Attributes:
        tables: ``tables[m − 1]`` holds the m-grams.
        vocab_size: Number of words k.
        boundary: The word that ends a sentence, at which every context begins anew, or None.
    """

    tables: tuple[Table, ...]
    vocab_size: int
    boundary: int | None

    @classmethod
    def fit(
        cls,
        ids: npt.ArrayLike,
        order: int,
        vocab_size: int,
        boundary: int | None = None,
        *,
        discount: float | None = None,
        continuation: bool = True,
    ) -> Self:
        """Count and smooth.

        Args:
            ids: Training text as word numbers, shape (t,).
            order: The highest n of the n-grams; a context has n − 1 words.
            vocab_size: Number of words k that get probability, seen or not.
            boundary: The number of ``</s>``. It stands in front of each sentence too, and no
                context reaches across it. None takes the text as one sentence.
            discount: One fixed D for all counts, as in the textbook; None estimates the three of
                modified Kneser-Ney for each order.
            continuation: False counts occurrences at every order, which is interpolated
                absolute discounting, not Kneser-Ney.

        Raises:
            ValueError: The text is empty, a word number is outside 0 … k − 1, the order is
                below 1, or the discount is not above 0 and at most 1.
        """
        if order < 1:
            raise ValueError("the order must be at least 1")
        if discount is not None and not 0 < discount <= 1:
            raise ValueError("the discount must be above 0 and at most 1")
        text, reach = _frame(ids, vocab_size, boundary)
        framed = boundary is not None
        if len(text) == framed:
            raise ValueError("the training text is empty")
        tables: list[Table] = []
        lower = np.full(1, 1 / vocab_size)  # p_0
        for keys, counts, suffix in count(text, reach, order, vocab_size, framed, continuation):
            contexts = len(tables[-1].keys) if tables else 1
            discounts = (
                estimate_discounts(counts) if discount is None else (discount, discount, discount)
            )
            table = smooth(keys, counts, contexts, discounts, lower[suffix], vocab_size)
            tables.append(table)
            lower = table.prob
        return cls(tuple(tables), vocab_size, boundary)

    @property
    def order(self) -> int:
        """The highest n of the n-grams."""
        return len(self.tables)

    def log_prob(self, ids: npt.ArrayLike) -> Floats:
        """Log-probability in nats of every word of a text, given the words before it.

        With a boundary, the first word is taken to begin a sentence.

        Args:
            ids: Word numbers, shape (t,).

        Returns:
            log p(x_t | its context), shape (t,).
        """
        text, reach = _frame(ids, self.vocab_size, self.boundary)
        prob = self.tables[0].prob[text]
        for table, context, row in self._walk(text, reach):
            prob = prob * table.backoff[context]  # not found: the share handed down, γ
            found = row >= 0
            prob[found] = table.prob[row[found]]
        return np.log(prob[int(self.boundary is not None) :])

    def context_length(self, ids: npt.ArrayLike) -> Ints:
        """How many words before each word form a context that occurs in the training text.

        Args:
            ids: Word numbers, shape (t,).

        Returns:
            0 … order − 1 for each word, shape (t,). The beginning of a sentence counts as a word.
        """
        text, reach = _frame(ids, self.vocab_size, self.boundary)
        length = np.zeros(len(text), dtype=np.int64)
        for table, context, _ in self._walk(text, reach):
            length += table.continued(context, self.vocab_size)
        return length[int(self.boundary is not None) :]

    def distribution(self, context: Sequence[int]) -> Floats:
        """The probability of every word after ``context``.

        Args:
            context: The words before, any number of them; only the last n − 1 matter, and none
                before a boundary. Begin with the boundary to ask for the start of a sentence.

        Returns:
            p(w | context) for every w, shape (k,), which sums to 1.
        """
        words = np.asarray(list(context), dtype=np.int64)
        _check_range(words, self.vocab_size)
        if self.boundary is not None and (words == self.boundary).any():
            words = words[np.flatnonzero(words == self.boundary)[-1] :]
        prob = np.full(self.vocab_size, 1 / self.vocab_size)
        for m, table in enumerate(self.tables[: len(words) + 1], start=1):
            row = self._row(words[len(words) - m + 1 :])
            if row < 0:  # then every longer context is unknown too
                break
            start = row * self.vocab_size
            a, b = np.searchsorted(table.keys, [start, start + self.vocab_size])
            prob *= table.backoff[row]
            prob[table.keys[a:b] - start] += table.share[a:b]
        return prob

    def complete(self, context: Sequence[int], count: int) -> list[tuple[int, float]]:
        """The ``count`` most probable next words with their probabilities, best first."""
        prob = self.distribution(context)
        best = np.argsort(-prob, kind="stable")[:count]
        return [(int(word), float(prob[word])) for word in best]

    def _row(self, words: Ints) -> int:
        """The row of an m-gram in its table, −1 if unknown, 0 for the empty one."""
        row = 0
        for table, word in zip(self.tables, words, strict=False):
            row = int(table.find(np.array([row * self.vocab_size + word]))[0])
            if row < 0:
                break
        return row

    def _walk(self, text: Ints, reach: Ints) -> Iterator[tuple[Table, Ints, Ints]]:
        """For each order from 2 up: its table, and the rows of context and m-gram (or −1)."""
        row = text  # the table of order 1 has a row for each word
        for m, table in enumerate(self.tables[1:], start=2):
            context = np.where(reach >= m, _previous(row), -1)
            row = table.find(context * self.vocab_size + text)
            yield table, context, row


def _check_range(ids: Ints, vocab_size: int) -> None:
    if ids.ndim != 1:
        raise ValueError(f"word numbers must have shape (t,), not {ids.shape}")
    if len(ids) and not 0 <= ids.min() <= ids.max() < vocab_size:
        raise ValueError(f"word numbers must lie between 0 and {vocab_size - 1}")


def _previous(row: Ints) -> Ints:
    """Shift by one time step: what stood at t − 1."""
    return np.concatenate([[-1], row[:-1]])


def _frame(ids: npt.ArrayLike, vocab_size: int, boundary: int | None) -> tuple[Ints, Ints]:
    """Put the boundary in front, and say how long an m-gram may be that ends at each position.

    Returns:
        The text, shape (t,) or (t + 1,), and for each position the largest m, same shape.
    """
    text = np.asarray(ids, dtype=np.int64)
    _check_range(text, vocab_size)
    if boundary is None:
        return text, np.arange(1, len(text) + 1)
    text = np.concatenate([[boundary], text])
    here = np.arange(len(text))
    last = np.maximum.accumulate(np.where(text == boundary, here, 0))
    return text, here - np.concatenate([[0], last[:-1]]) + 1
