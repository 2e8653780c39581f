"""The durable record of a grading run: one line a submission, written before the next is begun.

A grades folder holds:

* ``run.json``: what the marks depend on (key, seed, rules), written once;
* ``results.jsonl``: one line a submission, sorted by student when the run is complete. It depends
  on nothing but submissions, key, seed, rules, versions and hand marks: the same again gives the
  same bytes;
* ``history.jsonl``: what persons gave, and why marks changed; see ``history``. Hand marks are laid
  over the records whenever these are read or added, so results without them do not lose them;
* ``timings.jsonl``: what differs from run to run (when, seconds, CPU, memory), by the same key;
* ``results.before.jsonl``: after a regrade, the records that it replaced. Until its changes are
  reported the file is called ``results.regrading.jsonl``. A regrade that was stopped is known by
  it: begun again, it still counts changes from the records that it found at first.

Each line is appended and flushed to disk in one step. A run killed in the middle leaves at most one
cut line, which the next run drops; every submission on a whole line is not graded again.
"""

import contextlib
import json
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Self

from coursekit.closing import Closing
from coursekit.grading.judging.marked import MarkedQuestion
from coursekit.grading.marks.files import append_lines, dump, read_lines, write_whole
from coursekit.grading.marks.hand import GONE, HandMark, judged, lay_over
from coursekit.grading.marks.history import Entry, History, cause_of
from coursekit.grading.marks.lock import LOCK, locked, say_unfinished
from coursekit.grading.marks.record import Identity, Record, RecordsFault

RESULTS, TIMINGS, RUN = "results.jsonl", "timings.jsonl", "run.json"
BEFORE, REGRADING = "results.before.jsonl", "results.regrading.jsonl"
STOPPED = "a run was stopped before it kept this change"
NO_FILE = "no file of this student is among the submissions any more"


@dataclass(frozen=True)
class Timing:
    """What differs from run to run: when it was graded, seconds, CPU-seconds, bytes of memory."""

    student: str
    digest: str = ""
    at: str = ""
    seconds: float | None = None
    cpu: float | None = None
    memory: int | None = None


@dataclass
class Gradebook:
    """The marks of a class, just made or read from a grades folder.

    Attributes:
        folder: where they are kept.
        identity: what they depend on.
        records: sorted by student.
        before: the records that the last regrade replaced, or None.
        seconds: CPU-seconds by student, of the latest time each was run.
        hand: what persons gave, by student and question.
    """

    folder: Path
    identity: Identity
    records: list[Record]
    before: list[Record] | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    hand: dict[tuple[str, str], HandMark] = field(default_factory=dict)


class Ledger(Closing):
    """An open grades folder. Use as a context manager; one process at a time.

    Attributes:
        folder: where it is.
        identity: what the marks depend on.
        records: by student, what has been graded.
        seconds: by student, CPU-seconds.
        history: of the marks, with what persons gave.
        left: students who are not kept, since there is no file of theirs any more.
    """

    history: History

    def __init__(self, folder: Path, identity: Identity) -> None:
        self.folder, self.identity = folder, identity
        self.records: dict[str, Record] = {}
        self.seconds: dict[str, float] = {}
        self.left: list[str] = []
        self._known: dict[str, Record] = {}  # also what a regrade is about to replace
        self._before: frozenset[str] = frozenset()
        self._guard = threading.Lock()
        self._open = contextlib.ExitStack()
        self._lock = -1

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as opened:
            self._lock = opened.enter_context(locked(self.folder))
            self._read()
            self._open = opened.pop_all()
        return self

    def close(self) -> None:
        """Close the files, and let others use the folder."""
        self._open.close()

    def _read(self) -> None:
        """Take over what the folder holds, and put right what a stopped run left behind."""
        self.history = History(self.folder)
        self.records = {r.student: r for r in read_records(self.folder / RESULTS)}
        known = self.history.given()
        for record in self.records.values():
            self.history.write(_without_history(record, known))
            lay_over(record, self.history.hand)
            self.history.write(self.history.differences(record, record, STOPPED))
        self._known = dict(self.records)
        self._before = frozenset(self._known)
        self.seconds = read_seconds(self.folder)
        for name in (RESULTS, TIMINGS):
            lines, cut = read_lines(self.folder / name)
            if cut:
                write_whole(self.folder / name, "".join(dump(line) + "\n" for line in lines))
        text = json.dumps(self.identity.to_plain(), indent=2, sort_keys=True) + "\n"
        write_whole(self.folder / RUN, text)

    def holds(self, student: str, digest: str) -> bool:
        """Whether this very work has been graded by this key and these rules, for good."""
        record = self.records.get(student)
        if record is None or record.digest != digest or record.status == "infrastructure":
            return False
        return record.provenance.is_of(self.identity)

    @property
    def regrading(self) -> bool:
        """Whether a regrade has been begun that has not been finished."""
        return (self.folder / REGRADING).exists()

    def begin_regrade(self) -> None:
        """Forget what is on record; what the regrade found at its first beginning is kept."""
        if not self.regrading:
            write_records(self.folder / REGRADING, list(self.records.values()))
        self.records.clear()

    def end_regrade(self) -> None:
        """Say that all is graded again and that the changes have been reported."""
        if self.regrading:
            (self.folder / REGRADING).replace(self.folder / BEFORE)

    def add(self, record: Record, timing: Timing) -> None:
        """Append a record durably, hand marks laid over it, its changes in the history."""
        with self._guard:
            say_unfinished(self._lock, True)
            lay_over(record, self.history.hand)
            self._explain(record)
            append_lines(self.folder / TIMINGS, [dump(asdict(timing))])
            append_lines(self.folder / RESULTS, [dump(record.to_plain())])
            self.records[record.student] = record
            if timing.cpu is not None:
                self.seconds[timing.student] = timing.cpu

    def renew(self, record: Record, cause: str) -> None:
        """Replace a record by one of the same run of the same work; ``finish`` writes it."""
        with self._guard:
            lay_over(record, self.history.hand)
            self._explain(record, cause)
            self.records[record.student] = record

    def give(
        self,
        marks: dict[tuple[str, str], HandMark],
        why: str,
        alone: Collection[tuple[str, str]] = (),
    ) -> None:
        """Keep what a person gave for answers that are on record.

        It is given to everybody who handed in the same work and stood alike until now.

        Args:
            marks: by student and question.
            why: where they come from.
            alone: students and questions of which something is said elsewhere.
        """
        with self._guard:
            found = {(r.student, q.name): q for r in self.records.values() for q in r.questions}
            entries = [_given(of[0], found[of], m, why) for of, m in marks.items()]
            for (student, name), mark in marks.items():
                with_whom = f"{why}, to {student}, who handed in the same work"
                entries += [
                    _given(partner, found[partner, name], mark, with_whom)
                    for partner in self._alike(student, name)
                    if (partner, name) not in marks and (partner, name) not in alone
                ]
            self.history.write(entries)
            self._save(sorted(self.records))

    def _alike(self, student: str, question: str) -> list[str]:
        """Who handed in the same work, and has the same mark by hand for a question, or none."""
        work, hand = self.records[student].work, self.history.hand
        own = said(hand.get((student, question)))
        return [
            r.student
            for r in self.records.values()
            if work
            and r.work == work
            and r.student != student
            and said(hand.get((r.student, question))) == own
        ]

    def _give_to_partners(self, students: Iterable[str]) -> None:
        """Give new members of a group what was given for its work, unless its members differ."""
        works: dict[tuple[str, str], list[str]] = {}
        for student in sorted(students):
            if work := self.records[student].work:
                works.setdefault(work, []).append(student)
        given, hand = self.history.given(), self.history.hand
        for together in works.values():
            for student, q in ((s, q) for s in together for q in self.records[s].questions):
                marks = [hand[p, q.name] for p in together if (p, q.name) in hand]
                if (student, q.name) in given or len(set(map(said, marks))) != 1:
                    continue
                why = "given by hand to others who handed in the same work"
                self.history.write([_given(student, q, marks[0], why)])

    def _explain(self, record: Record, cause: str = "") -> None:
        """Write down in what a record differs from the one before."""
        before = self._known.get(record.student)
        cause = cause or cause_of(before, record)
        self.history.write(self.history.differences(before, record, cause))
        self._known[record.student] = record

    def finish(self, students: Iterable[str]) -> Gradebook:
        """Leave the named students' records, sorted, and others that a person has marked.

        A mark by hand goes along when the same file is now another student's, as it is after a
        roster has been added.
        """
        with self._guard:
            here = set(students) & self.records.keys()
            # Who was there before is no new name for somebody, but perhaps a partner.
            new = map(self.records.__getitem__, sorted(here - self._before))
            heirs = {(r.file, r.digest): r for r in new}
            for student in sorted(self._known.keys() - here):
                gone = self._known[student]
                heir = heirs.get((gone.file, gone.digest))
                marks = {n: m for (s, n), m in self.history.hand.items() if s == student}
                if heir is not None:
                    self._hand_on(gone, heir, marks)
                if marks and heir is None:
                    gone.notes = [*(n for n in gone.notes if n != GONE), GONE]
                    here.add(student)
                    self.records[student] = gone
                else:
                    self.history.write(self.history.differences(gone, Record(student), NO_FILE))
                    self.left += [student] if heir is None else []
            self._give_to_partners(here)
            say_unfinished(self._lock, False)
            return self._save(sorted(here))

    def _hand_on(self, gone: Record, heir: Record, marks: dict[str, HandMark]) -> None:
        """Give what a person gave one student to another who handed in the same file."""
        entries = []
        for q in heir.questions:
            mark = marks.get(q.name)
            if mark is None or (heir.student, q.name) in self.history.hand:
                continue
            why = f"given when this file was known as that of {gone.student}"
            entries.append(_given(heir.student, q, mark, why))
        for name, mark in marks.items():
            back, why = replace(mark, points=None, comment=""), f"now that of {heir.student}"
            entries.append(Entry(gone.student, name, mark.points, None, why, hand=back))
        self.history.write(entries)

    def _save(self, students: Sequence[str]) -> Gradebook:
        """Write these records in one step, hand marks laid over them."""
        records = [self.records[s] for s in students]
        for record in records:
            lay_over(record, self.history.hand)
        write_records(self.folder / RESULTS, records)
        before = read_before(self.folder)
        hand = dict(self.history.hand)
        return Gradebook(self.folder, self.identity, records, before, self.seconds, hand)


def _given(student: str, question: MarkedQuestion, mark: HandMark, why: str) -> Entry:
    """The entry that says what a person gave; without points, those of the cases count."""
    after = judged(question).points if mark.points is None else mark.points
    return Entry(student, question.name, question.points, after, why, hand=mark)


def said(mark: HandMark | None) -> tuple[float | None, str]:
    """What a mark says, whatever answer it was given for."""
    return (None, "") if mark is None else (mark.points, mark.comment)


def _without_history(record: Record, known: Collection[tuple[str, str]]) -> list[Entry]:
    """Entries for hand marks of a time when hand marks stood in the records alone."""
    why = "marked by hand before there was a history"
    return [
        _given(record.student, q, HandMark.of(q, q.points, q.comment), why)
        for q in record.questions
        if q.status == "marked" and (record.student, q.name) not in known
    ]


def read_identity(folder: Path) -> Identity | None:
    """The identity of the run whose grades a folder holds, or None for a new folder.

    Raises:
        RecordsFault: the folder holds something else, which must not be written over.
    """
    if not folder.exists():
        return None
    if not folder.is_dir():
        raise RecordsFault(f"{folder}: is a file, not a folder for grades")
    path = folder / RUN
    if path.is_file():
        try:
            return Identity.from_plain(json.loads(path.read_text("utf8")))
        except RecordsFault as fault:
            raise RecordsFault(f"{path}: {fault}") from fault
        except (ValueError, TypeError, KeyError) as error:
            raise RecordsFault(f"{path}: damaged") from error
    if any(p.name not in (LOCK, RUN + ".part") for p in folder.iterdir()):
        raise RecordsFault(f"{folder}: holds other files and no grades; choose another -o")
    return None


def load(folder: Path) -> Gradebook:
    """The marks in a grades folder.

    Raises:
        RecordsFault: there are no grades in it.
    """
    identity = read_identity(folder)
    if identity is None:
        raise RecordsFault(f"{folder}: no grades in it")
    hand = History(folder).hand
    found = {r.student: r for r in read_records(folder / RESULTS)}  # the last line counts
    for record in found.values():
        lay_over(record, hand)
    records = [found[student] for student in sorted(found)]
    before, seconds = read_before(folder), read_seconds(folder)
    return Gradebook(folder, identity, records, before, seconds, hand)


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Gradebook]:
    """The marks in a grades folder, while no other process writes there.

    Raises:
        RecordsFault: there are no grades in it, or another run is writing there.
    """
    load(folder)  # or there is nothing to lock
    with locked(folder):
        yield load(folder)


def read_records(path: Path) -> list[Record]:
    """The records of a file, in the order of its lines.

    Raises:
        RecordsFault: a record cannot be understood.
    """
    records = []
    for number, line in enumerate(read_lines(path)[0], 1):
        try:
            records.append(Record.from_plain(line))
        except RecordsFault as fault:
            raise RecordsFault(f"{path}, line {number}: {fault}") from fault
    return records


def write_records(path: Path, records: Sequence[Record]) -> None:
    """Replace a file by these records, in one step."""
    write_whole(path, "".join(dump(r.to_plain()) + "\n" for r in records))


def read_before(folder: Path) -> list[Record] | None:
    """The records that the regrade going on, or else the last one, replaces."""
    for name in (REGRADING, BEFORE):
        if (folder / name).exists():
            return read_records(folder / name)
    return None


def read_seconds(folder: Path) -> dict[str, float]:
    """CPU-seconds by student, of the latest time each was run."""
    return {t.student: t.cpu for t in read_timings(folder) if t.cpu is not None}


def read_timings(folder: Path) -> list[Timing]:
    """Every time that a submission was run, oldest first."""
    names = {f.name for f in fields(Timing)}
    lines = read_lines(folder / TIMINGS)[0]
    return [Timing(**{k: v for k, v in line.items() if k in names}) for line in lines]
