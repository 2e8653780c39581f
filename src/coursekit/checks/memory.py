"""What an answer keeps from one call to the next where it should begin anew.

A default value, an attribute of a class and a list outside are one object for all calls. Whether
an answer changes one of them is seen by looking before and after.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from coursekit.checks import values
from coursekit.checks.habits import data_outside, functions

CHANGEABLE = (list, dict, set, np.ndarray)
Memory = dict[str, Any]  # what is said of an object, and how it looks


def memory(thing: Any) -> Memory:
    """How everything looks that an answer could keep something in."""
    with contextlib.suppress(Exception):  # an answer may be any object
        return {says: _look(value) for says, value in _kept(thing)}
    return {}


def changed(before: Memory, after: Memory) -> str:
    """What an answer has kept, in words; empty where it has kept nothing."""
    for says, look in before.items():
        if says in after and after[says] != look:
            return says
    return ""


def _kept(thing: Any) -> Iterator[tuple[str, Any]]:
    for function in functions(thing):
        names = function.__code__.co_varnames[: function.__code__.co_argcount]
        defaults = function.__defaults__ or ()
        pairs = list(zip(reversed(names), reversed(defaults), strict=False))
        pairs += (function.__kwdefaults__ or {}).items()
        for name, value in pairs:
            if isinstance(value, CHANGEABLE):
                yield DEFAULT.format(name=name, kind=type(value).__name__), value
    if isinstance(thing, type):
        for name, value in vars(thing).items():
            if isinstance(value, CHANGEABLE) and not name.startswith("__"):
                yield ATTRIBUTE.format(name=name, kind=type(value).__name__), value
    for name, value in data_outside(thing):
        if isinstance(value, CHANGEABLE):
            yield OUTSIDE.format(name=name, kind=type(value).__name__), value


def _look(value: Any) -> Any:
    """A value in a form that stays as it is when the value changes."""
    if isinstance(value, set):
        return sorted(map(repr, value))
    return values.to_tree(value)


DEFAULT = (
    "The default value of `{name}` is one {kind} for all calls, and your code changes it: what one "
    "call leaves there, the next one finds. Write `{name}=None`, and make a new one inside."
)
ATTRIBUTE = (
    "`{name}` belongs to the class: it is one {kind} for all its objects, and your code changes "
    "it. Set `self.{name}` in `__init__`, so that each object has its own."
)
OUTSIDE = (
    "`{name}` is one {kind} outside of your code, and your code changes it: what one call leaves "
    "there, the next one finds. Make it inside."
)
