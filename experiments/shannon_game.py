"""What a 5-gram model and the character LSTM know of the letters that readers of chapter 2 guess.

The passages are English: docstrings and comments of the files of Python's standard library that
``character_lstm.py`` only reports on. Neither model was trained on them or chosen by them. Of each,
ten letters are guessed; player and models see the same beginning and nothing else. Upper and lower
case are one symbol: the probability of a letter is that of both.

    python experiments/shannon_game.py                       # about 1 CPU-minute

Writes ``shannon_game.json`` beside the figure. Its ``code`` says how probable the first, second, …
guess is, for a code of guess numbers that is fixed before anyone plays: counted on the LSTM's own
guesses in the other held-out files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from coursekit import text
from coursekit.figures.framework import GALLERY
from coursekit.ngrams import KneserNey
from coursekit.probes.units import places
from coursekit.text import ALPHABET, SourceFile
from coursekit.zoo import page

DRAWN, LETTERS, SHOWN, ORDER, SEED = 24, 10, 180, 5, 1
FOLDED = sorted(set(ALPHABET.lower()))
_PLACE = np.array([FOLDED.index(symbol.lower()) for symbol in ALPHABET])

# From the text before a letter, the probability of each symbol of ALPHABET.
Model = Callable[[str], np.ndarray]
Passage = dict[str, Any]


def prose(file: SourceFile) -> Iterator[tuple[int, int]]:
    """Starts and ends of lines of English that follow two others within a string or comment."""
    found = places(file.text)
    inside = found["string"] + found["comment"] > 0
    lines, start = [], 0
    for line in file.text.splitlines(keepends=True):
        words = sum(c.isalpha() or c == " " for c in line.strip()) >= 0.9 * len(line.strip()) > 40
        quoted = inside[start + len(line) // 4 : start + len(line) - 1].all()
        lines.append((start, start + len(line) - 1, bool(words and quoted)))
        start += len(line)
    for before, last, (start, end, good) in zip(lines, lines[1:], lines[2:], strict=False):
        if good and last[2] and before[2]:
            yield start, end


def passages(files: tuple[SourceFile, ...], count: int | None = None) -> list[Passage]:
    """Random lines of English, by default all, each with the place where the guessing begins."""
    rng = np.random.default_rng(SEED)
    lines = [(file, start, end) for file in files for start, end in prose(file)]
    chosen = []
    for number in rng.permutation(len(lines))[:count]:
        file, start, end = lines[number]
        at = int(rng.integers(start + 25, end - LETTERS + 1))
        shown = file.text[max(0, at - SHOWN) : at]
        begin = shown.find("\n") + 1  # a whole line
        target = file.text[at : at + LETTERS]
        context = shown[begin:]
        chosen.append({"file": file.name, "at": at, "context": context, "target": target})
    return chosen


def apart(chosen: list[Passage]) -> list[Passage]:
    """Without those that overlap an earlier one: it would have shown some of their letters."""
    kept: list[Passage] = []
    for passage in chosen:
        rivals = [other for other in kept if other["file"] == passage["file"]]
        begin, end = span(passage)
        if all(end <= span(other)[0] or begin >= span(other)[1] for other in rivals):
            kept.append(passage)
    return kept


def span(passage: Passage) -> tuple[int, int]:
    """Which characters of its file a passage shows in the end."""
    return passage["at"] - len(passage["context"]), passage["at"] + LETTERS


def guesses(model: Model, passage: Passage) -> list[tuple[float, int]]:
    """For each letter its bits, and with which guess a player with these probabilities has it."""
    found = []
    for i, letter in enumerate(passage["target"]):
        p = np.bincount(_PLACE, model(passage["context"] + passage["target"][:i]))
        own = p[FOLDED.index(letter.lower())]
        found.append((round(float(-np.log2(own)), 3), 1 + int((p > own).sum())))
    return found


def lstm() -> Model:
    model = page.load("characters")

    @torch.inference_mode()
    def after(before: str) -> np.ndarray:
        ids = torch.tensor(page.encode("\n" + before))[None]  # (1, t)
        h, _ = model.hidden(ids, model.initial_state(1))
        return model.output.log_probs(h[:, -1:]).exp().double().numpy().ravel()

    return after


def ngram(files: tuple[SourceFile, ...]) -> Model:
    ids = np.concatenate([page.encode(file.text) for file in files])
    model = KneserNey.fit(ids, ORDER, len(ALPHABET))
    return lambda before: model.distribution(page.encode(before)[-(ORDER - 1) :].tolist())


def main() -> None:
    torch.set_num_threads(1)
    corpus = text.python_source()
    network, counted = lstm(), ngram(corpus.train)
    ranks = [
        rank for passage in passages(corpus.valid[0::2]) for _, rank in guesses(network, passage)
    ]
    counts = np.bincount(ranks, minlength=len(FOLDED) + 1)[1:] + 0.5
    chosen = apart(passages(corpus.valid[1::2], DRAWN))
    for passage in chosen:
        passage |= {"lstm": guesses(network, passage), "ngram": guesses(counted, passage)}
    about = {
        "order": ORDER,
        "letters_of_the_code": len(ranks),
        "code": (counts / counts.sum()).round(5).tolist(),
        "passages": chosen,
    }
    written = json.dumps(about, separators=(",", ":")) + "\n"
    (GALLERY / "shannon_game.json").write_text(written, encoding="utf-8")
    for name in ("lstm", "ngram"):
        bits = [bits for passage in chosen for bits, _ in passage[name]]
        print(name, f"{np.mean(bits):.2f} bits per letter on {len(bits)} letters")


if __name__ == "__main__":
    main()
