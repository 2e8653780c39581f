"""Write what people read: marks, feedback pages, class report, marking sheet."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from coursekit.grading.marks.files import write_whole
from coursekit.grading.marks.ledger import Gradebook, opened
from coursekit.grading.marks.marking import write_sheet
from coursekit.grading.marks.record import Record
from coursekit.grading.reporting.changes import changes, changes_csv
from coursekit.grading.reporting.earlier import read_earlier
from coursekit.grading.reporting.grades_csv import grades_csv
from coursekit.grading.reporting.notes import ClassNotes, read_notes
from coursekit.grading.reporting.pages import (
    feedback_page,
    page_names,
    report_page,
    student_page,
)
from coursekit.grading.reporting.similar import similar_answers, taken_from_package
from coursekit.grading.reporting.statistics import summarise
from coursekit.grading.reporting.story import stories


def rebuild(folder: Path, earlier: Path | None = None) -> list[Path]:
    """Write everything anew from what a grades folder holds.

    Args:
        folder: with the grades.
        earlier: a grades folder of an earlier run, with which the report compares from now on.

    Raises:
        RecordsFault: there are no grades in a folder, or another run is writing there.
    """
    with opened(folder) as book:
        notes = read_notes(folder)
        if earlier is not None:
            notes.earlier = read_earlier(earlier)
            notes.save(folder)
        return write_pages(book, notes)


def write_pages(book: Gradebook, notes: ClassNotes) -> list[Path]:
    """Write ``grades.csv``, pages for and about students, and the report beside the marks.

    Args:
        book: the marks of the class.
        notes: what the class report tells beside them.

    Returns:
        The marks, the report, and the feedback pages.
    """
    marks, report = book.folder / "grades.csv", book.folder / "report.html"
    pages = _write_feedback(book)
    if book.before is not None:
        found = changes(book.before, book.records)
        write_whole(book.folder / "changes.csv", changes_csv(found))
    write_whole(marks, grades_csv(book.records))
    write_sheet(book)
    summary = summarise(book.records, book.seconds, notes.given)
    answers = _answers(book.records)
    similar, taken = similar_answers(answers, notes.given), taken_from_package(answers)
    write_whole(report, report_page(book, summary, similar, taken, notes))
    return [marks, report, *pages]


def _write_feedback(book: Gradebook) -> list[Path]:
    """A page for each student, and one about each for whoever teaches."""
    told, names = stories(book), page_names(r.student for r in book.records)

    def for_teachers(record: Record) -> str:
        page, history = names[record.student], told[record.student]
        return student_page(book.identity.exercise, record, page, history)

    _write_each(book, "students", for_teachers)
    return _write_each(book, "feedback", partial(feedback_page, book.identity.exercise))


def _write_each(book: Gradebook, name: str, page: Callable[[Record], str]) -> list[Path]:
    """A page for each student; pages of students who are no longer there are removed."""
    folder = book.folder / name
    folder.mkdir(exist_ok=True)
    names = page_names(r.student for r in book.records)
    written = []
    for record in book.records:
        path = folder / names[record.student]
        write_whole(path, page(record))
        written.append(path)
    for stale in set(folder.glob("*.html")) - set(written):
        stale.unlink()
    return written


def _answers(records: Sequence[Record]) -> dict[str, dict[str, str]]:
    """Source by question, by student, of every answer that earned something; one of a group."""
    works = {r.file: r for r in reversed(records)}
    return {
        r.student: {q.name: q.code for q in r.questions if q.points and q.code}
        for r in works.values()
    }
