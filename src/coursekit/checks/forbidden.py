"""Deny the shortcuts that a question rules out, while its cases run.

In the student's own notebook this is a reminder, no wall. Grading reads the code as well.
"""

import contextlib
import inspect
import sys
from collections.abc import Iterator, MutableMapping, Sequence
from types import ModuleType
from typing import Any


class NotAllowed(Exception):
    """The answer used something that the question asks to be written by hand."""


@contextlib.contextmanager
def denied(names: Sequence[str], thing: Any) -> Iterator[None]:
    """While inside, what the names stand for raises :class:`NotAllowed` when it is called.

    Only modules that are loaded already are touched: what is not loaded has not been used.

    Args:
        names: dotted names of functions, classes or whole modules.
        thing: the answer, whose own global names are closed as well.
    """
    spaces = _namespaces(thing)
    undo: list[tuple[Any, str, Any]] = []
    try:
        for name, owner, target in _targets(names):
            if target is thing:
                continue
            refuse = _refusal(name)
            if isinstance(target, type):  # it may be held under any name; its __init__ may not
                undo.append((target, "__init__", target.__dict__.get("__init__")))
                target.__init__ = refuse  # type: ignore[misc]
                continue
            for space in (vars(owner), *spaces):
                for known_as in [key for key, value in space.items() if value is target]:
                    undo.append((space, known_as, target))
                    space[known_as] = refuse
        yield
    finally:
        for place, name, old in reversed(undo):
            if isinstance(place, dict):
                place[name] = old
            elif old is None:
                delattr(place, name)
            else:
                setattr(place, name, old)


def _targets(names: Sequence[str]) -> Iterator[tuple[str, Any, Any]]:
    """Name, module and object of everything denied; a module stands for what it defines."""
    for name in names:
        if name in sys.modules:
            module = sys.modules[name]
            for part, value in list(vars(module).items()):
                if getattr(value, "__module__", "") == name and callable(value):
                    yield f"{name}.{part}", module, value
            continue
        before, _, last = name.rpartition(".")
        owner: Any = sys.modules.get(before)
        if isinstance(owner, ModuleType) and hasattr(owner, last):
            yield name, owner, getattr(owner, last)


def _namespaces(thing: Any) -> list[MutableMapping[str, Any]]:
    """The global names that an answer's code can see."""
    functions = [thing]
    if isinstance(thing, type):
        functions = [value for base in thing.__mro__[:-1] for value in vars(base).values()]
    spaces = [f.__globals__ for f in map(inspect.unwrap, functions) if inspect.isfunction(f)]
    return list({id(space): space for space in spaces}.values())


def _refusal(name: str) -> Any:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise NotAllowed(name)

    return refuse
