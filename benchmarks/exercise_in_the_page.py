"""How soon an exercise page answers, in Chromium, from the built book on a port of this machine.

    python benchmarks/exercise_in_the_page.py

Prints, as the median of five: the time from the first click on "Check" to its feedback with an
empty cache and with a warm one, and that of a later check; and how many bytes an idle page and the
first check fetch. Exits with 1 when one is above its goal.
"""

import functools
import http.server
import shutil
import statistics
import sys
import threading
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

HTML = Path(__file__).parents[1] / "_build" / "html"
PAGE = "exercises/01-language-models.html"
GOALS = {"cold": 6.0, "warm": 3.0, "later": 0.3}  # seconds
RUNS = 5
# From the click to the feedback, by the page's own clock.
CHECK = """async () => {
    const began = performance.now();
    const bar = document.querySelector("[data-question='count_ngrams']");
    document.querySelector("[data-output='count_ngrams']")?.replaceChildren();
    [...bar.querySelectorAll("button")].find((b) => b.textContent === "Check").click();
    while (!document.querySelector("[data-output='count_ngrams'] .practice-feedback"))
        await new Promise((go) => setTimeout(go, 5));
    return (performance.now() - began) / 1000;
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, *_: object) -> None:
        pass


def measure(browser: Any, address: str) -> tuple[dict[str, float], dict[str, int]]:
    """Seconds of a first visit, of a second one with its cache, and of a later check; bytes."""
    context = browser.new_context()
    page = context.new_page()
    fetched: list[int] = []
    page.on("response", lambda answer: fetched.append(int(answer.headers["content-length"])))
    page.goto(address, wait_until="networkidle")
    idle = sum(fetched)
    cold = page.evaluate(CHECK)
    page.wait_for_load_state("networkidle")
    size = {"idle page": idle, "first check": sum(fetched) - idle}
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    warm = page.evaluate(CHECK)
    later = page.evaluate(CHECK)
    context.close()
    return {"cold": cold, "warm": warm, "later": later}, size


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    handler = functools.partial(Quiet, directory=str(HTML))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        address = f"http://127.0.0.1:{server.server_port}/{PAGE}"
        found = [measure(browser, address) for _ in range(RUNS)]
        browser.close()
    for what, size in found[0][1].items():
        print(f"{what}: {size / 1e6:.2f} MB, not compressed")
    medians = {name: statistics.median(times[name] for times, _ in found) for name in GOALS}
    for name, seconds in medians.items():
        print(f"{name}: {seconds:.2f} s (goal {GOALS[name]} s)")
    return int(any(medians[name] > goal for name, goal in GOALS.items()))


if __name__ == "__main__":
    sys.exit(main())
