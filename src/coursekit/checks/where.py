"""In which cases an answer fails: what their inputs have, and those that it solves have not.

No guess at the reason: what is said holds for all cases that were tried and can be seen there. Only
what often decides is looked at (nothing there, zeros, ties, very large numbers, too short for
what is asked), since among many properties some would tell any two groups apart by chance.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from coursekit.checks.cases import Case
from coursekit.checks.compare import as_array

FEW = 2  # cases that fail, or that do not, from which something can be seen
LARGE = 500  # exp of more overflows, or nearly
Inputs = dict[str, Any]


def where(thing: Any, cases: Sequence[Case], failed: Sequence[int]) -> str:
    """What tells the cases that fail from the others; empty where nothing simple does.

    Args:
        thing: the answer, whose arguments have names.
        cases: all cases of the question.
        failed: numbers of those that fail.
    """
    found = [_properties(thing, case) for case in cases]
    bad = [properties for i, properties in enumerate(found) if i in failed]
    good = [properties for i, properties in enumerate(found) if i not in failed]
    if not bad or not good:
        return ""
    of = f"Of the {len(cases)} cases your code"
    if len(good) >= FEW and (says := _only(bad, good)):
        return f"{of} fails exactly those in which {says}."
    # That nothing is wrong where there is nothing tells little.
    says = _only(good, bad) if len(bad) >= FEW else ""
    return f"{of} solves exactly those in which {says}." if says and EMPTY not in says else ""


def _only(these: Sequence[list[str]], others: Sequence[list[str]]) -> str:
    """The first property that all of these have, and none of the others."""
    common = [says for says in these[0] if all(says in found for found in these)]
    return next((says for says in common if not any(says in found for found in others)), "")


def _properties(thing: Any, case: Case) -> list[str]:
    """What is true of the inputs of one case, the most telling first."""
    inputs = _inputs(thing, case)
    found = [says for name, value in inputs.items() for says in _of_one(name, value)]
    return [*_too_short(inputs), *found]


def _inputs(thing: Any, case: Case) -> Inputs:
    """The arguments of a case that calls a function once, by name; none of any other case."""
    calls = [step for step in case.steps if step.do == "call"]
    kept = {step.target: step.args[0] for step in case.steps if step.do == "set"}
    if len(calls) != 1 or calls[0].kwargs or not inspect.isfunction(inspect.unwrap(thing)):
        return {}
    names = list(inspect.signature(thing).parameters)
    given = [kept.get(getattr(arg, "name", ""), arg) for arg in calls[0].args]
    return dict(zip(names, given, strict=True)) if len(names) == len(given) else {}


def _of_one(name: str, value: Any) -> Iterator[str]:
    """What is true of one input."""
    if _is_long(value) and len(value) < 2:
        yield f"`{name}` {'has length 1' if len(value) else EMPTY}"
    array = as_array(value)
    if array is not None and array.size:
        for holds, says in PROPERTIES if array.ndim else ((_zero, "is 0"), (_large, OVER)):
            if holds(array):
                yield f"`{name}` {says}"


def _too_short(inputs: Inputs) -> Iterator[str]:
    """Which lengths do not reach a whole number."""
    numbers = {
        name: value
        for name, value in inputs.items()
        if isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    }
    for name, value in inputs.items():
        for other, number in numbers.items():
            if _is_long(value) and len(value) < number:
                yield f"`{name}` is shorter than `{other}`"


def _is_long(value: Any) -> bool:
    """Whether an input is a list or an array with a length."""
    return isinstance(value, list) or (isinstance(value, np.ndarray) and value.ndim > 0)


def _all_zero(array: np.ndarray) -> bool:
    return array.dtype.kind != "b" and not array.any()


def _zero(array: np.ndarray) -> bool:
    return array.dtype.kind != "b" and bool((array == 0).any())


def _large(array: np.ndarray) -> bool:
    finite = array[np.isfinite(array)]
    return array.dtype.kind == "f" and bool((np.abs(finite) > LARGE).any())


def _nan(array: np.ndarray) -> bool:
    return bool(np.isnan(array).any())


def _infinite(array: np.ndarray) -> bool:
    return bool(np.isinf(array).any())


def _negative(array: np.ndarray) -> bool:
    return array.dtype.kind in "if" and bool((array < 0).any())


def _true(array: np.ndarray) -> bool:
    return array.dtype.kind == "b" and bool(array.all())


def _false(array: np.ndarray) -> bool:
    return array.dtype.kind == "b" and not array.any()


def _repeats(array: np.ndarray) -> bool:
    return array.dtype.kind == "f" and array.ndim == 1 and np.unique(array).size < array.size


EMPTY = "is empty"
OVER = f"holds numbers beyond {LARGE}"
PROPERTIES: tuple[tuple[Callable[[np.ndarray], bool], str], ...] = (
    (_all_zero, "is 0 everywhere"),
    (_zero, "holds a 0"),
    (_large, OVER),
    (_nan, "holds NaN"),
    (_infinite, "holds an infinite number"),
    (_negative, "holds negative numbers"),
    (_true, "is True everywhere"),
    (_false, "is False everywhere"),
    (_repeats, "holds equal numbers"),
)
