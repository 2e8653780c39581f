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
        """Mean bits per token, the logarithm of perplexity to base 2."""
        return self.bits_per(self.tokens)

    def bits_per(self, units: int) -> float:
        """Bits for each of ``units`` other units of the same text, for example its characters.

        Two tokenisations of one text may be compared in bits per character, never in perplexity.
        """
        return self.nats / math.log(2) / units


class Interval(NamedTuple):
    """A perplexity, or a ratio of two, and the ends of its interval over documents."""

    estimate: float
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


def interval(documents: Sequence[Score], level: float = 0.95) -> Interval:
    """Perplexity of a corpus, with a t-interval over its documents.

    Tokens of one document stand or fall together, so a corpus of seven documents is a sample of
    seven, however long they are. The interval is that of a ratio of sums, total loss by total
    tokens (Cochran 1977, Sampling Techniques, section 6.4), on the scale of losses. A percentile
    bootstrap over as few documents is too narrow; chapter 2 shows by how much.

    Args:
        documents: the score of each document.
        level: how often the interval is meant to hold the perplexity of all such documents.

    Raises:
        ValueError: fewer than two documents.
    """
    return _interval([d.nats for d in documents], [d.tokens for d in documents], level)


def ratio_interval(
    documents: Sequence[Score], others: Sequence[Score], level: float = 0.95
) -> Interval:
    """Ratio of two models' perplexities on the same documents, with a paired t-interval.

    What makes a document hard is hard for both models, and it cancels in the differences of their
    losses. The two are distinguishable on these documents if the interval does not hold 1.

    Args:
        documents: the score of each document under the first model.
        others: the scores of the same documents under the second.
        level: as for :func:`interval`.

    Raises:
        ValueError: fewer than two documents, or the two do not have the same tokens.
    """
    tokens = [d.tokens for d in documents]
    if tokens != [d.tokens for d in others]:
        raise ValueError("compare two models on the same documents, cut into the same tokens")
    gaps = [one.nats - other.nats for one, other in zip(documents, others, strict=True)]
    return _interval(gaps, tokens, level)


def _interval(nats: Sequence[float], tokens: Sequence[int], level: float) -> Interval:
    """The exponential of total nats by total tokens, with its interval over documents."""
    number = len(nats)
    if number < 2:
        raise ValueError("an interval over documents needs at least two of them")
    losses, sizes = np.array(nats), np.array(tokens)
    mean = losses.sum() / sizes.sum()
    scatter = ((losses - mean * sizes) ** 2).sum() * number / (number - 1)
    margin = student_t(number - 1, level) * math.sqrt(scatter) / sizes.sum()
    return Interval(math.exp(mean), math.exp(mean - margin), math.exp(mean + margin))


def student_t(freedom: int, level: float = 0.95) -> float:
    """The t for which Student's t lies in [−t, t] with probability ``level``.

    Args:
        freedom: degrees of freedom, at least 1.
        level: a probability, above 0 and below 1.
    """
    # With x = √freedom · tan(a) the density of x becomes cos(a)^(freedom − 1), on [−π/2, π/2].
    angles = np.linspace(0, math.pi / 2, 100_001)
    density = np.cos(angles) ** (freedom - 1)
    share = np.concatenate([[0], np.cumsum(density[1:] + density[:-1])])  # trapezoids
    angle = np.interp(level, share / share[-1], angles)
    return math.sqrt(freedom) * math.tan(angle)


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
