"""Written answers: a sheet to mark them on, and the marks taken back into the records."""

import contextlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coursekit.faults import Fault
from coursekit.grading.judging.marked import MarkedQuestion
from coursekit.grading.marks.files import write_whole
from coursekit.grading.marks.hand import HandMark, doubts, fingerprint
from coursekit.grading.marks.history import History
from coursekit.grading.marks.ledger import Gradebook, Ledger, read_identity
from coursekit.grading.marks.record import Record, RecordsFault
from coursekit.grading.marks.spreadsheet import as_typed, harmless, read_table, table

SHEET = "marking.csv"
COLUMNS = ["student", "question", "answer", "possible", "points", "comment"]
SHOWN = "written"  # a column that tells cells that a person has filled in from those of the program
DOUBT = "doubt"  # a column that is there when a mark is doubtful


class MarkingFault(Fault):
    """A marking sheet that cannot be taken over; nothing of it was."""


def written_answers(records: Sequence[Record]) -> list[tuple[Record, MarkedQuestion]]:
    """Records and questions that a person marks."""
    return [
        (r, q)
        for r in records
        for q in r.questions
        if q.status == "waiting" or (q.status == "marked" and q.answer is not None)
    ]


def sheet(records: Sequence[Record]) -> str:
    """The marking sheet: one line an answer, sorted by question, marks so far filled in."""
    answers = sorted(written_answers(records), key=lambda x: (x[1].name, x[0].student))
    more = [SHOWN, *([DOUBT] if any(q.doubt for _, q in answers) else [])]
    rows = []
    for record, q in answers:
        points = f"{q.points:g}" if q.status == "marked" else ""
        row = [record.student, q.name, q.answer or "", q.possible, points, q.comment]
        rows.append([*row, *[shown(points, q.comment, q.doubt), q.doubt][: len(more)]])
    return table([*COLUMNS, *more], rows)


def shown(points: str, comment: str, doubt: str = "") -> str:
    """What tells later which cells stand as written, however a spreadsheet saves them."""
    cells = f"p{_mark_of(_number(points))} c{_mark_of(comment)}"
    return f"{cells} {DOUBT}" if doubt else cells


def _number(points: str) -> str:
    with contextlib.suppress(ValueError):
        return f"{float(points.replace(',', '.')):g}"
    return points


def _mark_of(text: str) -> str:
    return fingerprint(text)[:8] if text else "-"


def _typed(cells: dict[str, str]) -> tuple[str, str]:
    """Points and comment of a line, each "" where it is as the program wrote it."""
    points, comment = cells["points"], cells.get("comment", "")
    before = cells.get(SHOWN, "").split()
    now = shown(points, comment).split()
    old = [then == there for then, there in zip(before, now, strict=False)]
    return ("" if old[:1] == [True] else points), ("" if old[1:] == [True] else comment)


@dataclass(frozen=True)
class _Row:
    """A line of a sheet: which answer it is about, and what a person wrote beside it.

    Attributes:
        line: its number in the file.
        student: as the sheet names the student.
        question: its name.
        points: as typed; "" says nothing, as do those that the program wrote.
        comment: as typed; "" says nothing, as does one that the program wrote.
        filled: there is something in its cells, no matter who wrote it.
        written: what the program had written into its cells, or "" where that is not known.
        answer: the answer that was read, or None where the sheet does not show it.
        settled: a person has emptied the cell for a doubt.
    """

    line: int
    student: str
    question: str
    points: str
    comment: str
    filled: bool
    written: str
    answer: str | None
    settled: bool

    @property
    def says(self) -> bool:
        """Whether a person has written points or a comment."""
        return bool(self.points or self.comment)


@dataclass(frozen=True)
class Merged:
    """What a sheet has done.

    Attributes:
        marked: answers to which it gives points.
        replaced: a line for each mark that the person who filled in the sheet may not have known.
    """

    marked: int
    replaced: list[str]


def merge(folder: Path, path: Path) -> Merged:
    """Take a filled-in sheet's points and comments into the records.

    An empty cell says nothing, nor does one as the program wrote it: what was given before, or
    meanwhile by somebody else, stays; where other points or another comment replace it, a line says
    so. A mark counts for the answer that the sheet shows, so it is doubtful where another one has
    been handed in since. A doubt is settled by other points, another comment, or by emptying its
    cell. All of the sheet is checked before anything is changed.

    Raises:
        MarkingFault: the sheet cannot be read, names an answer that there is not, or a mark that
            is no number between 0 and the question's points.
        RecordsFault: there are no grades in the folder, or another run is writing there.
    """
    identity = read_identity(folder)
    if identity is None:
        raise RecordsFault(f"{folder}: no grades in it")
    rows, encoding = _read(path)
    with Ledger(folder, identity) as ledger:
        marks, said = _marks(path, rows, encoding, ledger.records.values())
        replaced = [
            _replaced(of, ledger.history.hand[of], mark)
            for of, mark in marks.items()
            if of in ledger.history.hand and _is_news(said[of], ledger.history.hand[of], mark)
        ]
        ledger.give(marks, f"given by hand, {path.name}", said)
    return Merged(sum(bool(row.points) for row in said.values()), replaced)


Of = tuple[str, str]  # student and question


def _marks(
    path: Path, rows: Sequence[_Row], encoding: str, records: Collection[Record]
) -> tuple[dict[Of, HandMark], dict[Of, _Row]]:
    """The marks that a sheet gives, and the lines of all answers of which it says something.

    Raises:
        MarkingFault: a line cannot be taken over.
    """
    answers = _by_name(_markable(records))
    shown = Counter(as_typed(harmless(r.student)) for r in records)
    marks: dict[Of, HandMark] = {}
    said: dict[Of, _Row] = {}
    for row in rows:
        found = answers.get((row.student, row.question))
        if not row.filled or (found is None and not row.says):
            continue
        if found is None:
            who = f"{row.student!r}, {row.question!r}"
            raise MarkingFault(f"{path}, line {row.line}: no written answer of {who}")
        record, question = found
        if shown[as_typed(harmless(record.student))] > 1:
            why = "could be either of two students; rename one's file and grade again"
            raise MarkingFault(f"{path}, line {row.line}: {row.student!r} {why}")
        mark = _mark(path, row, question, encoding)
        _agree(path, said.setdefault((record.student, question.name), row), row, question)
        if mark is not None:
            marks[record.student, question.name] = mark
    return marks, said


def _is_news(row: _Row, before: HandMark, after: HandMark) -> bool:
    """Whether a line replaces a mark that did not stand in the sheet, as far as one can tell."""
    points = "" if before.points is None else f"{before.points:g}"
    changes = (before.points, before.comment) != (after.points, after.comment)
    return changes and row.written.split()[:2] != shown(points, before.comment).split()


def _replaced(of: Of, before: HandMark, after: HandMark) -> str:
    """The line that says what was replaced."""
    was, is_now = (
        ("no points" if m.points is None else f"{m.points:g} point{'s' * (m.points != 1)}")
        + f", “{m.comment}”" * bool(m.comment)
        for m in (before, after)
    )
    return f"{of[0]}: {of[1]}: {was} given by hand before, now {is_now}"


def _agree(path: Path, first: _Row, row: _Row, question: MarkedQuestion) -> None:
    """Refuse two lines that say different things of one answer."""
    one, other = (
        (_points(path, r, question) if r.points else None, r.comment) for r in (first, row)
    )
    if one != other:
        lines = f"lines {first.line} and {row.line}"
        who = f"{row.student!r}, {row.question!r}"
        raise MarkingFault(f"{path}, {lines}: different marks for one answer of {who}")


def _markable(records: Iterable[Record]) -> list[tuple[Record, MarkedQuestion]]:
    """Also where there is no answer, or none any more: a person may have found one."""
    return [
        (r, q) for r in records for q in r.questions if q.answer is not None or q.status == "marked"
    ]


def _by_name(
    answers: Sequence[tuple[Record, MarkedQuestion]],
) -> dict[tuple[str, str], tuple[Record, MarkedQuestion]]:
    """Answers by student and question, the student named in any way that a sheet may have.

    A spreadsheet takes ``00123`` for 123; that is accepted where it can mean one student only.
    """
    found: dict[tuple[str, str], tuple[Record, MarkedQuestion]] = {}
    numbers: dict[str, set[str]] = {}
    for record, _ in answers:
        numbers.setdefault(record.student.lstrip("0"), set()).add(record.student)
    for record, q in answers:
        short = record.student.lstrip("0")
        if record.student.isdecimal() and len(numbers[short]) == 1:
            found[short, q.name] = (record, q)
    for record, q in answers:
        for name in (harmless(record.student), record.student):
            found[name, q.name] = (record, q)
    return found


def _mark(path: Path, row: _Row, question: MarkedQuestion, encoding: str) -> HandMark | None:
    """What a line gives, or None where it says nothing that is not on record already."""
    before = question.points if question.status == "marked" else None
    points = _points(path, row, question) if row.points else before
    comment = row.comment or question.comment
    read = row.answer
    if read is not None and _shown(question.answer, encoding) == fingerprint(read):
        read = None  # the answer that is on record
    settles = bool(question.doubt) and row.settled and read is None
    if (points, comment) == (before, question.comment) and not settles:
        return None
    return HandMark.of(question, points, comment, read)


def _shown(answer: str | None, encoding: str) -> str:
    """The fingerprint of an answer as a file of this encoding holds it."""
    return fingerprint((answer or "").encode(encoding, "replace").decode(encoding, "replace"))


def _read(path: Path) -> tuple[list[_Row], str]:
    """The lines of a sheet, and its encoding: a spreadsheet may write that of Windows.

    Raises:
        MarkingFault: it cannot be read, or lacks a column.
    """
    columns, lines, encoding = read_table(path, MarkingFault)
    if not {"student", "question", "points"} <= set(columns):
        needs = "needs the columns student, question and points"
        raise MarkingFault(f"{path}: cannot be read as a marking sheet: {needs}")
    rows = [
        _Row(
            number,
            cells["student"],
            cells["question"],
            *_typed(cells),
            bool(cells["points"] or cells.get("comment")),
            cells.get(SHOWN, ""),
            cells.get("answer"),
            cells.get(DOUBT) == "" and cells.get(SHOWN, DOUBT).endswith(DOUBT),
        )
        for number, cells in enumerate(lines, 2)
    ]
    return rows, encoding


def _points(path: Path, row: _Row, question: MarkedQuestion) -> float:
    try:
        points = float(row.points.replace(",", "."))
    except ValueError:
        points = -1.0
    if not 0 <= points <= question.possible:
        limit = f"a number from 0 to {question.possible:g}"
        raise MarkingFault(f"{path}, line {row.line}: points {row.points!r} are not {limit}")
    return points


def write_sheet(book: Gradebook) -> None:
    """Write the marking sheet beside any sheet that holds marks not taken over yet.

    ``marking.csv`` is where people fill in points, so it is replaced only when all that stands in
    it is on record. Until then the new sheet is ``marking-2.csv``, and so on.
    """
    if not written_answers(book.records):
        return
    number, path = 1, book.folder / SHEET
    while not _is_taken_over(path, book):
        number += 1
        path = _numbered(book.folder, number)
    write_whole(path, sheet(book.records))
    later = _numbered(book.folder, number + 1)
    while later.exists() and _is_taken_over(later, book):
        later.unlink()
        number += 1
        later = _numbered(book.folder, number + 1)


def _numbered(folder: Path, number: int) -> Path:
    return folder / SHEET.replace(".csv", f"-{number}.csv")


def _is_taken_over(path: Path, book: Gradebook) -> bool:
    """Whether nothing is lost when this sheet is replaced."""
    if not path.exists():
        return True
    try:
        rows, encoding = _read(path)
        answers = _by_name(_markable(book.records))
        earlier = History(book.folder).given()
        return all(_is_known(path, row, encoding, answers, earlier) for row in rows if row.says)
    except MarkingFault:
        return False


def _is_known(
    path: Path,
    row: _Row,
    encoding: str,
    answers: Mapping[Of, tuple[Record, MarkedQuestion]],
    earlier: Mapping[Of, Sequence[HandMark]],
) -> bool:
    """Whether what a person wrote into a line is on record, or was and has been replaced since."""
    if found := answers.get((row.student, row.question)):
        record, question = found
        mark = _mark(path, row, question, encoding)
        known = earlier.get((record.student, question.name), [])
        return mark is None or any(_is_of(row, mark.points, old) for old in known)
    points = _as_number(row.points)  # of an answer that was there once
    whose = {student for student, name in earlier if name == row.question}
    exact = {row.student} & whose or {s for s in whose if s.lstrip("0") == row.student.lstrip("0")}
    return len(exact) == 1 and any(
        _is_of(row, points, old) for old in earlier[exact.pop(), row.question]
    )


def _as_number(points: str) -> float | None:
    with contextlib.suppress(ValueError):
        return float(points.replace(",", "."))
    return None


def _is_of(row: _Row, points: float | None, old: HandMark) -> bool:
    """Whether a line with these points says no more than a mark that was given once."""
    return (not row.points or points == old.points) and (
        not row.comment or row.comment == old.comment
    )


def notices(book: Gradebook) -> list[str]:
    """A line for each doubtful hand mark, and for each sheet that waits to be taken over."""
    lines = [str(doubt) for doubt in doubts(book.records, book.hand)]
    for path in sorted(book.folder.glob(SHEET.replace(".csv", "*.csv"))):
        if not _is_taken_over(path, book):
            lines.append(
                f"{path}: holds marks that are not taken over and was left as it is; "
                f"{_way_to_take_over(path, book)}"
            )
    return lines


def _way_to_take_over(path: Path, book: Gradebook) -> str:
    """What to do about a sheet, and what stands in the way of it."""
    how = f"to take them over: coursekit report {book.folder} --marks {path}"
    try:
        _marks(path, *_read(path), book.records)
    except MarkingFault as fault:
        return f"first mend or empty what cannot be taken over ({fault}); {how}"
    return how
