"""An IPython shell without a kernel, a terminal or a history: it only runs cells.

Magics work as in a notebook, except those that would start a program or change the display. Lines
that begin with ``!`` do nothing, and neither do magics that only another system has. A Colab import
finds a stand-in, because a student who wrote in Colab should not lose a cell for it.
"""

import ast
import os
import re
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from coursekit.checks import colab, rest
from coursekit.checks.newer import needed

SKIPPED_MAGICS = """pip conda mamba micromamba uv matplotlib pylab system sx bash sh script cd gui
    debug pdb autoreload html HTML javascript js latex svg markdown perl ruby pypy python2 python3
    load_ext env set_env"""
CELL_MAGIC = re.compile(r"\s*%%(\w+)([^\n]*)")
CELL = "<ipython-input"  # how the name begins under which IPython compiles a cell
SEED = 20240229  # of the random numbers that cells draw
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
MESSAGE = 400  # characters of an error message that are kept


class QuietShell(InteractiveShell):
    """Runs cells; shows nothing, starts nothing."""

    def transform_cell(self, raw_cell: str) -> str:
        """Rewrite magics, but only where there can be any: what Python parses has none."""
        try:
            ast.parse(raw_cell)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return str(super().transform_cell(raw_cell))  # type: ignore[no-untyped-call]
        return raw_cell

    def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        """Run a magic; one that this system lacks, such as Colab's ``%tensorboard``, is skipped."""
        if self.find_line_magic(magic_name) is None:  # type: ignore[no-untyped-call]
            return None
        return super().run_line_magic(magic_name, line, _stack_depth + 1)

    def enable_gui(self, gui: Any = None) -> None:
        """Do nothing: there is no window."""

    def system(self, cmd: str) -> int:
        """Skip a shell command."""
        return 0

    system_piped = system_raw = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """Skip a shell command and return no output."""
        return []

    def ask_exit(self) -> None:
        """Do nothing: ``exit()`` in a cell ends neither the cells nor the answers."""

    def showtraceback(self, *args: Any, **kwargs: Any) -> None:
        """Show nothing: errors travel as data."""

    showsyntaxerror = showtraceback

    def enable_matplotlib(self, gui: Any = None) -> Any:
        """Do nothing: figures go nowhere."""
        return None, None


def make_shell() -> QuietShell:
    """The one shell of a process."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell: QuietShell = QuietShell.instance(config=config)

    def skip(*args: str) -> None:
        """Do nothing."""

    magics: Any = shell.magics_manager
    for name in SKIPPED_MAGICS.split():
        for kind in ("line", "cell"):
            magics.register_function(skip, kind, name)
    shell.display_pub.publish = lambda *a, **k: None  # type: ignore[method-assign]
    shell.displayhook.__class__.__call__ = lambda *a, **k: None  # type: ignore[method-assign]
    colab.stand_in()
    # torch.compile would start a C++ compiler; without it, what it returns is the function itself.
    os.environ.setdefault("TORCHDYNAMO_DISABLE", "1")
    return shell


def run_cell(shell: InteractiveShell, source: str, only_harmless: bool = False) -> dict[str, Any]:
    """Run one cell, or only what of it can hardly do harm: definitions and plain assignments.

    Returns ``{"ok": True}`` or type, message and line of the error.

    When a line fails, whatever below it can still run is run: see :mod:`.rest`. After a line that
    has taken too long that is only the harmless part.
    """
    source = without_cell_magic(shell, source)
    if only_harmless:
        rest.run_each(rest.harmless(_statements(shell, source)), f"{CELL}-harmless>", shell)
        return {"ok": True}
    result = shell.run_cell(source, store_history=False, silent=True)
    error = result.error_before_exec or result.error_in_exec
    if error is None:
        return {"ok": True}
    file, line = _place(error)
    report = describe(error, file or CELL)
    if isinstance(error, SyntaxError) and (version := needed(source)):
        report["message"] = f"this needs Python {version}: {report['message']}"
    if result.error_before_exec is None and line is not None:
        left = rest.after(_statements(shell, source), line)
        if isinstance(error, KeyboardInterrupt):
            left = rest.harmless(left)
        rest.run_each(left, file, shell)
    return report


def without_cell_magic(shell: InteractiveShell, source: str) -> str:
    """A cell without a first line such as ``%%time``, which would hide the lines of its code.

    Likewise without a cell magic that this system lacks. What is left keeps its line numbers.
    """
    match = CELL_MAGIC.match(source)
    if match is None:
        return source
    name, arguments = match.groups()
    transparent = name in ("time", "capture") and not arguments.strip()
    if transparent or shell.find_cell_magic(name) is None:
        return source[: match.start(1) - 2] + source[match.end() :]
    return source


def _statements(shell: InteractiveShell, source: str) -> list[ast.stmt]:
    """The statements of a cell, or none if it does not parse."""
    try:
        return ast.parse(str(shell.transform_cell(source))).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _place(error: BaseException) -> tuple[str, int | None]:
    """The name of the cell in which an error began, and the line of its statement."""
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(CELL):
            return file, trace.tb_lineno
        trace = trace.tb_next
    return "", None


def describe(error: BaseException, where: str) -> dict[str, Any]:
    """An error as plain data: type, message (no addresses, cut), last line inside ``where``."""
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(where):
            line = trace.tb_lineno
        trace = trace.tb_next
    try:
        said = error.msg if isinstance(error, SyntaxError) else error
        message = str(said)[:MESSAGE]
    except BaseException:
        message = ""
    name = type(error).__name__
    name = name if isinstance(name, str) else "Exception"
    return {
        "ok": False,
        "error": name[:80],
        "message": ADDRESS.sub("0x…", message),
        "line": line if isinstance(line, int) else None,
    }
