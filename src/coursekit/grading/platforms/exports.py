"""Marks in the formats that platforms import. Each format was read from the importer's own source.

* Canvas, ``lib/gradebook_importer.rb``: first columns Student, ID, [SIS User ID, SIS Login ID],
  Section, then one column an assignment; a row named "Points Possible". A student is found by ID,
  else by SIS ids, else by name.
* Moodle, ``mod/assign/feedback/offline/importgradeslib.php``: needs Identifier ("Participant 123"),
  Grade and "Last modified (grade)"; "Feedback comments" is taken when present. A row whose grade
  Moodle changed after "Last modified (grade)" is passed over unless the upload allows it; it is
  left empty here, so a second upload has to allow it.
* Gradescope: one ``results.json`` a student, as its autograder specification has it.
* nbgrader: the columns of ``nbgrader export``.
* Brightspace, its help on importing grades: OrgDefinedId or Username, then "NAME Points Grade" for
  each grade item, then "End-of-Line Indicator", a # in each row.
* Blackboard, its help on uploading grades: Username, then one column for each grade; a column that
  is there already is found by its whole heading, which ends in its number.

An identifier goes into a platform's column only when it is that platform's own or the roster's:
anything else could be the number of another person there.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from coursekit.faults import Fault
from coursekit.grading.marks.files import write_whole
from coursekit.grading.marks.hand import GONE, doubts
from coursekit.grading.marks.ledger import REGRADING, Gradebook, load, opened
from coursekit.grading.marks.lock import is_unfinished
from coursekit.grading.marks.marking import SHEET
from coursekit.grading.marks.record import Record, too_low
from coursekit.grading.marks.spreadsheet import table
from coursekit.grading.platforms import Platform
from coursekit.grading.platforms.feedback_archive import feedback_archive
from coursekit.grading.platforms.gradescope import Visibility
from coursekit.grading.platforms.gradescope.results import results, unreadable
from coursekit.grading.reporting.pages import page_names
from coursekit.grading.reporting.words import count, number, some, word

NBGRADER = """assignment duedate timestamp student_id last_name first_name email raw_score
    late_submission_penalty score max_score"""
SCALED = (  # whose import knows no maximum of its own
    Platform.CANVAS,
    Platform.MOODLE,
    Platform.BRIGHTSPACE,
    Platform.BLACKBOARD,
)
NAMED = (Platform.CANVAS, Platform.BRIGHTSPACE, Platform.BLACKBOARD)  # whose columns have names


class ExportFault(Fault):
    """The marks cannot be sent to this platform; the text says why."""


def export(
    folder: Path, platform: Platform, maximum: float | None = None, column: str = ""
) -> list[Path]:
    """Write the marks in a platform's format to ``folder/exports``.

    Args:
        folder: with the marks.
        platform: that is to import them.
        maximum: of the assignment there, to which the points are scaled.
        column: name of the assignment's column there; by default the exercise's title.

    Raises:
        RecordsFault: there are no grades in the folder, or another run is writing there.
        ExportFault: grading was stopped in the middle, or the marks would reach nobody for sure.
    """
    platform = Platform(platform)
    if maximum is not None and (platform not in SCALED or not 0 < maximum < math.inf):
        raise ExportFault(f"--maximum: a number above 0, for {_either(SCALED)}")
    if column and platform not in NAMED:
        raise ExportFault(f"--column: for {_either(NAMED)}")
    with opened(folder) as book:
        if is_unfinished(folder) or (folder / REGRADING).exists():
            raise ExportFault(f"{folder}: grading was stopped; give `coursekit grade` again first")
        if maximum is not None:
            book.records = [_scaled(r, maximum) for r in book.records]
        if column:
            book.identity = replace(book.identity, exercise=column)
        written = FORMATS[platform](book, folder / "exports")
        return [*written, *feedback_archive(book, platform)]


def _either(platforms: Sequence[Platform]) -> str:
    *first, last = (platform.title() for platform in platforms)
    return f"{', '.join(first)} or {last}"


def _scaled(record: Record, maximum: float) -> Record:
    """A record out of another maximum."""
    factor = maximum / record.possible if record.possible else 0.0
    earned, points = record.earned * factor, record.points * factor
    return replace(record, earned=earned, points=points, possible=maximum)


def remarks(folder: Path, platform: Platform, maximum: float | None = None) -> list[str]:
    """What an instructor should know before sending an export off, a line each."""
    book, platform = load(folder), Platform(platform)
    lines = []
    waiting = [r for r in book.records for q in r.questions if q.status == "waiting"]
    if waiting:
        students = count(len({r.student for r in waiting}), "student")
        whose = f"{count(len(waiting), 'written answer')} of {students}"
        lines.append(f"{whose} not marked yet, counting 0: see {folder / SHEET}")
    if found := doubts(book.records, book.hand):
        marks = f"{count(len(found), 'mark')} given by hand, doubtful"
        whose = some(list(dict.fromkeys(d.student for d in found)))
        lines.append(f"{marks} ({whose}): see `coursekit report {folder}`")
    lines += [
        f"{r.name or r.student}: keeps {number(r.points)} points, but no file is there any more"
        for r in book.records
        if GONE in r.notes
    ]
    for status, what in (
        ("infrastructure", "is left out: not graded"),
        ("damaged", "gets 0: no notebook that could be graded"),
    ):
        lines += [f"{r.name or r.student}: {what}" for r in book.records if r.status == status]
    return lines + too_low(book.records) + _of_platform(book, platform, maximum)


def _of_platform(book: Gradebook, platform: Platform, maximum: float | None) -> list[str]:
    """What holds for one platform."""
    lines = []
    sent = _final(book.records)
    possible = number(max((r.possible for r in sent), default=0.0))
    if platform in SCALED and maximum is None:
        lines.append(
            f"the points are out of {possible}: give the assignment in {platform.title()} that "
            "maximum, or scale them with --maximum"
        )
    if platform is Platform.CANVAS:
        unsure = [r.student for r in sent if not _canvas_id(r) and not _on_roster(r)]
        if unsure:
            lines.append(
                f"{len(unsure)} of {len(sent)} ({some(unsure)}) have no ID of Canvas and are on no "
                "roster: Canvas looks for the name alone; compare its preview, or use --roster"
            )
    if platform in (Platform.BRIGHTSPACE, Platform.BLACKBOARD):
        unknown = [r.student for r in sent if not _university_id(r, platform)]
        if unknown:
            lines.append(
                f"{len(unknown)} of {len(sent)} ({some(unknown)}) are left out: "
                f"{platform.title()}'s name for them is not known; give --roster when grading"
            )
    if platform is Platform.MOODLE:
        foreign = [r.student for r in sent if r.layout != "moodle" or not r.platform]
        if foreign:
            lines.append(
                f"{len(foreign)} of {len(sent)} ({some(foreign)}) are left out: Moodle's number "
                "for them is not known"
            )
        lines.append(
            "upload it with Moodle's language set to English, whose headings it has; for a second "
            "upload, allow updating records that were modified more recently in Moodle"
        )
    return lines


def _canvas_id(record: Record) -> str:
    """Canvas's own number of a student, or ""."""
    return record.platform if record.layout == "canvas" and record.platform.isdecimal() else ""


def _on_roster(record: Record) -> bool:
    """Whether the identifier comes from a roster, not from the name of a file or folder.

    Only a roster gives e-mail addresses, another identifier than the platform's, or a name where
    there is no platform; that of a class on Gradescope is Gradescope's own.
    """
    if record.layout == "gradescope":
        return not record.student.startswith("submission_")
    told = record.email or record.login or (record.layout == "plain" and record.name)
    return bool(told) or record.platform not in ("", record.student)


def _distinct(numbers: Sequence[str], platform: str) -> None:
    """Refuse to send two marks for one person.

    Raises:
        ExportFault: a number comes twice.
    """
    twice = [n for n, count in Counter(n for n in numbers if n).items() if count > 1]
    if twice:
        raise ExportFault(f"two students have {platform}'s number {twice[0]}; see grades.csv")


def canvas(book: Gradebook, folder: Path) -> list[Path]:
    """One gradebook file for *Grades → Import*."""
    possible = max((r.possible for r in book.records), default=0)
    rows: list[list[object]] = [["    Points Possible", "", "", "", "", number(possible)]]
    _distinct([_canvas_id(r) for r in _final(book.records)], "Canvas")
    for r in _final(book.records):
        sis = r.student if _on_roster(r) else ""
        name = _line(r.name or r.student)
        login = r.login if sis and r.login else sis
        rows.append([name, _canvas_id(r), sis, login, "", number(r.points)])
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", book.identity.exercise]
    return [_write(folder / "canvas.csv", table(header, rows))]


def moodle(book: Gradebook, folder: Path) -> list[Path]:
    """One grading worksheet for *Upload grading worksheet*.

    Raises:
        ExportFault: nobody was found in a download of Moodle's.
    """
    header = ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade"]
    header += ["Grade can be changed", "Last modified (grade)", "Feedback comments"]
    own = [r for r in _final(book.records) if r.layout == "moodle" and r.platform]
    if not own:
        raise ExportFault(
            "these submissions are no download of Moodle's, so nobody's number there is known; "
            "another identifier could be the number of another person"
        )
    _distinct([r.platform for r in own], "Moodle")
    rows = []
    for r in own:
        said = "; ".join(
            f"{q.title}: {word(q)}, {number(q.points)} of {number(q.possible)}" for q in r.questions
        )
        person = [f"Participant {r.platform}", _line(r.name), _line(r.email)]
        person.append("Submitted for grading")
        rows.append([*person, number(r.points), number(r.possible), "Yes", "", _line(said)])
    return [_write(folder / "moodle.csv", table(header, rows))]


def brightspace(book: Gradebook, folder: Path) -> list[Path]:
    """One file for *Grades → Enter Grades → Import*."""
    known = _known_there(book, Platform.BRIGHTSPACE)
    by_login = all(r.login == i for r, i in known)  # the roster has nothing but user names
    header = ["Username" if by_login else "OrgDefinedId"]
    header += [f"{book.identity.exercise} Points Grade", "End-of-Line Indicator"]
    rows = [[i, number(r.points), "#"] for r, i in known]
    return [_write(folder / "brightspace.csv", table(header, rows))]


def blackboard(book: Gradebook, folder: Path) -> list[Path]:
    """One file for *Gradebook → Upload*."""
    header = ["Username", book.identity.exercise]
    rows = [[i, number(r.points)] for r, i in _known_there(book, Platform.BLACKBOARD)]
    return [_write(folder / "blackboard.csv", table(header, rows))]


def _known_there(book: Gradebook, platform: Platform) -> list[tuple[Record, str]]:
    """Records with what identifies their students on a platform.

    Raises:
        ExportFault: nobody's is known.
    """
    ids = [(r, _university_id(r, platform)) for r in _final(book.records)]
    known = [(r, i) for r, i in ids if i]
    if not known:
        raise ExportFault(
            f"{platform.title()}'s names for these students are not known: grade its own download, "
            "or with --roster"
        )
    _distinct([i for _, i in known], platform.title())
    return known


def _university_id(record: Record, platform: Platform) -> str:
    """What Brightspace or Blackboard knows a student by, or ""."""
    if platform is Platform.BLACKBOARD and record.login:
        return _line(record.login)
    if platform is Platform.BLACKBOARD and record.layout == "blackboard" and record.platform:
        return record.platform
    return _line(record.student) if _on_roster(record) else ""


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
        person = [_line(r.student), last, " ".join(first), _line(r.email)]
        marks = [r.earned, r.earned - r.points, r.points, r.possible]
        rows.append([book.identity.exercise, "", r.when or "", *person, *map(number, marks)])
    return [_write(folder / "nbgrader.csv", table(NBGRADER.split(), rows))]


FORMATS: dict[Platform, Callable[[Gradebook, Path], list[Path]]] = {
    Platform.CANVAS: canvas,
    Platform.MOODLE: moodle,
    Platform.GRADESCOPE: gradescope,
    Platform.NBGRADER: nbgrader,
    Platform.BRIGHTSPACE: brightspace,
    Platform.BLACKBOARD: blackboard,
}


def _final(records: Sequence[Record]) -> list[Record]:
    """Records with a mark that can be sent out: a machine's failure is no mark."""
    return [r for r in records if r.status in ("graded", "damaged")]


def _line(text: str) -> str:
    """Text on one line: not every importer reads a cell with two."""
    return " ".join(text.split())


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text)
    return path
