"""Whatever layout, encoding and age a submission has, it is found, and for the right student."""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coursekit.checks.notebookfile import DamagedNotebook, read_cells
from coursekit.grading.intake.collect import IntakeFault, collect
from coursekit.grading.intake.roster import RosterFault, read_roster
from coursekit.grading.intake.submission import Sought
from coursekit.grading.marks.late import RuleFault, read_rule


def notebook(source: str = "def f(x):\n    return x\n", **extra: object) -> bytes:
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []}]
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **extra}
    ).encode()


def put(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


LAYOUTS = {
    "one file each": ({"ada.ipynb": b"", "bob.ipynb": b""}, ["ada", "bob"]),
    "one folder each": ({"ada/rnn.ipynb": b"", "bob/rnn (1).ipynb": b""}, ["ada", "bob"]),
    "folders in sections": (
        {"mon/ada/x.ipynb": b"", "mon/eve/x.ipynb": b"", "tue/bob/x.ipynb": b""},
        ["ada", "bob", "eve"],
    ),
    "wrapped files": ({"class/ada.ipynb": b"", "class/bob.ipynb": b""}, ["ada", "bob"]),
    "moodle folders": (
        {
            "Ada Lovelace_11_assignsubmission_file_/rnn.ipynb": b"",
            "Bob Ross_12_assignsubmission_file_/rnn.ipynb": b"",
        },
        ["11", "12"],
    ),
    "moodle flat": ({"Ada Lovelace_11_assignsubmission_file_rnn.ipynb": b""}, ["11"]),
    "canvas": (
        {"lovelaceada_4321_98765_rnn.ipynb": b"", "rossbob_LATE_4322_98766_rnn-2.ipynb": b""},
        ["4321", "4322"],
    ),
    "nbgrader": (
        {"submitted/ada/ps4/rnn.ipynb": b"", "submitted/bob/ps4/rnn.ipynb": b""},
        ["ada", "bob"],
    ),
    "left-overs": (
        {
            "ada/rnn.ipynb": b"",
            "ada/.ipynb_checkpoints/rnn-checkpoint.ipynb": b"",
            "__MACOSX/ada/._rnn.ipynb": b"",
            "bob/x.ipynb": b"",
        },
        ["ada", "bob"],
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("as_zip", [False, True])
def test_layouts(tmp_path: Path, layout: str, as_zip: bool) -> None:
    names, students = LAYOUTS[layout]
    files = {n: notebook() for n in names}
    if as_zip:
        source = tmp_path / "all.zip"
        source.write_bytes(zipped(files))
    else:
        source = put(tmp_path, files)
    found = collect(source)
    assert [s.student for s in found.submissions] == sorted(students)
    assert found.problems == []


def test_gradescope_names_come_from_its_metadata(tmp_path: Path) -> None:
    told = "submission_5:\n  :submitters:\n  - :name: Ada L\n    :sid: a1\n    :email: a@x\n"
    put(tmp_path, {"submission_5/x.ipynb": notebook(), "submission_metadata.yml": told.encode()})
    (one,) = collect(tmp_path).submissions
    assert (one.student, one.name) == ("a1", "Ada L")


def test_zip_of_each_student_in_a_folder(tmp_path: Path) -> None:
    put(tmp_path, {"ada.zip": zipped({"work/rnn.ipynb": notebook()}), "bob/rnn.ipynb": notebook()})
    assert [s.student for s in collect(tmp_path).submissions] == ["ada", "bob"]


@pytest.mark.parametrize(
    ("archive", "names", "students"),
    [
        ("hw2.zip", ["hw2/ada/rnn.ipynb"], ["ada"]),
        ("hw2-20261120T0900-001.zip", ["hw2/ada/rnn.ipynb"], ["ada"]),
        ("hw2.zip", ["hw2/ada/work/rnn.ipynb"], ["ada"]),
        ("hw2.zip", ["hw2/ada/rnn.ipynb", "hw2/bob/rnn.ipynb"], ["ada", "bob"]),
        ("download.zip", ["ada/work/rnn.ipynb"], ["ada"]),
        ("ada.zip", ["ada/rnn.ipynb"], ["ada"]),
    ],
)
def test_a_folder_named_like_its_archive_is_a_wrapping(
    tmp_path: Path, archive: str, names: list[str], students: list[str]
) -> None:
    (tmp_path / archive).write_bytes(zipped({name: notebook() for name in names}))
    assert [s.student for s in collect(tmp_path / archive).submissions] == students


def test_latest_version_counts_and_the_student_is_told(tmp_path: Path) -> None:
    put(
        tmp_path / "s",
        {"a_1_10_x.ipynb": notebook("old = 1"), "a_1_11_x-1.ipynb": notebook("new = 1")},
    )
    for path in (tmp_path / "s").iterdir():
        import os

        os.utime(path, (1e9, 1e9))
    (one,) = collect(tmp_path / "s").submissions
    assert "new" in one.cells[0].source
    assert "a_1_10_x.ipynb" in one.notes[0]


def test_among_several_notebooks_the_one_of_this_exercise_counts(tmp_path: Path) -> None:
    put(
        tmp_path,
        {"ada/one.ipynb": notebook("def wanted(): 1"), "ada/two.ipynb": notebook("def other(): 1")},
    )
    put(tmp_path, {"bob/one.ipynb": notebook("def wanted(): 1")})
    one, _ = collect(tmp_path, None, Sought(frozenset({"wanted"}))).submissions
    assert one.file == "ada/one.ipynb"


def test_damaged_files_are_one_line_each_and_stop_nobody(tmp_path: Path) -> None:
    put(tmp_path, {"ada.ipynb": b"<html>", "bob.ipynb": notebook(), "eve.zip": b"PK\3\4 no"})
    found = collect(tmp_path)
    assert [s.student for s in found.submissions] == ["bob"]
    assert {p.student for p in found.problems} == {"ada", "eve"}
    assert all("\n" not in p.text for p in found.problems)


def test_roster_joins_platform_names_and_reports_the_rest(tmp_path: Path) -> None:
    roster = tmp_path / "r.csv"
    roster.write_text(
        "﻿Student ID;First name;Last name;Email\ns1;Ada;Lovelace;ada@x\ns2;Zoë;Ågren;z@x\n", "utf8"
    )
    put(
        tmp_path / "in",
        {"Ada Lovelace_11_assignsubmission_file_/r.ipynb": notebook(), "who.ipynb": notebook()},
    )
    found = collect(tmp_path / "in", read_roster(roster))
    assert {s.student for s in found.submissions} == {"s1", "who"}
    assert [p.student for p in found.missing] == ["s2"]
    assert [(p.student, "roster" in p.text) for p in found.problems] == [("who", True)]


def test_two_students_of_one_name_are_not_mixed_up(tmp_path: Path) -> None:
    roster = tmp_path / "r.csv"
    roster.write_text("student,name\ns1,Li Wei\ns2,Li Wei\n")
    put(tmp_path / "in", {"Li Wei_1_assignsubmission_file_/r.ipynb": notebook()})
    (one,) = collect(tmp_path / "in", read_roster(roster)).submissions
    assert one.student == "1"


def test_nothing_to_grade_is_one_line(tmp_path: Path) -> None:
    for source in (tmp_path / "none", tmp_path):
        with pytest.raises(IntakeFault, match=r"no (such|notebook)"):
            collect(source)
    with pytest.raises(RosterFault):
        read_roster(tmp_path / "no.csv")


ENCODINGS = {
    "utf-8": lambda t: t.encode(),
    "byte order mark": lambda t: b"\xef\xbb\xbf" + t.encode(),
    "latin-1": lambda t: t.encode("latin-1"),
    "utf-16": lambda t: t.encode("utf-16"),
    "windows line ends": lambda t: t.replace("\n", "\r\n").encode(),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings(encoding: str) -> None:
    cells = [{"cell_type": "code", "source": ["x = 'é'\n", "y = 1"]}]
    text = json.dumps({"cells": cells}, ensure_ascii=False, indent=1)
    assert read_cells(ENCODINGS[encoding](text))[0].source == "x = 'é'\ny = 1"


def test_notebook_format_3() -> None:
    old = {
        "worksheets": [
            {
                "cells": [
                    {"cell_type": "code", "input": "x = 1"},
                    {"cell_type": "heading", "source": "T"},
                ]
            }
        ]
    }
    cells = read_cells(json.dumps(old).encode())
    assert [(c.kind, c.source) for c in cells] == [("code", "x = 1"), ("markdown", "T")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0",
        b"[]",
        b"{}",
        b"null",
        b'{"cells"',
        b"%PDF-1.4",
        b"<!DOCTYPE html>",
        b"[" * 100_000,
        b"\xff\xfe\x00",
        b"1" * 9999,
    ],
)
def test_no_notebook_is_one_line(data: bytes) -> None:
    with pytest.raises(DamagedNotebook) as fault:
        read_cells(data)
    assert "\n" not in str(fault.value)


def test_late_rules() -> None:
    rule = read_rule("2026-11-20T12:00+00:00", "10% per day, at most 25%")
    at = lambda day, hour: datetime(2026, 11, day, hour, tzinfo=UTC)  # noqa: E731
    assert rule.penalty(at(20, 11), False) == 0
    assert rule.penalty(at(20, 13), False) == pytest.approx(0.1)
    assert rule.penalty(at(21, 13), False) == pytest.approx(0.2)
    assert rule.penalty(at(30, 13), False) == pytest.approx(0.25)
    assert rule.penalty(None, True) == pytest.approx(0.1)
    for due, text in (("soon", "10%"), ("2026-11-20", "a lot")):
        with pytest.raises(RuleFault):
            read_rule(due, text)
