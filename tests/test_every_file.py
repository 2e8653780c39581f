"""Each file of a class is graded or named; each platform's own names and lists are understood."""

import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from test_who_sent_it import cell, notebook, put

from coursekit.grading.intake.collect import Collection, collect
from coursekit.grading.intake.groups import GroupsFault, read_groups
from coursekit.grading.intake.roster import Roster, RosterFault, read_roster
from coursekit.grading.intake.submission import Sought

SOUGHT = Sought(frozenset({"f"}), "02-perplexity")
DONE = notebook("def f(x):\n    return x")
STARTER = notebook("def f(x):\n    raise NotImplementedError")


def gathered(folder: Path, known: Roster | None = None, **sought: object) -> Collection:
    return collect(folder, known, Sought(SOUGHT.names, SOUGHT.exercise, **sought))


def whose(folder: Path, known: Roster | None = None) -> dict[str, str]:
    """Students by file."""
    return {s.file: s.student for s in gathered(folder, known).submissions}


def told(found: Collection) -> list[tuple[str, str, str]]:
    return [(p.student, p.file, p.text) for p in found.problems]


def table(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return path


def known(folder: Path, text: str, encoding: str = "utf-8") -> Roster:
    return read_roster(table(folder, text, encoding))


# Every file.


@pytest.mark.parametrize("name", ["x.ipynb.txt", "x.ipynb.json", "x.json", "x.IPYNB"])
def test_a_notebook_under_another_ending_is_read(tmp_path: Path, name: str) -> None:
    put(tmp_path, f"ada/{name}", DONE)
    put(tmp_path, "bob/x.ipynb", DONE)
    assert whose(tmp_path) == {f"ada/{name}": "ada", "bob/x.ipynb": "bob"}


OTHERS = {
    "hw.py": (b"print(1)", "a Python file"),
    "hw.pdf": (b"%PDF-1.7", "a PDF"),
    "hw.html": (b"<html></html>", "a web page"),
    "link.html": (b'<a href="https://colab.research.google.com/drive/1x">', "a link to Colab"),
    "hw.tar.gz": (b"\x1f\x8b", "an archive of a kind that is not opened"),
    "hw.rar": (b"Rar!", "an archive of a kind that is not opened"),
    "photo.HEIC": (b"", "a picture"),
    "data.json": (b'{"a": 1}', "JSON, but no notebook"),
    "hw.R": (b"x <- 1", "a file of type .r"),
    "hw": (b"", "a file"),
}


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("name", OTHERS)
def test_a_student_without_a_notebook_is_named_with_what_there_is(
    tmp_path: Path, name: str, zipped: bool
) -> None:
    data, what = OTHERS[name]
    put(tmp_path / "in", f"ada/{name}", data)
    put(tmp_path / "in", "bob/x.ipynb", DONE)
    source = tmp_path / "in"
    if zipped:
        source = tmp_path / "in.zip"
        with zipfile.ZipFile(source, "w") as archive:
            archive.writestr(f"ada/{name}", data)
            archive.writestr("bob/x.ipynb", DONE)
    found = gathered(source)
    ((student, file, text),) = told(found)
    assert (student, file) == ("ada", f"ada/{name}")
    assert text.startswith(f"no notebook: {what}")
    assert found.students == ["bob", "ada"]


def test_files_beside_a_notebook_are_counted_and_the_student_is_told(tmp_path: Path) -> None:
    put(tmp_path, "ada/x.ipynb", DONE)
    put(tmp_path, "ada/plot.png", b"")
    put(tmp_path, "ada/__pycache__/m.pyc", b"")
    found = gathered(tmp_path)
    assert found.problems == []
    assert found.unread == ["ada/plot.png"]
    assert found.submissions[0].notes == ("Not read: ada/plot.png (a picture).",)


def test_a_loose_file_is_nobodys_unless_the_roster_knows_its_name(tmp_path: Path) -> None:
    """What an instructor keeps in the same folder makes no student."""
    put(tmp_path / "in", "roster.csv", b"student\nada\nbob\n")
    put(tmp_path / "in", "bob.pdf", b"%PDF")
    put(tmp_path / "in", "ada.ipynb", DONE)
    people = known(tmp_path, "student\nada\nbob\n")
    assert [(s, f) for s, f, _ in told(gathered(tmp_path / "in", people))] == [
        ("", "roster.csv"),
        ("bob", "bob.pdf"),
    ]
    assert [s for s, _, _ in told(gathered(tmp_path / "in"))] == [""]


def test_the_lists_that_platforms_add_are_nobodys_work(tmp_path: Path) -> None:
    put(tmp_path, "index.html", b"<html>")
    put(tmp_path, "hw1_ada_attempt_2026-11-20-22-15-00.txt", b"Name: Ada (ada)")
    put(tmp_path, "hw1_ada_attempt_2026-11-20-22-15-00_x.ipynb", DONE)
    found = gathered(tmp_path)
    assert [(s.student, s.layout) for s in found.submissions] == [("ada", "blackboard")]
    assert found.problems == []


BLACKBOARD_NOTE = """\
Name: Ada Lovelace (alove)
Assignment: Homework 2
Date Submitted: Friday, November 20, 2026 9:15:00 AM EST
Current Mark: Needs Marking

Submission Field:
There is no student submission text data for this assignment.

Comments:
%s

Files:
	Original filename: x.ipynb
	Filename: Homework 2_alove_attempt_2026-11-20-09-15-00_x.ipynb
"""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("There are no student comments for this assignment.", ""),
        ("Cell 3 is slow,\r\nsorry.", "Cell 3 is slow,\nsorry."),
        ("Files: see below.", "Files: see below."),
    ],
)
def test_what_a_student_typed_on_blackboard_reaches_the_marker(
    tmp_path: Path, typed: str, said: str
) -> None:
    attempt = "Homework 2_alove_attempt_2026-11-20-09-15-00"
    put(tmp_path, f"{attempt}.txt", (BLACKBOARD_NOTE % typed).encode())
    put(tmp_path, f"{attempt}_x.ipynb", DONE)
    put(tmp_path, "Homework 2_alove_attempt_2026-11-19-09-15-00_x.ipynb", STARTER)
    put(
        tmp_path,
        "Homework 2_alove_attempt_2026-11-19-09-15-00.txt",
        (BLACKBOARD_NOTE % "First try").encode(),
    )
    (one,) = gathered(tmp_path).submissions
    assert one.said == said


def test_a_comment_without_a_file_is_told(tmp_path: Path) -> None:
    put(tmp_path, "hw_ada_attempt_2026-11-20-22-15-00.txt", (BLACKBOARD_NOTE % "By mail.").encode())
    put(tmp_path, "hw_bob_attempt_2026-11-20-22-15-00_x.ipynb", DONE)
    ((student, _, text),) = told(gathered(tmp_path))
    assert (student, text.endswith("no file came with it; it says: By mail.")) == ("ada", True)


# Which notebook.


@pytest.mark.parametrize("names", [("a.ipynb", "b.ipynb"), ("b.ipynb", "a.ipynb")])
def test_an_untouched_starter_never_wins(tmp_path: Path, names: tuple[str, str]) -> None:
    solved, untouched = (f"ada/{name}" for name in names)
    put(tmp_path, solved, DONE)
    put(tmp_path, untouched, STARTER)
    put(tmp_path, "bob/x.ipynb", DONE)
    found = gathered(tmp_path)
    assert [s.file for s in found.submissions] == [solved, "bob/x.ipynb"]
    if solved < untouched:  # by name alone the starter is the later
        assert told(found) == [("ada", solved, f"counts, not {untouched}")]


def test_an_answer_of_one_kind_is_a_beginning(tmp_path: Path) -> None:
    more = cell("bugs = {'a': 1}")
    put(tmp_path, "ada/a.ipynb", notebook("def f(x):\n    raise NotImplementedError", more))
    put(tmp_path, "ada/b.ipynb", STARTER)
    put(tmp_path, "bob/x.ipynb", DONE)
    found = collect(tmp_path, None, Sought(frozenset({"f", "bugs"})))
    assert [s.file for s in found.submissions] == ["ada/a.ipynb", "bob/x.ipynb"]


def test_a_folder_with_the_exercise_in_it_is_one_students(tmp_path: Path) -> None:
    put(tmp_path, "ada/01-my-solution.ipynb", DONE)
    put(tmp_path, "ada/02-perplexity.ipynb", STARTER)
    assert whose(tmp_path) == {"ada/01-my-solution.ipynb": "ada"}
    put(tmp_path, "ada/bob.ipynb", DONE)  # a folder around the files of a class
    assert set(whose(tmp_path).values()) == {"01-my-solution", "02-perplexity", "bob"}


def test_two_works_of_one_time_are_said(tmp_path: Path) -> None:
    put(tmp_path, "ada/a.ipynb", DONE)
    put(tmp_path, "ada/b.ipynb", notebook("def f(x):\n    return 2 * x"))
    put(tmp_path, "bob/x.ipynb", DONE)
    assert told(gathered(tmp_path)) == [("ada", "ada/b.ipynb", "counts, not ada/a.ipynb")]


def test_browser_numbers_of_the_exercise_itself_are_several_people(tmp_path: Path) -> None:
    names = ["02-perplexity.ipynb", "02-perplexity (1).ipynb", "02-perplexity (2).ipynb"]
    for name in names:
        put(tmp_path, name, DONE)
    put(tmp_path, "ada.ipynb", DONE)
    put(tmp_path, "ada (1).ipynb", DONE)
    found = gathered(tmp_path)
    assert sorted(s.file for s in found.submissions) == sorted([*names, "ada (1).ipynb"])
    assert {p.file for p in found.problems} == set(names)
    assert all("does not say whose it is" in p.text for p in found.problems)


def test_one_notebook_with_the_exercises_name_is_no_problem(tmp_path: Path) -> None:
    put(tmp_path, "02-perplexity.ipynb", DONE)
    assert gathered(tmp_path).problems == []


# Layouts.

ROSTER = (
    "Student ID,First name,Last name,Email,Login\n"
    "s1,Ada,Lovelace,ada@x.edu,alove\ns2,Bob,Ross,bob@x.edu,bross\n"
)
LAYOUTS = {
    "Brightspace": {
        "111-222 - Ada Lovelace - Nov 19, 2026 1015 PM/old.ipynb": "",
        "111-222 - Ada Lovelace - Nov 20, 2026 1059 AM/x.ipynb": "s1",
        "112-222 - Bob Ross - Nov 19, 2026 1015 PM/x.ipynb": "s2",
        "index.html": "",
    },
    "Blackboard": {
        "Homework 2_alove_attempt_2026-11-19-22-15-00_x.ipynb": "",
        "Homework 2_alove_attempt_2026-11-20-09-15-00_x.ipynb": "s1",
        "Homework 2_bross_attempt_2026-11-20-09-15-00_a_b.ipynb": "s2",
    },
    "nbgrader's exchange": {
        "alove+ps2+2026-11-19 22:15:00.000000 UTC+x1/x.ipynb": "",
        "alove+ps2+2026-11-20 22:15:00.000000 UTC+x2/x.ipynb": "s1",
        "bross+ps2+2026-11-20 22:15:00.000000 UTC+x3/x.ipynb": "s2",
    },
    "GitHub Classroom": {
        "perplexity-alove/02-perplexity.ipynb": "s1",
        "perplexity-bross/02-perplexity.ipynb": "s2",
    },
    "Google Classroom, copies": {
        "Ada Lovelace - Copy of 02-perplexity.ipynb": "s1",
        "Bob Ross - 02-perplexity.ipynb": "s2",
    },
    "names of their own": {
        "Lovelace_Ada_02-perplexity.ipynb": "s1",
        "02-perplexity_Bob_Ross.ipynb": "s2",
    },
    "Google Classroom": {
        "Ada Lovelace - 02-perplexity.ipynb": "s1",
        "Bob Ross - 02-perplexity.ipynb": "s2",
    },
    "PrairieLearn": {
        "ada@x.edu_1_02-perplexity_1_77_x.ipynb": "s1",
        "bob@x.edu_1_02-perplexity_1_78_x.ipynb": "s2",
    },
    "Canvas": {"lovelaceada_4321_98765_x.ipynb": "s1", "rossbob_LATE_4322_98766_x-1.ipynb": "s2"},
    "Moodle, with groups": {
        "Team 3-Ada Lovelace_4321_assignsubmission_file/x.ipynb": "s1",
        "Team-4-Bob Ross_4322_assignsubmission_file/x.ipynb": "s2",
    },
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_platforms_download_is_matched_with_the_roster(tmp_path: Path, layout: str) -> None:
    for name in LAYOUTS[layout]:
        put(tmp_path / "in", name, DONE)
    found = gathered(tmp_path / "in", known(tmp_path, ROSTER))
    assert {s.file: s.student for s in found.submissions} == {
        file: student for file, student in LAYOUTS[layout].items() if student
    }
    assert (found.problems, found.missing) == ([], [])


def test_canvas_anonymous_work_keeps_its_lateness(tmp_path: Path) -> None:
    put(tmp_path, "anon_Xy12Z_98766_x-1.ipynb", DONE)
    put(tmp_path, "LATE_anon_aB3dE_98765_x.ipynb", DONE)
    found = {s.student: s.late for s in gathered(tmp_path).submissions}
    assert found == {"Xy12Z": False, "aB3dE": True}


@pytest.mark.parametrize(
    "inside",
    [
        "Bob Ross_2_assignsubmission_file_/x.ipynb",
        "rossbob_4322_98766_x.ipynb",
        "112-222 - Bob Ross - Nov 19, 2026 1015 PM/x.ipynb",
        "hw_bross_attempt_2026-11-20-09-15-00_x.ipynb",
        "bross+ps2+2026-11-20 22:15:00.000000 UTC+x3/x.ipynb",
        "submission_2/x.ipynb",
    ],
)
def test_a_platforms_name_inside_a_students_folder_is_nobodys(tmp_path: Path, inside: str) -> None:
    for name in ("ada/x.ipynb", "bob/x.ipynb", f"mal/{inside}"):
        put(tmp_path / "in", name, DONE)
    assert whose(tmp_path / "in") == {
        "ada/x.ipynb": "ada",
        "bob/x.ipynb": "bob",
        f"mal/{inside}": "mal",
    }


def test_a_platforms_number_is_not_the_universitys(tmp_path: Path) -> None:
    """Canvas calls Ada 4322, which is Bob's number in the university's own list."""
    put(tmp_path / "in", "lovelaceada_4322_98765_x.ipynb", DONE)
    people = known(tmp_path, "student id,name\n4321,Ada Lovelace\n4322,Bob Ross\n")
    assert list(whose(tmp_path / "in", people).values()) == ["4321"]
    people = known(tmp_path, "student id,name\n4322,Bob Ross\n")
    assert list(whose(tmp_path / "in", people).values()) == ["4322"]  # Canvas's, on no roster
    (submission,) = gathered(tmp_path / "in", people).submissions
    assert submission.name == "lovelaceada"
    assert [p.text.split(" (")[0] for p in gathered(tmp_path / "in", people).problems] == [
        "not on the roster"
    ]


@pytest.mark.parametrize(
    ("stored", "student"),
    [
        ("Zoë Ågren_1236_assignsubmission_file/x.ipynb".encode().decode("cp437"), "1236"),
        ("hw2\\ada\\x.ipynb", "ada"),
    ],
)
def test_names_in_zips_are_read_as_they_were_meant(
    tmp_path: Path, stored: str, student: str
) -> None:
    path = tmp_path / "hw2.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = stored
        archive.writestr(info, DONE)
    data = path.read_bytes()
    if not stored.isascii():  # as programs write it that do not say that it is UTF-8
        raw, meant = stored.encode(), stored.encode("cp437")
        assert len(raw) != len(meant)
        with zipfile.ZipFile(path, "w") as archive:
            info = zipfile.ZipInfo("y" * len(meant))
            archive.writestr(info, DONE)
        data = path.read_bytes().replace(b"y" * len(meant), meant)
    path.write_bytes(data)
    (one,) = gathered(path).submissions
    assert one.student == student
    assert one.name in ("Zoë Ågren", "")


# Rosters.

ROSTERS = {
    "Canvas's gradebook": (
        "Student,ID,SIS User ID,SIS Login ID,Section,HW2 (777)\n"
        "    Points Possible,,,,,27\n"
        '"Lovelace, Ada",4321,s1,alove,CS 101,\n"Student, Test",9,,x,CS 101,\n',
        ("s1", "Lovelace, Ada", "4321"),
    ),
    "Canvas's gradebook without SIS": (
        'Student,ID,Section,HW2 (777)\n    Points Possible,,,27\n"Lovelace, Ada",4321,CS 101,\n',
        ("4321", "Lovelace, Ada", ""),
    ),
    "Moodle's participants": (
        "First name,Last name,ID number,Email address\nAda,Lovelace,s1,ada@x\n",
        ("s1", "Ada Lovelace", ""),
    ),
    "Moodle's worksheet": (
        "Identifier,Full name,Email address,Status,Grade\nParticipant 4321,Ada Lovelace,ada@x,,\n",
        ("ada@x", "Ada Lovelace", "Participant 4321"),
    ),
    "Moodle's worksheet, blind": (
        'Identifier,Status,Grade,"Maximum grade"\n"Participant 4321","Submitted",,27\n',
        ("Participant 4321", "", "Participant 4321"),
    ),
    "Gradescope": (
        "First Name,Last Name,SID,Email,Sections\nAda,Lovelace,s1,ada@x,1\n",
        ("s1", "Ada Lovelace", ""),
    ),
    "Brightspace": (
        "OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\n"
        "#s1,#alove,Lovelace,Ada,ada@x,#\n",
        ("s1", "Ada Lovelace", ""),
    ),
    "Blackboard": (
        "Last Name\tFirst Name\tUsername\tStudent ID\tLast Access\nLovelace\tAda\talove\ts1\t\n",
        ("s1", "Ada Lovelace", ""),
    ),
    "GitHub Classroom": (
        '"identifier","github_username","github_id","name"\n"s1","ada-l","101",""\n',
        ("s1", "", ""),
    ),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("platform", ROSTERS)
def test_a_platforms_own_list_is_a_roster(tmp_path: Path, platform: str, encoding: str) -> None:
    text, expected = ROSTERS[platform]
    (person,) = known(tmp_path, text, encoding).people
    assert (person.student, person.name, person.platform) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("first", ["", "sep=;\r\n"])
def test_letters_survive_what_excel_writes(tmp_path: Path, encoding: str, first: str) -> None:
    (person,) = known(tmp_path, f"{first}student;name\r\n007;Zoë Ågren\r\n", encoding).people
    assert (person.student, person.name) == ("007", "Zoë Ågren")


def test_zeros_that_a_spreadsheet_took_away(tmp_path: Path) -> None:
    put(tmp_path / "in", "00123/x.ipynb", DONE)
    put(tmp_path / "in", "0456/x.ipynb", DONE)
    people = known(tmp_path, "student,name\n123,Ada\n00456,Bob\n")
    assert whose(tmp_path / "in", people) == {"00123/x.ipynb": "123", "0456/x.ipynb": "00456"}
    both = known(tmp_path, "student,name\n123,Ada\n00123,Bob\n")
    assert whose(tmp_path / "in", both)["00123/x.ipynb"] == "00123"
    assert both.find("0123") is None  # it could be either's


def test_two_people_of_one_number_are_said(tmp_path: Path) -> None:
    people = known(tmp_path, "student,name\ns1,Ada\ns2,Bob\ns1,Cem\ns2,Bob\n")
    assert [p.name for p in people.people] == ["Ada", "Bob"]
    (remark,) = people.remarks
    assert remark.endswith("s1 stands in it twice (Ada, Cem); the first counts")


def test_columns_that_may_both_identify_a_student_are_asked_about(tmp_path: Path) -> None:
    with pytest.raises(RosterFault, match="'Student ID' and 'Matriculation' may each be"):
        known(tmp_path, "Student ID,Matriculation,Name\ns1,m7,Ada\n")
    assert known(tmp_path, "Student ID,Matriculation,Name\ns1,s1,Ada\n").people


# Groups.


def test_everybody_in_a_group_has_the_work(tmp_path: Path) -> None:
    put(tmp_path / "in", "s1/x.ipynb", DONE)
    put(tmp_path / "in", "s3/x.ipynb", STARTER)
    people = known(tmp_path, "student,name\ns1,Ada\ns2,Bob\ns3,Cem\n")
    (tmp_path / "groups.csv").write_text("student,group\ns1,A\nBob,A\n")
    groups = read_groups(tmp_path / "groups.csv", people)
    assert groups == {"s1": "A", "s2": "A"}
    found = gathered(tmp_path / "in", people, groups=groups)
    assert [(s.student, s.name, s.file, s.notes) for s in found.submissions] == [
        ("s1", "Ada", "s1/x.ipynb", ("Handed in together with Bob.",)),
        ("s2", "Bob", "s1/x.ipynb", ("Handed in together with Ada.",)),
        ("s3", "Cem", "s3/x.ipynb", ()),
    ]
    assert found.missing == []


def test_of_a_groups_works_the_latest_counts_for_all(tmp_path: Path) -> None:
    put(tmp_path, "ada/x.ipynb", DONE)
    put(tmp_path, "bob/x.ipynb", STARTER)
    found = gathered(tmp_path, groups={"ada": "A", "bob": "A"})
    assert [(s.student, s.file) for s in found.submissions] == [
        ("ada", "ada/x.ipynb"),
        ("bob", "ada/x.ipynb"),
    ]


GRADESCOPE = b"""\
submission_111:
  :submitters:
  - :name: Ada Lovelace
    :sid: s1
    :email: ada@x.edu
  - :name: Bob Ross
    :sid: s2
    :email: bob@x.edu
"""


@pytest.mark.parametrize("with_roster", [True, False])
def test_all_whom_gradescope_names_have_the_work(tmp_path: Path, with_roster: bool) -> None:
    put(tmp_path / "in", "a/submission_metadata.yml", GRADESCOPE)
    put(tmp_path / "in", "a/submission_111/hw2/x.ipynb", DONE)
    found = gathered(tmp_path / "in", known(tmp_path, ROSTER) if with_roster else None)
    assert [(s.student, s.notes) for s in found.submissions] == [
        ("s1", ("Handed in together with Bob Ross.",)),
        ("s2", ("Handed in together with Ada Lovelace.",)),
    ]
    assert found.missing == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("student,mark\ns1,A\n", "needs the columns student and group"),
        ("student,group\ns9,A\n", "s9: not on the roster"),
        ("student,group\ns1,A\ns1,B\n", "s1: in two groups, A and B"),
    ],
)
def test_a_table_of_groups_that_cannot_be_used(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "groups.csv").write_text(text)
    with pytest.raises(GroupsFault, match=why):
        read_groups(tmp_path / "groups.csv", known(tmp_path, "student\ns1\n"))


# What somebody tried who wanted to break it.

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section\n"
    '"Lee, Ada",11,501,alee,1\n"Ray, Bob",12,13,bray,1\n"Orr, Dan",13,503,dorr,1\n'
)


def test_a_partner_keeps_the_platforms_own_number(tmp_path: Path) -> None:
    """Bob's number in the university's list, 13, is Dan's on Canvas."""
    people = known(tmp_path, CANVAS)
    put(tmp_path / "in", "leeada_11_50_x.ipynb", DONE)
    groups = {"501": "A", "13": "A"}
    found = gathered(tmp_path / "in", people, groups=groups)
    assert [(s.student, s.platform) for s in found.submissions] == [("13", "12"), ("501", "11")]
    put(tmp_path / "in", "raybob_12_60_x.ipynb", STARTER)
    found = gathered(tmp_path / "in", people, groups=groups)
    assert [(s.student, s.platform) for s in found.submissions] == [("13", "12"), ("501", "11")]


THEFTS = {
    "nbgrader's folder": "mal/submitted/ada/ps2/x.ipynb",
    "Blackboard's name": "mal/x_ada_attempt_2026-11-20-22-15-00_x.ipynb",
    "Google Classroom's": "mal/Mal Ory - ada.ipynb",
}


@pytest.mark.parametrize("with_roster", [True, False])
@pytest.mark.parametrize("theft", THEFTS)
def test_nobody_is_made_another_by_a_name_of_their_own(
    tmp_path: Path, theft: str, with_roster: bool
) -> None:
    put(tmp_path / "in", "ada/x.ipynb", DONE)
    put(tmp_path / "in", THEFTS[theft], DONE)
    people = known(tmp_path, "student,name\nada,Ada\nmal,Mal Ory\n") if with_roster else None
    assert whose(tmp_path / "in", people) == {"ada/x.ipynb": "ada", THEFTS[theft]: "mal"}


def test_canvas_says_who_and_whether_late_whatever_the_rest_of_the_name(tmp_path: Path) -> None:
    name = "orymal_LATE_9_50_x_ada_attempt_2020-01-01-00-00-00_y.ipynb"
    put(tmp_path, name, DONE)
    put(tmp_path, "leeada_11_50_x.ipynb", DONE)
    found = {s.student: (s.late, s.when) for s in gathered(tmp_path).submissions}
    assert found == {"9": (True, None), "11": (False, None)}


def test_a_time_in_a_plain_name_is_no_evidence(tmp_path: Path) -> None:
    put(tmp_path, "mal/x_attempt_2020-01-01-00-00-00.ipynb", DONE)
    put(tmp_path, "ada/x.ipynb", DONE)
    stamp = b"2020-01-01 00:00:00.000000 UTC"
    put(tmp_path, "eve/submitted/eve/ps/x.ipynb", DONE)
    put(tmp_path, "eve/submitted/eve/ps/timestamp.txt", stamp)
    assert {s.student: s.when for s in gathered(tmp_path).submissions} == {
        "ada": None,
        "eve": None,
        "mal": None,
    }


def test_gradescopes_list_in_a_students_own_folder_names_nobody(tmp_path: Path) -> None:
    folder = "Mal_9_assignsubmission_file/"
    put(tmp_path, f"{folder}submission_metadata.yml", GRADESCOPE)
    put(tmp_path, f"{folder}submission_111/x.ipynb", DONE)
    assert list(whose(tmp_path).values()) == ["9"]


@pytest.mark.parametrize("name", ["Copy of 02-perplexity", "02-perplexity"])
def test_copies_of_the_exercise_are_several_people(tmp_path: Path, name: str) -> None:
    for number in ("", " (1)", " (2)"):
        put(tmp_path, f"{name}{number}.ipynb", DONE)
    found = gathered(tmp_path)
    assert len(found.submissions) == len(found.problems) == 3


def test_versions_told_by_a_browsers_number_alone_are_said(tmp_path: Path) -> None:
    put(tmp_path, "homework.ipynb", DONE)
    put(tmp_path, "homework (1).ipynb", notebook("def f(x):\n    return 2"))
    assert told(gathered(tmp_path)) == [
        ("homework", "homework (1).ipynb", "counts, not homework.ipynb")
    ]


def test_the_roster_says_which_folders_are_students(tmp_path: Path) -> None:
    for name in ("ada/p1", "ada/p2", "bob/q1", "bob/q2"):
        put(tmp_path / "in", f"{name}/x.ipynb", DONE)
    people = known(tmp_path, "student\nada\nbob\n")
    assert set(whose(tmp_path / "in", people).values()) == {"ada", "bob"}


def test_a_login_may_hold_the_sign_that_stands_before_it(tmp_path: Path) -> None:
    for login in ("a_love", "b_love"):
        put(tmp_path / "in", f"hw 2_{login}_attempt_2026-11-20-22-15-00_x.ipynb", DONE)
    assert set(whose(tmp_path / "in").values()) == {"a_love", "b_love"}


def test_a_dot_before_its_name_hides_no_notebook_and_an_empty_archive_is_said(
    tmp_path: Path,
) -> None:
    put(tmp_path, "ada/.02-perplexity.ipynb", DONE)
    put(tmp_path, "bob/x.ipynb", DONE)
    put(tmp_path, "bob/._x.ipynb", b"\0Mac OS X")
    for student, names in {"cem": [], "dan": ["__MACOSX/._x.ipynb", ".DS_Store"]}.items():
        (tmp_path / student).mkdir()
        with zipfile.ZipFile(tmp_path / student / "h.zip", "w") as archive:
            for name in names:
                archive.writestr(name, "")
    found = gathered(tmp_path)
    assert [s.student for s in found.submissions] == ["ada", "bob"]
    empty = "an archive with no file of the student's in it"
    assert told(found) == [("cem", "cem/h.zip", empty), ("dan", "dan/h.zip", empty)]


NIGHT, LATER = "2026-11-20-22-15-00", "2026-11-25-23-15-00"


def noted(folder: Path, login: str, name: str) -> None:
    """Blackboard's note of an attempt."""
    put(folder, f"Homework 2_{login}_attempt_{NIGHT}.txt", f"Name: {name} ({login})\n".encode())


@pytest.mark.parametrize("with_roster", [True, False])
def test_on_blackboard_the_first_attempt_in_a_name_is_the_platforms(
    tmp_path: Path, with_roster: bool
) -> None:
    own, forged = f"HW2_alove_attempt_{NIGHT}", "HW2_alove_attempt_2026-12-24-23-59-00"
    folder = tmp_path / "in"
    put(folder, f"{own}_x.ipynb", DONE)
    put(folder, f"HW2_mal_attempt_{LATER}_{forged}_x.ipynb", STARTER)
    put(folder, f"HW2_mal_attempt_{LATER}_{forged}.txt", b"Name: A (love)\n")
    with zipfile.ZipFile(folder / f"HW2_mal_attempt_{LATER}_z.zip", "w") as archive:
        archive.writestr(f"zzz_q_attempt_{NIGHT}_x.ipynb", STARTER)
        archive.writestr(f"{own}.txt", "Name: A (love)\n")
    put(folder, f"HW2_eve_attempt_{LATER}_HW2_eve_attempt_{NIGHT}_x.ipynb", DONE)
    people = known(tmp_path, "student\nalove\neve\nmal\n") if with_roster else None
    found = {s.student: (s.file, s.when) for s in gathered(folder, people).submissions}
    assert found.keys() == {"alove", "eve", "mal"}
    assert found["alove"] == (f"{own}_x.ipynb", datetime(2026, 11, 20, 22, 15))
    assert found["eve"][1] == found["mal"][1] == datetime(2026, 11, 25, 23, 15)


def test_blackboards_notes_say_where_a_login_begins(tmp_path: Path) -> None:
    for login in ("st_101", "st_102"):
        put(tmp_path, f"Homework 2_{login}_attempt_{NIGHT}_x.ipynb", DONE)
    found = gathered(tmp_path)
    assert [s.student for s in found.submissions] == ["101", "102"]
    assert [text.split(":")[0] for _, _, text in told(found)] == [
        "a login may be 'st_101' or '101'"
    ]
    people = known(tmp_path, "username\nst_101\nst_102\n")
    assert gathered(tmp_path, people).students == ["st_101", "st_102"]
    (tmp_path / "roster.csv").unlink()
    noted(tmp_path, "st_102", "Ada (Addy) Lovelace")
    found = gathered(tmp_path)
    assert ([s.student for s in found.submissions], told(found)) == (["st_101", "st_102"], [])


@pytest.mark.parametrize("copy", ["Kopie von", "Copie de", "Copia de", "Copy of"])
def test_drive_names_copies_in_its_users_language(tmp_path: Path, copy: str) -> None:
    put(tmp_path / "in", f"Jürgen Müller - {copy} 02-perplexity.ipynb", DONE)
    put(tmp_path / "in", f"{copy} Bo Li.ipynb", DONE)
    assert set(whose(tmp_path / "in").values()) == {"Jürgen Müller", "Bo Li"}
    people = known(tmp_path, "student,name\n1,Jürgen Müller\n2,Bo Li\n")
    assert set(whose(tmp_path / "in", people).values()) == {"1", "2"}


WORKSHEETS = {  # e-mail hidden, as Moodle has it where its settings show no more; and in German
    "": "Identifier,Full name,Last modified (submission)\n",
    "E-Mail": "ID,Vollständiger Name,E-Mail-Adresse,Zuletzt geändert (Abgabe)\n",
}


@pytest.mark.parametrize("mail", WORKSHEETS)
def test_namesakes_on_moodles_worksheet_are_two_people(tmp_path: Path, mail: str) -> None:
    lines = ""
    for number in (1, 2):
        put(tmp_path / "in", f"Jane Doe_{number}_assignsubmission_file/x.ipynb", DONE)
        address = f"jane{number}@x.de," if mail else ""
        lines += f"Participant {number},Jane Doe,{address}-\n"
    people = known(tmp_path, WORKSHEETS[mail] + lines)
    found = gathered(tmp_path / "in", people)
    assert [(s.platform, s.name) for s in found.submissions] == [
        ("1", "Jane Doe"),
        ("2", "Jane Doe"),
    ]
    assert (told(found), people.remarks) == ([], [])
    assert [s.email for s in found.submissions] == (
        [f"jane{n}@x.de" for n in (1, 2)] if mail else ["", ""]
    )


@pytest.mark.parametrize(
    "header", ["Vorname;Nachname;E-Mail-Adresse;Gruppen", "Prénom;Nom;Adresse de courriel;Groupes"]
)
def test_moodles_participants_in_another_language(tmp_path: Path, header: str) -> None:
    (ada,) = known(tmp_path, f"{header}\nAda;Lovelace;ada@x.de;\n", "utf-8-sig").people
    assert (ada.student, ada.name, ada.email) == ("ada@x.de", "Ada Lovelace", "ada@x.de")


def test_a_chapter_that_defines_one_of_the_names_does_not_beat_the_exercise(tmp_path: Path) -> None:
    names = frozenset("abcd")
    put(tmp_path, "ada/z.ipynb", notebook("def a(): 1"), datetime(2026, 11, 20))
    whole = "\n".join(f"def {n}():\n    raise NotImplementedError" for n in "bcd") + "\na = 1"
    put(tmp_path, "ada/own.ipynb", notebook(whole), datetime(2026, 11, 19))
    put(tmp_path, "bob/z.ipynb", notebook("print(a)"))
    put(tmp_path, "cem/z.ipynb", notebook("def a(): 1"))
    found = collect(tmp_path, None, Sought(names))
    assert [s.file for s in found.submissions] == ["ada/own.ipynb", "cem/z.ipynb"]
    assert ("cem", "cem/z.ipynb", "holds 1 of the 4 answers of this exercise") in told(found)
    assert ("bob", "bob/z.ipynb", "answers no question of this exercise") in told(found)


def test_what_lies_in_the_folder_around_the_class_is_nobodys(tmp_path: Path) -> None:
    for name in ("ada", "bob"):
        put(tmp_path, f"hw2/{name}/x.ipynb", DONE)
    for name in ("Thumbs.db", "desktop.ini", "README", "roster.csv"):
        put(tmp_path, f"hw2/{name}", b"")
    found = gathered(tmp_path)
    assert [s.student for s in found.submissions] == ["ada", "bob"]
    assert {p.student for p in found.problems} == {""}


def test_a_note_of_blackboards_alone_is_said(tmp_path: Path) -> None:
    put(tmp_path, "hw_ada_attempt_2026-11-20-22-15-00.txt", b"see my link")
    put(tmp_path, "hw_bob_attempt_2026-11-20-22-15-00_x.ipynb", DONE)
    ((student, _, text),) = told(gathered(tmp_path))
    assert (student, text) == (
        "ada",
        "no notebook: Blackboard's note of an attempt; no file came with it",
    )


def test_a_folder_may_bear_the_groups_name(tmp_path: Path) -> None:
    put(tmp_path / "in", "Team A/x.ipynb", DONE)
    put(tmp_path / "in", "Team B/x.ipynb", DONE)
    groups = {"s1": "team a", "s2": "team a", "s3": "Team B", "s4": "Team C"}
    people = known(tmp_path, "student\ns1\ns2\ns3\ns4\n")
    found = gathered(tmp_path / "in", people, groups=groups)
    assert [(s.student, s.file) for s in found.submissions] == [
        ("s1", "Team A/x.ipynb"),
        ("s2", "Team A/x.ipynb"),
        ("s3", "Team B/x.ipynb"),
    ]
    assert told(found) == [("", "Team C", "a group without any work: s4")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("PK\x03\x04", "a workbook; save the sheet as CSV"),
        ("student,name\n1.23457E+11,Ada\n", "a spreadsheet has cut this number"),
    ],
)
def test_a_list_that_a_spreadsheet_has_spoilt(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(RosterFault, match=why):
        known(tmp_path, text)


@pytest.mark.parametrize("written", ['"=""007"""', "'007", "007"])
def test_a_number_that_was_kept_from_a_spreadsheet(tmp_path: Path, written: str) -> None:
    assert [p.student for p in known(tmp_path, f"student,name\n{written},Ada\n").people] == ["007"]


def test_the_sign_that_separates_is_the_one_that_makes_sense(tmp_path: Path) -> None:
    text = '\nstudent,name,"Notes; a; b; c"\ns1,Ada,x\n'
    assert [p.name for p in known(tmp_path, text).people] == ["Ada"]


# Names that are almost one.

NFC, NFD = "Jos\u00e9", "Jose\u0301"


def test_an_accent_stored_in_two_ways_is_one_name(tmp_path: Path) -> None:
    put(tmp_path, f"{NFC}/a.ipynb", STARTER)
    put(tmp_path, f"{NFD}/b.ipynb", DONE)
    put(tmp_path, "bob/x.ipynb", DONE)
    found = gathered(tmp_path)
    assert [s.student for s in found.submissions] == [NFC, "bob"]


@pytest.mark.parametrize("other", ["Jose", "josé", "JOSÉ", "Jo-sé"])
def test_names_that_are_almost_alike_are_two_students_and_said(tmp_path: Path, other: str) -> None:
    put(tmp_path, f"{NFC}/x.ipynb", DONE)
    put(tmp_path, f"{other}/x.ipynb", DONE)
    found = gathered(tmp_path)
    assert {s.student for s in found.submissions} == {NFC, other}
    ((student, _, text),) = told(found)
    assert student == ""
    assert text.startswith("almost called like")


def test_a_roster_with_both_knows_each_by_the_exact_name(tmp_path: Path) -> None:
    put(tmp_path / "in", f"{NFD} - 02-perplexity.ipynb", DONE)
    put(tmp_path / "in", "Jose - 02-perplexity.ipynb", DONE)
    put(tmp_path / "in", "JOSE X - 02-perplexity.ipynb", DONE)
    people = known(tmp_path, f"student,name\ns1,{NFC}\ns2,Jose\ns3,Jose X\n")
    assert list(whose(tmp_path / "in", people).values()) == ["s1", "s2", "s3"]


def test_namesakes_without_a_number_are_named(tmp_path: Path) -> None:
    put(tmp_path / "in", "Ada Lovelace - 02-perplexity.ipynb", DONE)
    put(tmp_path / "in", "Bob Ross - 02-perplexity.ipynb", DONE)
    people = known(tmp_path, "student,name\ns1,Ada Lovelace\ns2,Ada Lovelace\ns3,Bob Ross\n")
    found = gathered(tmp_path / "in", people)
    ((_, _, text),) = told(found)
    assert text == (
        "s1 or s2? Both have this name on the roster; put the number into the name of the file "
        "(graded all the same)"
    )
    assert [p.student for p in found.missing] == ["s1", "s2"]


# More of the same kinds as the cases of reviewers.


def test_a_copy_of_jupyters_alone_is_named_with_its_student(tmp_path: Path) -> None:
    put(tmp_path, "ada/.ipynb_checkpoints/x-checkpoint.ipynb", DONE)
    put(tmp_path, "bob/.ipynb_checkpoints/x-checkpoint.ipynb", STARTER)
    put(tmp_path, "bob/x.ipynb", DONE)
    put(tmp_path, ".ipynb_checkpoints/roster-checkpoint.ipynb", DONE)
    found = gathered(tmp_path)
    assert [s.student for s in found.submissions] == ["bob"]
    assert found.submissions[0].notes == ()
    ((student, _, text),) = told(found)
    assert (student, text) == (
        "ada",
        "no notebook: a copy that Jupyter made for itself; ask for the notebook",
    )


@pytest.mark.parametrize("ending", [".ipynb.txt", ".ipynb.json", ".IPYNB.TXT", " (1).ipynb.txt"])
def test_a_second_ending_is_no_part_of_a_name(tmp_path: Path, ending: str) -> None:
    put(tmp_path, f"Ada Lovelace - 02-perplexity{ending}", DONE)
    put(tmp_path, "Bob Ross - 02-perplexity.ipynb", DONE)
    found = gathered(tmp_path)
    assert [s.student for s in found.submissions] == ["Ada Lovelace", "Bob Ross"]
    assert found.problems == []


def test_who_sent_a_pdf_on_canvas_keeps_name_and_numbers(tmp_path: Path) -> None:
    put(tmp_path / "in", "mosseve_4323_98767_homework.pdf", b"%PDF")
    put(tmp_path / "in", "lovelaceada_4321_98765_x.ipynb", DONE)
    people = known(
        tmp_path, ROSTERS["Canvas's gradebook"][0] + '"Moss, Eve",4323,s3,emoss,CS 101,\n'
    )
    (problem,) = gathered(tmp_path / "in", people).problems
    assert (problem.student, problem.name, problem.login, problem.platform, problem.layout) == (
        *("s3", "Moss, Eve", "emoss", "4323", "canvas"),
    )
