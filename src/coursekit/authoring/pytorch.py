"""Which questions need PyTorch: the Python of the book's pages does not have it."""

import ast
from collections.abc import Iterable

from coursekit.authoring.student import BEGIN


def needing_torch(sources: Iterable[str]) -> set[str]:
    """The names of the questions that the reference answers with PyTorch.

    Args:
        sources: the code cells of a solution notebook.
    """
    found: set[str] = set()
    torch: set[str] = set()
    for source in sources:
        tree = ast.parse(source)
        torch |= _torch_names(tree)
        if BEGIN in source and torch & _read(tree):
            found |= _defined(tree)
    return found


def _torch_names(tree: ast.Module) -> set[str]:
    """What a cell imports of PyTorch."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            origin = getattr(node, "module", None) or node.names[0].name
            if origin.split(".")[0] == "torch":
                names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return names


def _read(tree: ast.Module) -> set[str]:
    """The names that a cell uses."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _defined(tree: ast.Module) -> set[str]:
    """The functions, classes and values that a cell defines."""
    named = {s.name for s in tree.body if isinstance(s, (ast.FunctionDef, ast.ClassDef))}
    targets = [t for s in tree.body if isinstance(s, ast.Assign) for t in s.targets]
    return named | {t.id for t in targets if isinstance(t, ast.Name)}
