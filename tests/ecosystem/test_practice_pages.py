"""Exercises solved in their pages, at length: every notebook handed in and graded, every page at
work looked at by axe in both themes.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

sys.path.insert(0, str(Path(__file__).parents[1]))
from exercise_kit import STEMS
from practice_kit import Student
from test_book_browser import browser, origin  # noqa: F401
from test_practice_page import only
from test_practice_questions import graded, judged, solve


@pytest.fixture(scope="module")
def page(browser: Any, origin: str) -> Iterator[Any]:  # noqa: F811
    """One window, which can reach the book and nothing else."""
    context = browser.new_context(accept_downloads=True)
    only(context, origin)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("stem", STEMS)
def test_what_every_page_hands_in(page: Any, origin: str, stem: str, tmp_path: Path) -> None:  # noqa: F811
    student = Student(page, origin, stem)
    worth = solve(student, judged(student))
    nothing_to_mend(page)
    assert graded(student.download(tmp_path), stem) == worth


def test_the_page_of_progress(page: Any, origin: str) -> None:  # noqa: F811
    """After all exercises, which it shows."""
    page.goto(f"{origin}book/progress.html")
    assert page.locator(".practice-table").count() == 3
    nothing_to_mend(page)


def nothing_to_mend(page: Any) -> None:
    """Axe finds nothing in either theme."""
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()
