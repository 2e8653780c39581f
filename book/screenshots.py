"""Take a picture of every page of the built book, and put them on contact sheets.

    python book/screenshots.py [folder]

Writes ``light.png``, ``dark.png`` and ``phone.png`` (the first screens of every page, side by side)
and one tall picture per page and look below ``_build/screenshots``. To be looked at by people: a
test can tell that nothing overflows, not that a page is pleasant to read.
"""

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HTML = Path(__file__).parents[1] / "_build" / "html"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
LOOKS = {"light": (1400, "light"), "dark": (1400, "dark"), "phone": (390, "light")}
PIECE = 4000
# Images come when they are near the screen; here all are wanted.
ALL_IMAGES = """Promise.all([...document.images].map((image) => {
    image.loading = "eager";
    return image.decode().catch(() => 0);
}))"""
SHEET_COLUMNS, TILE = 4, (700, 900)


def pages() -> list[Path]:
    """Every page of the built book."""
    return sorted(p for p in HTML.rglob("*.html") if "_static" not in p.parts)


def shoot(browser: Browser, look: str, folder: Path) -> list[Path]:
    """One tall picture of each page."""
    width, scheme = LOOKS[look]
    pictures = []
    for path in pages():
        # A page of its own for each: else the side bar stays scrolled as on the page before.
        page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme)
        page.goto(path.as_uri())
        page.evaluate(ALL_IMAGES)
        page.wait_for_timeout(300)  # figures draw themselves after the page has loaded
        name = path.relative_to(HTML).with_suffix("").as_posix().replace("/", "-")
        picture = folder / look / f"{name}.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        photograph(page, picture)
        pictures.append(picture)
        page.close()
    return pictures


def photograph(page: Page, target: Path) -> None:
    """The whole page as it is published, read from top to bottom on a very tall screen.

    Its sections are laid out when they come near the screen, so its height shows at the end.
    """
    wide = page.evaluate("innerWidth")
    page.set_viewport_size({"width": wide, "height": PIECE})
    pieces, top, tall = [], 0, 1
    while top < tall:
        page.evaluate("y => scrollTo(0, y)", top)
        page.wait_for_timeout(300)
        at, tall = page.evaluate("[scrollY, document.documentElement.scrollHeight]")
        pieces.append((at, Image.open(io.BytesIO(page.screenshot(timeout=120_000)))))
        top = at + PIECE
    canvas = Image.new("RGB", (wide, tall))
    for at, piece in pieces:
        canvas.paste(piece, (0, at))
    canvas.save(target)


def sheet(pictures: list[Path], target: Path) -> None:
    """The tops of all pictures on one."""
    wide, high = TILE
    rows = -(-len(pictures) // SHEET_COLUMNS)
    canvas = Image.new("RGB", (SHEET_COLUMNS * (wide + 12), rows * (high + 12)), "#888888")
    for i, path in enumerate(pictures):
        with Image.open(path) as whole:
            tall = whole.resize((wide, whole.height * wide // whole.width))
        place = (i % SHEET_COLUMNS * (wide + 12), i // SHEET_COLUMNS * (high + 12))
        canvas.paste(tall.crop((0, 0, wide, min(high, tall.height))), place)
    canvas.save(target)


def main() -> None:
    """All pages in all looks."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HTML.parent / "screenshots"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("No chromium here: install it first (Debian: apt-get install chromium).")
    if not pages():
        raise SystemExit("There is no built book: run `make book` first.")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=ARGS)
        for look in LOOKS:
            sheet(shoot(browser, look, folder), folder / f"{look}.png")
            print(folder / f"{look}.png")
        browser.close()


if __name__ == "__main__":
    main()
