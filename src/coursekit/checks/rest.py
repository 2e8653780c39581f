"""What of a cell still runs after one of its lines has failed.

A line that works only in Colab, or a student's own trial that raises, says nothing about the lines
below it: each of them is tried, and those that fail as well are passed over.
"""

import ast
from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Any

DEFINED = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
ASSIGNED = (ast.Assign, ast.AnnAssign)
BLOCKS = (ast.If, ast.With, ast.AsyncWith, ast.Try)


def after(body: Sequence[ast.stmt], line: int) -> list[ast.stmt]:
    """The statements that follow the one which a line belongs to, in the order they would run.

    If the line stands inside an ``if``, a ``with`` or a ``try``, what follows it there comes first.
    """
    for place, statement in enumerate(body):
        decorators = getattr(statement, "decorator_list", [])
        first = min(part.lineno for part in (statement, *decorators))
        if first <= line <= (statement.end_lineno or first):
            return [*_inside(statement, line), *body[place + 1 :]]
    return []


def _inside(statement: ast.stmt, line: int) -> list[ast.stmt]:
    """What follows a line in its own block of a compound statement that runs each block once."""
    if not isinstance(statement, BLOCKS):
        return []
    handlers = getattr(statement, "handlers", [])
    blocks = [getattr(part, "body", []) for part in (statement, *handlers)]
    blocks += [getattr(statement, name, []) for name in ("orelse", "finalbody")]
    return next((rest for block in blocks if (rest := after(block, line))), [])


def harmless(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The imports, the definitions, and the assignments that call nothing."""
    return [
        statement
        for statement in body
        if isinstance(statement, DEFINED)
        or (isinstance(statement, ASSIGNED) and not any(map(_calls, ast.walk(statement))))
    ]


def _calls(node: ast.AST) -> bool:
    return isinstance(node, (ast.Call, ast.Await))


def run_each(statements: Sequence[ast.stmt], file: str, shell: Any) -> None:
    """Run statements one by one; one that fails costs no other.

    Args:
        statements: of a cell.
        file: the name under which the cell was compiled, so that tracebacks show its lines.
        shell: of IPython, whose compiler remembers what was imported from ``__future__``.
    """
    waiting = deque(statements)
    while waiting:
        statement = waiting.popleft()
        try:
            exec(shell.compile(ast.Module([statement], []), file, "exec"), shell.user_ns)
        except (Exception, SystemExit) as error:
            if lines := lines_in(error.__traceback__, file):
                waiting.extendleft(reversed(_inside(statement, lines[0])))


def lines_in(trace: TracebackType | None, file: str) -> list[int]:
    """The lines of a file that a traceback passes through, outermost first."""
    lines = []
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return lines
