"""The scan figure: stepped by keys, loop and parallel scan give the states that Python gives."""

import pytest
from figure_numbers import scan_numbers
from test_book_browser import bench, browser, exposed, pytestmark  # noqa: F401

from coursekit import figures
from coursekit.figures.gallery.scan import A, B


def test_it_is_stepped_by_keys_and_agrees_with_python(bench) -> None:  # noqa: F811
    page = bench(figures.scan())
    page.get_by_role("button", name="Next").focus()
    for step in range(1, 9):
        page.keyboard.press("Enter")
        found = scan_numbers(A, B, step)
        for key in ("loop", "scan", "whole", "work"):
            assert exposed(page, key) == pytest.approx(getattr(found, key)), (step, key)
    assert exposed(page, "loop") == pytest.approx(exposed(page, "scan"))
    reading = page.locator(".ck-reading").inner_text()
    assert reading.endswith(
        "the scan 8, by 17 combinations of two pairs. It was through after 3 steps."
    )
    assert page.locator("svg.ck-svg").get_attribute("aria-label") == reading


def test_a_step_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 8"):
        figures.scan(9)
