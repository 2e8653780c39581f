"""The durable record of a grading run: one line a submission, written before the next is begun.

A grades folder holds:

* ``run.json``: what the marks depend on (key, seed, rules), written once;
* ``results.jsonl``: one line a submission, sorted by student when the run is complete. It depends
  on nothing but submissions, key, seed, rules and versions: the same again gives the same bytes;
* ``timings.jsonl``: what differs from run to run (when, seconds, CPU, memory), by the same key.

Each line is appended and flushed to disk in one step. A run killed in the middle leaves at most one
cut line, which the next run drops; every submission on a whole line is not graded again.
"""

import contextlib
import json
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

RESULTS, TIMINGS, RUN, LOCK = "results.jsonl", "timings.jsonl", "run.json", ".lock"
BEFORE = "results.before.jsonl"  # what a regrade is compared with
IDENTITY = ("key", "seed", "rules")
Record = dict[str, Any]


class RecordsFault(Exception):
    """The grades folder cannot be used; the text says why in one line."""


def dump(record: Record) -> str:
    """A record as its one line, without the newline."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, allow_nan=False)


def read_lines(path: Path) -> tuple[list[Record], bool]:
    """The whole lines of a file, and whether a cut line followed them."""
    if not path.exists():
        return [], False
    *whole, rest = path.read_bytes().split(b"\n")
    records = []
    for line in whole:
        with contextlib.suppress(ValueError):
            records.append(json.loads(line))
    return records, bool(rest)


def write_whole(path: Path, text: str) -> None:
    """Replace a file in one step, on disk before the name changes."""
    scratch = path.with_name(path.name + ".part")
    with open(scratch, "w", encoding="utf8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)


@dataclass
class Ledger:
    """An open grades folder. Use as a context manager; one process at a time.

    Attributes:
        folder: where it is.
        identity: what the marks depend on.
        records: by student, what has been graded.
    """

    folder: Path
    identity: Record
    records: dict[str, Record] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._guard = threading.Lock()
        self._lock: int | None = None
        self._files: dict[str, int] = {}

    def __enter__(self) -> "Ledger":
        self.folder.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        for record in read_lines(self.folder / RESULTS)[0]:
            self.records[record["student"]] = record
        for name in (RESULTS, TIMINGS):
            path = self.folder / name
            lines, cut = read_lines(path)
            if cut:
                write_whole(path, "".join(dump(r) + "\n" for r in lines))
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            self._files[name] = os.open(path, flags, 0o600)
        write_whole(self.folder / RUN, json.dumps(self.identity, indent=2, sort_keys=True) + "\n")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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
        if record is None or record["digest"] != digest or record["status"] == "infrastructure":
            return False
        made = record["provenance"]
        return all(made.get(k) == self.identity[k] for k in IDENTITY)

    def begin_again(self) -> None:
        """Forget what is on record, keeping a copy to compare with."""
        text = "".join(dump(r) + "\n" for r in self.records.values())
        write_whole(self.folder / BEFORE, text)
        self.records.clear()

    def add(self, record: Record, timing: Record) -> None:
        """Append a record durably."""
        with self._guard:
            self._append(TIMINGS, timing)
            self._append(RESULTS, record)
            self.records[record["student"]] = record

    def _append(self, name: str, record: Record) -> None:
        os.write(self._files[name], (dump(record) + "\n").encode())
        os.fsync(self._files[name])

    def finish(self, students: Iterable[str]) -> list[Record]:
        """Leave exactly the named students' records, sorted; returns them."""
        ordered = [self.records[s] for s in sorted(set(students)) if s in self.records]
        write_whole(self.folder / RESULTS, "".join(dump(r) + "\n" for r in ordered))
        return ordered


def check_folder(folder: Path) -> Record | None:
    """The identity of the run whose grades a folder holds, or None for a new folder.

    Raises:
        RecordsFault: the folder holds something else, which must not be written over.
    """
    if not folder.exists():
        return None
    if not folder.is_dir():
        raise RecordsFault(f"{folder}: is a file, not a folder for grades")
    if (folder / RUN).is_file():
        try:
            identity: Record = json.loads((folder / RUN).read_text("utf8"))
            return identity
        except ValueError as error:
            raise RecordsFault(f"{folder / RUN}: damaged") from error
    if any(p.name not in (LOCK, RUN + ".part") for p in folder.iterdir()):
        raise RecordsFault(f"{folder}: holds other files and no grades; choose another -o")
    return None


def load(folder: Path) -> tuple[Record, list[Record]]:
    """Identity and results of a grades folder.

    Raises:
        RecordsFault: there are no grades in it.
    """
    identity = check_folder(folder)
    if identity is None:
        raise RecordsFault(f"{folder}: no grades in it")
    return identity, read_lines(folder / RESULTS)[0]
