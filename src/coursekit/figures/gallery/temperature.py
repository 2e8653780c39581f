"""Drawing the next word: temperature and nucleus on distributions of a real model.

``temperature.json`` holds next-word distributions of the Kneser-Ney 5-gram, the head by word, the
tail counted; ``experiments/next_word_distributions.py`` stored them.
"""

from typing import NamedTuple

import numpy as np

from coursekit.figures.framework import show, stored_data


class Drawn(NamedTuple):
    """What ``temperature`` shows."""

    probabilities: list[float]  #: of the words drawn as bars, 0 for those cut off
    kept: int  #: how many words of the vocabulary can still be drawn
    perplexity: float  #: of the distribution that is drawn from
    rest: float  #: probability of all words that have no bar of their own


def temperature(context: str = "we must", temperature: float = 1.0, top_p: float = 1.0) -> object:
    """Temperature and nucleus on what the Kneser-Ney model expects after a few words.

    Args:
        context: "the state of the" (nearly certain), "we must" (in between), "and the" (open).
        temperature: from 0.1 to 3; log-probabilities are divided by it.
        top_p: from 0.05 to 1; the fewest most likely words with this much probability are kept.

    Raises:
        ValueError: an unknown context, or a number out of range.
    """
    if context not in stored_data("temperature"):
        raise ValueError(f"there is no stored distribution for {context!r}")
    if not 0.1 <= temperature <= 3 or not 0.05 <= top_p <= 1:
        raise ValueError("temperature lies between 0.1 and 3, top_p between 0.05 and 1")
    state = {
        "distributions": stored_data("temperature"),
        "context": context,
        "temperature": temperature,
        "top_p": top_p,
    }
    return show("temperature", state, "How temperature and nucleus reshape a real distribution.")


def temperature_numbers(context: str, temperature: float, top_p: float) -> Drawn:
    """The numbers of ``temperature``; the tail is counted in groups of equal probability."""
    stored = stored_data("temperature")[context]
    p = np.array([p for _, p in stored["head"]] + [p for p, _ in stored["tail"]])  # (g,)
    count = np.array([1] * len(stored["head"]) + [c for _, c in stored["tail"]])  # (g,)
    weight = np.exp((np.log(p) - np.log(p[0])) / temperature)
    q = weight / (weight * count).sum()
    before = np.concatenate([[0.0], (q * count).cumsum()[:-1]])  # probability ahead of each group
    kept = np.clip(np.ceil((top_p - before) / q - 1e-9), 0, count) if top_p < 1 else count
    q = q / (q * kept).sum()
    used = kept > 0
    entropy = -(kept * q * np.log(q))[used].sum()
    head = len(stored["head"])
    shown = np.where(kept[:head] > 0, q[:head], 0.0)
    return Drawn(shown.tolist(), int(kept.sum()), float(np.exp(entropy)), float(1 - shown.sum()))
