"""Read a submitted notebook, however damaged its wrapping: bytes in, cells out.

Nothing but the text of the cells is used. Metadata, ids, outputs, kernels and validation do not
matter, so nothing that Colab, an editor or a student does to them can cost a mark.
"""

import json
import sys
from dataclasses import dataclass
from typing import Any

LARGEST = 48 << 20  # bytes; outputs with embedded pictures make honest files large
MANY_CELLS = 2000
MOST_CODE = 1_000_000  # characters of all code cells
MEMORY = 330 << 20  # bytes that a file may take once it is parsed: its text twice, and the values
BYTES = {",": 60, "[": 80, "{": 250}  # that Python's values take at most, by the sign before them


class DamagedNotebook(Exception):
    """The file holds no readable notebook; the text says what it is instead, in one line."""


@dataclass(frozen=True)
class Cell:
    """One cell: ``kind`` is ``code`` or ``markdown`` (everything else counts as markdown)."""

    kind: str
    source: str


def read_cells(data: bytes) -> list[Cell]:
    """The cells of a notebook file, in order; notebook formats 2, 3 and 4.

    Raises:
        DamagedNotebook: the bytes are no notebook.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise DamagedNotebook("the file is empty")
    if len(data) > LARGEST:
        raise DamagedNotebook(f"the file is larger than {LARGEST >> 20} MB")
    content = _parse(decoded(data))
    if not isinstance(content, dict):
        raise DamagedNotebook("JSON, but not a notebook")
    raw = content.get("cells")
    if raw is None:
        sheets = content.get("worksheets")
        if not isinstance(sheets, list):
            raise DamagedNotebook("JSON, but not a notebook (it has no cells)")
        raw = [c for s in sheets if isinstance(s, dict) for c in _list(s.get("cells"))]
    cells = [_cell(c) for c in _list(raw) if isinstance(c, dict)]
    if len(cells) > MANY_CELLS:
        raise DamagedNotebook(f"more than {MANY_CELLS} cells")
    if sum(len(cell.source) for cell in cells if cell.kind == "code") > MOST_CODE:
        raise DamagedNotebook(f"more than {MOST_CODE:,} characters of code")
    return cells


def decoded(data: bytes) -> str:
    """Text in UTF-8 with or without a byte order mark, UTF-16 with one, else Windows' Latin-1."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _parse(text: str) -> Any:
    """Parse JSON; what else people hand in as a notebook gets its own message."""
    start = text[:1000].lstrip()[:200].lower()
    values = sum(size * text.count(sign) for sign, size in BYTES.items())
    if 2 * sys.getsizeof(text) + values > MEMORY:
        raise DamagedNotebook("too much data in it; clear its outputs and hand it in again")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if start.startswith(("<!doctype", "<html", "<head", "<?xml")):
            raise DamagedNotebook("a web page saved under a notebook's name") from error
        if "<<<<<<<" in text:
            raise DamagedNotebook("unresolved merge conflicts, so not a notebook") from error
        if start.startswith("%pdf"):
            raise DamagedNotebook("a PDF saved under a notebook's name") from error
        if start.startswith("{"):
            where = f"line {error.lineno}, column {error.colno}"
            raise DamagedNotebook(f"cut off or damaged: not valid JSON at {where}") from error
        raise DamagedNotebook("not a notebook: no JSON in it") from error
    except (RecursionError, ValueError) as error:
        raise DamagedNotebook("not a notebook: JSON that cannot be read") from error


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _cell(raw: dict[str, Any]) -> Cell:
    """Kind and source of a cell in any format, with text that can be encoded."""
    kind = "code" if raw.get("cell_type") == "code" else "markdown"
    source = raw.get("source", raw.get("input", ""))
    if isinstance(source, list):
        source = "".join(s for s in source if isinstance(s, str))
    if not isinstance(source, str):
        source = ""
    if kind == "code" or not source.isascii():
        source = source.encode("utf-8", "replace").decode("utf-8")
    return Cell(kind, source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))
