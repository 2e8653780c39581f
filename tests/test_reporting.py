"""What people read about a class, in numbers, tables and pages; right values worked out by hand."""

import csv
import inspect
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from bs4 import BeautifulSoup
from test_marks import IDENTITY, kept, question

from coursekit.checks.cells import CellFault
from coursekit.grading.desk.saving import save
from coursekit.grading.intake.found import Problem
from coursekit.grading.judging.marked import NEEDS, MarkedQuestion, Status
from coursekit.grading.marks.files import append_lines, dump
from coursekit.grading.marks.ledger import Ledger, Timing, load
from coursekit.grading.marks.record import Provenance, Record, RecordsFault
from coursekit.grading.reporting.changes import Change, changes, changes_csv
from coursekit.grading.reporting.earlier import Compared, Earlier, compared, counted, difference
from coursekit.grading.reporting.grades_csv import grades_csv
from coursekit.grading.reporting.notes import ClassNotes, read_notes
from coursekit.grading.reporting.pages import (
    CODE_LINES,
    highlight,
    page_names,
    student_page,
)
from coursekit.grading.reporting.pages import (
    histogram as drawn,
)
from coursekit.grading.reporting.ranking import rankings
from coursekit.grading.reporting.report import rebuild
from coursekit.grading.reporting.similar import Alike, similar_answers, taken_from_package
from coursekit.grading.reporting.statistics import (
    Bin,
    correlation,
    histogram,
    interval,
    need_a_word,
    summarise,
    teach_again,
)
from coursekit.grading.reporting.story import stories, story
from coursekit.grading.reporting.words import WORDS, count, fault_text, number, some, tone, word
from coursekit.ngrams.tables import smooth

# Numbers.


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


def test_correlation_and_histogram_at_their_edges() -> None:
    assert correlation([1, 1, 1], [1, 2, 3]) is None
    assert correlation([1, 2], [1, 2]) is None
    assert correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert [b.count for b in histogram([0, 3, 3], 3)] == [1, 0, 0, 2]
    assert [b.count for b in histogram([0, 99.9, 100], 100)] == [1] + [0] * 8 + [2]
    assert sum(b.count for b in histogram([0.0], 0)) == 1


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


def test_equal_perplexities_share_a_place_and_none_is_last():
    def record(who, perplexity):
        model = {"perplexity": perplexity, "bounds": {"band": 9.0}}
        return Record(who, questions=[MarkedQuestion("m", "M", 1.0, 1.0, **model)])

    given = [("a", 9.0), ("b", None), ("c", 7.5), ("d", 9.0), ("e", 12.0)]
    (ranking,) = rankings([record(*pair) for pair in given])
    assert [p.points for p in ranking.lines] == [1, 1, 1, 0, 1, 1]
    assert rankings([record("a", 9.0)])[0].title == "M"
    assert [(p.place, p.student or p.bound) for p in ranking.lines] == [
        (1, "c"),
        (2, "a"),
        (2, "d"),
        (0, "band"),
        (4, "e"),
        (5, "b"),
    ]


def test_an_interval_of_a_difference_is_newcombes() -> None:
    low, high = difference((56, 70), (48, 80))  # his first example, 1998, method 10
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_the_numbers_of_a_class() -> None:
    records = small_class()
    for record in records:
        record.possible = 6.0
        record.add_up()
    summary = summarise(records, {"ada": 1.0, "bob": 4.0, "cid": 1.5, "dee": 1.5})
    assert (summary.graded, summary.failed, summary.full, summary.possible) == (6, 1, 1, 6.0)
    assert (summary.mean, summary.median) == pytest.approx((11 / 6, 1.0))  # of 6 2 3 0 0 0
    assert summary.spread == pytest.approx(((49 / 6) - (11 / 6) ** 2) ** 0.5)
    assert [b.count for b in summary.bins] == [3, 0, 1, 1, 0, 0, 1]
    assert summary.seconds == {"total": 8.0, "median": 1.5, "longest": 4.0, "who": "bob"}
    assert [(c.question, c.text, c.count) for c in summary.states] == [
        ("p", "missing", 1),
        ("p", "unsolved", 1),
        ("q", "unsolved", 1),
        ("p", "wrong", 1),
        ("q", "wrong", 1),
    ]
    p = summary.questions[0]
    assert (p.name, p.title, p.possible, p.mean) == ("p", "P", 2.0, 1.0)
    # p: 2 2 2 0 0 0, the rest: 4 0 1 0 0 0
    assert p.discrimination == pytest.approx((5 / 3 - 5 / 6) / (1 * (17 / 6 - 25 / 36) ** 0.5))
    assert p.interval == interval(p.discrimination, 6)


def test_a_class_of_nobody_has_numbers_too() -> None:
    summary = summarise([Record("guy", status="damaged")], {})
    assert (summary.mean, summary.median, summary.spread, summary.possible) == (0, 0, 0, 0)
    assert (summary.questions, summary.seconds, summary.failed) == ((), {}, 1)


def test_what_is_said_stands_for_a_status_and_a_person_s_marks_are_no_states() -> None:
    said = question("f", 2.0, 0.0, say="It needs Python 3.14.")
    waits, marked = question("g", 2.0, 0.0), question("h", 2.0, 1.0)
    waits.status, marked.status = "waiting", "marked"
    summary = summarise([Record(s, questions=[said, waits, marked]) for s in "abcd"], {})
    assert [(c.text, c.count) for c in summary.states] == [("It needs Python 3.14.", 4)]


def test_lists_of_the_commonest_are_bounded() -> None:
    def answers(student: str, size: int) -> Record:
        names = [f"q{i}" for i in range(size)]
        wrong = [question(n, 1.0, 0.0, misconception=f"m {n}", code=student) for n in names]
        return Record(student, questions=[*wrong, *(question(f"s{n}", 1.0, 0.0) for n in names)])

    summary = summarise([answers(s, 13) for s in "abcd"], {})
    assert (len(summary.misconceptions), len(summary.states)) == (12, 12)
    assert summary.misconceptions[0].examples == (("a", "a"), ("b", "b"), ("c", "c"))
    assert [q.name for q, _ in teach_again(summary)] == ["q0", "q1", "q2"]


def test_an_interval_takes_five_students_and_is_symmetric_about_none() -> None:
    low, high = interval(0.0, 7)
    assert (low, high) == pytest.approx((-0.7531, 0.7531), abs=1e-4)  # tanh(1.96 / 2)
    assert interval(0.5, 5) is not None
    assert interval(0.5, 4) is interval(-1.0, 9) is None
    assert correlation([1, 2, 3], [2, 2, 2]) is None


def test_columns_of_a_histogram_say_which_points_they_stand_for() -> None:
    assert [b.label for b in histogram([], 2)] == ["0", "1", "2"]
    assert [b.label for b in histogram([], 15)] == [str(i) for i in range(16)]
    tenths = histogram([0.3, 1.6, 1.59], 16)
    assert (len(tenths), tenths[0].label, tenths[9].label) == (10, "0–1.6", "14.4–16")
    assert [b.count for b in tenths] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert histogram([], 2.5)[0] == Bin("0–0.25", 0)
    assert [b.count for b in histogram([0.999999999999, 0.99], 2)] == [1, 1, 0]


def test_half_the_questions_unwritten_is_worth_a_word() -> None:
    def left(*statuses: str) -> Record:
        marked = [question(f"q{i}", 1.0, 0.5) for i in range(len(statuses))]
        return Record(
            "s", questions=[replace(q, status=s) for q, s in zip(marked, statuses, strict=True)]
        )

    two = left("unsolved", "missing", "partly", "partly")
    assert [why for _, why in need_a_word([two])] == ["left 2 of 4 questions unwritten"]
    assert need_a_word([left("unsolved", "partly", "partly"), Record("empty")]) == []
    assert [why for _, why in need_a_word([left("missing")])] == ["wrote no answer"]


def test_a_class_beside_an_earlier_one() -> None:
    def solved(*points: float, possible: float = 2.0) -> list[Record]:
        return [
            Record(f"s{i}", questions=[question("f", possible, p)]) for i, p in enumerate(points)
        ]

    then = counted([*solved(2, 2, 0, 1), Record("x", status="damaged", questions=[])])
    assert then == [Earlier("f", 2.0, 4, 2)]
    now = [*solved(2, 2, 2, 2, 0), *solved(1, possible=1.0)]
    assert compared(now, [*then, Earlier("gone", 1.0, 3, 3)]) == [
        Compared("F", 0.5, 0.8, difference((4, 5), (2, 4)))
    ]
    lost = Record("y", status="infrastructure", questions=[question("f", 2.0, 0.0)])
    assert counted([*solved(2), lost]) == [Earlier("f", 2.0, 1, 1)]


# Words.


def test_numbers_have_two_decimals_at_most() -> None:
    values = [2.0, 100.0, 0.5, 1.239, -0.001, 0.0, -1.5]
    assert [number(v) for v in values] == ["2", "100", "0.5", "1.24", "0", "0", "-1.5"]
    assert [count(n, "student") for n in (0, 1, 2)] == ["0 students", "1 student", "2 students"]
    assert some("abcde") == "a, b, c, d, e"
    assert some("abcdef") == "a, b, c, d, e, ..."


def test_every_status_has_a_word_and_a_colour() -> None:
    """Those of the table; one for a newer Python says itself."""
    told = {s: replace(question("f", 2.0, 2.0), status=s) for s in get_args(Status)}
    newer = {s for s in told if s.startswith(NEEDS)}
    assert told.keys() - newer == WORDS.keys()
    assert {(word(told[s]), tone(told[s])) for s in newer} == {(s, "calm") for s in newer}
    full = {s for s, q in told.items() if tone(q) == "good"}
    assert full == {"right", "marked"}
    assert tone(replace(told["marked"], points=1.5)) == "half"
    assert fault_text(CellFault(3, "ValueError", "no")) == "ValueError: no"


# Tables.


def test_the_table_of_marks() -> None:
    ada = Record("ada", "Ada", "a@x.org", file="a.ipynb", possible=10.0, penalty=0.1)
    ada.questions = [question("f", 4.0, 3.0), question("m", 6.0, 4.0)]
    ada.questions[1] = replace(ada.questions[1], perplexity=7.123456, bounds={"band": 9.0})
    bob = replace(ada, student="bob", file="b.ipynb", penalty=0.0)
    bob.questions = [ada.questions[0], replace(ada.questions[1], perplexity=None)]
    bob.questions[0] = replace(ada.questions[0], status="needs Python 3.14")
    cid = Record("cid", status="damaged", file="c.ipynb", possible=10.0)
    for record in (ada, bob):
        record.add_up()
    assert grades_csv([cid, ada, bob]).splitlines() == [
        "student,name,email,points,possible,late_penalty,status,f,m,file,m_perplexity,m_place",
        "cid,,,0,10,0,damaged,,,c.ipynb,,",
        "ada,Ada,a@x.org,6.3,10,0.1,graded,3,4,a.ipynb,7.1235,1",
        "bob,Ada,a@x.org,7,10,0,needs Python 3.14,3,4,b.ipynb,,2",
    ]
    assert grades_csv([]) == "student,name,email,points,possible,late_penalty,status,file\n"


def test_what_a_regrade_changed() -> None:
    old = [
        Record("ada", questions=[question("f", 2.0, 1.0), question("same", 2.0, 1.0)]),
        Record("bob", status="damaged"),
        Record("gone", questions=[question("f", 2.0, 1.0)]),
    ]
    new = [
        Record("ada", questions=[question("f", 2.0, 2.0, say="Right."), *old[0].questions[1:]]),
        Record("bob", questions=[question("f", 2.0, 2.0)]),
        Record("new", questions=[question("f", 2.0, 2.0)]),
    ]
    new[0].questions.append(question("added", 2.0, 0.5, hint="Half."))
    found = changes(old, new)
    assert found == [
        Change("ada", "f", 1.0, 2.0, "Right."),
        Change("ada", "added", 0.0, 0.5, "Half."),
    ]
    assert changes_csv(found[:1]) == "student,question,before,after,why\nada,f,1.0,2.0,Right.\n"


def test_notes_come_back_as_they_were_kept(tmp_path: Path) -> None:
    assert read_notes(tmp_path) == ClassNotes()
    notes = ClassNotes(
        [Problem("zoë", "z.ipynb", "empty")], ["Łuk"], {"f": "def f()"}, [Earlier("f", 1.0, 3, 2)]
    )
    notes.save(tmp_path)
    assert read_notes(tmp_path) == notes
    path = tmp_path / "class.json"
    text = path.read_text("utf8")
    assert "zoë" in text  # for people, too
    assert text.endswith("}\n")
    older = {k: v for k, v in json.loads(text).items() if k != "earlier"}
    path.write_text(json.dumps(older))
    assert read_notes(tmp_path) == replace(notes, earlier=[])


# How marks came about.


def test_a_story_is_told_from_the_first_mark_to_the_last(tmp_path: Path) -> None:
    ada, bob = (
        Record(s, questions=[question("f", 4.0, 3.0)], possible=4.0) for s in ("ada", "bob")
    )
    for record in (ada, bob):
        record.add_up()
    kept(tmp_path, ada, bob)
    with Ledger(tmp_path, IDENTITY) as ledger:
        ledger.add(ada, Timing("ada", at="2026-11-20T13:00+00:00"))  # graded again
        ledger.renew(replace(ada, penalty=0.25), "another deadline")
        ledger.finish(["ada", "bob"])
    save(tmp_path, "f", {"ada": ("4", "Well seen.")})
    one, two, *rest = list(story(tmp_path, "ada"))
    assert re.fullmatch(r"2026-11-20T13:00\+00:00  first graded", one)
    assert two.endswith("  late penalty: 0 % -> 25 % (another deadline)")
    assert rest[0].endswith("  f: 3 -> 4 (given by hand, at the desk) “Well seen.”")
    assert rest[1:] == ["now  3 of 4 points"]
    assert list(story(tmp_path, "bob")) == ["now  3 of 4 points"]
    with pytest.raises(RecordsFault, match="nothing about 'eve'"):
        list(story(tmp_path, "eve"))


def test_a_story_says_what_is_doubtful_and_what_is_gone(tmp_path: Path) -> None:
    kept(tmp_path, Record("ada", questions=[question("f", 4.0, 3.0, code="1")]))
    save(tmp_path, "f", {"ada": ("4", "Well seen.")})
    book = load(tmp_path)
    book.records[0].questions = []
    told = stories(book)["ada"]
    assert told[-1] == "doubtful  f: there is no such answer now"
    entry = {"student": "eve", "question": "f", "before": 1.5, "after": None, "why": "left"}
    append_lines(tmp_path / "history.jsonl", [dump(entry | {"at": "then"})])
    assert stories(load(tmp_path))["eve"] == ["then  f: 1.5 -> none (left)"]


# Pages.


def test_a_histogram_is_drawn_to_scale() -> None:
    soup = BeautifulSoup(str(drawn([Bin("0", 2), Bin("1", 0), Bin("2", 4)])), "html.parser")
    assert soup.svg["viewbox"] == "0 0 720 220"
    assert soup.svg["aria-label"] == "Marks: 2 students with 0 points, 4 students with 2 points"
    columns = [[r[a] for a in ("x", "y", "width", "height")] for r in soup.find_all("rect")]
    assert columns == [
        ["4.0", "99.0", "232.0", "81.0"],
        ["244.0", "180.0", "232.0", "0.0"],
        ["484.0", "18.0", "232.0", "162.0"],
    ]
    texts = [(t["class"], t["x"], t["y"], t.text) for t in soup.find_all("text")]
    assert texts == [
        (["value"], "120.0", "94.0", "2"),
        (["axis"], "120.0", "198.0", "0"),
        (["axis"], "360.0", "198.0", "1"),
        (["value"], "600.0", "13.0", "4"),
        (["axis"], "600.0", "198.0", "2"),
        (["axis"], "360.0", "216.0", "points"),
    ]
    line = soup.line
    assert [line[a] for a in ("x1", "x2", "y1", "y2")] == ["0", "720", "180", "180"]
    assert 'height="0.0"' in drawn([Bin("0", 0)])


def test_code_is_escaped_coloured_and_bounded() -> None:
    assert highlight("x < '<b>'") == """x &lt; <span class="s">'&lt;b&gt;'</span>\n"""
    assert highlight(" \n") == ""
    assert highlight("\n\nx") == "\n\nx\n"  # lines keep their numbers
    lines = [f"x{i}" for i in range(CODE_LINES + 1)]
    assert highlight("\n".join(lines[:-1])).splitlines() == lines[:-1]
    assert BeautifulSoup(highlight("\n".join(lines)), "html.parser").text.splitlines() == [
        *lines[:-1],
        "# … (cut)",
    ]
    assert highlight("y" * 401) == "y" * 400 + "\n"
    kinds = re.findall(r'class="(\w+)"', highlight("# c\ndef f(): return 1\nclass C: y = f\n"))
    assert kinds == ["c", "k", "nf", "k", "m", "k", "nc"]


def test_long_names_of_pages_differ_where_students_do() -> None:
    names = page_names(["x" * 61, "x" * 62, "x" * 63, "a b", "a_b"])
    assert list(names.values()) == [
        *("x" * 60 + end + ".html" for end in ("", "-2", "-3")),
        "a_b.html",
        "a_b-2.html",
    ]
    assert page_names([".."]) == {"..": "student.html"}


def test_the_page_for_office_hours_says_what_the_student_s_does_not() -> None:
    met = question("f", 4.0, 3.0, misconception="This is a mean of means.", code="return 1")
    record = Record("ada", "Ada", "a@x.org", questions=[met, question("g", 1.0, 1.0)], said="Late!")
    page = student_page("Exercises 1", record, "ada.html", ["then  first graded"])
    assert "This is a mean of means." in page
    assert 'href="../feedback/ada.html"' in page
    for text in ("then  first graded", "Late!", "a@x.org", "Exercises 1", "return"):
        assert text in page


# All of it, in a folder.


def report(folder: Path) -> BeautifulSoup:
    return BeautifulSoup((folder / "report.html").read_text("utf8"), "html.parser")


def section(page: BeautifulSoup, title: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    heading = page.find("h2", string=title)
    table = str(heading.find_next("table")) if heading else ""
    rows = [re.split("<td[^>]*>", row)[1:] for row in re.split("<tr[^>]*>", table)]
    text = [[BeautifulSoup(cell, "html.parser").text for cell in row] for row in rows if row]
    return [[" ".join(cell.split()) for cell in row] for row in text]


def test_pages_of_those_who_left_are_removed(tmp_path: Path) -> None:
    kept(tmp_path, *small_class())
    (tmp_path / "feedback").mkdir()
    (tmp_path / "feedback" / "left.html").write_text("")
    written = rebuild(tmp_path)
    names = ["ada", "bob", "cid", "dee", "eve", "fay", "guy"]
    assert written == [
        tmp_path / "grades.csv",
        tmp_path / "report.html",
        *(tmp_path / "feedback" / f"{name}.html" for name in names),
    ]
    for folder in ("feedback", "students"):
        assert sorted(p.stem for p in (tmp_path / folder).glob("*.html")) == names
    assert not (tmp_path / "changes.csv").exists()


def test_a_report_says_what_there_is_to_look_at(tmp_path: Path) -> None:
    records = small_class()
    records[0].name = "Ada"
    records[0].questions[0] = replace(records[0].questions[0], code="return 1")
    kept(tmp_path, *records)
    save(tmp_path, "p", {"ada": ("1", "Too short.")})
    with Ledger(tmp_path, IDENTITY) as ledger:
        other = replace(records[0].questions[0], code="return 2")
        ledger.add(replace(records[0], questions=[other, records[0].questions[1]]), Timing("ada"))
        ledger.finish([r.student for r in records])
    ClassNotes([Problem("zoë", "z.ipynb", "empty")], ["Łuk"]).save(tmp_path)
    rebuild(tmp_path)
    page = report(tmp_path)
    *looked, doubt = section(page, "To look at")
    assert looked == [["zoë", "z.ipynb", "empty"], ["Łuk", "–", "handed in nothing"]]
    assert doubt[:2] == ["Ada", "p"]
    assert doubt[2].endswith("given for another answer")
    assert "Graded without a sandbox" not in page.text
    links = page.find("h2", string="Students").find_next("table").find_all("a")
    assert [a["href"] for a in links][:2] == ["students/ada.html", "students/bob.html"]


def test_marks_made_without_walls_say_so(tmp_path: Path) -> None:
    one, other = small_class()[:2]
    kept(tmp_path, one, replace(other, provenance=Provenance(sandbox="none")))
    rebuild(tmp_path)
    assert "Graded without a sandbox" in report(tmp_path).text


def test_no_page_takes_a_student_s_words_for_its_own(tmp_path: Path) -> None:
    met = question("f", 4.0, 3.0, misconception="<b>m", hint="<b>h", code="<b>c", say="<b>s")
    kept(tmp_path, Record("<b>ada", "<b>Ada", questions=[met], said="<b>p", file="<b>f"))
    report_page, feedback = rebuild(tmp_path)[1:]
    for page in (report_page, feedback, tmp_path / "students" / feedback.name):
        text = page.read_text("utf8")
        assert "&lt;b&gt;Ada" in text
        assert "<b>Ada" not in text
        assert not re.search("<b>[mhcspf]<", text)


def test_a_report_compares_with_an_earlier_run_from_then_on(tmp_path: Path) -> None:
    then, now = tmp_path / "then", tmp_path / "now"
    for folder, people in ((then, small_class()[:4]), (now, small_class()[:1])):
        folder.mkdir()
        kept(folder, *people)
    rebuild(now, then)
    rows = section(report(now), "Beside the earlier run")
    assert [row[:3] for row in rows] == [["P", "75 %", "100 %"], ["Q", "25 %", "100 %"]]
    rebuild(now)
    assert section(report(now), "Beside the earlier run") == rows


def test_a_group_is_not_like_itself(tmp_path: Path) -> None:
    code = "".join(f"    y = [k ** {i} for k in range(z)] or sorted(y)\n" for i in range(12))

    def work(student: str, file: str, points: float = 1.0) -> Record:
        return Record(student, file=file, questions=[question("f", 2.0, points, code=code)])

    kept(tmp_path, work("ada", "team"), work("bob", "team"), work("eve", "e", 0.0))
    rebuild(tmp_path)
    assert section(report(tmp_path), "Similar answers") == []
    kept(tmp_path, work("ada", "team"), work("bob", "team"), work("cid", "c"))
    rebuild(tmp_path)
    shown = section(report(tmp_path), "Similar answers")[0]
    assert shown == ["ada, cid", "f", "all", "2 of 2 answers compared: too few"]


def test_a_regrade_leaves_its_changes_beside_the_marks(tmp_path: Path) -> None:
    kept(tmp_path, Record("ada", questions=[question("f", 4.0, 3.0)]))
    with Ledger(tmp_path, IDENTITY) as ledger:
        ledger.begin_regrade()
        ledger.add(Record("ada", questions=[question("f", 4.0, 4.0)]), Timing("ada"))
        ledger.finish(["ada"])
        ledger.end_regrade()
    rebuild(tmp_path)
    with (tmp_path / "changes.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["student"], row["before"], row["after"]) == ("ada", "3.0", "4.0")


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


def test_an_answer_that_was_pasted_from_the_package_is_named() -> None:
    renamed = inspect.getsource(smooth).replace("counts", "c").replace("prob", "q")
    own = "def run(p, U):\n" + "".join(f"    a{n} = p[{n}] @ U + {n}\n" for n in range(20))
    answers = {"ada": {"run": renamed}, "bob": {"run": own}}
    (taken,) = taken_from_package(answers)
    assert (taken.student, taken.module) == ("ada", "coursekit/ngrams/tables.py")
    assert taken.share > 0.9
