"""Every notebook of a class with its sender, told from all of them together."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TypeGuard

from coursekit.checks.notebookfile import Cell, DamagedNotebook, read_cells
from coursekit.grading.intake.found import FoundFile, Problem, find_files
from coursekit.grading.intake.layouts import COPY_OF, Sender, platform_level, student_level
from coursekit.grading.intake.others import Other, other
from coursekit.grading.intake.roster import Person, Roster, number_in, plain
from coursekit.grading.intake.senders import (
    above_students,
    guesses,
    is_wrapping,
    level_of_people,
    repository_prefix,
    shared_beginnings,
    true_senders,
)
from coursekit.grading.intake.sidecars import gradescope_senders, nbgrader_timestamps
from coursekit.grading.intake.stamps import BLACKBOARD, read_stamp, sortable
from coursekit.grading.intake.submission import Sought, fingerprint

TEXT = 20_000  # characters of a cell of text that are kept: pictures pasted into one can be large


@dataclass(frozen=True)
class Notebook:
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


@dataclass(frozen=True)
class Candidate:
    """One notebook with what is known about its sender.

    Attributes:
        file: the notebook.
        sender: as the platform names the sender.
        stamp: when the platform says it was handed in.
        person: the sender, on the roster.
        partners: names of others who handed it in as well.
        number: the platform's for somebody whom its names for this file do not name.
    """

    file: Notebook
    sender: Sender
    stamp: datetime | None
    person: Person | None
    partners: tuple[str, ...] = ()
    number: str | None = None

    @property
    def student(self) -> str:
        """What identifies the sender, from the roster where it is known there."""
        return self.person.student if self.person else self.sender.student

    @property
    def called(self) -> str:
        """The sender's name, or what identifies the sender."""
        return (self.person.name if self.person else "") or self.sender.name or self.student

    @property
    def about(self) -> dict[str, str]:
        """Name and email, and how the platform names the sender."""
        return _about(self.sender, self.person, self.number)

    @property
    def age(self) -> tuple[datetime, tuple[int, ...], datetime, str]:
        """Later is larger: what the platform says, else the time of the file, then the name."""
        file, told = sortable(self.file.when), sortable(self.stamp)
        version = self.sender.version
        if self.sender.certain or self.stamp:
            return (told, version, file, str(self.file.path))
        return (file, version, file, str(self.file.path))

    @property
    def handed_in(self) -> datetime | None:
        """When, if a platform says so; the time of a file is no evidence."""
        told = self.person.handed_in if self.person else ""
        # A stamp in a name may be the student's own; a platform's table is not.
        return (read_stamp(told) if told else None) or self.stamp


def _about(sender: Sender, person: Person | None, number: str | None = None) -> dict[str, str]:
    """Name and email, and how the platform names the sender."""
    return {
        "name": (person.name if person else "") or sender.name,
        "email": person.email if person else "",
        "login": person.login if person else "",
        "platform": sender.student if number is None else number,
        "layout": sender.layout,
    }


@dataclass(frozen=True)
class _Class:
    """What all paths of a class together say about where the senders are named.

    Attributes:
        level: of the folders that name students.
        deepest: level of the deepest name that may be a platform's.
        wrapped: whether a single folder is around everything.
        prefix: before the login in the names of repositories.
        assignment: before the login in Blackboard's names.
        told: senders by folder, where a platform's table names them.
        roster: who should be there.
        exercise: name of the exercise's file.
    """

    level: int
    deepest: int
    wrapped: bool
    prefix: str
    assignment: str
    told: Mapping[PurePosixPath, Sequence[Sender]]
    roster: Roster | None
    exercise: str

    def senders(
        self, path: PurePosixPath, archive: PurePosixPath | None
    ) -> list[tuple[Sender, Person | None]]:
        """Everybody who handed in a file, as the platform and as the roster know them."""
        found = list(true_senders(path, archive, self.told, self.level, self.deepest))
        if self.roster and _names_somebody(archive, self.roster):
            found = [Sender(archive.stem)]  # whatever the names in somebody's own zip say
        elif found[0].layout == "plain" and self.names_files(path):
            found = [self._without_exercise(found[0], path)]
        elif found[0].layout == "blackboard":
            found = [self._on_blackboard(found[0], archive or path)]
        return [(sender, self._person(sender, path)) for sender in found]

    def names_files(self, path: PurePosixPath) -> bool:
        """Whether a plain file's own name says whose it is."""
        return self.level < 0 or len(path.parts) == 1

    def _without_exercise(self, sender: Sender, path: PurePosixPath) -> Sender:
        """Whom a file name leaves without the exercise's; itself, with its number, if nobody."""
        if not self.exercise:
            return sender
        own = rf"{COPY_OF}{re.escape(self.exercise)}"
        rest = re.sub(rf"^{own}(?:[ _-]+|$)|[ _-]+{own}$", "", sender.student, flags=re.I)
        if rest == sender.student:
            return sender
        return replace(sender, student=rest.strip() or path.stem)

    def _on_blackboard(self, sender: Sender, outermost: PurePosixPath) -> Sender:
        """A sender with the whole login, in which there may be the sign that stands before it."""
        before = "".join(_before_attempt(outermost, self.deepest)[:1])
        login = before.removeprefix(self.assignment) if self.assignment else ""
        return replace(sender, student=login or sender.student)

    def _person(self, sender: Sender, path: PurePosixPath) -> Person | None:
        if self.roster is None:
            return None
        if sender.numbered:
            return self.roster.numbered(sender.student, sender.name)
        # Where a platform says who it is, nothing that the student named says otherwise.
        is_plain = sender.layout == "plain"
        more = guesses(path, self.level, self.wrapped, self.prefix) if is_plain else []
        return self.roster.find(sender.student, sender.name, *more)


@dataclass(frozen=True)
class Beside:
    """A file that is no notebook, with what is known about its sender.

    Attributes:
        file: what it is.
        about: name and email, and how the platform names the sender.
    """

    file: Other
    about: Mapping[str, str]


Candidates = dict[str, list[Candidate]]
Others = dict[str, list[Beside]]


def candidates(
    source: Path, roster: Roster | None, sought: Sought, problems: list[Problem]
) -> tuple[Candidates, Others]:
    """By the student they seem to be from, every notebook, and every file that is none.

    Files whose sender nobody knows stand under ``""``.
    """
    notebooks: list[Notebook] = []
    tables: list[FoundFile] = []
    rest: list[tuple[Other, PurePosixPath | None]] = []
    for found in find_files(source, problems):
        if found.is_table:
            tables.append(found)
        elif found.is_notebook and _is_read(made := _read(found)):
            notebooks.append(made)
        elif (what := other(found)) is not None:
            rest.append((what, found.archive))
    known = _class_of(source, notebooks, tables, roster, sought, problems)
    known = replace(known, assignment=_assignment(notebooks, rest, known, problems))
    stamps = nbgrader_timestamps(tables, known.deepest)
    by_student: Candidates = defaultdict(list)
    for file in notebooks:
        senders = known.senders(file.path, file.archive)
        for sender, person in senders:
            stamp = sender.when or stamps.get(file.path.parent)
            made_by = Candidate(file, sender, stamp, person)
            by_student[made_by.student].append(made_by)
    return _in_groups(by_student, roster, sought.groups), _by_student(rest, known)


def _read(file: FoundFile) -> Notebook:
    try:
        cells = tuple(read_cells(file.data))
    except DamagedNotebook as error:
        return Notebook(file.path, file.when, file.archive, damage=str(error))
    kept = tuple(c if c.kind == "code" else Cell(c.kind, c.source[:TEXT]) for c in cells)
    return Notebook(file.path, file.when, file.archive, kept, fingerprint(cells))


def _is_read(notebook: Notebook) -> bool:
    """Whether it counts as a notebook: other JSON, saved as such, is none."""
    return not notebook.damage or notebook.path.suffix.lower() == ".ipynb"


def _class_of(
    source: Path,
    notebooks: list[Notebook],
    tables: list[FoundFile],
    roster: Roster | None,
    sought: Sought,
    problems: list[Problem],
) -> _Class:
    """Where the notebooks of a class, taken together, name their senders."""
    paths = [notebook.path for notebook in notebooks]
    archive = source.stem if source.suffix.lower() == ".zip" and source.is_file() else ""
    level, prefix = student_level(paths, archive, sought.exercise), ""
    if roster:
        everybody = roster

        def on_roster(name: str) -> bool:
            return everybody.find(name) is not None

        level = level_of_people(paths, level, on_roster)
        folders = {p.parts[level] for p in paths if len(p.parts) > level + 1} if level >= 0 else ()
        prefix = repository_prefix(folders, on_roster)
    told = gradescope_senders(above_students(tables, paths, level), problems)
    deepest, wrapped = platform_level(paths), is_wrapping(paths, level)
    return _Class(level, deepest, wrapped, prefix, "", told, roster, sought.exercise)


def _before_attempt(outermost: PurePosixPath, deepest: int) -> list[str]:
    """What Blackboard writes before the time into a name: the assignment's name and a login."""
    found = map(BLACKBOARD.match, outermost.parts[: deepest + 1])
    return [match["before"] for match in found if match]


def _assignment(
    notebooks: Sequence[Notebook],
    rest: Sequence[tuple[Other, PurePosixPath | None]],
    known: _Class,
    problems: list[Problem],
) -> str:
    """What stands before the login in all of Blackboard's names.

    Blackboard's notes of attempts say it. Without any, it is what all names begin with; where that
    may be one of several, the roster knows the logins, or a line says that they were guessed.
    """
    outermost = [n.archive or n.path for n in notebooks]
    names = [name for path in outermost for name in _before_attempt(path, known.deepest)]
    cuts = shared_beginnings(names, "_")
    told = {
        before.removesuffix(what.login)
        for what, _ in rest
        for before in _before_attempt(what.path, known.deepest)
        if what.login and before.endswith(f"_{what.login}")
    }
    if said := [cut for cut in cuts if cut in told]:
        return said[0]
    if known.roster and len(cuts) > 1:
        find = known.roster.find
        counts = {cut: sum(find(n.removeprefix(cut)) is not None for n in names) for cut in cuts}
        if any(counts.values()):
            return max(cuts, key=lambda cut: counts[cut])
    if len(cuts) > 1:
        either = " or ".join(repr(names[0].removeprefix(cut)) for cut in cuts)
        text = f"a login may be {either}: Blackboard's .txt beside it, or --roster, would say"
        problems.append(Problem("", f"{names[0]}_attempt_…", text, name="Blackboard"))
    return "".join(cuts[-1:])


def _names_somebody(archive: PurePosixPath | None, roster: Roster) -> TypeGuard[PurePosixPath]:
    """Whether an archive's name says who sent it; in a folder, its sender has named it."""
    return archive is not None and len(archive.parts) == 1 and bool(roster.find(archive.stem))


def _by_student(rest: Sequence[tuple[Other, PurePosixPath | None]], known: _Class) -> Others:
    """Files that are no notebooks, by student; a loose one names somebody only by the roster."""
    by_student: Others = defaultdict(list)
    for what, archive in rest:
        for sender, person in known.senders(what.path, archive):
            above = len(what.path.parts) <= max(known.level, 0) + 1
            loose = sender.layout == "plain" and archive is None and (known.level < 0 or above)
            student = person.student if person else "" if loose else sender.student
            if student or not what.of_platform:
                by_student[student].append(Beside(what, _about(sender, person) if student else {}))
    return by_student


def _in_groups(found: Candidates, roster: Roster | None, groups: Mapping[str, str]) -> Candidates:
    """Each notebook with everybody who handed it in together.

    A work is a group's if it is a member's, or if it bears the group's name.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for student, group in groups.items():
        members[group].append(student)
    called = {plain(c.called): key for key, own in found.items() for c in own}
    shared = dict(found)
    for group, together in members.items():
        keys = [s if s in found else called.get(plain(s), s) for s in together]
        of_group = [key for key in found if plain(key) == plain(group)]
        works = [c for key in dict.fromkeys([*keys, *of_group]) for c in found.get(key, [])]
        for key in of_group:
            shared.pop(key, None)
        for key in keys if works else ():
            person = roster.find(key) if roster else None
            own = found.get(key, [])
            told = number_in(person.platform) if person else ""
            number = own[0].sender.student if own else told
            shared[key] = [c if c in own else _given_to(c, key, person, number, own) for c in works]
    return _with_partners(shared)


def _given_to(
    work: Candidate, student: str, person: Person | None, number: str, own: list[Candidate]
) -> Candidate:
    """A partner's work as somebody's own; it came when the partner handed it in."""
    name = own[0].sender.name if own else ""
    if person and work.person:
        person = replace(person, handed_in=work.person.handed_in)
    sender = replace(work.sender, student=student, name=name)
    return replace(work, sender=sender, person=person, number=number)


def _with_partners(shared: Candidates) -> Candidates:
    """Candidates that say who else handed in the same file."""
    called: dict[PurePosixPath, set[str]] = defaultdict(set)
    for own in shared.values():
        for c in own:
            called[c.file.path].add(c.called)
    return {
        student: [replace(c, partners=tuple(sorted(called[c.file.path] - {c.called}))) for c in own]
        for student, own in shared.items()
    }
