"""Check a whole notebook at once: every question of its exercise, in one table."""

import contextlib
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.checks.feedback import NOT_DEFINED, Feedback
from coursekit.checks.judge import judge
from coursekit.checks.recorded import Recorded, from_record, index
from coursekit.faults import Fault


class NotebookFault(Fault):
    """A notebook cannot be checked; the message says why and what to do."""


@dataclass(frozen=True)
class CellFault:
    """A cell of the notebook that does not run: number among the code cells, and the error."""

    cell: int
    error: str


@dataclass(frozen=True)
class Report:
    """What a notebook earns with the public cases.

    Attributes:
        exercise: stem of the exercise.
        feedback: one for each of its questions, in their order.
        faults: cells that do not run.
        written: names of the questions that a person reads; they count in no sum here.
    """

    exercise: str
    feedback: list[Feedback]
    faults: list[CellFault]
    written: frozenset[str] = frozenset()

    @property
    def points(self) -> float:
        """Points of all questions that a check can judge."""
        return sum(f.points for f in self.feedback if f.name not in self.written)

    @property
    def worth(self) -> float:
        """Points one can earn before a person has read the written answers."""
        return sum(f.worth for f in self.feedback if f.name not in self.written)


def check_notebook(path: Path) -> Iterator[Report | str]:
    """Run a student's notebook and judge its questions; yields what is being done, then a Report.

    The code runs in this process, as it would in the student's own kernel.

    Raises:
        NotebookFault: there is no such file, it is no notebook, or it answers no question.
    """
    cells = code_cells(path)
    yield f"running {len(cells)} cells"
    namespace, faults = run(cells, path.parent)
    questions = exercise_of(cells, namespace)
    if not questions:
        raise NotebookFault(f"{path}: no question of this course is answered in it")
    feedback = []
    for recorded in questions:
        name = recorded.question.name
        yield f"checking {name}"
        if name in namespace:
            feedback.append(judge(recorded, namespace[name]))
        else:
            worth = recorded.question.points
            feedback.append(Feedback(name, headline=NOT_DEFINED, worth=worth))
    written = frozenset(q.question.name for q in questions if q.question.kind == "text")
    yield Report(questions[0].exercise, feedback, faults, written)


def code_cells(path: Path) -> list[str]:
    """The sources of a notebook's code cells."""
    import nbformat

    try:
        nb = nbformat.read(path, as_version=4)
    except FileNotFoundError as error:
        raise NotebookFault(f"{path}: no such file") from error
    except Exception as error:
        raise NotebookFault(f"{path}: not a notebook; download it again as .ipynb") from error
    return [c.source for c in nb.cells if c.cell_type == "code"]


def run(cells: list[str], folder: Path) -> tuple[dict[str, Any], list[CellFault]]:
    """Run cells as IPython does, without showing anything; a cell that fails stops no other."""
    os.environ.setdefault("MPLBACKEND", "agg")
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell(user_ns={})  # one of its own, also where a shell is running
    for show in ("showtraceback", "showsyntaxerror"):
        setattr(shell, show, lambda *args, **kwargs: None)
    faults = []
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        for number, source in enumerate(cells, 1):
            if source.lstrip().startswith(("# Setup:", "check(")):
                continue
            result = shell.run_cell(source, store_history=False, silent=True)
            error = result.error_before_exec or result.error_in_exec
            if error is not None:
                faults.append(CellFault(number, _one_line(error)))
    return shell.user_ns, faults


def _one_line(error: BaseException) -> str:
    """An error by its type and text; of a syntax error, the place as the student sees it."""
    text = f"{error.msg}, line {error.lineno}" if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {text}"


def exercise_of(cells: list[str], namespace: dict[str, Any]) -> list[Recorded]:
    """The questions of the exercise that most of the notebook's names belong to."""
    words = set(re.findall(r"\w+", "\n".join(cells)))
    votes: dict[str, int] = {}
    for name, (exercise, _) in index().items():
        if name in namespace or name in words:
            votes[exercise] = votes.get(exercise, 0) + 1
    if not votes:
        return []
    best = max(votes, key=lambda exercise: votes[exercise])
    return [from_record(record, best) for exercise, record in index().values() if exercise == best]
