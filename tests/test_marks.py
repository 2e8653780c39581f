"""The book-keeping of marks: who it is, what lateness costs, what is kept, what is sent out.

Every right value here is worked out by hand.
"""

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from test_grading_intake import notebook, put

from coursekit.grading.intake.collect import collect
from coursekit.grading.intake.roster import Person, RosterFault, read_roster
from coursekit.grading.judging.marked import MarkedGroup, MarkedQuestion
from coursekit.grading.marks.files import read_lines
from coursekit.grading.marks.late import LateRule, read_rule
from coursekit.grading.marks.ledger import Ledger, Timing, load
from coursekit.grading.marks.record import Identity, Provenance, Record, Rules
from coursekit.grading.marks.spreadsheet import harmless
from coursekit.grading.platforms.exports import export

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
        ("40%, at most 30%", timedelta(days=1), 30),
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


# What is kept.


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


def class_of_three(folder: Path) -> Path:
    """Ada is late; Bob's name is a formula; no file of Cleo's could be read; a machine failed."""
    ada = late_record("s1", name="Ada Lovelace", email="ada.l@x.org", when="2026-11-20T13:00")
    bob = late_record("s2", name='=HYPERLINK("http://x")', platform="4321", layout="canvas")
    cleo = Record("s3", name="Cleo", status="damaged", possible=10.0, notes=["empty"])
    dan = Record("s4", name="Dan", status="infrastructure", possible=10.0)
    return kept(folder, ada, bob, cleo, dan)


def rows(folder: Path, platform: str) -> list[dict[str, str]]:
    (path,) = export(folder, platform)  # type: ignore[arg-type]
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_canvas_gets_the_points_after_the_penalty(tmp_path: Path) -> None:
    found = [list(r.values()) for r in rows(class_of_three(tmp_path), "canvas")]
    assert found == [
        ["    Points Possible", "", "", "", "", "10"],
        ["Ada Lovelace", "", "s1", "ada.l", "", "6.3"],
        ['\'=HYPERLINK("http://x")', "4321", "s2", "s2", "", "6.3"],
        ["Cleo", "", "s3", "s3", "", "0"],
    ]


def test_moodle_gets_the_points_after_the_penalty(tmp_path: Path) -> None:
    found = rows(class_of_three(tmp_path), "moodle")
    assert [(r["Identifier"], r["Full name"], r["Grade"], r["Maximum grade"]) for r in found] == [
        ("Participant s1", "Ada Lovelace", "6.3", "10"),
        ("Participant s2", '\'=HYPERLINK("http://x")', "6.3", "10"),
        ("Participant s3", "Cleo", "0", "10"),
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


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_takes_for_a_formula_is_made_text(sign: str) -> None:
    assert harmless(f"{sign}1") == f"'{sign}1"
    assert harmless(f"1{sign}") == f"1{sign}"
