"""From a heap of files to one submission a student: who sent it, and which version counts.

The right values are those of the layouts that ``intake/layouts.py`` describes and of the section
"Your own class" of the guide for instructors.
"""

import io
import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pytest

from coursekit.grading.intake.collect import Collection, IntakeFault, collect
from coursekit.grading.intake.found import Problem
from coursekit.grading.intake.layouts import Sender, sender_of, student_level
from coursekit.grading.intake.roster import Roster, read_roster
from coursekit.grading.intake.submission import Sought, Submission

MONDAY, TUESDAY = (datetime(2026, 11, day, 12, tzinfo=UTC) for day in (16, 17))


def cell(source: str, kind: str = "code") -> dict[str, object]:
    return {"cell_type": kind, "source": source, "metadata": {}}


def notebook(source: str = "x = 1", *more: dict[str, object]) -> bytes:
    content = {"nbformat": 4, "nbformat_minor": 5, "cells": [cell(source), *more]}
    return json.dumps(content).encode()


def put(root: Path, name: str, data: bytes = notebook(), when: datetime = MONDAY) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (when.timestamp(),) * 2)
    return path


def zipped(files: dict[str, bytes], when: datetime | None = None) -> bytes:
    """A zip whose files bear this time; without one, that of archives that know no times."""
    held = io.BytesIO()
    date = (when or datetime(1980, 1, 1)).timetuple()[:6]
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, date), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def roster(folder: Path, *lines: str) -> Roster:
    path = folder / "roster.csv"
    path.write_text("\n".join(("student,name,email", *lines)), "utf8")
    return read_roster(path)


def only(source: Path, known: Roster | None = None, wanted: str = "") -> Submission:
    (one,) = collect(source, known, Sought(frozenset(wanted.split()))).submissions
    return one


def problem(source: Path) -> Problem:
    """The one problem with a heap in which Zoe's work is as it should be."""
    put(source, "zoe.ipynb")
    found = collect(source)
    assert [s.student for s in found.submissions] == ["zoe"]
    (one,) = found.problems
    assert "\n" not in one.text
    return one


# Whose path it is.

MOODLE = "Ada Lovelace_11_assignsubmission_"


@pytest.mark.parametrize(
    ("path", "sender"),
    [
        (f"{MOODLE}file_/rnn.ipynb", Sender("11", "Ada Lovelace", (0,), layout="moodle")),
        (f"{MOODLE}file_/deep/rnn (2).ipynb", Sender("11", "Ada Lovelace", (2,), layout="moodle")),
        (f"{MOODLE}file_rnn.ipynb", Sender("11", "Ada Lovelace", (0,), layout="moodle")),
        (f"{MOODLE}onlinetext/rnn.ipynb", Sender("11", "Ada Lovelace", (0,), layout="moodle")),
        (f"all/{MOODLE}file/rnn.ipynb", Sender("11", "Ada Lovelace", (0,), layout="moodle")),
        ("loveada_43_98_rnn.ipynb", Sender("43", "loveada", (98, 0), layout="canvas")),
        ("loveada_43_98_rnn-2.ipynb", Sender("43", "loveada", (98, 2), layout="canvas")),
        ("rossbob_LATE_44_99_a_b.ipynb", Sender("44", "rossbob", (99, 0), True, "canvas")),
        ("hw/rossbob_44_99_rnn.ipynb", Sender("44", "rossbob", (99, 0), layout="canvas")),
        ("submission_5/rnn.ipynb", Sender("submission_5", "", (0,), layout="gradescope")),
        ("submission_5/x/rnn-Copy3.ipynb", Sender("submission_5", "", (3,), layout="gradescope")),
        ("submitted/ada/ps4/rnn.ipynb", Sender("ada", "", (0,), layout="nbgrader")),
        ("course/submitted/ada/ps4/rnn (1).ipynb", Sender("ada", "", (1,), layout="nbgrader")),
        ("submitted/ada/rnn.ipynb", Sender("ada", "", (0,), layout="nbgrader")),
        ("ada.ipynb", Sender("ada", "", (0,))),
        ("ada (3).ipynb", Sender("ada", "", (3,))),
        ("ada-Copy2.ipynb", Sender("ada", "", (2,))),
        ("ada - Copy.ipynb", Sender("ada", "", (1,))),
        ("ada_copy.ipynb", Sender("ada", "", (1,))),
        ("ada-Copy1 (2).ipynb", Sender("ada", "", (2,))),
        ("(1).ipynb", Sender("(1)", "", (1,))),  # nothing would be left of the name
        ("ada/rnn (1).ipynb", Sender("ada", "", (1,))),
        (" ada /rnn.ipynb", Sender("ada", "", (0,))),
        ("submission_5.ipynb", Sender("submission_5", "", (0,))),  # a file's own name
    ],
)
def test_who_sent_it(path: str, sender: Sender) -> None:
    assert sender_of(PurePosixPath(path)) == sender


@pytest.mark.parametrize(("level", "student"), [(-1, "rnn"), (0, "monday"), (1, "ada"), (2, "ada")])
def test_the_level_of_the_plain_layout_names_the_student(level: int, student: str) -> None:
    assert sender_of(PurePosixPath("monday/ada/rnn.ipynb"), level).student == student


@pytest.mark.parametrize(
    ("paths", "archive", "level"),
    [
        ("ada.ipynb bob.ipynb", "", -1),
        ("ada/ps4/x.ipynb bob/ps4/x.ipynb", "", 0),
        ("mon/ada/x.ipynb tue/bob/x.ipynb tue/eve/x.ipynb", "", 1),
        ("mon/ada/x.ipynb tue/bob/x.ipynb", "", 0),  # the outermost of equals
        ("hw/ada.ipynb hw/bob.ipynb", "", -1),  # a wrapping around files
        ("ada/rnn.ipynb ada/rnn (1).ipynb", "", 0),  # a folder with copies of one file
        ("hw2/ada/x.ipynb", "hw2", 1),
        ("hw2/ada/x.ipynb", "hw2-20261120T0900-001", 1),
        ("hw2/ada/x.ipynb", "other", 0),
        ("ada/x.ipynb", "ada", 0),  # no wrapping, or nobody would be left
        ("hw2/ada/x.ipynb other/bob/x.ipynb", "hw2", 0),
        ("readme.ipynb ada/x.ipynb bob/x.ipynb", "", 0),
        ("ada/x.ipynb bob/deep/deeper/x.ipynb", "", 0),
        ("ada/ps4/x.ipynb bob/ps4/x.ipynb mal/d0/x.ipynb mal/d1/x.ipynb mal/d2/x.ipynb", "", 0),
        ("ada.ipynb bob/rnn.ipynb", "", 0),
    ],
)
def test_the_folders_that_name_students(paths: str, archive: str, level: int) -> None:
    split = [PurePosixPath(p + ".ipynb") for p in paths.removesuffix(".ipynb").split(".ipynb ")]
    assert student_level(split, archive) == level


# Everything that is known of a submission.


def test_a_submission_holds_what_platform_file_and_roster_say(tmp_path: Path) -> None:
    path = "rossbob_LATE_44_99_rnn.ipynb"
    put(tmp_path / "in", path, notebook("def f(): 1", cell("So.", "markdown"), cell("y = 2")))
    one = only(tmp_path / "in", roster(tmp_path, "s7,Bob Ross,bob@x.org"))
    assert (one.student, one.name, one.email) == ("s7", "Bob Ross", "bob@x.org")
    assert (one.platform, one.layout, one.late) == ("44", "canvas", True)
    assert (one.file, one.notes) == (path, ())
    assert one.code == ("def f(): 1", "y = 2")
    assert [c.kind for c in one.cells] == ["code", "markdown", "code"]


def test_without_a_roster_the_platform_names_the_student(tmp_path: Path) -> None:
    put(tmp_path, f"{MOODLE}file_/rnn.ipynb")
    one = only(tmp_path)
    assert (one.student, one.name, one.email) == ("11", "Ada Lovelace", "")
    assert (one.platform, one.layout, one.late) == ("11", "moodle", False)


def test_a_roster_without_names_leaves_the_platforms_name(tmp_path: Path) -> None:
    put(tmp_path / "in", "adal_43_98_rnn.ipynb")
    one = only(tmp_path / "in", roster(tmp_path, "43,,ada@x.org"))
    assert (one.student, one.name, one.email) == ("43", "adal", "ada@x.org")


@pytest.mark.parametrize(
    "path",
    [
        *("Ada Lovelace.ipynb", "monday/lovelace_ada/rnn.ipynb", "ps4/ada.l/rnn.ipynb"),
        *("s1/work/rnn.ipynb", "ps4/week 1/s1.ipynb"),
    ],
)
def test_any_part_of_a_path_may_name_somebody_on_the_roster(tmp_path: Path, path: str) -> None:
    put(tmp_path / "in", path)
    known = roster(tmp_path, "s0,Bob Ross,bob@x.org", "s1,Ada Lovelace,ada.l@x.org")
    assert only(tmp_path / "in", known).student == "s1"


def test_equal_work_has_equal_fingerprints(tmp_path: Path) -> None:
    plain = json.loads(notebook("x = 1", cell("y")))
    run = json.loads(notebook("x = 1", cell("y")))
    run["cells"][0] |= {"outputs": [{"output_type": "stream"}], "execution_count": 3}
    run["metadata"] = {"colab": {}}
    other, text, split = notebook("x = 2", cell("y")), cell("y", "markdown"), cell("x = 1\ny")
    files = {
        "plain": json.dumps(plain).encode(),
        "run": json.dumps(run).encode(),
        "other": other,
        "text": notebook("x = 1", text),
        "joined": json.dumps({"cells": [split]}).encode(),
    }
    for name, data in files.items():
        put(tmp_path, f"{name}.ipynb", data)
    digests = {s.student: s.digest for s in collect(tmp_path).submissions}
    assert digests["plain"] == digests["run"]
    assert len(set(digests.values())) == 4
    assert all(len(d) == 32 for d in digests.values())


def test_the_first_line_of_a_roster_says_what_separates_its_columns(tmp_path: Path) -> None:
    put(tmp_path / "in", "s1.ipynb")
    known = roster(tmp_path, "s1,Ada;;;;;;;;Lovelace,ada@x")
    assert only(tmp_path / "in", known).email == "ada@x"


# Which version counts.


def test_the_latest_version_counts_and_the_student_is_told(tmp_path: Path) -> None:
    put(tmp_path, "ada/a.ipynb", notebook("late"), TUESDAY)
    put(tmp_path, "ada/b.ipynb", notebook("early"), MONDAY)
    put(tmp_path, "bob/b.ipynb")
    ada, bob = collect(tmp_path).submissions
    assert (ada.code, ada.file) == (("late",), "ada/a.ipynb")
    assert ada.notes == ("2 files were handed in; ada/a.ipynb counts, not ada/b.ipynb.",)
    put(tmp_path, "ada/c.ipynb", notebook("early"), MONDAY)
    (note,) = collect(tmp_path).submissions[0].notes
    others = "ada/b.ipynb, ada/c.ipynb"
    assert note == f"3 files were handed in; ada/a.ipynb counts, not {others}."
    assert bob.notes == ()


@pytest.mark.parametrize(
    ("early", "late"),
    [
        ("ada/rnn.ipynb", "ada/rnn (1).ipynb"),
        ("ada/rnn (9).ipynb", "ada/rnn (10).ipynb"),
        ("ada/rnn-Copy1.ipynb", "ada/rnn-Copy2.ipynb"),
        ("loveada_43_97_rnn-1.ipynb", "loveada_43_98_rnn.ipynb"),
        ("loveada_43_97_rnn-10.ipynb", "loveada_43_98_rnn.ipynb"),
        ("loveada_43_97_rnn.ipynb", "loveada_43_98_rnn.ipynb"),
        (f"{MOODLE}file_/rnn (1).ipynb", f"{MOODLE}file_/rnn (2).ipynb"),
    ],
)
def test_of_files_of_one_time_the_platforms_number_decides(
    tmp_path: Path, early: str, late: str
) -> None:
    put(tmp_path, early, notebook("early"))
    put(tmp_path, late, notebook("late"))
    put(tmp_path, "bob/rnn.ipynb")
    assert {s.code for s in collect(tmp_path).submissions} == {("late",), ("x = 1",)}


@pytest.mark.parametrize(
    ("stamp", "when"),
    [
        ("2026-11-17 12:00:00.000000 UTC\n", TUESDAY),
        ("2026-11-17 12:00:00 GMT", TUESDAY),
        ("2026-11-17 12:00:00", TUESDAY),
        ("2026-11-17T13:00:00+01:00", TUESDAY),
        (f"2026-11-17{' ' * 200}", TUESDAY.replace(hour=0)),
    ],
)
def test_nbgraders_time_is_in_the_file_beside_the_notebook(
    tmp_path: Path, stamp: str, when: datetime
) -> None:
    put(tmp_path, "submitted/ada/ps4/rnn.ipynb")
    put(tmp_path, "submitted/ada/ps4/timestamp.txt", stamp.encode())
    assert only(tmp_path).when == when


@pytest.mark.parametrize("stamp", ["yesterday", "", "2026-13-17 12:00:00 UTC"])
def test_a_time_that_cannot_be_read_is_none_of_nbgraders(tmp_path: Path, stamp: str) -> None:
    put(tmp_path, "submitted/ada/ps4/rnn.ipynb")
    put(tmp_path, "submitted/ada/ps4/timestamp.txt", stamp.encode())
    assert only(tmp_path).when in (None, MONDAY)  # nothing, or the time of the file


def test_a_time_that_nbgrader_wrote_beats_the_time_of_the_file(tmp_path: Path) -> None:
    put(tmp_path, "submitted/ada/one/rnn.ipynb", notebook("stamped"), MONDAY)
    put(tmp_path, "submitted/ada/one/timestamp.txt", b"2026-11-18 00:00:00 UTC")
    put(tmp_path, "submitted/ada/two/rnn.ipynb", notebook("unstamped"), TUESDAY)
    put(tmp_path, "submitted/ada/notes.txt", b"2026-11-30 00:00:00 UTC")
    assert only(tmp_path).code == ("stamped",)


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [
        ("def wanted(): 1", "def other(): 1", "first"),
        ("wanted = 0", "also_wanted = unwanted = 1", "first"),  # a whole word
        ("too = 1", "wanted = 1", "second"),
        ("wanted = 1", "too = 2", "second"),  # of two that fit, the later
        ("wanted = 1", "# wanted\n", "first"),
        ("wanted = 1", "wanted = ...  # your answer", "first"),
        ("def wanted(): 1", "def wanted():\n    raise NotImplementedError", "first"),
        ("def wanted(): 1", "def wanted():\n    raise NotImplementedError()", "first"),
        ("wanted = ...", "wanted = ...\n", "second"),  # neither is begun
    ],
)
def test_the_notebook_that_answers_this_exercise_counts(
    tmp_path: Path, first: str, second: str, chosen: str
) -> None:
    put(tmp_path, "ada/first.ipynb", notebook(first), MONDAY)
    put(tmp_path, "ada/second.ipynb", notebook(second), TUESDAY)
    put(tmp_path, "bob/first.ipynb")
    sought = Sought(frozenset({"wanted", "too"}))
    (ada,) = collect(tmp_path, None, sought).submissions
    assert ada.file == f"ada/{chosen}.ipynb"


def test_a_notebook_of_another_exercise_is_no_silent_zero(tmp_path: Path) -> None:
    put(tmp_path, "ada/last week.ipynb", notebook("a = 1", cell("wanted", "markdown")))
    put(tmp_path, "bob/x.ipynb", notebook("wanted = 1"))
    found = collect(tmp_path, None, Sought(frozenset({"wanted"})))
    assert [s.student for s in found.submissions] == ["bob"]
    (line,) = found.problems
    told = (line.student, line.file, line.text)
    assert told == ("ada", "ada/last week.ipynb", "answers no question of this exercise")


def test_a_name_in_running_text_is_no_answer(tmp_path: Path) -> None:
    put(tmp_path, "ada/first.ipynb", notebook("wanted = 1"), MONDAY)
    put(tmp_path, "ada/second.ipynb", notebook("a = 1", cell("wanted", "markdown")), TUESDAY)
    put(tmp_path, "bob/first.ipynb")
    (ada,) = collect(tmp_path, None, Sought(frozenset({"wanted"}))).submissions
    assert ada.file == "ada/first.ipynb"


def test_a_damaged_version_is_said_and_the_readable_one_counts(tmp_path: Path) -> None:
    put(tmp_path, f"{MOODLE}file_/good.ipynb", notebook("good"), MONDAY)
    put(tmp_path, f"{MOODLE}file_/new.ipynb", b"<html>", TUESDAY)
    found = collect(tmp_path)
    (ada,), (bad,) = found.submissions, found.problems
    assert ada.code == ("good",)
    assert len(ada.notes) == 1
    path = f"{MOODLE}file_/new.ipynb"
    text = "a web page saved under a notebook's name"
    assert bad == Problem("11", path, text, "Ada Lovelace", "", "11", "moodle")
    assert found.students == ["11", "11"]


# Who is there and who is not.


def test_the_class_is_in_the_order_of_students_and_everybody_is_accounted_for(
    tmp_path: Path,
) -> None:
    known = roster(tmp_path, *(f"s{n},{n},{n}@x" for n in (9, 3, 1, 5)))
    for name, data in (("s5", notebook()), ("s1", notebook()), ("s3", b""), ("who", notebook())):
        put(tmp_path / "in", f"{name}.ipynb", data)
    found = collect(tmp_path / "in", known)
    assert [s.student for s in found.submissions] == ["s1", "s5", "who"]
    assert [(p.student, p.file, p.email) for p in found.problems] == [
        ("s3", "s3.ipynb", "3@x"),
        ("who", "who.ipynb", ""),
    ]
    assert found.problems[1].text == "not on the roster (graded all the same)"
    # Who sent only what cannot be read is not missing.
    assert [p.student for p in found.missing] == ["s9"]
    assert found.students == ["s1", "s5", "who", "s3", "who"]


def test_who_is_not_on_the_roster_is_one_line_however_many_files(tmp_path: Path) -> None:
    for name in ("who.ipynb", "who (1).ipynb", "who (2).ipynb"):
        put(tmp_path / "in", name)
    (line,) = collect(tmp_path / "in", roster(tmp_path, "s1,Ada,")).problems
    assert (line.student, line.file) == ("who", "who.ipynb")


def test_without_a_roster_nobody_is_missing_or_unknown(tmp_path: Path) -> None:
    put(tmp_path, "ada.ipynb")
    found = collect(tmp_path)
    assert (found.missing, found.problems, found.students) == ([], [], ["ada"])
    assert Collection() == Collection([], [], [])


def test_of_whom_nothing_more_is_known_is_not_late_and_of_no_platform() -> None:
    one = Submission("ada", "", "", "ada.ipynb", (), "d")
    assert (one.when, one.late, one.notes, one.platform, one.layout) == (
        None,
        False,
        (),
        "",
        "plain",
    )
    bad = Problem("ada", "ada.ipynb", "empty")
    assert (bad.name, bad.email, bad.platform, bad.layout) == ("", "", "", "plain")


def test_nothing_to_grade_says_why(tmp_path: Path) -> None:
    with pytest.raises(IntakeFault, match=r"none: no such file or folder$"):
        collect(tmp_path / "none")
    put(tmp_path, "readme.txt", b"hello")
    with pytest.raises(IntakeFault, match=r"no notebook \(\.ipynb\) in it \(readme.txt"):
        collect(tmp_path)
    put(tmp_path, "all.zip", b"PK no zip")
    with pytest.raises(IntakeFault, match=r"no notebook \(\.ipynb\) in it \(.+\)$"):
        collect(tmp_path)


# Gradescope's list of senders.


@pytest.mark.parametrize(
    ("told", "student", "name"),
    [
        (b"  - :name: Ada L\n    :sid: a1\n    :email: a@x\n", "a1", "Ada L"),
        (b"  - :name: Ada L\n    :sid: 77\n", "77", "Ada L"),
        (b"  - :name: Ada L\n    :sid: \n    :email: a@x\n", "a@x", "Ada L"),
        (b"  - :name: \n    :email: \n", "submission_5", ""),
        (b"    []\n", "submission_5", ""),
        (b"    {a: Ada}\n", "submission_5", ""),
        (b"  - Ada\n", "submission_5", ""),
        (b"  Ada\n", "submission_5", ""),
        (b"  - {\n", "submission_5", ""),
        (b"  - :name: \xff\n", "submission_5", ""),
    ],
)
def test_gradescopes_list_names_who_sent_a_folder(
    tmp_path: Path, told: bytes, student: str, name: str
) -> None:
    put(tmp_path, "submission_5/rnn.ipynb")
    put(tmp_path, "submission_metadata.yml", b"submission_5:\n  :submitters:\n" + told)
    one = only(tmp_path)
    assert (one.student, one.name, one.platform, one.layout, one.late) == (
        *(student, name, student),
        *("gradescope", False),
    )


@pytest.mark.parametrize("told", [b"[1, 2]", b"submission_5: Ada", b"text", b""])
def test_a_list_of_another_form_is_passed_over(tmp_path: Path, told: bytes) -> None:
    put(tmp_path, "submission_5/rnn.ipynb")
    put(tmp_path, "submission_metadata.yml", told)
    assert only(tmp_path).student == "submission_5"


def test_only_the_file_of_that_name_is_gradescopes_list(tmp_path: Path) -> None:
    put(tmp_path, "submission_5/rnn.ipynb")
    told = b"submission_5:\n  :submitters:\n  - :sid: "
    put(tmp_path, "other.yml", told + b"eve\n")
    put(tmp_path, "submission_metadata.yml", told + b"ada\n")
    put(tmp_path, "zother.yml", told + b"eve\n")
    assert only(tmp_path).student == "ada"


# What is found in folders and archives.


@pytest.mark.parametrize("name", ["ada.IPYNB", "ada.ZIP", "deep/ada.ipynb"])
def test_endings_in_capitals_count_too(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, zipped({"x.ipynb": notebook()}) if "ZIP" in name else notebook())
    assert len(collect(tmp_path).submissions) == 1


@pytest.mark.parametrize(
    "name",
    [
        *(".ipynb_checkpoints/eve.ipynb", "__MACOSX/eve.ipynb", ".git/eve.ipynb"),
        *(".venv/eve.ipynb", "node_modules/eve.ipynb", "._eve.ipynb", "~$eve.ipynb"),
    ],
)
def test_what_systems_and_editors_leave_behind_is_no_submission(tmp_path: Path, name: str) -> None:
    put(tmp_path, "ada/rnn.ipynb")
    put(tmp_path, name)
    put(tmp_path, "bob.zip", zipped({"work/rnn.ipynb": notebook(), name: notebook()}))
    assert [s.student for s in collect(tmp_path).submissions] == ["ada", "bob"]


def test_one_notebook_alone(tmp_path: Path) -> None:
    put(tmp_path, "eve.ipynb")
    path = put(tmp_path, "ada.ipynb")
    assert only(path).student == "ada"
    assert only(path).file == "ada.ipynb"


def test_archives_within_archives(tmp_path: Path) -> None:
    ada = zipped({"work/rnn.ipynb": notebook("ada's")})
    put(tmp_path, "all.zip", zipped({"ada.zip": ada, "bob/rnn.ipynb": notebook("bob's")}))
    found = collect(tmp_path / "all.zip")
    assert [(s.student, s.code, s.file) for s in found.submissions] == [
        ("ada", ("ada's",), "ada/work/rnn.ipynb"),
        ("bob", ("bob's",), "bob/rnn.ipynb"),
    ]
    assert found.problems == []
    loose = collect(tmp_path).submissions  # in a folder, the archive's name counts
    assert {s.file for s in loose} == {"all/ada/work/rnn.ipynb", "all/bob/rnn.ipynb"}


def test_a_zip_within_a_zip_within_a_zip_is_opened(tmp_path: Path) -> None:
    inner = zipped({"rnn.ipynb": notebook("ada's")})
    put(tmp_path, "ada.zip", zipped({"inner.zip": inner}))
    put(tmp_path, "eve.zip", zipped({"more.zip": zipped({"inner.zip": inner})}))
    assert {s.code for s in collect(tmp_path).submissions} == {("ada's",)}
    assert [s.student for s in collect(tmp_path).submissions] == ["ada", "eve"]


def test_archives_that_go_on_and_on_are_one_line(tmp_path: Path) -> None:
    data = zipped({"rnn.ipynb": notebook()})
    for _ in range(8):
        data = zipped({"more.zip": data})
    put(tmp_path, "ada.zip", data)
    assert problem(tmp_path).student.startswith("ada")


@pytest.mark.parametrize("name", ["../../ada/rnn.ipynb", "/ada/rnn.ipynb", "ada/../rnn.ipynb"])
def test_no_name_in_an_archive_leads_out_of_it(tmp_path: Path, name: str) -> None:
    put(tmp_path, "all.zip", zipped({name: notebook(), "bob/rnn.ipynb": notebook()}))
    found = collect(tmp_path / "all.zip").submissions
    assert [s.file for s in found] == ["ada/rnn.ipynb", "bob/rnn.ipynb"]


def test_the_times_in_an_archive_decide_between_its_files(tmp_path: Path) -> None:
    inner = {
        "ada/a.zip": zipped({"a.ipynb": notebook("late")}, TUESDAY),
        "ada/z.zip": zipped({"z.ipynb": notebook("early")}, MONDAY),
    }
    put(tmp_path, "all.zip", zipped({"bob/x.ipynb": notebook(), **inner}))
    known = roster(tmp_path, "ada,Ada,", "bob,Bob,")
    ada, _ = collect(tmp_path / "all.zip", known).submissions
    assert ada.code == ("late",)


def test_an_archive_without_times_has_its_own(tmp_path: Path) -> None:
    put(tmp_path, "ada/a.zip", zipped({"a.ipynb": notebook("late")}), TUESDAY)
    put(tmp_path, "ada/z.zip", zipped({"z.ipynb": notebook("early")}), MONDAY)
    put(tmp_path, "bob/x.ipynb")
    ada, _ = collect(tmp_path).submissions
    assert ada.code == ("late",)


def test_any_later_year_in_an_archive_is_a_time(tmp_path: Path) -> None:
    old = zipped({"a.ipynb": notebook("old")}, datetime(1981, 1, 1))
    put(tmp_path, "ada/a.zip", old, TUESDAY)
    put(tmp_path, "ada/z.zip", zipped({"z.ipynb": notebook("new")}, MONDAY), MONDAY)
    put(tmp_path, "bob/x.ipynb")
    ada, _ = collect(tmp_path).submissions
    assert ada.code == ("new",)


def test_an_impossible_time_in_an_archive_costs_nothing(tmp_path: Path) -> None:
    data = bytearray(zipped({"rnn.ipynb": notebook("ada's")}, MONDAY))
    for head, place in ((b"PK\3\4", 12), (b"PK\1\2", 14)):  # the date: month 0, day 0
        at = data.index(head) + place
        data[at : at + 2] = b"\0\x5a"
    put(tmp_path, "ada.zip", bytes(data), TUESDAY)
    assert only(tmp_path).code == ("ada's",)


# What cannot be read is one line about one student.


def test_a_file_that_is_no_zip(tmp_path: Path) -> None:
    put(tmp_path, f"{MOODLE}file_/rnn.zip", b"<html>")
    found = problem(tmp_path)
    assert (found.student, found.file) == ("11", f"{MOODLE}file_/rnn.zip")


def test_a_zip_with_a_password(tmp_path: Path) -> None:
    data = bytearray(zipped({"rnn.ipynb": notebook()}))
    for head, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(head) + place] |= 1
    put(tmp_path, "ada.zip", bytes(data))
    assert problem(tmp_path).student == "ada"


def test_a_zip_damaged_in_the_middle(tmp_path: Path) -> None:
    data = bytearray(zipped({"rnn.ipynb": notebook("a = 1\n" * 99)}))
    start = data.index(b"rnn.ipynb") + len("rnn.ipynb")
    data[start : start + 40] = b"\xff" * 40
    put(tmp_path, "ada.zip", bytes(data))
    found = problem(tmp_path)
    assert (found.student, found.file) == ("ada", "ada.zip")


def test_a_link_out_of_its_folder_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "secret.ipynb")
    for name in ("bob/real.ipynb", "joe/work/x.ipynb"):
        put(tmp_path / "in", name, notebook(name))
    links = {
        "ada/rnn.ipynb": "../../secret.ipynb",
        "eve/rnn.ipynb": "../bob/real.ipynb",
        "joe/x.ipynb": "work/x.ipynb",
        "mal.ipynb": "bob/real.ipynb",
    }
    for link, target in links.items():
        (tmp_path / "in" / link).parent.mkdir(exist_ok=True)
        (tmp_path / "in" / link).symlink_to(target)
    found = collect(tmp_path / "in")
    text = "a link to a file outside its folder, not followed"
    assert [(p.student, p.file, p.text) for p in found.problems] == [
        ("ada", "ada/rnn.ipynb", text),
        ("eve", "eve/rnn.ipynb", text),
        ("mal", "mal.ipynb", text),
    ]
    assert [s.student for s in found.submissions] == ["bob", "joe"]


def test_a_file_larger_than_any_notebook(tmp_path: Path) -> None:
    with (tmp_path / "ada.ipynb").open("wb") as file:
        file.truncate(5 << 30)  # takes no room on disk
    assert problem(tmp_path).student == "ada"


# What a student names makes nothing another student's.


def senders(source: Path, known: Roster | None = None) -> dict[str, str]:
    """Students by the code of what they handed in; each sends their own name."""
    return {s.code[0]: s.student for s in collect(source, known).submissions}


@pytest.mark.parametrize(
    ("ada", "mal"),
    [
        ("Ada_11_assignsubmission_file_/x.ipynb", "Mal_12_assignsubmission_file_/11.zip"),
        ("11/x.ipynb", "12/11.zip"),
        ("11/x.ipynb", "12/Ada.zip"),
    ],
)
def test_the_name_of_a_zip_takes_over_nobody(tmp_path: Path, ada: str, mal: str) -> None:
    put(tmp_path / "in", ada, notebook("ada"), MONDAY)
    put(tmp_path / "in", mal, zipped({"x.ipynb": notebook("mal")}, TUESDAY), TUESDAY)
    known = roster(tmp_path, "11,Ada,", "12,Mal,")
    assert senders(tmp_path / "in", known) == {"ada": "11", "mal": "12"}


@pytest.mark.parametrize("mal", ["hw2-mal/ada.ipynb", "hw2-mal/ada/x.ipynb", "hw2-mal.zip"])
def test_the_name_of_a_file_in_a_students_folder_takes_over_nobody(
    tmp_path: Path, mal: str
) -> None:
    put(tmp_path / "in", "hw2-ada/x.ipynb", notebook("ada"), MONDAY)
    data = notebook("mal")
    put(tmp_path / "in", mal, zipped({"ada.ipynb": data}) if mal.endswith("zip") else data, TUESDAY)
    known = roster(tmp_path, "ada,Ada C,", "eve,Eve,")
    assert senders(tmp_path / "in", known) == {"ada": "ada", "mal": "hw2-mal"}
    problems = collect(tmp_path / "in", known).problems
    assert [p.student for p in problems if "not on the roster" in p.text] == ["hw2-mal"]


def test_the_roster_knows_students_in_sections_of_one(tmp_path: Path) -> None:
    put(tmp_path / "in", "mon/ada/x.ipynb", notebook("ada"))
    put(tmp_path / "in", "tue/bob/eve.ipynb", notebook("bob"))
    known = roster(tmp_path, "ada,Ada C,", "bob,Bob,", "eve,Eve,")
    assert senders(tmp_path / "in", known) == {"ada": "ada", "bob": "bob"}


def test_names_that_cannot_be_shown_stay_different(tmp_path: Path) -> None:
    names = ["a\nb", "a\u202eb", "a\ufffdb", "a\ufffdA\ufffdb"]
    for name in names:
        put(tmp_path, f"{name}/x.ipynb", notebook(repr(name)))
    found = senders(tmp_path)
    assert len(found) == len(set(found.values())) == len(names)
    assert all(student.isprintable() for student in found.values())
