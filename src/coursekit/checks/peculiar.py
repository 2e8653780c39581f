"""What only those inputs have in common for which an answer is wrong."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from coursekit.checks.cases import Case
from coursekit.checks.compare import as_array

OVERFLOW = 700  # exp of a number not much larger is infinite in double precision
TWO = 2  # cases that have to be right, to see a difference


def _numbers(test: Callable[[np.ndarray], Any]) -> Callable[[Any], bool]:
    """Whether a test holds of the floating-point numbers of an input."""

    def holds(value: Any) -> bool:
        array = as_array(value)
        return array is not None and array.dtype.kind == "f" and bool(np.any(test(array)))

    return holds


def _length(wanted: int) -> Callable[[Any], bool]:
    def holds(value: Any) -> bool:
        if isinstance(value, (list, tuple, dict, str)):
            return len(value) == wanted
        array = as_array(value)
        return array is not None and array.ndim > 0 and len(array) == wanted

    return holds


TRAITS: dict[str, Callable[[Any], bool]] = {
    "is empty": _length(0),
    "contains NaN": _numbers(np.isnan),
    "contains −∞": _numbers(np.isneginf),
    "contains ∞": _numbers(np.isposinf),
    f"contains numbers above {OVERFLOW}": _numbers(lambda x: np.isfinite(x) & (x > OVERFLOW)),
    f"contains numbers below −{OVERFLOW}": _numbers(lambda x: np.isfinite(x) & (x < -OVERFLOW)),
    "has the length 1": _length(1),
    "contains a 0": _numbers(lambda x: x == 0),
    "contains negative numbers": _numbers(lambda x: x < 0),
}


def traits(case: Case) -> frozenset[str]:
    """What is peculiar to the inputs of a case, each in words after "an argument"."""
    given = [value for step in case.steps for value in (*step.args, *step.kwargs.values())]
    return frozenset(says for says, holds in TRAITS.items() if any(map(holds, _parts(given))))


def _parts(values: Sequence[Any]) -> Iterator[Any]:
    """Inputs, and the arrays inside of them."""
    for value in values:
        yield value
        if isinstance(value, (list, tuple)) and as_array(value) is None:
            yield from (part for part in value if not isinstance(part, str))


def peculiar(found: Sequence[frozenset[str]], failed: Sequence[int]) -> str:
    """What every input that fails has and no other has; empty where there is nothing.

    Args:
        found: the traits of every case.
        failed: numbers of the cases that fail.
    """
    passed = [found[i] for i in range(len(found)) if i not in set(failed)]
    if len(passed) < TWO or not failed:
        return ""
    shared = frozenset.intersection(*(found[i] for i in failed)).difference(*passed)
    says = next((t for t in TRAITS if t in shared), "")
    if not says:
        return ""
    if len(failed) == 1:
        return f"Of {len(found)} cases one fails: the only one in which an argument {says}."
    return f"The {len(failed)} cases that fail are just those in which an argument {says}."
