"""Take the README's three pictures from the real thing: a page, a student's feedback, a report.

python book/pictures.py      (after `make book`; grades a sample class, so give it two minutes)
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from coursekit.checks import check

ROOT = Path(__file__).parents[1]
OUT = ROOT / "book" / "_pictures"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
KEY = ROOT / "solutions" / "02-perplexity.ipynb"
ANSWER = '''\
def pooled_perplexity(batches):
    """Perplexity of a text that comes in batches of log-probabilities."""
    return float(np.mean([np.exp(-np.mean(b)) for b in batches]))


check(pooled_perplexity)
'''


def student_page() -> str:
    """A cell with a well-known mistake in it, and what ``check`` says."""
    namespace: dict[str, object] = {"check": check}
    exec("import numpy as np\n" + ANSWER, namespace)
    feedback = check(namespace["pooled_perplexity"])._repr_html_()
    style = HtmlFormatter().get_style_defs(".highlight")
    code = highlight(ANSWER, PythonLexer(), HtmlFormatter())
    return (
        f"<!doctype html><meta charset=utf8><style>{style} body{{margin:24px;font:16px system-ui}}"
        ".highlight{background:#f7f7f7;padding:4px 14px;border-radius:4px;font-size:15px}</style>"
        f"{code}{feedback}"
    )


def report(folder: Path) -> Path:
    """Grade a sample class; the class report."""
    run = [sys.executable, "-m", "coursekit.cli"]
    subprocess.run([*run, "sample-class", str(folder / "class"), "--key", str(KEY)], check=True)
    subprocess.run(
        [
            *(*run, "grade", str(folder / "class" / "submissions"), "--key", str(KEY)),
            *("-o", str(folder / "grades"), "--roster", str(folder / "class" / "roster.csv")),
            *("--seed", "1", "--timeout", "5"),
        ],
        check=False,  # one student sent a web page, so not everything can be graded
    )
    return folder / "grades" / "report.html"


def shoot(browser: Browser, address: str, name: str, size: tuple[int, int]) -> None:
    """Save what a window of that size shows."""
    width, height = size
    page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=1.5)
    page.goto(address)
    page.wait_for_timeout(500)
    page.screenshot(path=OUT / f"{name}.png")


def main() -> None:
    """Take all three."""
    OUT.mkdir(exist_ok=True)
    chapter = ROOT / "_build" / "html" / "chapters" / "02-perplexity.html"
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        (folder / "student.html").write_text(student_page(), "utf8")
        marks = report(folder)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        anchor = f"{chapter.as_uri()}#intuition-how-many-words-are-left"
        shoot(browser, anchor, "reader", (1280, 860))
        shoot(browser, (folder / "student.html").as_uri(), "student", (860, 420))
        shoot(browser, marks.as_uri(), "instructor", (1100, 860))
        browser.close()


if __name__ == "__main__":
    main()
