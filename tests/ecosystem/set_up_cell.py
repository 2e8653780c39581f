"""The set-up cell in every situation of a student: what it prints, and that it breaks nothing.

Each situation is a notebook of its own: the set-up cell, then a cell that shows that the kernel is
alive and whether coursekit can be imported.
"""

import contextlib
import functools
import http.server
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from environments import ROOT, run
from notebooks import NEW, drive, offline, too_slow

from coursekit.authoring.notebooks import setup_source

ALIVE = "import importlib.util; print('alive', importlib.util.find_spec('coursekit') is not None)"
NOWHERE = "http://127.0.0.1:9/"  # nothing listens there: what a machine without network gets
CODE = "\x1b["  # how a colour begins, to be seen in the page as it stands
TRIES = 3  # the net may be slow once, not every time
SET = "import os; os.environ.update({})"
OTHER_PIP = "import os; os.environ['PYTHONPATH'] = {!r}"
ANSWERS = {"missing.zip": "ERROR: HTTP error 404", "spoilt.zip": "zipfile.BadZipFile"}
FAILS = """\
coursekit could not be fetched. Check that you are online, run this cell again.
If that does not help, send your instructor this line: """


def situation(python: Path, cells: list[str], extra: dict[str, str]) -> dict[str, Any]:
    """The driver's report on a notebook of these cells."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "notebook.ipynb"
        code = [nbformat.v4.new_code_cell(cell) for cell in cells]
        nbformat.write(nbformat.v4.new_notebook(cells=code), path)
        return drive(python, [path], extra)[0]


def archive(place: Path) -> str:
    """What the set-up cell asks for, with this tree's archive in place of the one on the web."""
    path = place / "main.zip"
    run("git", "-C", ROOT, "archive", "--format=zip", "--prefix=course-main/", "-o", path, "HEAD")
    return f"rnn-coursekit[corpora] @ {path.as_uri()}"


def try_all(python: Path, wheels: Path) -> Iterator[tuple[str, float, list[str]]]:
    """Situation, seconds of the set-up cell, and faults."""
    setup, online = setup_source(ROOT), offline(wheels)
    no_network = {k: v for k, v in online.items() if k.startswith(("PYDEVD", "PIP_CONFIG"))}
    no_network |= {"PIP_INDEX_URL": NOWHERE, "HTTPS_PROXY": NOWHERE}

    report = situation(python, [setup, ALIVE, setup], online)
    yield "installed, then run again", *faults(report, ["Successfully", "alive True", "coursekit"])

    go_offline = SET.format(no_network | {"PIP_FIND_LINKS": "", "COURSEKIT_SOURCE": "nothing"})
    report = situation(python, [setup, go_offline, setup, ALIVE], online)
    wanted = ["Successfully", "", "coursekit is ready.", "alive True"]
    yield "installed, then run again offline", *faults(report, wanted)

    report = situation(python, [setup, ALIVE], no_network)
    yield "offline", *faults(report, [f"{FAILS}ERROR: Could not", "alive False"], new=set())

    come_online = SET.format(online)
    report = situation(python, [setup, setup, come_online, setup, ALIVE], no_network)
    wanted = [FAILS, FAILS, "", "Successfully", "alive True"]
    yield "offline twice, then online in the same kernel", *faults(report, wanted, new=set())

    yield from broken_sources(python, setup, online)
    yield from other_pips(python, setup, online | no_network)

    with tempfile.TemporaryDirectory() as scratch:
        from_archive = {
            "COURSEKIT_SOURCE": archive(Path(scratch)),
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }
        tries = [situation(python, [setup, ALIVE], from_archive) for _ in range(TRIES)]
        report = min(tries, key=lambda r: r["seconds"])
        yield "from the archive, as on the web", *faults(report, ["Successfully", "alive True"])


def broken_sources(
    python: Path, setup: str, online: dict[str, str]
) -> Iterator[tuple[str, float, list[str]]]:
    """The network is there, what the set-up cell asks for is not, or is spoilt."""
    with tempfile.TemporaryDirectory() as scratch, web(scratch) as address:
        (Path(scratch) / "spoilt.zip").write_text("Sorry, try later.")
        for name, why in ANSWERS.items():
            source = {"COURSEKIT_SOURCE": f"rnn-coursekit @ {address}/{name}"}
            report = situation(python, [setup, ALIVE], online | source)
            wanted = [f"{FAILS}{why}", "alive False"]
            yield f"archive {name}", *faults(report, wanted, new=set())


def other_pips(
    python: Path, setup: str, offline: dict[str, str]
) -> Iterator[tuple[str, float, list[str]]]:
    """Offline with the newest pip, which words its faults otherwise; and with a pip that fails."""
    with tempfile.TemporaryDirectory() as scratch:
        run(python, "-m", "pip", "install", "-q", "--target", scratch, "pip")
        colours = {"COURSEKIT_SOURCE": f"rnn-coursekit @ {NOWHERE}x.zip", "FORCE_COLOR": "1"}
        cells = [OTHER_PIP.format(scratch), setup, ALIVE]
        report = situation(python, cells, offline | colours)
        wanted = ["", f"{FAILS}× Failed to connect", "alive False"]
        yield "offline, newest pip in colour", *faults(report, wanted, new=set())

    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "pip.py").write_text("raise SystemExit('no pip on this machine')")
        report = situation(python, [OTHER_PIP.format(scratch), setup, ALIVE], offline)
        wanted = ["", f"{FAILS}no pip on this machine", "alive False"]
        yield "pip does not work", *faults(report, wanted, new=set())


@contextlib.contextmanager
def web(folder: str) -> Iterator[str]:
    """The address of a web server for a folder."""
    serve = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files, and says nothing of it."""

    def log_message(self, *words: object) -> None:
        """Say nothing."""


def faults(
    report: dict[str, Any], wanted: list[str], new: set[str] = NEW
) -> tuple[float, list[str]]:
    """Seconds, and what was otherwise than it should be.

    Args:
        report: the driver's.
        wanted: how what each cell prints must begin.
        new: packages that the first cell may add.
    """
    found = []
    for number, (cell, words) in enumerate(zip(report["cells"], wanted, strict=True)):
        if cell["errors"] or cell["stderr"]:
            found.append(f"cell {number} ends in {cell['errors']} {cell['stderr'][:200]}")
        said = cell["said"]
        if not said.startswith(words) or said.count("\n") > words.count("\n") + 1 or CODE in said:
            found.append(f"cell {number} says {said!r}, not {words!r}")
    before, after = report["before"], report["after"]
    if after != before | {name: after.get(name) for name in new}:
        found.append(f"versions changed: {sorted(before.items() ^ after.items())}")
    if too_slow(report):
        found.append(f"it took {report['seconds']:.1f} s, {report['cpu']:.1f} s of CPU")
    return report["seconds"], found
