"""Compare a result with the expected one, kindly where that is fair, and say what differs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit.checks.cases import Tolerance
from coursekit.checks.relations import relation
from coursekit.checks.values import Opaque, loaded_torch
from coursekit.checks.words import describe, number, shape, short

DEFAULT = Tolerance()
NAN = "NaN comes from 0/0, from ∞ − ∞ or from the logarithm of a negative number"
COMPLEX = "; np.abs of a complex number is its absolute value, .real its real part"
FLOAT32 = Tolerance(rtol=2e-5, atol=2e-6)  # what single precision loses in a short computation


@dataclass(frozen=True)
class Difference:
    """The most specific thing that is true about a wrong result.

    Attributes:
        kind: "type", "dtype", "shape", "length", "keys", "nan" or "values".
        hidden: what may be said where the case is secret: nothing of the expected value.
        more: what may be added where the case is public.
        pair: right and wrong numbers, from which a relation between them may be read.
    """

    kind: str
    hidden: str
    more: str = ""
    pair: tuple[np.ndarray, np.ndarray] | None = None

    @property
    def message(self) -> str:
        """For the student's own notebook."""
        hint = relation(*self.pair) if self.pair else ""
        return f"{self.hidden}{self.more}" + (f". {hint}" if hint else "")


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
    return _numbers(expected, got, tolerance, where)


def _type(expected: Any, got: Any, where: str) -> Difference:
    says = f"{where}expected {describe(expected)}, got {describe(got)}"
    if got is None:
        says += "; is a `return` missing?"
    return Difference("type", says)


def _text_or_dict(expected: Any, got: Any, tolerance: Tolerance, where: str) -> Difference | None:
    if isinstance(expected, str) and isinstance(got, str):
        if expected == got:
            return None
        says = f"{where}wrong text: got {short(got)}"
        return Difference("values", says, f", expected {short(expected)}")
    if not (isinstance(expected, dict) and isinstance(got, dict)):
        return _type(expected, got, where)
    if set(expected) != set(got):
        return _keys(expected, got, where)
    return _first(
        compare(expected[k], got[k], tolerance, f"{where.removesuffix(': ')}[{k!r}]: ")
        for k in expected
    )


def _keys(expected: dict[Any, Any], got: dict[Any, Any], where: str) -> Difference:
    missing, extra = set(expected) - set(got), set(got) - set(expected)
    counts = [f"{len(missing)} missing"] * bool(missing) + [f"{len(extra)} too many"] * bool(extra)
    says = f"{where}wrong keys: {' and '.join(counts)}"
    examples = [f"{short(min(missing, key=repr))} is missing"] if missing else []
    examples += [f"{short(min(extra, key=repr))} should not be there"] if extra else []
    return Difference("keys", says, f"; for example {', and '.join(examples)}")


def _sequence(expected: Any, got: Any, tolerance: Tolerance, where: str) -> Difference | None:
    if isinstance(expected, list) and (is_tensor(got) or isinstance(got, np.ndarray)) and got.ndim:
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
        return Difference("shape", f"{says}{_shapes(right.shape, theirs.shape)}")
    if dtype := _dtype(right, theirs):
        says = f"{where}wrong dtype: expected {dtype}, got {theirs.dtype}"
        says += COMPLEX if theirs.dtype.kind == "c" else ""
        return Difference("dtype", says)
    if is_single(theirs):
        scale = max(1.0, _largest(right))
        tolerance = Tolerance(
            max(tolerance.rtol, FLOAT32.rtol), max(tolerance.atol, FLOAT32.atol * scale)
        )
    bad = ~np.isclose(theirs, right, rtol=tolerance.rtol, atol=tolerance.atol, equal_nan=True)
    return _values(right, theirs, bad, where) if bad.any() else None


def _shapes(right: tuple[int, ...], theirs: tuple[int, ...]) -> str:
    """What a wrong shape suggests."""
    if right == theirs[::-1]:
        return "; that is the transpose"
    if [n for n in theirs if n != 1] == [n for n in right if n != 1]:
        return f"; an axis of length 1 is {'too many' if len(theirs) > len(right) else 'missing'}"
    if not right:
        return "; is a sum or a mean missing?"
    if not theirs:
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
        count = f"{nan.sum()} of {nan.size} values are NaN, the first at {first}"
        says = f"{where}{'got NaN' if nan.ndim == 0 else count}; {NAN}"
        return Difference("nan", says)
    if bad.ndim == 0:
        says = f"{where}wrong value: got {number(theirs)}"
        return Difference("values", says, f", expected {number(right)}", (right, theirs))
    with np.errstate(all="ignore"):
        off = np.abs(theirs.astype(complex) - right.astype(complex))
    worst = int(np.argmax(np.where(bad, np.nan_to_num(off, nan=np.inf), -1.0)))
    says = f"{where}right shape {shape(right)}, but {bad.sum()} of {bad.size} values are wrong"
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
    return array if array.dtype.kind in "biufc" else None


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
