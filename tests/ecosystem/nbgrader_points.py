"""Run the real nbgrader on three exercises and compare its points with ``coursekit grade``.

For each exercise: ``generate_assignment`` from the source that ``coursekit nbgrader`` writes; a
class with right, wrong, unfinished, broken and untouched notebooks, two of them made from the
notebook in ``exercises/`` as a student takes it to Colab; ``autograde``; ``generate_feedback``.
Then ``coursekit grade`` on the same submissions, with the same seed, question by question.
"""

import copy
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from environments import ROOT, run, wheel

from coursekit.authoring.nbgrader import write_source
from coursekit.authoring.sample_class import sample_class

EXERCISES = ("02-perplexity", "07-backpropagation-through-time", "12-applications")
SEED = 20_261_123
CHOSEN = (0, 7, 12, 18)  # of the sample class: all right, and ever weaker
GRADEBOOK = """
import json, sys
from nbgrader.api import Gradebook

found = {}
with Gradebook("sqlite:///gradebook.db") as book:
    for submission in book.assignment_submissions(sys.argv[1]):
        for notebook in submission.notebooks:
            found[submission.student.id] = {
                grade.cell.name: [grade.auto_score, grade.needs_manual_grade]
                for grade in notebook.grades
            }
print(json.dumps(found))
"""


def compare_all(python: Path, wheels: Path) -> Iterator[tuple[str, int, list[str]]]:
    """Exercise, number of marks compared, and differences, for each exercise.

    Args:
        python: of the environment with nbgrader.
        wheels: holds the wheel of this tree.
    """
    pip = [python, "-m", "pip", "install", "-q", "--no-deps", "--force-reinstall"]
    run(*pip, "--disable-pip-version-check", wheel(wheels))
    with tempfile.TemporaryDirectory() as scratch:
        for exercise in EXERCISES:
            course = Path(scratch) / exercise
            theirs = with_nbgrader(python, course, exercise)
            ours = with_coursekit(course, exercise)
            yield exercise, sum(map(len, ours.values())), list(differences(theirs, ours, course))


def with_nbgrader(python: Path, course: Path, exercise: str) -> dict[str, dict[str, Any]]:
    """Release, hand in, grade, write feedback; nbgrader's grades by student and cell."""
    write_source(ROOT / "solutions" / f"{exercise}.ipynb", course, SEED)
    on_path = {"PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"}

    def nbgrader(command: str) -> None:
        run(python.parent / "nbgrader", command, exercise, f"--course-dir={course}", **on_path)

    nbgrader("generate_assignment")
    hand_in(course, exercise)
    nbgrader("autograde")
    nbgrader("generate_feedback")
    book = GRADEBOOK.replace("gradebook.db", str(course / "gradebook.db"))
    return json.loads(run(python, "-c", book, exercise))


def hand_in(course: Path, exercise: str) -> None:
    """Submissions of a small class in nbgrader's layout."""
    file = f"{exercise}.ipynb"
    released = nbformat.read(course / "release" / exercise / file, as_version=4)
    ours = nbformat.read(ROOT / "exercises" / file, as_version=4)
    group = sample_class(ROOT / "solutions" / file, course / "class", students=20)
    answers = {n: nbformat.reads(group[n].body.decode(), as_version=4) for n in CHOSEN}
    handed_in = {"untouched": released, "untouched-from-colab": ours}
    handed_in |= {f"student-{n}": filled(released, nb) for n, nb in answers.items()}
    handed_in["right-from-colab"] = filled(ours, answers[CHOSEN[0]])
    for student, nb in handed_in.items():
        place = course / "submitted" / student / exercise
        place.mkdir(parents=True)
        nbformat.write(nb, place / file)


def filled(released: Any, answered: Any) -> Any:
    """A released notebook with the answers of another one of the same cells."""
    nb = copy.deepcopy(released)
    for cell, answer in zip(nb.cells, answered.cells, strict=True):
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answer.source
    return nb


def with_coursekit(course: Path, exercise: str) -> dict[str, list[dict[str, Any]]]:
    """The questions of every student's record in ``coursekit grade``."""
    coursekit = Path(sys.executable).parent / "coursekit"
    key = ROOT / "solutions" / f"{exercise}.ipynb"
    grades = course / "grades"
    run(coursekit, "grade", course / "submitted", "--key", key, "-o", grades, "--seed", SEED)
    lines = (grades / "results.jsonl").read_text("utf8").splitlines()
    records = [json.loads(line) for line in lines]
    return {r["student"]: r["questions"] for r in records if "questions" in r}


def differences(
    theirs: dict[str, dict[str, Any]], ours: dict[str, list[dict[str, Any]]], course: Path
) -> Iterator[str]:
    """Where the two graders, or nbgrader's feedback page, do not say the same."""
    if set(theirs) != set(ours) or not theirs:
        yield f"nbgrader graded {sorted(theirs)}, coursekit {sorted(ours)}"
        return
    for student, questions in ours.items():
        pages = list((course / "feedback" / student).rglob("*.html"))
        page = pages[0].read_text("utf8") if pages else ""
        for question in questions:
            name = question["name"]
            if (
                question["status"] in ("waiting", "unsolved")
                and f"answer-{name}" in theirs[student]
            ):
                by_hand = theirs[student][f"answer-{name}"]
                if question["status"] == "waiting" and by_hand != [None, True]:
                    yield f"{student}, {name}: a written answer, nbgrader has {by_hand}"
                continue
            points, manual = theirs[student][f"check-{name}"]
            if points != question["points"] or manual:
                yield f"{student}, {name}: nbgrader {points}, coursekit {question['points']}"
            title = f"{name}: {points:g} of {question['possible']:g} points"
            if question["status"] in ("right", "partly", "wrong") and title not in page:
                yield f"{student}, {name}: the feedback page does not say {title!r}"
    everyone = [q["status"] for questions in ours.values() for q in questions]
    for status in ("right", "wrong", "unsolved"):
        if status not in everyone:
            yield f"the class holds no question that is {status}"
