"""A class from the command line: marks, resuming, regrading, bad input, levels of walls."""

import csv
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hostile import kit
from typer.testing import CliRunner

from coursekit.checks.limits import Limits
from coursekit.cli import app
from coursekit.grading import grade as grading
from coursekit.grading.box import levels
from coursekit.grading.box.confine import FULL, LANDLOCK, NONE
from coursekit.grading.grade import GradeSettings, grade
from coursekit.grading.judging.exam import load_exam
from coursekit.grading.marks.files import read_lines
from coursekit.grading.marks.record import RecordsFault
from coursekit.grading.running.local import LocalRunner
from coursekit.grading.running.session import Session

SEED = 11
WRONG = "def perplexity(p):\n    return float(1 / np.prod(np.asarray(p, dtype=float)))\n"
UNSOLVED = {
    n: f"{s.splitlines()[0]}\n    raise NotImplementedError" for n, s in kit.ANSWERS.items()
}
UNSOLVED["LSTMCell"] = (
    "class LSTMCell:\n    def __init__(self, *a):\n        raise NotImplementedError"
)
CLASS = {
    "ada": (12, kit.with_answers()),
    "bob": (9, kit.with_answers(perplexity=WRONG)),
    "cid": (0, kit.with_answers(**UNSOLVED)),
    "dot": (9, kit.with_answers(rnn_step="def rnn_step(h, u:")),
    "eve": (9, kit.with_answers(rnn_step="def rnn_step(*a):\n    while True: pass")),
    "fay": (9, kit.with_answers(rnn_step="def rnn_step(*a):\n    import os; os._exit(0)")),
    "gus": (12, kit.submission(["import os; os._exit(0)", *kit.sources()])),
    "hal": (
        12,
        json.dumps({"cells": [{"cell_type": "code", "source": s} for s in kit.sources()]}).encode(),
    ),
    "ivy (1)": (12, kit.with_answers()),
    "jan": (
        9,
        kit.submission(
            [
                "import numpy as np\nnp.testing.assert_allclose = lambda *a, **k: None",
                *kit.sources(perplexity="def perplexity(p): return 1.0"),
            ]
        ),
    ),
    "kim": (12, kit.submission([*kit.sources(), "while True: pass"])),
    "leo": (9, kit.with_answers(clip_gradients=None)),
}


FEW = ("ada", "bob", "dot", "fay", "hal", "ivy (1)")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("run")
    (root / "in").mkdir()
    for name, (_, data) in CLASS.items():
        (root / "in" / f"{name}.ipynb").write_bytes(data)
        os.utime(root / "in" / f"{name}.ipynb", (1.7e9, 1.7e9))
    (root / "few").mkdir()
    for name in FEW:
        shutil.copy2(root / "in" / f"{name}.ipynb", root / "few")
    kit.write_key(root)
    return root


def arguments(root: Path, out: str, *more: str, source: str = "in", key: str = "") -> list[str]:
    name = key or "04-recurrent-networks.ipynb"
    words = ["grade", str(root / source), "--key", str(root / name), "-o", str(root / out)]
    return [*words, "--seed", str(SEED), "--timeout", "2", *more]


@pytest.fixture(scope="module")
def graded(folder: Path) -> Path:
    began = time.monotonic()
    result = CliRunner().invoke(app, arguments(folder, "out"))
    assert result.exit_code == 0, result.output
    assert time.monotonic() - began < 60
    return folder / "out"


@pytest.mark.sandbox
def test_every_submission_gets_its_fair_mark(graded: Path) -> None:
    rows = list(csv.DictReader((graded / "grades.csv").open()))
    fair = {name.removesuffix(" (1)"): points for name, (points, _) in CLASS.items()}
    assert {r["student"]: float(r["points"]) for r in rows} == fair
    assert len(list((graded / "feedback").glob("*.html"))) == len(CLASS)


@pytest.mark.sandbox
def test_feedback_names_the_misconception_and_the_input(graded: Path) -> None:
    page = (graded / "feedback" / "bob.html").read_text("utf8")
    assert "without the 1/N exponent" in page
    assert "perplexity(np.array([" in page


@pytest.mark.sandbox
def test_same_seed_same_bytes_and_nothing_is_graded_twice(folder: Path, graded: Path) -> None:
    key = folder / "04-recurrent-networks.ipynb"
    for out, jobs in (("one", 1), ("three", 3)):
        grade(GradeSettings(folder / "few", key, folder / out, seed=SEED, jobs=jobs, timeout=2))
    first = (folder / "one" / "results.jsonl").read_bytes()
    assert (folder / "three" / "results.jsonl").read_bytes() == first
    assert set(first.splitlines()) <= set((graded / "results.jsonl").read_bytes().splitlines())
    again = CliRunner().invoke(app, arguments(folder, "one", source="few"))
    assert again.exit_code == 0
    assert "0 now" in again.output
    assert (folder / "one" / "results.jsonl").read_bytes() == first
    assert len(read_lines(folder / "one" / "timings.jsonl")[0]) == len(FEW)


@pytest.mark.sandbox
def test_a_changed_key_is_refused_until_regrading_says_who_changed(folder: Path) -> None:
    key = folder / "04-recurrent-networks.ipynb"
    grade(GradeSettings(folder / "few", key, folder / "re", seed=SEED, timeout=2))
    (folder / "other").mkdir()
    points = '{{\\"typical\\": {}, \\"edge\\": {}}}, title=\\"Perplexity\\"'
    kit.write_key(folder / "other", {points.format(1, 2): points.format(2, 3)})
    before = (folder / "re" / "results.jsonl").read_bytes()
    changed = {"source": "few", "key": "other/04-recurrent-networks.ipynb"}
    refused = CliRunner().invoke(app, arguments(folder, "re", **changed))
    assert refused.exit_code == 2
    assert "another key" in refused.output
    assert (folder / "re" / "results.jsonl").read_bytes() == before
    done = CliRunner().invoke(app, arguments(folder, "re", "--regrade", **changed))
    assert done.exit_code == 0, done.output
    changes = list(csv.DictReader((folder / "re" / "changes.csv").open()))
    assert {c["student"] for c in changes} == {"ada", "dot", "fay", "hal", "ivy"}
    what = {(c["question"], c["before"], c["after"]) for c in changes}
    assert what == {("perplexity", "3", "5")}


@pytest.mark.sandbox
def test_a_regrade_that_is_stopped_and_given_again_reports_every_change(folder: Path) -> None:
    (folder / "more").mkdir(exist_ok=True)
    points = '{{\\"typical\\": {}, \\"edge\\": {}}}, title=\\"Perplexity\\"'
    kit.write_key(folder / "more", {points.format(1, 2): points.format(2, 3)})
    old, new = (folder / f / "04-recurrent-networks.ipynb" for f in ("", "more"))
    out, asked = folder / "stopped", {"seed": SEED, "timeout": 2, "jobs": 1}
    grade(GradeSettings(folder / "few", old, out, **asked))

    def stop(done: int, total: int, student: str) -> None:
        if done == 3:
            raise KeyboardInterrupt

    again = GradeSettings(folder / "few", new, out, regrade=True, **asked)
    with pytest.raises(KeyboardInterrupt):
        grade(again, stop)
    told = {c.student for c in grade(again).changes}
    rows = list(csv.DictReader((out / "changes.csv").open()))
    assert told == {c["student"] for c in rows} == {"ada", "dot", "fay", "hal", "ivy"}
    what = {(c["question"], c["before"], c["after"]) for c in rows}
    assert what == {("perplexity", "3", "5")}


@pytest.mark.sandbox
def test_a_run_killed_again_and_again_loses_nothing(folder: Path) -> None:
    command = arguments(folder, "killed", "--jobs", "1", source="few")
    results = folder / "killed" / "results.jsonl"
    for wanted in (1, 3):
        process = subprocess.Popen(
            [sys.executable, "-m", "coursekit.cli", *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None and len(read_lines(results)[0]) < wanted:
            time.sleep(0.02)
        process.kill()
        process.wait()
    with results.open("ab") as file:
        file.write(b'{"student": "ada", "poi')  # a line cut by a power failure
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert CliRunner().invoke(app, command).output.count("0 now") == 1
    marks = {r["student"]: r["points"] for r in read_lines(results)[0]}
    assert marks == {name.removesuffix(" (1)"): CLASS[name][0] for name in FEW}


BAD = {
    "missing folder": (arguments, {"source": "nowhere"}, "no such file"),
    "empty folder": (arguments, {"source": "empty"}, "no notebook"),
    "no key": (arguments, {"key": "nowhere.ipynb"}, "nowhere.ipynb"),
    "key that is no notebook": (arguments, {"key": "words.txt"}, "not a notebook"),
    "key without questions": (arguments, {"key": "plain.ipynb"}, "no question"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_and_writes_nothing(folder: Path, case: str) -> None:
    (folder / "empty").mkdir(exist_ok=True)
    (folder / "words.txt").write_text("hello")
    (folder / "plain.ipynb").write_bytes(kit.notebook([kit.code("x = 1")]))
    make, changed, says = BAD[case]
    result = CliRunner().invoke(app, make(folder, "bad", **changed))
    lines = [x for x in result.output.splitlines() if x.startswith("coursekit:")]
    assert result.exit_code == 2
    assert len(lines) == 1
    assert says in lines[0]
    assert "Traceback" not in result.output
    assert not (folder / "bad").exists()


def test_a_folder_of_other_things_is_not_written_into(folder: Path) -> None:
    (folder / "mine").mkdir(exist_ok=True)
    (folder / "mine" / "thesis.txt").write_text("precious")
    result = CliRunner().invoke(app, arguments(folder, "mine"))
    assert result.exit_code == 2
    assert [p.name for p in (folder / "mine").iterdir()] == ["thesis.txt"]


ABSENT = levels.Layer("bubblewrap", False, "user namespaces are not allowed here")
OTHERS = [levels.Layer("landlock", True, "version 7"), levels.Layer("seccomp", True, "built")]


@pytest.mark.parametrize("found", [[ABSENT], [ABSENT, *OTHERS]])
def test_without_namespaces_it_refuses_and_says_what_is_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, found: list[levels.Layer]
) -> None:
    monkeypatch.setattr(levels, "layers", lambda: found)
    result = CliRunner().invoke(app, arguments(folder, "unwalled"))
    assert result.exit_code == 2
    assert ABSENT.says in result.output
    assert "--unsafe-no-sandbox" in result.output
    assert not (folder / "unwalled").exists()
    assert CliRunner().invoke(app, ["doctor"]).exit_code == 1


def test_a_key_where_students_can_read_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grading, "visible_to_students", lambda path: path.suffix == ".ipynb")
    with pytest.raises(RecordsFault, match="student code can read"):
        grade(GradeSettings(folder / "in", folder / "04-recurrent-networks.ipynb", folder / "x"))


ATTACKS = {
    "read": "open('/etc/passwd').read()",
    "list": "import os; os.listdir('/root')",
    "write": "open('/tmp/coursekit-was-here', 'w')",
    "environment of the parent": "import os; open(f'/proc/{os.getppid()}/environ').read()",
    "socket": "import socket; socket.socket()",
    "process": "import os; os.fork()",
    "kill": "import os; os.kill(os.getppid(), 9)",
    "program": "import subprocess; subprocess.run(['true'])",
}


@pytest.mark.sandbox
def test_without_namespaces_the_walls_still_stand(folder: Path) -> None:
    exam = load_exam(folder / "04-recurrent-networks.ipynb", SEED)
    with LocalRunner(LANDLOCK, Limits.from_timeout(2), 1) as runner:
        worker = runner.ready()
        run = Session(worker, [*ATTACKS.values(), *kit.sources()]).answer(
            [i.inquiry() for i in exam.items]
        )
    assert [f.cell for f in run.faults] == list(range(len(ATTACKS)))
    assert {f.error for f in run.faults} <= {"PermissionError", "FileNotFoundError"}
    assert all(r.outcome["error"] is None for replies in run.replies.values() for r in replies)


@pytest.mark.parametrize(("found", "level"), [([ABSENT, *OTHERS], LANDLOCK), ([ABSENT], NONE)])
def test_grading_without_a_sandbox_is_stamped_into_every_result(
    folder: Path, monkeypatch: pytest.MonkeyPatch, found: list[levels.Layer], level: str
) -> None:
    monkeypatch.setattr(levels, "layers", lambda: found)
    (folder / "lone").mkdir(exist_ok=True)
    (folder / "lone" / "ada.ipynb").write_bytes(kit.with_answers())
    out = f"unsafe-{level}"
    result = CliRunner().invoke(app, arguments(folder, out, "--unsafe-no-sandbox", source="lone"))
    assert result.exit_code == 0, result.output
    assert "WITHOUT a sandbox" in result.output
    (record,) = read_lines(folder / out / "results.jsonl")[0]
    assert (record["points"], record["provenance"]["sandbox"]) == (12, level)
    for page in ("feedback/ada.html", "report.html"):
        assert "without a sandbox" in (folder / out / page).read_text("utf8").lower()


@pytest.mark.sandbox
def test_asking_for_no_sandbox_gives_none_where_there_is_one() -> None:
    assert levels.choose_level(unsafe=False) == FULL
    assert levels.choose_level(unsafe=True) == LANDLOCK
