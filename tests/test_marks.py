"""The book-keeping of marks: who it is, what lateness costs, what is kept, what is sent out.

Every right value here is worked out by hand.
"""

import csv
import json
import re
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from test_grading_intake import notebook, put
from typer.testing import CliRunner

from coursekit.cli import app
from coursekit.grading.intake.collect import Collection, collect
from coursekit.grading.intake.found import Problem
from coursekit.grading.intake.roster import Person, RosterFault, read_roster
from coursekit.grading.intake.submission import Submission
from coursekit.grading.judging.marked import MarkedGroup, MarkedQuestion
from coursekit.grading.marks.entries import damaged_records, make_record, timing_of
from coursekit.grading.marks.files import dump, read_lines, write_whole
from coursekit.grading.marks.late import LateRule, read_rule
from coursekit.grading.marks.ledger import Ledger, Timing, load, read_identity
from coursekit.grading.marks.marking import MarkingFault, merge, sheet, shown
from coursekit.grading.marks.record import Identity, Provenance, Record, RecordsFault, Rules
from coursekit.grading.marks.spreadsheet import harmless
from coursekit.grading.platforms.exports import export
from coursekit.grading.running.local import Done
from coursekit.grading.running.replies import Run

IDENTITY = Identity("key", 7, Rules(5.0, "2026-11-20", "10%"), "Exercises 1")
OURS = Provenance("key", 7, IDENTITY.rules)


def question(name: str, possible: float, points: float, **about: object) -> MarkedQuestion:
    group = MarkedGroup("edge", points, possible, 1, 2)
    return MarkedQuestion(name, name.upper(), possible, points, "partly", [group], **about)  # type: ignore[arg-type]


def late_record(student: str, **about: object) -> Record:
    """3 + 4 of 10 points, a day late at 10 % a day: 6.3."""
    marked = [question("f", 4.0, 3.0), question("g", 6.0, 4.0)]
    made = Record(student, questions=marked, possible=10.0, penalty=0.1, provenance=OURS, **about)  # type: ignore[arg-type]
    made.add_up()
    return made


def kept(folder: Path, *records: Record) -> Path:
    """A grades folder with these records."""
    with Ledger(folder, IDENTITY) as ledger:
        for one in records:
            ledger.add(one, Timing(one.student, cpu=1.25))
        ledger.finish([r.student for r in records])
    return folder


# What lateness costs.

DUE = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "late", "percent"),
    [
        ("10%", timedelta(seconds=1), 10),
        ("10%", timedelta(weeks=3), 10),  # once, however late
        ("10%", timedelta(0), 0),
        ("10%", timedelta(hours=-1), 0),
        ("2% per hour", timedelta(minutes=1), 2),  # each hour that has begun
        ("2% per hour", timedelta(hours=1), 2),
        ("2% per hour", timedelta(hours=1, seconds=1), 4),
        ("2 % an hour", timedelta(hours=5), 10),
        ("10% per day", timedelta(hours=24), 10),
        ("10% per day", timedelta(hours=25), 20),
        ("10%/week", timedelta(days=7), 10),
        ("10% a week", timedelta(days=7, seconds=1), 20),
        ("10% PER DAY, AT MOST 25%", timedelta(days=30), 25),
        ("12.5% per day max 30%", timedelta(days=2), 25),
        ("40% per day", timedelta(days=9), 100),  # never more than there is
        ("40% per day, at most 500%", timedelta(days=9), 100),
        ("40%, at most 30%", timedelta(days=1), 30),
        ("10% per day", timedelta(days=2), 20),
        ("10% per day", timedelta(days=2, seconds=1), 30),
    ],
)
def test_what_a_late_student_loses(rule: str, late: timedelta, percent: float) -> None:
    found = read_rule(DUE.isoformat(), rule)
    assert found.penalty(DUE + late, False) == pytest.approx(percent / 100)


def test_what_only_the_platform_calls_late_costs_one_unit() -> None:
    assert read_rule(DUE.isoformat(), "10% per day").penalty(None, True) == 0.1
    assert read_rule(DUE.isoformat(), "10%, at most 5%").penalty(DUE, True) == 0.05
    assert read_rule(DUE.isoformat(), "10%").penalty(None, False) == 0


def test_a_deadline_without_a_time_zone_is_local() -> None:
    assert read_rule("2026-11-20T12:00", "10%").due == datetime(2026, 11, 20, 12).astimezone()
    assert read_rule(DUE.isoformat(), "10%") == LateRule(DUE, 10.0, 0, 100.0)
    assert LateRule(DUE, 10.0).penalty(DUE + timedelta(days=3), False) == 0.1


def test_a_penalty_is_taken_off_the_sum() -> None:
    made = late_record("ada")
    assert (made.earned, made.points) == (7.0, 6.3)


# Who it is.


def roster(tmp_path: Path, text: str) -> list[Person]:
    path = tmp_path / "roster.csv"
    path.write_text(text, "utf8")
    return read_roster(path).people


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_roster_with_any_separator(tmp_path: Path, separator: str) -> None:
    lines = ["Student ID,Full name,E-mail address", "s1,Ada Lovelace,ada@x", "s2,Bob Ross,bob@x"]
    people = roster(tmp_path, "\n".join(lines).replace(",", separator))
    found = [(p.student, p.name, p.email) for p in people]
    assert found == [("s1", "Ada Lovelace", "ada@x"), ("s2", "Bob Ross", "bob@x")]


def test_a_duplicate_on_the_roster_counts_once(tmp_path: Path) -> None:
    people = roster(tmp_path, "student,name\ns1,Ada\ns2,Bob\ns1,Ada again\n\n,\n")
    assert [(p.student, p.name) for p in people] == [("s1", "Ada"), ("s2", "Bob")]
    put(tmp_path / "in", {"s2.ipynb": notebook()})
    found = collect(tmp_path / "in", read_roster(tmp_path / "roster.csv"))
    assert [p.student for p in found.missing] == ["s1"]


@pytest.mark.parametrize(
    ("columns", "line", "names"),
    [
        ("name", '"Lovelace, Ada"', ["Ada Lovelace", "lovelaceada"]),
        ("name", "Ada Lovelace", ["Lovelace, Ada", "lovelaceada"]),
        ("name", '"King Lovelace, Ada"', ["Ada King Lovelace", "kinglovelaceada"]),
        ("name", "Ada King Lovelace", ["Lovelace, Ada King", "King Lovelace, Ada"]),
        ("first name,last name", "Ada,Lovelace", ["Ada Lovelace", "Lovelace, Ada"]),
    ],
)
def test_a_turned_name_is_the_same_person(
    tmp_path: Path, columns: str, line: str, names: list[str]
) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(f"student,{columns}\ns1,{line}\n")
    found = [read_roster(path).find(name) for name in names]
    assert [p and p.student for p in found] == ["s1"] * len(names)


@pytest.mark.parametrize("name", ["S1", "ada lovelace", "ada.l", "ada.l@x.org", "al7", "4321"])
def test_everything_a_platform_may_call_a_person(tmp_path: Path, name: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(
        "student,name,email,login,canvas id\ns1,Ada Lovelace,ada.l@x.org,al7,4321\n"
        "s2,Bob Ross,bob@x.org,br8,4322\n"
    )
    person = read_roster(path).find("", "nobody", name)
    assert person is not None
    assert person.student == "s1"


@pytest.mark.parametrize(
    ("text", "student"),
    [
        ("login,name\nal7,Ada\n", "al7"),
        ("email,name\nada@x,Ada\n", "ada@x"),
        ("name\nAda\n", "Ada"),
        ("name,login,first name\n,,Ada\nBob,,\n", "Bob"),
    ],
)
def test_without_a_number_the_next_best_column_identifies(
    tmp_path: Path, text: str, student: str
) -> None:
    assert roster(tmp_path, text)[-1].student == student


@pytest.mark.parametrize(
    ("text", "says"), [("when,what\n1,2\n", "no column named"), ("student,name\n,\n", "nobody")]
)
def test_a_roster_that_names_nobody(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(RosterFault, match=says):
        roster(tmp_path, text)


@pytest.mark.parametrize(
    "columns",
    [
        "Student ID|Student|ID|ID number|SIS User ID|SID|Username|Matriculation",
        "Name|Full name|Student name|Display name",
        "First name|Given name",
        "E-mail|Email address|Mail",
        "Login|SIS Login ID|login_id|User|NetID",
    ],
)
def test_columns_are_known_under_many_names(tmp_path: Path, columns: str) -> None:
    for column in columns.split("|"):
        other = "Login" if "irst" in columns or "iven" in columns else "Section"
        people = roster(tmp_path, f"{column},{other}\nada,ada\n")
        assert [p.student for p in people] == ["ada"], column
        assert any("ada" in (p.student, p.name, p.email) for p in people)


@pytest.mark.parametrize("column", ["Last name", "Surname", "Family name"])
@pytest.mark.parametrize("first", ["First name", "Given name"])
def test_names_in_two_columns(tmp_path: Path, column: str, first: str) -> None:
    (ada,) = roster(tmp_path, f"id,{first},{column}\ns1,Ada,Lovelace\n")
    assert ada.name == "Ada Lovelace"


@pytest.mark.parametrize(
    "column",
    ["Platform ID", "Canvas ID", "Moodle ID", "Participant", "Identifier", "User ID"],
)
def test_the_platforms_own_number(tmp_path: Path, column: str) -> None:
    (ada,) = roster(tmp_path, f"student,{column}\ns1,77\n")
    assert set(ada.aliases) - {""} == {"s1", "77"}


def test_a_person_is_known_by_nothing_that_the_roster_does_not_say(tmp_path: Path) -> None:
    (ada,) = roster(tmp_path, "student,name,email\ns1,Ada Lovelace,al@uni.org\n")
    assert set(ada.aliases) - {""} == {
        *("s1", "Ada Lovelace", "al@uni.org", "al", "LovelaceAda"),
    }
    assert Person("s1") == Person("s1", "", "", ())


def test_a_roster_in_windows_encoding_loses_no_line(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes("student,name\ns1,Zoë\ns2,Bob\n".encode("latin-1"))
    assert [p.student for p in read_roster(path).people] == ["s1", "s2"]
    path.write_bytes(b'student,name\ns1,"Ada\r\nKing"\n')
    assert [p.name for p in read_roster(path).people] == ["Ada\r\nKing"]


# What is kept.


def test_lines_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    assert dump({"b": "é", "a": 1.5}) == '{"a": 1.5, "b": "é"}'
    with pytest.raises(ValueError, match="JSON"):
        dump({"a": float("nan")})
    path = tmp_path / "x.jsonl"
    assert read_lines(path) == ([], False)
    write_whole(path, '{"a": 1}\nno json\n{"b": 2}\n')
    assert path.read_bytes() == b'{"a": 1}\nno json\n{"b": 2}\n'
    assert read_lines(path) == ([{"a": 1}, {"b": 2}], False)
    assert [p.name for p in tmp_path.iterdir()] == ["x.jsonl"]


def test_a_file_is_old_or_new_whatever_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: int) -> None:
        raise OSError("no space left on device")

    write_whole(tmp_path / "run.json", "old")
    monkeypatch.setattr("os.fsync", broken)
    with pytest.raises(OSError, match="no space"):
        write_whole(tmp_path / "run.json", "new")
    assert (tmp_path / "run.json").read_text() == "old"
    # A new run knows this name as its own and takes such a folder for a new one.
    assert sorted(p.name for p in tmp_path.iterdir()) == ["run.json", "run.json.part"]


BLANK = {
    **dict.fromkeys(["name", "email", "platform", "file", "digest"], ""),
    **dict.fromkeys(["earned", "points", "possible", "penalty"], 0.0),
    **{key: [] for key in ["questions", "cells", "notes"]},
    "version": 1,
    "student": "ada",
    "layout": "plain",
    "when": None,
    "status": "graded",
    "login": "",
    "said": "",
    "provenance": {
        **dict.fromkeys(["key", "coursekit", "python", "numpy", "torch"], ""),
        "seed": 0,
        "rules": {"timeout": 20.0, "due": "", "late": ""},
        "sandbox": "full",
        "limits": [],
    },
}


def test_a_record_that_says_nothing() -> None:
    assert Record("ada").to_plain() == BLANK
    plain = {k: v for k, v in BLANK.items() if k != "version"}
    assert Record.from_plain(plain) == Record.from_plain(BLANK) == Record("ada")
    assert Identity("k", 1).to_plain() == {
        "version": 1,
        "key": "k",
        "seed": 1,
        "rules": {"timeout": 20.0, "due": "", "late": ""},
        "exercise": "",
    }
    told = {"digest": "", "at": "", "seconds": None, "cpu": None, "memory": None}
    assert asdict(Timing("ada")) == {"student": "ada", **told}


def test_sums_are_kept_to_six_digits() -> None:
    made = Record("ada", questions=[question("f", 1.0, 1 / 3)], penalty=0.5)
    made.add_up()
    assert (made.earned, made.points) == (0.333333, 0.166666)


def test_a_grades_folder(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    assert read_identity(folder) is None
    kept(folder, late_record("bob"), late_record("ada"))
    assert sorted(p.name for p in folder.iterdir()) == [
        *(".lock", "results.jsonl", "run.json", "timings.jsonl")
    ]
    assert (folder / "timings.jsonl").stat().st_mode & 0o777 == 0o600
    assert (folder / ".lock").stat().st_mode & 0o777 == 0o600
    assert (folder / "run.json").read_text() == (
        json.dumps(IDENTITY.to_plain(), indent=2, sort_keys=True) + "\n"
    )
    book = load(folder)
    assert ([r.student for r in book.records], book.before) == (["ada", "bob"], None)
    assert (book.identity, book.folder) == (IDENTITY, folder)
    with Ledger(folder, IDENTITY) as ledger:
        ledger.add(late_record("cid"), Timing("cid"))
        assert ledger.seconds == {"ada": 1.25, "bob": 1.25}
        assert [r.student for r in ledger.finish(["cid", "bob", "bob", "zoe"]).records] == [
            *("bob", "cid")
        ]
    assert [r.student for r in load(folder).records] == ["bob", "cid"]


def test_a_folder_that_holds_no_grades(tmp_path: Path) -> None:
    with pytest.raises(RecordsFault, match="no grades in it"):
        load(tmp_path)
    for name in (".lock", "run.json.part"):  # a run that was killed at once
        (tmp_path / name).write_text("")
    assert read_identity(tmp_path) is None
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(RecordsFault, match="holds other files"):
        read_identity(tmp_path)
    with pytest.raises(RecordsFault, match="is a file"):
        read_identity(tmp_path / "thesis.tex")
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(RecordsFault, match="damaged"):
        read_identity(tmp_path)


# Marks given by hand.


def written(folder: Path) -> Path:
    """Two students' answers to two written questions, one of them marked."""
    for_ada = [
        question("why", 2.0, 0.0, answer="=1+1"),
        question("how", 3.0, 1.5, answer="So.", comment="good"),
    ]
    for_bob = [question("why", 2.0, 0.0, answer="Because"), question("f", 4.0, 4.0)]
    for_ada[0].status, for_ada[1].status, for_bob[0].status = "waiting", "marked", "waiting"
    return kept(
        folder, Record("@ada", questions=for_ada, penalty=0.5), Record("bob", questions=for_bob)
    )


def test_a_marking_sheet_goes_out_question_by_question(tmp_path: Path) -> None:
    nothing, given = shown("", ""), shown("1.5", "good")
    assert sheet(load(written(tmp_path)).records) == (
        "student,question,answer,possible,points,comment,written\n"
        f"'@ada,how,So.,3.0,1.5,good,{given}\n"
        f"'@ada,why,'=1+1,2.0,,,{nothing}\n"
        f"bob,why,Because,2.0,,,{nothing}\n"
    )
    assert shown("1,50", " good\r\n") == given


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_marking_sheet_comes_back(tmp_path: Path, separator: str) -> None:
    folder, filled = written(tmp_path / "out"), tmp_path / "filled.csv"
    lines = ["student,question,points,comment", "'@ada,why, 2 , fine ", "bob,why,0,", "'@ada,how,,"]
    filled.write_text("\ufeff" + "\n".join(lines).replace(",", separator), "utf8")
    assert merge(folder, filled).marked == 2
    ada, bob = load(folder).records
    assert [(q.points, q.status, q.comment) for q in ada.questions] == [
        (2.0, "marked", "fine"),
        (1.5, "marked", "good"),
    ]
    assert (ada.earned, ada.points) == (3.5, 1.75)
    assert [(q.points, q.status) for q in bob.questions] == [(0.0, "marked"), (4.0, "partly")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "student,question,points\nbob,why,1\nbob,f,1\n",
            "line 3: no written answer of 'bob'",
        ),
        ("student,question,points\nbob,why,2.01\n", "line 2: points '2.01' are not a number from"),
        ("student,question,points\nbob,why,-0.5\n", "from 0 to 2"),
        ("student,question,points\nbob,why,x\n", "line 2"),
        ("student,points\nbob,1\n", "needs the columns student, question and points"),
    ],
)
def test_a_marking_sheet_with_a_slip_changes_nothing(tmp_path: Path, text: str, says: str) -> None:
    folder, filled = written(tmp_path / "out"), tmp_path / "filled.csv"
    filled.write_text(text)
    with Ledger(folder, IDENTITY):  # marks from before there was a history get into it
        pass
    before = load(folder).records
    with pytest.raises(MarkingFault, match=says):
        merge(folder, filled)
    assert load(folder).records == before


def test_a_marking_sheet_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"\xff\xff")
    for name in ("x.csv", "none.csv"):
        with pytest.raises(MarkingFault, match="cannot be read"):
            merge(written(tmp_path / "out"), tmp_path / name)


# What a record is made of.


def test_a_machine_that_failed_and_a_file_that_cannot_be_read() -> None:
    exam: Any = SimpleNamespace(possible=10.0)
    late = datetime(2026, 11, 20, 13, tzinfo=UTC)
    sent = Submission("s1", "Ada", "a@x", "a.ipynb", (), "d", late, platform="7", layout="moodle")
    done = Done(sent, None, 1.23456, "the box broke")
    made = make_record(exam, done, read_rule(DUE.isoformat(), "10%"), IDENTITY, "weak")
    assert (made.status, made.notes, made.points) == ("infrastructure", ["the box broke"], 0.0)
    assert (made.when, made.penalty, made.digest) == ("2026-11-20T13:00:00+00:00", 0.1, "d")
    assert (made.name, made.email, made.platform, made.layout) == ("Ada", "a@x", "7", "moodle")
    assert (made.file, made.possible, made.provenance.sandbox) == ("a.ipynb", 10.0, "weak")
    assert made.provenance.is_of(IDENTITY)
    timing = timing_of(done)
    assert (timing.student, timing.digest, timing.seconds) == ("s1", "d", 1.235)
    assert (timing.cpu, timing.memory) == (None, None)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", timing.at)
    timing = timing_of(replace(done, run=Run(cpu=2.34567, memory=9)))
    assert (timing.cpu, timing.memory) == (2.346, 9)
    problems = [Problem(s, f"{s}.ipynb", "empty") for s in ("s1", "s2", "s2")]
    (bad,) = damaged_records(exam, Collection([sent], problems), IDENTITY, "full")
    assert (bad.student, bad.status, bad.notes) == ("s2", "damaged", ["s2.ipynb: empty."])


# What is kept when a run is cut short.


def test_a_cut_line_is_dropped_and_the_next_begins_anew(tmp_path: Path) -> None:
    folder = kept(tmp_path / "out", late_record("ada"))
    for name in ("results.jsonl", "timings.jsonl"):
        with (folder / name).open("a") as file:
            file.write('{"student": "bo')
    assert read_lines(folder / "results.jsonl")[1]
    kept(folder, late_record("ada"), late_record("bob"))
    assert not read_lines(folder / "results.jsonl")[1]
    assert [r.student for r in load(folder).records] == ["ada", "bob"]
    assert load(folder).seconds == {"ada": 1.25, "bob": 1.25}


@pytest.mark.parametrize(
    ("changed", "held"),
    [
        ({}, True),
        ({"status": "damaged"}, True),
        ({"status": "infrastructure"}, False),  # the machine failed: try again
        ({"digest": "other"}, False),
        ({"provenance": replace(OURS, key="other")}, False),
        ({"provenance": replace(OURS, seed=8)}, False),
        ({"provenance": replace(OURS, rules=Rules(5.0, "2026-11-21", "10%"))}, False),
    ],
)
def test_work_is_graded_again_where_anything_it_depends_on_changed(
    tmp_path: Path, changed: dict[str, object], held: bool
) -> None:
    kept(tmp_path, replace(late_record("ada", digest="d"), **changed))  # type: ignore[arg-type]
    with Ledger(tmp_path, IDENTITY) as ledger:
        assert ledger.holds("ada", "d") == held
        assert not ledger.holds("bob", "d")


# What is sent out.


def class_of_three(folder: Path, platform: str = "") -> Path:
    """Ada is late; Bob's name is a formula; no file of Cleo's could be read; a machine failed.

    On a platform all have numbers there; else only Bob does, on Canvas.
    """
    about = {"email": "ada.l@x.org", "when": "2026-11-20T13:00"}
    ada = late_record("s1", name="Ada Lovelace", **about)
    bob = late_record("s2", name='=HYPERLINK("http://x")', platform="4321", layout="canvas")
    cleo = Record("s3", name="Cleo", status="damaged", possible=10.0, notes=["empty"])
    dan = Record("s4", name="Dan", status="infrastructure", possible=10.0)
    if platform:
        ada.platform, bob.layout, cleo.platform = "71", platform, "73"
        ada.layout = cleo.layout = platform
    return kept(folder, ada, bob, cleo, dan)


def rows(folder: Path, platform: str) -> list[dict[str, str]]:
    (path,) = export(folder, platform)  # type: ignore[arg-type]
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_canvas_gets_the_points_after_the_penalty(tmp_path: Path) -> None:
    found = [list(r.values()) for r in rows(class_of_three(tmp_path), "canvas")]
    assert found == [
        ["    Points Possible", "", "", "", "", "10"],
        ["Ada Lovelace", "", "s1", "s1", "", "6.3"],
        ['\'=HYPERLINK("http://x")', "4321", "s2", "s2", "", "6.3"],
        ["Cleo", "", "s3", "s3", "", "0"],
    ]


def test_moodle_gets_the_points_after_the_penalty(tmp_path: Path) -> None:
    found = rows(class_of_three(tmp_path, "moodle"), "moodle")
    assert [(r["Identifier"], r["Full name"], r["Grade"], r["Maximum grade"]) for r in found] == [
        ("Participant 71", "Ada Lovelace", "6.3", "10"),
        ("Participant 4321", '\'=HYPERLINK("http://x")', "6.3", "10"),
        ("Participant 73", "Cleo", "0", "10"),
    ]
    ada = found[0]
    assert ada["Email address"] == "ada.l@x.org"
    assert ada["Feedback comments"] == "F: partly right, 3 of 4; G: partly right, 4 of 6"
    assert (ada["Status"], ada["Grade can be changed"]) == ("Submitted for grading", "Yes")
    assert ada["Last modified (grade)"] == ""


def test_nbgrader_gets_the_raw_score_the_penalty_and_the_rest(tmp_path: Path) -> None:
    ada, bob, cleo = rows(class_of_three(tmp_path), "nbgrader")
    assert ada == {
        "assignment": "Exercises 1",
        "duedate": "",
        "timestamp": "2026-11-20T13:00",
        "student_id": "s1",
        "last_name": "Lovelace",
        "first_name": "Ada",
        "email": "ada.l@x.org",
        "raw_score": "7",
        "late_submission_penalty": "0.7",
        "score": "6.3",
        "max_score": "10",
    }
    assert (bob["last_name"], bob["first_name"]) == ('\'=HYPERLINK("http://x")', "")
    assert (cleo["last_name"], cleo["score"], cleo["max_score"]) == ("Cleo", "0", "10")


def test_gradescope_gets_the_points_after_the_penalty(tmp_path: Path) -> None:
    paths = export(class_of_three(tmp_path), "gradescope")  # type: ignore[arg-type]
    assert [p.name for p in paths] == ["s1.json", "s2.json", "s3.json"]
    told = [json.loads(p.read_text("utf8")) for p in paths]
    assert [t["score"] for t in told] == [6.3, 6.3, 0.0]
    assert told[0]["execution_time"] == 1.25


def test_an_identifier_may_be_a_formula_too(tmp_path: Path) -> None:
    kept(tmp_path, late_record("=1+1", email="@x@y", platform="5", layout="moodle"))
    cells = [c for p in ("canvas", "nbgrader") for r in rows(tmp_path, p) for c in r.values()]
    (line,) = rows(tmp_path, "moodle")
    assert line["Identifier"] == "Participant 5"
    assert not [c for c in (*cells, *line.values()) if c.startswith(("=", "@"))]


def test_what_platforms_look_for_at_the_head(tmp_path: Path) -> None:
    folder = class_of_three(tmp_path)
    assert list(rows(folder, "canvas")[0]) == [
        *("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Exercises 1")
    ]
    moodle = class_of_three(tmp_path / "moodle", "moodle")
    assert list(rows(moodle, "moodle")[0]) == [
        *("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade"),
        *("Grade can be changed", "Last modified (grade)", "Feedback comments"),
    ]
    (folder / "results.jsonl").write_text("")
    assert [r["Exercises 1"] for r in rows(folder, "canvas")] == ["0"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_takes_for_a_formula_is_made_text(sign: str) -> None:
    assert harmless(f"{sign}1") == f"'{sign}1"
    assert harmless(f"1{sign}") == f"1{sign}"


def test_marks_that_a_newer_python_would_raise_are_said(tmp_path: Path) -> None:
    needing = late_record("ada", file="ada.ipynb")
    needing.questions[0].status = "needs Python 3.12"
    folder = kept(tmp_path / "out", needing, late_record("bob"))
    line = "ada: ada.ipynb: needs Python 3.12; grade with it and --regrade"
    for words in (["report", str(folder)], ["export", str(folder), "--to", "canvas"]):
        said = CliRunner().invoke(app, words).output
        assert next(t for t in said.splitlines() if "Python" in t).startswith(line)
    with (folder / "grades.csv").open() as file:
        assert [r["status"] for r in csv.DictReader(file)] == ["needs Python 3.12", "graded"]
