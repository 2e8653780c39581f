"""Figures in Firefox, from a file: address."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_book_browser import Watch, exposed, playwright
from test_figure_gradient_flow import SENTENCE, SET, in_node
from test_figure_memory_race import SMALL, begun, over
from test_figure_shannon_game import STORED, price
from test_figure_training_run import RUN, in_torch
from test_practice_page import FIREFOX

from coursekit import figures
from coursekit.figures import framework
from coursekit.figures.gallery import training_run

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
    wanted = [run["gradients"] for run in in_node(cells)]
    np.testing.assert_allclose([exposed(page, "rnn"), exposed(page, "lstm")], wanted)
    page.get_by_role("slider", name="loss of word").press("ArrowLeft")
    assert len(exposed(page, "rnn")) == 9


@needs_firefox
@pytest.mark.browser
def test_a_letter_is_guessed_and_scored(bench: Any) -> None:
    page = bench(figures.shannon_game())
    page.get_by_role("textbox").press_sequentially("~" + STORED["passages"][0]["target"][0])
    assert exposed(page, "letters") == 1
    assert exposed(page, "you") == pytest.approx(price(1, True), abs=1e-3)


@needs_firefox
@pytest.mark.browser
def test_a_run_is_scrubbed_as_in_torch(bench: Any, tmp_path: Path) -> None:
    models = tmp_path / "_static" / "models"
    models.mkdir(parents=True)
    (models / "run.js").write_text(training_run.script(), "utf8")
    page = bench(figures.training_run(moment=20))
    page.get_by_role("button", name="Start the networks").click()
    page.wait_for_selector(".ck[data-cells]")
    cells, bits = in_torch(20, training_run.TEXT, RUN["units"]["inside brackets"]["unit"])
    np.testing.assert_allclose(exposed(page, "cells"), cells, atol=2e-5)
    assert exposed(page, "own") == pytest.approx(bits, abs=1e-4)
