"""Find forbidden shortcuts by reading the code that an answer is made of.

This is one half; the other denies the call while the question runs (``box/deny.py``), so that a
name put together from strings gains nothing either.
"""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from coursekit.grading.judging.sources import defined_names, parsed


@dataclass
class Code:
    """All top-level code of a notebook.

    Attributes:
        aliases: dotted name each plain name stands for, from imports and plain assignments.
        stars: modules from which everything was imported.
        nodes: for each name, the syntax nodes of each statement that defines it, statement first.
    """

    aliases: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    nodes: dict[str, list[list[ast.AST]]] = field(default_factory=dict)


def shortcuts(cells: Iterable[str], answer: str, forbidden: Sequence[str]) -> list[tuple[str, str]]:
    """Forbidden names that the answer, or anything it is made of, mentions.

    Args:
        cells: sources of the notebook's code cells.
        answer: the question's name.
        forbidden: dotted names.

    Returns:
        Pairs of the forbidden name and the line of code that mentions it.
    """
    if not forbidden:
        return []
    code = read_code(tuple(cells))
    found: dict[str, str] = {}
    for name in _reachable(code, answer):
        for nodes in code.nodes[name]:
            for node in nodes:
                for used in _meanings(node, code):
                    for taboo in forbidden:
                        if _same(used, taboo):
                            found.setdefault(taboo, ast.unparse(node))
    return sorted(found.items())


@lru_cache(maxsize=8)  # asked once for each question of one notebook
def read_code(cells: tuple[str, ...]) -> Code:
    """Definitions and aliases of all cells that parse."""
    code = Code()
    for source in cells:
        tree = parsed(source)
        for statement in tree.body if tree else ():
            nodes = list(ast.walk(statement))
            for node in nodes:
                _note_import(node, code)
            for name in defined_names(statement):
                code.nodes.setdefault(name, []).append(nodes)
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target, meaning = statement.targets[0], _dotted(statement.value)
                if isinstance(target, ast.Name) and meaning:
                    code.aliases.setdefault(target.id, meaning)
    return code


def _note_import(node: ast.AST, code: Code) -> None:
    if isinstance(node, ast.Import):
        for name in node.names:
            known_as = name.asname or name.name.partition(".")[0]
            code.aliases[known_as] = name.name if name.asname else known_as
    elif isinstance(node, ast.ImportFrom) and node.module:
        for name in node.names:
            if name.name == "*":
                code.stars.append(node.module)
            else:
                code.aliases[name.asname or name.name] = f"{node.module}.{name.name}"


def _reachable(code: Code, answer: str) -> list[str]:
    """The answer's name and every top-level name its code mentions, directly or not."""
    seen, waiting = [], [answer]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in code.nodes:
            continue
        seen.append(name)
        for nodes in code.nodes[name]:
            waiting += _free_names(nodes)
    return seen


def _free_names(nodes: Sequence[ast.AST]) -> set[str]:
    """Names a statement takes from outside: used, but neither assigned nor parameters."""
    used = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    if not isinstance(nodes[0], ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return used
    bound = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return used - bound - {n.arg for n in nodes if isinstance(n, ast.arg)}


def _dotted(node: ast.AST) -> str:
    """``a.b.c`` for such an expression, else an empty string."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _meanings(node: ast.AST, code: Code) -> list[str]:
    """Full dotted names an expression or import may stand for."""
    if isinstance(node, ast.ImportFrom) and node.module:
        return [f"{node.module}.{n.name}" for n in node.names]
    text = _dotted(node)
    if not text:
        return []
    for _ in range(5):  # an alias of an alias
        first, dot, rest = text.partition(".")
        full = code.aliases.get(first, first)
        if full == first:
            break
        text = full + dot + rest
    first = text.partition(".")[0]
    stars = [] if first in code.nodes else [f"{m}.{text}" for m in code.stars]
    return [text, *stars]


def _same(used: str, taboo: str) -> bool:
    """Whether a dotted name is the forbidden one, below it, or it under another of its paths."""
    if used == taboo or used.startswith(taboo + "."):
        return True
    root, _, last = taboo.rpartition(".")
    same_root = used.partition(".")[0] == root.partition(".")[0] and "." in used
    return same_root and used.rpartition(".")[2] == last
