"""Collect what a class handed in: one submission for each student, the version that counts."""

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TypeGuard

from coursekit.checks.notebookfile import Cell, DamagedNotebook, read_cells
from coursekit.faults import Fault
from coursekit.grading.intake.found import FoundFile, Problem, find_files
from coursekit.grading.intake.layouts import Sender, student_level
from coursekit.grading.intake.roster import Person, Roster
from coursekit.grading.intake.senders import (
    above_students,
    guesses,
    is_wrapping,
    level_of_people,
    true_sender,
)
from coursekit.grading.intake.sidecars import gradescope_senders, nbgrader_timestamps
from coursekit.grading.intake.stamps import read_stamp, sortable, stamp_in

TEXT = 20_000  # characters of a cell of text that are kept: pictures pasted into one can be large


class IntakeFault(Fault):
    """There is nothing to grade; the text says why in one line."""


@dataclass(frozen=True)
class Submission:
    """What counts for one student.

    Attributes:
        student: identifier, from the roster where it is known there.
        name: the person's name, or ``""``.
        email: from the roster or the platform, or ``""``.
        file: path as the instructor sees it.
        cells: the notebook, the text of its other cells than code cut.
        digest: fingerprint of all its cells; equal work has equal fingerprints.
        when: when it was handed in, where a platform says so; without a time zone where the
            platform names none.
        late: the platform marked it late.
        notes: what the student should know (several versions, a renamed file).
        platform: the identifier that the learning platform used.
        layout: which platform's layout the file was found in.
    """

    student: str
    name: str
    email: str
    file: str
    cells: tuple[Cell, ...]
    digest: str
    when: datetime | None = None
    late: bool = False
    notes: tuple[str, ...] = ()
    platform: str = ""
    layout: str = "plain"

    @cached_property
    def code(self) -> tuple[str, ...]:
        """Sources of the code cells."""
        return code_of(self.cells)


@dataclass
class Collection:
    """All submissions (in order of student), problems, and who on the roster handed in nothing."""

    submissions: list[Submission] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    missing: list[Person] = field(default_factory=list)

    @property
    def students(self) -> list[str]:
        """Everybody of whom there is a file, readable or not."""
        return [s.student for s in self.submissions] + [
            p.student for p in self.problems if p.student
        ]


def collect(
    source: Path, roster: Roster | None = None, wanted: frozenset[str] = frozenset()
) -> Collection:
    """Read every submission below a folder or in a zip.

    Args:
        source: folder, zip, or a single notebook.
        roster: who should be there.
        wanted: names the exercise's questions define; among several notebooks of one student one
            that mentions them is preferred.

    Raises:
        IntakeFault: no such folder, or no notebook in it.
    """
    if not source.exists():
        raise IntakeFault(f"{source}: no such file or folder")
    found = Collection()
    candidates = _candidates(source, roster, found.problems)
    if not candidates:
        why = f" ({found.problems[0].text})" if found.problems else ""
        raise IntakeFault(f"{source}: no notebook (.ipynb) in it{why}")
    for student in sorted(candidates):
        submission = _choose(student, candidates[student], found.problems, wanted)
        if submission is not None:
            found.submissions.append(submission)
    if roster is not None:
        _compare_with_roster(found, candidates, roster)
    return found


@dataclass(frozen=True)
class _Notebook:
    """What is kept of a notebook file; a class of them has to fit into memory.

    Attributes:
        path: of the file.
        when: its time.
        archive: that somebody has handed it in with.
        cells: its cells, the text of others than code cut.
        digest: fingerprint of all its cells.
        damage: why it could not be read.
    """

    path: PurePosixPath
    when: datetime | None
    archive: PurePosixPath | None
    cells: tuple[Cell, ...] = ()
    digest: str = ""
    damage: str = ""


def _read(file: FoundFile) -> _Notebook:
    try:
        cells = tuple(read_cells(file.data))
    except DamagedNotebook as error:
        return _Notebook(file.path, file.when, file.archive, damage=str(error))
    kept = tuple(c if c.kind == "code" else Cell(c.kind, c.source[:TEXT]) for c in cells)
    return _Notebook(file.path, file.when, file.archive, kept, fingerprint(cells))


@dataclass(frozen=True)
class _Candidate:
    """One notebook with what is known about its sender."""

    file: _Notebook
    sender: Sender
    stamp: datetime | None
    person: Person | None

    @property
    def student(self) -> str:
        return self.person.student if self.person else self.sender.student

    @property
    def about(self) -> dict[str, str]:
        """Name and email, and how the platform names the sender."""
        return {
            "name": (self.person.name if self.person else "") or self.sender.name,
            "email": self.person.email if self.person else "",
            "platform": self.sender.student,
            "layout": self.sender.layout,
        }

    @property
    def age(self) -> tuple[datetime, tuple[int, ...], str]:
        """Later is larger: time, then the platform's version, then the name."""
        when = sortable(self.stamp or self.file.when)
        return (when, self.sender.version, str(self.file.path))

    @property
    def handed_in(self) -> datetime | None:
        """When, if a platform says so; the time of a file is no evidence."""
        told = self.person.handed_in if self.person else ""
        # A stamp in a name may be the student's own; a platform's table is not.
        return (read_stamp(told) if told else None) or self.stamp


def _candidates(
    source: Path, roster: Roster | None, problems: list[Problem]
) -> dict[str, list[_Candidate]]:
    """Every notebook by the student it seems to be from."""
    notebooks: list[_Notebook] = []
    beside: list[FoundFile] = []
    for found in find_files(source, problems):
        if found.path.suffix.lower() == ".ipynb":
            notebooks.append(_read(found))
        else:
            beside.append(found)
    archive = source.stem if source.suffix.lower() == ".zip" and source.is_file() else ""
    paths = [n.path for n in notebooks]
    level = student_level(paths, archive)
    if roster:
        level = level_of_people(paths, level, lambda name: roster.find(name) is not None)
    wrapped = is_wrapping(paths, level)
    senders = gradescope_senders(above_students(beside, paths, level), problems)
    stamps = nbgrader_timestamps(beside)
    candidates: dict[str, list[_Candidate]] = defaultdict(list)
    for file in notebooks:
        sender = true_sender(file.path, file.archive, senders, level)
        if roster and _names_somebody(file.archive, roster):
            sender = Sender(file.archive.stem)  # whatever the names in somebody's own zip say
        stamp = sender.when or stamps.get(file.path.parent)
        if stamp is None and sender.layout == "plain":
            stamp = stamp_in(file.path)
        # Where a platform says who it is, nothing that the student named says otherwise.
        more = guesses(file.path, level, wrapped) if roster and sender.layout == "plain" else []
        person = roster.find(sender.student, sender.name, *more) if roster else None
        candidate = _Candidate(file, sender, stamp, person)
        candidates[candidate.student].append(candidate)
    return candidates


def _names_somebody(archive: PurePosixPath | None, roster: Roster) -> TypeGuard[PurePosixPath]:
    """Whether an archive's name says who sent it; in a folder, its sender has named it."""
    return archive is not None and len(archive.parts) == 1 and bool(roster.find(archive.stem))


def _choose(
    student: str, candidates: list[_Candidate], problems: list[Problem], wanted: frozenset[str]
) -> Submission | None:
    """The version that counts: the latest readable one that belongs to this exercise."""
    readable: list[_Candidate] = []
    for candidate in sorted(candidates, key=lambda c: c.age):
        if candidate.file.damage:
            path, text = str(candidate.file.path), candidate.file.damage
            problems.append(Problem(student, path, text, **candidate.about))
        else:
            readable.append(candidate)
    if not readable:
        return None
    chosen = ([c for c in readable if _mentions(c.file.cells, wanted)] or readable)[-1]
    notes = []
    if len(candidates) > 1:
        others = ", ".join(str(c.file.path) for c in candidates if c is not chosen)
        notes.append(
            f"{len(candidates)} files were handed in; {chosen.file.path} counts, not {others}."
        )
    return Submission(
        student=student,
        file=str(chosen.file.path),
        cells=chosen.file.cells,
        digest=chosen.file.digest,
        when=chosen.handed_in,
        late=chosen.sender.late,
        notes=tuple(notes),
        **chosen.about,
    )


def _mentions(cells: tuple[Cell, ...], wanted: frozenset[str]) -> bool:
    """Whether any code cell holds one of the wanted names as a word."""
    words = re.compile(r"\b(" + "|".join(map(re.escape, sorted(wanted))) + r")\b")
    return not wanted or any(c.kind == "code" and words.search(c.source) for c in cells)


def code_of(cells: tuple[Cell, ...]) -> tuple[str, ...]:
    """Sources of the code cells."""
    return tuple(c.source for c in cells if c.kind == "code")


def fingerprint(cells: tuple[Cell, ...]) -> str:
    """Hash of kinds and sources of all cells."""
    text = "\0".join(f"{c.kind}\1{c.source}" for c in cells)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _compare_with_roster(
    found: Collection, candidates: dict[str, list[_Candidate]], roster: Roster
) -> None:
    """Report unknown senders, and people who handed in nothing."""
    for student, versions in sorted(candidates.items()):
        if versions[0].person is None:
            last = versions[-1]
            text = "not on the roster (graded all the same)"
            found.problems.append(Problem(student, str(last.file.path), text, **last.about))
    found.missing = [p for p in roster.people if p.student not in candidates]
