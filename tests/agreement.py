"""``coursekit check`` and ``coursekit grade`` on the same notebooks and the same cases.

    python tests/agreement.py [--most 50] [BANK.py ...]

A bank is a Python file with a list ``B`` of (number of the exercise, question, "right" or "wrong",
what it is, code); each entry becomes a notebook, in which the code stands in place of the answer
cell. To these come the answers of ``tests/bank``, and the oddities and faults of
``tests/hostile``, but never its cheats, nor the faults that use up a machine: ``check`` runs a
notebook without walls, so what they delete, plant, fill and kill would be this machine's own.
Printed is every question whose points differ, then the counts. ``test_agreement.py`` runs a small
part.
"""

import argparse
import importlib.util
import json
import multiprocessing
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from bank.second import BANK
from hostile import kit
from hostile.faults import FAULTS
from hostile.oddities import ODDITIES

from coursekit.checks.limits import Limits
from coursekit.checks.notebookfile import Cell
from coursekit.checks.whole import NotebookFault, Report, check_notebook, exercise_of
from coursekit.grading.box.levels import choose_level
from coursekit.grading.intake.collect import Submission
from coursekit.grading.judging.exam import Exam, Item
from coursekit.grading.judging.verdicts import judge
from coursekit.grading.running.local import LocalRunner

Points = dict[str, float]
LIMITS = Limits(cell=3, call=2, total=90)
EXERCISES = Path(__file__).parent.parent / "exercises"
BOMBS = {  # they end only at a wall
    *("thread bomb", "memory bomb in the function", "memory bomb in a cell"),
    *("disk filling", "many small files", "one long line"),
}


def hostile() -> Iterator[tuple[str, list[str]]]:
    """Labels and code cells of what goes wrong by accident in the grader's own tests."""
    for table in (ODDITIES, FAULTS):
        yield from (
            (label, list(cells)) for label, (_, cells) in table.items() if label not in BOMBS
        )


def own() -> Iterator[tuple[str, list[str]]]:
    """Labels and notebooks of the answers that the course's own tests hold."""
    for number, name, _, about, code, _ in BANK:
        yield f"{name}: {about}", answered(number, name, code)


def answered(number: str, name: str, code: str) -> list[str]:
    """The code cells of an exercise with one answer in its place."""
    (path,) = EXERCISES.glob(f"{number}-*.ipynb")
    cells = json.loads(path.read_text("utf8"))["cells"]
    sources = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    place = re.compile(rf"^(?:def|class) {name}\b|^{name}\s*=", re.M)
    return [code if place.search(s) else s for s in sources]


def banked(bank: Path) -> Iterator[tuple[str, list[str]]]:
    """Labels and code cells of the notebooks that a bank of answers stands for."""
    spec = importlib.util.spec_from_file_location("bank", bank)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for number, name, _, label, code in module.B:
        yield f"{name}: {label}", answered(number, name, code)


def by_check(cells: Sequence[str], folder: Path) -> Points:
    """Points of each question by ``coursekit check``."""
    path = folder / "notebook.ipynb"
    path.write_bytes(kit.submission(cells))
    report = next(r for r in check_notebook(path, LIMITS) if isinstance(r, Report))
    return {f.name: f.points for f in report.feedback if f.name not in report.written}


def by_grade(cells: Sequence[str], runner: LocalRunner) -> Points:
    """Points of each question by the grader, on the public cases."""
    items = [Item(q, q.title) for q in exercise_of(cells) if q.question.kind != "text"]
    sent = Submission("ada", "", "", "", tuple(Cell("code", c) for c in cells), "")
    run = runner.run_one(sent, [item.inquiry() for item in items]).run
    assert run is not None
    return {q.name: q.points for q in judge(Exam("", "", items), sent, run)}


def differences(
    notebooks: Iterator[tuple[str, list[str]]], runner: LocalRunner
) -> Iterator[tuple[str, int, list[str]]]:
    """For each notebook its label, how many questions it has, and those with other points."""
    with tempfile.TemporaryDirectory() as folder:
        for label, cells in notebooks:
            try:
                checked = by_check(cells, Path(folder))
            except NotebookFault:
                continue  # it answers no question of the course
            graded = by_grade(cells, runner)
            lines = [
                f"{name}: check {checked[name]:g}, grade {graded[name]:g}"
                for name in checked
                if abs(checked[name] - graded[name]) > 1e-6
            ]
            yield label, len(checked), lines


def warm_processes() -> None:
    """Let ``check`` fork its processes from one that has torch: a notebook then takes a second."""
    multiprocessing.set_forkserver_preload(["torch", "IPython", "coursekit.checks.attempt"])
    warm = multiprocessing.get_context("forkserver")
    multiprocessing.get_context = lambda method=None: warm  # type: ignore[assignment,return-value]


def main() -> None:
    """Compare, print, and end with code 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("banks", type=Path, nargs="*")
    parser.add_argument("--no-hostile", action="store_true", help="answers alone")
    parser.add_argument("--most", type=int, default=None, help="notebooks of each source")
    chosen = parser.parse_args()
    warm_processes()
    notebooks = questions = differing = 0
    with LocalRunner(choose_level(False), LIMITS, jobs=1) as runner:
        odd = [] if chosen.no_hostile else [hostile()]
        for source in (*odd, own(), *map(banked, chosen.banks)):
            for label, count, lines in differences(islice(source, chosen.most), runner):
                notebooks, questions = notebooks + 1, questions + count
                differing += len(lines)
                for line in lines:
                    print(f"{label}: {line}", flush=True)  # also if the run is stopped
                print(notebooks, label, file=sys.stderr, flush=True)
    print(f"{notebooks} notebooks, {questions} questions, {differing} differ")
    raise SystemExit(bool(differing))


if __name__ == "__main__":
    main()
