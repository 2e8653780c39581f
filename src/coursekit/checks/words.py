"""Values, shapes and numbers in words a student uses."""

from typing import Any

import numpy as np

from coursekit.checks.values import Opaque

NAMES = {
    bool: "True or False",
    int: "a number",
    float: "a number",
    complex: "a complex number",
    str: "text",
    list: "a list",
    tuple: "a tuple",
    dict: "a dictionary",
    type(None): "None",
}
MADE_OF = {
    "generator": "a generator (`yield` makes one; list(…) collects its values)",
    "async_generator": "an asynchronous generator (use `def`, not `async def`)",
    "coroutine": "a coroutine (use `def`, not `async def`)",
    "map": "a map (wrap it in list(…) or np.array(…))",
    "zip": "a zip (wrap it in list(…) or np.array(…))",
    "filter": "a filter (wrap it in list(…) or np.array(…))",
    "set": "a set, which has no order (sorted(…) makes a list of it)",
    "Series": "a pandas Series (.to_numpy() makes an array of it)",
    "DataFrame": "a pandas DataFrame (.to_numpy() makes an array of it)",
}
LONG = 60


def describe(value: Any) -> str:
    """What kind of thing a value is."""
    if isinstance(value, Opaque):
        kind = value.type_name
        if kind in ("function", "method", "builtin_function_or_method"):
            return "a function (are the parentheses of a call missing?)"
        if kind in MADE_OF:
            return MADE_OF[kind]
        return f"an object of type {kind}"
    if isinstance(value, np.bool_):
        return "True or False"
    if isinstance(value, np.generic):
        return "a number"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.ndim else "a number"
    if hasattr(value, "detach"):
        return f"a torch tensor of shape {tuple(value.shape)}"
    if isinstance(value, (list, tuple)):
        items = "1 item" if len(value) == 1 else f"{len(value)} items"
        return f"{NAMES[type(value)]} of {items}"
    return NAMES.get(type(value), f"an object of type {type(value).__name__}")


def shape(array: np.ndarray) -> str:
    """A shape, or that there is none."""
    return str(tuple(int(n) for n in array.shape)) if array.shape else "a single number"


def number(value: Any) -> str:
    """A number with six digits."""
    item = np.asarray(value).item()
    if isinstance(item, float):
        return f"{item:.6g}"
    return f"{item:.4g}" if isinstance(item, complex) else str(item)


def short(value: Any) -> str:
    """A value in at most 60 characters."""
    text = repr(value)
    return text if len(text) <= LONG else text[: LONG - 1] + "…"
