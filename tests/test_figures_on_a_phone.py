"""Every figure at the width of a phone: its words are large enough, its drawing within reach."""

from pathlib import Path

import pytest
from test_book_browser import AXE, bench, browser, pytestmark  # noqa: F401

from coursekit import figures

LEAST = 11  # px on the screen

# Words smaller than that, as drawn: the size in the style sheet times the scale of the drawing.
# A tspan is a raised or lowered index, which may be smaller than its line.
SMALL = """least => {
  const found = [];
  for (const node of document.querySelectorAll(".ck-figure :not(script, style, tspan)")) {
    const own = [...node.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !node.getClientRects().length || node.matches("sub, sup, .ck-tex *")) continue;
    const grid = node.getScreenCTM?.();
    const scale = grid ? Math.hypot(grid.c, grid.d) : 1;
    const size = scale * parseFloat(getComputedStyle(node).fontSize);
    if (size < least) found.push(`${node.textContent.trim()}: ${size.toFixed(1)} px`);
  }
  return found;
}"""


@pytest.mark.parametrize("name", sorted(figures.FIGURES))
def test_words_can_be_read_at_the_width_of_a_phone(bench, name: str) -> None:  # noqa: F811
    page = bench(getattr(figures, name)())
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate(SMALL, LEAST) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_broad_drawing_moves_sideways_by_keyboard_and_finger(bench) -> None:  # noqa: F811
    page = bench(figures.window())
    stage = page.locator(".ck-stage")
    assert stage.get_attribute("tabindex") is None  # at the desk all of it is seen
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_selector(".ck-broad[tabindex='0'][role=group]")
    assert "moves sideways" in stage.get_attribute("aria-label")
    stage.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "(s => s.scrollLeft + s.clientWidth >= s.scrollWidth - 1)"
        "(document.querySelector('.ck-stage'))"
    )
    assert page.locator(".ck-svg").evaluate("s => getComputedStyle(s).touchAction") == "pan-x pan-y"
    source = Path(__import__("axe_playwright_python").__file__).parent
    page.evaluate((source / "axe.min.js").read_text("utf8"))
    result = page.evaluate("options => axe.run('.ck-figure', options)", AXE)
    assert not [(v["id"], v["nodes"][0]["target"]) for v in result["violations"]]
    page.set_viewport_size({"width": 900, "height": 800})
    page.wait_for_selector(".ck-stage:not([tabindex])")


def test_the_shares_beside_the_bars_of_a_completion_are_in_sight(bench) -> None:  # noqa: F811
    page = bench(figures.completion())
    page.set_viewport_size({"width": 390, "height": 800})
    page.reload()
    page.wait_for_selector("[data-alive]")
    shares = page.locator(".ck-svg text").filter(has_text="%")
    assert shares.count() == 6
    right = page.locator(".ck-stage").evaluate("stage => stage.getBoundingClientRect().right")
    for share in shares.all():
        assert share.evaluate("text => text.getBoundingClientRect().right") <= right
