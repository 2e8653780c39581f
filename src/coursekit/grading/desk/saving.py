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
from coursekit.grading.marks.hand import HandMark
from coursekit.grading.marks.ledger import Ledger, read_identity
from coursekit.grading.marks.record import RecordsFault

TRIES, PAUSE = 20, 0.1  # seconds
LONGEST = 5000  # characters of a comment
GIVEN, TAKEN = "given by hand, at the desk", "taken back, at the desk"


class MarkFault(Fault):
    """A mark that cannot be given; the text says why."""


class Overtaken(MarkFault):
    """Somebody else has marked meanwhile; nothing was kept.

    Attributes:
        there: what stands there now, points and comment as typed, by student.
    """

    def __init__(self, there: Mapping[str, tuple[str, str]]) -> None:
        points, comment = next(iter(there.values()))
        said = f"{points or 'no'} points" + f", “{comment}”" * bool(comment)
        super().__init__(f"marked meanwhile: {said}")
        self.there = there


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
) -> dict[str, str]:
    """Give marks for one question, all of them or none; by student why one is doubtful.

    A mark counts for the answer that the person saw, so it is doubtful where another one has been
    handed in since.

    Args:
        folder: of the grades.
        question: its name.
        marks: by student, points and comment as typed. Without points, those of the cases count;
            without both, what was given before is taken back.
        shown: what the person saw who gave them, by student.

    Raises:
        MarkFault: one of them is no mark.
        Overtaken: there is a mark now that the person did not see.
        RecordsFault: there are no grades in the folder, or another run is writing there.
    """
    for _ in range(TRIES):  # another desk, or a report, may hold the folder for a moment
        with contextlib.suppress(RecordsFault):
            return _save(folder, question, marks, shown)
        time.sleep(PAUSE)
    return _save(folder, question, marks, shown)


def _save(folder: Path, question: str, marks: Marks, shown: Mapping[str, Shown]) -> dict[str, str]:
    identity = read_identity(folder)
    if identity is None:
        raise RecordsFault(f"{folder}: no grades in it")
    with Ledger(folder, identity) as ledger:
        found = {s: _question(ledger, s, question) for s in marks}
        wanted = {
            s: _mark(found[s], points.strip(), comment.strip())
            for s, (points, comment) in marks.items()
        }
        if there := _overtaken(found, wanted, shown):
            raise Overtaken(there)
        given: dict[tuple[str, str], HandMark] = {}
        taken: dict[tuple[str, str], HandMark] = {}
        for student, mark in wanted.items():
            if not mark.is_nothing:
                given[student, question] = _as_read(mark, shown.get(student))
            elif (student, question) in ledger.history.hand:
                taken[student, question] = mark
        ledger.give(given, GIVEN)
        ledger.give(taken, TAKEN)
        return {s: q.doubt for s, q in found.items() if q.doubt}


def _question(ledger: Ledger, student: str, name: str) -> MarkedQuestion:
    record = ledger.records.get(student)
    for question in record.questions if record else ():
        if question.name == name:
            return question
    raise MarkFault("there is no such answer any more; load the page again")


def _overtaken(
    found: Mapping[str, MarkedQuestion],
    wanted: Mapping[str, HandMark],
    shown: Mapping[str, Shown],
) -> dict[str, tuple[str, str]]:
    """Marks, by student, that are neither what the person saw nor what the person wants."""
    there = {}
    for student, seen in shown.items():
        question, mark = found[student], wanted[student]
        points = f"{question.points:g}" if question.status == "marked" else ""
        now = points, question.comment.split()
        then = _plain(seen.points), seen.comment.split()
        if now not in (
            then,
            ("" if mark.points is None else f"{mark.points:g}", mark.comment.split()),
        ):
            there[student] = points, question.comment
    return there


def _as_read(mark: HandMark, seen: Shown | None) -> HandMark:
    """A mark for the answer that the person saw.

    Raises:
        MarkFault: nobody can have seen such a one.
    """
    if seen is None:
        return mark
    try:
        return HandMark.of_version(seen.version, mark.points, mark.comment)
    except ValueError:
        raise MarkFault("load the page again") from None


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
