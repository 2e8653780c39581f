"""Read student code without running it: which statement defines which name."""

import ast
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

LONGEST = 200_000  # characters of a cell that are parsed: a tree takes up to 1 KB a statement


class Answer(NamedTuple):
    """Where a name is defined: the code cell, from 0, and the statement as the student wrote it."""

    cell: int
    source: str


def answer_sources(cells: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    """The last top-level definition of each name in a notebook's code, as the student wrote it."""
    return {name: found.source for name, found in find_answers(cells, names).items()}


def find_answers(cells: Iterable[str], names: Iterable[str]) -> dict[str, Answer]:
    """The last top-level definition of each name, with its cell."""
    wanted = set(names)
    found: dict[str, Answer] = {}
    for number, source in enumerate(cells):
        tree = parsed(source)
        if tree is None:
            found |= {n: Answer(number, source) for n in wanted if _seems_to_define(source, n)}
            continue
        last = {name: node for node in tree.body for name in wanted & defined_names(node)}
        lines = source.split("\n") if last else []
        for name, node in last.items():
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
            found[name] = Answer(number, "\n".join(lines[first - 1 : node.end_lineno]))
    return found


def parsed(source: str) -> ast.Module | None:
    """The syntax tree of a cell without its magics; None where it does not parse or is too long."""
    if len(source) > LONGEST:
        return None
    try:
        return ast.parse(without_magics(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _seems_to_define(source: str, name: str) -> bool:
    """Whether code that does not parse defines a name, as far as one can see."""
    word = re.escape(name)
    return re.search(rf"^[ \t]*(?:def|class)\s+{word}\b|^{word}\s*=", source, re.M) is not None


def without_magics(source: str) -> str:
    """Blank out the lines only IPython understands, keeping line numbers."""
    lines = source.split("\n")
    return "\n".join("" if line.lstrip().startswith(("%", "!", "?")) else line for line in lines)


def defined_names(node: ast.stmt) -> set[str]:
    """Names a top-level statement defines."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    targets: list[Any] = []
    if isinstance(node, ast.Assign):
        targets = list(node.targets)
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    return {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
