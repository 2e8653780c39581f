"""How a student's marks came about, a line for each change."""

from collections.abc import Iterator
from pathlib import Path

from coursekit.grading.marks.hand import doubts
from coursekit.grading.marks.history import LATENESS, Entry, History
from coursekit.grading.marks.ledger import Gradebook, load, read_timings
from coursekit.grading.marks.record import RecordsFault
from coursekit.grading.reporting.words import number


def story(folder: Path, student: str) -> Iterator[str]:
    """When a student was graded first, every change since, and what the mark is now.

    Raises:
        RecordsFault: there are no grades in the folder, or none of this student.
    """
    book = load(folder)
    told = stories(book)
    if student not in told:
        raise RecordsFault(f"{folder}: nothing about {student!r}; grades.csv has the names")
    yield from told[student]
    for record in book.records:
        if record.student == student:
            yield f"now  {number(record.points)} of {number(record.possible)} points"


def stories(book: Gradebook) -> dict[str, list[str]]:
    """For everybody ever graded, when that was first and every change since."""
    told: dict[str, list[str]] = {r.student: [] for r in book.records}
    for timing in read_timings(book.folder):
        lines = told.setdefault(timing.student, [])
        if timing.at and not lines:
            lines.append(f"{timing.at}  first graded")
    for entry in History(book.folder).entries:
        told.setdefault(entry.student, []).append(_line(entry))
    for doubt in doubts(book.records, book.hand):
        told.setdefault(doubt.student, []).append(f"doubtful  {doubt.question}: {doubt.why}")
    return told


def _line(entry: Entry) -> str:
    """One change."""
    hand = entry.hand
    said = f" “{hand.comment}”" if hand and hand.comment else ""
    change = f"{_amount(entry, entry.before)} -> {_amount(entry, entry.after)}"
    return f"{entry.at}  {entry.question}: {change} ({entry.why}){said}"


def _amount(entry: Entry, value: float | None) -> str:
    """Points, or the share taken off."""
    if entry.question == LATENESS:
        return f"{number(100 * (value or 0.0))} %"
    return "none" if value is None else number(value)
