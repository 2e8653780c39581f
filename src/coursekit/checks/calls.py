"""The input of a case as code: short enough to read, and to paste where it is not cut short."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from coursekit.checks.cases import Distant, Kept, Step

ITEMS = 24  # numbers of an array that are written out
DIGITS = 4


def show_steps(steps: Sequence[Step], name: str) -> str:
    """The steps of a case as the calls one would write, one a line."""
    return "\n".join(_line(step, name) for step in steps)


def _line(step: Step, name: str) -> str:
    first, *rest = step.target.split(".")
    target = name if first == "answer" else first
    for part in rest:
        target += f"[{part}]" if part.isdigit() else f".{part}"
    given = [show(arg) for arg in step.args]
    given += [f"{key}={show(value)}" for key, value in step.kwargs.items()]
    line = {
        "call": f"{target}({', '.join(given)})",
        "each": f"[{target}(x) for x in {', '.join(given)}]",
        "set": f"{target} = {', '.join(given)}",
        "get": target,
    }[step.do]
    return f"{step.keep} = {line}" if step.keep else line


def show(value: Any) -> str:
    """A value as Python would write it; a long array by its shape and first numbers."""
    if isinstance(value, Kept):
        return value.name
    if isinstance(value, Distant):
        return "model"
    if hasattr(value, "detach"):
        return _array(value.detach().cpu().numpy(), "torch.tensor")
    if isinstance(value, np.ndarray):
        return _array(value, "np.array")
    if isinstance(value, np.generic):
        return show(value.item())
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}" if abs(value) < np.inf else f'float("{value}")'
    if isinstance(value, (list, tuple)):
        inner = ", ".join([*map(show, value[:ITEMS]), *["…"] * (len(value) > ITEMS)])
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' * (len(value) == 1)})"
    if isinstance(value, dict):
        pairs = [f"{show(k)}: {show(v)}" for k, v in list(value.items())[:ITEMS]]
        return "{" + ", ".join([*pairs, *["…"] * (len(value) > ITEMS)]) + "}"
    return repr(value)


def _array(array: np.ndarray, maker: str) -> str:
    """An array as code: all of it where it is short, else its shape and first numbers."""
    size = str(array.shape[0]) if array.ndim == 1 else str(array.shape)
    if array.size == 0:
        return f"np.zeros({size})"
    if array.size > 2 and (array == array.flat[0]).all():
        return f"np.full({size}, {show(array.flat[0])})"
    if array.size > ITEMS:
        first = ", ".join(show(x) for x in array.flat[:4])
        return f"<array of shape {array.shape}: {first}, …>"
    return f"{maker}({show(array.tolist())})"
