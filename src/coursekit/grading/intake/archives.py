"""Read zips from strangers: what one may cost is settled before anything in it is unpacked.

A few kilobytes can stand for gigabytes, for millions of names, or for a zip in a zip without end.
So an archive has an allowance of bytes that grows with its own size, which the archives in it
share; names are counted before they are read; and one file at a time is unpacked, in memory, so
that no name can lead outside.
"""

import contextlib
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

MEGABYTE = 1 << 20
LEAST = 64 * MEGABYTE  # bytes that any archive may unpack to
MOST = 1024 * MEGABYTE  # bytes that one student's archive may unpack to, whatever its own size
RATIO = 50  # times its own size that an archive may unpack to; text shrinks to a tenth
PART_RATIO = 200  # times its packed size that one large file may unpack to
SMALL = 16 * MEGABYTE  # bytes of a file that is not large
ENTRIES = 100_000  # files of one archive
TAIL = 32 * MEGABYTE  # bytes at the end of an archive in which their names are counted
DEPTH = 3  # archives within archives
ENTRY = b"PK\1\2"  # before the name of each file, at the end of an archive
IN_MEMORY = 8 * MEGABYTE  # bytes of an inner archive beyond which it waits in a nameless file
UTF8, ENCRYPTED = 1 << 11, 1  # flags of a file in an archive
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what systems and platforms use


class BadArchive(Exception):
    """An archive, or a file in it, that would cost too much; the text says why."""


@dataclass
class Allowance:
    """Bytes that may still be unpacked."""

    left: int

    def take(self, count: int) -> None:
        """Use up some of them.

        Raises:
            BadArchive: that many are not left.
        """
        if count > self.left:
            raise BadArchive("it unpacks to far more than its own size")
        self.left -= count


def allowance(size: int, whole: bool) -> Allowance:
    """What an archive of so many bytes may unpack to.

    Args:
        size: of the archive.
        whole: it is the work of a whole class, which may be large.
    """
    wanted = max(LEAST, RATIO * size)
    return Allowance(wanted if whole else min(wanted, MOST))


def opened(file: IO[bytes]) -> zipfile.ZipFile:
    """The archive in a file, whose names have been counted first.

    Raises:
        BadArchive: it holds too many names, or files that lie over one another.
        zipfile.BadZipFile: it is none.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL))
    if file.read().count(ENTRY) > ENTRIES:
        raise BadArchive(f"more than {ENTRIES:,} files in it")
    file.seek(0)
    archive = zipfile.ZipFile(file)
    if sum(info.compress_size for info in archive.infolist()) > size:
        raise BadArchive("its files lie over one another")
    return archive


def place(info: zipfile.ZipInfo) -> PurePosixPath:
    """Where a file stands inside its archive, by a path that leads nowhere else."""
    parts = PurePosixPath(_name(info)).parts
    return PurePosixPath(*(part for part in parts if part not in ("/", "..")))


def _name(info: zipfile.ZipInfo) -> str:
    """A file's name as it was meant.

    Many programs write names in UTF-8 without saying so, which ``zipfile`` then reads as the
    letters of early DOS; some on Windows write its own separators.
    """
    name = info.filename
    if not info.flag_bits & UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name if "/" in name else name.replace("\\", "/")


def unpacked(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int, allowed: Allowance
) -> bytes:
    """The bytes of a file in an archive.

    Raises:
        BadArchive: they are more than ``most``, or than the archive's packing makes likely.
    """
    _permit(info, most, allowed)
    return archive.read(info)


def beginning(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int, allowed: Allowance
) -> bytes:
    """The first bytes of a file in an archive, at most so many."""
    if info.compress_type not in METHODS or info.flag_bits & ENCRYPTED:
        return b""
    allowed.take(min(most, info.file_size))
    with archive.open(info) as file:
        return file.read(most)


def inner(archive: zipfile.ZipFile, info: zipfile.ZipInfo, allowed: Allowance) -> IO[bytes]:
    """An archive in an archive, as a file.

    Raises:
        BadArchive: it is larger than allowed.
    """
    _permit(info, MOST, allowed)
    file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    with archive.open(info) as source:
        while piece := source.read(MEGABYTE):
            file.write(piece)
    return file


def _permit(info: zipfile.ZipInfo, most: int, allowed: Allowance) -> None:
    if info.file_size > most:
        raise BadArchive(f"larger than {most >> 20} MB")
    if info.file_size > max(SMALL, PART_RATIO * info.compress_size):
        raise BadArchive("it unpacks to far more than its own size")
    if info.compress_type not in METHODS:
        raise BadArchive("packed by a method that is not read here; zip it again")
    allowed.take(info.file_size)
