"""A notebook's code cells: what each is for, and how to run them all although some fail or kill.

A cell that kills or hangs the process is replaced by its harmless part when the notebook is run
again, and left out if they kill as well, so that only what depends on it is lost.
"""

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from coursekit.checks import ends

SETUP = "# Setup:"  # how the generated set-up cell begins
CALL = 2000  # characters of a cell that does nothing but call ``check``
RERUNS = 4  # times a notebook is run again without a broken cell
WORD = re.compile(r"\w+")
MISSING_NAME = re.compile(r"name '(\w+)' is not defined")
WHOLE, HARMLESS, NOTHING = range(3)  # how much of a cell is run


@dataclass(frozen=True)
class CellFault:
    """A cell that did not run to its end.

    Attributes:
        cell: position among the code cells, from 0.
        error: type of the exception, or why the process died.
        message: its text.
        line: line of the cell, from 1.
    """

    cell: int
    error: str
    message: str = ""
    line: int | None = None

    def __str__(self) -> str:
        said = ends.in_words(self.error, self.message)
        return f"{said}, line {self.line}" if self.line else said


class Killed(Exception):
    """A cell has ended the process in which it ran."""


# Number and source of a cell, and whether only its harmless part is to be run -> what went wrong.
RunCell = Callable[[int, str, bool], CellFault | None]


@dataclass
class Cells:
    """The code cells of a notebook, and what is known of those that kill.

    Attributes:
        sources: of all code cells.
        lethal: a fault for each cell that has killed a process.
    """

    sources: Sequence[str]
    lethal: dict[int, CellFault] = field(default_factory=dict)
    _run: dict[int, int] = field(default_factory=dict)

    def play(self, run: RunCell) -> list[CellFault]:
        """Run all cells in order but those that only check; a fault stops no other cell.

        A cell that missed a name which a later cell defines is tried once more at the end, since
        cells may stand in another order than they were run in.

        Args:
            run: runs one cell; raises what it likes when the process has died.

        Returns:
            The faults in the order of the cells, those of earlier deaths included.
        """
        faults: dict[int, CellFault] = {}
        for number, source in enumerate(self.sources):
            much = self._run.get(number, WHOLE)
            if much == NOTHING or is_check(source):
                continue
            if fault := run(number, source, much == HARMLESS):
                faults[number] = fault
        for number in [n for n, fault in faults.items() if self._defined_later(fault)]:
            self._run[number] = HARMLESS  # should it kill this time, it is left out
            fault = run(number, self.sources[number], False)
            del self._run[number]
            if fault is None:
                del faults[number]
        return [fault for _, fault in sorted({**faults, **self.lethal}.items())]

    def killed(self, number: int, reason: str) -> None:
        """Note that a cell has ended the process: less of it is run next time."""
        self.lethal.setdefault(number, CellFault(number, reason))
        self._run[number] = min(self._run.get(number, WHOLE) + 1, NOTHING)

    def give_up(self) -> None:
        """Cells keep killing: stop before the first that did."""
        self.sources = self.sources[: min(self.lethal)]

    def _defined_later(self, fault: CellFault) -> bool:
        """Whether the name that a cell missed is mentioned by a later cell."""
        match = MISSING_NAME.search(fault.message)
        if fault.error != "NameError" or match is None:
            return False
        return self._last_mention.get(match[1], -1) > fault.cell

    @cached_property
    def _last_mention(self) -> dict[str, int]:
        """The last cell that mentions each word."""
        return {w: n for n, source in enumerate(self.sources) for w in WORD.findall(source)}


def is_setup(source: str) -> bool:
    """Whether a cell is the generated set-up cell."""
    return source.lstrip().startswith(SETUP)


def is_check(source: str) -> bool:
    """Whether a cell does nothing but call ``check``."""
    if "check" not in source or len(source) > CALL:
        return False
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return len(body) == 1 and checked_name(body[0]) is not None


def checked_name(statement: ast.stmt) -> str | None:
    """The question that a ``check(...)`` statement asks about."""
    match statement:
        case ast.Expr(ast.Call(func=ast.Name(id="check"), args=[ast.Name(id=name)], keywords=[])):
            return name
        case ast.Expr(ast.Call(func=ast.Name(id="check"), args=[], keywords=[keyword])):
            return keyword.arg
    return None
