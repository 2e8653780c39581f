"""Every kind of submission in every kind of container, and marks equal to ``coursekit grade``'s.

About two minutes. Gradescope's own service cannot be tried here; its layout and its rules are.
"""

import csv

import pytest
from container import Container
from gradescope_schema import validate
from hostile import kit
from test_gradescope import SEED, bundle, cheat, container  # noqa: F401
from typer.testing import CliRunner

from coursekit.cli import app

WRONG = "def perplexity(p):\n    return float(1 / np.prod(np.asarray(p, dtype=float)))\n"
STARTERS = {
    name: f"{source.splitlines()[0]}\n    raise NotImplementedError"
    for name, source in kit.ANSWERS.items()
    if name != "LSTMCell"
}
CLASS = {
    "right": kit.with_answers(),
    "wrong": kit.with_answers(perplexity=WRONG),
    "unsolved": kit.with_answers(**STARTERS, LSTMCell=None),
    "syntax": kit.with_answers(rnn_step="def rnn_step(h, u:"),
    "exits": kit.with_answers(rnn_step="def rnn_step(*a):\n    import os; os._exit(0)"),
    "hangs": kit.with_answers(rnn_step="def rnn_step(*a):\n    while True: pass"),
}
pytestmark = container


@pytest.fixture(scope="module")
def marks(bundle, tmp_path_factory):  # noqa: F811
    """What ``coursekit grade`` gives with the same key and seed."""
    key, _ = bundle
    folder = tmp_path_factory.mktemp("class")
    for name, body in CLASS.items():
        (folder / "in" / name).mkdir(parents=True)
        (folder / "in" / name / "hw.ipynb").write_bytes(body)
    command = ["grade", str(folder / "in"), "--key", str(key), "-o", str(folder / "out")]
    told = CliRunner().invoke(app, [*command, "--seed", str(SEED), "--timeout", "5"])
    assert told.exit_code == 0, told.output
    with (folder / "out" / "grades.csv").open(encoding="utf8") as file:
        return {row["student"]: float(row["points"]) for row in csv.DictReader(file)}


@pytest.fixture(scope="module", params=["docker", "old", "open"])
def image(request, bundle, tmp_path_factory):  # noqa: F811
    made = Container(tmp_path_factory.mktemp(request.param), bundle[1], request.param)
    built = made.run("bash", "/autograder/source/setup.sh")
    assert built.returncode == 0, built.stderr
    return made


@pytest.mark.parametrize("student", CLASS)
def test_marks_equal_those_of_coursekit_grade(image, marks, student) -> None:
    if image.kernel != "docker" and student not in ("wrong", "exits"):
        pytest.skip("tried in one kind of container")
    told, said = image.grade({"hw.ipynb": CLASS[student]})
    assert told is not None, said
    validate(told)
    assert told["score"] == marks[student]


@pytest.mark.parametrize("body", [b"", b"<html>Sign in</html>", b'{"cells": [', b"\xff\xfe\x00"])
def test_a_broken_file_scores_nothing_and_says_why(image, body) -> None:
    if image.kernel != "docker":
        pytest.skip("tried in one kind of container")
    told, said = image.grade({"hw.ipynb": body})
    assert told is not None, said
    validate(told)
    assert told["score"] == 0
    assert told["tests"][0]["visibility"] == "visible"
    assert "hw.ipynb" in told["output"]


def test_nothing_handed_in_scores_nothing(image) -> None:
    told, said = image.grade({"notes.txt": b"hello"})
    assert told is not None, said
    validate(told)
    assert "no notebook" in told["output"]


def test_cheats_gain_nothing(image, bundle) -> None:  # noqa: F811
    told, said = image.grade({"hw.ipynb": cheat(bundle[0])})
    assert told is not None, said
    validate(told)
    assert told["score"] == 0


def test_the_cheat_would_work_without_the_lock(bundle, tmp_path) -> None:  # noqa: F811
    """What the tests above rest on: student code that runs as root takes everything."""
    image = Container(tmp_path, bundle[1], "old")
    (code,) = tmp_path.glob(
        "coursekit/lib/python*/site-packages/coursekit/grading/platforms/gradescope/run.py"
    )
    source = code.read_text("utf8")
    changed = source.replace("account=STUDENT", "account=None")
    changed = changed.replace("close(root, source / settings.key)", "pass")
    assert changed.count("STUDENT") == source.count("STUDENT") - 1
    assert changed.count("close(root") == source.count("close(root") - 1
    code.write_text(changed, "utf8")
    told, said = image.grade({"hw.ipynb": cheat(bundle[0])})
    assert told is None or told["score"] > 0, said


def test_without_another_user_nothing_is_graded(bundle, tmp_path) -> None:  # noqa: F811
    image = Container(tmp_path, bundle[1])
    image.refused_too = "setuid setresuid setreuid setgroups"
    told, said = image.grade({"hw.ipynb": kit.with_answers()})
    assert told is None
    assert "student code" in said
