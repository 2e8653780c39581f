"""Figures in Firefox, from a file: address: the race, which needs a worker made in the page."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from built_book import built
from test_book_browser import Watch, exposed, playwright
from test_figure_memory_race import SMALL, begun, over
from test_practice_page import FIREFOX
from test_present import FAULTS, GO, SIZE, opened, place

from coursekit import figures
from coursekit.figures import framework

ROOT = Path(__file__).parents[1]


@pytest.fixture
def fox(tmp_path: Path) -> Iterator[Any]:
    bridge = tmp_path / "firefox"
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
@pytest.mark.book
def test_slides_in_firefox_from_a_file(fox: Any) -> None:
    page = fox.new_context(viewport=SIZE, reduced_motion="reduce").new_page()
    opened(page, (built() / "chapters/04-recurrent-networks.html").as_uri() + "?present")
    assert not page.evaluate(FAULTS)
    page.evaluate(GO, "#1")
    page.keyboard.press("n")
    assert place(page) == "#2"
    page.context.close()
