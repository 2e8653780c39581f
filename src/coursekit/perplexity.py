"""Perplexity done right: sums of nats and counts of tokens, divided once, at the end.

A model pays the loss L^[t] = −log ŷ^[t] at the true next word. Perplexity is the exponential of the
*mean* loss over *all* tokens,

    PPL = (∏ 1 / ŷ^[t])^(1/N) = exp( (1/N) ∑ L^[t] ),

so everything that can be added up, batches, documents, splits, is kept as a :class:`Score`, a pair
(sum of losses, number of tokens). Jurafsky & Martin, Speech and Language Processing, chapter 3.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ROUNDING = 1e-6  # rounded probabilities may put a certain token a hair above 1


@dataclass(frozen=True, slots=True)
class Score:
    """How a text fared under a model; scores of parts add up to the score of the whole.

    Attributes:
        nats: sum of the losses −log ŷ.
        tokens: number of tokens N they were paid for.
    """

    nats: float
    tokens: int

    def __add__(self, other: object) -> "Score":
        """The score of both texts together."""
        if not isinstance(other, Score):
            return NotImplemented
        return Score(self.nats + other.nats, self.tokens + other.tokens)

    @property
    def perplexity(self) -> float:
        """Geometric mean of 1/ŷ: exp of the mean loss."""
        return math.exp(self.nats / self.tokens)

    @property
    def bits(self) -> float:
        """Mean bits a token, the logarithm of perplexity to base 2."""
        return self.bits_per(self.tokens)

    def bits_per(self, units: int) -> float:
        """Bits for each of ``units`` other units of the same text, for example its characters.

        Two tokenisations of one text may be compared in bits a character, never in perplexity.
        """
        return self.nats / math.log(2) / units


class Interval(NamedTuple):
    """A perplexity and the ends of its bootstrap interval."""

    perplexity: float
    low: float
    high: float


def score(log_probs: npt.ArrayLike) -> Score:
    """The score of log-probabilities in nats, in any shape.

    Raises:
        ValueError: there are none, one is NaN or positive beyond rounding, or a token had
            probability 0.
    """
    values = np.asarray(log_probs, dtype=np.float64).ravel()  # (N,)
    if values.size == 0:
        raise ValueError("a perplexity needs at least one token")
    if np.isnan(values).any() or (values > ROUNDING).any():
        raise ValueError("log-probabilities in nats are at most 0: did you pass probabilities?")
    if np.isneginf(values).any():
        where = int(np.flatnonzero(np.isneginf(values))[0])
        raise ValueError(f"token {where} has probability 0: the perplexity is infinite")
    return Score(float(-values.sum()), values.size)


def perplexity(log_probs: npt.ArrayLike) -> float:
    """Perplexity from log-probabilities in nats, in any shape."""
    return score(log_probs).perplexity


def from_probabilities(probabilities: npt.ArrayLike) -> float:
    """Perplexity from the probabilities ŷ that a model gave to the true tokens.

    Raises:
        ValueError: one is outside [0, 1], or there is none, or one is 0.
    """
    values = np.asarray(probabilities, dtype=np.float64)
    if ((values < 0) | (values > 1) | np.isnan(values)).any():
        raise ValueError("probabilities lie between 0 and 1")
    with np.errstate(divide="ignore"):
        return perplexity(np.log(values))


def total(scores: Iterable[Score]) -> Score:
    """The score of all parts together: token-weighted, however unequal they are.

    Raises:
        ValueError: there are no parts.
    """
    parts = list(scores)
    if not parts:
        raise ValueError("there are no scores to add up")
    return Score(math.fsum(part.nats for part in parts), sum(part.tokens for part in parts))


def bootstrap(
    documents: Sequence[Score], draws: int = 2000, level: float = 0.95, seed: int = 0
) -> Interval:
    """Perplexity of a corpus with an interval over its documents.

    Whole documents are drawn with replacement, because tokens of one document stand or fall
    together (Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 13).

    Args:
        documents: the score of each document.
        draws: number of bootstrap samples.
        level: share of the samples inside the interval.
        seed: of the draws.

    Raises:
        ValueError: fewer than two documents.
    """
    if len(documents) < 2:
        raise ValueError("a bootstrap over documents needs at least two of them")
    nats = np.array([d.nats for d in documents])
    tokens = np.array([d.tokens for d in documents])
    rng = np.random.default_rng(seed)
    picks = rng.integers(len(documents), size=(draws, len(documents)))
    values = np.exp(nats[picks].sum(1) / tokens[picks].sum(1))  # (draws,)
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Interval(total(documents).perplexity, float(low), float(high))


def sliding_window(
    log_prob: Callable[[Ints, int], npt.ArrayLike], tokens: npt.ArrayLike, window: int, stride: int
) -> Score:
    """Score a text with a model that is shown at most ``window`` tokens at a time.

    Each window brings ``stride`` new tokens, which are scored; the others are context. A stride as
    long as the window means no overlap: the first token of each window is predicted from nothing.

    Args:
        log_prob: ``log_prob(tokens, new)`` gives the log-probabilities in nats, shape (new,), of
            the last ``new`` of the tokens, given those before them in the window alone.
        tokens: the text, shape (N,).
        window: longest stretch the model is shown.
        stride: new tokens in a window, 1 … window.

    Raises:
        ValueError: the stride is outside 1 … window, or the model gives the wrong number.
    """
    if not 1 <= stride <= window:
        raise ValueError(f"the stride must be in 1 … {window}, not {stride}")
    text = np.asarray(tokens, dtype=np.int64)  # (N,)
    parts = []
    for begin in range(0, len(text), stride):
        end = min(begin + stride, len(text))
        shown = text[max(0, end - window) : end]
        found = np.asarray(log_prob(shown, end - begin), dtype=np.float64)
        if found.shape != (end - begin,):
            raise ValueError(f"log_prob gave shape {found.shape} for {end - begin} new tokens")
        parts.append(score(found))
    return total(parts)
