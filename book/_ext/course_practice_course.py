"""What there is to do in the course, for the page of progress and the ticks of the side bar."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from course_practice_cells import torch_questions

from coursekit.checks.recorded import index

FIGURE = re.compile(
    r'data-figure="(predict|quiz)".*?<script type="application/json">(.*?)</script>', re.S
)
LABEL = re.compile(r"## Question (\d+\.\d+)")
GRADE = "answer-"


def course(root: Path) -> dict[str, list[dict[str, Any]]]:
    """Chapters with their predictions and quizzes, exercises with their questions."""
    chapters = [_chapter(path) for path in sorted((root / "chapters").glob("*.ipynb"))]
    exercises = [
        _exercise(path, torch_questions(root / "solutions" / path.name))
        for path in sorted((root / "exercises").glob("*.ipynb"))
    ]
    return {"chapters": chapters, "exercises": exercises}


def todo(course: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The same in short: for each page what has to be kept for its tick, without PyTorch's part."""
    chapters = {
        c["page"]: {
            "predictions": [p["key"] for p in c["predictions"]],
            "quizzes": [[q["key"], q["right"]] for q in c["quizzes"]],
        }
        for c in course["chapters"]
    }
    exercises = {
        e["page"]: {
            "exercise": e["exercise"],
            "worth": {q["name"]: q["worth"] for q in e["judged"] if not q["torch"]},
        }
        for e in course["exercises"]
    }
    return chapters | exercises


def _chapter(path: Path) -> dict[str, Any]:
    notebook = json.loads(path.read_text("utf8"))
    predictions, quizzes = [], []
    for kind, state in _figures(notebook):
        if kind == "predict":
            kept = ("key", "question", "truth", "unit", "tolerance")
            predictions.append({name: state[name] for name in kept})
        else:
            right = [
                next(i for i, option in enumerate(q["options"]) if option.get("correct"))
                for q in state["questions"]
            ]
            quizzes.append({"key": state["key"], "right": right})
    page = f"chapters/{path.stem}.html"
    return {
        "page": page,
        "title": _title(notebook),
        "predictions": predictions,
        "quizzes": quizzes,
    }


def _figures(notebook: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The predictions and quizzes among a notebook's outputs."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            html = "".join(output.get("data", {}).get("text/html", ""))
            for kind, state in FIGURE.findall(html):
                yield kind, json.loads(state.replace("<\\/", "</"))


def _exercise(path: Path, torch: set[str]) -> dict[str, Any]:
    notebook = json.loads(path.read_text("utf8"))
    judged: list[dict[str, Any]] = []
    label = ""
    for cell in notebook["cells"]:
        if found := LABEL.search("".join(cell["source"])):
            label = found[1]
        grade = cell["metadata"].get("nbgrader", {})
        name = grade.get("grade_id", "").removeprefix(GRADE)
        if not grade.get("solution") or name not in index():
            continue
        record = index()[name][1]
        if record["kind"] != "text":
            worth = sum(record["groups"].values())
            judged.append({"name": name, "label": label, "worth": worth, "torch": name in torch})
    return {
        "page": f"exercises/{path.stem}.html",
        "exercise": path.stem,
        "title": _title(notebook),
        "judged": judged,
    }


def _title(notebook: dict[str, Any]) -> str:
    return "".join(notebook["cells"][0]["source"]).splitlines()[0].removeprefix("# ")
