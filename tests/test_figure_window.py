"""The window figure: its counts are those of the models, in Python and in the browser."""

from typing import Any

import pytest
from figure_numbers import window_numbers
from test_book_browser import bench, browser, exposed, pytestmark  # noqa: F401

from coursekit import figures
from coursekit.figures.gallery.window import CLUE, TEXT


@pytest.mark.parametrize(("w", "d", "m"), [(1, 20, 300), (4, 100, 200), (11, 300, 20)])
def test_counts_are_those_of_the_layers(w: int, d: int, m: int) -> None:
    nn = pytest.importorskip("torch").nn
    found = window_numbers(w, d, m)
    assert found.window == sum(p.numel() for p in nn.Linear(w * d, m).parameters())
    cell = nn.RNNCell(d, m)
    assert found.recurrent == sum(p.numel() for p in cell.parameters()) - m  # torch has two biases
    assert window_numbers(found.more, d, m).window > found.recurrent
    assert window_numbers(found.more - 1, d, m).window <= found.recurrent


def test_window_moves_by_keys_and_agrees_with_python(bench) -> None:  # noqa: F811
    page = bench(figures.window())
    back = len(TEXT.split()) - TEXT.split().index(CLUE)
    slider = page.get_by_role("slider", name="window")
    assert exposed(page, "seen") is False
    for w in range(5, 12):
        slider.press("ArrowRight")
        found = window_numbers(w, 100, 200)
        for key in ("window", "recurrent", "more"):
            assert exposed(page, key) == getattr(found, key)
        assert exposed(page, "seen") is (w >= back)
    page.get_by_role("slider", name="embedding").press("End")
    page.get_by_role("slider", name="hidden").press("Home")
    assert exposed(page, "window") == window_numbers(11, 300, 20).window
    assert "sees it" in page.locator("svg.ck-svg").get_attribute("aria-label")


def test_the_window_moves_over_a_text(bench) -> None:  # noqa: F811
    page = bench(figures.window(w=3))
    reading = page.locator(".ck-reading")
    assert "sees “to play the”; 8 words stand before it" in reading.inner_text()
    page.get_by_role("slider", name="predict word").press("ArrowLeft")
    assert "sees “started to play”" in reading.inner_text()
    handle = page.get_by_role("slider", name="the word to be predicted")
    handle.press("ArrowLeft")
    assert "“Clapton started to”" in reading.inner_text()
    assert "“Clapton” stands 3 words back: the window sees it" in reading.inner_text()
    first = page.locator("svg text").filter(has_text="sudden")
    box, to = handle.bounding_box(), first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(to["x"] + to["width"] / 2, to["y"] + 5, steps=4)
    page.mouse.up()
    assert "sees “all of a”; 1 word stands before it" in reading.inner_text()
    page.get_by_role("textbox").fill("it was a dark and stormy night")
    assert "sees “and stormy night”; 4 words stand before it" in reading.inner_text()
    page.locator("svg rect").nth(2).click()
    assert "sees “it was”. A window" in reading.inner_text()


@pytest.mark.parametrize(
    "wrong", [{"w": 0}, {"w": 12}, {"d": 10}, {"m": 310}, {"place": 12}, {"text": ""}]
)
def test_what_cannot_be_drawn_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="window takes"):
        figures.window(**wrong)
