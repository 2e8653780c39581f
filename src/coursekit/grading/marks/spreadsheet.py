"""Tables that a spreadsheet opens, and in which it takes nothing for a formula."""

import csv
import io
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from coursekit.faults import Fault

SIGNS = "=+-@＝＋－＠"  # also as they are typed in full width
CONTROL = re.compile(r"[^\S \n\t]|[\x00-\x08\x0e-\x1f\x7f]")  # beside space, newline and tab
FORMULA = (*SIGNS, "\t", "\r", "\n")


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """CSV text with Unix line ends; no text in it is a formula, or begins a line of its own."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_cell(name) for name in header])
    writer.writerows([_cell(c) if isinstance(c, str) else c for c in row] for row in rows)
    return text.getvalue()


def _cell(text: str) -> str:
    """Harmless text that stays one cell.

    Python's csv puts no quotes around a lone carriage return, at which programs end a line.
    """
    return CONTROL.sub(" ", harmless(text).replace("\r\n", "\n").replace("\r", "\n"))


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    risky = text.startswith(FORMULA) or text.lstrip().startswith(tuple(SIGNS))
    return f"'{text}" if risky else text


def as_typed(text: str) -> str:
    """Text from a table, without what ``harmless`` put before it."""
    return text[1:] if text[:1] == "'" and harmless(text[1:]) == text else text


def read_table(path: Path, fault: type[Fault]) -> tuple[list[str], list[dict[str, str]], str]:
    """Columns, lines and encoding of a table, with any separator; cells lose space at their ends.

    Raises:
        fault: it cannot be read.
    """
    try:
        text, encoding = _decoded(path.read_bytes())
        first = text.split("\n", 1)[0]
        separator = max(",;\t", key=first.count)
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, restval="")
        columns = [name or "" for name in reader.fieldnames or ()]
        rows = [{c: as_typed((row[c] or "").strip()) for c in columns if c} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise fault(f"{path}: cannot be read ({why})") from error
    return columns, rows, encoding


def _decoded(data: bytes) -> tuple[str, str]:
    """Text of a table, and its encoding; spreadsheets also write that of Windows."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16"), "utf-16"
    with suppress(UnicodeDecodeError):
        return data.decode("utf-8-sig"), "utf-8"
    return data.decode("cp1252"), "cp1252"
