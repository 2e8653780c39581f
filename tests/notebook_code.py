"""Take functions and classes out of a chapter, so that tests can run and spoil what it teaches."""

import ast
from pathlib import Path
from types import SimpleNamespace

import nbformat

CHAPTERS = Path(__file__).parents[1] / "chapters"


def definitions(stem: str) -> str:
    """The source of all imports, functions, classes and CONSTANTS at the top level of a chapter.

    The first definition of a name counts: later cells may spoil it on purpose.
    """
    notebook = nbformat.read(CHAPTERS / f"{stem}.ipynb", as_version=4)
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    parts, names = [], set()
    for cell in notebook.cells:
        if cell.cell_type != "code" or cell.source.startswith("# Setup:"):
            continue
        for node in ast.parse(cell.source).body:
            name = getattr(node, "name", None)
            wanted = isinstance(node, kinds) or is_constant(node)
            if wanted and (name is None or name not in names):
                names.add(name)
                first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
                parts.append("\n".join(cell.source.splitlines()[first - 1 : node.end_lineno]))
    return "\n\n".join(parts)


def is_constant(node: ast.stmt) -> bool:
    """Whether a statement gives plain numbers to names in capitals only."""
    if not isinstance(node, ast.Assign):
        return False
    values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    if not all(isinstance(v, ast.Constant) and isinstance(v.value, int | float) for v in values):
        return False
    names = [n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)]
    return all(name.isupper() for name in names)


def load(source: str) -> SimpleNamespace:
    """Run source and give what it defines."""
    space: dict[str, object] = {}
    exec(compile(source, "chapter", "exec"), space)
    return SimpleNamespace(**space)


def spoil(source: str, old: str, new: str) -> str:
    """Replace the only occurrence of `old`: a mutant must change what it says it changes."""
    assert source.count(old) == 1, f"{old!r} occurs {source.count(old)} times"
    return source.replace(old, new)
