"""The notebook a student gets, made from a solution source."""

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat import NotebookNode

from coursekit.authoring import notebooks
from coursekit.authoring.loading import Key
from coursekit.checks.cells import checked_name, is_check

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STARTER = "raise NotImplementedError"
EMPTY = {"value": "...  # your answer", "text": '""  # your answer'}
REGION = re.compile(rf"^([ \t]*){BEGIN}\n.*?^[ \t]*{END}[ \t]*\n?", re.DOTALL | re.MULTILINE)
KEY_TAG = "answer-key"
NBGRADER = {
    "grade": False,
    "solution": False,
    "locked": False,
    "task": False,
    "schema_version": 3,
}


def student_notebook(source: NotebookNode, key: Key, root: Path, stem: str) -> NotebookNode:
    """Starters for solutions, no answer keys, no outputs, a line that says how to begin."""
    kinds = {name: recipe.question.kind for name, recipe in key.recipes.items()}
    cells = []
    for cell in source.cells:
        if KEY_TAG in cell.metadata.get("tags", []):
            continue
        if cell.cell_type == "code":
            new = nbformat.v4.new_code_cell(starter(cell.source, kinds))
            new.metadata = grading_metadata(cell.source, key)
        else:
            new = nbformat.v4.new_markdown_cell(cell.source)
        cells.append(new)
    cells[0].source += "\n\n" + how_to_begin(key, root, stem)
    return notebooks.normalise(nbformat.v4.new_notebook(cells=cells), root)


def how_to_begin(key: Key, root: Path, stem: str) -> str:
    """What stands under the title: how much there is to do, and where."""
    config = yaml.safe_load((root / "_config.yml").read_text("utf8"))["repository"]
    place = config["url"].removeprefix("https://github.com/")
    colab = f"https://colab.research.google.com/github/{place}/blob/{config['branch']}"
    number = "1 question" if len(key.recipes) == 1 else f"{len(key.recipes)} questions"
    return (
        f"**{number}, {key.points:g} points.** "
        f"[Open it in Colab]({colab}/exercises/{stem}.ipynb), or solve it where you are: "
        "in the page of the book, or as a notebook, whose cells you run from the top. Write each "
        f"answer in place of `{STARTER}`, and check it as often as you like: with the button Check "
        "in the page, with the cell `check(…)` under the answer in a notebook."
    )


def starter(source: str, kinds: Mapping[str, str]) -> str:
    """A solution cell with every solution region replaced by something that is not an answer.

    Inside a function that is ``raise NotImplementedError``; a value or a text of its own becomes an
    empty one, so that the cell itself still runs.
    """

    def empty(region: re.Match[str]) -> str:
        for name, kind in kinds.items():
            if kind in EMPTY and re.search(rf"^{name} *=", region[0], re.MULTILINE):
                return f"{name} = {EMPTY[kind]}\n"
        return f"{region[1]}{STARTER}\n"

    return REGION.sub(empty, source + "\n").rstrip("\n")


def grading_metadata(source: str, key: Key) -> NotebookNode:
    """Metadata as nbgrader wants it: answer cells are solutions, check cells carry the points.

    A written answer carries its points itself, which tells nbgrader that a person gives them.
    """
    if BEGIN in source:
        name = next((n for n in key.recipes if defines(source, n)), "")
        if name:
            question = key.recipes[name].question
            by_hand = {"grade": True, "points": question.points} if question.kind == "text" else {}
            return _nbgrader(grade_id=f"answer-{name}", solution=True, **by_hand)
        named = next((n for n in key.recipes if re.search(rf"\b{n}\b", source)), "")
        return _nbgrader(grade_id=f"answer-{named}", solution=True) if named else NotebookNode()
    name = checked(source, key) if is_check(source) else ""
    if name and key.recipes[name].question.kind != "text":
        points = key.recipes[name].question.points
        return _nbgrader(grade_id=f"check-{name}", grade=True, locked=True, points=points)
    return NotebookNode()


def checked(source: str, key: Key) -> str:
    """The question that a check cell asks about, or ""."""
    name = checked_name(ast.parse(source).body[0])
    return name if name in key.recipes else ""


def defines(source: str, name: str) -> bool:
    """Whether a cell's text gives a name its meaning."""
    return bool(re.search(rf"^(def|class) {name}\b|^{name}\s*=", source, re.MULTILINE))


def _nbgrader(**fields: Any) -> NotebookNode:
    return NotebookNode(nbgrader=NotebookNode(NBGRADER | fields))
