"""Digits that do not depend on the processor: of the inputs of cases, and of recorded outcomes.

Mathematical functions and sums differ in their last bits from one processor to the next. What a
release stores must not, nor what a seed draws: so inputs are rounded to eight digits and outcomes
to a hundredth of their tolerance, and single precision is worked out in double.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit.checks.compare import is_tensor
from coursekit.checks.digits import places
from coursekit.checks.run import Reach, run_case
from coursekit.checks.values import loaded_torch, tensor

DIGITS = 8  # of a number that a generator of cases computes
EXACT = 2**53  # whole numbers up to here are what they seem


def rounded(numbers: np.ndarray, digits: int = DIGITS) -> np.ndarray:
    """Floating-point numbers as the nearest decimals of so many digits, in the type they have."""
    return _each(numbers, lambda x: float(f"{x:.{digits}g}"))


def settled(numbers: np.ndarray, rtol: float, atol: float) -> np.ndarray:
    """Numbers to a hundredth of the tolerance they are compared with, in the type they have."""
    digits = 1 + places(rtol)
    decimals = places(atol)

    def settle(x: float) -> float:
        small = abs(x) * rtol < atol
        return round(x, decimals) if small else float(f"{x:.{digits}g}")

    return _each(numbers, settle)


def _each(numbers: np.ndarray, change: Callable[[float], float]) -> np.ndarray:
    """Every number that is not exact as it stands changed; no zero is negative afterwards."""
    if numbers.dtype.kind == "c":
        real, imaginary = _each(numbers.real, change), _each(numbers.imag, change)
        return np.asarray((real + 1j * imaginary).astype(numbers.dtype))
    flat = [
        change(x) if x % 1 or abs(x) > EXACT else x for x in numbers.astype(float).ravel().tolist()
    ]
    return np.array(flat, dtype=float).reshape(numbers.shape).astype(numbers.dtype) + 0


def throughout(value: Any, change: Callable[[Any], Any]) -> Any:
    """Plain data with ``change`` applied to everything that is no list, tuple or dictionary."""
    if type(value) in (list, tuple):
        return type(value)(throughout(item, change) for item in value)
    if type(value) is dict:
        return {key: throughout(item, change) for key, item in value.items()}
    return change(value)


def numbers_in(value: Any, change: Callable[[np.ndarray], np.ndarray]) -> Any:
    """Plain data in which every floating-point number, array and tensor is changed."""

    def leaf(item: Any) -> Any:
        if is_tensor(item):
            return tensor(change(item.numpy())) if item.is_floating_point() else item
        if isinstance(item, np.ndarray):
            return change(item) if item.dtype.kind in "fc" else item
        if isinstance(item, np.inexact):
            return change(np.asarray(item))[()]
        if isinstance(item, (float, complex)):
            return type(item)(change(np.asarray(item)))
        return item

    return throughout(value, leaf)


def run_precisely(thing: Any, steps: Any, reach: Reach) -> dict[str, Any]:
    """What :func:`.run.run_case` gives, tensors of single precision worked out in double.

    The result of every step is rounded to single precision once, at the end.
    """
    torch = loaded_torch()
    if torch is None or not _single(steps):
        return run_case(thing, steps, reach=reach)
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        outcome = run_case(thing, _cast(steps, torch.float32, torch.float64), reach=reach)
    finally:
        torch.set_default_dtype(before)
    return {**outcome, "results": _cast(outcome["results"], torch.float64, torch.float32)}


def _single(steps: Any) -> bool:
    """Whether a tensor of single precision is among the inputs."""
    found: list[Any] = []
    throughout(steps, found.append)
    return any(
        is_tensor(item) and item.dtype.itemsize == 4 and item.is_floating_point() for item in found
    )


def _cast(value: Any, old: Any, new: Any) -> Any:
    """Plain data with the tensors of one type brought to another."""
    return throughout(
        value, lambda item: item.to(new) if is_tensor(item) and item.dtype == old else item
    )
