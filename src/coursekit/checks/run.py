"""Do the steps of a case with an answer, in the notebook and in a confined process alike."""

import contextlib
import sys
from collections.abc import Sequence
from typing import Any

from coursekit.checks import values
from coursekit.checks.cases import ANSWER

MESSAGE = 300  # characters of an error message that are kept


def run_case(thing: Any, steps: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Do the steps of one case.

    Args:
        thing: the student's function, class or value.
        steps: plain steps (:meth:`Case.to_plain`), whose arguments are nobody else's.

    Returns:
        ``results``: the judged values; ``error``: None, or a dictionary with ``kind`` ("not
        written" or "raised"), ``type``, ``message``, ``line`` (of the student's code, or None) and
        ``step``; ``mutated``: whether an argument was changed in place.
    """
    kept: dict[str, Any] = {ANSWER: thing}
    results: list[Any] = []
    mutated = False
    for number, step in enumerate(steps):
        before = _tree([step["args"], step["kwargs"]])
        try:
            value = _do(step, kept)
        except Exception as error:
            return {"results": results, "error": _report(error, number), "mutated": mutated}
        mutated |= step["do"] == "call" and _tree([step["args"], step["kwargs"]]) != before
        if step["keep"]:
            kept[step["keep"]] = value
        if step["judged"]:
            results.append(value)
    return {"results": results, "error": None, "mutated": mutated}


def _do(step: dict[str, Any], kept: dict[str, Any]) -> Any:
    first, *path = step["target"].split(".")
    owner, target = None, kept[first]
    for part in path:
        owner, target = target, getattr(target, part)
    if step["do"] == "get":
        return target
    if step["do"] == "set":
        return _set(owner, path[-1], target, step["args"][0])
    return target(*step["args"], **step["kwargs"])


def _set(owner: Any, name: str, old: Any, new: Any) -> None:
    """Give an attribute a new value; a tensor keeps its identity."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(old, torch.Tensor):
        with torch.no_grad():
            old.copy_(torch.as_tensor(new))
    else:
        setattr(owner, name, new)


def _tree(value: Any) -> Any:
    with contextlib.suppress(values.EncodingError):
        return values.to_tree(value)
    return None


def _report(error: Exception, step: int) -> dict[str, Any]:
    message = ""
    with contextlib.suppress(Exception):
        message = str(error)[:MESSAGE]
    return {
        "kind": "not written" if isinstance(error, NotImplementedError) else "raised",
        "type": type(error).__name__,
        "message": message,
        "line": _line(error),
        "step": step,
    }


def _line(error: Exception) -> int | None:
    """The last line of the traceback that stands in a cell, or in the file of the answer."""
    trace = error.__traceback__
    frames = []
    while trace is not None:
        frames.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    theirs = [f for f in frames if f[0] != __file__]
    if not theirs:
        return None
    home = theirs[0][0]
    lines = [n for file, n in theirs if file == home or "ipykernel_" in file or file[:1] == "<"]
    return lines[-1] if lines else None
