"""What platforms are handed, to the letter; and what a record of marks is made of."""

import base64
import hashlib
import json
import os
import platform
import stat
import time
import zipfile
from datetime import UTC, datetime
from importlib.metadata import distribution, version
from pathlib import Path
from typing import Any

import pytest
import yaml
from hostile import kit
from test_marks import kept, late_record, written

import coursekit
from coursekit.authoring.source import KeyFault
from coursekit.checks.cells import CellFault
from coursekit.checks.run import run_case
from coursekit.grading.intake.collect import Collection
from coursekit.grading.intake.found import Problem
from coursekit.grading.intake.submission import Submission, fingerprint
from coursekit.grading.judging.exam import Exam, load_exam
from coursekit.grading.judging.marked import MarkedGroup, MarkedQuestion
from coursekit.grading.marks.entries import damaged_records, make_record, now, timing_of
from coursekit.grading.marks.late import read_rule
from coursekit.grading.marks.ledger import Ledger, load
from coursekit.grading.marks.marking import merge
from coursekit.grading.marks.record import Identity, Provenance, Record, Rules
from coursekit.grading.platforms.github_starter import write_starter
from coursekit.grading.platforms.gradescope import Visibility, run
from coursekit.grading.platforms.gradescope.bundle import write_bundle
from coursekit.grading.platforms.gradescope.results import reading, results, unreadable
from coursekit.grading.platforms.gradescope.wheel import add, write_wheel
from coursekit.grading.running.local import Done
from coursekit.grading.running.replies import Reply, Run

SEED = 11
TEXT = {"output_format": "text", "name_format": "text"}


# Gradescope's results.


def marked(*questions: MarkedQuestion, **about: Any) -> Record:
    return Record("ada", questions=list(questions), **about)


def shown(*questions: MarkedQuestion) -> list[dict[str, Any]]:
    """What students see of these questions, after what they see of the notebook as a whole."""
    return results(marked(*questions), 0.0, "hidden")["tests"][1:]  # type: ignore[no-any-return]


def test_the_whole_file_of_a_submission() -> None:
    origin = Provenance("k", 7, Rules(5.0), "full", "1", "3.11", "2", "2.13", ["memory"])
    told = results(
        marked(points=6.3, earned=7.0, digest="d", notes=["Late.", "Twice."], provenance=origin),
        1.23456,
        "hidden",
    )
    assert told == {
        "score": 6.3,  # after the penalty
        "execution_time": 1.235,
        "output": "Late. Twice.",
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "stdout_visibility": "hidden",
        "extra_data": {
            "digest": "d",
            "key": "k",
            "rules": {"timeout": 5.0, "due": "", "late": ""},
            "sandbox": "full",
            "coursekit": "1",
            "python": "3.11",
            "numpy": "2",
            "torch": "2.13",
            "limits": ["memory"],
        },
        "tests": [reading(marked())],
    }


def test_that_a_notebook_ran_is_seen_at_once() -> None:
    assert reading(marked()) == {
        "name": "Your notebook was read and run",
        "number": "0",
        "status": "passed",
        "output": "Every cell ran, and every question has an answer.",
        "visibility": "visible",
        **TEXT,
    }


def test_what_did_not_run_or_is_not_there_is_seen_at_once() -> None:
    lost = MarkedQuestion("f", "F", 2.0, status="missing", say="Run the cell that defines it.")
    blank = MarkedQuestion("g", "G", 2.0, status="unsolved")
    solved = MarkedQuestion("h", "H", 2.0, status="wrong", say="no")
    faults = [CellFault(0, "ValueError", "no", 3), CellFault(4, "TimeUp")]
    told = reading(marked(blank, lost, solved, cells=faults))
    assert told["status"] == "failed"
    assert told["output"].splitlines() == [
        "f: Run the cell that defines it.",
        "Code cell 1: ValueError: no",
        "Code cell 5: It ran too long and was stopped.",
        "g: nothing written yet",
    ]


def test_each_group_of_cases_is_a_test_of_its_own() -> None:
    groups = [
        MarkedGroup("typical", 2.0, 2.0, 3, 3, "unused", "unused"),
        MarkedGroup("edge", 0.5, 2.0, 1, 4, "wrong value", "f(0)"),
    ]
    question = MarkedQuestion(
        *("f", "Perplexity", 4.0, 2.5, "partly", groups), hint="The root.", say="Looks close."
    )
    shared = {"visibility": "hidden", "tags": ["f"], **TEXT}
    assert shown(question) == [
        {
            **{"name": "Perplexity: typical", "number": "1.1", "score": 2.0, "max_score": 2.0},
            **{"status": "passed", "output": "3 of 3 cases right."},
            **shared,
        },
        {
            **{"name": "Perplexity: edge", "number": "1.2", "score": 0.5, "max_score": 2.0},
            "status": "failed",
            "output": "1 of 4 cases right.\nwrong value\nf(0)\nLooks close.\nThe root.",
            **shared,
        },
    ]


def test_a_failed_group_without_words_says_the_count_alone() -> None:
    question = MarkedQuestion("f", "F", 2.0, groups=[MarkedGroup("edge", 0.0, 2.0, 0, 1)])
    assert shown(question)[0]["output"] == "0 of 1 cases right."


@pytest.mark.parametrize(
    ("status", "say", "output"),
    [
        ("missing", "No such name.", "No such name."),
        ("unsolved", "", "not written yet"),
        ("forbidden", "", "uses what is not allowed"),
    ],
)
def test_a_question_that_was_not_tried_is_one_test_of_no_points(
    status: Any, say: str, output: str
) -> None:
    first, question = (MarkedQuestion(n, n.upper(), 2.0, status=status, say=say) for n in "fg")
    assert shown(first, question)[1] == {
        **{"name": "G", "number": "2", "score": 0.0, "max_score": 2.0, "status": "failed"},
        **{"output": output, "visibility": "hidden", "tags": ["g"]},
        **TEXT,
    }


def test_a_written_answer_is_shown_and_not_scored() -> None:
    waiting = MarkedQuestion("f", "Why", 2.5, status="waiting", answer="So.")
    blank = MarkedQuestion("g", "How", 2.0, status="unsolved", answer="")
    lost = MarkedQuestion("h", "Who", 2.0, status="waiting")
    seen = {"visibility": "visible", **TEXT}
    assert shown(waiting, blank, lost) == [
        {"name": "Why: a person reads it (2.5 points)", "number": "1", "output": "So.", **seen},
        {
            "name": "How: a person reads it (2 points)",
            "number": "2",
            "output": "Nothing is written here.",
            **seen,
        },
        {
            "name": "Who: a person reads it (2 points)",
            "number": "3",
            "output": "Nothing is written here.",
            **seen,
        },
    ]


def test_a_hand_in_without_a_notebook_gets_nothing_and_is_told_why() -> None:
    said = "x.ipynb: empty.\nHand in the notebook again, as a file that ends in .ipynb."
    assert unreadable(["x.ipynb: empty."]) == {
        **{"score": 0.0, "output": said, "output_format": "text", "stdout_visibility": "hidden"},
        "tests": [
            {
                "name": "Your notebook could not be read",
                **{"status": "failed", "output": said, "score": 0.0, "visibility": "visible"},
                **TEXT,
            }
        ],
    }


def test_when_students_see_a_test_in_gradescopes_own_words() -> None:
    told = "visible after_due_date after_published hidden"
    assert " ".join(Visibility) == told


# Gradescope's zip.


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kit.write_key(tmp_path_factory.mktemp("key"))


@pytest.fixture(scope="module")
def exam(key: Path) -> Exam:
    return load_exam(key, SEED)


def test_a_wheel_that_an_installer_takes(tmp_path: Path) -> None:
    stem = f"rnn_coursekit-{distribution('rnn-coursekit').version}"
    path = write_wheel(tmp_path)
    assert path == tmp_path / f"{stem}-py3-none-any.whl"
    about = f"{stem}.dist-info"
    with zipfile.ZipFile(path) as wheel:
        bodies = {i.filename: wheel.read(i) for i in wheel.infolist()}
        modes = {stat.S_IMODE(i.external_attr >> 16) for i in wheel.infolist()}
        kinds = {stat.S_IFMT(i.external_attr >> 16) for i in wheel.infolist()}
        dates = {i.date_time for i in wheel.infolist()}
        packed = {i.compress_type for i in wheel.infolist()}
    assert (modes, kinds, dates) == ({0o644}, {stat.S_IFREG}, {(1980, 1, 1, 0, 0, 0)})
    assert packed == {zipfile.ZIP_DEFLATED}
    root = Path(coursekit.__file__).parent
    ours = (p.relative_to(root.parent).as_posix() for p in root.rglob("*") if p.is_file())
    expected = {p for p in ours if "__pycache__" not in p}
    meta = {f"{about}/{n}" for n in ("METADATA", "entry_points.txt", "WHEEL", "RECORD")}
    assert set(bodies) == expected | meta
    assert b"Name: rnn-coursekit" in bodies[f"{about}/METADATA"]
    assert b"coursekit = coursekit.cli:main" in bodies[f"{about}/entry_points.txt"]
    assert b"Tag: py3-none-any\n" in bodies[f"{about}/WHEEL"]
    # Each file with its digest as PEP 427 writes it, and its size; RECORD itself with neither.
    lines = bodies.pop(f"{about}/RECORD").decode().splitlines()
    for name, body in bodies.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
        assert f"{name},sha256={digest},{len(body)}" in lines
    assert lines[-1] == f"{about}/RECORD,,"
    assert len(lines) == len(bodies) + 1


def test_a_file_in_an_archive_has_the_rights_that_were_asked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        add(archive, "run", b"x", 0o755)
        add(archive, "read", b"x")
        assert [i.external_attr >> 16 for i in archive.infolist()] == [0o100755, 0o100644]


def test_the_zip_says_what_the_grader_needs_to_know(
    key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (wheel := tmp_path / "x.whl").write_bytes(b"the package")
    monkeypatch.setattr(
        "coursekit.grading.platforms.gradescope.bundle.write_wheel", lambda _: wheel
    )
    out = tmp_path / "a.zip"
    made = write_bundle(key, out)
    assert made.title == "Exercises 4: recurrent networks"
    with zipfile.ZipFile(out) as archive:
        told = json.loads(archive.read("settings.json"))
        assert archive.read("settings.json").startswith(b'{\n "key"')
        assert archive.read(key.name) == key.read_bytes()
        assert archive.read("x.whl") == b"the package"
        assert {"setup.sh", "run_autograder"} < set(archive.namelist())
        assert "torch_index=''" in archive.read("setup.sh").decode()
    seed = told.pop("seed")
    assert 0 <= seed < 2**48
    assert told == {"key": key.name, "timeout": 20.0, "visibility": "after_due_date"}
    index = "https://x/cpu; rm"
    write_bundle(key, out, seed=3, timeout=5, visibility=Visibility.HIDDEN, torch_index=index)
    with zipfile.ZipFile(out) as archive:
        assert json.loads(archive.read("settings.json")) == {
            **{"key": key.name, "seed": 3, "timeout": 5, "visibility": "hidden"}
        }
        assert f"torch_index='{index}'" in archive.read("setup.sh").decode()


# What Gradescope's container grades.


def hand_in(folder: Path, files: dict[str, bytes]) -> Path:
    for place, (name, data) in enumerate(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (1e9 + place, 1e9 + place))  # each later than the one before
    return folder


def test_of_several_notebooks_the_one_counts_that_intake_would_take(
    tmp_path: Path, exam: Exam
) -> None:
    other, full = kit.submission(kit.sources()[:2]), kit.with_answers()
    folder = hand_in(tmp_path, {"b.ipynb": full, "a.ipynb": full, "c.ipynb": other})
    chosen, reasons = run.choose(folder, exam)
    assert chosen is not None
    assert (chosen.file, reasons) == ("a.ipynb", [])
    assert chosen.notes == ("3 notebooks were handed in; a.ipynb counts.",)
    assert chosen.code == tuple(kit.sources())
    assert chosen.digest == fingerprint(chosen.cells)
    assert (chosen.student, chosen.name, chosen.email) == ("", "", "")


def test_one_notebook_needs_no_note(tmp_path: Path, exam: Exam) -> None:
    left = {".ipynb_checkpoints/x-checkpoint.ipynb": kit.with_answers(), "._a.ipynb": b"x"}
    folder = hand_in(tmp_path, left | {"a.ipynb": kit.submission(["x = 1"])})
    chosen, reasons = run.choose(folder, exam)
    assert chosen is not None
    assert (chosen.file, chosen.notes, reasons) == ("a.ipynb", (), [])


def test_what_is_wrong_with_the_others_is_told(tmp_path: Path, exam: Exam) -> None:
    hand_in(tmp_path / "in", {"deep/page.ipynb": b"<html>"})
    assert run.choose(tmp_path / "in", exam) == (
        None,
        ["deep/page.ipynb: a web page saved under a notebook's name."],
    )
    hand_in(tmp_path / "in", {"good.ipynb": kit.with_answers()})
    (tmp_path / "in" / "key.ipynb").symlink_to(hand_in(tmp_path, {"k.ipynb": b"x"}) / "k.ipynb")
    chosen, reasons = run.choose(tmp_path / "in", exam)
    assert chosen is not None
    assert list(chosen.notes) == reasons
    assert reasons == [
        "deep/page.ipynb: a web page saved under a notebook's name.",
        "key.ipynb: a link, not a notebook.",
    ]


def test_no_notebook_at_all_is_told(tmp_path: Path, exam: Exam) -> None:
    assert run.choose(tmp_path, exam) == (None, ["There is no notebook in what was handed in."])


# GitHub's starter repository.


def repository(folder: Path, **cells: dict[str, Any]) -> Path:
    """A repository of a course with one exercise; its path."""
    told = {"repository": {"url": "https://example.org/course", "branch": "trunk"}}
    (folder / "exercises").mkdir(parents=True)
    (folder / "_config.yml").write_text(yaml.safe_dump(told))
    path = folder / "exercises" / "07-gates.ipynb"
    path.write_bytes(kit.notebook([kit.code("def f(): ..."), *cells.values()]))
    return path


def test_a_starter_is_the_exercise_and_its_workflow(tmp_path: Path) -> None:
    exercise = repository(tmp_path / "course")
    folder = tmp_path / "new" / "starter"
    written = write_starter(exercise, folder)
    assert written == [folder / "07-gates.ipynb", folder / ".github/workflows/classroom.yml"]
    assert sorted(p for p in folder.rglob("*") if p.is_file()) == sorted(written)
    assert written[0].read_bytes() == exercise.read_bytes()
    job = yaml.safe_load(written[1].read_text("utf8"))["jobs"]["check"]
    commands = {s.get("name"): s.get("run") for s in job["steps"]}
    assert commands["Check"] == "python -m coursekit.checks.classroom 07-gates.ipynb"
    (install,) = [s for s in job["steps"] if "COURSEKIT_ARCHIVE" in s.get("env", {})]
    archive = "https://example.org/course/archive/refs/heads/trunk.zip"
    assert install["env"] == {"COURSEKIT_ARCHIVE": archive}
    (empty := tmp_path / "empty").mkdir()
    assert write_starter(exercise, empty)[0] == empty / "07-gates.ipynb"


ANSWERS = {
    "a solution": kit.code("### BEGIN SOLUTION\nx = 1\n### END SOLUTION"),
    "a key": kit.code("q = 1") | {"metadata": {"tags": ["hide", "answer-key"]}},
}


@pytest.mark.parametrize("held", ANSWERS)
def test_a_notebook_with_answers_makes_no_starter(tmp_path: Path, held: str) -> None:
    exercise = repository(tmp_path / "course", more=ANSWERS[held])
    with pytest.raises(KeyFault, match="holds the answers; take the notebook from exercises/"):
        write_starter(exercise, tmp_path / "starter")
    assert not (tmp_path / "starter").exists()


def test_a_starter_writes_over_nothing(tmp_path: Path) -> None:
    exercise = repository(tmp_path / "course")
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(KeyFault, match="is not empty: choose a new folder"):
        write_starter(exercise, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["course", "thesis.tex"]


# What a record is made of.

IDENTITY = Identity("key", SEED, Rules(5.0, "2026-11-20T12:00+00:00", "10%"), "Exercises 4")
SENT = Submission(
    *("s1", "Ada", "a@x", "a.ipynb", (), "d"),
    when=datetime(2026, 11, 20, 11, tzinfo=UTC),
    notes=("Two files.",),
)


def right_run(exam: Exam, **about: Any) -> Run:
    """What a submission does that answers everything right, but for the last question."""
    names: dict[str, Any] = {}
    exec("\n".join(kit.sources(LSTMCell=None)), names)
    replies = {}
    for item in exam.items:
        thing = names.get(item.question.name)
        replies[item.question.name] = [
            Reply(run_case(thing, c.to_plain())) if thing else Reply(failure="Missing")
            for c in item.recorded.cases
        ]
    return Run(replies, **about)


def test_a_record_of_a_submission_that_ran(exam: Exam) -> None:
    faults = [CellFault(1, "NameError", "x")]
    did = right_run(exam, faults=faults, cpu=1.5, memory=7, limits=["time", "memory"])
    rule = read_rule(IDENTITY.rules.due, IDENTITY.rules.late)
    made = make_record(exam, Done(SENT, did), rule, IDENTITY, "full")
    assert (made.status, made.notes, made.cells) == ("graded", ["Two files."], faults)
    assert [(q.status, q.points) for q in made.questions] == [("right", 3.0)] * 3 + [
        ("missing", 0.0)
    ]
    assert (made.earned, made.points, made.possible, made.penalty) == (9.0, 9.0, 12.0, 0.0)
    assert made.when == "2026-11-20T11:00:00+00:00"
    assert made.provenance == Provenance(
        *("key", SEED, IDENTITY.rules, "full"),
        coursekit=coursekit.__version__,
        python=platform.python_version(),
        numpy=version("numpy"),
        torch=version("torch"),
        limits=["memory", "time"],  # in one order, whichever was hit first
    )


def test_a_record_without_a_time_or_a_rule(exam: Exam) -> None:
    sent = Submission("s1", "", "", "a.ipynb", (), "d", late=True)
    made = make_record(exam, Done(sent, right_run(exam)), None, IDENTITY, "full")
    assert (made.when, made.penalty, made.points) == (None, 0.0, 9.0)
    rule = read_rule(IDENTITY.rules.due, IDENTITY.rules.late)
    made = make_record(exam, Done(sent, right_run(exam)), rule, IDENTITY, "full")
    assert (made.penalty, made.points) == (0.1, 8.1)  # the platform says that it is late
    assert made.provenance.limits == []


def test_who_sent_nothing_readable_is_on_record_once(exam: Exam) -> None:
    about = {"name": "Bob", "email": "b@x", "platform": "7", "layout": "moodle"}
    problems = [
        Problem("s1", "broken.ipynb", "empty"),  # another file of hers can be read
        Problem("s2", "x.ipynb", "a web page", **about),
        Problem("s2", "y.ipynb", "empty"),
    ]
    (made,) = damaged_records(exam, Collection([SENT], problems), IDENTITY, "none")
    assert made == Record(
        *("s2", "Bob", "b@x", "7", "moodle", None, "x.ipynb", "", "damaged"),
        possible=12.0,
        notes=["x.ipynb: a web page."],
        provenance=made.provenance,
    )
    assert made.provenance.is_of(IDENTITY)
    assert made.provenance.sandbox == "none"


def test_what_differs_from_run_to_run_stands_apart() -> None:
    told = timing_of(Done(SENT, Run(cpu=1.23456, memory=9), 2.34567))
    assert (told.student, told.digest, told.seconds, told.cpu, told.memory) == (
        *("s1", "d", 2.346, 1.235, 9),
    )
    moment = time.mktime(time.strptime(now(), "%Y-%m-%dT%H:%M:%S%z"))
    assert abs(time.time() - moment) < 60


def test_a_cut_line_takes_none_of_the_whole_ones_with_it(tmp_path: Path) -> None:
    folder = kept(tmp_path / "out", late_record("ada"), late_record("bob"))
    with (folder / "results.jsonl").open("a") as file:
        file.write('{"student": "cl')
    with Ledger(folder, IDENTITY):
        pass  # a run that is killed at once
    assert [r.student for r in load(folder).records] == ["ada", "bob"]


def test_the_first_line_of_a_sheet_says_what_separates_its_columns(tmp_path: Path) -> None:
    folder, filled = written(tmp_path / "out"), tmp_path / "filled.csv"
    said = "good; but short; " * 9
    filled.write_text(f"student,question,points,comment\nbob,why,1,{said}\n", "utf8")
    assert merge(folder, filled).marked == 1
    (marked,) = [q for r in load(folder).records for q in r.questions if q.points == 1.0]
    assert marked.comment == said.strip()
