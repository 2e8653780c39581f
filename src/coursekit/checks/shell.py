"""An IPython shell without a kernel, a terminal or a history: it only runs cells.

Magics work as in a notebook, except those that would start a program or change the display. Lines
that begin with ``!`` do nothing. A Colab import finds a stand-in, because a student who wrote in
Colab should not lose a cell for it.
"""

import ast
import re
import sys
import types
from collections.abc import Callable
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

SKIPPED_MAGICS = """pip conda mamba micromamba uv matplotlib pylab system sx bash sh script cd gui
    debug pdb autoreload html HTML javascript js latex svg markdown perl ruby pypy python2 python3
    load_ext env set_env"""
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
    _stand_in_for_colab()
    return shell


def _stand_in_for_colab() -> None:
    """Make ``from google.colab import drive; drive.mount(...)`` work and do nothing."""

    class Anything:
        """Any attribute, any call."""

        def __getattr__(self, name: str) -> Callable[..., Any]:
            if name.startswith("__"):
                raise AttributeError(name)
            return lambda *args, **kwargs: {}

    google = sys.modules.setdefault("google", types.ModuleType("google"))
    colab = types.ModuleType("google.colab")
    colab.__path__ = []
    google.colab = colab  # type: ignore[attr-defined]
    sys.modules["google.colab"] = colab
    for name in (
        "drive",
        "files",
        "output",
        "userdata",
        "widgets",
        "patches",
        "auth",
        "data_table",
    ):
        part = Anything()
        setattr(colab, name, part)
        sys.modules[f"google.colab.{name}"] = part  # type: ignore[assignment]


def run_cell(
    shell: InteractiveShell, source: str, only_definitions: bool = False
) -> dict[str, Any]:
    """Run one cell, or only its definitions.

    Returns ``{"ok": True}`` or type, message and line of the error.

    When a statement fails, the definitions that follow it in the same cell are still made: they do
    not depend on it.
    """
    if only_definitions:
        source = definitions(shell, source)
    before = len(source.splitlines())
    result = shell.run_cell(source, store_history=False, silent=True)
    error = result.error_before_exec or result.error_in_exec
    if error is None:
        return {"ok": True}
    report = describe(error, "<ipython-input")
    if result.error_before_exec is None and not isinstance(error, KeyboardInterrupt):
        rest = definitions(shell, source, after=report["line"] or before)
        if rest:
            shell.run_cell(rest, store_history=False, silent=True)
    return report


def definitions(shell: InteractiveShell, source: str, after: int = 0) -> str:
    """The imports, functions and classes of a cell that begin below line ``after``."""
    try:
        tree = ast.parse(shell.transform_cell(source))
    except SyntaxError:
        return ""
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    kept = [n for n in tree.body if isinstance(n, kinds) and n.lineno > after]
    return "\n".join(ast.unparse(n) for n in kept)


def describe(error: BaseException, where: str) -> dict[str, Any]:
    """An error as plain data: type, message (no addresses, cut), last line inside ``where``."""
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(where) or where in str(
            trace.tb_frame.f_code.co_filename
        ):
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
