"""Every number of a summary and its claims table is printed by a cell of the page.

A headline that was typed in by hand outlives the run it came from. So each number after ``##
Summary`` must stand, to the digits given, in the text that some code cell of the chapter printed,
as itself or as a share of one (81 % for 0.81). Numbers of equations, chapters and links are left
out.
``chapters/unprinted.toml`` lists the few that come from elsewhere, each with its reason.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

ALLOWED = "unprinted.toml"
SUMMARY = re.compile(r"^## Summary\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
NO_CLAIM = re.compile(
    r"\]\([^)]*\)"  # where a link leads
    r"|\(\d+\.\d+\)"  # an equation
    r"|\b[Cc]hapters? \d+(?: (?:and|to) \d+)?"
    r"|10\^\{?-?\d+\}?"  # a power of ten
)
NUMBER = re.compile(r"(?<![\w.^])\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w])")


def unprinted(nb: NotebookNode, path: Path) -> Iterator[str]:
    """Numbers of the summary that no output of the notebook holds, one line each."""
    found = "\n".join(
        match[1]
        for cell in nb.cells
        if cell.cell_type == "markdown"
        for match in SUMMARY.finditer(cell.source)
    )
    if not found:
        return
    printed, allowed = _printed(nb), allow_list(path.parent).get(path.stem, {})
    missing = [n for n in _numbers(NO_CLAIM.sub("", found)) if not _stands_in(n, printed)]
    for number in dict.fromkeys(missing):
        if number not in allowed:
            yield (
                f"the summary's {number} is printed by no cell: print it, correct it, or give a "
                f"reason in {ALLOWED}"
            )
    for number in allowed.keys() - set(missing):
        yield f"{ALLOWED} excuses {number}, which is printed or not claimed any more"


def allow_list(chapters: Path) -> dict[str, dict[str, str]]:
    """For each chapter the numbers that need not be printed, with reasons."""
    path = chapters / ALLOWED
    return tomllib.loads(path.read_text("utf8")) if path.exists() else {}


def _printed(nb: NotebookNode) -> list[float]:
    """All numbers in the text that code cells printed."""
    texts = (out.get("text", "") for cell in nb.cells for out in cell.get("outputs", []))
    return [float(number) for text in texts for number in _numbers(text)]


def _numbers(text: str) -> list[str]:
    """Numbers as written, without signs and separators of thousands."""
    plain = re.sub(r"(?<=\d)(?:,|\{,\})(?=\d{3})", "", text)
    return NUMBER.findall(plain)


def _stands_in(number: str, printed: list[float]) -> bool:
    """Whether a number was printed, to the digits given, as itself or as a share of one."""
    value, digits = float(number), len(number.partition(".")[2])
    return any(
        one == value or round(scale * one, digits) == value for one in printed for scale in (1, 100)
    )
