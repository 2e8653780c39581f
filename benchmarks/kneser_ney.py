"""How fast is coursekit.ngrams? Against nltk on a piece of the speeches, and alone on all of them.

    python benchmarks/kneser_ney.py

Prints CPU-seconds of one thread. nltk is given 20,000 training words and a vocabulary of 2,000,
because it needs hours for the whole.
"""

import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from nltk.lm import KneserNeyInterpolated
from nltk.util import everygrams

from coursekit import text
from coursekit.ngrams import KneserNey

Result = TypeVar("Result")
TRAIN, SCORED, ORDER = 20_000, 300, 3


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Run ``work`` once; its result and its CPU-seconds."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def small() -> None:
    """Both on the same piece: seconds to fit, words scored a second, and the ratio."""
    data = text.encoded_sotu(2_000)
    train, held_out = data.train[:TRAIN], data.valid[:SCORED]
    words = [str(i) for i in train]
    grams = list(everygrams(words, max_len=ORDER))
    theirs = KneserNeyInterpolated(ORDER, discount=0.75)
    _, fit_theirs = timed(lambda: theirs.fit([grams], vocabulary_text=words))
    context = [str(i) for i in held_out]
    triples = [(context[t], tuple(context[t - ORDER + 1 : t])) for t in range(ORDER - 1, SCORED)]
    _, score_theirs = timed(lambda: [theirs.score(*triple) for triple in triples])
    ours, fit_ours = timed(lambda: KneserNey.fit(train, ORDER, 2_000, discount=0.75))
    repeats = 50
    _, score_ours = timed(lambda: [ours.log_prob(held_out) for _ in range(repeats)])
    speed_theirs, speed_ours = len(triples) / score_theirs, repeats * SCORED / score_ours
    print(f"order {ORDER}, {TRAIN:,} training words")
    print(f"  fit, seconds:   nltk {fit_theirs:8.3f}   coursekit {fit_ours:8.3f}")
    print(f"  words a second: nltk {speed_theirs:8.0f}   coursekit {speed_ours:8.0f}")
    print(f"  scoring is {speed_ours / speed_theirs:,.0f} times as fast")
    assert speed_ours > 50 * speed_theirs


def whole() -> None:
    """The order-5 model of the course on all speeches."""
    data, load = timed(text.encoded_sotu)
    model, fit = timed(lambda: KneserNey.fit(data.train, 5, 10_000, boundary=data.vocab.end))
    scores, score = timed(lambda: model.log_prob(data.test))
    grams = sum(len(table.keys) for table in model.tables)
    print(f"order 5, {len(data.train):,} training words: {grams:,} n-grams")
    print(f"  load {load:.2f} s, fit {fit:.2f} s, score {len(scores) / score:,.0f} words/s")
    print(f"  test perplexity {np.exp(-scores.mean()):.2f}")


if __name__ == "__main__":
    small()
    whole()
