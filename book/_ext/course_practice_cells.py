"""The plan of a page: which of its code cells are answers, and what the page must know of each."""

import json
import re
from pathlib import Path
from typing import Any

from course_practice_above import above
from docutils import nodes

from coursekit.authoring.pytorch import needing_torch
from coursekit.checks.recorded import look_up

QUESTION = re.compile(r"Question (\d+\.\d+)")
CHECK = re.compile(r"check\((?:(\w+)=)?(\w+)\)\s*$")
Cell = dict[str, Any]


def plan(doctree: nodes.document, page: str, root: Path) -> list[Cell]:
    """The cells that matter to the page, in their order, each with its number among all of them.

    ``role`` is "answer", "check", "given" (the exercise's own code, run before what is below it) or
    "try" (a cell of a chapter that readers may change).
    """
    if page.startswith("chapters/"):
        return _tries(doctree, page)
    if not page.startswith("exercises/"):
        return []
    torch = torch_questions(root / "solutions" / f"{page.split('/')[-1]}.ipynb")
    return [_exercise_cell(i, node, torch) for i, node in enumerate(code_cells(doctree))]


def _tries(doctree: nodes.document, page: str) -> list[Cell]:
    """The cells of a chapter with the tag ``try``."""
    cells = code_cells(doctree)
    sources = [source_of(cell) for cell in cells]
    tries: list[Cell] = []
    for index, cell in enumerate(cells):
        if "try" in cell.get("cell_metadata", {}).get("tags", []):
            label = f"code {len(tries) + 1}"
            name = f"{page.split('/')[-1]}-{len(tries) + 1}"
            code = above(sources, index)
            tries.append(_cell(index, "try", name=name, label=label, above=code))
    return tries


def code_cells(doctree: nodes.document) -> list[nodes.Element]:
    """The code cells that the page shows."""
    return [n for n in doctree.findall(nodes.container) if n.get("nb_element") == "cell_code"]


def source_of(cell: nodes.Element) -> str:
    """A cell's code."""
    return next((block.astext() for block in cell.findall(nodes.literal_block)), "")


def _exercise_cell(index: int, node: nodes.Element, torch: set[str]) -> Cell:
    source = source_of(node)
    grade = node.get("cell_metadata", {}).get("nbgrader", {})
    name = grade.get("grade_id", "").removeprefix("answer-")
    recorded = look_up(name) if grade.get("solution") else None
    if recorded is not None:
        question = recorded.question
        return _cell(
            index,
            "answer",
            name=name,
            label=_number(node),
            worth=question.points,
            torch=name in torch,
            written=question.kind == "text",
            seconds=question.seconds,
        )
    if check := CHECK.match(source):
        return _cell(index, "check", name=check[2])
    return _cell(index, "given")


def _cell(index: int, role: str, **more: Any) -> Cell:
    empty = {"name": "", "label": "", "worth": 0, "torch": False, "written": False, "seconds": 0}
    return {"index": index, "role": role, **empty, "above": "", **more}


def _number(node: nodes.Element) -> str:
    """The number in the title of the section that the cell stands in."""
    section = node.parent
    while not isinstance(section, nodes.section):
        section = section.parent
    found = QUESTION.search(section.astext())
    return found[1] if found else ""


def torch_questions(solution: Path) -> set[str]:
    """The names of the questions that the reference answers with PyTorch, which the page lacks."""
    cells = json.loads(solution.read_text("utf8"))["cells"]
    return needing_torch("".join(c["source"]) for c in cells if c["cell_type"] == "code")
