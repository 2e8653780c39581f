"""The input of a case as code that can be pasted: it evaluates to the same input, bit for bit.

The code takes for granted what every exercise imports: ``np``, and ``torch`` where tensors occur.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from coursekit.checks.cases import ANSWER, Distant, Kept, Step

LABEL = 30  # characters of an argument that stands before a message
LONG = 400  # characters of an argument of a public case that is written out
USUAL = {  # what a maker makes of Python's numbers, so that the dtype need not be said
    "np": ("float64", "int64", "bool", "complex128"),
    "torch": ("float32", "int64", "bool", "complex64"),
}
IMPORT = "from coursekit.checks import given"
DISTANT = "# model is a function that stays with the judge; put one of your own in its place"


def show_steps(steps: Sequence[Step], name: str, case: int | None = None) -> str:
    """The steps of a case as the calls one would write, one a line.

    Args:
        steps: of one case.
        name: what the answer is called.
        case: number of the public case that these are, from 0; an argument of it that is long, or a
            function, is fetched by :func:`coursekit.checks.given` instead of being written out.
    """
    lines = []
    for number, step in enumerate(steps):
        shown = [show_value(arg) for arg in step.args]
        if case is not None:
            call = f'given("{name}", {case}, {number})'
            fetched = [
                len(t) > LONG or isinstance(a, Distant)
                for t, a in zip(shown, step.args, strict=True)
            ]
            shown = [f"{call}[{i}]" if far else shown[i] for i, far in enumerate(fetched)]
        lines.append(_line(step, name, shown, keep=True))
    if any("given(" in line for line in lines) and case is not None:
        lines.insert(0, IMPORT)
    if case is None and any(isinstance(arg, Distant) for step in steps for arg in step.args):
        lines.append(DISTANT)
    return "\n".join(lines)


def label(step: Step, name: str) -> str:
    """What a step's result is the result of; a long argument is a mere "…"."""
    shown = [show_value(arg) for arg in step.args]
    return _line(step, name, [t if len(t) <= LABEL else "…" for t in shown], keep=False)


def _line(step: Step, name: str, shown: Sequence[str], keep: bool) -> str:
    first, *rest = step.target.split(".")
    target = name if first == ANSWER else first
    for part in rest:
        target += f"[{part}]" if part.isdigit() else f".{part}"
    named = [f"{key}={show_value(value)}" for key, value in step.kwargs.items()]
    given = ", ".join([*shown, *named])
    if step.do == "set":
        weight = bool(rest) and hasattr(step.args[0], "detach")  # it stays the same tensor
        line = f"{target}.data.copy_({given})" if weight else f"{target} = {given}"
    else:
        forms = {"call": f"{target}({given})", "each": f"[{target}(x) for x in {given}]"}
        line = forms.get(step.do, target)
    return f"{step.keep} = {line}" if step.keep and keep else line


def show_value(value: Any) -> str:
    """A value of a case as an expression; numbers, texts, containers, arrays and tensors."""
    if isinstance(value, Kept):
        return value.name
    if isinstance(value, Distant):
        return "model"
    if hasattr(value, "detach"):
        return _tensor(value.detach().cpu())
    if isinstance(value, np.ndarray):
        return _array(value, "np.array", "np")
    if isinstance(value, np.generic):
        return f"np.{value.dtype.name.replace('bool', 'bool_')}({_number(value.item())})"
    if isinstance(value, (float, complex)):
        return _number(value)
    if isinstance(value, list):
        return f"[{', '.join(map(show_value, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(show_value, value))}{',' * (len(value) == 1)})"
    if isinstance(value, dict):
        pairs = (f"{show_value(key)}: {show_value(item)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    return repr(value)


def _number(value: Any, prefix: str = "") -> str:
    """A Python number; ``prefix`` names the module of nan and inf, else they are made of text."""
    if isinstance(value, complex):
        return f"complex({_number(value.real)}, {_number(value.imag)})"
    if isinstance(value, float) and not math.isfinite(value):
        text = repr(value)
        return f"{text[:-3]}{prefix}{text[-3:]}" if prefix else f'float("{text}")'
    return repr(value)


def _tensor(value: Any) -> str:
    kind = str(value.dtype).removeprefix("torch.")
    if kind in ("bfloat16", "float16"):
        value = value.float()
    elif value.is_complex():
        value = value.resolve_conj()
    return _array(value.resolve_neg().numpy(), "torch.tensor", "torch", kind)


def _array(array: np.ndarray, maker: str, module: str, kind: str = "") -> str:
    """An array as code, equal numbers said once."""
    kind = kind or array.dtype.name
    named = f", dtype={module}.{kind.replace('bool', 'bool_') if module == 'np' else kind}"
    if array.size == 0:
        return f"{module}.zeros({_shape(array, module)}{'' if kind == _zeros(module) else named})"
    said = "" if kind in USUAL[module] else named
    first = array.flat[0]
    if array.size > 2 and array.tobytes() == first.tobytes() * array.size:
        return f"{module}.full({_shape(array, module)}, {_entry(first, module)}{said})"
    return f"{maker}({_rows(array, module)}{said})"


def _zeros(module: str) -> str:
    """The dtype that ``zeros`` makes by itself."""
    return USUAL[module][0]


def _shape(array: np.ndarray, module: str) -> str:
    """A shape; NumPy, but not torch, takes the length of a vector without its tuple."""
    shape = tuple(int(n) for n in array.shape)
    return str(shape[0] if len(shape) == 1 and module == "np" else shape)


def _rows(array: np.ndarray, module: str) -> str:
    if array.ndim == 0:
        return _entry(array[()], module)
    return f"[{', '.join(_rows(part, module) for part in array)}]"


def _entry(entry: Any, module: str) -> str:
    """An entry in as few digits as give it back, though Python reads them as a float64."""
    if isinstance(entry, np.floating) and not isinstance(entry, float) and np.isfinite(entry):
        short = str(entry)
        if type(entry)(float(short)) == entry:
            return short
    item = entry.item() if isinstance(entry, np.generic) else entry
    return _number(item, f"{module}.")
