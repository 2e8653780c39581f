"""Keep what a person gives or takes back at the desk, through the ledger, with its reason."""

import contextlib
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from coursekit.faults import Fault
from coursekit.grading.desk.cards import is_written
from coursekit.grading.judging.marked import MarkedQuestion
from coursekit.grading.marks.hand import HandMark, version
from coursekit.grading.marks.ledger import Ledger, read_identity
from coursekit.grading.marks.record import RecordsFault

TRIES, PAUSE = 20, 0.1  # seconds
LONGEST = 5000  # characters of a comment
GIVEN, TAKEN = "given by hand, at the desk", "taken back, at the desk"


class MarkFault(Fault):
    """A mark that cannot be given; the text says why."""


@dataclass(frozen=True)
class Shown:
    """What stood before the person who gave a mark.

    Attributes:
        version: of answer and question.
        points: given until then, as typed.
        comment: given until then.
    """

    version: str
    points: str
    comment: str


Marks = Mapping[str, tuple[str, str]]  # points and comment as typed, by student
NOTHING_SHOWN: Mapping[str, Shown] = {}


def save(
    folder: Path, question: str, marks: Marks, shown: Mapping[str, Shown] = NOTHING_SHOWN
) -> None:
    """Give marks for one question, all of them or none.

    Args:
        folder: of the grades.
        question: its name.
        marks: by student, points and comment as typed. Without points, those of the cases count;
            without both, what was given before is taken back.
        shown: what the person saw who gave them, by student.

    Raises:
        MarkFault: one of them is no mark, or the person saw something that has changed since.
        RecordsFault: there are no grades in the folder, or another run is writing there.
    """
    for _ in range(TRIES):  # another desk, or a report, may hold the folder for a moment
        with contextlib.suppress(RecordsFault):
            return _save(folder, question, marks, shown)
        time.sleep(PAUSE)
    return _save(folder, question, marks, shown)


def _save(folder: Path, question: str, marks: Marks, shown: Mapping[str, Shown]) -> None:
    identity = read_identity(folder)
    if identity is None:
        raise RecordsFault(f"{folder}: no grades in it")
    with Ledger(folder, identity) as ledger:
        given: dict[tuple[str, str], HandMark] = {}
        taken: dict[tuple[str, str], HandMark] = {}
        for student, (points, comment) in marks.items():
            record = ledger.records.get(student)
            found = [q for q in record.questions if q.name == question] if record else []
            if not found:
                raise MarkFault("there is no such answer any more; load the page again")
            mark = _mark(found[0], points.strip(), comment.strip())
            if student in shown:
                _expect(found[0], shown[student], mark)
            if not mark.is_nothing:
                given[student, question] = mark
            elif (student, question) in ledger.history.hand:
                taken[student, question] = mark
        ledger.give(given, GIVEN)
        ledger.give(taken, TAKEN)


def _expect(question: MarkedQuestion, shown: Shown, mark: HandMark) -> None:
    """Refuse a mark that was given in ignorance of another answer, or of another mark.

    Raises:
        MarkFault: answer, question or mark are no longer those that were shown.
    """
    if version(question) != shown.version:
        raise MarkFault("the answer or the question has changed; load the page again")
    points = f"{question.points:g}" if question.status == "marked" else ""
    there = (points, question.comment.split())
    wanted = ("" if mark.points is None else f"{mark.points:g}", mark.comment.split())
    if there not in (wanted, (_plain(shown.points), shown.comment.split())):
        said = f"{points or 'no'} points" + f", “{question.comment}”" * bool(question.comment)
        raise MarkFault(f"marked meanwhile: {said}; load the page again")


def _plain(points: str) -> str:
    """Points as they are shown, from points as typed."""
    with contextlib.suppress(ValueError):
        return f"{float(points.replace(',', '.')):g}"
    return ""


def _mark(question: MarkedQuestion, points: str, comment: str) -> HandMark:
    """What a person gives for an answer.

    Raises:
        MarkFault: what was typed are no points, or a verdict is set right without a reason.
    """
    if len(comment) > LONGEST:
        raise MarkFault(f"a comment of more than {LONGEST:,} characters")
    if not points:
        return HandMark.of(question, None, comment)
    try:
        value = float(points.replace(",", "."))
    except ValueError:
        value = math.nan
    if not 0 <= value <= question.possible:
        raise MarkFault(f"points: a number from 0 to {question.possible:g}")
    if not is_written(question) and not comment:
        raise MarkFault("say why: the cases gave other points, and the student reads the reason")
    return HandMark.of(question, value + 0.0, comment)  # no -0
