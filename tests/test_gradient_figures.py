"""The figures of chapters 06 and 07: what they show is what Python computes; keys move them."""

import numpy as np
import pytest
from figure_numbers import bptt_triangle_numbers, chain_graph_numbers
from test_book_browser import bench, browser, exposed, pytestmark  # noqa: F401

from coursekit import figures


@pytest.mark.parametrize(("graph", "value"), [("lecture", 3), ("lecture", -1.25), ("network", 0.9)])
def test_chain_graph_agrees_with_the_engine(bench, graph, value):  # noqa: F811
    page = bench(figures.chain_graph(graph, value=value, step=99))
    values, gradients = chain_graph_numbers(graph, value)
    assert exposed(page, "values") == pytest.approx(values, abs=1e-12)
    assert exposed(page, "gradients") == pytest.approx(gradients, abs=1e-12)


def test_chain_graph_is_stepped_by_keys_and_says_what_happens(bench):  # noqa: F811
    page = bench(figures.chain_graph(step=0))
    page.get_by_role("button", name="Next").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert exposed(page, "values") == {"t": 3, "x": 9, "y": 2, "f": 31}
    assert exposed(page, "gradients") == {}
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert exposed(page, "gradients")["t"] == 18
    page.keyboard.press("ArrowRight")
    assert exposed(page, "gradients")["t"] == 22
    assert "added to 18.000: 22.000" in page.locator(".ck-reading").inner_text()
    assert "step 9 of 9" in page.locator("svg.ck-svg").get_attribute("aria-label")
    page.get_by_role("checkbox").check()
    assert exposed(page, "gradients")["t"] == 4  # what arrived last
    page.keyboard.press("ArrowLeft")  # a checkbox keeps its keys
    assert exposed(page, "step") == 9


def test_overwriting_keeps_the_share_of_the_first_step_alone(bench):  # noqa: F811
    page = bench(figures.chain_graph("network", step=99, overwrite=True))
    assert exposed(page, "gradients")["w"] == pytest.approx(-0.0257, abs=5e-5)


@pytest.mark.parametrize("mode", ["all", "last", "chunks"])
@pytest.mark.parametrize("gain", [0.5, 1.0, 2.3])
def test_triangle_agrees_with_numpy(bench, gain, mode):  # noqa: F811
    page = bench(figures.bptt_triangle(gain=gain, mode=mode, keep=2))
    sizes, cosine = bptt_triangle_numbers(gain, mode, 2)
    shown = exposed(page, "sizes")
    for t in range(1, 7):
        np.testing.assert_allclose(shown[t][1:], sizes[t, 1 : t + 1], rtol=1e-12)
    assert exposed(page, "cosine") == pytest.approx(cosine, abs=1e-12)


def test_triangle_is_walked_by_keys_and_stays_a_triangle(bench):  # noqa: F811
    page = bench(figures.bptt_triangle(i=2, t=5))
    frame = page.get_by_role("slider", name="cell of the triangle")
    frame.focus()
    page.keyboard.press("ArrowUp")
    assert (exposed(page, "i"), exposed(page, "t")) == (1, 5)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    assert (exposed(page, "i"), exposed(page, "t")) == (1, 6)
    for _ in range(9):
        page.keyboard.press("ArrowDown")
    assert (exposed(page, "i"), exposed(page, "t")) == (6, 6)
    page.keyboard.press("ArrowLeft")
    assert (exposed(page, "i"), exposed(page, "t")) == (5, 5)
    assert "Step 5 in the loss of step 5" in frame.get_attribute("aria-valuetext")


def test_triangle_follows_the_pointer(bench):  # noqa: F811
    page = bench(figures.bptt_triangle(i=2, t=5))
    page.locator("svg.ck-svg rect").first.hover(force=True)  # the frame comes to lie above it
    assert (exposed(page, "i"), exposed(page, "t")) == (1, 1)


def test_unknown_graphs_cells_and_modes_are_refused():
    with pytest.raises(ValueError, match="graphs"):
        figures.chain_graph("tree")
    with pytest.raises(ValueError, match="i <= t"):
        figures.bptt_triangle(i=4, t=3)
    with pytest.raises(ValueError, match="mode"):
        figures.bptt_triangle(mode="some")
