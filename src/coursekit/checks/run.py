"""Do what a case says with a student's answer, and report plainly what came of it.

The same code runs in the notebook and in the grader's untrusted worker. It holds no expected value
and gives no verdict.
"""

import contextlib
import linecache
import random
import re
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from coursekit.checks import values
from coursekit.checks.cases import ANSWER, Kept, Step, steps_from_plain

MESSAGE = 300  # characters of an error's message
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
OURS = str(Path(__file__).parent.parent)
INSTALLED = tuple({sysconfig.get_paths()[key] for key in ("stdlib", "purelib", "platlib")})


@dataclass(frozen=True)
class Failure:
    """Why a case came to no end.

    Attributes:
        kind: ``raised``, ``missing`` (no such attribute), ``unwritten`` (``NotImplementedError``)
            or ``oversized``; the grader adds kinds of its own, for example ``time``.
        type: the exception's type.
        message: its text.
        line: line number in the student's cell.
        text: that line.
    """

    kind: str
    type: str = ""
    message: str = ""
    line: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a case gave.

    Attributes:
        results: value of each judged step, as far as the case got.
        error: what stopped it.
        mutated: whether an input was changed in place (for feedback, never for marks).
    """

    results: tuple[Any, ...] = ()
    error: Failure | None = None
    mutated: bool = False

    def to_plain(self) -> dict[str, Any]:
        """The outcome as plain data."""
        error = None if self.error is None else dict(vars(self.error))
        return {"results": list(self.results), "error": error, "mutated": self.mutated}

    @staticmethod
    def from_plain(plain: Any) -> "Outcome":
        """Rebuild an outcome from decoded data nobody vouches for.

        Raises:
            EncodingError: it is not what :func:`run_case` returns.
        """
        try:
            results, error, mutated = plain["results"], plain["error"], plain["mutated"]
            failure = None if error is None else Failure(**error)
        except (TypeError, KeyError, IndexError) as fault:
            raise values.EncodingError("not an outcome") from fault
        texts = failure and (failure.kind, failure.type, failure.message, failure.text)
        if type(results) is not list or type(mutated) is not bool:
            raise values.EncodingError("not an outcome")
        if failure and not (
            all(type(t) is str for t in texts or ()) and type(failure.line) in (int, type(None))
        ):
            raise values.EncodingError("not a failure")
        return Outcome(tuple(results), failure, mutated)


def run_case(thing: Any, plain_steps: Sequence[dict[str, Any]], seed: int = 0) -> dict[str, Any]:
    """Run the steps of a case on an answer, on fresh copies of the inputs.

    Args:
        thing: the student's function, class, object or value.
        plain_steps: what ``Case.to_plain`` gives.
        seed: what random numbers the answer draws, should it draw any.

    Returns:
        An :class:`Outcome` as plain data.
    """
    results: list[Any] = []
    error = None
    known: dict[str, Any] = {ANSWER: thing}
    inputs: list[tuple[Any, Any]] = []  # what was handed over, and how it looked before
    with same_random_numbers(seed):
        try:
            for step in steps_from_plain(plain_steps):
                value = _do(step, known, inputs)
                if step.keep:
                    known[step.keep] = value
                if step.judged:
                    results.append(values.from_tree(values.to_tree(value)))
        except values.EncodingError as fault:
            error = Failure("oversized", message=str(fault))
        except (Exception, SystemExit) as fault:
            error = failure(fault)
    return Outcome(tuple(results), error, _changed(inputs)).to_plain()


class Missing(Exception):
    """An attribute that the answer does not have."""


def _do(step: Step, known: dict[str, Any], inputs: list[tuple[Any, Any]]) -> Any:
    """One step; its value."""
    args = [_fresh(arg, known) for arg in step.args]
    if step.do == "set":
        return _set(step.target, args[0], known)
    target = _find(step.target, known)
    if step.do == "get":
        return target
    kwargs = {key: _fresh(arg, known) for key, arg in step.kwargs.items()}
    plain = [a for a, given in zip(args, step.args, strict=True) if not isinstance(given, Kept)]
    inputs.append(((plain, kwargs), values.to_tree((plain, kwargs))))
    return target(*args, **kwargs)


def _fresh(value: Any, known: Mapping[str, Any]) -> Any:
    """A copy of an input, with kept results put in by reference."""
    if isinstance(value, Kept):
        return known[value.name]
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, (list, tuple)):
        return type(value)(_fresh(v, known) for v in value)
    if isinstance(value, dict):
        return {k: _fresh(v, known) for k, v in value.items()}
    return value.clone() if hasattr(value, "clone") else value


def _find(path: str, known: Mapping[str, Any]) -> Any:
    """What a dotted path means; parts that are numbers are indices."""
    first, *rest = path.split(".")
    thing = known[first]
    for part in rest:
        if part.isdigit():
            thing = thing[int(part)]
            continue
        try:
            thing = getattr(thing, part)
        except AttributeError as error:
            raise Missing(part) from error
    return thing


def _set(path: str, value: Any, known: dict[str, Any]) -> Any:
    """Set what a path means: copy into a tensor or array of that name, else bind it."""
    if "." not in path:
        known[path] = value
        return value
    before, last = path.rsplit(".", 1)
    holder = _find(before, known)
    old = getattr(holder, last, None)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(old, torch.Tensor):
        new = torch.as_tensor(value, dtype=old.dtype)
        if new.shape != old.shape:
            raise ValueError(
                f"{last} has shape {tuple(old.shape)}, but it should be {tuple(new.shape)}"
            )
        with torch.no_grad():
            old.copy_(new)
        return old
    if old is None and not hasattr(holder, last):
        raise Missing(last)
    setattr(holder, last, value)
    return value


def _changed(inputs: Sequence[tuple[Any, Any]]) -> bool:
    """Whether any input is no longer what was handed over."""
    try:
        return any(values.to_tree(given) != before for given, before in inputs)
    except Exception:
        return True


def failure(error: BaseException) -> Failure:
    """An exception as plain text, with the last line that the student wrote."""
    if isinstance(error, Missing):
        return Failure("missing", message=str(error))
    name = type.__dict__["__name__"].__get__(type(error))
    try:
        message = ADDRESS.sub("0x…", str(error))[:MESSAGE]
    except Exception:
        message = ""
    line, text = last_line(error.__traceback__)
    kind = "unwritten" if type(error) is NotImplementedError else "raised"
    return Failure(kind, str(name)[:80], message, line, text)


def last_line(trace: TracebackType | None) -> tuple[int | None, str]:
    """Number and text of the innermost line that is neither ours nor an installed package's."""
    number, text = None, ""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not file.startswith((OURS, "<frozen", "<__array_function__", *INSTALLED)):
            number, text = trace.tb_lineno, linecache.getline(file, trace.tb_lineno).strip()[:200]
        trace = trace.tb_next
    return number, text


@contextlib.contextmanager
def same_random_numbers(seed: int) -> Iterator[None]:
    """Seed Python, NumPy and (where it is loaded) torch; afterwards all is as it was."""
    torch = sys.modules.get("torch")
    before = random.getstate(), np.random.get_state(), torch and torch.get_rng_state()
    random.seed(seed)
    np.random.seed(seed % 2**32)
    if torch:
        torch.manual_seed(seed)
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
        if torch:
            torch.set_rng_state(before[2])
