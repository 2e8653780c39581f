"""What a regrade changed, for whom, and why."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from coursekit.grading.marks.history import reason
from coursekit.grading.marks.record import Record
from coursekit.grading.marks.spreadsheet import table


@dataclass(frozen=True)
class Change:
    """One student's points for one question, before and after, and what is now said about it."""

    student: str
    question: str
    before: float
    after: float
    why: str


def changes(old: Sequence[Record], new: Sequence[Record]) -> list[Change]:
    """Who has other marks than before, question by question."""
    before = {r.student: {q.name: q.points for q in r.questions} for r in old}
    found = []
    for record in new:
        was = before.get(record.student, {})
        for q in record.questions:
            then = was.get(q.name, 0.0 if was else q.points)
            if then != q.points:
                found.append(Change(record.student, q.name, then, q.points, reason(q)))
    return found


def changes_csv(found: Sequence[Change]) -> str:
    """``changes.csv``: one line a change."""
    return table(["student", "question", "before", "after", "why"], [astuple(c) for c in found])
