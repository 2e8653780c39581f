"""The parts of the grader that need no box: statistics, exports, marking, fuzzing."""

import csv
import inspect
import json
import re
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
from coursekit.grading.reporting.earlier import counted
from coursekit.grading.reporting.notes import ClassNotes
from coursekit.grading.reporting.pages import page_names
from coursekit.grading.reporting.report import rebuild, write_pages
from coursekit.grading.reporting.similar import Alike, similar_answers, taken_from_package
from coursekit.grading.reporting.statistics import (
    correlation,
    histogram,
    interval,
    is_broken,
    need_a_word,
    summarise,
    teach_again,
    wrote_nothing,
)
from coursekit.grading.running.local import Done
from coursekit.grading.running.replies import Reply, Run
from coursekit.ngrams.tables import smooth

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


def test_an_interval_is_fishers_and_there_is_none_for_a_few() -> None:
    """r = 0.6 of 28 students: tanh(artanh 0.6 ± 1.96 / 5) = 0.29 to 0.80."""
    assert interval(0.6, 28) == pytest.approx((0.2924, 0.7951), abs=1e-4)
    assert interval(0.6, 4) is interval(None, 28) is interval(1.0, 28) is None


def small_class() -> list[Record]:
    """Two questions; three students have the same misconception in the second."""

    def answered(status: str, points: float, hint: str = "", code: str = "x") -> MarkedQuestion:
        return MarkedQuestion("q", "Q", 4.0, points, status, [], hint, code=code)

    def first(status: str, points: float, code: str = "x") -> MarkedQuestion:
        return replace(answered(status, points, code=code), name="p", title="P", possible=2.0)

    return [
        Record("ada", questions=[first("right", 2.0), answered("right", 4.0)]),
        Record("bob", questions=[first("right", 2.0), answered("wrong", 0.0, "m", "a")]),
        Record("cid", questions=[first("right", 2.0), answered("partly", 1.0, "m", "a")]),
        Record("dee", questions=[first("missing", 0.0, ""), answered("wrong", 0.0, "m", "b")]),
        Record("eve", questions=[first("unsolved", 0.0), answered("unsolved", 0.0)]),
        Record("fay", questions=[first("wrong", 0.0), answered("wrong", 0.0)]),
        Record("guy", status="damaged"),
    ]


def test_the_report_says_what_to_teach_again_and_to_whom_to_speak() -> None:
    records = small_class()
    summary = summarise(records, {})
    costly, cheap = teach_again(summary)
    assert (costly[0].name, costly[0].lost, costly[1].count) == ("q", pytest.approx(19 / 6), 3)
    assert costly[1].examples == (("bob", "a"), ("dee", "b"))
    assert (cheap[0].name, cheap[1]) == ("p", None)
    p, q = summary.questions
    assert (p.rate, p.partly, p.untouched) == pytest.approx((1 / 2, 0, 1 / 3))
    assert (q.rate, q.partly, q.untouched) == pytest.approx((1 / 6, 1 / 6, 1 / 6))
    assert [(r.student, why) for r, why in need_a_word(records)] == [
        ("dee", "left 1 of 2 questions unwritten"),
        ("eve", "wrote no answer"),
        ("fay", "answered, and solved nothing"),
        ("guy", "handed in nothing that could be graded"),
    ]


def test_an_answer_that_waits_is_not_lost() -> None:
    def of(status: str, points: float) -> MarkedQuestion:
        return MarkedQuestion("why", "Why?", 2.0, points, status, answer="So.")  # type: ignore[arg-type]

    records = [
        replace(r, questions=[*r.questions, of("waiting", 0.0)], points=1.0, possible=8.0)
        for r in small_class()
        if r.status == "graded"
    ]
    records[0] = replace(records[0], questions=[*records[0].questions[:2], of("marked", 2.0)])
    records[0] = replace(records[0], points=7.2, penalty=0.1)  # late, 0.9 of 8
    summary = summarise(records, {})
    assert [(q.name, q.waiting) for q in summary.open] == [("why", 5)]
    assert (summary.waiting, summary.possible, summary.worth) == (5, 6, 8)
    assert summary.mean == pytest.approx((5.4 + 5 * 1.0) / 6)
    assert [q.name for q, _ in teach_again(summary)] == ["q", "p"]
    assert summary.questions[2].discrimination is None
    assert summary.questions[0].discrimination == pytest.approx(
        correlation([2, 2, 2, 0, 0, 0], [4, 0, 1, 0, 0, 0])
    )
    assert {e.question for e in counted(records)} == {"p", "q"}
    for r in records[1:]:
        r.questions[2] = of("marked", 0.0)
    assert summarise(records, {}).possible == 8
    assert "why" in {e.question for e in counted(records)}
    only = [Record("ada", questions=[of("waiting", 0.0)], possible=2.0)]
    assert (summarise(only, {}).full, need_a_word(only)) == (0, [])


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


def test_correlation_and_histogram_at_their_edges() -> None:
    assert correlation([1, 1, 1], [1, 2, 3]) is None
    assert correlation([1, 2], [1, 2]) is None
    assert correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert [b.count for b in histogram([0, 3, 3], 3)] == [1, 0, 0, 2]
    assert [b.count for b in histogram([0, 99.9, 100], 100)] == [1] + [0] * 8 + [2]
    assert sum(b.count for b in histogram([0.0], 0)) == 1


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


def test_page_names_are_safe_and_unique() -> None:
    students = ["ada", "ADA", "../../etc/passwd", "a/b", "e\u0301", "é", "", "<b>", "x" * 300]
    names = page_names([*students, "王" * 300, "\u202egnp"])
    assert len({n.lower() for n in names.values()}) == len(students) + 2
    assert all(re.fullmatch(r"[\w.@-]+\.html", n) for n in names.values())
    assert all(len(n.encode()) < 256 for n in names.values())
    assert not any(n.startswith(".") for n in names.values())


def test_pages_are_named_so_that_people_find_them() -> None:
    names = page_names(["王伟", "李娜", "Łukasz Żółw"])
    assert list(names.values()) == ["王伟.html", "李娜.html", "Łukasz_Żółw.html"]


def test_similar_answers_survive_renaming_and_ignore_what_was_given() -> None:
    long = "".join(f"    x{i} = h{i} @ W{i} + np.tanh(b{i}) * {i}\n" for i in range(12))
    copied = long.replace("x", "value").replace("h", "state")
    other = "".join(f"    y = [k ** {i} for k in range(z)] or sorted(y)\n" for i in range(12))
    answers = {"ada": {"q": long}, "bob": {"q": copied}, "cid": {"q": other}}
    assert similar_answers(answers, {}) == [Alike(("ada", "bob"), "q", 1.0, 1, 3, 3)]
    assert similar_answers(answers, {"q": long}) == []


def test_an_answer_that_was_pasted_from_the_package_is_named() -> None:
    renamed = inspect.getsource(smooth).replace("counts", "c").replace("prob", "q")
    own = "def run(p, U):\n" + "".join(f"    a{n} = p[{n}] @ U + {n}\n" for n in range(20))
    answers = {"ada": {"run": renamed}, "bob": {"run": own}}
    (taken,) = taken_from_package(answers)
    assert (taken.student, taken.module) == ("ada", "coursekit/ngrams/tables.py")
    assert taken.share > 0.9


def test_similar_answers_come_in_groups_the_smallest_first() -> None:
    def answer(word: str, count: int = 12) -> str:
        return "".join(
            f"    {word} = {word} {'+' * (i % 3 + 1)} np.exp({i})\n" for i in range(count)
        )

    other = "".join(f"    y = [k ** {i} for k in range(z)] or sorted(y)\n" for i in range(12))
    answers = {f"s{i}": {"q": answer(w)} for i, w in enumerate("abcd")}
    answers["s4"] = {"q": answer("e", 11)}  # a line less: linked, but not the same
    answers |= {"t0": {"q": other}, "t1": {"q": other}, "alone": {"q": "    return 1\n"}}
    pair, group = similar_answers(answers, {})
    assert pair == Alike(("t0", "t1"), "q", 1.0, 11, 7, 8)
    assert (pair.pairs, pair.says_chance) == (21, False)  # of 7 answers one learns too little
    assert group.students == ("s0", "s1", "s2", "s3", "s4")
    assert 0.8 <= group.share < 1


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
