"""The guide's table of platforms: what each cell promises, tried with a class of two or three.

The files are called, and the lists headed, as the platform's documentation or source has it. Ada
handed in after the deadline, Bob before it. Nothing here has met a running platform.
"""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from books import SEED, answers, exam_of, invoke, write_key

GUIDE = Path(__file__).parents[1] / "book" / "for-instructors.md"
COLUMNS = ("submissions in", "roster in", "lateness", "groups", "marks out", "feedback out")
DONE = answers(2, "So.", "Thus.")
DUE = ("--due", "2026-11-20 12:00 UTC", "--late", "10%")


@dataclass(frozen=True)
class Sample:
    """A class on one platform.

    Attributes:
        ada: path of her notebook.
        bob: path of his.
        roster: the platform's own class list, or "" where it has none.
        beside: what the platform puts beside the work.
        vouched: whether the platform says when Ada's work came.
        own_groups: whether it says itself that Eve worked with Bob.
        marks: the first line that names Ada in what is exported, or "" where nothing is.
        feedback: a name in the archive that takes Ada's page back, or "".
    """

    ada: str
    bob: str
    roster: str = ""
    beside: dict[str, str] = field(default_factory=dict)
    vouched: bool = True
    own_groups: bool = False
    marks: str = ""
    feedback: str = ""


SAMPLES = {
    "Moodle": Sample(
        "Ada Lovelace_4321_assignsubmission_file/x.ipynb",
        "Bob Ross_4322_assignsubmission_file/x.ipynb",
        "Identifier,Full name,Email address,Last modified (submission)\n"
        'Participant 4321,Ada Lovelace,ada@x.edu,"Friday, 20 November 2026, 1:00 PM"\n'
        'Participant 4322,Bob Ross,bob@x.edu,"Friday, 20 November 2026, 11:00 AM"\n',
        marks="Participant 4321",
        feedback="Ada Lovelace_4321_assignsubmission_file_/feedback.html",
    ),
    "Canvas": Sample(
        "lovelaceada_LATE_4321_98765_x.ipynb",
        "rossbob_4322_98766_x-1.ipynb",
        "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
        '"Lovelace, Ada",4321,s1,alove,CS 1\n"Ross, Bob",4322,s2,bross,CS 1\n',
        marks='"Lovelace, Ada",4321,s1,alove',
        feedback="lovelaceada_4321_98765_feedback.html",
    ),
    "Gradescope": Sample(
        "submission_111/x.ipynb",
        "submission_222/x.ipynb",
        "First Name,Last Name,SID,Email\nAda,Lovelace,s1,ada@x.edu\nBob,Ross,s2,bob@x.edu\n"
        "Eve,Moss,s3,eve@x.edu\n",
        {
            "submission_metadata.yml": "submission_111:\n  :submitters:\n"
            "  - :name: Ada Lovelace\n    :sid: s1\n  :created_at: 2026-11-20 13:00:00 Z\n"
            "submission_222:\n  :submitters:\n  - :name: Bob Ross\n    :sid: s2\n"
            "  - :name: Eve Moss\n    :sid: s3\n  :created_at: 2026-11-20 11:00:00 Z\n"
        },
        own_groups=True,
        marks="s1.json",
        feedback="s1.json",
    ),
    "Brightspace": Sample(
        "111-222 - Ada Lovelace - Nov 20, 2026 100 PM/x.ipynb",
        "112-222 - Bob Ross - Nov 20, 2026 1100 AM/x.ipynb",
        "OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\n"
        "#s1,#alove,Lovelace,Ada,ada@x.edu,#\n#s2,#bross,Ross,Bob,bob@x.edu,#\n",
        {"index.html": "<html>"},
        marks="s1,",
    ),
    "Blackboard": Sample(
        "hw2_alove_attempt_2026-11-20-13-00-00_x.ipynb",
        "hw2_bross_attempt_2026-11-20-11-00-00_x.ipynb",
        "Last Name\tFirst Name\tUsername\tStudent ID\n"
        "Lovelace\tAda\talove\ts1\nRoss\tBob\tbross\ts2\n",
        {"hw2_alove_attempt_2026-11-20-13-00-00.txt": "Name: Ada Lovelace (alove)\n"},
        marks="alove,",
    ),
    "Google Classroom": Sample(
        "Ada Lovelace - books.ipynb", "Bob Ross - books.ipynb", vouched=False
    ),
    "GitHub Classroom": Sample(
        "books-ada-l/books.ipynb",
        "books-bross/books.ipynb",
        '"identifier","github_username","github_id","name"\n"s1","ada-l","1",""\n"s2","bross","2",""\n',
        vouched=False,
    ),
    "nbgrader": Sample(
        "submitted/alove/books/x.ipynb",
        "submitted/bross/books/x.ipynb",
        beside={
            "submitted/alove/books/timestamp.txt": "2026-11-20 13:00:00.000000 UTC",
            "submitted/bross/books/timestamp.txt": "2026-11-20 11:00:00.000000 UTC",
        },
        marks="s1,Lovelace,Ada",
    ),
}
OF_MINE = "student,name,email,login\ns1,Ada Lovelace,ada@x.edu,alove\ns2,Bob Ross,bob@x.edu,bross\n"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_key(tmp_path_factory.mktemp("key") / "books.ipynb")


def promised() -> dict[str, dict[str, str]]:
    """The guide's table, by platform and column; "–" where nothing is promised."""
    lines = (
        GUIDE.read_text("utf8").partition("(platforms)=")[2].split("\n\n")[0].strip().split("\n")
    )
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    heads = rows[0][1:]
    return {row[0]: dict(zip(heads, row[1:], strict=True)) for row in rows[2:]}


def graded(sample: Sample, key: Path, folder: Path, *more: str) -> dict[str, tuple[str, str]]:
    """Grade a sample; points and penalty by name."""
    for name, data in {sample.ada: DONE, sample.bob: DONE}.items():
        path = folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for name, text in sample.beside.items():
        (folder / "in" / name).write_text(text, "utf8")
    (folder / "roster.csv").write_text(sample.roster or OF_MINE, "utf8")
    words = ["grade", str(folder / "in"), "--key", str(key), "-o", str(folder / "out")]
    words += ["--seed", str(SEED), "--roster", str(folder / "roster.csv"), *DUE, *more]
    result = invoke(words, [exam_of(key, SEED)], folder / "log")
    assert result.exit_code in (0, 1), result.output
    rows = csv.DictReader(io.StringIO((folder / "out" / "grades.csv").read_text("utf-8-sig")))
    return {row["name"] or row["student"]: (row["points"], row["late_penalty"]) for row in rows}


def of(found: dict[str, tuple[str, str]], *names: str) -> tuple[str, str]:
    """The marks of somebody who may be called in several ways."""
    (marks,) = [found[name] for name in names if name in found]
    return marks


def test_the_guide_has_a_row_for_each_sample() -> None:
    table = promised()
    assert table.keys() == SAMPLES.keys()
    for row in table.values():
        assert tuple(row) == COLUMNS


@pytest.mark.parametrize("platform", SAMPLES)
def test_each_cell_holds(platform: str, key: Path, tmp_path: Path) -> None:
    sample, row = SAMPLES[platform], promised()[platform]
    found = graded(sample, key, tmp_path)
    ada = of(found, "Ada Lovelace", "Lovelace, Ada", "s1")
    assert of(found, "Bob Ross", "Ross, Bob", "s2") == ("3", "0")
    assert ada == (("2.7", "0.1") if sample.vouched else ("3", "0"))
    assert ("Eve Moss" in found) == sample.own_groups
    kept = {
        "submissions in": True,
        "roster in": bool(sample.roster),
        "lateness": sample.vouched or platform == "GitHub Classroom",
        "groups": True,
        "marks out": bool(sample.marks),
        "feedback out": bool(sample.feedback),
    }
    assert {column: row[column] != "–" for column in COLUMNS} == kept
    assert ("`--groups`" not in row["groups"]) == sample.own_groups
    if sample.marks:
        to = platform.lower()
        assert f"`{to}`" in row["marks out"]
        said = invoke(["export", str(tmp_path / "out"), "--to", to], [], tmp_path / "log")
        assert said.exit_code == 0, said.output
        assert sample.marks in exported(tmp_path / "out" / "exports")
    if sample.feedback:
        assert sample.feedback in exported(tmp_path / "out" / "exports")


def exported(folder: Path) -> str:
    """Names and texts of all that was exported."""
    texts = []
    for path in sorted(folder.rglob("*.*")):
        if path.suffix == ".zip":
            texts += zipfile.ZipFile(path).namelist()
        else:
            texts += [path.name, re.sub(r"^\ufeff", "", path.read_text("utf8"))]
    return "\n".join(texts)


@pytest.mark.parametrize("platform", [p for p in SAMPLES if not SAMPLES[p].own_groups])
def test_groups_come_from_a_table_elsewhere(platform: str, key: Path, tmp_path: Path) -> None:
    sample = SAMPLES[platform]
    (tmp_path / "roster.csv").write_text(sample.roster or OF_MINE, "utf8")
    names = {"Moodle": ("ada@x.edu", "bob@x.edu")}.get(platform, ("s1", "s2"))
    text = "student,group\n" + "".join(f"{name},A\n" for name in names)
    (tmp_path / "groups.csv").write_text(text)
    found = graded(sample, key, tmp_path, "--groups", str(tmp_path / "groups.csv"))
    assert len(found) == 2
    assert len(set(found.values())) == 1  # one work, one mark


def test_github_classrooms_table_of_grades_says_when(key: Path, tmp_path: Path) -> None:
    sample = SAMPLES["GitHub Classroom"]
    told = (
        '"roster_identifier","github_username","submission_timestamp"\n'
        '"s1","ada-l","2026-11-20 13:00:00 UTC"\n"s2","bross","2026-11-20 11:00:00 UTC"\n'
    )
    found = graded(Sample(sample.ada, sample.bob, told), key, tmp_path)
    assert (found["s1"], found["s2"]) == (("2.7", "0.1"), ("3", "0"))
