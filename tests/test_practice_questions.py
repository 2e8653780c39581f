"""All questions that need no PyTorch, solved in the page; what is handed in is graded."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from built_book import ROOT
from exercise_kit import STEMS
from practice_kit import Student, has_practice, mistakes, references
from test_book_browser import ARGS, CHROMIUM, browser, origin  # noqa: F401

from coursekit.checks.recorded import look_up

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]


@pytest.fixture(scope="module")
def page(browser: object, origin: str) -> Iterator[object]:  # noqa: F811
    """One browser window for all exercises, which can reach the book and nothing else."""
    if not has_practice():
        pytest.skip("the book was built without exercises solved in the page")
    context = browser.new_context(accept_downloads=True)  # type: ignore[attr-defined]
    context.route(
        "**/*",
        lambda route: (
            route.continue_()
            if route.request.url.startswith((origin, "blob:", "data:"))
            else route.abort()
        ),
    )
    yield context.new_page()
    context.close()


def said(text: str) -> str:
    """Texts are compared without the marks of code and without their spaces."""
    return " ".join(text.replace("`", "").split())


@pytest.mark.parametrize("stem", STEMS)
def test_every_question_is_judged_in_the_page(
    page: object,
    origin: str,  # noqa: F811
    stem: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The starter earns nothing, a recorded mistake its own hint, the reference all points."""
    student = Student(page, origin, stem)
    right, wrong = references(stem), mistakes(stem)
    judged = [n for n, q in student.questions.items() if not q["torch"] and not q["written"]]
    judged = [n for n in judged if "torch." not in right[n]]  # the capstone's is a PyTorch network
    worth = 0.0
    for name in judged:
        recorded = look_up(name)
        assert recorded is not None
        full = f"{recorded.question.points:g}"
        assert "Not written yet" in student.check(name), name
        assert student.points(name) == f"0 of {full}", name
        if name in wrong:
            source, hint = wrong[name]
            assert said(hint) in said(student.check(name, source)), name
        told = student.check(name, right[name])
        assert student.points(name) == f"{full} of {full}", f"{name}: {told}"
        worth += recorded.question.points
    shown = student.page.locator(".practice-points").first.inner_text()
    assert shown.startswith(f"{worth:g} of "), shown
    folder = tmp_path_factory.getbasetemp().parent / "handed-in"
    folder.mkdir(exist_ok=True)
    assert graded(student.download(folder), stem) == worth


def graded(notebook: Path, stem: str) -> float:
    """The points that ``coursekit grade`` gives."""
    out = notebook.parent / f"grades-{stem}"
    tool = Path(sys.executable).parent / "coursekit"
    key = ROOT / "solutions" / f"{stem}.ipynb"
    inbox = notebook.parent / stem
    inbox.mkdir(exist_ok=True)
    notebook.rename(inbox / f"ada_{notebook.name}")
    command = [tool, "grade", inbox, "--key", key, "-o", out, "--seed", "3"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    row = (out / "grades.csv").read_text("utf8").splitlines()
    return float(dict(zip(row[0].split(","), row[1].split(","), strict=False))["points"])
