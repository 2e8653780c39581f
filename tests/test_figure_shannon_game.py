"""Shannon's game: what the models know against PyTorch, the score against NumPy, and a game."""

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_book_browser import CHROMIUM, bench, browser, exposed  # noqa: F401

from coursekit import figures
from coursekit.figures.framework import stored_data
from coursekit.perplexity import Score, interval

STORED = stored_data("shannon_game")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@pytest.fixture
def experiment() -> Any:
    pytest.importorskip("torch")
    sys.path.insert(0, str(Path(__file__).parents[1] / "experiments"))
    try:
        import shannon_game
    finally:
        sys.path.pop(0)
    return shannon_game


def test_stored_guesses_are_those_of_the_lstm(experiment: Any) -> None:
    model = experiment.lstm()
    for passage in STORED["passages"][:6]:
        again = experiment.guesses(model, passage)
        np.testing.assert_allclose(again, passage["lstm"], atol=2e-3)


def test_ngram_guesses_are_those_of_a_model_with_these_probabilities(experiment: Any) -> None:
    """Guess numbers and bits of one model belong together: a likely letter is guessed early."""
    for passage in STORED["passages"]:
        for bits, rank in [*passage["lstm"], *passage["ngram"]]:
            assert rank <= 2**bits + 1e-6  # rank - 1 symbols are likelier, and all add up to 1
    assert len(STORED["code"]) == len(experiment.FOLDED)


def test_no_letter_was_trained_on(experiment: Any) -> None:
    held_out = {file.name: file.text for file in experiment.text.python_source().valid[1::2]}
    if set(held_out).isdisjoint(passage["file"] for passage in STORED["passages"]):
        pytest.skip("another version of Python")
    for passage in STORED["passages"]:
        text = held_out.get(passage["file"], passage["context"] + passage["target"])
        assert passage["context"] + passage["target"] in text


def price(wrong: int, right: bool) -> float:
    code = STORED["code"]
    if right:
        return -math.log2(code[wrong])
    return -math.log2(sum(code[wrong:])) + math.log2(len(code) - wrong)


def test_the_code_is_one() -> None:
    """What it can say has probability 1, also for who gives up after two wrong guesses."""
    assert sum(STORED["code"]) == pytest.approx(1, abs=1e-3)
    known = sum(2 ** -price(wrong, True) for wrong in range(2))
    left = len(STORED["code"]) - 2
    assert known + left * 2 ** -price(2, False) == pytest.approx(1, abs=1e-3)


def t_interval(parts: list[float]) -> list[float]:
    """The book's own interval over documents, of bits; each passage has ten letters."""
    scores = [Score(10 * bits * math.log(2), 10) for bits in parts]
    found = interval(scores)
    return [math.log2(found.low), math.log2(found.high)]


@needs_chromium
@pytest.mark.browser
def test_a_game_is_played_by_keyboard_and_scored_as_in_python(bench: Any) -> None:  # noqa: F811
    page = bench(figures.shannon_game())
    box, said = page.get_by_role("textbox", name="Your guess"), page.locator(".ck-said")
    reading = page.locator(".ck-reading")
    rng = np.random.default_rng(1)
    means = []
    for passage in STORED["passages"][:2]:
        bits = []
        for letter in passage["target"]:
            wrong = [c for c in "etz" if c != letter.lower()][: rng.integers(3)]
            for guess in wrong:
                box.press_sequentially(guess.upper())
                assert said.inner_text() == f"Not “{guess}”. Guess again."
            right = rng.random() < 0.8
            if right:
                box.press_sequentially(letter)
            else:
                page.get_by_role("button", name="Show it").press("Enter")
            assert f"{price(len(wrong), bool(right)):.1f} bits" in said.inner_text()
            assert page.locator(".ck-live").inner_text() == said.inner_text()
            bits.append(price(len(wrong), bool(right)))
        assert box.is_disabled()
        means.append(np.mean(bits))
        if len(means) == 1:
            assert "so few letters say next to nothing" in reading.inner_text()
            page.get_by_role("button", name="Next passage").press("Enter")
    assert exposed(page, "you") == pytest.approx(np.mean(means), abs=1e-3)
    np.testing.assert_allclose(exposed(page, "range"), t_interval(means), rtol=1e-2)
    lstm = [np.mean([price(r - 1, True) for _, r in p["lstm"]]) for p in STORED["passages"][:2]]
    own = [np.mean([b for b, _ in p["ngram"]]) for p in STORED["passages"][:2]]
    assert exposed(page, "lstm") == pytest.approx(np.mean(lstm), abs=1e-3)
    assert exposed(page, "ngram-own") == pytest.approx(np.mean(own), abs=1e-6)
    less = t_interval([a - b for a, b in zip(means, lstm, strict=True)])
    np.testing.assert_allclose(exposed(page, "less"), less, rtol=1e-2, atol=1e-2)
    assert reading.inner_text() in page.locator("svg.ck-svg").get_attribute("aria-label")
