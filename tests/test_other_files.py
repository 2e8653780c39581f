"""What is said of a file that is no notebook."""

from pathlib import PurePosixPath

import pytest

from coursekit.grading.intake.found import FoundFile
from coursekit.grading.intake.others import LINK, Other, blackboard_fields, listed, other

TEXTS = "a text document"
ARCHIVE = "an archive of a kind that is not opened; ask for a .zip"


def seen(path: str, data: bytes = b"") -> Other | None:
    return other(FoundFile(PurePosixPath(path), data, None))


@pytest.mark.parametrize(
    ("what", "endings"),
    [
        ("a Python file", ".py .PY"),
        ("a PDF", ".pdf"),
        ("a web page", ".html .htm"),
        (ARCHIVE, ".tar .tgz .gz .bz2 .xz .rar .7z"),
        ("a picture", ".png .jpg .jpeg .gif .heic .webp .svg"),
        (TEXTS, ".doc .docx .odt .rtf .pages"),
        ("a text", ".txt .md .url .webloc .gdoc"),
        ("a table", ".csv .tsv .xlsx .xls .ods"),
        ("JSON, but no notebook", ".json"),
        ("a file of type .ht", ".ht"),
        ("a file", "-without"),
    ],
)
def test_a_kind_for_each_ending(what: str, endings: str) -> None:
    for ending in endings.split():
        path = PurePosixPath("ada", f"work{ending}")
        assert seen(str(path)) == Other(path, what, of_platform=False, said="")


def test_a_link_is_known_by_its_address_whatever_the_ending() -> None:
    for host in (b"colab.research.google.com", b"drive.google.com"):
        assert seen("ada/link.url", b"URL=https://" + host + b"/x") == Other(
            PurePosixPath("ada/link.url"), LINK
        )
    assert seen("ada/link.url", b"URL=https://example.com/x").what == "a text"


def test_the_list_of_a_download_is_nobody_s() -> None:
    assert seen("index.html") is seen("index.htm") is None
    assert seen("my-index.html").what == "a web page"


def test_a_checkpoint_bears_the_name_of_its_original() -> None:
    found = seen("ada/.ipynb_checkpoints/rnn-checkpoint.ipynb")
    assert found.path == PurePosixPath("ada/rnn-checkpoint.ipynb")
    assert found.what == "a copy that Jupyter made for itself; ask for the notebook"
    assert found.of_platform


NOTE = """\
Name: Ada (ada)

Submission Field:
My <b>answer</b>.

Comments:
{comment}

Files:
No files were attached
"""
NOBODY = "There are no student comments for this assignment."


def test_what_a_student_typed_into_blackboard_is_kept() -> None:
    path = "hw_ada_attempt_2026-11-20-09-30-00.txt"
    both = NOTE.format(comment="Sorry, it is late.").replace("\n", "\r\n").encode("utf-8-sig")
    found = seen(path, both)
    assert found.said == "My <b>answer</b>.\nSorry, it is late."
    assert found.of_platform
    assert found.what == "Blackboard's note of an attempt; no file came with it"
    assert blackboard_fields(NOTE.format(comment=NOBODY).encode()) == "My <b>answer</b>."
    bare = NOTE.replace("My <b>answer</b>.", NOBODY.replace("comments", "submission text data"))
    bare = bare.replace("are no", "is no", 1).format(comment=NOBODY)
    assert blackboard_fields(bare.encode()) == ""
    without_end = NOTE.format(comment="So.").partition("Files:")[0]
    assert blackboard_fields(without_end.encode()) == "My <b>answer</b>.\nSo."
    assert blackboard_fields(b"\xff nothing of the kind") == ""
    assert seen("hw_ada_attempt_2026-11-20.txt", both).said == ""


def test_five_files_are_named_and_the_others_counted() -> None:
    files = [Other(PurePosixPath(f"{n}.py"), "a Python file") for n in range(7)]
    assert listed(files[:1]) == "0.py (a Python file)"
    five = ", ".join(f"{n}.py (a Python file)" for n in range(5))
    assert listed(files[:5]) == five
    assert listed(files) == f"{five} and 2 more"
