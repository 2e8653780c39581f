"""The parts of the grader that need no box: statistics, exports, marking, fuzzing."""

import csv
import json
import socket
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from gradescope_schema import validate
from hostile import kit
from hypothesis import given
from hypothesis import strategies as st

from coursekit.checks.notebookfile import Cell, DamagedNotebook, read_cells
from coursekit.checks.values import EncodingError, decode, encode
from coursekit.grading.box.channel import Channel, ChannelFault
from coursekit.grading.intake.submission import Submission, fingerprint
from coursekit.grading.judging.exam import load_exam
from coursekit.grading.judging.marked import MarkedQuestion
from coursekit.grading.judging.verdicts import outcome_of
from coursekit.grading.marks.entries import make_record
from coursekit.grading.marks.late import read_rule
from coursekit.grading.marks.ledger import Ledger, Timing, read_records
from coursekit.grading.marks.marking import MarkingFault, merge, sheet
from coursekit.grading.marks.record import Identity, Record, RecordsFault
from coursekit.grading.marks.spreadsheet import harmless
from coursekit.grading.platforms.exports import FORMATS, NBGRADER, export
from coursekit.grading.reporting.notes import ClassNotes
from coursekit.grading.reporting.report import rebuild, write_pages
from coursekit.grading.reporting.statistics import (
    is_broken,
    need_a_word,
    summarise,
    wrote_nothing,
)
from coursekit.grading.running.local import Done
from coursekit.grading.running.replies import Reply, Run

WRITTEN = """\
q = key.written("why_tanh", 2, title="Why tanh?")
"""


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("key")
    path = kit.write_key(folder)
    nb = json.loads(path.read_bytes())
    nb["cells"].append(kit.code(WRITTEN))
    path.write_text(json.dumps(nb))
    return load_exam(path, 3)


def submission(student: str, name: str = "", **about: object) -> Submission:
    cells = tuple(Cell("code", s) for s in kit.sources())
    return Submission(
        student, name, f"{student}@x.org", f"{student}.ipynb", cells, fingerprint(cells), **about
    )  # type: ignore[arg-type]


def outcomes(item, right: bool) -> list[Reply]:  # type: ignore[no-untyped-def]
    """What a child would send: right results, or a known-wrong variant's."""
    known = item.recorded
    if item.question.kind == "text":
        return [Reply(outcome={"results": ["Because it is bounded."], "error": None})]
    if right:
        found = [{"results": list(e.results), "error": None} for e in known.expected]
    else:
        found = list(known.misconceptions[0].outcomes)
    return [Reply(outcome=o) for o in found]


def record(exam, student: str, wrong: tuple[str, ...] = (), rule=None, **about: object):  # type: ignore[no-untyped-def]
    replies = {i.question.name: outcomes(i, i.question.name not in wrong) for i in exam.items}
    done = Done(submission(student, **about), Run(replies))
    identity = Identity(exam.digest, 3)
    return make_record(exam, done, rule, identity, "full")


@pytest.fixture
def grades(exam, tmp_path: Path) -> Path:  # type: ignore[no-untyped-def]
    identity = Identity(exam.digest, 3, exercise=exam.title)
    people = [
        record(exam, "ada", name="Ada Lovelace", platform="11", layout="moodle"),
        record(exam, "bob", ("perplexity",), name='=cmd|"x"', platform="4321", layout="canvas"),
        record(exam, "cid", ("perplexity", "rnn_step")),
    ]
    with Ledger(tmp_path / "out", identity) as ledger:
        for one in people:
            ledger.add(one, Timing(one.student, cpu=0.5))
        book = ledger.finish([r.student for r in people])
    write_pages(book, ClassNotes(missing=["Zoë"]))
    return tmp_path / "out"


def test_records_hold_points_hint_and_input(exam) -> None:  # type: ignore[no-untyped-def]
    made = record(exam, "bob", ("perplexity",))
    question = made.questions[0]
    assert (made.points, made.possible) == (9, 14)
    assert "1/N exponent" in question.hint
    assert question.groups[0].input.startswith("perplexity(np.array([")
    assert made.questions[-1].status == "waiting"


def test_lateness_takes_its_share(exam) -> None:  # type: ignore[no-untyped-def]
    rule = read_rule("2026-11-20T12:00+00:00", "10% per day")
    late = record(exam, "ada", rule=rule, when=datetime(2026, 11, 21, 13, tzinfo=UTC))
    assert (late.earned, late.penalty) == (12, pytest.approx(0.2))
    assert late.points == pytest.approx(9.6)


def test_class_in_numbers(exam) -> None:  # type: ignore[no-untyped-def]
    marks = [(), (), ("perplexity",), ("perplexity", "rnn_step")]
    summary = summarise(
        [record(exam, str(i), w) for i, w in enumerate(marks)], {"0": 1.0, "1": 3.0}
    )
    assert (summary.graded, summary.mean, summary.median) == (4, 9.75, 10.5)
    assert (summary.full, summary.possible, summary.worth) == (2, 12, 14)  # 2 points wait
    first = summary.questions[0]
    assert (first.rate, first.mean) == (0.5, 1.5)
    assert first.discrimination == pytest.approx(1 / 3**0.5)
    assert [(m.question, m.count) for m in summary.misconceptions[:1]] == [("perplexity", 2)]
    assert summary.seconds["who"] == "1"


def test_written_is_what_is_more_than_students_got(exam) -> None:  # type: ignore[no-untyped-def]
    given = {i.question.name: i.given for i in exam.items}
    assert given["perplexity"].endswith("\n    raise NotImplementedError")

    def of(status: str, code: str, answer: str | None = None) -> MarkedQuestion:
        return MarkedQuestion("perplexity", "P", 4.0, 0.0, status, code=code, answer=answer)  # type: ignore[arg-type]

    nothing = [
        of("unsolved", given["perplexity"] + "\n"),
        of("missing", given["perplexity"]),
        of("missing", ""),
        of("unsolved", 'why = ""', ""),
    ]
    something = [
        of("unsolved", given["perplexity"].replace("raise", "losses = -np.log(p)\n    raise")),
        of("missing", "def perplexity(p):\n    return (1"),
        of("wrong", ""),
        of("waiting", 'why = ""', "So."),
    ]
    assert [wrote_nothing(q, given) for q in nothing] == [True] * 4
    assert [wrote_nothing(q, given) for q in something] == [False] * 4
    assert [is_broken(q, given) for q in [*nothing, *something]] == [False] * 5 + [True] + [
        False
    ] * 2
    eve = Record("eve", questions=[something[1]] * 3 + [nothing[0]])
    ((_, why),) = need_a_word([eve], given)
    assert why == "wrote 3 of 4 answers that running the notebook does not define"
    (question,) = summarise([replace(eve, questions=[something[1]])], {}, given).questions
    assert (question.untouched, question.broken) == (0, 1)


@pytest.mark.parametrize("name", FORMATS)
def test_exports(grades: Path, name: str) -> None:
    paths = export(grades, name)
    if name == "gradescope":
        told = json.loads((grades / "exports" / "gradescope" / "bob.json").read_text())
        assert told["score"] == 9
        validate(told)
        asked = [t for t in told["tests"] if "tags" in t]
        assert {t["status"] for t in asked if t["tags"] != ["perplexity"]} == {"passed"}
        assert {t["status"] for t in asked if t["tags"] == ["perplexity"]} == {"failed"}
        assert "score" not in told["tests"][-1]  # a person marks it
        assert {t["visibility"] for t in told["tests"]} == {"visible"}
        return
    rows = list(csv.reader(paths[0].open()))
    if name == "canvas":
        assert rows[0] == [
            "Student",
            "ID",
            "SIS User ID",
            "SIS Login ID",
            "Section",
            "Exercises 4: recurrent networks",
        ]
        assert rows[1][0].strip() == "Points Possible"
        assert [r[1] for r in rows[2:]] == ["", "4321", ""]
        assert [r[-1] for r in rows[1:]] == ["14", "12", "9", "6"]
        assert not any(cell.startswith("=") for row in rows for cell in row)
    elif name == "moodle":
        assert {"Identifier", "Grade", "Last modified (grade)", "Feedback comments"} <= set(rows[0])
        assert [r[0] for r in rows[1:]] == ["Participant 11"]  # the others are not from Moodle
    elif name in ("brightspace", "blackboard"):
        assert [r[:2] for r in rows[1:]] == [["ada", "12"], ["bob", "9"], ["cid", "6"]]
    else:
        assert rows[0] == NBGRADER.split()
        assert rows[1][3:7] == ["ada", "Lovelace", "Ada", "ada@x.org"]
        assert [r[-2] for r in rows[1:]] == ["12", "9", "6"]


def test_spreadsheets_run_nothing() -> None:
    assert harmless("=1+1") == "'=1+1"
    assert harmless("Ada") == "Ada"


def test_written_answers_go_out_and_come_back(grades: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader((grades / "marking.csv").open()))
    assert [(r["student"], r["points"]) for r in rows] == [("ada", ""), ("bob", ""), ("cid", "")]
    filled = tmp_path / "filled.csv"
    filled.write_text("student;question;points;comment\nada;why_tanh;1,5;good\nbob;why_tanh;;\n")
    assert merge(grades, filled).marked == 1
    rebuild(grades)
    found = {r.student: r for r in read_records(grades / "results.jsonl")}
    assert (found["ada"].points, found["bob"].points) == (13.5, 9)
    assert "good" in (grades / "feedback" / "ada.html").read_text("utf8")
    before = (grades / "results.jsonl").read_bytes()
    for bad in ("ada;why_tanh;3;", "ada;why_tanh;x;", "zed;why_tanh;1;", "ada;perplexity;1;"):
        filled.write_text(f"student;question;points;comment\n{bad}\n")
        with pytest.raises(MarkingFault):
            merge(grades, filled)
    assert (grades / "results.jsonl").read_bytes() == before
    assert "13.5" in sheet([found["ada"]]) or "1.5" in sheet([found["ada"]])


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    first, second = (Ledger(tmp_path, Identity("k", 1)) for _ in (1, 2))
    with first, pytest.raises(RecordsFault, match="another run"), second:
        pass


def test_channel_bounds_time_and_size() -> None:
    one, two = (Channel(s) for s in socket.socketpair())
    one.send(b"hello")
    assert two.receive(10, 1) == b"hello"
    one.send(b"x" * 11)
    with pytest.raises(ChannelFault, match="oversized"):
        two.receive(10, 1)
    one, two = (Channel(s) for s in socket.socketpair())
    one.sock.sendall(b"\0\0\0\5ab")
    began = time.monotonic()
    with pytest.raises(ChannelFault, match="late"):
        two.receive(10, 0.2)
    assert time.monotonic() - began < 2
    drip = threading.Thread(
        target=lambda: [one.sock.send(b"c") or time.sleep(0.1) for _ in range(2)]
    )
    drip.start()
    one.close() if not drip.join() else None
    with pytest.raises(ChannelFault, match="closed"):
        two.receive(10, 1)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_notebook_or_a_refusal(data: bytes) -> None:
    try:
        assert isinstance(read_cells(data), list)
    except DamagedNotebook as fault:
        text = str(fault)
    else:
        return
    assert text
    assert "\n" not in text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
)


@given(JSON)
def test_any_json_is_a_notebook_or_a_refusal(tree: object) -> None:
    for whole in (tree, {"cells": tree}, {"cells": [tree, {"source": tree}]}, {"worksheets": tree}):
        try:
            cells = read_cells(json.dumps(whole).encode())
        except DamagedNotebook:
            continue
        assert all(isinstance(c.source, str) for c in cells)


@given(st.binary(max_size=200) | JSON.map(lambda t: json.dumps(t).encode()))
def test_any_reply_is_a_value_or_a_refusal(data: bytes) -> None:
    try:
        value = decode(data)
    except EncodingError:
        return
    clean = outcome_of(Reply(outcome=value))
    assert set(clean) == {"results", "error", "mutated"}
    encode(clean)


@given(JSON)
def test_any_value_is_judged(exam, value: object) -> None:  # type: ignore[no-untyped-def]
    replies = {
        i.question.name: [Reply(outcome={"results": [value], "error": None})]
        * max(1, len(i.recorded.cases))
        for i in exam.items
    }
    done = Done(submission("ada"), Run(replies))
    made = make_record(exam, done, None, Identity("", 0), "full")
    assert made.points == 0
    json.dumps(made.to_plain(), allow_nan=False)
