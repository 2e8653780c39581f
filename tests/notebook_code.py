"""Take functions and classes out of a chapter, so that tests can run and spoil what it teaches."""

import ast
from pathlib import Path
from types import SimpleNamespace

import nbformat

CHAPTERS = Path(__file__).parents[1] / "chapters"


def definitions(stem: str) -> str:
    """The source of all imports, functions and classes at the top level of a chapter's cells.

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
            if isinstance(node, kinds) and (name is None or name not in names):
                names.add(name)
                parts.append(ast.get_source_segment(cell.source, node))
    return "\n\n".join(parts)


def load(source: str) -> SimpleNamespace:
    """Run source and give what it defines."""
    space: dict[str, object] = {}
    exec(compile(source, "chapter", "exec"), space)
    return SimpleNamespace(**space)


def spoil(source: str, old: str, new: str) -> str:
    """Replace the only occurrence of `old`: a mutant must change what it says it changes."""
    assert source.count(old) == 1, f"{old!r} occurs {source.count(old)} times"
    return source.replace(old, new)
