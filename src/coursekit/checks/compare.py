"""Compare a result with the expected one, kindly where that is fair, and say what differs."""

import sys
from typing import Any, NamedTuple

import numpy as np

from coursekit.checks.cases import Tolerance
from coursekit.checks.values import Opaque

DEFAULT = Tolerance()
FLOAT32 = Tolerance(rtol=2e-5, atol=2e-6)  # what single precision loses in a short computation


class Difference(NamedTuple):
    """The most specific thing that is true about a wrong result.

    Attributes:
        kind: "type", "shape", "length", "keys", "nan" or "values".
        message: for the student's own notebook, where the expected value is public.
        hidden: the same without any expected value, for hidden cases.
    """

    kind: str
    message: str
    hidden: str


def compare(
    expected: Any, got: Any, tolerance: Tolerance = DEFAULT, where: str = ""
) -> Difference | None:
    """None when ``got`` is as good as ``expected``, else what differs.

    A list may stand for an array, a tensor for an array, a 0-d array for a number, a tuple for a
    list, float32 for float64 within its precision.
    """
    if isinstance(got, Opaque) or (got is None) != (expected is None):
        return _type(expected, got, where)
    if expected is None:
        return None
    if isinstance(expected, (str, dict)) or isinstance(got, (str, dict)):
        return _text_or_dict(expected, got, tolerance, where)
    if isinstance(expected, (list, tuple)) and not _numeric(expected):
        return _sequence(expected, got, tolerance, where)
    return _numbers(expected, got, tolerance, where)


def _type(expected: Any, got: Any, where: str) -> Difference:
    says = f"{where}expected {describe(expected)}, got {describe(got)}"
    if got is None:
        says += " (is a `return` missing?)"
    return Difference("type", says, says)


def _text_or_dict(expected: Any, got: Any, tolerance: Tolerance, where: str) -> Difference | None:
    if isinstance(expected, str) and isinstance(got, str):
        if expected == got:
            return None
        says = f"{where}wrong text: got {_short(got)}"
        return Difference("values", f"{says}, expected {_short(expected)}", says)
    if not (isinstance(expected, dict) and isinstance(got, dict)):
        return _type(expected, got, where)
    if set(expected) != set(got):
        extra, missing = set(got) - set(expected), set(expected) - set(got)
        says = f"{where}wrong keys: {len(missing)} missing, {len(extra)} too many"
        more = "".join(
            f"; {name} {_short(min(keys, key=repr))}"
            for name, keys in (("for example missing", missing), ("for example not wanted", extra))
            if keys
        )
        return Difference("keys", says + more, says)
    return _first(
        compare(expected[k], got[k], tolerance, f"{where.removesuffix(': ')}[{k!r}]: ")
        for k in expected
    )


def _sequence(expected: Any, got: Any, tolerance: Tolerance, where: str) -> Difference | None:
    if not isinstance(got, (list, tuple)):
        return _type(expected, got, where)
    if len(expected) != len(got):
        says = f"{where}wrong length: expected {len(expected)}, got {len(got)}"
        return Difference("length", says, says)
    name = "result" if not where else ""
    return _first(
        compare(e, g, tolerance, f"{where.removesuffix(': ')}{name}[{i}]: ")
        for i, (e, g) in enumerate(zip(expected, got, strict=True))
    )


def _first(differences: Any) -> Difference | None:
    return next((d for d in differences if d is not None), None)


def _numbers(expected: Any, got: Any, tolerance: Tolerance, where: str) -> Difference | None:
    right, theirs = as_array(expected), as_array(got)
    if right is None or theirs is None:
        return _type(expected, got, where)
    if right.dtype.kind == "b" and theirs.dtype.kind != "b" and not _only_0_1(theirs):
        return _type(expected, got, where)
    if right.shape != theirs.shape:
        says = f"{where}wrong shape: expected {_shape(right)}, got {_shape(theirs)}"
        return Difference("shape", says, says)
    if _single(got):
        tolerance = Tolerance(
            max(tolerance.rtol, FLOAT32.rtol),
            max(tolerance.atol, FLOAT32.atol * max(1.0, _largest(right))),
        )
    bad = ~np.isclose(theirs, right, rtol=tolerance.rtol, atol=tolerance.atol, equal_nan=True)
    return _values(right, theirs, bad, where) if bad.any() else None


def _values(right: np.ndarray, theirs: np.ndarray, bad: np.ndarray, where: str) -> Difference:
    nan = bad & np.isnan(theirs)
    if nan.any():
        says = f"{where}{'NaN' if nan.size == 1 else f'{nan.sum()} of {nan.size} values are NaN'}"
        return Difference("nan", says, says)
    if bad.size == 1:
        says = f"{where}wrong value: got {_number(theirs)}"
        return Difference("values", f"{says}, expected {_number(right)}", says)
    with np.errstate(invalid="ignore"):
        off = np.where(bad, np.abs(theirs.astype(complex) - right.astype(complex)), -1.0)
    worst = np.unravel_index(int(np.nanargmax(np.nan_to_num(off, posinf=1e308))), off.shape)
    place = "[" + ", ".join(str(int(i)) for i in worst) + "]"
    says = (
        f"{where}right shape {_shape(right)}, wrong values: {bad.sum()} of {bad.size} differ, "
        f"most at {place}: got {_number(theirs[worst])}"
    )
    return Difference("values", f"{says}, expected {_number(right[worst])}", says)


def as_array(value: Any) -> np.ndarray | None:
    """The value as a numeric array, or None where it is none."""
    if _is_tensor(value):
        value = value.detach().cpu().numpy()
    if isinstance(value, (list, tuple)):
        if any(isinstance(v, Opaque) for v in value):
            return None
        value = [v.detach().cpu().numpy() if _is_tensor(v) else v for v in value]
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        return None
    return array if array.dtype.kind in "biufc" else None


def _numeric(value: Any) -> bool:
    """Whether a list stands for an array: numbers, or lists of them, all of one length."""
    return (
        len(value) > 0
        and not any(
            isinstance(v, (np.ndarray, str, dict)) or v is None or _is_tensor(v) for v in value
        )
        and as_array(value) is not None
    )


def _is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _single(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_single(v) for v in value)
    return str(getattr(value, "dtype", "")).rpartition(".")[2] in ("float32", "float16")


def _only_0_1(array: np.ndarray) -> bool:
    return array.dtype.kind in "iu" and bool(np.isin(array, (0, 1)).all())


def _largest(array: np.ndarray) -> float:
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) if finite.size else 0.0


def _shape(array: np.ndarray) -> str:
    return str(tuple(int(n) for n in array.shape)) if array.shape else "a single number"


def _number(value: Any) -> str:
    item = np.asarray(value).item()
    return (
        f"{item:.6g}"
        if isinstance(item, (int, float)) and not isinstance(item, bool)
        else str(item)
    )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def describe(value: Any) -> str:
    """A value's kind in words a student uses."""
    if value is None:
        return "None"
    if isinstance(value, Opaque):
        return f"an object of type {value.type_name}"
    if _is_tensor(value) or isinstance(value, np.ndarray):
        kind = "a tensor" if _is_tensor(value) else "an array"
        return f"{kind} of shape {tuple(value.shape)}"
    names = {
        bool: "True or False",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        tuple: "a tuple",
        dict: "a dictionary",
        complex: "a complex number",
    }
    if isinstance(value, np.generic):
        return "a number"
    return names.get(type(value), f"an object of type {type(value).__name__}")
