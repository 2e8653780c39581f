"""The durable record of a grading run: one line a submission, written before the next is begun.

A grades folder holds:

* ``run.json``: what the marks depend on (key, seed, rules), written once;
* ``results.jsonl``: one line a submission, sorted by student when the run is complete. It depends
  on nothing but submissions, key, seed, rules and versions: the same again gives the same bytes;
* ``timings.jsonl``: what differs from run to run (when, seconds, CPU, memory), by the same key;
* ``results.before.jsonl``: after a regrade, the records that it replaced. Until its changes are
  reported the file is called ``results.regrading.jsonl``. A regrade that was stopped is known by
  it: begun again, it still counts changes from the records that it found at first.

Each line is appended and flushed to disk in one step. A run killed in the middle leaves at most one
cut line, which the next run drops; every submission on a whole line is not graded again.
"""

import contextlib
import json
import os
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Self

from coursekit.closing import Closing
from coursekit.grading.marks.files import dump, read_lines, write_whole
from coursekit.grading.marks.record import Identity, Record, RecordsFault

RESULTS, TIMINGS, RUN, LOCK = "results.jsonl", "timings.jsonl", "run.json", ".lock"
BEFORE, REGRADING = "results.before.jsonl", "results.regrading.jsonl"


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
    """

    folder: Path
    identity: Identity
    records: list[Record]
    before: list[Record] | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def save(self) -> None:
        """Write the records back, in one step."""
        write_records(self.folder / RESULTS, self.records)


class Ledger(Closing):
    """An open grades folder. Use as a context manager; one process at a time.

    Attributes:
        folder: where it is.
        identity: what the marks depend on.
        records: by student, what has been graded.
        seconds: by student, CPU-seconds.
    """

    def __init__(self, folder: Path, identity: Identity) -> None:
        self.folder, self.identity = folder, identity
        self.records: dict[str, Record] = {}
        self.seconds: dict[str, float] = {}
        self._guard = threading.Lock()
        self._lock: int | None = None
        self._files: dict[str, int] = {}

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        self.records = {r.student: r for r in read_records(self.folder / RESULTS)}
        self.seconds = read_seconds(self.folder)
        for name in (RESULTS, TIMINGS):
            path = self.folder / name
            lines, cut = read_lines(path)
            if cut:
                write_whole(path, "".join(dump(line) + "\n" for line in lines))
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            self._files[name] = os.open(path, flags, 0o600)
        text = json.dumps(self.identity.to_plain(), indent=2, sort_keys=True) + "\n"
        write_whole(self.folder / RUN, text)
        return self

    def close(self) -> None:
        """Close the files, and let others use the folder."""
        for fd in self._files.values():
            os.close(fd)
        if self._lock is not None:
            os.close(self._lock)

    def _take_lock(self) -> None:
        """Refuse to share the folder with another run."""
        self._lock = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        with contextlib.suppress(ImportError):
            import fcntl

            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                os.close(self._lock)
                self._lock = None
                raise RecordsFault(f"{self.folder}: another run is writing there") from error

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
        """Append a record durably."""
        with self._guard:
            self._append(TIMINGS, dump(asdict(timing)))
            self._append(RESULTS, dump(record.to_plain()))
            self.records[record.student] = record
            if timing.cpu is not None:
                self.seconds[timing.student] = timing.cpu

    def _append(self, name: str, line: str) -> None:
        os.write(self._files[name], (line + "\n").encode())
        os.fsync(self._files[name])

    def finish(self, students: Iterable[str]) -> Gradebook:
        """Leave exactly the named students' records, sorted."""
        ordered = [self.records[s] for s in sorted(set(students)) if s in self.records]
        before = read_before(self.folder)
        book = Gradebook(self.folder, self.identity, ordered, before, self.seconds)
        book.save()
        return book


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
    found = {r.student: r for r in read_records(folder / RESULTS)}  # the last line counts
    records = list(found.values())
    return Gradebook(folder, identity, records, read_before(folder), read_seconds(folder))


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
    names = {f.name for f in fields(Timing)}
    lines = read_lines(folder / TIMINGS)[0]
    timings = [Timing(**{k: v for k, v in line.items() if k in names}) for line in lines]
    return {t.student: t.cpu for t in timings if t.cpu is not None}
