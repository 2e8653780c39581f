"""Lighthouse on the built book, and beside it on a default Jupyter Book build of the same page.

    python benchmarks/lighthouse.py [--tools FOLDER] [--no-default] [page…]

Without page names: the longest chapter in text and the heaviest page of the book. Prints for the
presets mobile and desktop Lighthouse's four scores and the bytes on the wire before images (gzip,
as GitHub Pages sends). Exits with 1 when the book misses a goal: mobile performance 97, everything
else 100, 252 kB. Lighthouse itself is fetched by npm, at the version below, into FOLDER (by
default ``_build/lighthouse``). Scores for performance depend on how busy the machine is: the best
of up to three runs counts, for both builds. The default build loads MathJax from a network
that may not be there when this runs; then it is spared that script and its score is too good.
"""

import argparse
import functools
import gzip
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERSION = "12.8.2"  # the newest that runs under Node 20
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
GOALS = {"mobile": (97, 100, 100, 100), "desktop": (100, 100, 100, 100)}
MOST_BYTES = 252_000
TEXT_PAGE = "chapters/07-backpropagation-through-time"
PACKED = {".html", ".css", ".js", ".svg", ".json"}


@dataclass(frozen=True)
class Measured:
    """What one run of Lighthouse says of a page: scores in percent, bytes without images."""

    scores: tuple[int, ...]
    weight: int
    missing: tuple[str, ...]

    def reaches(self, goals: tuple[int, ...]) -> bool:
        """Whether every score and the weight are as wanted."""
        enough = all(score >= goal for score, goal in zip(self.scores, goals, strict=True))
        return enough and self.weight <= MOST_BYTES


class Packing(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, text of them gzipped."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        if path.suffix in PACKED:
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a folder is served for the time being."""
    handler = functools.partial(Packing, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def tool(folder: Path) -> Path:
    """Lighthouse's command, installed now if need be."""
    command = folder / "node_modules" / ".bin" / "lighthouse"
    if not command.exists():
        install = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", folder]
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([*install, f"lighthouse@{VERSION}"], check=True)
    return command


def measure(lighthouse: Path, address: str, preset: str) -> Measured:
    """One run."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    flags = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        words = [lighthouse, address, "--output=json", f"--output-path={report}", "--quiet"]
        words += [f"--chrome-flags={flags}", "--max-wait-for-load=60000"]
        words += ["--preset=desktop"] if preset == "desktop" else []
        subprocess.run(words, check=True, env=os.environ | {"CHROME_PATH": chromium})
        found = json.loads(report.read_text("utf8"))
    categories, audits = found["categories"], found["audits"]
    scores = tuple(round(100 * (categories[name]["score"] or 0)) for name in CATEGORIES)
    items = audits["network-requests"]["details"]["items"]
    weight = sum(i.get("transferSize", 0) for i in items if i.get("resourceType") != "Image")
    missing = [
        f"{audit}: {audits[audit]['title']} {audits[audit].get('displayValue', '')}".strip()
        for name in CATEGORIES
        for audit in (ref["id"] for ref in categories[name]["auditRefs"] if ref["weight"])
        if audits[audit]["score"] is not None and audits[audit]["score"] < 0.9
    ]
    return Measured(scores, round(weight), tuple(missing))


def best(lighthouse: Path, address: str, preset: str) -> Measured:
    """The best of up to three runs; fewer when the goals are reached."""
    runs: list[Measured] = []
    while len(runs) < 3 and not (runs and runs[-1].reaches(GOALS[preset])):
        runs.append(measure(lighthouse, address, preset))
    return max(runs, key=lambda run: run.scores)


def default_build(page: str, folder: Path) -> Path:
    """The same page by Jupyter Book without any configuration but its title; its HTML folder."""
    source = next(p for p in (ROOT / f"{page}.ipynb", ROOT / f"{page}.md") if p.is_file())
    shutil.copy(source, folder / source.name)
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: {source.stem}\n", "utf8")
    settings = 'title: Default\nexecute: {execute_notebooks: "off"}\n'
    (folder / "_config.yml").write_text(settings, "utf8")
    book = Path(sys.executable).parent / "jupyter-book"
    subprocess.run([book, "build", folder, "-q"], check=True, capture_output=True)
    return folder / "_build" / "html"


def heaviest(html: Path) -> str:
    """The page whose HTML, packed, is largest (style sheets and scripts are the same for all)."""
    sizes = {
        page.relative_to(html).with_suffix("").as_posix(): len(gzip.compress(page.read_bytes()))
        for folder in ("book", "chapters", "exercises")
        for page in (html / folder).glob("*.html")
    }
    return max(sizes, key=lambda name: sizes[name])


def line(build: str, preset: str, run: Measured) -> None:
    """One row of the table."""
    scores = "".join(f"{score:>16}" for score in run.scores)
    print(f"  {build:9}{preset:9}{scores}{run.weight / 1000:>10.0f}", flush=True)


def main() -> None:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--html", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--tools", type=Path, default=ROOT / "_build" / "lighthouse")
    parser.add_argument("--no-default", action="store_true", help="measure the book alone")
    parser.add_argument("pages", nargs="*")
    chosen = parser.parse_args()
    lighthouse, reached = tool(chosen.tools), True
    for page in chosen.pages or [TEXT_PAGE, heaviest(chosen.html)]:
        print(page)
        heads = "".join(f"{name:>16}" for name in CATEGORIES)
        print(f"  {'build':9}{'preset':9}{heads}{'kB':>10}")
        with served(chosen.html) as origin:
            for preset, goals in GOALS.items():
                run = best(lighthouse, f"{origin}/{page}.html", preset)
                line("ours", preset, run)
                if not run.reaches(goals):
                    reached = False
                    print(*(f"      {fault}" for fault in run.missing), sep="\n")
        if chosen.no_default:
            continue
        with tempfile.TemporaryDirectory() as folder:
            html = default_build(page, Path(folder))
            with served(html) as origin:
                for preset in GOALS:
                    address = f"{origin}/{Path(page).name}.html"
                    line("default", preset, best(lighthouse, address, preset))
    raise SystemExit(0 if reached else "A goal is missed.")


if __name__ == "__main__":
    main()
