"""Perplexity against hand-computed cases and torch; the field's usual mistakes are told apart."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch

from coursekit import perplexity as ppl
from coursekit.perplexity import Score


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(2)


@pytest.mark.parametrize("k", [2, 7, 10_000])
def test_uniform_guess_over_k_words_has_perplexity_k(k) -> None:
    assert ppl.perplexity(np.full(31, -math.log(k))) == pytest.approx(k)
    assert ppl.from_probabilities(np.full((3, 4), 1 / k)) == pytest.approx(k)


def test_perfect_model_has_perplexity_one() -> None:
    assert ppl.from_probabilities([1.0, 1.0]) == 1.0
    assert Score(0.0, 5).bits == 0.0


def test_definition_by_hand() -> None:
    p = [0.5, 0.25, 0.125]
    assert ppl.from_probabilities(p) == pytest.approx((1 / 0.5 * 1 / 0.25 * 1 / 0.125) ** (1 / 3))
    assert ppl.from_probabilities(p) == pytest.approx(4.0)
    assert ppl.score(np.log(p)).bits == pytest.approx(2.0)


def test_equals_exp_of_torch_cross_entropy(rng) -> None:
    logits = torch.tensor(rng.normal(size=(50, 11)))
    targets = torch.tensor(rng.integers(11, size=50))
    mean = torch.nn.functional.cross_entropy(logits, targets).item()
    log_probs = logits.log_softmax(1)[torch.arange(50), targets]
    assert ppl.perplexity(log_probs) == pytest.approx(math.exp(mean))


def test_parts_of_any_size_add_up_to_the_whole(rng) -> None:
    log_probs = -rng.exponential(4, size=1000)
    cuts = [0, 3, 4, 500, 993, 1000]
    parts = [ppl.score(log_probs[a:b]) for a, b in pairwise(cuts)]
    assert ppl.total(parts).perplexity == pytest.approx(ppl.perplexity(log_probs), rel=1e-12)
    assert sum(parts[1:], parts[0]).tokens == 1000
    assert sum(parts, Score(0.0, 0)).perplexity == pytest.approx(ppl.perplexity(log_probs))


def mean_of_perplexities(batches):
    return float(np.mean([math.exp(-b.mean()) for b in batches]))


def exp_of_mean_of_means(batches):
    return math.exp(np.mean([-b.mean() for b in batches]))


def without_the_root(batches):
    return math.exp(min(700.0, -sum(b.sum() for b in batches)))


def exp_of_bits(batches):
    return math.exp(-np.mean(np.concatenate(batches)) / math.log(2))


def two_to_the_nats(batches):
    return 2 ** (-np.mean(np.concatenate(batches)))


def one_token_too_many(batches):
    everything = np.concatenate(batches)
    return math.exp(-everything.sum() / (len(everything) + 1))


def arithmetic_mean(batches):
    return float(np.mean(np.exp(-np.concatenate(batches))))


MISTAKES = [
    mean_of_perplexities,
    exp_of_mean_of_means,
    without_the_root,
    exp_of_bits,
    two_to_the_nats,
    one_token_too_many,
    arithmetic_mean,
]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_usual_mistakes_give_another_number(mistake, rng) -> None:
    batches = [-rng.exponential(3, size=n) for n in (40, 40, 7)]
    right = ppl.total(map(ppl.score, batches)).perplexity
    assert abs(mistake(batches) - right) > 0.005 * right


def test_bits_per_character_do_not_depend_on_the_tokens() -> None:
    as_words, as_characters = Score(120.0, 10), Score(120.0, 60)
    assert as_words.perplexity != as_characters.perplexity
    assert as_words.bits_per(60) == as_characters.bits == pytest.approx(120 / math.log(2) / 60)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "at least one token"),
        ([-1.0, 0.1], "at most 0"),
        ([-1.0, math.nan], "at most 0"),
        ([-1.0, -math.inf], "token 1 has probability 0"),
    ],
)
def test_bad_log_probabilities_are_refused(values, message) -> None:
    with pytest.raises(ValueError, match=message):
        ppl.perplexity(values)


@pytest.mark.parametrize("values", [[1.2], [-0.1], [math.nan]])
def test_bad_probabilities_are_refused(values) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        ppl.from_probabilities(values)


def test_zero_probability_names_the_token() -> None:
    with pytest.raises(ValueError, match="token 2 has probability 0"):
        ppl.from_probabilities([0.5, 0.5, 0.0])


@pytest.mark.parametrize(("documents", "tolerance"), [(7, 0.02), (30, 0.02)])
def test_the_interval_covers_the_truth_as_often_as_it_says(documents, tolerance) -> None:
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(2000):
        means = rng.normal(4.0, 0.2, size=documents)  # each document has a difficulty of its own
        low, high = ppl.interval([Score(float(m) * 500, 500) for m in means])[1:]
        hits += low <= math.exp(4.0) <= high
    assert abs(hits / 2000 - 0.95) < tolerance


def test_the_interval_of_equal_documents_is_the_t_interval_of_their_means() -> None:
    means = np.array([4.0, 4.2, 4.1, 4.5])
    estimate, low, high = ppl.interval([Score(m * 100, 100) for m in means])
    margin = 3.1824463 * means.std(ddof=1) / 2  # t of 3 degrees of freedom, from a table
    assert estimate == pytest.approx(math.exp(means.mean()))
    assert (low, high) == pytest.approx((math.exp(4.2 - margin), math.exp(4.2 + margin)))


@pytest.mark.parametrize(
    ("freedom", "level", "t"),
    [
        (1, 0.95, 12.7062),
        (2, 0.95, 4.30265),
        (6, 0.95, 2.44691),
        (6, 0.9, 1.94318),
        (120, 0.95, 1.97993),
    ],
)
def test_quantiles_of_student_are_those_of_the_table(freedom, level, t) -> None:
    assert ppl.student_t(freedom, level) == pytest.approx(t, rel=1e-5)


def test_what_is_hard_for_both_models_cancels_in_their_ratio() -> None:
    hard = np.array([3.0, 5.0, 4.0, 6.0])
    one = [Score(h * 100, 100) for h in hard]
    other = [Score((h + 0.1 + e) * 100, 100) for h, e in zip(hard, (0.01, -0.01) * 2, strict=True)]
    estimate, low, high = ppl.ratio_interval(one, other)
    assert estimate == pytest.approx(math.exp(-0.1))
    assert low < estimate < high < 1
    assert ppl.interval(one).high > ppl.interval(other).low  # although the two overlap widely
    with pytest.raises(ValueError, match="same documents"):
        ppl.ratio_interval(one, [Score(1.0, 1)] * 4)


def test_an_interval_needs_documents() -> None:
    with pytest.raises(ValueError, match="at least two"):
        ppl.interval([Score(1.0, 1)])


def bigram(matrix):
    """log_prob for a bigram model; the first token of a window is a uniform guess."""

    def log_prob(shown, new):
        first = np.full(1, -math.log(len(matrix)))
        found = np.concatenate([first, np.log(matrix[shown[:-1], shown[1:]])])
        return found[-new:]

    return log_prob


def test_sliding_window_scores_every_token_once(rng) -> None:
    matrix = rng.dirichlet(np.ones(6) * 0.3, size=6) + 1e-6
    matrix /= matrix.sum(1, keepdims=True)
    text = rng.integers(6, size=100)
    whole = ppl.score(bigram(matrix)(text, len(text)))
    for window, stride in [(10, 1), (10, 9), (100, 100), (500, 500), (2, 1)]:
        found = ppl.sliding_window(bigram(matrix), text, window, stride)
        assert found.tokens == 100
        assert found.nats == pytest.approx(whole.nats)  # a bigram needs one token of context
    blind = ppl.sliding_window(bigram(matrix), text, 10, 10)
    starts = np.arange(10, 100, 10)
    extra = math.log(6) * len(starts) + np.log(matrix[text[starts - 1], text[starts]]).sum()
    assert blind.nats == pytest.approx(whole.nats + extra)


@pytest.mark.parametrize("stride", [0, 11])
def test_sliding_window_refuses_an_impossible_stride(stride) -> None:
    with pytest.raises(ValueError, match="stride"):
        ppl.sliding_window(lambda shown, new: np.zeros(new), [1, 2], 10, stride)


def test_sliding_window_refuses_a_model_of_the_wrong_shape() -> None:
    with pytest.raises(ValueError, match=r"shape \(3,\) for 2"):
        ppl.sliding_window(lambda shown, new: np.zeros(3), [1, 2], 2, 2)


def test_a_certain_token_may_come_out_a_hair_above_probability_one() -> None:
    assert ppl.score([1e-7, -math.log(4)]).perplexity == pytest.approx(2)
    with pytest.raises(ValueError, match="at most 0"):
        ppl.score([1e-3, -1.0])
