"""Whatever is done with a class in whatever order, and killed at whatever moment, no mark is lost.

A machine does what instructors do: grade, grade with another key, fill in the marking sheet, take
it over, mark at the desk, set a verdict right there and take that back, report, export, get late
hand-ins, and give two commands at once. Any command may be killed
(``kill -9``) between any two accesses to its files. After each step every mark that a person gave
is there, and listed as doubtful where answer or question changed; nobody's work was graded twice;
and the history, to which lines are only added, explains every difference.

``BOOKS_EXAMPLES=300 pytest tests/test_books.py`` tries many sequences.
"""

import contextlib
import csv
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import pytest
from books import SEED, STUDENTS, WRITTEN, answers, command, exam_of, in_child, warm, write_key
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from coursekit.faults import Fault
from coursekit.grading.desk.saving import save
from coursekit.grading.judging.marked import MarkedQuestion
from coursekit.grading.marks.hand import GONE, doubts
from coursekit.grading.marks.history import LATENESS, History
from coursekit.grading.marks.ledger import Gradebook, load
from coursekit.grading.marks.marking import merge, shown

EXAMPLES = int(os.environ.get("BOOKS_EXAMPLES", "6"))
MOMENT = st.one_of(st.just(0), st.integers(1, 150))  # 0: is not killed
STUDENT = st.sampled_from(STUDENTS)
TEXT = st.sampled_from(["", "Because.", "So that it is bounded.", "-1 is the limit"])
COMMENT = st.sampled_from(["", "Well put.", "=1+1", "-1 for the sign"])
MARK = st.tuples(STUDENT, st.sampled_from(WRITTEN), st.integers(0, 3), COMMENT)
MARKS = st.lists(MARK, min_size=1, max_size=4)


@pytest.fixture(scope="module", autouse=True)
def keys(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Three versions of one key: the second has other points for the machine, the third for us."""
    folder = tmp_path_factory.mktemp("keys")
    Class.keys = [
        write_key(folder / "first.ipynb"),
        write_key(folder / "second.ipynb", double=5),
        write_key(folder / "third.ipynb", why=3),
        write_key(folder / "fourth.ipynb", asks="Why, in one sentence?"),
    ]
    for key in Class.keys:
        exam_of(key, SEED)
    warm(Class.keys[0], tmp_path_factory.mktemp("warm"))


class Class(RuleBasedStateMachine):
    """A class of six, its grades folder, and what should be true of it."""

    keys: list[Path]

    @initialize()
    def begin(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="books-"))
        self.work, self.out = self.root / "in", self.root / "out"
        self.work.mkdir()
        self.key = self.keys[0]
        self.ahead = False  # a killed run may have explained a change that it did not make
        self.given: dict[tuple[str, str], tuple[float | None, str]] = {}
        self.read: dict[tuple[str, str], tuple[str, float, str]] = {}
        self.filled: dict[Path, dict[tuple[str, str], tuple[str, str]]] = {}
        self.first: dict[tuple[str, str], float] = {}
        self.past = b""
        for student in STUDENTS:
            self.hand_in(student, 2, f"{student} says why", f"{student} says how")
        self.grade(0)
        self.mark([("ada", "why", 2, "Well put."), ("bob", "how", 1, ""), ("cid", "why", 0, "")], 0)

    def teardown(self) -> None:
        if hasattr(self, "root"):
            shutil.rmtree(self.root)

    # What instructors and students do.

    @rule(student=STUDENT, factor=st.sampled_from([2, 3]), why=TEXT, how=TEXT)
    def hand_in(self, student: str, factor: int, why: str, how: str) -> None:
        (self.work / f"{student}.ipynb").write_bytes(answers(factor, why, how))

    @rule(student=STUDENT)
    def hand_in_rubbish(self, student: str) -> None:
        (self.work / f"{student}.ipynb").write_bytes(b"<html>")

    @rule(student=STUDENT)
    def withdraw(self, student: str) -> None:
        if len(list(self.work.iterdir())) > 2:
            (self.work / f"{student}.ipynb").unlink(missing_ok=True)

    @rule(moment=MOMENT)
    def grade(self, moment: int) -> None:
        expected, before = self.to_run(), self.ran()
        code = self.run(moment, "grade", *self.grading())
        ran = self.ran()[len(before) :]
        assert len(set(ran)) == len(ran)
        assert set(ran) <= expected
        if code in (0, 1):
            assert set(ran) == expected
            lines = (self.out / "results.jsonl").read_text().splitlines()
            records = load(self.out).records
            assert len(lines) == len(records)
            here = {path.stem for path in self.work.iterdir()}
            assert {r.student for r in records if GONE in r.notes} == {
                r.student for r in records if r.student not in here
            }

    @rule(key=st.integers(0, 3), moment=MOMENT)
    def regrade(self, key: int, moment: int) -> None:
        self.key = self.keys[key]
        before = self.ran()
        self.run(moment, "grade", *self.grading(), "--regrade")
        ran = self.ran()[len(before) :]
        assert len(set(ran)) == len(ran)
        if load(self.out).identity.key != exam_of(self.key, SEED).digest:
            self.key = next(k for k in self.keys if exam_of(k, SEED).digest == self.key_on_record())

    @rule(moment=MOMENT)
    def report(self, moment: int) -> None:
        self.run(moment, "report", str(self.out))

    @rule(platform=st.sampled_from(["canvas", "moodle", "nbgrader"]), moment=MOMENT)
    def export(self, platform: str, moment: int) -> None:
        self.run(moment, "export", str(self.out), "--to", platform)

    @rule(number=st.integers(0, 2), marks=MARKS, settle=st.booleans())
    def fill_in(self, number: int, marks: list[tuple[str, str, int, str]], settle: bool) -> None:
        """Write points and comments into a sheet; ``settle``: empty the cells of doubts."""
        sheets = self.sheets()
        if not sheets:
            return
        path = sheets[number % len(sheets)]
        rows = self.rows(path)
        entered = self.filled.setdefault(path, {})
        for student, question, points, comment in marks:
            for row in rows:
                if (row["student"], row["question"]) == (student, question):
                    row["points"] = "" if points == 3 else str(points)
                    row["comment"] = comment or row["comment"]
                    entered[student, question] = (row["points"], row["comment"])
        for row in rows:
            if settle and row.get("doubt"):
                row["doubt"] = ""
        with path.open("w", newline="") as file:
            out = csv.DictWriter(file, rows[0])
            out.writeheader()
            out.writerows(rows)

    @rule(marks=MARKS, moment=MOMENT)
    def mark(self, marks: list[tuple[str, str, int, str]], moment: int) -> None:
        """Fill in the first sheet and take it over at once."""
        self.fill_in(0, marks, True)
        self.take_over(0, moment)

    @rule(number=st.integers(0, 2), moment=MOMENT)
    def take_over(self, number: int, moment: int) -> None:
        sheets = self.sheets()
        if not sheets:
            return
        path = sheets[number % len(sheets)]
        rows, had = self.rows(path), load(self.out)
        code = self.run(moment, "report", str(self.out), "--marks", str(path))
        if code == 2:
            return
        book = load(self.out)
        possible = {(r.student, q.name): q for r in book.records for q in r.questions}
        was = {(r.student, q.name): q for r in had.records for q in r.questions}
        taken = 0
        for row in rows:
            of = row["student"], row["question"]
            if not (row["points"] or row["comment"]) or of not in possible:
                continue
            if typed(row) == (None, "") and of not in self.given:
                continue
            before = self.given.get(of, (None, ""))
            wanted = typed(row)
            wanted = (before[0] if wanted[0] is None else wanted[0], wanted[1])
            wanted = (wanted[0], wanted[1] or before[1])
            now = book.hand.get(of)
            if now is None or (now.points, now.comment) != wanted:
                assert code == -9, f"{of} was not taken over"
                continue
            taken += 1
            q = possible[of]
            seen = (plain(row["answer"]), q.possible, q.asked)
            settled = row.get("doubt") == "" and was[of].doubt and seen[0] == (q.answer or "")
            if wanted != before or (settled and not q.doubt):
                self.given[of], self.read[of] = wanted, seen
        if code == 0:
            self.filled.pop(path, None)

    @rule(
        student=STUDENT,
        question=st.sampled_from(("double", *WRITTEN)),
        points=st.sampled_from(["", "0", "1", "2"]),
        comment=COMMENT,
        moment=MOMENT,
    )
    def at_the_desk(
        self, student: str, question: str, points: str, comment: str, moment: int
    ) -> None:
        """Give a mark, set a verdict right, or take back what was given."""

        def act() -> int:
            try:
                save(self.out, question, {student: (points, comment)})
            except Fault:
                return 2
            return 0

        code = in_child(act, self.out, moment)
        assert code in (0, 2, -9)
        if code == 2:
            return
        book, of = load(self.out), (student, question)
        now, wanted = book.hand.get(of), (float(points) if points else None, comment)
        if wanted == (None, "") and now is None:
            self.given.pop(of, None)
            self.read.pop(of, None)
        elif now is not None and (now.points, now.comment) == wanted:
            found = {(r.student, q.name): q for r in book.records for q in r.questions}
            if code == 0 or self.given.get(of) != wanted:
                self.given[of], self.read[of] = wanted, what_is_read(found[of])
        else:
            assert code == -9

    @rule(moment=st.integers(1, 60), other=st.sampled_from(["grade", "report", "marks", "export"]))
    def at_once(self, moment: int, other: str) -> None:
        """A second command while the first is in the middle is refused, or the first had ended."""
        words = {
            "grade": ["grade", *self.grading()],
            "report": ["report", str(self.out)],
            "marks": ["report", str(self.out), "--marks", str(self.out / "marking.csv")],
            "export": ["export", str(self.out), "--to", "canvas"],
        }[other]

        def second() -> None:
            before = self.state()
            code = in_child(command(words, self.keys, self.root / "log"), self.out)
            assert code == 2
            assert self.state() == before

        first = command(["grade", *self.grading()], self.keys, self.root / "log")
        locked = 3  # accesses: reading what there is, before the folder is taken
        assert in_child(first, self.out, moment + locked, second) in (0, 1)

    # What has to be true.

    @invariant()
    def every_mark_by_hand_is_there(self) -> None:
        if not hasattr(self, "root") or not (self.out / "run.json").exists():
            return
        book = load(self.out)
        found = {(r.student, q.name): q for r in book.records for q in r.questions}
        doubtful = {(d.student, d.question) for d in doubts(book.records, book.hand)}
        gone = {r.student for r in book.records if GONE in r.notes}
        assert set(book.hand) == set(self.given)
        for of, (points, comment) in self.given.items():
            assert (book.hand[of].points, book.hand[of].comment) == (points, comment)
            if of not in found:
                assert of in doubtful
                continue
            q = found[of]
            assert q.comment == comment
            if points is not None:
                assert (q.points, q.status) == (points, "marked")
            changed = self.read[of] != what_is_read(q)
            assert (of in doubtful) == (changed or of[0] in gone)

    @invariant()
    def what_was_filled_in_stands_there_or_was_taken_over(self) -> None:
        """A killed run may have taken a sheet over; the next may then write a new one."""
        if not getattr(self, "filled", {}):
            return
        given = History(self.out).given()
        for path, entered in self.filled.items():
            lines = self.rows(path) if path.exists() else []
            rows = {(r["student"], r["question"]): r for r in lines}
            for of, (points, comment) in entered.items():
                stands = [(rows[of]["points"], rows[of]["comment"])] if of in rows else []
                taken = [
                    (f"{m.points:g}" if m.points is not None else "", m.comment)
                    for m in given.get(of, [])
                ]
                assert any(
                    points in ("", there) and plain(comment) in ("", plain(said))
                    for there, said in [*stands, *taken]  # an empty cell says nothing
                ), of

    @invariant()
    def the_history_explains_every_difference(self) -> None:
        if not hasattr(self, "root") or not (self.out / "run.json").exists():
            return
        history, book = History(self.out), load(self.out)
        path = self.out / "history.jsonl"
        text = path.read_bytes() if path.exists() else b""
        assert text.startswith(self.past)
        self.past = text
        now = standing(book)
        chains: dict[tuple[str, str], list] = {}
        for entry in history.entries:
            assert entry.why
            chains.setdefault((entry.student, entry.question), []).append(entry)
        for chain in chains.values():
            for one, two in pairwise(chain):
                assert one.after == two.before
        for of, points in now.items():
            self.first.setdefault(of, points)
        for of in self.first | now | chains:
            points = now.get(of)
            if of[1] == LATENESS:
                continue
            if of not in chains:
                assert points == self.first[of]
                continue
            last = chains[of][-1]
            assert points == last.after or (self.ahead and points == last.before)

    # How it is looked at.

    def grading(self) -> list[str]:
        words = [str(self.work), "--key", str(self.key), "-o", str(self.out)]
        return [*words, "--seed", str(SEED)]

    def run(self, moment: int, *words: str) -> int:
        code = in_child(command(words, self.keys, self.root / "log"), self.out, moment)
        assert code in (0, 1, 2, -9), words
        if code == -9:
            self.ahead = True
        elif words[0] == "grade" or "--marks" in words:
            self.ahead = self.ahead and code == 2
        return code

    def to_run(self) -> set[str]:
        """Whose work is not on record."""
        from coursekit.grading.intake.collect import collect
        from coursekit.grading.intake.submission import Sought

        wanted = collect(self.work, None, Sought(exam_of(self.key, SEED).names)).submissions
        if not (self.out / "run.json").exists():
            return {s.student for s in wanted}
        book = load(self.out)
        held = {
            (r.student, r.digest)
            for r in book.records
            if r.provenance.key == exam_of(self.key, SEED).digest
        }
        return {s.student for s in wanted if (s.student, s.digest) not in held}

    def ran(self) -> list[str]:
        log = self.root / "log"
        return log.read_text().splitlines() if log.exists() else []

    def key_on_record(self) -> str:
        return load(self.out).identity.key

    def sheets(self) -> list[Path]:
        return sorted(self.out.glob("marking*.csv"))

    def rows(self, path: Path) -> list[dict[str, str]]:
        with path.open(newline="", encoding="utf8") as file:
            return list(csv.DictReader(file))

    def state(self) -> dict[str, bytes]:
        """All that stands in the folder."""
        return {str(p): p.read_bytes() for p in sorted(self.out.rglob("*")) if p.is_file()}


def what_is_read(q: MarkedQuestion) -> tuple[str, float, str]:
    """What a person reads before giving a mark."""
    return (q.code if q.answer is None else q.answer, q.possible, q.asked)


def typed(row: dict[str, str]) -> tuple[float | None, str]:
    """What a person has written into a line: other points, another comment than the program had."""
    points, comment = row["points"], plain(row["comment"])
    were = row["written"].split()[:2]
    now = shown(points, comment).split()
    of_person = [one != other for one, other in zip(were, now, strict=True)]
    number = float(points) if points and of_person[0] else None
    return number, comment if of_person[1] else ""


def plain(cell: str) -> str:
    """What stands in a cell that a formula might have stood in."""
    return cell[1:] if cell[:2] in ("'=", "'-") else cell


def standing(book: Gradebook) -> dict[tuple[str, str], float]:
    return {(r.student, q.name): q.points for r in book.records for q in r.questions}


Class.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=EXAMPLES < 50,
    print_blob=True,
)
TestClass = Class.TestCase


@pytest.mark.sandbox
def test_real_runs_killed_at_random_moments(tmp_path: Path) -> None:
    """The commands as they are, box and all; the moments differ from run to run."""
    luck = random.Random()
    key, other = write_key(tmp_path / "key.ipynb"), write_key(tmp_path / "other.ipynb", double=5)
    work, out = tmp_path / "in", tmp_path / "out"
    work.mkdir()
    for student in STUDENTS:
        (work / f"{student}.ipynb").write_bytes(answers(2, f"{student} says why", "So."))

    def begin(*words: str) -> subprocess.Popen[bytes]:
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen([sys.executable, "-m", "coursekit.cli", *words], **silent)

    grading = ["grade", str(work), "-o", str(out), "--seed", str(SEED), "--jobs", "1", "--key"]
    assert begin(*grading, str(key)).wait() == 0
    sheet = out / "marking.csv"
    with sheet.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        row["points"], row["comment"] = str(number % 3), f"comment {number}"
    with sheet.open("w", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)
    merge(out, sheet)
    given = {(r["student"], r["question"]): (float(r["points"]), r["comment"]) for r in rows}

    def marks() -> dict[tuple[str, str], tuple[float, str]]:
        found = [(r.student, q) for r in load(out).records for q in r.questions]
        return {(s, q.name): (q.points, q.comment) for s, q in found if q.status == "marked"}

    began = time.monotonic()
    assert begin(*grading, str(other), "--regrade").wait() == 0
    whole = time.monotonic() - began
    assert marks() == given
    for key_now in (key, other, key):
        run = begin(*grading, str(key_now), "--regrade")
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.wait(luck.uniform(0, whole))
        run.kill()
        run.wait()
        assert marks() == given
    assert begin(*grading, str(key), "--regrade").wait() == 0
    assert marks() == given
    assert [r.student for r in load(out).records] == list(STUDENTS)
    assert all(r.questions[0].points == 3 for r in load(out).records)
    for student in STUDENTS:
        told = [e for e in History(out).of(student) if e.question == "double"]
        assert told[0].before == 3
        assert told[-1].after == 3
        assert all(one.after == two.before for one, two in pairwise(told))
