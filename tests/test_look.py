"""The published book as its readers see it: on its own style sheets and scripts, dark, by keyboard,
by finger, by ear, in high contrast, and without scripts."""

import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from built_book import HTML, ROOT, content_pages
from PIL import Image, ImageChops, ImageStat
from test_book_browser import (  # noqa: F401
    Watch,
    bench,
    browser,
    names,
    origin,
    pytestmark,
    sample,
)

from coursekit import figures, style
from coursekit.figures import framework

sys.path.insert(0, str(ROOT / "book" / "_ext"))
import course_plots

pytestmark = [*pytestmark, pytest.mark.book]
CHAPTERS = [name for name in names() if name.startswith("chapters/")]
PLOT = "div.cell_output img"


@pytest.fixture(scope="module")
def desk(browser: Any) -> Iterator[Any]:  # noqa: F811
    """A page at the desk, shared by the tests that only look at it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def address(name: str) -> str:
    return (HTML / name).as_uri()


def corner_of_a_plot(page: Any, name: str) -> tuple[int, ...]:
    """The colour of the corner of a page's first plot in the dark, as published."""
    page.goto(address(name))
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    plot = page.locator(PLOT).first
    plot.evaluate("plot => plot.scrollIntoView({ block: 'center' })")
    plot.evaluate("plot => plot.decode()")
    page.wait_for_timeout(200)
    left, top = plot.evaluate(
        "plot => { const { left, top } = plot.getBoundingClientRect();"
        " const { paddingLeft, paddingTop } = getComputedStyle(plot);"
        " return [left + parseFloat(paddingLeft), Math.max(0, top + parseFloat(paddingTop))]; }"
    )
    seen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return seen.getpixel((round(left) + 3, round(top) + 3))


DARK_PAPER = tuple(bytes.fromhex(style.DARK["paper"].removeprefix("#")))


def test_plots_stand_on_dark_paper_in_chromium(desk: Any) -> None:
    corners = {name: corner_of_a_plot(desk, name) for name in CHAPTERS[::3]}
    assert set(corners.values()) == {DARK_PAPER}, corners


def test_a_plot_without_its_paper_looks_as_before_on_paper() -> None:
    drawn = Image.new("RGB", (4, 1), course_plots.PAPER)
    for x, colour in enumerate((style.INK, style.BLUE, style.RULE)):
        drawn.putpixel((x, 0), tuple(bytes.fromhex(colour.removeprefix("#"))))
    ink = course_plots.ink(drawn)
    assert ink.getpixel((3, 0))[3] == 0
    page = Image.new("RGBA", ink.size, course_plots.PAPER)
    again = Image.alpha_composite(page, ink).convert("RGB")
    assert ImageStat.Stat(ImageChops.difference(again, drawn)).extrema[0][1] <= 1


# The selectors of a style sheet, with the medium for which each holds.
RULES = """text => {
    const look = document.createElement("style");
    look.textContent = text;
    document.head.append(look);
    const all = (rules, medium) => [...rules].flatMap((rule) =>
        rule.selectorText
            ? rule.selectorText.split(/,(?![^(]*\\))/).map((one) => `${medium} | ${one.trim()}`)
            : all(rule.cssRules ?? [], rule.conditionText ?? ""));
    const found = all(look.sheet.cssRules, "");
    look.remove();
    return found;
}"""


def test_no_rule_of_the_courses_own_style_sheets_is_lost(desk: Any) -> None:
    static = HTML / "_static"
    desk.goto("about:blank")
    # Widths are written in another way by the tool that joins the sheets.
    plain = {"(width<=": "(max-width: ", "(width>=": "(min-width: "}

    def rules(sheet: str) -> set[str]:
        text = (static / sheet).read_text("utf8")
        for short, long in plain.items():
            text = text.replace(short, long)
        return set(desk.evaluate(RULES, text))

    published = rules("sheet.css")
    for sheet in ("figure.css", "practice.css", "course.css"):
        lost = rules(sheet) - published
        assert not lost, f"{sheet}: {sorted(lost)}"


SAID = """() => [...document.querySelectorAll(".ck-figure")].map((figure) => [figure.dataset.figure,
    figure.innerText, ...[...figure.querySelectorAll("[aria-label]")].map((n) => n.ariaLabel)])"""


def test_figures_say_in_the_book_what_their_sources_say(desk: Any, tmp_path: Path) -> None:
    """Minifying changes no word: all figures, by the scripts of the pages and by their sources."""
    published: dict[str, str] = {}
    places: list[str] = []
    host = ""
    for name in CHAPTERS:
        text = (HTML / name).read_text("utf8")
        places += re.findall(r'<div class="ck-figure".*?</script>', text, flags=re.S)
        blob, host = re.search(r"const sources = (\{.*?\});\n(.*?)</script>", text, re.S).groups()
        published |= json.loads(blob)
    told = []
    body = "".join(f"{place}</div>" for place in places)
    whole = framework.page_script(set(published) - {"kit"})
    for script in (f"const sources = {json.dumps(published)};\n{host}", whole):
        safe = script.replace("</script", "<\\/script")
        path = tmp_path / "all.html"
        style = f"<style>{framework.css()}</style>"
        page = f'<meta charset="utf8">{style}{body}<script type="module">{safe}</script>'
        path.write_text(page, "utf8")
        desk.goto(path.as_uri())
        desk.wait_for_function(
            "[...document.querySelectorAll('.ck-figure')].every(f => f.dataset.alive)"
        )
        desk.evaluate(
            "document.querySelectorAll('.ck-steps button:nth-child(3)').forEach(b => b.click())"
        )
        told.append(desk.evaluate(SAID))
    assert len(told[0]) > 40
    for shown, meant in zip(*told, strict=True):
        assert shown == meant


# The kit shows the focus of a handle in a drawing by its line.
UNSEEN = """() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0']"
)].filter((node) => {
    if (!node.checkVisibility({ visibilityProperty: true })) return false;
    node.focus({ preventScroll: true });
    if (document.activeElement !== node || !node.matches(":focus-visible")) return false;
    const { outlineStyle, outlineWidth, strokeWidth } = getComputedStyle(node);
    if (node.matches(".ck-handle")) return parseFloat(strokeWidth) < 3;
    return outlineStyle === "none" || parseFloat(outlineWidth) < 2;
}).map((node) => node.outerHTML.slice(0, 120))"""


def test_whatever_has_the_focus_shows_it(desk: Any) -> None:
    for name in ("chapters/09-gradient-clipping.html", "exercises/09-gradient-clipping.html"):
        desk.goto(address(name))
        desk.wait_for_function(
            "[...document.querySelectorAll('.ck-figure')].every(f => f.dataset.alive)"
        )
        desk.keyboard.press("Tab")  # from now on the focus is one of the keyboard
        assert desk.evaluate(UNSEEN) == []


def test_a_narrow_phone_never_slides_sideways(browser: Any) -> None:  # noqa: F811
    """Some pages at 360 px, and those that Sphinx makes; all others: test_every_page_is_whole."""
    context = browser.new_context(viewport={"width": 320, "height": 700}, reduced_motion="reduce")
    page, wide = context.new_page(), {}
    made = ["genindex.html", "py-modindex.html", "search.html"]
    for name in [*sample(names()), *made]:
        page.goto(address(name))
        for width in (320, 360):
            page.set_viewport_size({"width": width, "height": 700})
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                wide[name, width] = over
    context.close()
    assert not wide


ROOM = """() => [...document.querySelectorAll(".cell_input pre")].map((pre) => {
    pre.closest("details")?.setAttribute("open", "");
    const { fontSize, fontFamily, paddingLeft, paddingRight } = getComputedStyle(pre);
    const pen = new OffscreenCanvas(1, 1).getContext("2d");
    pen.font = `${fontSize} ${fontFamily}`;
    const inside = pre.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    return inside / pen.measureText("m").width;
})"""


def test_a_hundred_characters_of_code_fit_at_the_desk(desk: Any) -> None:
    """The longest line that our own style allows, whether a cell is folded or not."""
    desk.goto(address("chapters/09-gradient-clipping.html"))
    room = [characters for characters in desk.evaluate(ROOM) if characters > 0]
    assert len(room) > 20
    assert min(room) >= 99.5


def test_a_finger_drags_the_start_and_not_the_page(browser: Any) -> None:  # noqa: F811
    """A real touch, diagonally and upwards, from beside the handle, as a fingertip meets it."""
    phone = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
    context = browser.new_context(**phone, device_scale_factor=1)
    page = context.new_page()
    page.goto(address("chapters/09-gradient-clipping.html"))
    handle = page.locator(".ck-clipping_wall circle.ck-handle")
    handle.wait_for()
    handle.evaluate("node => node.scrollIntoView({ block: 'center' })")
    page.wait_for_timeout(300)
    box, scrolled = handle.bounding_box(), page.evaluate("scrollY")
    start = {"x": box["x"] + box["width"] + 8, "y": box["y"] - 6}
    touch = context.new_cdp_session(page)

    def send(kind: str, *points: dict[str, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    send("touchStart", start)
    for step in range(1, 11):
        send("touchMove", {"x": start["x"] - 6 * step, "y": start["y"] - 8 * step})
        page.wait_for_timeout(16)
    send("touchEnd")
    moved = handle.bounding_box()
    assert moved["x"] + moved["width"] / 2 == pytest.approx(start["x"] - 60, abs=4)
    assert moved["y"] + moved["height"] / 2 == pytest.approx(start["y"] - 80, abs=4)
    assert page.evaluate("scrollY") == scrolled
    context.close()


@pytest.mark.parametrize("name", ["unrolled", "forcing", "chain_graph", "vanishing", "mixture"])
def test_the_reading_is_spoken_once_it_rests(bench: Any, name: str) -> None:  # noqa: F811
    page = bench(getattr(figures, name)())
    live, reading = page.locator(".ck-live"), page.locator(".ck-reading")
    assert live.inner_text() == ""  # nobody has come to the figure yet
    steps = page.get_by_role("button", name="Next")
    if steps.count():
        steps.press("Enter")
    else:
        page.get_by_role("slider").first.press("ArrowRight")
    page.wait_for_function("document.querySelector('.ck-live').textContent !== ''")
    assert live.text_content() == reading.text_content()


def test_sliders_are_seen_in_high_contrast(browser: Any, tmp_path: Path) -> None:  # noqa: F811
    context = browser.new_context(forced_colors="active", viewport={"width": 700, "height": 700})
    page = context.new_page()
    path = tmp_path / "branching.html"
    path.write_text(framework.page(figures.branching()), "utf8")
    page.goto(path.as_uri())
    slider = page.locator("input[type=range]").first
    slider.wait_for()
    seen = Image.open(io.BytesIO(slider.screenshot())).convert("RGB")
    middle = [seen.getpixel((x, seen.height // 2)) for x in (4, seen.width - 5)]
    context.close()
    assert seen.getpixel((4, 1)) not in middle


def test_without_scripts_there_are_pictures_and_true_words(browser: Any) -> None:  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for name in ("chapters/07-backpropagation-through-time.html", "chapters/10-lstm.html"):
        page.goto(address(name))
        assert "once the cell is run" not in page.inner_text("body")
        stills = page.locator(".ck-still")
        assert stills.count() >= 1
        for still in stills.all():
            still.scroll_into_view_if_needed()
            assert still.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    context.close()


def test_the_button_for_colours_says_what_it_is_set_to(desk: Any) -> None:
    desk.goto(address("book/notation.html"))
    button = desk.get_by_role("button", name="Colour mode")
    said = set()
    for _ in range(3):
        button.click()
        said.add(button.get_attribute("aria-label"))
    assert {f"Colour mode: {mode}" for mode in ("light", "dark", "as the system")} == said


PAIRS = ("mfrac", "msub", "msup", "munder", "mover")
CHILDREN = dict.fromkeys(PAIRS, 2) | dict.fromkeys(("msubsup", "munderover"), 3)
MATH = re.compile(r"<math\b.*?</math>", re.S)


def test_formulas_are_valid_mathml() -> None:
    formulas = {m for page in content_pages() for m in MATH.findall(page.read_text("utf8"))}
    wrong = set()
    for formula in formulas:
        for node in ElementTree.fromstring(formula.replace("&nbsp;", "\u00a0")).iter():
            kind = node.tag.rpartition("}")[2]
            if kind in CHILDREN and len(node) != CHILDREN[kind]:
                wrong.add(formula)
    assert not wrong
