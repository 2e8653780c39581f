"""Files that a power failure leaves whole: written in one step, or a line at a time."""

import contextlib
import json
import os
from pathlib import Path
from typing import Any


def dump(plain: dict[str, Any]) -> str:
    """A line of a ``.jsonl`` file, without the newline."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, allow_nan=False)


def read_lines(path: Path) -> tuple[list[dict[str, Any]], bool]:
    """The whole lines of a ``.jsonl`` file, and whether a cut line followed them."""
    if not path.exists():
        return [], False
    *whole, rest = path.read_bytes().split(b"\n")
    lines = []
    for line in whole:
        with contextlib.suppress(ValueError):
            lines.append(json.loads(line))
    return lines, bool(rest)


def write_whole(path: Path, text: str) -> None:
    """Replace a file in one step, on disk before the name changes."""
    scratch = path.with_name(path.name + ".part")
    with open(scratch, "w", encoding="utf8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
