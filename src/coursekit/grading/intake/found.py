"""Find the files in a folder, in a zip, in zips in folders: one at a time, with its place.

Nothing is unpacked to a name on disk, so no file name in an archive can reach outside it. What
cannot be read becomes a ``Problem`` with one line of text and stops nothing else.
"""

import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from coursekit.checks.notebookfile import LARGEST
from coursekit.grading.intake.archives import (
    DEPTH,
    Allowance,
    BadArchive,
    allowance,
    beginning,
    inner,
    opened,
    place,
    unpacked,
)
from coursekit.grading.intake.layouts import sender_of

METADATA, TIMESTAMP = "submission_metadata.yml", "timestamp.txt"  # Gradescope's and nbgrader's
CHECKPOINTS = ".ipynb_checkpoints"  # Jupyter's own copies of a notebook
IGNORED = ("__MACOSX", ".git", "node_modules", ".venv", "__pycache__")
LEFT = ("Thumbs.db", "desktop.ini")
NOTEBOOKS = (".ipynb", ".ipynb.txt", ".ipynb.json", ".json")  # as browsers and mail save them
HEAD = 4096  # bytes of another file, in which a link may stand
LONGEST_NAME = 255  # characters of one part of a path, as file systems allow
LONGEST_PATH = 1000
MARK = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Problem:
    """One line about one file or student that an instructor should look at.

    ``student`` is empty where the file is a platform's own.
    """

    student: str
    file: str
    text: str
    name: str = ""
    email: str = ""
    platform: str = ""
    layout: str = "plain"
    login: str = ""


@dataclass(frozen=True)
class FoundFile:
    """A file as found.

    Attributes:
        path: inside the collection.
        data: its content.
        when: its time, or None.
        archive: path of the outermost archive that it came in, unless that is the collection.
    """

    path: PurePosixPath
    data: bytes
    when: datetime | None
    archive: PurePosixPath | None = None

    @property
    def is_notebook(self) -> bool:
        """Whether its name is that of a notebook."""
        return not self.is_checkpoint and self.path.name.lower().endswith(NOTEBOOKS)

    @property
    def is_checkpoint(self) -> bool:
        """Whether Jupyter made it; it says no more than that its sender had a notebook."""
        return CHECKPOINTS in self.path.parts

    @property
    def is_table(self) -> bool:
        """Whether it is a platform's own, beside the notebooks."""
        return self.path.name in (METADATA, TIMESTAMP)


def find_files(source: Path, problems: list[Problem]) -> Iterator[FoundFile]:
    """Every file that matters, from disk and from archives; none is kept once the next is asked."""
    if source.is_file():
        paths = [source]
        root = source.parent
    else:
        paths = sorted(p for p in source.rglob("*") if p.is_file())
        root = source
    for path in paths:
        where = _readable(PurePosixPath(path.relative_to(root).as_posix()))
        if _ignored(where):
            continue
        if path.is_symlink() and path != source and not _stays(path, where):
            problems.append(_problem(where, "a link to a file outside its folder, not followed"))
            continue
        try:
            yield from _on_disk(path, where, problems, whole=path == source)
        except OSError as error:
            problems.append(_problem(where, f"cannot be read: {error.strerror or error}"))


def _stays(link: Path, where: PurePosixPath) -> bool:
    """Whether a link leads to a file in its own folder; any other may be another student's."""
    return len(where.parts) > 1 and link.resolve().is_relative_to(link.parent.resolve())


def _on_disk(
    path: Path, where: PurePosixPath, problems: list[Problem], whole: bool
) -> Iterator[FoundFile]:
    """A file on disk, or what is in it when it is an archive.

    ``whole``: it is the whole collection, so its own name says nothing about senders.
    """
    about = path.stat()
    when = datetime.fromtimestamp(about.st_mtime, UTC)
    if _is_archive(where):
        with path.open("rb") as file:
            found = _Archive(
                where, None if whole else where, when, 1, allowance(about.st_size, whole)
            )
            try:
                yield from found.files(file, problems)
            except BadArchive as error:
                problems.append(_problem(where, f"not read to its end: {error}"))
    elif not _matters(where):
        with path.open("rb") as file:
            yield FoundFile(where, file.read(HEAD), when)
    elif about.st_size > LARGEST:
        problems.append(_problem(where, f"larger than {LARGEST >> 20} MB"))
    else:
        yield FoundFile(where, path.read_bytes(), when)


def _ignored(path: PurePosixPath) -> bool:
    """Files that systems and editors leave behind."""
    if path.name in LEFT or any(part in IGNORED for part in path.parts):
        return True
    if path.name.startswith(("._", "~$")):
        return True
    return path.name.startswith(".") and not path.name.lower().endswith(".ipynb")


def _matters(path: PurePosixPath) -> bool:
    """Whether a file is read to its end; of others, what they begin with is enough."""
    return path.name.lower().endswith(NOTEBOOKS) or path.name in (METADATA, TIMESTAMP)


def _is_archive(path: PurePosixPath) -> bool:
    return path.suffix.lower() == ".zip"


def _readable(path: PurePosixPath) -> PurePosixPath:
    """The path with its code in place of what cannot be shown in one line or written to a file.

    Different paths stay different, or one student's work would be taken for another's; but a letter
    and its accent may come as one sign or, from a Mac, as two.
    """
    return PurePosixPath("".join(map(_shown, unicodedata.normalize("NFC", str(path)))))


def _shown(character: str) -> str:
    if character.isprintable() and character != MARK:
        return character
    return f"{MARK}{ord(character):X}{MARK}"


def _short(path: PurePosixPath) -> PurePosixPath:
    """The path, or the end of it with shortened names if no file system would take it."""
    if len(str(path)) <= LONGEST_PATH and max(map(len, path.parts)) <= LONGEST_NAME:
        return path
    names = [p.stem[:100].strip() + p.suffix[:100] for p in map(PurePosixPath, path.parts)]
    return PurePosixPath(*names[:1], *names[1:][-8:])


def _problem(path: PurePosixPath, text: str, file: PurePosixPath | None = None) -> Problem:
    """A line about a file, with the student whom its path names."""
    return Problem(sender_of(path).student, str(file or path), text)


@dataclass(frozen=True)
class _Archive:
    """An archive and what it may still cost.

    Attributes:
        path: of the archive.
        outermost: the archive around it, or itself, that one person has handed in; None for the
            whole collection.
        when: its own time, for files that it gives none.
        depth: archives around its files.
        allowed: what may still be unpacked.
    """

    path: PurePosixPath
    outermost: PurePosixPath | None
    when: datetime | None
    depth: int
    allowed: Allowance

    @property
    def whole(self) -> bool:
        """Whether it is the whole collection."""
        return self.outermost is None

    def files(self, file: IO[bytes], problems: list[Problem]) -> Iterator[FoundFile]:
        """The files in it; a damaged one costs no other.

        Raises:
            BadArchive: it costs too much, so nothing more of what this person sent is read.
        """
        if self.depth > DEPTH:
            raise BadArchive("too deep in other archives")
        try:
            archive = opened(file)
        except BadArchive:
            raise
        except Exception as error:  # what a damaged archive makes zipfile raise is not foreseeable
            problems.append(_problem(self.path, f"an archive that cannot be read: {error}"))
            return
        with archive:
            listed = [(info, place(info)) for info in archive.infolist() if not info.is_dir()]
            kept = [(info, path) for info, path in listed if not _ignored(path)]
            if not kept and not self.whole:
                problems.append(
                    _problem(self.path, "an archive with no file of the student's in it")
                )
            for info, path in kept:
                where = _short(self._folder / _readable(path))
                try:
                    yield from self._part(archive, info, where, problems)
                except BadArchive as error:
                    if not self.whole:
                        raise
                    problems.append(_problem(where, f"not read to its end: {error}"))
                except Exception as error:  # likewise, zlib's errors among them
                    text = f"a damaged archive: {path.name}: {error}"
                    problems.append(_problem(where, text, where if self.whole else self.path))

    @property
    def _folder(self) -> PurePosixPath:
        return PurePosixPath() if self.whole else self.path.with_suffix("")

    def _part(
        self,
        archive: zipfile.ZipFile,
        info: zipfile.ZipInfo,
        where: PurePosixPath,
        problems: list[Problem],
    ) -> Iterator[FoundFile]:
        """One file of the archive, or the files of an archive in it."""
        when = _zip_time(info) or self.when
        if not _is_archive(where):
            read = unpacked if _matters(where) else beginning
            data = read(archive, info, LARGEST if _matters(where) else HEAD, self.allowed)
            yield FoundFile(where, data, when, self.outermost)
            return
        with inner(archive, info, self.allowed) as file:
            allowed = allowance(info.file_size, False) if self.whole else self.allowed
            deeper = _Archive(where, self.outermost or where, when, self.depth + 1, allowed)
            yield from deeper.files(file, problems)


def _zip_time(info: zipfile.ZipInfo) -> datetime | None:
    """The time an archive gives a file; archives without times say 1980."""
    try:
        when = datetime(*info.date_time, tzinfo=UTC)
    except ValueError:
        return None
    return when if when.year > 1980 else None
