"""Collect what a class handed in: folders, zips, zips in folders; one submission for each student.

Everything is read into memory and nothing is unpacked to disk, so no file name in an archive can
reach outside it. What cannot be read becomes a ``Problem`` with one line of text and stops nothing
else.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import yaml

from coursekit.grading.intake.layouts import Sender, sender_of, student_level
from coursekit.grading.intake.notebookfile import LARGEST, Cell, DamagedNotebook, read_cells
from coursekit.grading.intake.roster import Person, Roster

IGNORED = ("__MACOSX", ".ipynb_checkpoints", ".git", "node_modules", ".venv")
UNPACKED = 4 << 30  # bytes one archive may unpack to
DEPTH = 3  # archives within archives


class IntakeFault(Exception):
    """There is nothing to grade; the text says why in one line."""


@dataclass(frozen=True)
class Problem:
    """One line about one file or student that an instructor should look at."""

    student: str
    file: str
    text: str
    name: str = ""
    email: str = ""
    platform: str = ""
    layout: str = "plain"


@dataclass(frozen=True)
class Item:
    """A file as found: its path inside the collection, content, time, and the sidecar's sender."""

    path: PurePosixPath
    data: bytes
    when: datetime | None


@dataclass(frozen=True)
class Submission:
    """What counts for one student.

    Attributes:
        student: identifier, from the roster where it is known there.
        name: the person's name, or ``""``.
        email: from the roster or the platform, or ``""``.
        file: path as the instructor sees it.
        cells: the notebook.
        digest: fingerprint of the cells; equal work has equal fingerprints.
        when: when it was handed in, where a platform or a file says so.
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


@dataclass
class Collection:
    """All submissions (in order of student), problems, and who on the roster handed in nothing."""

    submissions: list[Submission] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    missing: list[Person] = field(default_factory=list)


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
    items = list(_items(source, found.problems))
    senders = _gradescope(items)
    stamps = _timestamps(items)
    notebooks = [i for i in items if i.path.suffix.lower() == ".ipynb"]
    archive = source.stem if source.suffix.lower() == ".zip" and source.is_file() else ""
    level = student_level([i.path for i in notebooks], archive)
    candidates: dict[str, list[_Candidate]] = {}
    for item in notebooks:
        sender = senders.get(item.path.parent.name) or sender_of(item.path, level)
        when = stamps.get(item.path.parent) or item.when
        person = roster.find(sender.student, sender.name, *_guesses(item.path)) if roster else None
        candidate = _Candidate(item, sender, when, person)
        candidates.setdefault(candidate.student, []).append(candidate)
    if not candidates and not found.problems:
        raise IntakeFault(f"{source}: no notebook (.ipynb) in it")
    for student in sorted(candidates):
        submission = _choose(student, candidates[student], found.problems, wanted)
        if submission is not None:
            found.submissions.append(submission)
    if roster is not None:
        _compare_with_roster(found, candidates, roster)
    if not candidates:
        raise IntakeFault(f"{source}: no notebook (.ipynb) in it ({found.problems[0].text})")
    return found


@dataclass(frozen=True)
class _Candidate:
    """One notebook file with what is known about its sender."""

    item: Item
    sender: Sender
    when: datetime | None
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
        first = datetime.min.replace(tzinfo=UTC)
        return (self.when or first, self.sender.version, str(self.item.path))


def _items(source: Path, problems: list[Problem]) -> Iterator[Item]:
    """Every file that matters, from disk and from archives."""
    if source.is_file():
        paths = [source]
        root = source.parent
    else:
        paths = sorted(p for p in source.rglob("*") if p.is_file())
        root = source
    for path in paths:
        inner = PurePosixPath(path.relative_to(root).as_posix())
        if _ignored(inner):
            continue
        if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
            problems.append(
                Problem(sender_of(inner).student, str(inner), "a link to a file outside")
            )
            continue
        try:
            when = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            if path.stat().st_size > UNPACKED:
                raise OSError("larger than any notebook")
            yield from _opened(Item(inner, path.read_bytes(), when), problems, 1, path == source)
        except OSError as error:
            text = f"cannot be read: {error.strerror or error}"
            problems.append(Problem(sender_of(inner).student, str(inner), text))


def _ignored(path: PurePosixPath) -> bool:
    """Files that systems and editors leave behind, and types that are never needed."""
    if any(p in IGNORED for p in path.parts) or path.name.startswith(("._", "~$", ".")):
        return True
    return path.suffix.lower() not in (".ipynb", ".zip", ".yml", ".txt")


def _opened(item: Item, problems: list[Problem], depth: int, bare: bool = False) -> Iterator[Item]:
    """The item itself, or what is in it when it is an archive.

    ``bare``: the archive is the whole collection, so its own name says nothing about senders.
    """
    if item.path.suffix.lower() != ".zip":
        yield item
        return
    try:
        with zipfile.ZipFile(io.BytesIO(item.data)) as archive:
            infos = [i for i in archive.infolist() if not i.is_dir()]
            if sum(i.file_size for i in infos) > UNPACKED or depth > DEPTH:
                raise zipfile.BadZipFile("too large or too deep")
            for info in infos:
                inner = PurePosixPath(
                    *(p for p in PurePosixPath(info.filename).parts if p not in ("/", ".."))
                )
                if _ignored(inner) or info.file_size > LARGEST:
                    continue
                folder = PurePosixPath() if bare else item.path.with_suffix("")
                when = _zip_time(info) or item.when
                part = Item(folder / inner, archive.read(info), when)
                yield from _opened(part, problems, depth + 1)
    except (
        zipfile.BadZipFile,
        RuntimeError,
        NotImplementedError,
        OSError,
        ValueError,
        EOFError,
    ) as error:
        text = f"an archive that cannot be read: {error}"
        problems.append(Problem(sender_of(item.path).student, str(item.path), text))
    except Exception as error:  # zlib.error, LZMAError: damaged in the middle
        text = f"a damaged archive: {error}"
        problems.append(Problem(sender_of(item.path).student, str(item.path), text))


def _zip_time(info: zipfile.ZipInfo) -> datetime | None:
    """The time an archive gives a file; archives without times say 1980."""
    try:
        when = datetime(*info.date_time, tzinfo=UTC)
    except ValueError:
        return None
    return when if when.year > 1980 else None


def _gradescope(items: list[Item]) -> dict[str, Sender]:
    """Senders by folder, from Gradescope's ``submission_metadata.yml``."""
    senders: dict[str, Sender] = {}
    for item in items:
        if item.path.name != "submission_metadata.yml":
            continue
        try:
            told = yaml.safe_load(item.data)
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
            continue
        for folder, about in told.items() if isinstance(told, dict) else ():
            people = about.get(":submitters") if isinstance(about, dict) else None
            first = people[0] if isinstance(people, list) and people else None
            if isinstance(first, dict):
                sid = first.get(":sid") or first.get(":email") or folder
                name = str(first.get(":name") or "")
                senders[str(folder)] = Sender(str(sid), name, (0,), False, "gradescope")
    return senders


def _timestamps(items: list[Item]) -> dict[PurePosixPath, datetime]:
    """Times by folder, from nbgrader's ``timestamp.txt``."""
    stamps = {}
    for item in items:
        if item.path.name != "timestamp.txt":
            continue
        text = item.data[:100].decode("utf-8", "replace").strip()
        text = re.sub(r" (UTC|GMT)$", "+00:00", text)
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            continue
        stamps[item.path.parent] = when if when.tzinfo else when.replace(tzinfo=UTC)
    return stamps


def _guesses(path: PurePosixPath) -> list[str]:
    """Parts of a path that may name a person, for the roster to recognise."""
    return [path.stem, *path.parts[:-1]]


def _choose(
    student: str, candidates: list[_Candidate], problems: list[Problem], wanted: frozenset[str]
) -> Submission | None:
    """The version that counts: the latest readable one that belongs to this exercise."""
    readable: list[tuple[_Candidate, tuple[Cell, ...]]] = []
    for candidate in sorted(candidates, key=lambda c: c.age):
        try:
            readable.append((candidate, tuple(read_cells(candidate.item.data))))
        except DamagedNotebook as error:
            file = str(candidate.item.path)
            problems.append(Problem(student, file, str(error), **candidate.about))
    if not readable:
        return None
    fitting = [r for r in readable if _mentions(r[1], wanted)] or readable
    chosen, cells = fitting[-1]
    notes = []
    if len(candidates) > 1:
        others = ", ".join(str(c.item.path) for c in candidates if c is not chosen)
        notes.append(
            f"{len(candidates)} files were handed in; {chosen.item.path} counts, not {others}."
        )
    return Submission(
        student=student,
        file=str(chosen.item.path),
        cells=cells,
        digest=fingerprint(cells),
        when=chosen.when,
        late=chosen.sender.late,
        notes=tuple(notes),
        **chosen.about,
    )


def _mentions(cells: tuple[Cell, ...], wanted: frozenset[str]) -> bool:
    """Whether any code cell holds one of the wanted names as a word."""
    words = re.compile(r"\b(" + "|".join(map(re.escape, sorted(wanted))) + r")\b")
    return not wanted or any(c.kind == "code" and words.search(c.source) for c in cells)


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
            found.problems.append(Problem(student, str(last.item.path), text, **last.about))
    found.missing = [p for p in roster.people if p.student not in candidates]
