"""Shortcuts that a question rules out: found by reading the code, and denied while it runs."""

import ast
import contextlib
import importlib
import sys
from collections.abc import Iterator, Sequence
from typing import Any


class ForbiddenCall(BaseException):
    """The answer used something that the question asks to be written by hand.

    Not an ``Exception``, so that an answer that catches all of those does not hide it.
    """


def forbidden_uses(source: str, forbidden: Sequence[str]) -> list[str]:
    """The forbidden dotted names that a piece of code mentions, however it imported them.

    Names that the code defines itself are its own: a class ``LSTMCell`` written by the student is
    not ``torch.nn.LSTMCell``.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    own = {name for node in ast.walk(tree) for name in _bound(node)}
    used = {word for node in ast.walk(tree) for word in _words(node)}
    return [name for name in forbidden if name.rpartition(".")[2] in used - own]


def _bound(node: ast.AST) -> Iterator[str]:
    """Names that code gives a meaning of its own."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id


def _words(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            yield from alias.name.split(".")
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from node.module.split(".")


@contextlib.contextmanager
def denied(forbidden: Sequence[str]) -> Iterator[None]:
    """While inside, a call of a forbidden name raises :class:`ForbiddenCall`.

    Only modules that are loaded already are touched: what is not loaded has not been used.
    """
    undo: list[tuple[Any, str, Any]] = []
    for dotted in forbidden:
        module, _, name = dotted.rpartition(".")
        owner = sys.modules.get(module) or _attribute(module)
        if owner is not None and hasattr(owner, name):
            undo.append((owner, name, getattr(owner, name)))
            setattr(owner, name, _denial(dotted))
    try:
        yield
    finally:
        for owner, name, old in undo:
            setattr(owner, name, old)


def _attribute(dotted: str) -> Any:
    """A class that stands for the first part of a dotted name, for example ``torch.Tensor``."""
    module, _, name = dotted.rpartition(".")
    return getattr(importlib.import_module(module), name, None) if module in sys.modules else None


def _denial(dotted: str) -> Any:
    def denial(*args: Any, **kwargs: Any) -> Any:
        raise ForbiddenCall(dotted)

    return denial
