"""Which question a call of ``check`` asks about, and under which name the answer is handed in."""

import contextlib
import difflib
import sys
import types
from collections.abc import Mapping
from typing import Any

from coursekit.checks.errors import OURS
from coursekit.checks.recorded import index

USAGE = "Write `check(my_function)`, or `check(name=value)` for a value."
Names = Mapping[str, Any]


def notebook() -> Names | None:
    """The names of the notebook whose cell called the package; None inside of a function."""
    frame: types.FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_filename.startswith(OURS):
        frame = frame.f_back
    if frame is None or frame.f_code.co_name != "<module>":
        return None
    return frame.f_globals


def name_of(thing: Any, names: Names | None) -> str:
    """The question that a function or class answers; "" where neither it nor the notebook tells.

    A function knows its name. It may know another than the notebook does, if it is decorated, a
    lambda, or was given a second name: then the notebook's name for it counts.
    """
    own = getattr(thing, "__name__", "")
    own = own if isinstance(own, str) and own.isidentifier() else ""
    if own in index() or not callable(thing):
        return own
    bound = [n for n, value in (names or {}).items() if value is thing and n in index()]
    return bound[0] if len(bound) == 1 else own


def not_handed_in(name: str, thing: Any, names: Names | None) -> str:
    """A remark where the notebook has something else, or nothing, under the question's name."""
    if names is None or (name in names and _same(names[name], thing)):
        return ""
    if name in names:
        return (
            f"Handed in is what the notebook calls `{name}`, and that is something else than what "
            "you have checked here."
        )
    return f"Handed in is what the notebook calls `{name}`; so far there is nothing of that name."


def _same(one: Any, other: Any) -> bool:
    """Whether two names mean one object, or equal plain values."""
    if one is other:
        return True
    try:
        return not callable(other) and type(one) is type(other) and bool(one == other)
    except Exception:  # arrays, and whatever a student's own __eq__ does
        return not callable(other)


def nameless(thing: Any) -> str:
    """What to do where an answer carries no name."""
    if isinstance(thing, str):
        return f"Pass the answer itself, not its name in quotes. {USAGE}"
    kind = type(thing).__name__
    if kind == "function":
        return "A lambda carries no name: use `check(name=…)` with the name the task asks for."
    if kind == "partial":
        return "A partial carries no name: use `check(name=…)` with the name the task asks for."
    return f"A value (here of type {kind}) carries no name. {USAGE}"


def unknown(name: str, thing: Any = None, names: Names | None = None) -> str:
    """What to do where there is no question of a name."""
    near = difflib.get_close_matches(name, index(), n=3, cutoff=0.6)
    hint = f"Did you mean {' or '.join(f'`{n}`' for n in near)}?" if near else USAGE
    if not near and callable(thing):
        hint = f"Say which question it answers, for example {_example(name, names)}."
    if getattr(thing, "__wrapped__", None) is None and "<locals>" in getattr(
        thing, "__qualname__", ""
    ):
        inner = _inside(thing)
        call = f"`check({inner}={inner})`" if inner else _example(name, names)
        hint = (
            "This function was made inside of another, for example by a decorator: say which "
            f"question it answers, {'' if inner else 'for example '}{call}."
        )
    return f"There is no question called `{name}`. {hint}"


def _example(name: str, names: Names | None) -> str:
    """A call that checks a thing of this name; the question is one of the notebook's, if any."""
    own = (n for n in names or {} if n in index())
    return f"`check({next(own, next(iter(index())))}={name})`"


def _inside(thing: Any) -> str:
    """The question whose answer a decorator has wrapped in a function; "" where none is found."""
    cells = getattr(thing, "__closure__", None) or ()
    with contextlib.suppress(ValueError):  # a cell that is still empty
        found = [getattr(cell.cell_contents, "__name__", "") for cell in cells]
        return next((n for n in found if isinstance(n, str) and n in index()), "")
    return ""
