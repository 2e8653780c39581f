"""Compare a result with the expected one, kindly where that is fair, and say what differs."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from coursekit.checks.cases import Tolerance
from coursekit.checks.values import Opaque, loaded_torch
from coursekit.checks.words import describe, number, shape, short

DEFAULT = Tolerance()
NAN = "0/0, ∞ − ∞ and the logarithm of a negative number are NaN"
RETURN = "; is a `return` missing?"
COMPLEX = "; np.abs of a complex number is its absolute value, .real its real part"
LARGEST = int(np.finfo(float).max)
WHOLE = 0.01  # how far rounding may take a whole number
FLOAT32 = Tolerance(rtol=2e-5, atol=2e-6)  # what single precision loses in a short computation


@dataclass(frozen=True)
class Difference:
    """The most specific thing that is true about a wrong result.

    Attributes:
        kind: "type", "dtype", "shape", "length", "keys", "nan" or "values".
        hidden: what may be said where the case is secret: nothing of the expected value.
        more: what may be added where the case is public.
        arrays: right and wrong numbers, where numbers were compared.
        inside: whether these are only a part of the result.
        record: whether these are the parts of a tuple, which are different things in no order.
    """

    kind: str
    hidden: str
    more: str = ""
    arrays: tuple[np.ndarray, np.ndarray] | None = None
    inside: bool = False
    record: bool = False

    @property
    def pair(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Right and wrong numbers, if they are of one shape."""
        if self.arrays is None or self.arrays[0].shape != self.arrays[1].shape:
            return None
        return self.arrays

    @property
    def message(self) -> str:
        """For the student's own notebook."""
        return f"{self.hidden}{self.more}"


def compare(
    expected: Any, got: Any, tolerance: Tolerance = DEFAULT, where: str = ""
) -> Difference | None:
    """None when ``got`` is as good as ``expected``, else what differs.

    A list may stand for an array, a tensor for an array, a 0-d array for a number, a tuple for a
    list, an array for a list of rows, float32 for float64 within its precision. Only where a tensor
    is expected must it be one, since gradients are to flow through it.
    """
    if isinstance(got, Opaque) or (got is None) != (expected is None):
        return _type(expected, got, where)
    if expected is None:
        return None
    if isinstance(expected, (str, dict)) or isinstance(got, (str, dict)):
        return _text_or_dict(expected, got, tolerance, where)
    if isinstance(expected, (list, tuple)) and not _numeric(expected):
        return _sequence(expected, got, tolerance, where)
    if is_tensor(expected) and not is_tensor(got):
        return _type(expected, got, where)
    found = _numbers(expected, got, tolerance, where)
    return found and replace(found, inside=bool(where), record=isinstance(expected, tuple))


def _type(expected: Any, got: Any, where: str) -> Difference:
    says = f"{where}expected {describe(expected)}, got {describe(got)}"
    if got is None and where.endswith(".grad: "):
        says += "; no gradient arrives there: is it used, and is nothing detached on the way?"
    elif got is None and (not where or where.endswith("): ")):
        says += RETURN
    return Difference("type", says)


def _text_or_dict(expected: Any, got: Any, tolerance: Tolerance, where: str) -> Difference | None:
    if isinstance(expected, str) and isinstance(got, str):
        if expected == got:
            return None
        more = f", expected {short(expected)}{_spelling(expected, got)}"
        return Difference("values", f"{where}wrong text: got {short(got)}", more)
    if not (isinstance(expected, dict) and isinstance(got, dict)):
        return _type(expected, got, where)
    if set(expected) != set(got):
        return _keys(expected, got, where)
    return _first(
        compare(expected[k], got[k], tolerance, f"{where.removesuffix(': ')}[{k!r}]: ")
        for k in expected
    )


def _spelling(expected: str, got: str) -> str:
    """What a wrong text has in common with the right one, where that is all but everything."""
    if expected.casefold() == got.casefold():
        return "; only capital letters differ"
    if expected.split() == got.split():
        return "; only spaces or line breaks differ"
    return ""


def _keys(expected: dict[Any, Any], got: dict[Any, Any], where: str) -> Difference:
    missing, extra = set(expected) - set(got), set(got) - set(expected)
    counts = [f"{len(missing)} missing"] * bool(missing) + [f"{len(extra)} too many"] * bool(extra)
    says = f"{where}wrong keys: {' and '.join(counts)}"
    kinds = [{type(key) for key in found} for found in (expected, got)]
    if all(len(found) == 1 for found in kinds) and kinds[0] != kinds[1]:
        right, theirs = (next(iter(found)).__name__ for found in kinds)
        says += f"; each key should be a {right}, not a {theirs}"
    letters = [sorted(str(key).casefold() for key in found) for found in (expected, got)]
    if letters[0] == letters[1] and kinds == [{str}, {str}]:
        return Difference("keys", f"{says}; only capital letters differ")
    examples = [f"{short(min(missing, key=repr))} is missing"] if missing else []
    examples += [f"{short(min(extra, key=repr))} should not be there"] if extra else []
    return Difference("keys", says, f"; for example {', and '.join(examples)}")


def _sequence(expected: Any, got: Any, tolerance: Tolerance, where: str) -> Difference | None:
    if (
        isinstance(expected, (list, tuple))
        and (is_tensor(got) or isinstance(got, np.ndarray))
        and got.ndim
    ):
        got = list(got)
    if not isinstance(got, (list, tuple)):
        return _type(expected, got, where)
    if len(expected) != len(got):
        says = f"{where}wrong length: expected {len(expected)}, got {len(got)}"
        return Difference("length", says)
    name = "result" if not where else ""
    return _first(
        compare(e, g, tolerance, f"{where.removesuffix(': ')}{name}[{i}]: ")
        for i, (e, g) in enumerate(zip(expected, got, strict=True))
    )


def _first(differences: Iterable[Difference | None]) -> Difference | None:
    return next((d for d in differences if d is not None), None)


def _numbers(expected: Any, got: Any, tolerance: Tolerance, where: str) -> Difference | None:
    right, theirs = as_array(expected), as_array(got)
    if right is None or theirs is None:
        items = isinstance(expected, (list, tuple)) and isinstance(got, (list, tuple))
        difference = _sequence(list(expected), got, tolerance, where) if items else None
        return difference or _type(expected, got, where)
    if right.shape != theirs.shape:
        says = f"{where}wrong shape: expected {shape(right)}, got {shape(theirs)}"
        listed = isinstance(expected, (list, tuple)) and not theirs.shape
        says += f"; {len(right)} are asked for" if listed else _shapes(right, theirs)
        return Difference("shape", says, arrays=(right, theirs))
    if dtype := _dtype(right, theirs):
        says = f"{where}wrong dtype: expected {dtype}, got {theirs.dtype}"
        says += COMPLEX if theirs.dtype.kind == "c" else ""
        return Difference("dtype", says)
    if is_single(theirs):
        scale = max(1.0, _largest(right))
        tolerance = Tolerance(
            max(tolerance.rtol, FLOAT32.rtol), max(tolerance.atol, FLOAT32.atol * scale)
        )
    bad = ~_close(right, theirs, tolerance)
    return _values(right, theirs, bad, where) if bad.any() else None


def _close(right: np.ndarray, theirs: np.ndarray, tolerance: Tolerance) -> np.ndarray:
    """Where numbers are near enough; a whole number has to be met, whatever its size."""
    near = np.isclose(theirs, right, rtol=tolerance.rtol, atol=tolerance.atol, equal_nan=True)
    if right.dtype.kind in "iu" and theirs.dtype.kind in "iuf":
        if theirs.dtype.kind == "f":
            near &= np.abs(theirs - right) <= WHOLE
        else:
            near &= theirs == right
    return np.asarray(near)


def _shapes(right: np.ndarray, theirs: np.ndarray) -> str:
    """What a wrong shape suggests."""
    wanted, given = right.shape, theirs.shape
    if wanted == given[::-1]:
        alike = bool(np.allclose(right, theirs.T, equal_nan=True))
        return "; that is the transpose" if alike else "; these are the same lengths in reverse"
    if [n for n in given if n != 1] == [n for n in wanted if n != 1]:
        return f"; an axis of length 1 is {'too many' if len(given) > len(wanted) else 'missing'}"
    if not wanted:
        return "; is a sum or a mean missing?"
    if not given:
        return "; is there a sum or a mean too many?"
    return ""


def _dtype(right: np.ndarray, theirs: np.ndarray) -> str:
    """The kind of entries that is wanted, where theirs cannot stand for it."""
    if right.dtype.kind == "b" and theirs.dtype.kind != "b" and not np.isin(theirs, (0, 1)).all():
        return "True and False" if right.ndim else "True or False"
    if theirs.dtype.kind == "c" and right.dtype.kind != "c" and np.any(theirs.imag):
        return "real numbers"
    return ""


def _values(right: np.ndarray, theirs: np.ndarray, bad: np.ndarray, where: str) -> Difference:
    nan = bad & np.isnan(theirs)
    if nan.any():
        first = place(np.argmax(nan), nan.shape)
        are = "is" if nan.sum() == 1 else "are"
        count = f"{nan.sum()} of {nan.size} values {are} NaN, the first at {first}"
        says = f"{where}{'got NaN' if nan.ndim == 0 else count}; {NAN}"
        return Difference("nan", says, arrays=(right, theirs))
    if bad.ndim == 0:
        says = f"{where}wrong value: got {number(theirs)}"
        return Difference("values", says, f", expected {number(right)}", (right, theirs))
    with np.errstate(all="ignore"):
        off = np.abs(theirs.astype(complex) - right.astype(complex))
    worst = int(np.argmax(np.where(bad, np.nan_to_num(off, nan=np.inf), -1.0)))
    are = "is" if bad.sum() == 1 else "are"
    says = f"{where}right shape {shape(right)}, but {bad.sum()} of {bad.size} values {are} wrong"
    says += f", most at {place(worst, bad.shape)}: got {number(theirs.flat[worst])}"
    return Difference("values", says, f", expected {number(right.flat[worst])}", (right, theirs))


def place(flat: Any, dimensions: tuple[int, ...]) -> str:
    """An index as a student writes it."""
    return str([int(i) for i in np.unravel_index(int(flat), dimensions)])


def as_array(value: Any) -> np.ndarray | None:
    """The value as a numeric array, or None where it is none."""
    if is_tensor(value):
        value = value.detach().cpu().numpy()
    if isinstance(value, (list, tuple)):
        if any(isinstance(v, Opaque) for v in value):
            return None
        value = [v.detach().cpu().numpy() if is_tensor(v) else v for v in value]
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if array.dtype.kind == "O" and all(type(entry) is int for entry in array.flat):
        array = _large(array)  # integers of more than 64 bits
    return array if array.dtype.kind in "biufc" else None


def _large(integers: np.ndarray) -> np.ndarray:
    """Integers of any size as floating-point numbers, infinite where they are too large."""
    flat = [float(n) if abs(n) < LARGEST else math.copysign(math.inf, n) for n in integers.flat]
    return np.array(flat, dtype=float).reshape(integers.shape)


def is_tensor(value: Any) -> bool:
    """Whether a value is a torch tensor; loads no torch."""
    torch = loaded_torch()
    return torch is not None and isinstance(value, torch.Tensor)


def is_single(array: np.ndarray) -> bool:
    """Whether all entries are numbers of single precision, whatever type they arrived in."""
    if array.dtype.kind != "f":
        return False
    with np.errstate(over="ignore"):
        return bool(np.array_equal(array.astype(np.float32), array, equal_nan=True))


def _numeric(value: Any) -> bool:
    """Whether a list stands for an array: numbers, or lists of them, all of one length."""
    return (
        len(value) > 0
        and not any(
            isinstance(v, (np.ndarray, str, dict)) or v is None or is_tensor(v) for v in value
        )
        and as_array(value) is not None
    )


def _largest(array: np.ndarray) -> float:
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) if finite.size else 0.0
