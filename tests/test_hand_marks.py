"""What a person gave stays, through every command; what may not fit any more is called doubtful."""

import csv
import errno
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from books import SEED, answers, command, exam_of, in_child, invoke, write_key
from test_grading_records import FULL, IDENTITY
from test_marks import kept, question

from coursekit.grading.box import scratch
from coursekit.grading.desk.saving import save
from coursekit.grading.marks.hand import GONE, doubts
from coursekit.grading.marks.history import Entry, History
from coursekit.grading.marks.ledger import Ledger, Timing, load
from coursekit.grading.marks.marking import MarkingFault, merge, write_sheet
from coursekit.grading.marks.record import Record

CLASS = ("ada", "bob")


class Desk:
    """A grades folder, and the commands that an instructor gives."""

    def __init__(self, root: Path) -> None:
        self.root, self.work, self.out = root, root / "in", root / "out"
        self.work.mkdir()
        self.key = write_key(root / "key.ipynb")
        self.sheet = self.out / "marking.csv"
        for student in CLASS:
            self.hand_in(student)

    def hand_in(self, student: str, factor: int = 2, why: str = "So.") -> None:
        (self.work / f"{student}.ipynb").write_bytes(answers(factor, why, "Thus."))

    def command(self, *words: str) -> str:
        result = invoke(words, [exam_of(self.key, SEED)], self.root / "log")
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return f"{result.exit_code} {result.output}"

    def grade(self, *more: str) -> str:
        where = [str(self.work), "--key", str(self.key), "-o", str(self.out)]
        return self.command("grade", *where, "--seed", str(SEED), *more)

    def take_over(self, path: Path | None = None) -> str:
        return self.command("report", str(self.out), "--marks", str(path or self.sheet))

    def fill(self, *marks: tuple[str, str, str, str], path: Path | None = None) -> None:
        rows = self.rows(path)
        for student, name, points, comment in marks:
            (row,) = [r for r in rows if (r["student"], r["question"]) == (student, name)]
            row["points"], row["comment"] = points, comment
        self.save(rows, path)

    def rows(self, path: Path | None = None) -> list[dict[str, str]]:
        with (path or self.sheet).open(newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))

    def save(self, rows: list[dict[str, str]], path: Path | None = None) -> None:
        with (path or self.sheet).open("w", newline="") as file:
            out = csv.DictWriter(file, rows[0])
            out.writeheader()
            out.writerows(rows)

    def mark(self, student: str, name: str) -> tuple[float, str, str]:
        """Points, comment and doubt of one answer."""
        (record,) = [r for r in load(self.out).records if r.student == student]
        (q,) = [q for q in record.questions if q.name == name]
        return q.points, q.comment, q.doubt


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    assert made.grade().startswith("0 ")
    made.fill(("ada", "why", "1.5", "Good."), ("bob", "how", "4", ""))
    assert "2 written answers marked" in made.take_over()
    return made


def test_a_regrade_keeps_every_mark_by_hand(desk: Desk) -> None:
    desk.key = write_key(desk.root / "other.ipynb", double=5)
    said = desk.grade("--regrade")
    assert "ada: double: 3 -> 5" in said
    assert desk.mark("ada", "why") == (1.5, "Good.", "")
    assert desk.mark("bob", "how") == (4, "", "")
    assert {r["student"]: r["points"] for r in desk.rows() if r["points"]} == {
        "ada": "1.5",
        "bob": "4",
    }
    assert desk.rows()[0].keys() == {
        *("student", "question", "answer", "possible", "points", "comment", "written")
    }


def test_a_mark_for_another_answer_stays_and_is_doubtful(desk: Desk) -> None:
    desk.hand_in("ada", why="On second thoughts.")
    said = desk.grade()
    assert "ada: why: 1.5 points given by hand: given for another answer" in said
    assert desk.mark("ada", "why") == (1.5, "Good.", "given for another answer")
    assert "given for another answer" in (desk.out / "report.html").read_text("utf8")
    (row,) = [r for r in desk.rows() if r["doubt"]]
    assert (row["student"], row["points"], row["comment"]) == ("ada", "1.5", "Good.")
    desk.take_over()  # the same again says nothing new
    assert desk.mark("ada", "why")[2]
    row["doubt"] = ""
    desk.save([row], desk.root / "settled.csv")
    desk.take_over(desk.root / "settled.csv")
    assert desk.mark("ada", "why") == (1.5, "Good.", "")
    desk.hand_in("ada")  # back to what was marked at first: now that is another answer
    desk.grade()
    assert desk.mark("ada", "why")[2] == "given for another answer"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"why": 3}, "given when the question was worth 2 points"),
        ({"why": 1}, "given when the question was worth 2 points"),
        ({"asks": "Why, in a word?"}, "given for another wording of the question"),
    ],
)
def test_a_mark_for_another_question_stays_and_is_doubtful(
    desk: Desk, changed: dict, why: str
) -> None:
    desk.key = write_key(desk.root / "other.ipynb", **changed)
    desk.grade("--regrade")
    assert desk.mark("ada", "why") == (1.5, "Good.", why)
    assert desk.mark("bob", "how") == (4, "", "")


@pytest.mark.parametrize("sent", [b"<html>", None])
def test_a_mark_whose_answer_is_gone_is_listed(desk: Desk, sent: bytes | None) -> None:
    path = desk.work / "ada.ipynb"
    if sent is None:
        path.unlink()
    else:
        path.write_bytes(sent)
    for said in (desk.grade(), desk.grade("--regrade")):
        assert "ada: why: 1.5 points given by hand" in said
    desk.hand_in("ada")
    assert "given by hand" not in desk.grade()
    assert desk.mark("ada", "why") == (1.5, "Good.", "")
    (ada, _) = load(desk.out).records
    assert GONE not in ada.notes


def test_a_class_that_is_graded_in_two_folders_loses_no_mark(desk: Desk) -> None:
    late = desk.root / "late"
    late.mkdir()
    (desk.work / "ada.ipynb").rename(late / "cid.ipynb")
    words = ["--key", str(desk.key), "-o", str(desk.out), "--seed", str(SEED)]
    said = desk.command("grade", str(late), *words)
    assert "bob: how: 4 points given by hand" in said
    assert {r.student: r.points for r in load(desk.out).records}["bob"] == 7


def test_a_roster_that_comes_later_takes_the_marks_along(desk: Desk) -> None:
    (desk.root / "roster.csv").write_text("student,name,login\ns1,Ada L,ada\ns2,Bob R,bob\n")
    said = desk.grade("--roster", str(desk.root / "roster.csv"))
    assert "by hand" not in said
    assert desk.mark("s1", "why") == (1.5, "Good.", "")
    assert [r.student for r in load(desk.out).records] == ["s1", "s2"]
    story = desk.command("history", str(desk.out), "s1")
    assert "given when this file was known as that of ada" in story


def test_a_sheet_that_is_being_filled_in_is_left_alone(desk: Desk) -> None:
    desk.fill(("bob", "why", "2", "Fine."))
    filled = desk.sheet.read_bytes()
    desk.hand_in("cid")
    for said in (desk.grade(), desk.command("report", str(desk.out)), desk.grade("--regrade")):
        assert desk.sheet.read_bytes() == filled
        assert f"--marks {desk.sheet}" in said
    second = desk.out / "marking-2.csv"
    assert "cid" in {r["student"] for r in desk.rows(second)}
    desk.take_over()
    assert desk.mark("bob", "why") == (2, "Fine.", "")
    assert not second.exists()
    assert "cid" in {r["student"] for r in desk.rows()}


@pytest.mark.parametrize(
    "spoilt", [b"", b"points\n1\n", b"\0\0", b"student,question,points\nz,why,1\n"]
)
def test_a_sheet_that_is_not_understood_is_left_alone(desk: Desk, spoilt: bytes) -> None:
    desk.sheet.write_bytes(spoilt)
    desk.grade()
    assert desk.sheet.read_bytes() == spoilt
    assert desk.rows(desk.out / "marking-2.csv")


def test_a_mark_counts_for_the_answer_that_the_sheet_shows(desk: Desk) -> None:
    desk.fill(("bob", "why", "2", ""))
    desk.hand_in("bob", why="Never mind.")
    desk.grade()
    desk.take_over()
    assert desk.mark("bob", "why") == (2, "", "given for another answer")


def test_an_empty_cell_says_nothing(desk: Desk) -> None:
    desk.fill(("ada", "why", "", ""))
    desk.take_over()
    assert desk.mark("ada", "why") == (1.5, "Good.", "")
    desk.fill(("ada", "why", "1", ""))
    desk.take_over()
    assert desk.mark("ada", "why") == (1, "Good.", "")
    desk.fill(("bob", "why", "", "See me."))
    desk.take_over()
    assert desk.mark("bob", "why") == (0, "See me.", "")
    assert [r["comment"] for r in desk.rows() if r["student"] == "bob"] == ["", "See me."]


def test_a_comment_that_looks_like_a_formula_comes_back_as_it_was(desk: Desk) -> None:
    desk.fill(("bob", "why", "1", "-1 for the sign"))
    for _ in range(3):
        desk.take_over()
        assert desk.mark("bob", "why") == (1, "-1 for the sign", "")
        (row,) = [r for r in desk.rows() if (r["student"], r["question"]) == ("bob", "why")]
        assert row["comment"] == "'-1 for the sign"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("student", ["00123", "123"])
def test_what_a_spreadsheet_makes_of_a_sheet(tmp_path: Path, encoding: str, student: str) -> None:
    why = question("why", 2.0, 0.0, answer="Naïve, → so.\nThe end.")
    why.status = "waiting"
    folder = kept(tmp_path / "out", Record("00123", questions=[why]))
    text = "student;question;answer;points;comment\r\n"
    text += f'{student};why;"Naïve, → so.\r\nThe end.";1,5;Schön\r\n'
    (tmp_path / "sheet.csv").write_bytes(text.encode(encoding, "replace"))
    assert merge(folder, tmp_path / "sheet.csv").marked == 1
    (record,) = load(folder).records
    assert [(q.points, q.comment, q.doubt) for q in record.questions] == [(1.5, "Schön", "")]


def test_a_number_that_lost_its_zeros_and_may_be_two_students_is_refused(tmp_path: Path) -> None:
    why = [question("why", 2.0, 0.0, answer="So.") for _ in range(2)]
    people = [Record(s, questions=[q]) for s, q in zip(("0123", "00123"), why, strict=True)]
    folder = kept(tmp_path / "out", *people)
    (tmp_path / "sheet.csv").write_text("student,question,points\n123,why,1\n")
    with pytest.raises(MarkingFault, match="line 2: no written answer of '123'"):
        merge(folder, tmp_path / "sheet.csv")


def test_marks_of_a_folder_without_a_history_are_taken_into_one(tmp_path: Path) -> None:
    why = question("why", 2.0, 1.5, answer="So.", comment="good")
    why.status = "marked"
    folder = kept(tmp_path / "out", Record("ada", questions=[why], earned=1.5, points=1.5))
    assert not (folder / "history.jsonl").exists()
    with Ledger(folder, IDENTITY) as ledger:
        ledger.begin_regrade()
        ledger.add(
            Record("ada", questions=[question("why", 2.0, 0.0, answer="So.")]), Timing("ada")
        )
        ledger.finish(["ada"])
    (record,) = load(folder).records
    assert (record.points, record.questions[0].comment) == (1.5, "good")


def test_results_without_the_marks_do_not_lose_them(desk: Desk) -> None:
    """As after a power failure between the history and the results."""
    path = desk.out / "results.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for q in (q for line in lines for q in line["questions"] if q["status"] == "marked"):
        q.update(points=0.0, status="waiting", comment="")
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert desk.mark("ada", "why") == (1.5, "Good.", "")
    desk.command("export", str(desk.out), "--to", "canvas")
    with (desk.out / "exports" / "canvas.csv").open() as file:
        assert [r[-1] for r in csv.reader(file)][2:] == ["4.5", "7"]


# The history.


def test_the_history_tells_what_happened_and_why(desk: Desk) -> None:
    desk.hand_in("ada", factor=3, why="On second thoughts.")
    desk.grade()
    desk.key = write_key(desk.root / "other.ipynb", double=5)
    desk.hand_in("bob", why="So!")
    desk.grade("--regrade")
    told = desk.command("history", str(desk.out), "ada").splitlines()
    said = [line.partition("  ")[2] for line in told]
    assert said[0] == "first graded"
    assert said[1] == "why: 0 -> 1.5 (given by hand, marking.csv) “Good.”"
    assert said[2] == "double: 3 -> 0 (another version counts, ada.ipynb: That is the treble.)"
    assert said[3] == "why: given for another answer"
    assert said[4] == "1.5 of 11 points"
    bob = desk.command("history", str(desk.out), "bob")
    assert "double: 3 -> 5 (another version counts" in bob
    assert "nothing about 'zoe'" in desk.command("history", str(desk.out), "zoe")


def test_lines_are_only_added_also_after_a_power_failure(desk: Desk) -> None:
    path = desk.out / "history.jsonl"
    with path.open("ab") as file:
        file.write(b'{"student": "ada", "ques')
    before = path.read_bytes()
    desk.hand_in("ada", factor=3)
    desk.grade()
    assert path.read_bytes().startswith(before + b"\n")
    assert [e.question for e in History(desk.out).of("ada")] == ["why", "double"]
    assert desk.mark("ada", "why") == (1.5, "Good.", "")


def test_a_student_who_is_left_out_and_comes_back(desk: Desk) -> None:
    desk.hand_in("cid")
    desk.grade()
    kept_away = (desk.work / "cid.ipynb").rename(desk.root / "cid.ipynb")
    assert "1 graded before" in desk.grade()
    kept_away.rename(desk.work / "cid.ipynb")
    desk.grade()
    changes = [(e.question, e.before, e.after, e.why) for e in History(desk.out).of("cid")]
    assert (
        "double",
        3,
        None,
        "no file of this student is among the submissions any more",
    ) in changes
    assert changes[-3:] == [
        ("double", None, 3, "handed in again: right"),
        ("how", None, 0, "handed in again: waiting"),
        ("why", None, 0, "handed in again: waiting"),
    ]


def test_a_change_that_was_explained_and_not_made_is_taken_back(desk: Desk) -> None:
    """As after a kill between the history and the results."""
    History(desk.out).write([Entry("ada", "double", 3, 5, "another answer key")])
    desk.take_over()
    told = [e for e in History(desk.out).of("ada") if e.question == "double"][-1]
    assert (told.before, told.after) == (5, 3)
    assert told.why.startswith("a run was stopped")
    assert desk.mark("ada", "double")[0] == 3


def test_an_interrupted_regrade_loses_no_reason(desk: Desk) -> None:
    desk.key = write_key(desk.root / "other.ipynb", double=5)
    words = [str(desk.work), "--key", str(desk.key), "-o", str(desk.out), "--seed", str(SEED)]
    act = command(["grade", *words, "--regrade"], [desk.key], desk.root / "log")
    for moment in range(20, 90, 7):
        assert in_child(act, desk.out, moment) in (-9, 0)
    desk.grade("--regrade")
    for student in CLASS:
        told = [e for e in History(desk.out).of(student) if e.question == "double"]
        assert (told[0].before, told[0].after) == (3, 5)
        # A change that a stopped run explained and did not make is taken back, with that reason.
        assert all(e.why.startswith("a run was stopped") for e in told[1::2])
        assert (told[-1].after, told[-1].why) == (5, "another answer key: right")
    with (desk.out / "changes.csv").open() as file:
        assert [r[:4] for r in csv.reader(file)][1:] == [[s, "double", "3", "5"] for s in CLASS]


# One at a time.


def test_a_record_added_after_the_end_is_kept(tmp_path: Path) -> None:
    with Ledger(tmp_path / "out", IDENTITY) as ledger:
        ledger.add(FULL, Timing("ada"))
        ledger.finish(["ada"])
        ledger.add(replace(FULL, student="bob"), Timing("bob"))
    assert [r.student for r in load(tmp_path / "out").records] == ["ada", "bob"]


@pytest.mark.parametrize(
    "words", [["report"], ["report", "--marks", "x.csv"], ["export", "--to", "canvas"]]
)
def test_while_grading_goes_on_other_commands_are_refused(desk: Desk, words: list[str]) -> None:
    (desk.root / "x.csv").write_text("student,question,points\nada,why,1\n")
    words = [str(desk.root / w) if w.endswith(".csv") else w for w in words]
    with Ledger(desk.out, load(desk.out).identity):
        said = desk.command(words[0], str(desk.out), *words[1:])
    assert said.startswith("2 ")
    assert "another run is writing there" in said
    assert said.count("\n") == 1
    assert desk.mark("ada", "why") == (1.5, "Good.", "")


def test_a_full_disk_is_one_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    desk.hand_in("cid")
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        said = desk.grade()
    assert said.startswith("2 ")
    assert "No space left on device" in said
    assert "Traceback" not in said
    assert desk.grade().startswith("0 ")
    assert desk.mark("ada", "why") == (1.5, "Good.", "")


def test_nothing_doubtful_is_said_of_marks_that_fit(desk: Desk) -> None:
    book = load(desk.out)
    assert doubts(book.records, book.hand) == []
    before = desk.sheet.read_bytes()
    write_sheet(book)
    assert desk.sheet.read_bytes() == before


# Folders of runs that were killed.

HOLD = (
    "from coursekit.grading.box.scratch import Scratch; print(Scratch().path, flush=True); input()"
)


def test_what_a_killed_run_leaves_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    running, killed = (
        subprocess.Popen([sys.executable, "-c", HOLD], env=env, **pipes) for _ in range(2)
    )
    alive, left = (Path(p.stdout.readline().strip()) for p in (running, killed))
    (left / "x").write_text("")
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    (tmp_path / "coursekit-box-link").symlink_to("/")
    mine = scratch.Scratch()
    assert mine.path.is_dir()
    assert (alive.is_dir(), left.exists()) == (True, False)
    mine.remove()
    mine.remove()
    assert not mine.path.exists()
    running.kill()
    running.wait()
    scratch.remove_leftovers()
    assert [p.name for p in tmp_path.iterdir()] == ["coursekit-box-link"]


def test_a_sheet_of_marks_that_were_replaced_since_does_not_wait(desk: Desk) -> None:
    other = desk.root / "s.csv"
    other.write_bytes(desk.sheet.read_bytes())
    desk.fill(("ada", "why", "0.5", "Less good."), path=other)
    said = desk.take_over(other)
    assert "not taken over" not in said
    assert [p.name for p in desk.out.glob("marking*.csv")] == ["marking.csv"]
    assert {r["points"] for r in desk.rows()} == {"0.5", "4", ""}
    desk.fill(("ada", "why", "0.25", ""))
    assert "not taken over" in desk.command("report", str(desk.out))


def test_a_sheet_taken_home_puts_back_nothing_that_was_changed_meanwhile(desk: Desk) -> None:
    home = desk.root / "home.csv"
    home.write_bytes(desk.sheet.read_bytes())
    desk.fill(("ada", "why", "2", "Second reading: full marks."))
    assert "1 written answer marked" in desk.take_over()
    desk.fill(("bob", "how", "3,5", ""), path=home)
    assert "1 written answer marked" in desk.take_over(home)
    assert desk.mark("ada", "why") == (2, "Second reading: full marks.", "")
    assert desk.mark("bob", "how") == (3.5, "", "")
    desk.fill(("ada", "why", "1", ""), path=home)  # this a person has typed, but who knew the 2?
    both = "2 points, “Second reading: full marks.” given by hand before, now 1 point, “Second"
    assert f"ada: why: {both}" in desk.take_over(home)
    assert desk.mark("ada", "why") == (1, "Second reading: full marks.", "")
    desk.fill(("ada", "why", "1.5", ""))  # beside the 1 that stands in the newest sheet
    assert "given by hand before" not in desk.take_over()
    own = desk.root / "own.csv"  # a table of one's own does not say what was known
    own.write_text("student,question,points\nada,why,1\nbob,how,3.5\n")
    said = desk.take_over(own)
    assert "ada: why: 1.5 points, “Second" in said
    assert "bob: how" not in said


def test_a_sheet_settles_no_doubt_that_it_did_not_show(desk: Desk) -> None:
    desk.hand_in("bob", why="On second thoughts.")
    desk.fill(("bob", "why", "1", ""), ("bob", "how", "3", ""))
    desk.take_over()
    desk.hand_in("bob", why="On third thoughts.")
    desk.grade()
    sheet = desk.rows()  # with a column for doubts, in which nothing stands beside ada's mark
    desk.key = write_key(desk.root / "other.ipynb", asks="Why, in a word?")
    desk.grade("--regrade")
    doubt = "given for another wording of the question"
    assert desk.mark("ada", "why") == (1.5, "Good.", doubt)
    desk.save([row | {"doubt": ""} for row in sheet], desk.root / "home.csv")
    desk.take_over(desk.root / "home.csv")
    assert desk.mark("ada", "why") == (1.5, "Good.", doubt)
    desk.save([row | {"doubt": ""} for row in desk.rows()])
    desk.take_over()
    assert desk.mark("ada", "why") == (1.5, "Good.", "")


def test_an_export_names_those_of_whom_there_is_no_file_any_more(desk: Desk) -> None:
    (desk.work / "bob.ipynb").unlink()
    desk.grade()
    said = desk.command("export", str(desk.out), "--to", "nbgrader")
    assert "1 mark given by hand, doubtful (bob): see" in said
    assert "bob: keeps 7 points, but no file is there any more" in said


def test_a_mark_for_an_answer_that_is_gone_holds_up_no_sheet(desk: Desk) -> None:
    desk.fill(("bob", "how", "3", "Why?"), ("ada", "why", "2", ""))
    old, left = desk.sheet.read_bytes(), desk.rows()
    desk.take_over()
    (desk.work / "bob.ipynb").write_text("cut off")
    assert "no such answer now" in desk.grade()
    desk.sheet.write_bytes(old)  # all of it has been taken over
    assert "not taken over" not in desk.command("report", str(desk.out))
    desk.save([r | {"points": "1"} if r["student"] == "bob" else r for r in left])
    said = desk.command("report", str(desk.out))
    assert "first mend or empty what cannot be taken over" in said
    assert "no written answer of 'bob'" in said


def test_two_lines_for_one_answer(desk: Desk) -> None:
    rows = desk.rows()
    (row,) = [r for r in rows if (r["student"], r["question"]) == ("ada", "why")]
    desk.save([*rows, row | {"points": "1,50"}])
    assert "0 written answers marked" in desk.take_over()  # they say the same, and nothing new
    desk.save([*rows, row | {"points": "0.5"}])
    said = desk.take_over()
    assert said.startswith("2 ")
    assert said.strip().endswith("different marks for one answer of 'ada', 'why'")
    assert desk.mark("ada", "why") == (1.5, "Good.", "")


def test_names_that_a_sheet_cannot_tell_apart_are_one_line(desk: Desk) -> None:
    for name in ("=x", "'=x"):
        desk.hand_in(name)
    desk.grade()
    rows = desk.rows()
    twins = [r for r in rows if r["student"] == "'=x"]
    assert len(twins) == 4
    twins[0]["points"] = "1"
    desk.save(rows)
    said = desk.take_over()
    assert said.startswith("2 ")
    assert "'=x' could be either of two students" in said


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG])
def test_a_disk_that_takes_no_more_is_one_line(
    desk: Desk, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    desk.fill(("ada", "why", "0.5", ""))
    monkeypatch.setattr(os, "write", full)
    said = desk.take_over()
    monkeypatch.undo()
    assert said.startswith("2 ")
    assert f"{os.strerror(number)}; what was written stays" in said
    assert desk.mark("ada", "why") == (1.5, "Good.", "")


# What an instructor sees of one student, and of two years.


def test_a_page_about_each_student_for_office_hours(desk: Desk) -> None:
    desk.hand_in("bob", factor=3)
    desk.grade()
    save(desk.out, "double", {"bob": ("3", "The prompt was unclear.")})
    desk.command("report", str(desk.out))
    page = (desk.out / "students" / "bob.html").read_text("utf8")
    for said in (
        "That is the treble.",
        "</span> * x",
        "The prompt was unclear.",
        "The cases gave 0 of 3.",
        "first graded",
        "double: 0 -&gt; 3 (given by hand, at the desk)",
        "Thus.",
    ):
        assert said in page, said
    own = (desk.out / "feedback" / "bob.html").read_text("utf8")
    assert "How the marks came about" not in own
    assert "students/bob.html" in (desk.out / "report.html").read_text("utf8")


def test_the_report_compares_with_an_earlier_run(desk: Desk) -> None:
    other = desk.out.parent / "now"
    desk.hand_in("bob", factor=3)
    words = [str(desk.work), "--key", str(desk.key), "-o", str(other), "--seed", str(SEED)]
    desk.command("grade", *words)
    assert desk.command("report", str(other), "--earlier", str(desk.out)).startswith("0 ")
    desk.command("grade", *words)  # it is kept for later reports
    text = " ".join((other / "report.html").read_text("utf8").split())
    row = text[text.index("Beside the earlier run") :]
    assert '<td class="right num">100 %<td class="right num">50 %' in row
    assert "-50 points" in row


# Groups.


@pytest.fixture
def pair(desk: Desk) -> Desk:
    """ada and eve work together: eve has handed in nothing of her own."""
    (desk.root / "groups.csv").write_text("student,group\nada,A\neve,A\n")
    desk.grade("--groups", str(desk.root / "groups.csv"))
    return desk


def test_a_partner_who_comes_later_gets_what_was_given_for_the_work(pair: Desk) -> None:
    assert pair.mark("eve", "why") == (1.5, "Good.", "")
    entry = History(pair.out).of("eve")[-1]
    assert (entry.after, entry.why) == (1.5, "given by hand to others who handed in the same work")
    assert "Good." in (pair.out / "feedback" / "eve.html").read_text("utf8")
    assert pair.command("export", str(pair.out), "--to", "canvas").startswith("0 ")
    rows = csv.DictReader((pair.out / "exports" / "canvas.csv").open(newline=""))
    points = {row["Student"]: row["Exercises 9: books"] for row in rows}
    assert points["eve"] == points["ada"] == "4.5"


def test_a_mark_in_one_line_of_the_sheet_reaches_the_partner(pair: Desk) -> None:
    pair.fill(("ada", "how", "3", "Both."))
    pair.take_over()
    assert pair.mark("eve", "how") == pair.mark("ada", "how") == (3, "Both.", "")
    assert [r["points"] for r in pair.rows() if r["question"] == "how"] == ["3", "4", "3"]


def test_members_of_whom_a_person_says_different_things_keep_them(pair: Desk) -> None:
    pair.fill(("ada", "how", "3", ""), ("eve", "how", "2", "Your part."))
    pair.take_over()
    assert (pair.mark("ada", "how")[0], pair.mark("eve", "how")[0]) == (3, 2)
    save(pair.out, "how", {"ada": ("1", "")})  # eve's is another mark by now
    assert (pair.mark("ada", "how")[0], pair.mark("eve", "how")[0]) == (1, 2)
    pair.fill(("ada", "why", "2", ""))  # eve's line says 1.5 still
    pair.take_over()
    assert (pair.mark("ada", "why")[0], pair.mark("eve", "why")[0]) == (2, 1.5)


def test_what_was_taken_back_from_one_member_does_not_come_back(pair: Desk) -> None:
    pair.fill(("eve", "why", "1", ""))
    pair.take_over()
    save(pair.out, "why", {"eve": ("", "")})
    pair.grade("--groups", str(pair.root / "groups.csv"), "--regrade")
    assert pair.mark("eve", "why") == (0, "", "")
    assert pair.mark("ada", "why") == (1.5, "Good.", "")
