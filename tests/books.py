"""A small class whose submissions are not really run, and commands in processes that get killed.

Everything that keeps marks is real: the commands, the files, the signals. Only the box is not
there: what an answer does is read off its text, so a whole run takes a fraction of a second.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hostile import kit
from typer.testing import CliRunner

from coursekit.cli import app
from coursekit.grading import grade as grading
from coursekit.grading.intake.submission import Submission
from coursekit.grading.judging.exam import Exam, load_exam
from coursekit.grading.running.local import Done
from coursekit.grading.running.replies import Inquiry, Reply, Run

STUDENTS = ("ada", "bob", "cid", "dot", "eve", "fay")
WRITTEN = ("how", "why")
SEED = 5
DOUBLE = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION\n"
CASES = """\
from coursekit.authoring import key
q = key.question(double, points={{"typical": {points}}})
@q.cases
def _(rng):
    for x in (1.5, 4.0, 7.0):
        yield key.case("typical", key.call(x))
@q.misconception("That is the treble.")
def treble(x):
    return 3 * x
"""


def write_key(path: Path, double: int = 3, why: int = 2, asks: str = "Why?") -> Path:
    """A key with a function and two written answers."""
    hidden = {"metadata": {"tags": ["answer-key"]}}
    cells = [
        kit.text("# Exercises 9: books"),
        kit.code(DOUBLE),
        kit.code(CASES.format(points=double)) | hidden,
        kit.text(asks),
        kit.code('why = ""'),
        kit.code(f'q = key.written("why", {why}, title="Why?")') | hidden,
        kit.text("How?"),
        kit.code('how = ""'),
        kit.code('q = key.written("how", 4, title="How?")') | hidden,
    ]
    path.write_bytes(kit.notebook(cells))
    return path


def answers(factor: int, why: str, how: str) -> bytes:
    """A submission: ``double`` with a factor, and two texts."""
    code = f"def double(x):\n    return {factor} * x"
    return kit.submission([code, f"why = {why!r}", f"how = {how!r}"])


@cache
def exam_of(path: Path, seed: int) -> Exam:
    """A key is read once for all the processes of a test."""
    return load_exam(path, seed)


def invoke(words: Sequence[str], exams: Sequence[Exam], log: Path) -> Any:
    """A ``coursekit`` command here, without the box."""
    with patch.multiple(
        grading,
        load_exam=exam_of,
        choose_level=lambda unsafe: "full",
        make_runner=lambda settings, level: Reader(exams, log),
    ):
        return CliRunner().invoke(app, list(words))


def warm(key: Path, folder: Path) -> None:
    """Import and compile here, once, what every command would import and compile in its process."""
    (folder / "in").mkdir()
    (folder / "in" / "ada.ipynb").write_bytes(answers(2, "So.", "So."))
    words = [str(folder / "in"), "--key", str(key), "-o", str(folder / "out"), "--seed", str(SEED)]
    assert command(["grade", *words], [key], folder / "log")() == 0
    assert command(["export", str(folder / "out"), "--to", "canvas"], [key], folder / "log")() == 0


class Reader:
    """In place of a runner: what a submission would answer, read off its cells."""

    def __init__(self, exams: Sequence[Exam], log: Path) -> None:
        self.items = {item.question.name: item for exam in exams for item in exam.items}
        self.log = log

    def start(self) -> None:
        """There is nothing to get warm."""

    def close(self) -> None:
        """There is nothing to end."""

    def run_all(
        self, submissions: Sequence[Submission], inquiries: Sequence[Inquiry]
    ) -> Iterator[Done]:
        """One after the other."""
        for submission in submissions:
            with self.log.open("a") as file:
                file.write(f"{submission.student}\n")
            replies = {i.name: self._replies(i.name, submission) for i in inquiries}
            yield Done(submission, Run(replies), 0.01)

    def _replies(self, name: str, submission: Submission) -> list[Reply]:
        known = self.items[name].recorded
        if known.question.kind == "text":
            told = [c for c in submission.code if c.startswith(f"{name} = ")]
            text = json.loads(told[0].partition("= ")[2].replace("'", '"')) if told else ""
            return [Reply(outcome={"results": [text], "error": None})]
        if any("return 2 * x" in c for c in submission.code):
            right = [{"results": list(e.results), "error": None} for e in known.expected]
            return [Reply(outcome=o) for o in right]
        return [Reply(outcome=o) for o in known.misconceptions[0].outcomes]


def command(words: Sequence[str], keys: Sequence[Path], log: Path) -> Callable[[], int]:
    """A ``coursekit`` command as a function; it gives the exit code."""
    exams = [exam_of(key, SEED) for key in keys]  # in the parent, once

    def act() -> int:
        result = invoke(words, exams, log)
        error = result.exception
        if error is not None and not isinstance(error, SystemExit):
            traceback.print_exception(error)
            return 99
        return result.exit_code

    return act


def in_child(
    act: Callable[[], int], folder: Path, at: int = 0, meanwhile: Callable[[], None] | None = None
) -> int:
    """Do something in a child process; its exit code, or -9 when it was killed.

    Args:
        act: what to do.
        folder: where it writes.
        at: when it has touched the folder so often, it is killed; 0 for never.
        meanwhile: what to do at that moment, with the child stopped, instead of killing it.
    """
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = 98
        try:
            if at:
                _interrupt(folder, at, signal.SIGSTOP if meanwhile else signal.SIGKILL)
            code = act()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        try:
            meanwhile()
        finally:
            os.kill(pid, signal.SIGCONT)
            _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def _interrupt(folder: Path, at: int, number: signal.Signals) -> None:
    """Send this process a signal once it has touched a folder so often, between any two steps."""
    left, started = at, os.getpid()

    def step() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(started, number)

    def seen(event: str, details: tuple[object, ...]) -> None:
        touches = event in ("open", "os.rename", "os.remove", "os.truncate", "os.mkdir")
        if touches and str(details[0]).startswith(str(folder)):
            step()

    def counted(function: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object) -> object:
            step()
            done = function(*args)
            step()
            return done

        return call

    sys.addaudithook(seen)
    for name in ("write", "fsync", "replace"):
        setattr(os, name, counted(getattr(os, name)))
