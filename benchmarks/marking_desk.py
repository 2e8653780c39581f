"""The marking desk with a large class, in Chromium by keyboard alone: how long each step takes.

python benchmarks/marking_desk.py [--count 300]
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from playwright.sync_api import Page, expect, sync_playwright
from test_book_browser import ARGS, CHROMIUM
from test_desk import desk
from test_marks import kept, question

from coursekit.grading.judging.marked import MarkedGroup
from coursekit.grading.marks.ledger import load
from coursekit.grading.marks.record import Record

WORDS = ["perplexity", "vocabulary", "bigger", "words", "harder", "predict", "compared", "the", "a"]


def make_class(folder: Path, count: int) -> None:
    """Records with an answer of 15 to 60 words, no two alike, and code that cases judged."""
    rng = random.Random(5)
    records = []
    for number in range(count):
        text = " ".join(rng.choices(WORDS, k=rng.randrange(15, 60)))
        why = question("why", 2.0, 0.0, answer=f"{text} ({number})")
        why.status, why.title = "waiting", "Why not?"
        code = question("bug", 3.0, 1.0)
        lines = "".join(f"    x = x + {rng.randrange(9)}  # {text[:40]}\n" for _ in range(12))
        code.code, code.status, code.answer = f"def bug(x):\n{lines}    return x", "partly", None
        code.groups = [MarkedGroup("zero", 0, 2, 0, 1, "Got 1.", "bug()")]
        records.append(Record(f"s{number:03}", f"Person {number}", questions=[why, code]))
        records[-1].add_up()
    kept(folder, *records)


class Clock:
    """Prints how long things took."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def tell(self, what: str) -> None:
        now = time.monotonic()
        print(f"{what:48} {now - self.began:6.2f} s", flush=True)
        self.began = time.monotonic()


def mark_all(page: Page, count: int) -> list[float]:
    """Points for every answer, a comment for each fifth; seconds from Enter to "kept"."""
    took = []
    for number in range(count):
        page.keyboard.type(("0", "1", "1.5", "2")[number % 4])
        if number % 5 == 0:
            page.keyboard.press("Tab")
            page.keyboard.type(f"Comment {number % 7}")
        began = time.monotonic()
        page.keyboard.press("Enter")
        expect(page.locator(".marked")).to_have_count(number + 1, timeout=20_000)
        took.append(time.monotonic() - began)
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=300)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        folder = Path(name) / "grades"
        folder.mkdir()
        make_class(folder, count)
        page = driver.chromium.launch(executable_path=CHROMIUM, args=ARGS).new_page()
        clock = Clock()
        with desk(folder) as address:
            clock.tell("`coursekit mark` answers")
            page.goto(address)
            clock.tell("the overview stands")
            for link in ("Why not?", "bug"):
                page.get_by_role("link", name=link).click()
                page.locator(".card:focus-within").wait_for()
                clock.tell(f"{page.locator('.card').count()} answers to “{link}” stand")
                page.go_back()
            page.get_by_role("link", name="Why not?").click()
            page.locator(".card:focus-within").wait_for()
            clock = Clock()
            took = mark_all(page, count)
            clock.tell(f"{count} answers marked")
            ordered = sorted(took)
            print(
                f"from Enter to kept: median {1e3 * statistics.median(took):.0f} ms, 95 % within "
                f"{1e3 * ordered[int(0.95 * count)]:.0f} ms, longest {1e3 * ordered[-1]:.0f} ms"
            )
            clock = Clock()
            page.reload()
            expect(page.locator("#left")).to_have_text("all marked")
            clock.tell("opened again, all marked")
        clock.tell("closed, all pages written anew")
        found = [q for r in load(folder).records for q in r.questions if q.name == "why"]
        assert all(q.status == "marked" for q in found)


if __name__ == "__main__":
    main()
