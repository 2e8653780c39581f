"""How many digits of a stored result are right: its last ones depend on the processor."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from coursekit.checks.cases import Tolerance
from coursekit.checks.compare import as_array

FINER = 100  # a computed result is stored to this part of the tolerance
ALL = 17  # decimals that give back every number


def places(tolerance: float) -> int:
    """Decimals that the stored part of a tolerance takes; all where there is no tolerance."""
    return next((n for n in range(ALL) if 10.0**-n <= tolerance / FINER), ALL)


def digits(value: Any, tolerance: Tolerance) -> str:
    """To what a stored result is right, such as "8 digits"; empty where every bit of it is.

    A whole number may be one that was rounded: it says no more than any other.
    """
    numbers = np.concatenate([np.zeros(0), *_numbers(value)])
    computed = np.abs(numbers[np.isfinite(numbers)])
    small = computed * tolerance.rtol < tolerance.atol
    parts = []
    if (~small).any() and tolerance.rtol:
        parts.append(f"{1 + places(tolerance.rtol)} digits")
    if small.any():
        parts.append(f"{places(tolerance.atol)} decimals")
    return " or ".join(parts)


def _numbers(value: Any) -> Iterator[np.ndarray]:
    """The floating-point numbers in plain data; of complex ones both parts."""
    array = as_array(value)
    if array is not None and array.dtype.kind in "fc":
        yield from (part.ravel().astype(float) for part in _parts(array))
    elif array is None and isinstance(value, (list, tuple, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _numbers(item)


def _parts(array: np.ndarray) -> list[np.ndarray]:
    return [array.real, array.imag] if array.dtype.kind == "c" else [array]
