"""What a regrade changed, for whom, and why."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from coursekit.grading.marks.history import LATENESS, reason
from coursekit.grading.marks.record import Record
from coursekit.grading.marks.spreadsheet import table


@dataclass(frozen=True)
class Change:
    """One student's points for one question, before and after, and what is now said about it.

    In place of a question there may be ``LATENESS``, with the share taken off.
    """

    student: str
    question: str
    before: float
    after: float
    why: str


def changes(old: Sequence[Record], new: Sequence[Record]) -> list[Change]:
    """Who has other marks than before, question by question, and other penalties for lateness."""
    before = {r.student: {q.name: q.points for q in r.questions} for r in old}
    late = {r.student: r.penalty for r in old}
    found = []
    for record in new:
        then = late.get(record.student, record.penalty)
        if then != record.penalty:
            found.append(Change(record.student, LATENESS, then, record.penalty, "another rule"))
        was = before.get(record.student, {})
        for q in record.questions:
            had = was.get(q.name, 0.0 if was else q.points)
            if had != q.points:
                found.append(Change(record.student, q.name, had, q.points, reason(q)))
    return found


def changes_csv(found: Sequence[Change]) -> str:
    """``changes.csv``: one line a change."""
    return table(["student", "question", "before", "after", "why"], [astuple(c) for c in found])
