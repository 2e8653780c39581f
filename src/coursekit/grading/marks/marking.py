"""Written answers: a sheet to mark them on, and the marks taken back into the records."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from coursekit.faults import Fault
from coursekit.grading.judging.marked import MarkedQuestion
from coursekit.grading.marks.ledger import load
from coursekit.grading.marks.record import Record
from coursekit.grading.marks.spreadsheet import harmless, table

SHEET = "marking.csv"
COLUMNS = ["student", "question", "answer", "possible", "points", "comment"]


class MarkingFault(Fault):
    """A marking sheet that cannot be taken over; nothing of it was."""


def written_answers(records: Sequence[Record]) -> list[tuple[Record, MarkedQuestion]]:
    """Records and questions that a person marks."""
    states = ("waiting", "marked")
    return [(r, q) for r in records for q in r.questions if q.status in states]


def sheet(records: Sequence[Record]) -> str:
    """The marking sheet: one line an answer, sorted by question, marks so far filled in."""
    rows = []
    for record, q in sorted(written_answers(records), key=lambda x: (x[1].name, x[0].student)):
        points = f"{q.points:g}" if q.status == "marked" else ""
        answer = harmless(q.answer or "")
        rows.append([harmless(record.student), q.name, answer, q.possible, points, q.comment])
    return table(COLUMNS, rows)


def merge(folder: Path, path: Path) -> int:
    """Take a filled-in sheet's points and comments into the records; how many answers it marks.

    Lines without points are left waiting. All of the sheet is checked before anything is changed.

    Raises:
        MarkingFault: the sheet cannot be read, names an answer that there is not, or a mark that
            is no number between 0 and the question's points.
    """
    book = load(folder)
    # As the sheet names them, or as they are.
    open_answers = {
        (name, q.name): (r, q)
        for r, q in written_answers(book.records)
        for name in (harmless(r.student), r.student)
    }
    marks = []
    for number, row in enumerate(_rows(path), 2):
        if not (row.get("points") or "").strip():
            continue
        found = open_answers.get((row["student"], row["question"]))
        if found is None:
            who = f"{row['student']!r}, {row['question']!r}"
            raise MarkingFault(f"{path}, line {number}: no written answer of {who}")
        marks.append((*found, _points(path, number, row, found[1]), row.get("comment") or ""))
    for record, question, points, comment in marks:
        question.points, question.comment, question.status = points, comment.strip(), "marked"
        record.add_up()
    book.save()
    return len(marks)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MarkingFault(f"{path}: cannot be read ({error})") from error
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    if not {"student", "question", "points"} <= set(reader.fieldnames or ()):
        raise MarkingFault(f"{path}: needs the columns student, question and points")
    return list(reader)


def _points(path: Path, number: int, row: dict[str, str], question: MarkedQuestion) -> float:
    text = row["points"].strip().replace(",", ".")
    try:
        points = float(text)
    except ValueError:
        points = -1.0
    if not 0 <= points <= question.possible:
        limit = f"a number from 0 to {question.possible:g}"
        raise MarkingFault(f"{path}, line {number}: points {text!r} are not {limit}")
    return points
