"""Completion as in a search box, from real counts of the speeches.

``completion.json`` holds them: ``words``, and by order ``{context: [total, word, count, …]}``.
``python -m coursekit.figures.gallery.completion`` makes it anew.
"""

import json
from typing import Any

import numpy as np

from coursekit.figures.framework import show, stored_data

ORDER = 4
#: What the figure keeps of orders 2, 3, 4: how many contexts, and how many words after each.
KEEP = ((1_000, 6), (1_100, 4), (1_000, 3))
#: The contexts of these phrases are kept in any case; the figure offers them.
PHRASES = (
    "should i",
    "my fellow",
    "the state of the union is",
    "we must",
    "i ask the",
    "eric clapton started to play the",
)


def completion(phrase: str = "should i", order: int = ORDER) -> object:
    """A search box over the speeches: type words, see the ranked next words and why.

    Args:
        phrase: What stands in the box at first.
        order: The highest n of the n-grams used, from 1 to 4.

    Raises:
        ValueError: The order is not from 1 to 4.
    """
    _check(order)
    alt = (
        f"A search box that holds “{phrase}” and below it the most probable next words, each with "
        "a bar cut into the shares that come from four-, three-, two- and one-word counts."
    )
    return show(
        "completion", {"phrase": phrase, "order": order, "counts": stored_data("completion")}, alt
    )


def _check(order: int) -> None:
    if not 1 <= order <= ORDER:
        raise ValueError(f"completion has the orders 1 to {ORDER}")


def build(vocab_size: int = 1_500) -> dict[str, Any]:
    """Make the figure's data from the speeches: Kneser-Ney counts, rare n-grams left out.

    The first number of a context is the total of all its continuations, kept or not.
    """
    from coursekit import text
    from coursekit.ngrams import KneserNey

    data = text.encoded_sotu(vocab_size)
    model = KneserNey.fit(data.train, ORDER, vocab_size, boundary=data.vocab.end)
    offered = _contexts(PHRASES, data.vocab)
    names = np.array([""])  # the contexts of the order at hand, as text
    tables: list[dict[str, list[int]]] = []
    for m, table in enumerate(model.tables, start=1):
        context, word = np.divmod(table.keys, vocab_size)
        total = np.bincount(context, weights=table.counts, minlength=len(names)).astype(int)
        contexts, after = KEEP[m - 2] if m > 1 else (1, vocab_size)
        # A context with <unk>, whose number is 0, completes nothing.
        usable = [not name or "0" not in name.split() for name in names]
        kept = np.argsort(-np.where(usable, total, 0), kind="stable")[:contexts]
        kept = np.union1d(kept, np.flatnonzero(np.isin(names, offered) & (total > 0)))
        rows: dict[str, list[int]] = {}
        for row in kept:
            a, b = np.searchsorted(context, [row, row + 1])
            best = a + np.argsort(-table.counts[a:b], kind="stable")[:after]
            pairs = np.stack([word[best], table.counts[best]], axis=1).ravel()
            rows[str(names[row])] = [int(total[row]), *pairs.tolist()]
        tables.append(rows)
        names = np.array([f"{names[c]} {w}".strip() for c, w in zip(context, word, strict=True)])
    return {"words": list(data.vocab.words), "phrases": list(PHRASES), "tables": tables}


def _contexts(phrases: tuple[str, ...], vocab: Any) -> list[str]:
    """Every run of up to three words in the phrases, as contexts are written."""
    runs = []
    for phrase in phrases:
        ids = [str(i) for i in vocab.encode(["</s>", *phrase.split()])]
        runs += [ids[i : i + m] for m in (1, 2, 3) for i in range(len(ids) - m + 1)]
    return [" ".join(run) for run in runs if "0" not in run]


def encoded() -> str:
    """The data as the text that is stored."""
    return json.dumps(build(), ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    print(encoded(), end="")
