"""Keep what a person gives or takes back at the desk, through the ledger, with its reason."""

import contextlib
import math
import time
from collections.abc import Mapping
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


def save(folder: Path, question: str, marks: Mapping[str, tuple[str, str]]) -> None:
    """Give marks for one question, all of them or none.

    Args:
        folder: of the grades.
        question: its name.
        marks: by student, points and comment as typed. Without points, those of the cases count;
            without both, what was given before is taken back.

    Raises:
        MarkFault: one of them is no mark.
        RecordsFault: there are no grades in the folder, or another run is writing there.
    """
    for _ in range(TRIES):  # another desk, or a report, may hold the folder for a moment
        with contextlib.suppress(RecordsFault):
            return _save(folder, question, marks)
        time.sleep(PAUSE)
    return _save(folder, question, marks)


def _save(folder: Path, question: str, marks: Mapping[str, tuple[str, str]]) -> None:
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
            if not mark.is_nothing:
                given[student, question] = mark
            elif (student, question) in ledger.history.hand:
                taken[student, question] = mark
        ledger.give(given, GIVEN)
        ledger.give(taken, TAKEN)


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
