"""Check a whole notebook at once: every question of its exercise, in one table."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coursekit.checks.attempt import Attempt
from coursekit.checks.cells import CellFault, Cells
from coursekit.checks.feedback import Feedback
from coursekit.checks.limits import Limits
from coursekit.checks.notebookfile import DamagedNotebook, read_cells
from coursekit.checks.recorded import Recorded, from_record, index
from coursekit.faults import Fault


class NotebookFault(Fault):
    """A notebook cannot be checked; the message says why and what to do."""


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


def check_notebook(path: Path, limits: Limits | None = None) -> Iterator[Report | str]:
    """Run a student's notebook and judge its questions; yields what is being done, then a Report.

    Args:
        path: of the notebook.
        limits: what it may use; by default what the grader allows.

    Raises:
        NotebookFault: there is no such file, it is no notebook, or it answers no question.
    """
    sources = code_cells(path)
    questions = exercise_of(sources)
    if not questions:
        raise NotebookFault(f"{path}: no question of this course is answered in it")
    attempt = Attempt(Cells(sources), path.parent, questions, limits or Limits())
    try:
        yield from attempt.run()
    except ChildProcessError as error:
        raise NotebookFault(f"{path}: the process that runs it did not start: {error}") from error
    feedback = [attempt.feedback[q.question.name] for q in questions]
    written = frozenset(q.question.name for q in questions if q.question.kind == "text")
    yield Report(questions[0].exercise, feedback, attempt.faults, written)


def code_cells(path: Path) -> list[str]:
    """The sources of a notebook's code cells.

    Raises:
        NotebookFault: there is no such file, or it is no notebook.
    """
    try:
        return [cell.source for cell in read_cells(path.read_bytes()) if cell.kind == "code"]
    except FileNotFoundError as error:
        raise NotebookFault(f"{path}: no such file") from error
    except OSError as error:
        raise NotebookFault(f"{path}: cannot be read: {error.strerror or error}") from error
    except DamagedNotebook as error:
        raise NotebookFault(f"{path}: {error}; download it again as .ipynb") from error


def exercise_of(cells: Sequence[str]) -> list[Recorded]:
    """The questions of the exercise that most of the notebook's names belong to."""
    words = set(re.findall(r"\w+", "\n".join(cells)))
    votes: dict[str, int] = {}
    for name, (exercise, _) in index().items():
        if name in words:
            votes[exercise] = votes.get(exercise, 0) + 1
    if not votes:
        return []
    best = max(votes, key=lambda exercise: votes[exercise])
    return [from_record(record, best) for exercise, record in index().values() if exercise == best]
