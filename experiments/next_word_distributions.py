"""Distributions of the next word after three contexts, for the figure on temperature and nucleus.

A Kneser-Ney 5-gram model of the course's word corpus. The figure needs the head of each
distribution word by word and the tail only as counts of equal probabilities, so that is what is
stored.

    python experiments/next_word_distributions.py        # about 20 seconds

Writes ``src/coursekit/figures/gallery/temperature.json``, which the figure draws.
"""

import json
from pathlib import Path

import numpy as np

from coursekit.ngrams import KneserNey
from coursekit.text import encoded_sotu

TARGET = Path(__file__).parents[1] / "src/coursekit/figures/gallery/temperature.json"
CONTEXTS = ("the state of the", "we must", "and the")
HEAD = 16


def shape(p: np.ndarray, words: tuple[str, ...]) -> dict[str, object]:
    """Head as [word, probability], tail as [probability, how many words have about this one]."""
    order = np.argsort(-p, kind="stable")
    head = [[words[i], round(float(p[i]), 7)] for i in order[:HEAD]]
    tail = p[order[HEAD:]]
    bins = np.round(np.log(tail) * 20).astype(int)  # steps of 5 per cent
    pairs = [
        [float(f"{tail[bins == b].mean():.6g}"), int((bins == b).sum())] for b in np.unique(bins)
    ]
    return {"head": head, "tail": pairs[::-1]}


def main() -> None:
    data = encoded_sotu()
    vocab = data.vocab
    model = KneserNey.fit(data.train, order=5, vocab_size=len(vocab), boundary=vocab.end)
    stored = {}
    for context in CONTEXTS:
        p = model.distribution([vocab.end, *vocab.encode(context.split())])
        stored[context] = shape(p, vocab.words)
    TARGET.write_text(json.dumps(stored, ensure_ascii=False, indent=0) + "\n", "utf8")


if __name__ == "__main__":
    main()
