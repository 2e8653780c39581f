"""A written answer, found where students put it.

Its place is a string under the question's name. Some write it into a Markdown cell below the
prompt, or as comments beside the empty string; a person is to read it there as well.
"""

import re
from collections.abc import Sequence
from typing import Any

from coursekit.checks.notebookfile import Cell
from coursekit.grading.judging.sources import defined_names, parsed

LONGEST = 20_000  # characters that are kept
STARTER = "your answer"  # what the comment beside the empty string says
HEADING = re.compile(r"#{1,3} ")


def written_answer(result: Any, cells: Sequence[Cell], name: str) -> str:
    """The text of a written answer, as far as there is one.

    Args:
        result: what stands under the question's name after the notebook has run.
        cells: of the notebook.
        name: of the question.
    """
    parts = result if isinstance(result, (tuple, list)) else [result]
    text = "\n".join(part.strip() for part in parts if isinstance(part, str))
    return (text.strip() or _beside(cells, name))[:LONGEST]


def _beside(cells: Sequence[Cell], name: str) -> str:
    """Text around the cell that defines the name, up to the questions before and after it."""
    places = [i for i, c in enumerate(cells) if c.kind == "code" and _defines(c.source, name)]
    if not places:
        return ""
    place = places[-1]
    above = cells[:place]
    below = cells[place + 1 :]
    prompt = next((i for i in range(place - 1, -1, -1) if _is_heading(above[i])), place - 1)
    end = next((i for i, c in enumerate(below) if _is_heading(c)), len(below))
    around = [*above[prompt + 1 :], *below[:end]]
    found = [c.source.strip() for c in around if c.kind != "code"]
    return "\n\n".join([*filter(None, found), *_comments(cells[place].source)])


def _is_heading(cell: Cell) -> bool:
    return cell.kind != "code" and HEADING.match(cell.source.lstrip()) is not None


def _defines(source: str, name: str) -> bool:
    tree = parsed(source)
    return tree is not None and any(name in defined_names(node) for node in tree.body)


def _comments(source: str) -> list[str]:
    """What a cell's comments say, in one text, without the starter's own."""
    found = re.findall(r"(?:^|\s)#+[ \t]*(.+)$", source, re.M)
    text = "\n".join(line.strip() for line in found if line.strip() != STARTER)
    return [text] if text else []
