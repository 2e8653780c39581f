"""Corpora, vocabulary and batching. What every language model of the course reads.

The word corpus (needs the package ``sotu``, no network)::

    corpus = text.sotu()              # Corpus(train, valid, test), tuples of Document
    document = corpus.train[0]        # Document(name, year, sentences); document.tokens has </s>
    data = text.encoded_sotu()        # EncodedCorpus, vocab_size=10_000 unless told otherwise
    data.train, data.valid, data.test         # int32 arrays of shape (t,), </s> included
    data.vocab                                # Vocabulary
    data.documents("test")                    # list of int32 arrays, one for each document
    data.doc_starts["test"]                   # where they begin, (documents + 1,)

A vocabulary::

    vocab = text.Vocabulary.build(tokens, size=10_000)   # <unk> is 0, </s> is 1, then by frequency
    vocab.encode(["my", "fellow"]); vocab.decode([5, 9]); len(vocab); "my" in vocab
    vocab.words; vocab.index["my"]; vocab.unknown; vocab.end
    text.Vocabulary.build(string, specials=())           # characters, without <unk>

Characters and downloads::

    text.python_source()                  # SourceCorpus(train, valid) of SourceFile(name, text)
    text.ALPHABET                         # its 96 symbols
    text.tiny_shakespeare(); text.war_and_peace()          # str; these four need internet once
    text.penn_treebank(); text.wikitext2()                 # Corpus

Training batches, where row b reads on from batch to batch::

    for inputs, targets in text.batches(data.train, batch=20, window=35):   # int64, (b, t)
        ...
    text.batches(text.with_boundary(data.test, data.vocab.end), 1, 200)     # score every token
"""

from coursekit.text.batching import batches, with_boundary
from coursekit.text.corpus import Corpus, CorruptCorpus, Document, MissingCorpus
from coursekit.text.downloads import penn_treebank, tiny_shakespeare, war_and_peace, wikitext2
from coursekit.text.encoded import EncodedCorpus, encode, encoded_sotu
from coursekit.text.source_code import ALPHABET, SourceCorpus, SourceFile, python_source
from coursekit.text.speeches import sotu
from coursekit.text.tokens import END, UNKNOWN, sentences, words
from coursekit.text.vocabulary import Vocabulary

__all__ = [
    "ALPHABET",
    "END",
    "UNKNOWN",
    "Corpus",
    "CorruptCorpus",
    "Document",
    "EncodedCorpus",
    "MissingCorpus",
    "SourceCorpus",
    "SourceFile",
    "Vocabulary",
    "batches",
    "encode",
    "encoded_sotu",
    "penn_treebank",
    "python_source",
    "sentences",
    "sotu",
    "tiny_shakespeare",
    "war_and_peace",
    "wikitext2",
    "with_boundary",
    "words",
]
