"""The source of a course notebook: read, run here cell by cell, varied to make wrong answers."""

import ast
import contextlib
import io
import linecache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from coursekit.faults import Fault


class KeyFault(Fault):
    """An answer key is not usable; the message names the question and says what to do."""


def read_source(path: Path) -> NotebookNode:
    """Read a notebook.

    Raises:
        KeyFault: there is none.
    """
    try:
        return nbformat.read(path, as_version=4)  # type: ignore[no-any-return]
    except OSError as error:
        raise KeyFault(f"{path}: {error.strerror or error}") from error
    except Exception as error:
        raise KeyFault(f"{path}: not a notebook ({type(error).__name__})") from error


def run_cell(source: str, name: str, namespace: dict[str, Any]) -> None:
    """Run one cell quietly, its source kept for :func:`mutated`."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(source, name, "exec"), namespace)


def mutated(thing: Any, name: str, old: str, new: str) -> Any:
    """A function or class made again from its source with a piece of it replaced.

    Raises:
        KeyFault: the source cannot be found or does not contain ``old``.
    """
    source = definition(thing, name)
    if old not in source:
        raise KeyFault(f"{name}: the reference does not contain {old!r}; copy the piece from it")
    return made_again(thing, name, source.replace(old, new), f"{old} -> {new}")


def definition(thing: Any, name: str) -> str:
    """The source of a function or class that a cell of :func:`run_cell` defines.

    Raises:
        KeyFault: the source cannot be found.
    """
    code = getattr(_some_function(thing), "__code__", None)
    if code is None:
        raise KeyFault(f"{name}: mutants are made of functions and classes only")
    cell = "".join(linecache.getlines(code.co_filename))
    found = [node for node in ast.parse(cell).body if getattr(node, "name", None) == name]
    return (found and ast.get_source_segment(cell, found[-1])) or ""


def made_again(thing: Any, name: str, source: str, change: str = "changed") -> Any:
    """What a changed source defines, among the same global names as the thing itself."""
    first = _some_function(thing)
    namespace = dict(getattr(first, "__globals__", {}))
    run_cell(source, f"{first.__code__.co_filename}, {change}", namespace)
    return namespace[name]


def _some_function(thing: Any) -> Any:
    """A function as it is, of a class the first one defined in it."""
    if isinstance(thing, type):
        return next((v for v in vars(thing).values() if hasattr(v, "__code__")), None)
    return thing
