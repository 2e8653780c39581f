"""What a cell of a chapter needs of the cells above it, so that readers can run it by itself."""

import ast
import sys
from collections.abc import Sequence

HERE = {"numpy", *sys.stdlib_module_names}  # what the pages' Python can import


class NotAlone(ValueError):
    """A cell that is to be tried in the page needs what its Python does not have."""


def above(cells: Sequence[str], number: int) -> str:
    """The statements above a cell that it needs, as code.

    Args:
        cells: the sources of all code cells of the chapter.
        number: which of them is to run, from 0.

    Raises:
        NotAlone: names the module that is missing in the page.
    """
    wanted = _before(ast.parse(cells[number]).body, set(), number)
    lines = [
        (source, statement) for source in cells[:number] for statement in ast.parse(source).body
    ]
    known = {name for _, statement in lines for name in bound(statement)}
    while True:
        kept, missing = _kept(lines, wanted, number)
        if not (late := missing & known - wanted):
            break
        wanted |= late  # a function may call one that is defined below it
    return "".join(f"{ast.get_source_segment(s, _whole(part))}\n" for s, part in kept)


def _kept(
    lines: Sequence[tuple[str, ast.stmt]], wanted: set[str], number: int
) -> tuple[list[tuple[str, ast.stmt]], set[str]]:
    """The statements that give ``wanted`` their values, and the names that none of them gives."""
    kept: list[tuple[str, ast.stmt]] = []
    for source, statement in reversed(lines):
        if wanted & bound(statement):
            wanted = _before([statement], wanted, number)
            kept.insert(0, (source, statement))
    return kept, wanted


def _before(statements: Sequence[ast.stmt], wanted: set[str], number: int) -> set[str]:
    """The names that are needed before some statements if ``wanted`` are needed after them."""
    for statement in statements:
        _require(statement, number)
    return needed(statements, wanted)


def needed(statements: Sequence[ast.stmt], wanted: set[str]) -> set[str]:
    """The same, whatever the statements import."""
    for statement in reversed(statements):
        wanted = wanted - replaced(statement) | used(statement)
    return wanted


def _whole(statement: ast.stmt) -> ast.stmt:
    """The statement with its decorators, which stand above where it begins."""
    decorators = getattr(statement, "decorator_list", [])
    if decorators:
        statement.lineno = decorators[0].lineno
        statement.col_offset = decorators[0].col_offset - 1
    return statement


def _require(tree: ast.AST, number: int) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        elif isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        else:
            continue
        for module in modules:
            if module.split(".")[0] not in HERE:
                raise NotAlone(f"code cell {number + 1} needs {module}, which the page lacks")


def used(statement: ast.stmt) -> set[str]:
    """The names that a statement reads from outside, not its own parameters and loop variables."""
    if isinstance(statement, ast.For):
        body = needed([*statement.body, *statement.orelse], set())
        return used(ast.Expr(statement.iter)) | body - _stored(statement.target)
    own: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            own |= {a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)}
            own |= _stored(node)
        elif isinstance(node, ast.comprehension):
            own |= _stored(node.target)
    read = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and not _stores(n)}
    if isinstance(statement, ast.AugAssign):
        read |= _stored(statement.target)
    return read - own


def _stores(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _stored(tree: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and _stores(n)}


def replaced(statement: ast.stmt) -> set[str]:
    """The names whose value a statement gives anew, whatever it was."""
    if isinstance(statement, ast.Assign):
        targets = [t for target in statement.targets for t in getattr(target, "elts", [target])]
        return {t.id for t in targets if isinstance(t, ast.Name)}
    simple = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return bound(statement) if isinstance(statement, simple) else set()


def bound(statement: ast.stmt) -> set[str]:
    """The names that a statement gives a value, or whose value it changes in place."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return {statement.name}
    names = _stored(statement)
    for node in ast.walk(statement):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            names |= {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
    return names
