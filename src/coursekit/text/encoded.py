"""A corpus as arrays of word numbers, which is what language models read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from coursekit.text.corpus import SPLITS, Corpus
from coursekit.text.speeches import sotu
from coursekit.text.vocabulary import IntArray, Vocabulary


@dataclass(frozen=True)
class EncodedCorpus:
    """Word numbers of a corpus, each split as one long array with ``</s>`` after each sentence.

    Attributes:
        vocab: The vocabulary, built from the training split alone.
        train: Shape (t,), int32, read-only; likewise ``valid`` and ``test``.
        doc_starts: For each split, where its documents begin, and its length as the last entry;
            shape (documents + 1,).
    """

    vocab: Vocabulary
    train: IntArray
    valid: IntArray
    test: IntArray
    doc_starts: Mapping[str, IntArray]

    def documents(self, split: str) -> list[IntArray]:
        """The documents of one split, each an array of word numbers."""
        starts = self.doc_starts[split]
        ids: IntArray = getattr(self, split)
        return [ids[a:b] for a, b in pairwise(starts)]


def encode(corpus: Corpus, vocab: Vocabulary) -> EncodedCorpus:
    """Number the words of ``corpus`` by ``vocab``."""
    arrays: dict[str, IntArray] = {}
    starts: dict[str, IntArray] = {}
    for split in SPLITS:
        documents = [vocab.encode(document.tokens) for document in getattr(corpus, split)]
        lengths = [0, *(len(document) for document in documents)]
        arrays[split] = np.concatenate(documents)
        starts[split] = np.cumsum(lengths, dtype=np.int32)
        arrays[split].flags.writeable = starts[split].flags.writeable = False
    return EncodedCorpus(vocab, arrays["train"], arrays["valid"], arrays["test"], starts)


@cache
def encoded_sotu(vocab_size: int = 10_000) -> EncodedCorpus:
    """The speeches as word numbers, with the ``vocab_size`` most frequent training words.

    Read and encoded once, then kept in memory; the arrays are shared and therefore read-only.
    """
    corpus = sotu()
    vocab = Vocabulary.build(corpus.tokens("train"), vocab_size)
    return encode(corpus, vocab)
