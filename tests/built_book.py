"""The built book for the tests that read it: built once, when it is not there yet."""

import fcntl
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build" / "html"
# Pages that Sphinx makes by itself.
MACHINERY = {"404.html", "genindex.html", "search.html", "py-modindex.html", "index.html"}


@lru_cache
def built() -> Path:
    """The folder of the built book."""
    (ROOT / "_build").mkdir(exist_ok=True)
    with (ROOT / "_build" / "test.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (HTML / "index.html").exists():
            tool = Path(sys.executable).parent / "jupyter-book"
            subprocess.run([tool, "build", ".", "-q"], cwd=ROOT, check=True, capture_output=True)
    return HTML


def pages() -> list[Path]:
    """All pages, those made by Sphinx included."""
    return sorted(p for p in built().rglob("*.html") if not {"_static"} & set(p.parts))


def content_pages() -> list[Path]:
    """The pages that somebody wrote."""
    return [p for p in pages() if p.relative_to(HTML).as_posix() not in MACHINERY]
