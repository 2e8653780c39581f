"""How a student's marks came about, a line for each change."""

from collections.abc import Iterator
from pathlib import Path

from coursekit.grading.marks.hand import doubts
from coursekit.grading.marks.history import LATENESS, Entry, History
from coursekit.grading.marks.ledger import load, read_timings
from coursekit.grading.marks.record import RecordsFault
from coursekit.grading.reporting.words import number


def story(folder: Path, student: str) -> Iterator[str]:
    """When a student was graded first, every change since, and what the mark is now.

    Raises:
        RecordsFault: there are no grades in the folder, or none of this student.
    """
    book, history = load(folder), History(folder)
    record = next((r for r in book.records if r.student == student), None)
    entries = history.of(student)
    if record is None and not entries:
        raise RecordsFault(f"{folder}: nothing about {student!r}; grades.csv has the names")
    first = next((t.at for t in read_timings(folder) if t.student == student), "")
    if first:
        yield f"{first}  first graded"
    yield from map(_line, entries)
    for doubt in doubts(book.records, book.hand):
        if doubt.student == student:
            yield f"doubtful  {doubt.question}: {doubt.why}"
    if record is not None:
        yield f"now  {number(record.points)} of {number(record.possible)} points"


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
