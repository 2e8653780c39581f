"""The course's code corpus: the source of Python's own standard library, as characters.

It needs no download, but it changes with the Python version: numbers measured on it hold for one
version only, so the course stores what must not drift and reads this corpus to look at text.
"""

import re
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from coursekit.text.corpus import MissingCorpus

# 96 symbols: the line break and printable ASCII.
ALPHABET = "\n" + "".join(map(chr, range(32, 127)))

# Left out: tests repeat themselves, the rest is tables and data more than code.
_LEFT_OUT = {"test", "tests", "idlelib", "lib2to3", "encodings", "pydoc_data", "site-packages"}
_HELD_OUT = 25  # one file in 25 is held out
_FOREIGN = re.compile(r"[^\n -~]")


@dataclass(frozen=True)
class SourceFile:
    """One file: its path below the library's folder, and its text in ``ALPHABET`` alone."""

    name: str
    text: str


@dataclass(frozen=True)
class SourceCorpus:
    """Files to learn from and files held out; which is which goes by the hash of the name."""

    train: tuple[SourceFile, ...]
    valid: tuple[SourceFile, ...]


def plain(text: str) -> str:
    """Write ``text`` in 96 symbols: a tab as four spaces, any other foreign symbol as ``?``."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    return _FOREIGN.sub("?", lines)


def _files(library: Path) -> Iterator[SourceFile]:
    for path in sorted(library.rglob("*.py")):
        name = path.relative_to(library)
        if not _LEFT_OUT.intersection(name.parts):
            yield SourceFile(name.as_posix(), plain(path.read_text("utf-8", errors="replace")))


@cache
def python_source() -> SourceCorpus:
    """The standard library of the Python that runs this, about 9 million characters.

    About one CPU-second on the first call, then kept in memory.

    Raises:
        MissingCorpus: This Python has no library on disk (it came as one zip file, say).
    """
    library = Path(sysconfig.get_path("stdlib"))
    everything = list(_files(library))
    if not everything:
        version = ".".join(map(str, sys.version_info[:3]))
        raise MissingCorpus(
            f"The standard library of this Python {version} has no source files in {library}. "
            "Use a Python installed from python.org, a Linux distribution, conda or uv."
        )
    held_out = [int(sha256(f.name.encode()).hexdigest(), 16) % _HELD_OUT == 0 for f in everything]
    return SourceCorpus(
        train=tuple(f for f, held in zip(everything, held_out, strict=True) if not held),
        valid=tuple(f for f, held in zip(everything, held_out, strict=True) if held),
    )
