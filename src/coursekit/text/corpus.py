"""Documents and corpora: text that has been cut into words, with its documents kept apart."""

from collections.abc import Iterator
from dataclasses import dataclass

from coursekit.text.tokens import END

Split = tuple["Document", ...]
SPLITS = ("train", "valid", "test")


@dataclass(frozen=True)
class Document:
    """One speech, article or book.

    Attributes:
        name: The document's name, unique in its corpus.
        year: Its year, or None where the corpus gives none.
        sentences: Its sentences, each a list of words without an end mark.
    """

    name: str
    year: int | None
    sentences: list[list[str]]

    @property
    def tokens(self) -> list[str]:
        """All words in order, with ``</s>`` after each sentence."""
        return [word for sentence in self.sentences for word in (*sentence, END)]


@dataclass(frozen=True)
class Corpus:
    """Three sets of documents that share none."""

    train: Split
    valid: Split
    test: Split

    def tokens(self, split: str) -> Iterator[str]:
        """The words of one split, document after document, ``</s>`` after each sentence.

        Args:
            split: ``"train"``, ``"valid"`` or ``"test"``.
        """
        for document in getattr(self, split):
            yield from document.tokens


class MissingCorpus(RuntimeError):
    """The corpus is not on this machine; the message says what to install or download."""


class CorruptCorpus(RuntimeError):
    """A file of the corpus is not the one the course was measured on."""
