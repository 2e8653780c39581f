"""Firefox, from a file: address: figures, and dark plots."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from built_book import built
from figure_node import in_node
from test_book_browser import Watch, exposed, playwright
from test_figure_gradient_flow import CODE, SENTENCE, SET
from test_figure_memory_race import SMALL, begun, over
from test_figure_shannon_game import STORED, price
from test_figure_training_run import RUN, in_torch
from test_look import CHAPTERS, DARK_PAPER, corner_of_a_plot
from test_practice_page import FIREFOX
from test_present import FAULTS, GO, SIZE, opened, place

from coursekit import figures
from coursekit.figures import framework
from coursekit.figures.gallery import language_model, training_run

ROOT = Path(__file__).parents[1]
needs_firefox = pytest.mark.skipif(FIREFOX is None, reason="no firefox")


@pytest.fixture(scope="module")
def fox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    bridge = tmp_path_factory.mktemp("fox") / "firefox"
    script = ROOT / "tests" / "firefox_bridge.py"
    bridge.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "{FIREFOX}" "$@"\n')
    bridge.chmod(0o755)
    with playwright.sync_playwright() as driver:
        firefox = driver.firefox.launch(channel="moz-firefox", executable_path=bridge)
        yield firefox
        firefox.close()


@pytest.fixture
def bench(fox: Any, tmp_path: Path) -> Iterator[Callable[[framework.StaticFigure], Any]]:
    """Opens a figure on a page of its own, as wide as a phone; nothing may go wrong in it."""
    watch = Watch(fox.new_context(viewport={"width": 360, "height": 800}), "file:")

    def open_figure(figure: framework.StaticFigure) -> Any:
        path = tmp_path / f"{figure.name}.html"
        path.write_text(framework.page(figure), "utf8")
        watch.open(path.as_uri())
        return watch.page

    yield open_figure
    assert watch.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    watch.page.context.close()
    assert not watch.faults


@needs_firefox
@pytest.mark.browser
def test_a_race_runs_in_a_worker(bench: Any) -> None:
    page = begun(bench(figures.memory_race(**SMALL)))
    page.get_by_role("button", name="Start").click()
    over(page)
    assert page.locator(".ck").get_attribute("data-where") == "worker"
    assert all(exposed(page, "learnt")) or exposed(page, "update") == 800


@needs_firefox
@pytest.mark.browser
def test_gradients_flow_as_in_node(bench: Any) -> None:
    page = bench(figures.gradient_flow())
    cells = [[SENTENCE, 11, {**SET, "cell": cell}] for cell in ("orthogonal", "lstm")]
    wanted = [run["gradients"] for run in in_node("gradient_flow", CODE, cells)]
    np.testing.assert_allclose([exposed(page, "rnn"), exposed(page, "lstm")], wanted)
    page.get_by_role("slider", name="loss of word").press("ArrowLeft")
    assert len(exposed(page, "rnn")) == 9


@needs_firefox
@pytest.mark.browser
@pytest.mark.book
def test_plots_stand_on_dark_paper(fox: Any) -> None:
    page = fox.new_context(viewport={"width": 1280, "height": 900}).new_page()
    assert corner_of_a_plot(page, CHAPTERS[0]) == DARK_PAPER
    page.context.close()


@needs_firefox
@pytest.mark.browser
def test_a_letter_is_guessed_and_scored(bench: Any) -> None:
    page = bench(figures.shannon_game())
    page.get_by_role("textbox").press_sequentially("~" + STORED["passages"][0]["target"][0])
    assert exposed(page, "letters") == 1
    assert exposed(page, "you") == pytest.approx(price(1, True), abs=1e-3)


@needs_firefox
@pytest.mark.browser
def test_gates_follow_a_text(bench: Any, tmp_path: Path) -> None:
    shelf = tmp_path / "_static" / "models"
    shelf.mkdir(parents=True)
    (shelf / "characters.js").write_text(language_model.script("characters"), "utf8")
    page = bench(figures.gates())
    page.get_by_role("button", name="Start").click()
    page.wait_for_selector(".ck[data-cell]", state="attached")
    free = exposed(page, "bits")
    page.get_by_role("radio", name="c=0").check()
    page.wait_for_function("JSON.parse(document.querySelector('.ck').dataset.heldBits)")
    assert exposed(page, "held-bits") > free
    page.get_by_role("button", name="Find units").click()
    page.wait_for_selector(".ck-gates-places mark")


@needs_firefox
@pytest.mark.browser
@pytest.mark.book
def test_slides_in_firefox_from_a_file(fox: Any) -> None:
    page = fox.new_context(viewport=SIZE, reduced_motion="reduce").new_page()
    opened(page, (built() / "chapters/04-recurrent-networks.html").as_uri() + "?present")
    assert not page.evaluate(FAULTS)
    page.evaluate(GO, "#1")
    page.keyboard.press("n")
    assert place(page) == "#2"
    page.context.close()


@needs_firefox
@pytest.mark.browser
def test_a_run_is_scrubbed_as_in_torch(bench: Any, tmp_path: Path) -> None:
    models = tmp_path / "_static" / "models"
    models.mkdir(parents=True)
    (models / "run.js").write_text(training_run.script(), "utf8")
    page = bench(figures.training_run(moment=20))
    page.get_by_role("button", name="fetches").click()
    page.wait_for_selector(".ck[data-cells]")
    cells, bits = in_torch(20, training_run.TEXT, RUN["units"]["inside brackets"]["unit"])
    np.testing.assert_allclose(exposed(page, "cells"), cells, atol=2e-5)
    assert exposed(page, "own") == pytest.approx(bits, abs=1e-4)
