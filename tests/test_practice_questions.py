"""All questions that need no PyTorch, solved in the page, in Chromium and in Firefox."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from built_book import ROOT
from exercise_kit import STEMS
from practice_kit import Student, mistakes, references
from test_book_browser import origin  # noqa: F401
from test_practice_page import engine, only  # noqa: F401

from coursekit.checks.recorded import look_up

pytestmark = pytest.mark.browser
# With a text that a person reads, and with an answer that passes through the page. What the other
# notebooks hold is compared here, and graded in tests/ecosystem.
GRADED = ("02-perplexity", "10-lstm")


@pytest.fixture(scope="module")
def page(engine: Any, origin: str) -> Iterator[Any]:  # noqa: F811
    """One window for all exercises, which can reach the book and nothing else."""
    context = engine.new_context(accept_downloads=True)
    only(context, origin)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("stem", STEMS)
def test_every_question_is_judged_in_the_page(
    page: Any,
    engine: Any,  # noqa: F811
    origin: str,  # noqa: F811
    stem: str,
    tmp_path: Path,
) -> None:
    """The starter earns nothing, a recorded mistake its own hint, the reference all points."""
    student = Student(page, origin, stem)
    answers = judged(student)
    worth = solve(student, answers)
    shown = student.page.locator(".practice-points").first.inner_text()
    assert shown.startswith(f"{worth:g} of {worth:g} points so far"), shown
    assert student.notebook() == filled(stem, answers)
    if stem in GRADED and engine.browser_type.name == "chromium":
        assert graded(student.download(tmp_path), stem) == worth


def judged(student: Student) -> dict[str, str]:
    """The questions that the page judges, with their reference answers."""
    right = references(student.stem)
    return {
        name: right[name]
        for name, question in student.questions.items()
        if not question["torch"] and not question["written"]
    }


def solve(student: Student, right: dict[str, str]) -> float:
    """Hand in starters, mistakes and right answers; the points that the page has to show."""
    wrong = mistakes(student.stem)
    tasks: list[tuple[str, str | None]] = []
    for name, source in right.items():
        mistake = [(name, wrong[name][0])] if name in wrong else []
        tasks += [(name, None), *mistake, (name, source)]
    told = iter(student.judge(tasks))
    worth = 0.0
    for name in right:
        recorded = look_up(name)
        assert recorded is not None
        full = f"{recorded.question.points:g}"
        says, points = next(told)
        assert "Not written yet" in says, f"{name}: {says}"
        assert points == f"0 of {full}", name
        if name in wrong:
            says, _ = next(told)
            assert said(wrong[name][1]) in said(says), name
        says, points = next(told)
        assert points == f"{full} of {full}", f"{name}: {says}"
        worth += recorded.question.points
    return worth


def said(text: str) -> str:
    """Texts are compared without the marks of code and without their spaces."""
    return " ".join(text.replace("`", "").split())


def filled(stem: str, answers: dict[str, str]) -> dict[str, Any]:
    """The exercise's notebook with answers in place of the starters."""
    notebook = json.loads((ROOT / "exercises" / f"{stem}.ipynb").read_text("utf8"))
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "").removeprefix("answer-")
        if name in answers:
            cell["source"] = answers[name].rstrip("\n").splitlines(keepends=True)
    return notebook


def graded(notebook: Path, stem: str) -> float:
    """The points that ``coursekit grade`` gives."""
    inbox, out = notebook.parent / "inbox", notebook.parent / "grades"
    inbox.mkdir()
    notebook.rename(inbox / f"ada_{notebook.name}")
    tool = Path(sys.executable).parent / "coursekit"
    key = ROOT / "solutions" / f"{stem}.ipynb"
    command = [tool, "grade", inbox, "--key", key, "-o", out, "--seed", "3"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    row = (out / "grades.csv").read_text("utf8").splitlines()
    return float(dict(zip(row[0].split(","), row[1].split(","), strict=False))["points"])
