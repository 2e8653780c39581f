"""How many one-edit changes of the book-keeping of marks, or of n-grams, do the tests notice?

``python tests/mutation [PART OF A MODULE'S NAME ...] [--most N] [--seed S]``

Each change is made in a copy of the package outside the repository and meets the module's tests in
a process of its own, until the first fails. Printed are the score of each module and the changes
that no test noticed. One that alters nothing is declared in ``equivalent.toml``, with the reason.
"""

import argparse
import importlib
import os
import random
import shutil
import signal
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from coursekit.authoring.changes import Change, changes

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "coursekit"
SECONDS = 300  # for the tests of one change; a change that makes them hang is noticed, too
INTAKE = [
    "test_intake_edges",
    "test_who_sent_it",
    "test_every_file",
    "test_marks",
    "test_grading_intake",
]
LEDGER = ["test_marks", "test_grading_records", "test_hand_marks"]
LATE = [*INTAKE, "test_lateness"]
RECORDS = ["test_marks", "test_platform_files"]
FILES = ["test_platform_files"]
FEEDBACK = ["test_exports", "test_platform_files"]
DESK = ["test_desk"]
PAGES = ["test_reporting"]
TESTS = {
    "checks/compare.py": ["test_compare"],
    "grading/desk/cards.py": DESK,
    "grading/desk/saving.py": DESK,
    "grading/desk/server.py": DESK,
    "grading/intake/archives.py": ["test_archives", *INTAKE],
    "grading/intake/candidates.py": INTAKE,
    "grading/intake/choose.py": INTAKE,
    "grading/intake/collect.py": INTAKE,
    "grading/intake/found.py": INTAKE,
    "grading/intake/groups.py": INTAKE,
    "grading/intake/layouts.py": INTAKE,
    "grading/intake/others.py": ["test_other_files", *INTAKE],
    "grading/intake/roster.py": INTAKE,
    "grading/intake/senders.py": INTAKE,
    "grading/intake/sidecars.py": LATE,
    "grading/intake/stamps.py": LATE,
    "grading/intake/submission.py": LATE,
    "grading/marks/entries.py": [*RECORDS, "test_grading_parts"],
    "grading/marks/files.py": LEDGER,
    "grading/marks/hand.py": LEDGER,
    "grading/marks/history.py": LEDGER,
    "grading/marks/late.py": LATE,
    "grading/marks/ledger.py": [*LEDGER, "test_platform_files"],
    "grading/marks/lock.py": LEDGER,
    "grading/marks/marking.py": [*RECORDS, "test_grading_parts", "test_hand_marks"],
    "grading/marks/record.py": LEDGER,
    "grading/marks/spreadsheet.py": ["test_marks", "test_exports"],
    "grading/platforms/__init__.py": LEDGER,
    "grading/platforms/exports.py": ["test_marks", "test_exports"],
    "grading/platforms/feedback_archive.py": FEEDBACK,
    "grading/platforms/github_starter.py": FILES,
    "grading/platforms/gradescope/__init__.py": FILES,
    "grading/platforms/gradescope/bundle.py": FILES,
    "grading/platforms/gradescope/results.py": [*FILES, "test_gradescope"],
    "grading/platforms/gradescope/run.py": ["test_platform_files", "test_gradescope"],
    "grading/platforms/gradescope/wheel.py": FILES,
    "grading/reporting/changes.py": PAGES,
    "grading/reporting/earlier.py": PAGES,
    "grading/reporting/grades_csv.py": PAGES,
    "grading/reporting/notes.py": PAGES,
    "grading/reporting/pages.py": PAGES,
    "grading/reporting/ranking.py": PAGES,
    "grading/reporting/report.py": PAGES,
    "grading/reporting/similar.py": PAGES,
    "grading/reporting/statistics.py": PAGES,
    "grading/reporting/story.py": PAGES,
    "grading/reporting/words.py": PAGES,
    "ngrams/model.py": ["test_ngrams"],
}


LIBRARIES = (
    *("numpy", "torch", "IPython.core.interactiveshell", "nbformat", "hypothesis", "typer"),
    *("bs4", "copydetect", "jinja2", "networkx", "pygments.lexers.python", "tornado.web"),
)
for library in LIBRARIES:  # loaded once, so that the process of a change need not
    importlib.import_module(library)


def noticed(package: Path, tests: Sequence[str]) -> bool:
    """Whether a test fails, or the time is up, with this copy of the package."""
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        os.environ |= {"PYTHONPATH": str(package.parent), "COURSEKIT_STATIC": "1"}
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        sys.path.insert(0, str(package.parent))
        for name in [n for n in sys.modules if n.split(".")[0] == "coursekit"]:
            del sys.modules[name]  # of the package, the changed one is meant
        sys.dont_write_bytecode = True
        files = [str(ROOT / "tests" / f"{name}.py") for name in tests]
        options = ["-qx", "-p", "no:cacheprovider", f"--rootdir={ROOT}", "-m", "not browser"]
        os._exit(int(pytest.main([*options, *files])))
    return os.waitpid(child, 0)[1] != 0


def sample(module: str, most: int, seed: int) -> list[Change]:
    """At most so many changes of a module, without those that are known to alter nothing."""
    told = tomllib.loads((Path(__file__).parent / "equivalent.toml").read_text("utf8"))
    known = {(e["old"], e["new"]) for e in told.get(module, [])}
    found = list(changes((PACKAGE / module).read_text("utf8")))
    chosen = random.Random(f"{seed} {module}").sample(found, min(most, len(found)))
    return [c for c in chosen if (c.old, c.new) not in known]


def survivors(module: str, tried: Sequence[Change]) -> list[Change]:
    """The changes that no test notices."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "coursekit"
        shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
        if noticed(package, TESTS[module]):
            sys.exit(f"{module}: its tests fail without any change")
        left = []
        for change in tried:
            (package / module).write_text(change.source, "utf8")
            if not noticed(package, TESTS[module]):
                left.append(change)
                print(f"  not noticed: {change.old}\n           now: {change.new}", flush=True)
    return left


def main() -> None:
    """Try the modules that were asked for, or all, and print the scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", help="parts of modules' names; none: all modules")
    parser.add_argument("--most", type=int, default=20, help="changes of each module")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    asked = parser.parse_args()
    os.chdir(ROOT)
    tried = caught = 0
    for module in TESTS:
        if asked.modules and not any(part in module for part in asked.modules):
            continue
        chosen = sample(module, asked.most, asked.seed)
        good = len(chosen) - len(survivors(module, chosen))
        print(f"{module}: {good} of {len(chosen)}", flush=True)
        tried, caught = tried + len(chosen), caught + good
    print(f"noticed: {caught} of {tried} changes, {100 * caught / max(1, tried):.0f} %")


if __name__ == "__main__":
    main()
