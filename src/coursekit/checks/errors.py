"""An exception of an answer as plain data: what was raised, where, and what may help.

Two exceptions are the same mistake only if type, message and *place* agree. The place is what a
student's code and an author's can have in common: the method of the class that was running, and the
library function that raised. Names that a student has invented are no part of it.
"""

import builtins
import contextlib
import difflib
import linecache
import re
import site
import sysconfig
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from coursekit.checks.values import EncodingError

NOT_WRITTEN = "not written"  # kind of error: the line that the starter came with
RAISED = "raised"
MESSAGE = 300  # characters of an error's message
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
OURS = str(Path(__file__).parent.parent)
# Where libraries lie: a virtual environment's, the system's, the user's own (``pip --user``), and
# NumPy wherever it has been put. In a browser nobody has a folder of their own.
INSTALLED = (
    *(sysconfig.get_paths()[key] for key in ("stdlib", "purelib", "platlib")),
    *site.getsitepackages(),
    *filter(None, [site.getusersitepackages()]),
    str(Path(np.__file__).parent),
)
FOREIGN = (OURS, "<frozen", "<__array_function__", *INSTALLED)  # how foreign file names begin
ENDLESS, DEEP = "endless", "deep"  # kinds of recursion
NOT_INIT = ("_init_", "__int__", "init", "__init", "_init")  # how __init__ is misspelt
ROUNDS = 50  # calls of a recursion that are looked at


def report(error: BaseException, thing: Any = None, called: str = "") -> dict[str, Any]:
    """An exception as plain text, with the last line that the student wrote.

    Args:
        error: what was raised.
        thing: the answer.
        called: what of it the check has called, a method's name.

    Returns:
        ``kind``, ``type``, ``message``, ``line``, ``text`` and ``place``; where something is known
        that helps, ``near`` (a name that was probably meant), ``recursion``, ``property`` (the name
        of one that the check calls as a method) and ``lent`` (whether it comes from a function of
        the course that the answer has called).
    """
    message = ""
    with contextlib.suppress(Exception):
        said = ", ".join([str(error), *getattr(error, "__notes__", [])])
        message = ADDRESS.sub("0x…", said)[:MESSAGE]
    name = "TooLarge" if isinstance(error, EncodingError) else type(error).__name__
    line, text = last_line(error.__traceback__)
    told = {
        "kind": NOT_WRITTEN if _is_starter(error, message) else RAISED,
        "type": str(name)[:80],
        "message": message,
        "line": line,
        "text": text,
        "place": _place(error.__traceback__, isinstance(thing, type)),
    }
    more: dict[str, Any] = {}
    with contextlib.suppress(Exception):  # what helps is looked for in a student's own objects
        more = {
            "near": _near(error, thing),
            "recursion": _recursion(error),
            "property": called if isinstance(getattr(thing, called, None), property) else "",
            "lent": _lent(error.__traceback__),
        }
    return told | {key: value for key, value in more.items() if value}


def last_line(trace: TracebackType | None) -> tuple[int | None, str]:
    """Number and text of the innermost line that is neither ours nor an installed package's."""
    number, text = None, ""
    for frame, line in _frames(trace):
        file = frame.f_code.co_filename
        if not file.startswith(FOREIGN):
            number, text = line, linecache.getline(file, line).strip()[:200]
    return number, text


def _frames(trace: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    """Every frame of a traceback with its line, from the outermost."""
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _lent(trace: TracebackType | None) -> bool:
    """Whether a function of ours, which the answer has called, is where an exception comes from."""
    files = [frame.f_code.co_filename for frame, _ in _frames(trace)]
    own = [i for i, file in enumerate(files) if not file.startswith(FOREIGN)]
    return bool(own) and any(file.startswith(OURS) for file in files[own[-1] :])


def _is_starter(error: BaseException, message: str) -> bool:
    """Whether the starter's own ``raise NotImplementedError`` was met, and no library's."""
    files = [frame.f_code.co_filename for frame, _ in _frames(error.__traceback__)]
    library = bool(files) and files[-1].startswith(INSTALLED)
    return type(error) is NotImplementedError and not message and not library


def _place(trace: TracebackType | None, is_class: bool) -> str:
    """Where an exception comes from, in names that do not depend on who wrote the answer."""
    own, library, depth = "", "", 0
    for frame, _ in _frames(trace):
        name = frame.f_code.co_name
        if not frame.f_code.co_filename.startswith(FOREIGN):
            if not name.startswith("<"):  # a comprehension has a frame in some versions only
                own, depth = name, depth + 1
            library = ""
        elif depth:
            library = name
    return f"{own if is_class or depth > 1 else ''}:{library}"


def _near(error: BaseException, thing: Any) -> str:
    """The name that was probably meant where one does not exist; "" where none is like it."""
    wanted = getattr(error, "name", None)
    if isinstance(error, NotImplementedError) and isinstance(thing, type):
        wanted = "forward"  # torch.nn.Module's way of saying that it is missing
        known = [n for n in vars(thing) if not n.startswith("_")]
    elif isinstance(error, AttributeError):
        known = [name for name in dir(error.obj) if not name.endswith("__")]
        own = isinstance(thing, type) and isinstance(error.obj, thing)
        if own and (init := [name for name in NOT_INIT if name in dir(error.obj)]):
            return init[0]  # nothing has been set, because nothing was called
    elif isinstance(error, NameError) and wanted:  # an UnboundLocalError names nothing
        known = _visible(error.__traceback__)
    else:
        return ""
    found = difflib.get_close_matches(str(wanted), known, n=1, cutoff=0.65)
    return found[0] if found and found[0] != wanted else ""


def _visible(trace: TracebackType | None) -> list[str]:
    """The names that the innermost frame can see."""
    frames = [frame for frame, _ in _frames(trace)]
    if not frames:
        return []
    return [*frames[-1].f_locals, *frames[-1].f_globals, *vars(builtins)]


def _recursion(error: BaseException) -> str:
    """Whether a recursion can never end, or was only too deep; "" where that is not plain to see.

    It never ends if a function calls itself with the very same arguments. It is too deep if a
    list, a text or an array among them has become shorter with every call, and is not yet empty.
    """
    if not isinstance(error, RecursionError):
        return ""
    frames = [frame for frame, _ in _frames(error.__traceback__)]
    own = [f for f in frames if not f.f_code.co_filename.startswith(FOREIGN)]
    calls = [f for f in own if f.f_code is own[-1].f_code][-ROUNDS:] if own else []
    if len(calls) < ROUNDS:
        return ""
    names = calls[0].f_code.co_varnames[: calls[0].f_code.co_argcount]
    given: list[Mapping[str, Any]] = [f.f_locals for f in calls]
    if all(one[n] is other[n] for one, other in pairwise(given) for n in names):
        return ENDLESS
    sizes = [[len(g[n]) for g in given] for n in names if hasattr(given[0].get(n), "__len__")]
    if any(all(b < a for a, b in pairwise(row)) and row[-1] > 0 for row in sizes):
        return DEEP
    return ""
