"""The limits of archives from strangers, each at its edge."""

import io
import zipfile

import pytest

from coursekit.grading.intake import archives
from coursekit.grading.intake.archives import MEGABYTE, Allowance, BadArchive

PLENTY = 1 << 40


def info(size: int, packed: int, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    about = zipfile.ZipInfo("a.ipynb")
    about.file_size, about.compress_size, about.compress_type = size, packed, method
    return about


class Archive:
    """Stands for a zip whose files hold nothing: what is asked for is whether they may be read."""

    def read(self, about: zipfile.ZipInfo) -> bytes:
        return b""


def permitted(about: zipfile.ZipInfo, most: int = PLENTY, left: int = PLENTY) -> bool:
    try:
        archives.unpacked(Archive(), about, most, Allowance(left))
    except BadArchive:
        return False
    return True


@pytest.mark.parametrize(
    ("size", "whole", "expected"),
    [
        (0, False, 64),
        (1, False, 64),  # small archives may unpack to 64 MB
        (2, False, 100),  # larger ones to fifty times their size
        (30, False, 1024),  # one student's to a gigabyte at most
        (30, True, 1500),  # a whole class's to more
    ],
)
def test_an_allowance_grows_with_the_archive(size: int, whole: bool, expected: int) -> None:
    assert archives.allowance(size * MEGABYTE, whole).left == expected * MEGABYTE


def test_an_allowance_is_shared_and_can_be_used_up_exactly() -> None:
    allowed = Allowance(10)
    allowed.take(4)
    allowed.take(6)
    assert allowed.left == 0
    with pytest.raises(BadArchive, match="far more than its own size"):
        allowed.take(1)
    assert allowed.left == 0


def test_a_file_may_be_as_large_as_allowed_and_no_larger() -> None:
    assert permitted(info(100, 100), most=100)
    assert not permitted(info(101, 100), most=100)
    assert permitted(info(100, 100), left=100)
    assert not permitted(info(101, 100), left=100)


def test_only_large_files_must_have_a_likely_ratio() -> None:
    small, packed = 16 * MEGABYTE, 90_000
    assert permitted(info(small, 1))
    assert not permitted(info(small + 1, 1))
    assert permitted(info(200 * packed, packed))
    assert not permitted(info(200 * packed + 1, packed))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_are_refused_in_words(method: int) -> None:
    with pytest.raises(BadArchive, match="zip it again"):
        archives.unpacked(Archive(), info(1, 1, method), PLENTY, Allowance(PLENTY))


def test_the_beginning_of_a_file_costs_what_is_read() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("long.txt", b"abcdefgh")
    with zipfile.ZipFile(held) as archive:
        about = archive.infolist()[0]
        allowed = Allowance(12)
        assert archives.beginning(archive, about, 3, allowed) == b"abc"
        assert allowed.left == 9
        assert archives.beginning(archive, about, 20, allowed) == b"abcdefgh"
        assert allowed.left == 1
        about.flag_bits |= 1  # locked: nothing can be shown, and nothing is asked
        assert archives.beginning(archive, about, 3, allowed) == b""
        about.flag_bits, about.compress_type = 0, zipfile.ZIP_LZMA
        assert archives.beginning(archive, about, 3, allowed) == b""
        assert allowed.left == 1


@pytest.mark.parametrize("size", [0, 1, MEGABYTE, MEGABYTE + 1])
def test_an_inner_archive_is_handed_on_whole(size: int) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("inner.zip", bytes(size))
    with zipfile.ZipFile(held) as archive:
        about = archive.infolist()[0]
        with archives.inner(archive, about, Allowance(size)) as file:
            assert file.seek(0, 2) == size
        with pytest.raises(BadArchive):
            archives.inner(archive, about, Allowance(size - 1))


def test_names_are_counted_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number in range(3):
            archive.writestr(f"{number}.txt", b"")
    monkeypatch.setattr(archives, "ENTRIES", 3)
    assert len(archives.opened(held).namelist()) == 3
    monkeypatch.setattr(archives, "ENTRIES", 2)
    with pytest.raises(BadArchive, match="more than 2 files"):
        archives.opened(held)


@pytest.mark.parametrize(
    ("written", "flag", "read"),
    [
        ("a/b.ipynb", True, "a/b.ipynb"),
        ("/etc/b.ipynb", True, "etc/b.ipynb"),
        ("../../b.ipynb", True, "b.ipynb"),
        ("ann\\b.ipynb", True, "ann/b.ipynb"),
        ("ann/b\\c.ipynb", True, "ann/b\\c.ipynb"),  # a backslash in a name of Linux
        ("Żółw.ipynb".encode().decode("cp437"), False, "Żółw.ipynb"),
        ("├╝.ipynb", True, "├╝.ipynb"),  # marked as UTF-8: meant as it stands
    ],
)
def test_a_name_is_read_as_it_was_meant(written: str, flag: bool, read: str) -> None:
    about = zipfile.ZipInfo("x")
    about.filename = written
    about.flag_bits = 1 << 11 if flag else 0
    assert archives.place(about).as_posix() == read
