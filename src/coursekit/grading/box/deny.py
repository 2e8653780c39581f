"""Deny forbidden calls while a question runs, in the process that runs it.

Student code could undo this, being in the same process; what it could then reach is found by
reading the code (``judging/shortcuts.py``). The two together leave little: a shortcut must be
neither written nor called.
"""

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


class NotAllowed(Exception):
    """This question is to be answered without that call."""


@contextmanager
def denied(names: Sequence[str]) -> Iterator[None]:
    """In the block, every named function or class raises ``NotAllowed`` when it is called."""
    undo: list[tuple[Any, str, Any]] = []
    try:
        for name in names:
            owner, last, thing = _find(name)
            if owner is None:
                continue
            refuse = _refusal(name)
            if isinstance(thing, type):
                # The class itself may be held under any name; its __init__ may not.
                undo.append((thing, "__init__", thing.__dict__.get("__init__")))
                thing.__init__ = refuse  # type: ignore[misc]
            else:
                for holder in [owner, *_holders(name, thing)]:
                    for known_as in [k for k, v in list(vars(holder).items()) if v is thing]:
                        undo.append((holder, known_as, thing))
                        setattr(holder, known_as, refuse)
        yield
    finally:
        for owner, last, thing in reversed(undo):
            if thing is None:
                delattr(owner, last)
            else:
                setattr(owner, last, thing)


def _refusal(name: str) -> Any:
    """A function that refuses."""

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise NotAllowed(f"{name} is not allowed in this question")

    return refuse


def _holders(name: str, thing: Any) -> list[Any]:
    """Modules where a function is likely to be held: on its own paths, and the notebook."""
    home = getattr(thing, "__module__", None) or ""
    paths = {"__main__"} | {p.rpartition(".")[0] for p in (name, f"{home}.x")}
    return [sys.modules[p] for p in paths if p in sys.modules]


def _find(name: str) -> tuple[Any, str, Any]:
    """Owner, last part and object of a dotted name; owner None when there is none."""
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            owner: Any = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for part in parts[cut:-1]:
            owner = getattr(owner, part, None)
        thing = getattr(owner, parts[-1], None)
        return (owner, parts[-1], thing) if thing is not None else (None, "", None)
    return None, "", None
