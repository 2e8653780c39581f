"""The built book in Chromium: nothing asked of any other host, nothing broken, all within reach."""

import functools
import http.server
import json
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from built_book import HTML, content_pages, pages
from figure_numbers import branching_numbers, temperature_numbers, unrolled_numbers

from coursekit import figures
from coursekit.figures import framework
from coursekit.figures.formulas import commands
from coursekit.figures.framework import tex
from coursekit.figures.gallery.directions import reach
from coursekit.figures.gallery.unrolled import SENTENCES

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]
playwright = pytest.importorskip("playwright.sync_api")


class Watch:
    """A page of the browser that notes what goes wrong in it."""

    def __init__(self, context: object, origin: str) -> None:
        self.faults: list[str] = []
        self.page = context.new_page()  # type: ignore[attr-defined]
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._response)
        self.page.route("**/*", lambda route: self._gate(route, origin))

    def _console(self, message: object) -> None:
        if message.type == "error":  # type: ignore[attr-defined]
            self.faults.append(f"console: {message.text}")  # type: ignore[attr-defined]

    def _failed(self, request: object) -> None:
        if request.failure != "net::ERR_ABORTED":  # what leaving a page cuts short is no fault
            self.faults.append(f"failed: {request.url}")  # type: ignore[attr-defined]

    def _response(self, response: object) -> None:
        if response.status >= 400:  # type: ignore[attr-defined]
            self.faults.append(f"{response.status}: {response.url}")  # type: ignore[attr-defined]

    def _gate(self, route: object, origin: str) -> None:
        url = route.request.url  # type: ignore[attr-defined]
        if url.startswith((origin, "data:", "blob:")):
            route.continue_()  # type: ignore[attr-defined]
        else:
            self.faults.append(f"outside: {url}")
            route.abort()  # type: ignore[attr-defined]

    def open(self, address: str) -> None:
        self.page.goto(address, wait_until="load")
        self.page.wait_for_function(
            "[...document.querySelectorAll('.ck-figure')].every(f => f.dataset.alive)"
        )


READ_THROUGH = """async () => {
    const drawn = () => new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
    for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
        scrollTo(0, y);
        await drawn();
    }
    await document.fonts.ready;
    await new Promise((go) => requestIdleCallback(() => requestIdleCallback(go)));
    scrollTo(0, 0);
    await drawn();
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """The built book on a port of this machine."""
    pages()
    handler = functools.partial(QuietHandler, directory=str(HTML))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def names() -> list[str]:
    return [p.relative_to(HTML).as_posix() for p in content_pages()]


@pytest.mark.book
@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light")], ids=str
)
def test_every_page_is_whole(browser: object, origin: str, width: int, scheme: str) -> None:
    """No outside request, no error, no sideways scrolling; the theme follows the system.

    320 px are those of a small phone, and of a desk at 400 % (WCAG 1.4.10).
    """
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    watch = Watch(context, origin)
    for name in names():
        watch.open(origin + name)
        root = watch.page.evaluate(
            "[document.documentElement.scrollWidth - innerWidth,"
            " document.documentElement.dataset.theme]"
        )
        if root[0] > 0:
            watch.faults.append(f"{name}: {root[0]} px too wide")
        assert root[1] == scheme, name
    context.close()
    assert not watch.faults


# Formulas are left out: the drawn half is hidden from readers' aids, the MathML half is the text.
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


@pytest.mark.book
@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")], ids=str
)
def test_axe_finds_nothing(browser: object, origin: str, width: int, scheme: str) -> None:
    """All pages in light at the desk; in the dark and on a phone some of each kind."""
    source = Path(__import__("axe_playwright_python").__file__).parent / "axe.min.js"
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    watch = Watch(context, origin)
    found = {}
    for name in names() if (width, scheme) == (1280, "light") else sample(names()):
        watch.open(origin + name)
        watch.page.evaluate(READ_THROUGH)  # what is far from the screen is not laid out yet
        watch.page.evaluate(source.read_text("utf8"))
        result = watch.page.evaluate("options => axe.run({exclude: [['.katex']]}, options)", AXE)
        for violation in result["violations"]:
            spots = [node["target"][-1] for node in violation["nodes"][:3]]
            found[f"{name}: {violation['id']}"] = spots
    context.close()
    assert not found


def sample(everything: list[str]) -> list[str]:
    """The cover, two pages of text, and the first and the last notebook of each folder."""
    groups: dict[str, list[str]] = {}
    for name in everything:
        groups.setdefault(name.split("/")[0], []).append(name)
    groups.pop("book", None)
    notebooks = {name for group in groups.values() for name in (group[0], group[-1])}
    return ["book/index.html", "book/notation.html", "book/bibliography.html", *sorted(notebooks)]


@pytest.fixture
def bench(browser: object, tmp_path: Path) -> Iterator[object]:
    """Opens a page that holds one figure and nothing else, from a file: address."""
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": 900, "height": 900}, reduced_motion="reduce"
    )
    watch = Watch(context, "file:")

    def open_figure(figure: framework.StaticFigure) -> object:
        path = tmp_path / f"{figure.name}.html"
        path.write_text(framework.page(figure), "utf8")
        watch.open(path.as_uri())
        return watch.page

    yield open_figure
    context.close()
    assert not watch.faults


def exposed(page: object, key: str) -> object:
    return json.loads(page.locator(".ck").get_attribute(f"data-{key}"))  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(figures.FIGURES))
def test_every_figure_lives_in_a_file_and_stays_within_a_phone(bench: object, name: str) -> None:
    page = bench(getattr(figures, name)())  # type: ignore[operator]
    assert page.locator(".ck-figure[data-alive=true] section").count() == 1
    drawing = page.locator("svg.ck-svg")
    if drawing.count():
        assert len(drawing.first.get_attribute("aria-label") or "") > 20
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("name", sorted(figures.FIGURES))
def test_axe_finds_nothing_in_a_figure(bench: object, name: str) -> None:
    page = bench(getattr(figures, name)())  # type: ignore[operator]
    source = Path(__import__("axe_playwright_python").__file__).parent / "axe.min.js"
    page.evaluate(source.read_text("utf8"))
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        result = page.evaluate("options => axe.run('.ck-figure', options)", AXE)
        assert not [(v["id"], v["nodes"][0]["target"]) for v in result["violations"]], theme


def test_branching_moves_by_keyboard_and_agrees_with_numpy(bench: object) -> None:
    page = bench(figures.branching())  # type: ignore[operator]
    weights = [60, 12, 10, 9, 6, 1]
    slider = page.locator("input[type=range]").first
    before = page.locator("svg").get_attribute("aria-label")
    slider.focus()
    for _ in range(25):
        page.keyboard.press("ArrowLeft")
    weights[0] -= 25
    entropy, perplexity = branching_numbers(weights)
    assert exposed(page, "entropy") == pytest.approx(entropy, abs=1e-12)
    assert exposed(page, "perplexity") == pytest.approx(perplexity, abs=1e-12)
    assert np.allclose(exposed(page, "probabilities"), np.array(weights) / sum(weights))
    assert f"{perplexity:.2f} equally likely" in page.locator(".ck-reading").inner_text()
    assert page.locator("svg").get_attribute("aria-label") != before
    page.get_by_role("button", name="All equal").click()
    assert exposed(page, "perplexity") == pytest.approx(6)
    page.get_by_role("button", name="One word sure").press("Enter")
    assert exposed(page, "perplexity") == pytest.approx(1)


def test_unrolled_steps_by_keyboard_and_agrees_with_numpy(bench: object) -> None:
    page = bench(figures.unrolled())  # type: ignore[operator]
    states, predictions = unrolled_numbers(SENTENCES[1])
    page.get_by_role("button", name="Next").focus()
    for step in range(1, 6):
        page.keyboard.press("Enter")
        assert np.allclose(exposed(page, "state"), states[step], atol=1e-12)
        assert np.allclose(exposed(page, "prediction"), predictions[step], atol=1e-12)
    assert "“sleep” is read" in page.locator(".ck-reading").inner_text()
    page.get_by_role("checkbox").press("Space")
    page.get_by_role("radio", name=SENTENCES[0]).check()
    states, predictions = unrolled_numbers(SENTENCES[0], recurrent=False)
    assert np.allclose(exposed(page, "state"), states[5], atol=1e-12)
    assert np.allclose(exposed(page, "prediction"), predictions[5], atol=1e-12)
    page.get_by_role("checkbox").press("Space")
    page.get_by_role("textbox").fill("The dog, cats often")
    states, predictions = unrolled_numbers("the dog cats often")
    assert np.allclose(exposed(page, "state"), states[4], atol=1e-12)
    assert np.allclose(exposed(page, "prediction"), predictions[4], atol=1e-12)
    reading = page.locator(".ck-reading").inner_text()
    assert "does not know “dog”" in reading
    assert "Here the sentence ends" in reading


def test_temperature_moves_by_keyboard_and_agrees_with_numpy(bench: object) -> None:
    page = bench(figures.temperature())  # type: ignore[operator]
    page.get_by_role("slider", name="nucleus").focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    page.get_by_role("slider", name="temperature").focus()
    for _ in range(15):
        page.keyboard.press("ArrowLeft")
    warmth = float(page.locator("output").first.inner_text())
    assert 0.6 < warmth < 0.8
    for context in ("we must", "and the", "the state of the"):
        page.get_by_role("radio", name=context).check()
        exact = float(f"{10**-0.15:.3g}")  # the slider is logarithmic: 15 steps of 0.01
        found = temperature_numbers(context, exact, 0.9)
        assert np.allclose(exposed(page, "shown"), found.probabilities, atol=1e-9)
        assert exposed(page, "kept") == found.kept
        assert exposed(page, "perplexity") == pytest.approx(found.perplexity)


def test_directions_by_pointer_and_keyboard_agree_with_python(bench: object) -> None:
    page = bench(figures.directions())  # type: ignore[operator]
    for direction in ("backward", "both", "forward"):
        page.get_by_role("radio", name=direction).check()
        page.get_by_role("slider", name="layers").press("End")
        page.get_by_role("slider", name="word").press("ArrowRight")
        page.locator("svg rect").nth(2).hover()
        expected = reach(9, direction, 3, 2)
        assert exposed(page, "words") == expected.words
        assert exposed(page, "longest") == expected.longest
        assert exposed(page, "next") == expected.sees_next


QUESTIONS = [
    {
        "question": f"Question {n}: $h^{{[t]}}$ or `h`?",
        "options": [
            {"text": "wrong", "why": "because of $W_h$"},
            {"text": "right", "why": "so it is", "correct": True},
        ],
    }
    for n in (1, 2)
]


def test_quiz_by_keyboard_explains_remembers_and_forgets(bench: object) -> None:
    page = bench(figures.quiz(QUESTIONS))  # type: ignore[operator]
    wrong = page.get_by_role("button", name="wrong")
    right = page.get_by_role("button", name="right")
    wrong.nth(0).focus()
    page.keyboard.press("Enter")
    assert "No. because of" in page.locator(".ck-why:visible").inner_text()
    assert page.locator(".ck-why:visible sub").inner_text() == "h"
    right.nth(0).focus()
    page.keyboard.press("Space")
    assert (exposed(page, "solved"), exposed(page, "first")) == (1, 0)
    right.nth(1).click()
    assert (exposed(page, "solved"), exposed(page, "first")) == (2, 1)
    before = page.locator("button.ck-option").all_inner_texts()
    page.reload()
    page.wait_for_selector("[data-alive]")
    assert page.locator("button.ck-option").all_inner_texts() == before  # it is the same visit
    assert (exposed(page, "solved"), exposed(page, "first")) == (2, 1)
    assert page.locator(".ck-why:visible").count() == 3
    page.get_by_role("button", name="Start again").click()
    assert exposed(page, "solved") == 0
    assert page.locator(".ck-why:visible").count() == 0
    page.reload()
    page.wait_for_selector("[data-alive]")
    assert exposed(page, "solved") == 0


def test_on_each_visit_the_options_of_a_quiz_stand_in_another_order(bench: object) -> None:
    options = [{"text": t, "why": f"{t} it is", "correct": t == "a"} for t in "abc"]
    page = bench(figures.quiz([{"question": "Which?", "options": options}]))  # type: ignore[operator]
    seen: Counter[str] = Counter()
    for visit in range(60):
        page.evaluate("visit => sessionStorage.setItem('ck-visit', visit)", str(visit / 60))
        page.reload()
        page.wait_for_selector("[data-alive]")
        shown = "".join(page.locator("button.ck-option").all_inner_texts())
        seen[shown] += 1
        place = "abc"[shown.index("a")]
        assert f"1 {place}: a it is" in page.locator(".ck-answers").text_content()
    assert len(seen) == 6
    assert max(seen.values()) < 25  # each order is expected ten times


@pytest.mark.parametrize(
    ("guess", "verdict"),
    [
        ("0.12", "close."),
        ("1/8", "close."),
        ("60 %", "4.9 times too large."),
        ("0,01", "too small"),
    ],
)
def test_predict_shows_the_truth_only_after_a_guess(
    bench: object, guess: str, verdict: str
) -> None:
    page = bench(figures.predict(explain="That is $0.9^{20}$."))  # type: ignore[operator]
    assert "0.1216" not in page.locator(".ck").inner_text()
    page.locator("input").fill("much")
    page.keyboard.press("Enter")
    assert "Write a number" in page.locator(".ck-reading").inner_text()
    page.locator("input").fill(guess)
    page.keyboard.press("Enter")
    reading = page.locator(".ck-reading").inner_text()
    assert verdict in reading
    assert "It is 0.1216." in reading
    assert page.locator("input").is_disabled()
    page.reload()
    page.wait_for_selector("[data-alive]")
    assert "It is 0.1216." in page.locator(".ck-reading").inner_text()
    page.get_by_role("button", name="Predict again").click()
    assert page.locator(".ck-reading").inner_text() == ""
    assert page.locator("input").is_enabled()


def test_small_tex_of_the_figures(bench: object) -> None:
    page = bench(figures.quiz())  # type: ignore[operator]
    source = framework.kit()
    drawn = page.evaluate(
        f"(() => {{ {source}; const box = document.createElement('div');"
        r" box.append(kit.rich('$\\hat y_w^{[t]} \\le \\frac{1}{k}$, *not* `x_t`'));"
        " return box.innerHTML; })()"
    )
    assert drawn == (
        '<span class="ck-tex"><i>y\u0302</i><sub><i>w</i></sub><sup>[<i>t</i>]</sup> ≤ 1/<i>k</i>'
        "</span>, <em>not</em> <code>x_t</code>"
    )


def test_each_formula_that_python_accepts_is_drawn(bench: object) -> None:
    """Python and the script read the same table; here the script draws every command of it."""
    page = bench(figures.quiz())  # type: ignore[operator]
    for command in sorted(commands()):
        shown = page.evaluate(
            f"command => {{ {framework.kit()}; const box = document.createElement('div');"
            r" box.append(kit.rich('$\\' + command + '{a}{b}$')); return box.textContent; }",
            command,
        )
        assert "\\" not in shown, command
        assert len(shown) > len("ab") or command in tex()["upright"], command


def test_the_book_turns_dark_by_its_button(browser: object, origin: str) -> None:
    context = browser.new_context(color_scheme="light")  # type: ignore[attr-defined]
    watch = Watch(context, origin)
    watch.open(origin + "book/notation.html")
    seen = set()
    for _ in range(3):
        watch.page.get_by_role("button", name="Colour mode").click()
        seen.add(watch.page.evaluate("getComputedStyle(document.body).backgroundColor"))
    context.close()
    assert len(seen) == 2
    assert not watch.faults


def test_search_finds_a_page(browser: object, origin: str) -> None:
    context = browser.new_context()  # type: ignore[attr-defined]
    watch = Watch(context, origin)
    watch.open(origin + "search.html?q=perplexity")
    first = watch.page.locator("form.bd-search ~ ul li a").first
    assert first.get_attribute("href") == "./chapters/02-perplexity.html"
    context.close()
    assert not watch.faults
