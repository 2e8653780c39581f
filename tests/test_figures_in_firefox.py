"""Figures in Firefox, from a file: address: the race with its worker, the gates with a model."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_book_browser import Watch, exposed, playwright
from test_figure_memory_race import SMALL, begun, over
from test_practice_page import FIREFOX

from coursekit import figures
from coursekit.figures import framework
from coursekit.figures.gallery import language_model

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def fox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    bridge = tmp_path_factory.mktemp("bridge") / "firefox"
    script = ROOT / "tests" / "firefox_bridge.py"
    bridge.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "{FIREFOX}" "$@"\n')
    bridge.chmod(0o755)
    with playwright.sync_playwright() as driver:
        firefox = driver.firefox.launch(channel="moz-firefox", executable_path=bridge)
        yield firefox
        firefox.close()


@pytest.mark.skipif(FIREFOX is None, reason="no firefox")
@pytest.mark.browser
def test_it_runs_in_firefox_from_a_file(fox: Any, tmp_path: Path) -> None:
    path = tmp_path / "race.html"
    path.write_text(framework.page(figures.memory_race(**SMALL)), "utf8")
    watch = Watch(fox.new_context(viewport={"width": 360, "height": 800}), "file:")
    watch.open(path.as_uri())
    page = begun(watch.page)
    page.get_by_role("button", name="Start").click()
    over(page)
    assert page.locator(".ck").get_attribute("data-where") == "worker"
    assert all(exposed(page, "learnt")) or exposed(page, "update") == 800
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.context.close()
    assert not watch.faults


@pytest.mark.skipif(FIREFOX is None, reason="no firefox")
@pytest.mark.browser
def test_gates_follow_a_text_in_firefox(fox: Any, tmp_path: Path) -> None:
    shelf = tmp_path / "_static" / "models"
    shelf.mkdir(parents=True)
    (shelf / "characters.js").write_text(language_model.script("characters"), "utf8")
    path = tmp_path / "gates.html"
    path.write_text(framework.page(figures.gates()), "utf8")
    watch = Watch(fox.new_context(viewport={"width": 360, "height": 800}), "file:")
    watch.open(path.as_uri())
    page = watch.page
    page.get_by_role("button", name="Start").click()
    page.wait_for_selector(".ck[data-cell]", state="attached")
    free = exposed(page, "bits")
    page.get_by_role("radio", name="c=0").check()
    page.wait_for_function("JSON.parse(document.querySelector('.ck').dataset.heldBits)")
    assert exposed(page, "held-bits") > free
    page.get_by_role("button", name="Find units").click()
    page.wait_for_selector(".ck-gates-places mark")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.context.close()
    assert not watch.faults
