"""A still picture of each moving figure, for readers without scripts: its drawing as it opens.

Chromium draws the figures once they have changed; where it is missing, or nothing is drawn (a quiz
has only words), the words of the figure stand alone.
"""

import hashlib
import re
import shutil
from functools import cache
from pathlib import Path

from playwright.sync_api import sync_playwright

from coursekit.figures import framework

FOLDER = "stills"
SAID = "The figure as it opens; the words below describe it."
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
FIGURE = re.compile(
    r'<div class="ck-figure" data-figure="([a-z0-9_-]+)">'
    r'<script type="application/json">(.*?)</script>',
    re.S,
)
WITHOUT_DRAWING = {"quiz", "predict", "language_model"}
# The drawing as a file of its own: with the variables and the rules that its page had given it.
DRAWING = """css => {
    const drawing = document.querySelector("svg.ck-svg");
    const look = document.createElementNS(drawing.namespaceURI, "style");
    look.textContent = css;
    drawing.prepend(look);
    const { width, height } = drawing.viewBox.baseVal;
    for (const [key, value] of Object.entries({ width, height })) drawing.setAttribute(key, value);
    return new XMLSerializer().serializeToString(drawing);
}"""


@cache
def rules() -> str:
    """The rules of the figures' style sheet that drawings need."""
    sheet = framework.css().partition("@media (max-width")[0]
    parts = re.findall(r"[^{}]+\{[^{}]*\}", re.sub(r"/\*.*?\*/", "", sheet, flags=re.S))
    return "".join(p.strip() for p in parts if re.match(r"\s*(:root|\.ck-(svg|grid|tick|line))", p))


def name(figure: str, state: str) -> str:
    """The file of a figure's still, named after all that decides what it shows."""
    whole = "\n".join([figure, state, framework.source(figure), rules()])
    return f"{figure}-{hashlib.sha256(whole.encode()).hexdigest()[:10]}.svg"


def place(body: str, folder: str) -> str:
    """The body of a page with a still in each figure that has a drawing."""

    def placed(match: re.Match[str]) -> str:
        if CHROMIUM is None or match[1] in WITHOUT_DRAWING:
            return match[0]
        address = folder + name(match[1], match[2])
        return f'{match[0]}<noscript><img class="ck-still" src="{address}" alt="{SAID}"></noscript>'

    return FIGURE.sub(placed, body)


def write(html: Path) -> None:
    """Draw the stills that the pages show and that are not there yet."""
    folder = html / "_static" / FOLDER
    folder.mkdir(exist_ok=True)
    wanted = {}
    for page in html.rglob("*.html"):
        for figure, state in FIGURE.findall(page.read_text("utf8")):
            if figure not in WITHOUT_DRAWING:
                wanted[name(figure, state)] = (figure, state)
    missing = {stem: what for stem, what in wanted.items() if not (folder / stem).is_file()}
    if missing and CHROMIUM is not None:
        for stem, drawing in drawn(missing).items():
            (folder / stem).write_text(drawing, "utf8")


def drawn(figures: dict[str, tuple[str, str]]) -> dict[str, str]:
    """The drawing of each figure, as it opens, as SVG."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        look = {"viewport": {"width": 900, "height": 900}, "reduced_motion": "reduce"}
        page = chromium.new_page(**look)
        found = {}
        for stem, (figure, state) in figures.items():
            page.set_content(f"<style>{framework.css()}</style>{opening(figure, state)}")
            page.wait_for_selector(".ck-figure[data-alive]")
            found[stem] = page.evaluate(DRAWING, rules())
        chromium.close()
    return found


def opening(figure: str, state: str) -> str:
    """A figure and what brings it to life."""
    place = f'<div class="ck-figure" data-figure="{figure}">'
    stored = f'<script type="application/json">{state}</script></div>'
    return f'{place}{stored}<script type="module">{framework.page_script([figure])}</script>'
