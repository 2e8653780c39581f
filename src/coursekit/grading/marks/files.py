"""Files that a power failure leaves whole: written in one step, or a line at a time."""

import contextlib
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def dump(plain: dict[str, Any]) -> str:
    """A line of a ``.jsonl`` file, without the newline; half a character becomes ``?``."""
    line = json.dumps(plain, ensure_ascii=False, sort_keys=True, allow_nan=False)
    return line.encode("utf8", "replace").decode("utf8")


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


def append_lines(path: Path, lines: Iterable[str]) -> None:
    """Add lines to a file; they are on disk when this returns.

    The file is opened anew each time, so a line also arrives in a file that was replaced meanwhile.
    """
    data = "".join(f"{line}\n" for line in lines).encode()
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        while data:
            data = data[os.write(fd, data) :]
        os.fsync(fd)
    finally:
        os.close(fd)


def write_whole(path: Path, content: str | bytes) -> None:
    """Replace a file in one step, on disk before the name changes."""
    scratch = path.with_name(path.name + ".part")
    data = content.encode("utf8", "replace") if isinstance(content, str) else content
    with open(scratch, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)


def now() -> str:
    """This moment, as it stands in ``timings.jsonl`` and ``history.jsonl``."""
    return time.strftime("%Y-%m-%dT%H:%M:%S%z")
