"""Find the files in a folder, in a zip, in zips in folders: everything in memory, with its place.

Nothing is unpacked to disk, so no file name in an archive can reach outside it. What cannot be read
becomes a ``Problem`` with one line of text and stops nothing else.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from coursekit.checks.notebookfile import LARGEST
from coursekit.grading.intake.layouts import sender_of

IGNORED = ("__MACOSX", ".ipynb_checkpoints", ".git", "node_modules", ".venv")
UNPACKED = 4 << 30  # bytes one archive may unpack to
DEPTH = 3  # archives within archives


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


def find_files(source: Path, problems: list[Problem]) -> Iterator[FoundFile]:
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
            yield from _opened(
                FoundFile(inner, path.read_bytes(), when), problems, 1, path == source
            )
        except OSError as error:
            text = f"cannot be read: {error.strerror or error}"
            problems.append(Problem(sender_of(inner).student, str(inner), text))


def _ignored(path: PurePosixPath) -> bool:
    """Files that systems and editors leave behind, and types that are never needed."""
    if any(p in IGNORED for p in path.parts) or path.name.startswith(("._", "~$", ".")):
        return True
    return path.suffix.lower() not in (".ipynb", ".zip", ".yml", ".txt")


def _opened(
    item: FoundFile, problems: list[Problem], depth: int, bare: bool = False
) -> Iterator[FoundFile]:
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
                outermost = item.archive or (None if bare else item.path)
                part = FoundFile(folder / inner, archive.read(info), when, outermost)
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
