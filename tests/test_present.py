"""Present mode and reading mode, in the built book: slides that a lecture hall can read."""

import io
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from built_book import ROOT
from pypdf import PdfReader
from test_book_browser import AXE, CHROMIUM, Watch, browser, origin

sys.path.insert(0, str(ROOT / "book" / "_ext"))
import course_present

__all__ = ["browser", "origin"]  # fixtures
pytestmark = [
    pytest.mark.browser,
    pytest.mark.book,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]
CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))
SIZE = {"width": 1280, "height": 720}
# Plots whose smallest letters stay below 18 px, though they fill the slide: drawn too large.
SMALL_PRINT = {
    "01-language-models",
    "07-backpropagation-through-time",
    "08-vanishing-and-exploding-gradients",
    "11-generation",
    "12-applications",
    "15-perplexity-table",
}
GO = """place => {
    history.pushState(null, "", place);
    dispatchEvent(new PopStateEvent("popstate"));
}"""
# Every slide with all its steps shown: what is cut off, what lies outside, what is too small.
FAULTS = """() => {
    const faults = [];
    const slides = [...document.querySelectorAll(".deck-slide")];
    const texts = (slide) => {
        const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
        const found = [];
        while (walker.nextNode()) found.push(walker.currentNode);
        return found.filter((text) => {
            const parent = text.parentElement;
            const hidden = ".katex-mathml, .ck-live, .ck-title, .ck-answers, script, option";
            return text.data.trim() && parent.checkVisibility() && !parent.closest(hidden);
        });
    };
    const size = (element) => {
        const drawing = element.closest("svg");
        const zoom = drawing ? drawing.getScreenCTM().a : 1;
        return zoom * parseFloat(getComputedStyle(element).fontSize);
    };
    for (const [i, slide] of slides.entries()) {
        history.replaceState(null, "", `#${i + 1}.999`);
        dispatchEvent(new PopStateEvent("popstate"));
        const body = slide.querySelector(".deck-body");
        const say = (what) => faults.push(`${i + 1} (${slide.className}): ${what}`);
        if (!texts(body).length && !body.querySelector("img")) say("empty");
        if (body.scrollHeight > body.clientHeight + 1) say("too high");
        if (body.scrollWidth > body.clientWidth + 1) say("too wide");
        for (const text of texts(slide)) {
            const range = document.createRange();
            range.selectNodeContents(text);
            const { left, right, top, bottom, width } = range.getBoundingClientRect();
            if (!width) continue;
            const words = text.data.trim().slice(0, 30);
            if (left < -1 || right > 1281 || top < -1 || bottom > 676) say(`outside: ${words}`);
            if (size(text.parentElement) < 17.95) say(`small: ${words}`);
        }
        for (const formula of body.querySelectorAll(".katex-html:has(.tag)")) {
            const tag = formula.querySelector(".tag").getBoundingClientRect();
            const bases = [...formula.querySelectorAll(".base")];
            const over = (base) => base.getBoundingClientRect().right > tag.left;
            if (bases.some((base) => !base.closest(".tag") && over(base))) say("over its number");
        }
        const plot = body.querySelector(":scope > img");
        if (plot) {
            const { clientWidth: wide, clientHeight: high } = body;
            const scale = Math.min(wide / plot.width0, high / plot.height0);
            // 200 dots an inch, letters of 9 pt
            if (scale * 200 < 144) say("small print in a plot");
        }
    }
    return faults;
}"""
READY = "html[data-deck=ready]"
ALIVE = "[...document.querySelectorAll('.ck-figure')].every((figure) => figure.dataset.alive)"
PLOTS = """() => document.querySelectorAll(".deck-body > img").forEach((image) =>
    Object.assign(image, { width0: image.naturalWidth, height0: image.naturalHeight }))"""


def opened(page: Any, address: str) -> Any:
    """The page when its slides are there and its figures alive."""
    page.goto(address)
    page.wait_for_selector(READY)
    page.wait_for_function(ALIVE)
    page.evaluate("Promise.all([...document.images].map((image) => image.decode().catch(() => 0)))")
    page.evaluate(PLOTS)
    return page


def test_slides_need_no_font(browser: Any, origin: str) -> None:
    """Where a face cannot be had, as in a lecture hall with a bad network, another one is taken."""
    context = browser.new_context(viewport=SIZE)
    page = context.new_page()
    page.route("**/*.woff2", lambda route: route.abort())
    page.goto(f"{origin}chapters/04-recurrent-networks.html?present")
    page.wait_for_selector(READY, timeout=10_000)
    assert page.locator(".deck-slide").count() >= 12
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_or_small_on_any_slide(browser: Any, origin: str, scheme: str) -> None:
    """All chapters in light; in the dark those that were marked up for a lecture."""
    context = browser.new_context(viewport=SIZE, color_scheme=scheme, reduced_motion="reduce")
    watch = Watch(context, origin)
    counts = {}
    for name in CHAPTERS if scheme == "light" else marked():
        page = opened(watch.page, f"{origin}chapters/{name}.html?present")
        counts[name] = page.locator(".deck-slide").count()
        faults = page.evaluate(FAULTS)
        if name in SMALL_PRINT:
            faults = [fault for fault in faults if "small print" not in fault]
        watch.faults += [f"{name} {fault}" for fault in faults]
        assert page.evaluate("document.documentElement.dataset.theme") == scheme
    context.close()
    print(counts)
    assert not watch.faults
    assert all(count >= 12 for count in counts.values())


def marked() -> list[str]:
    return [name for name in CHAPTERS if name[:2] in {"04", "07", "08", "10"}]


def test_a_slide_that_is_broken_is_found(browser: Any, origin: str) -> None:
    page = browser.new_page(viewport=SIZE)
    opened(page, f"{origin}chapters/04-recurrent-networks.html?present")
    body = ".deck-slide:nth-child(2) .deck-body"
    page.evaluate(f"document.querySelector('{body}').style.setProperty('font-size', '12px')")
    page.evaluate(
        f"document.querySelector('{body}').insertAdjacentHTML('beforeend',"
        " '<p style=\"height: 900px; width: 1500px; max-width: none !important\">tall</p>')"
    )
    found = " ".join(page.evaluate(FAULTS))
    page.close()
    assert all(word in found for word in ("too high", "small: ")), found


def place(page: Any) -> str:
    return str(page.evaluate("location.hash"))


def shown(page: Any) -> Any:
    return page.locator(".deck-slide:not([hidden])")


def test_keys_lead_through_the_slides_and_back_to_the_page(browser: Any, origin: str) -> None:
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
    watch = Watch(context, origin)
    address = f"{origin}chapters/08-vanishing-and-exploding-gradients.html"
    watch.open(address)
    watch.page.get_by_role("link", name="Present").click()
    page = watch.page
    page.wait_for_selector(READY)
    assert place(page) == "#1"
    page.keyboard.press("n")
    assert place(page) == "#2"
    hidden = shown(page).locator(".deck-later").count()
    assert hidden  # built up step by step
    for key in ("ArrowRight", "PageDown"):
        page.keyboard.press(key)
    assert shown(page).locator(".deck-later").count() == hidden - 2
    page.reload()
    page.wait_for_selector(READY)
    assert place(page) == "#2.2"
    assert shown(page).locator(".deck-later").count() == hidden - 2
    page.keyboard.press("PageUp")
    assert place(page) == "#2.1"
    page.keyboard.press("End")
    assert place(page) == f"#{page.locator('.deck-slide').count()}"
    page.keyboard.press("Home")
    assert place(page) == "#1"
    page.go_back()
    page.wait_for_function("location.hash != '#1'")
    assert page.evaluate("document.querySelector('.deck-slide:last-child').hidden") is False
    page.evaluate(GO, "#three-horizons")
    assert "Three horizons" in shown(page).locator("h1").inner_text()
    page.keyboard.press("t")
    assert "planned up to its end" in page.locator(".deck-notes").inner_text()
    page.keyboard.press("Escape")
    assert page.locator(".deck-notes").is_hidden()
    page.keyboard.press("Escape")
    page.wait_for_url(f"{address}#three-horizons")
    assert page.locator("article h1").is_visible()
    context.close()
    assert not watch.faults


def test_the_room_votes_then_sees_what_it_said_then_what_is_true(browser: Any, origin: str) -> None:
    page = browser.new_page(viewport=SIZE, reduced_motion="reduce")
    opened(page, f"{origin}chapters/08-vanishing-and-exploding-gradients.html?present")
    first = page.evaluate(
        "[...document.querySelectorAll('.deck-slide')]"
        ".findIndex((s) => s.querySelector('.deck-poll'))"
    )
    page.evaluate(GO, f"#{first + 1}")
    poll = shown(page)
    for key in ("1", "1", "1", "2"):
        page.keyboard.press(key)
    poll.locator(".deck-option").nth(2).click()
    page.keyboard.press("Shift+Digit1")
    assert "4 votes" in poll.locator(".deck-total").inner_text()
    assert poll.locator(".deck-count").all_inner_texts() == [""] * 4
    assert not poll.locator(".deck-truth").inner_text()
    page.keyboard.press("ArrowRight")
    assert poll.locator(".deck-count").all_inner_texts() == ["50 %", "25 %", "25 %", "0 %"]
    assert not poll.locator("[data-right]").count()
    page.keyboard.press("ArrowRight")
    assert poll.locator("[data-right]").count() == 1
    assert "0.12" in poll.locator("[data-right]").inner_text()
    assert "0.1216" in poll.locator(".deck-truth").inner_text()
    page.reload()
    page.wait_for_selector(READY)
    assert "4 votes" in shown(page).locator(".deck-total").inner_text()
    page.close()


def test_a_figure_fills_the_screen_and_lives(browser: Any, origin: str) -> None:
    page = browser.new_page(viewport=SIZE, reduced_motion="reduce")
    opened(page, f"{origin}chapters/10-lstm.html?present")
    slide = page.evaluate(
        "[...document.querySelectorAll('.deck-slide')]"
        ".findIndex((s) => s.querySelector('[data-figure=lstm_cell]'))"
    )
    page.evaluate(GO, f"#{slide + 1}")
    assert "stage 0 of" in shown(page).locator(".ck-place").inner_text()
    page.keyboard.press("ArrowRight")  # the figure's own next step
    assert "stage 1 of" in shown(page).locator(".ck-place").inner_text()
    page.keyboard.press("f")
    assert shown(page).locator("h1").is_hidden()
    shown(page).locator("input[type=range]").first.focus()
    value = shown(page).locator("output").first.inner_text()
    page.keyboard.press("ArrowLeft")  # belongs to the slider
    assert place(page).startswith(f"#{slide + 1}")
    assert shown(page).locator("output").first.inner_text() != value
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_slide_of_each_kind(browser: Any, origin: str, scheme: str) -> None:
    source = Path(__import__("axe_playwright_python").__file__).parent / "axe.min.js"
    page = browser.new_page(viewport=SIZE, color_scheme=scheme, reduced_motion="reduce")
    opened(page, f"{origin}chapters/04-recurrent-networks.html?present")
    page.evaluate(source.read_text("utf8"))
    kinds = page.evaluate(
        "[...document.querySelectorAll('.deck-slide')].map((s) => s.classList[1])"
    )
    found = {}
    for kind in ("title", "poll", "box", "figure", "output"):
        page.evaluate(GO, f"#{kinds.index(f'deck-of-{kind}') + 1}.999")
        result = page.evaluate(
            "([include, options]) => axe.run({include, exclude: [['.katex']]}, options)",
            [[[".deck-slide:not([hidden])"], [".deck-tools"]], AXE],
        )
        for violation in result["violations"]:
            found[f"{kind}: {violation['id']}"] = [n["target"][-1] for n in violation["nodes"][:3]]
    page.close()
    assert not found


def test_it_prints_two_slides_on_a_sheet_with_every_step(browser: Any, origin: str) -> None:
    page = browser.new_page(viewport=SIZE)
    opened(page, f"{origin}chapters/04-recurrent-networks.html?present")
    slides = page.locator(".deck-slide").count()
    sheets = len(PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages)
    page.emulate_media(media="print")
    assert page.locator(".deck-slide:visible").count() == slides
    assert not page.evaluate(
        "[...document.querySelectorAll('.deck-later')]"
        ".some((part) => getComputedStyle(part).visibility == 'hidden')"
    )
    page.close()
    assert sheets == -(-slides // 2)


def test_a_page_that_is_read_loads_nothing_of_it(browser: Any, origin: str) -> None:
    page = browser.new_page(viewport=SIZE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{origin}chapters/04-recurrent-networks.html", wait_until="networkidle")
    page.close()
    assert asked
    assert not [url for url in asked if "/present/" in url]
    script = (ROOT / "book" / "_static" / "course.js").read_text("utf8")
    stub = script[script.index('// "?present"') : script.index("// Reading mode")]
    assert len(stub.encode()) + len(course_present.EARLY.encode()) < 1500


SHOWN = (
    "[...document.querySelectorAll('div.cell_input pre')]"
    ".filter((block) => block.checkVisibility()).length"
)


def test_one_switch_folds_the_code_of_all_pages(browser: Any, origin: str) -> None:
    context = browser.new_context(viewport=SIZE)
    watch = Watch(context, origin)
    watch.open(f"{origin}chapters/04-recurrent-networks.html")
    page = watch.page
    switch = page.get_by_role("button", name="Fold all code")
    assert page.evaluate(SHOWN) > 5
    switch.focus()
    page.keyboard.press("Enter")
    assert switch.get_attribute("aria-pressed") == "true"
    assert "folded" in page.locator(".course-fold-said").inner_text()
    assert page.evaluate(SHOWN) == 0
    # The next page has never shown its code, and nothing moves when its script has run.
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => {"
        " for (const shift of list.getEntries()) window.moved += shift.value;"
        "}).observe({ type: 'layout-shift', buffered: true });"
    )
    page.route("**/course.js*", lambda route: route.abort())
    page.goto(f"{origin}chapters/05-training.html")
    assert page.evaluate(SHOWN) == 0
    page.unroute("**/course.js*")
    page.reload(wait_until="load")
    page.wait_for_selector(".course-unfold", state="attached")
    assert page.evaluate(SHOWN) == 0
    assert page.evaluate("window.moved") < 0.05
    page.locator(".cell > .cell_input > .course-unfold").first.click()
    assert page.evaluate(SHOWN) == 1
    page.emulate_media(media="print")
    assert page.evaluate(SHOWN) == 0
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Fold all code").click()
    page.emulate_media(media="print")
    assert page.evaluate(SHOWN) > 5
    context.close()
    assert not [fault for fault in watch.faults if not re.search("course.js|ERR_FAILED", fault)]


def test_a_mark_that_no_slide_would_follow_is_an_error(tmp_path: Path) -> None:
    notebook = tmp_path / "x.ipynb"
    notebook.write_text('{"cells": [{"metadata": {"tags": ["present-never"]}}]}', "utf8")
    with pytest.raises(ValueError, match="present knows no never"):
        course_present.marks(notebook)
