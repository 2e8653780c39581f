"""Counting m-grams of every order and discounting them: what a Kneser-Ney model is made of.

An m-gram is stored as one integer, ``context · k + word``, where ``context`` is the row of its
first m − 1 words in the table of order m − 1. Tables are sorted, so looking up all m-grams of a
text is one binary search, and the continuations of a context are one slice.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Discounts = tuple[float, float, float]

# Used where counts of counts cannot give discounts (no m-gram with count 1, say): with KenLM's
# fallback the mass kept back stays positive, and no probability is zero.
FALLBACK = (0.5, 1.0, 1.5)


@dataclass(frozen=True)
class Table:
    """All m-grams of one order.

    Attributes:
        keys: ``context · k + word``, sorted; shape (m-grams,).
        counts: Occurrences or continuations, as the order wants; shape (m-grams,).
        share: Discounted relative frequency, the first term of p_m; shape (m-grams,).
        prob: p_m(word | context); shape (m-grams,).
        backoff: γ of each context, 1 where it was never continued or (last entry) is unknown; shape
            (contexts + 1,).
        discounts: D for counts of 1, 2, 3 or more.
    """

    keys: Ints
    counts: Ints
    share: Floats
    prob: Floats
    backoff: Floats
    discounts: Discounts

    def find(self, keys: Ints) -> Ints:
        """The rows where ``keys`` stand, −1 where they do not."""
        if len(self.keys) == 0:
            return np.full(len(keys), -1)
        rows = np.searchsorted(self.keys, keys).clip(max=len(self.keys) - 1)
        return np.where(self.keys[rows] == keys, rows, -1)

    def continued(self, context: Ints, vocab_size: int) -> npt.NDArray[np.bool_]:
        """Whether any word followed each context (row, or −1 for unknown) in the training text."""
        start = np.searchsorted(self.keys, context * vocab_size)
        stop = np.searchsorted(self.keys, (context + 1) * vocab_size)
        return (context >= 0) & (stop > start)


def count(
    text: Ints, reach: Ints, order: int, vocab_size: int, framed: bool, continuation: bool
) -> Iterator[tuple[Ints, Ints, Ints]]:
    """For each order: sorted keys, counts, and the rows of the m-grams' last m − 1 words."""
    keys, suffix = np.arange(vocab_size), np.zeros(vocab_size, dtype=np.int64)
    # The mark in front of the text is context; it was not predicted, so it is not counted.
    occurrences = np.bincount(text[int(framed) :], minlength=vocab_size)
    row = text
    for m in range(1, order):
        where = np.flatnonzero(reach > m)  # where an (m + 1)-gram ends
        longer = row[where - 1] * vocab_size + text[where]
        longer_keys, first, inverse, longer_occurrences = np.unique(
            longer, return_index=True, return_inverse=True, return_counts=True
        )
        longer_suffix = row[where[first]]
        counts = occurrences
        if continuation:
            different = np.bincount(longer_suffix, minlength=len(keys))
            # What begins a sentence has nothing in front of it: it keeps its occurrences.
            counts = np.where(different > 0, different, occurrences)
        yield keys, counts, suffix
        row = np.full(len(text), -1)
        row[where] = inverse
        keys, occurrences, suffix = longer_keys, longer_occurrences, longer_suffix
    yield keys, occurrences, suffix


def estimate_discounts(counts: Ints) -> Discounts:
    """The three discounts of modified Kneser-Ney (Chen & Goodman 1999, equation 26).

    They come from n_1 … n_4, the numbers of m-grams with counts 1 … 4. Where one of these is
    zero, or a discount falls outside 0 … its count (small texts), ``FALLBACK`` is returned:
    a discount of zero would leave nothing for words unseen in a context.
    """
    n1, n2, n3, n4 = (int(n) for n in np.bincount(counts.clip(max=5), minlength=6)[1:5])
    if min(n1, n2, n3, n4) == 0:
        return FALLBACK
    y = n1 / (n1 + 2 * n2)
    discounts = (1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)
    sound = all(0 < d <= count for count, d in enumerate(discounts, start=1))
    return discounts if sound else FALLBACK


def smooth(
    keys: Ints, counts: Ints, contexts: int, discounts: Discounts, lower: Floats, vocab_size: int
) -> Table:
    """Discount the counts of one order and hand the mass taken away to the order below.

    Args:
        keys: The m-grams, shape (m-grams,).
        counts: Their counts, same shape.
        contexts: Number of (m − 1)-grams, which are the possible contexts.
        discounts: D for counts of 1, 2, 3 or more.
        lower: p_{m−1}(w | h′) of each m-gram's last m − 1 words, same shape as ``keys``.
        vocab_size: Number of words k.
    """
    context = keys // vocab_size
    taken = np.array([0.0, *discounts])[counts.clip(max=3)]
    total = np.bincount(context, weights=counts, minlength=contexts)  # c(h ·), (contexts,)
    mass = np.bincount(context, weights=taken, minlength=contexts)
    # One more entry, so that row −1, the unknown context, has γ = 1 as well.
    backoff = np.ones(contexts + 1)
    np.divide(mass, total, out=backoff[:-1], where=total > 0)
    share = (counts - taken) / total.clip(min=1)[context]
    return Table(keys, counts, share, share + backoff[context] * lower, backoff, discounts)
