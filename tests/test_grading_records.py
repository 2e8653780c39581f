"""The record of a submission: what is written can be read, by this version and by a later one."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coursekit.checks.cells import CellFault
from coursekit.cli import app
from coursekit.grading.judging.marked import MarkedGroup, MarkedQuestion
from coursekit.grading.marks.files import dump
from coursekit.grading.marks.ledger import Ledger, Timing, load, read_identity, read_records
from coursekit.grading.marks.record import (
    VERSION,
    Identity,
    Provenance,
    Record,
    RecordsFault,
    Rules,
)
from coursekit.grading.platforms.exports import export
from coursekit.grading.reporting.notes import ClassNotes
from coursekit.grading.reporting.report import rebuild, write_pages

IDENTITY = Identity("key", 7, Rules(5.0, "2026-11-20", "10%"), "Exercises 1")
MODEL = {"perplexity": None, "bounds": {"band": 9.5}}
FULL = Record(
    "ada",
    name="Ada",
    when="2026-11-20T12:00:00+00:00",
    digest="d1",
    questions=[
        MarkedQuestion("f", "F", 3.0, 2.0, "partly", [MarkedGroup("edge", 2, 3, 1, 2, "wrong")]),
        MarkedQuestion("why", "Why?", 2.0, status="waiting", answer="Because."),
        MarkedQuestion("train", "Train", 4.0, 4.0, "right", **MODEL),
    ],
    cells=[CellFault(1, "NameError", "name 'x' is not defined", 2)],
    possible=9.0,
    penalty=0.1,
    notes=["Two files."],
    provenance=Provenance("key", 7, IDENTITY.rules, limits=["time"]),
)

# A line as it was written before lines named their version.
OLD = {
    "student": "ada",
    "name": "",
    "email": "",
    "platform": "",
    "layout": "plain",
    "when": None,
    "file": "ada.ipynb",
    "digest": "d1",
    "status": "graded",
    "questions": [
        {
            "name": "f",
            "title": "F",
            "points": 3.0,
            "possible": 3.0,
            "status": "right",
            "groups": [
                {
                    "title": "typical",
                    "points": 3.0,
                    "possible": 3.0,
                    "passed": 2,
                    "tried": 2,
                    "say": "",
                    "input": "",
                }
            ],
            "misconception": "",
            "hint": "",
            "say": "",
            "comment": "",
            "code": "f = 1",
        }
    ],
    "cells": [{"cell": 0, "error": "TimeUp", "message": "", "line": None}],
    "earned": 3.0,
    "points": 3.0,
    "possible": 3.0,
    "penalty": 0.0,
    "notes": [],
    "provenance": {
        "key": "key",
        "seed": 7,
        "rules": {"timeout": 5.0, "due": "2026-11-20", "late": "10%"},
        "sandbox": "full",
        "coursekit": "0.1.0",
        "python": "3.11.9",
        "numpy": "2.0.0",
        "torch": "2.4.0",
        "limits": [],
    },
}


def test_a_record_comes_back_as_it_was() -> None:
    assert Record.from_plain(json.loads(dump(FULL.to_plain()))) == FULL
    assert Identity.from_plain(json.loads(dump(IDENTITY.to_plain()))) == IDENTITY


def test_a_line_without_a_version_is_still_read() -> None:
    record = Record.from_plain(OLD)
    assert (record.questions[0].points, record.questions[0].bounds) == (3.0, None)
    assert record.cells == [CellFault(0, "TimeUp")]
    assert record.provenance.is_of(IDENTITY)
    assert not record.provenance.is_of(replace(IDENTITY, rules=Rules(5.0)))


def test_sums_follow_the_points_and_the_penalty() -> None:
    record = Record.from_plain(FULL.to_plain())
    record.add_up()
    assert (record.earned, record.points) == (6.0, 5.4)


def written(folder: Path, **changed: object) -> Path:
    """A grades folder with one record, some fields of which are changed."""
    with Ledger(folder, IDENTITY) as ledger:
        ledger.add(FULL, Timing("ada", cpu=1.0))
        ledger.finish(["ada"])
    (folder / "results.jsonl").write_text(dump(FULL.to_plain() | changed) + "\n")
    return folder


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"version": VERSION + 1}, "newer coursekit"),
        ({"version": VERSION + 1, "mood": "good"}, "newer coursekit"),
        ({"mood": "good"}, "mood"),
        ({"questions": None}, f"not a record of version {VERSION}"),
        ({"provenance": {}}, f"not a record of version {VERSION}"),
    ],
)
def test_what_cannot_be_understood_is_one_line(tmp_path: Path, changed: dict, says: str) -> None:
    folder = written(tmp_path / "out", **changed)
    before = (folder / "results.jsonl").read_bytes()
    told = CliRunner().invoke(app, ["report", str(folder)])
    assert told.exit_code == 2
    assert says in told.stderr
    assert "results.jsonl, line 1" in told.stderr
    assert told.stderr.count("\n") == 1
    assert (folder / "results.jsonl").read_bytes() == before


def test_a_folder_of_a_newer_version_is_not_written_into(tmp_path: Path) -> None:
    folder = written(tmp_path / "out")
    newer = IDENTITY.to_plain() | {"version": VERSION + 1}
    (folder / "run.json").write_text(json.dumps(newer))
    with pytest.raises(RecordsFault, match=r"run\.json: written by a newer coursekit"):
        read_identity(folder)


def test_the_last_line_of_a_student_counts(tmp_path: Path) -> None:
    folder = written(tmp_path / "out")
    with (folder / "results.jsonl").open("a") as file:
        file.write(dump(FULL.to_plain() | {"points": 1.0}) + "\n")
    assert [r.points for r in load(folder).records] == [1.0]


def regrade(folder: Path, points: float, students: str, whole: bool) -> None:
    """Grade students again with other points; ``whole``: to the end, and with the report."""
    with Ledger(folder, IDENTITY) as ledger:
        ledger.begin_regrade()
        for student in students:
            question = MarkedQuestion("f", "F", 3.0, points, hint=f"now {points:g}")
            ledger.add(Record(student, questions=[question]), Timing(student))
        if whole:
            write_pages(ledger.finish(students), ClassNotes())
            ledger.end_regrade()


def changes(folder: Path) -> list[str]:
    return (folder / "changes.csv").read_text().splitlines()[1:]


def test_a_regrade_that_was_stopped_keeps_what_it_is_compared_with(tmp_path: Path) -> None:
    regrade(tmp_path, 1, "abcd", whole=True)
    regrade(tmp_path, 2, "ab", whole=False)
    regrade(tmp_path, 2, "abc", whole=False)
    rebuild(tmp_path)  # reading the report meanwhile ends nothing
    regrade(tmp_path, 2, "abcd", whole=True)
    assert changes(tmp_path) == [f"{s},f,1,2,now 2" for s in "abcd"]
    rebuild(tmp_path)
    assert changes(tmp_path) == [f"{s},f,1,2,now 2" for s in "abcd"]


def test_a_finished_regrade_is_what_the_next_is_compared_with(tmp_path: Path) -> None:
    for points in (1, 2, 3):
        regrade(tmp_path, points, "ab", whole=True)
    assert changes(tmp_path) == [f"{s},f,2,3,now 3" for s in "ab"]
    assert [r.questions[0].points for r in read_records(tmp_path / "results.before.jsonl")] == [
        2,
        2,
    ]


def test_gradescope_is_told_why_a_file_could_not_be_read(tmp_path: Path) -> None:
    broken = Record("bob", status="damaged", possible=9.0, notes=["bob.ipynb: the file is empty."])
    with Ledger(tmp_path, IDENTITY) as ledger:
        ledger.add(broken, Timing("bob"))
        ledger.finish(["bob"])
    (path,) = export(tmp_path, "gradescope")
    told = json.loads(path.read_text("utf8"))
    assert told["score"] == 0
    assert "the file is empty" in told["output"]
    assert [t["status"] for t in told["tests"]] == ["failed"]
