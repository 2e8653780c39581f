"""Show the input that an answer failed on: short enough to read, exact enough to try."""

from typing import Any

import numpy as np

ITEMS = 24  # numbers of an array that are shown
WIDTH = 600  # characters of one argument


def show_steps(steps: list[dict[str, Any]], name: str) -> str:
    """The steps of a case as the calls one would write."""
    lines = []
    for step in steps:
        target = ".".join([name if p == "answer" else p for p in step["target"].split(".")])
        given = [show(a) for a in step["args"]]
        given += [f"{k}={show(v)}" for k, v in step["kwargs"].items()]
        if step["do"] == "call":
            line = f"{target}({', '.join(given)})"
        elif step["do"] == "each":
            line = f"[{target}(x) for x in {given[0]}]"
        elif step["do"] == "set":
            line = f"{target} = {given[0]}"
        else:
            line = target
        lines.append(f"{step['keep']} = {line}" if step["keep"] else line)
    return "\n".join(lines)


def show(value: Any) -> str:
    """A value as Python would write it, long arrays by their shape and first numbers."""
    if hasattr(value, "detach"):
        return _array(value.detach().cpu().numpy(), "torch.tensor")
    if isinstance(value, np.ndarray):
        return _array(value, "np.array")
    if isinstance(value, np.generic):
        return repr(value.item())
    if isinstance(value, (list, tuple)):
        inner = ", ".join(show(v) for v in value[:ITEMS]) + (", …" if len(value) > ITEMS else "")
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' * (len(value) == 1)})"
    if isinstance(value, dict) and set(value) in ({"$kept"}, {"$distant"}):
        return str(value.get("$kept", "model"))
    if isinstance(value, dict):
        pairs = [f"{k!r}: {show(v)}" for k, v in list(value.items())[:ITEMS]]
        return "{" + ", ".join(pairs) + (", …" if len(value) > ITEMS else "") + "}"
    return _cut(repr(value))


def _array(array: np.ndarray, maker: str) -> str:
    if array.size <= ITEMS:
        body = np.array2string(array, separator=", ", precision=6, threshold=ITEMS + 1)
        usual = {"np.array": ("float64", "int64"), "torch.tensor": ("float32", "int64")}[maker]
        kind = "" if str(array.dtype) in usual else f", dtype={maker.split('.')[0]}.{array.dtype}"
        return _cut(f"{maker}({' '.join(body.split())}{kind})")
    first = ", ".join(f"{x:.6g}" if array.dtype.kind == "f" else str(x) for x in array.flat[:6])
    return f"{maker}(shape {array.shape}, {array.dtype}: {first}, …)"


def _cut(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
