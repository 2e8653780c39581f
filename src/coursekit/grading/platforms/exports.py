"""Marks in the formats that platforms import. Each format was read from the importer's own source.

* Canvas, ``lib/gradebook_importer.rb``: first columns Student, ID, [SIS User ID, SIS Login ID],
  Section, then one column an assignment; a row named "Points Possible". A student is found by ID,
  else by SIS ids, else by name.
* Moodle, ``mod/assign/feedback/offline/importgradeslib.php``: needs Identifier ("Participant 123"),
  Grade and "Last modified (grade)"; "Feedback comments" is taken when present.
* Gradescope: one ``results.json`` a student, as its autograder specification has it.
* nbgrader: the columns of ``nbgrader export``.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from coursekit.grading.marks.files import write_whole
from coursekit.grading.marks.ledger import Gradebook, load
from coursekit.grading.marks.record import Record
from coursekit.grading.marks.spreadsheet import harmless, table
from coursekit.grading.platforms import Platform
from coursekit.grading.platforms.gradescope import Visibility
from coursekit.grading.platforms.gradescope.results import results, unreadable
from coursekit.grading.reporting.pages import page_names
from coursekit.grading.reporting.words import number, word

NBGRADER = """assignment duedate timestamp student_id last_name first_name email raw_score
    late_submission_penalty score max_score"""


def export(folder: Path, platform: Platform) -> list[Path]:
    """Write the marks in a platform's format to ``folder/exports``.

    Raises:
        RecordsFault: there are no grades in the folder.
    """
    return FORMATS[platform](load(folder), folder / "exports")


def canvas(book: Gradebook, folder: Path) -> list[Path]:
    """One gradebook file for *Grades → Import*."""
    possible = max((r.possible for r in book.records), default=0)
    rows: list[list[object]] = [["    Points Possible", "", "", "", "", number(possible)]]
    for r in _final(book.records):
        own = r.platform if r.layout == "canvas" else ""
        login = r.email.split("@")[0] if r.email else r.student
        person = [r.name or r.student, own, r.student, login]
        rows.append([*map(harmless, person), "", number(r.points)])
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", book.identity.exercise]
    return [_write(folder / "canvas.csv", table(header, rows))]


def moodle(book: Gradebook, folder: Path) -> list[Path]:
    """One grading worksheet for *Upload grading worksheet*."""
    header = ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade"]
    header += ["Grade can be changed", "Last modified (grade)", "Feedback comments"]
    rows = []
    for r in _final(book.records):
        own = r.platform if r.layout == "moodle" else r.student
        said = "; ".join(
            f"{q.title}: {word(q)}, {number(q.points)} of {number(q.possible)}" for q in r.questions
        )
        person = [
            f"Participant {own}",
            harmless(r.name),
            harmless(r.email),
            "Submitted for grading",
        ]
        rows.append([*person, number(r.points), number(r.possible), "Yes", "", harmless(said)])
    return [_write(folder / "moodle.csv", table(header, rows))]


def gradescope(book: Gradebook, folder: Path) -> list[Path]:
    """One results file a student, as the autograder in Gradescope's container writes it."""
    names = page_names(r.student for r in book.records)
    written = []
    for r in _final(book.records):
        if r.status == "damaged":
            told = unreadable(r.notes)
        else:
            told = results(r, book.seconds.get(r.student, 0.0), Visibility.VISIBLE)
        path = folder / "gradescope" / names[r.student].replace(".html", ".json")
        written.append(_write(path, json.dumps(told, indent=2, ensure_ascii=False) + "\n"))
    return written


def nbgrader(book: Gradebook, folder: Path) -> list[Path]:
    """One file with the columns of ``nbgrader export``."""
    rows = []
    for r in _final(book.records):
        *first, last = r.name.split() or [""]
        person = map(harmless, (r.student, last, " ".join(first), r.email))
        marks = [r.earned, r.earned - r.points, r.points, r.possible]
        rows.append([book.identity.exercise, "", r.when or "", *person, *map(number, marks)])
    return [_write(folder / "nbgrader.csv", table(NBGRADER.split(), rows))]


FORMATS: dict[Platform, Callable[[Gradebook, Path], list[Path]]] = {
    Platform.CANVAS: canvas,
    Platform.MOODLE: moodle,
    Platform.GRADESCOPE: gradescope,
    Platform.NBGRADER: nbgrader,
}


def _final(records: Sequence[Record]) -> list[Record]:
    """Records with a mark that can be sent out: a machine's failure is no mark."""
    return [r for r in records if r.status in ("graded", "damaged")]


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text)
    return path
