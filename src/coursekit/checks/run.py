"""Do what a case says with a student's answer, and report plainly what came of it.

The same code runs in the notebook and in the grader's confined process. It holds no expected value
and gives no verdict.
"""

import contextlib
import random
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from coursekit.checks import values
from coursekit.checks.cases import ANSWER, Case, Distant, Kept, Step, steps_from_plain
from coursekit.checks.errors import report

DISTANT = "$distant"  # among the names that steps know: how to call what stays with the judge


Reach = Callable[[int, Any], Any]  # number and argument of a distant function -> its value


def run_case(
    thing: Any, steps: Sequence[dict[str, Any]], seed: int = 0, reach: Reach | None = None
) -> dict[str, Any]:
    """Do the steps of one case, on fresh copies of its inputs.

    Args:
        thing: the student's function, class or value.
        steps: plain steps (:meth:`Case.to_plain`).
        seed: fixes the random numbers that the answer draws, should it draw any.
        reach: calls a function that stays with the judge.

    Returns:
        ``results``: the judged values as plain data; ``error``: None, or what
        :func:`.errors.report` says, and the number of the ``step``; ``mutated``: whether an input
        was changed in place; ``aliased``, if it is so: a later step has changed the result of an
        earlier call.
    """
    known: dict[str, Any] = {ANSWER: thing, DISTANT: reach}
    handed: list[tuple[Any, Any]] = []  # inputs, and how they looked before
    returned: list[tuple[Any, Any]] = []  # results of calls, and how they looked then
    results: list[Any] = []
    error = None
    number = 0
    seed_everything(seed)
    try:
        for step in steps_from_plain(steps):
            value = _do(step, known, handed)
            if step.keep:
                known[step.keep] = value
            if step.judged:
                # A copy in plain data, since a later step may change the object.
                tree = values.to_tree(value)
                results.append(values.from_tree(tree))
                if step.do == "call":
                    returned.append((value, tree))
            number += 1
    except KeyboardInterrupt:  # the time is up, or the student has stopped it
        raise
    except BaseException as fault:  # a class of the answer's own may be no Exception
        error = report(fault, thing) | {"step": number}
    aliased = {"aliased": True} if len(returned) > 1 and _changed(returned) else {}
    return {"results": results, "error": error, "mutated": _changed(handed), **aliased}


def replay(thing: Any, case: Case, seed: int = 0) -> list[Any]:
    """The judged results of one case; what the answer raises comes through."""
    known: dict[str, Any] = {ANSWER: thing, DISTANT: case.evaluate}
    results = []
    seed_everything(seed)
    for step in case.steps:
        value = _do(step, known, [])
        if step.keep:
            known[step.keep] = value
        if step.judged:
            results.append(value)
    return results


def copied(value: Any, case: Case) -> Any:
    """A copy of an input of a case; what only an answer can make stays as it is."""
    if isinstance(value, Kept):
        return value
    return _fresh(value, {DISTANT: case.evaluate})


def _do(step: Step, known: dict[str, Any], handed: list[tuple[Any, Any]]) -> Any:
    """One step; its value."""
    args = [_fresh(arg, known) for arg in step.args]
    if step.do == "set":
        return _set(step.target, args[0], known)
    target = _find(step.target, known)
    if target is ...:
        raise NotImplementedError
    if step.do == "get":
        return target
    if step.do == "each":
        return _each(target, args[0])
    kwargs = {key: _fresh(arg, known) for key, arg in step.kwargs.items()}
    made = (Kept, Distant)
    plain = [a for a, given in zip(args, step.args, strict=True) if not isinstance(given, made)]
    handed.append(((plain, kwargs), _tree((plain, kwargs))))
    return target(*args, **kwargs)


def _fresh(value: Any, known: Mapping[str, Any]) -> Any:
    """A copy of an input, with kept results put in by reference."""
    if isinstance(value, Kept):
        return known[value.name]
    if isinstance(value, Distant):
        return _model(known[DISTANT], value.number)
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, (list, tuple)):
        return type(value)(_fresh(v, known) for v in value)
    if isinstance(value, dict):
        return {k: _fresh(v, known) for k, v in value.items()}
    return value.clone() if hasattr(value, "clone") else value


def _each(target: Any, items: Sequence[Any]) -> list[Any]:
    """The target's results for all items; an error says for which item it was."""
    if not callable(target):
        kind = type(target).__name__
        raise TypeError(f"a function is to be returned, which can be called; got {kind}")
    results = []
    for item in items:
        try:
            results.append(target(item))
        except Exception as fault:
            fault.add_note(f"for an argument of shape {np.shape(item)}")
            raise
    return results


def _model(reach: Reach, number: int) -> Callable[[Any], Any]:
    """A distant function as a student calls it: no more than a number is in it."""

    def model(X: Any) -> Any:
        return reach(number, X)

    return model


def _find(path: str, known: Mapping[str, Any]) -> Any:
    """What a dotted path means; parts that are numbers are indices."""
    first, *rest = path.split(".")
    thing = known[first]
    for part in rest:
        thing = thing[int(part)] if part.isdigit() else getattr(thing, part)
    return thing


def _set(path: str, value: Any, known: dict[str, Any]) -> Any:
    """Set what a path means: copy into a tensor that is there, else bind the name."""
    before, _, last = path.rpartition(".")
    if not before:
        known[path] = value
        return value
    holder = _find(before, known)
    old = getattr(holder, last)
    torch = values.loaded_torch()
    if torch is not None and isinstance(old, torch.Tensor):
        new = torch.as_tensor(value, dtype=old.dtype)
        if new.shape != old.shape:
            shapes = f"shape {tuple(old.shape)}; it should have {tuple(new.shape)}"
            raise ValueError(f"{last} has {shapes}")
        with torch.no_grad():
            old.copy_(new)
    else:
        setattr(holder, last, value)
    return value


def _changed(handed: Sequence[tuple[Any, Any]]) -> bool:
    """Whether any input is no longer what was handed over."""
    return any(_tree(given) != before for given, before in handed)


def _tree(value: Any) -> Any:
    """A value for comparison; None where it has grown over the limits."""
    with contextlib.suppress(values.EncodingError):
        return values.to_tree(value)
    return None


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy and, where it is loaded, torch."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    if generator := _torch_generator():
        generator.manual_seed(seed)


@contextlib.contextmanager
def random_state_kept() -> Iterator[None]:
    """Whatever is seeded and drawn inside, afterwards all random numbers go on as before."""
    generator = _torch_generator()
    before = random.getstate(), np.random.get_state(), generator and generator.get_state()
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
        if generator:
            generator.set_state(before[2])


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No warning is shown or raised, whatever a notebook has asked for."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def _torch_generator() -> Any:
    """Torch's generator for the CPU, or None where torch is not loaded.

    Not torch.manual_seed, which walks the stack for the sake of devices not yet begun.
    """
    torch = values.loaded_torch()
    return None if torch is None else torch.default_generator
