"""Run cells in the page's Python and say plainly what came of them.

The worker of an exercise page imports this in Pyodide. It knows nothing of the page: a cell's
source goes in, output leaves through ``post`` while it runs, and a plain dictionary comes back.
"""

import ast
import builtins
import itertools
import json
import linecache
import re
import signal
import sys
import time
import traceback
import types
from collections.abc import Callable
from types import FrameType
from typing import Any

OWN = "<cell "  # how the file names of cells begin
LINES, CHARACTERS = 1000, 100_000  # of a cell's output are shown
SHOWN = 20_000  # characters of a result
FRAMES = 8  # lines of a traceback
PAUSE = 0.05  # seconds between two portions of output
NO_INPUT = "nobody can type here: put the value into the code instead of asking for it"
NOT_HERE = (
    "the Python of this page has its standard library, NumPy and the course's checks, no more. "
    "Open the exercise in Colab to use {name}."
)
NO_TORCH = "the Python of this page has no PyTorch: open the exercise in Colab to use it"
DELETED = "it came with the exercise, and a cell has deleted it. “Restart Python” brings it back."
MAGIC = (
    "lines that begin with % or ! are commands of a notebook. The Python of this page has none of "
    "them: take the line out."
)

Post = Callable[[str, Any], None]


class Output:
    """What a cell prints: sent on in portions, and cut when there is too much of it."""

    encoding = "utf-8"

    def __init__(self, post: Post) -> None:
        self.post = post
        self.begin()

    def begin(self) -> None:
        """Start anew, for the next cell."""
        self.waiting: list[str] = []
        self.lines, self.room, self.cut, self.sent = LINES, CHARACTERS, 0, time.monotonic()

    def write(self, text: str) -> int:
        """Take a text; most of it leaves with the next portion."""
        new = text.count("\n")
        if self.lines <= 0 or self.room <= 0:
            self.cut += new
            return len(text)
        if new > self.lines or len(text) > self.room:
            text = "".join(text[: self.room].splitlines(keepends=True)[: self.lines])
            self.cut += new - text.count("\n")
        self.lines -= new
        self.room -= len(text)
        self.waiting.append(text)
        if time.monotonic() - self.sent > PAUSE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what waits."""
        if self.waiting:
            self.post("output", "".join(self.waiting))
        self.waiting, self.sent = [], time.monotonic()

    def end(self) -> None:
        """Send the rest, and say what was left out."""
        self.flush()
        if self.cut:
            self.post("output", f"\n… and {self.cut:,} more lines, which are not shown.\n")
        elif self.room <= 0:
            self.post("output", "\n… and more, which is not shown.\n")

    def isatty(self) -> bool:
        """Nobody sits at the other end."""
        return False


class Runner:
    """One namespace and the cells that run in it."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.output = Output(post)
        self.module = types.ModuleType("__main__")
        vars(self.module)["torch"] = Absent()  # or its name would seem to be misspelt
        self.came: set[str] = set()  # what the notebook's own cells have defined
        sys.modules["__main__"] = self.module
        sys.stdout = sys.stderr = self.output  # type: ignore[assignment]
        builtins.input = _no_input
        time.sleep = _sleep
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGALRM, self._sample)

    def run(self, label: str, source: str, given: bool = False) -> dict[str, Any]:
        """Run a cell; its last expression is its result, as in a notebook.

        Args:
            label: what the cell is called in a traceback.
            source: its code.
            given: it is a preparation of the notebook; what needs PyTorch in it is left out.

        Returns:
            ``ok``; ``error`` (type, message, line, traceback) if not; ``result``, a text, or
            ``feedback``, what ``check`` said.
        """
        self.output.begin()
        told: dict[str, Any] = {"ok": True}
        name = f"{OWN}{label}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        try:
            tree = ast.parse(source, name)
            told |= _shown(self._given(tree, name) if given else self._execute(tree, name))
        except BaseException as fault:
            told = {"ok": False, "error": described(fault, self._about(fault))}
        self.output.end()
        return told

    def _given(self, tree: ast.Module, name: str) -> None:
        before = set(vars(self.module))
        tree, missing = without_torch(tree)
        vars(self.module).update((word, Absent()) for word in missing)
        self._execute(tree, name)
        self.came |= set(vars(self.module)) - before

    def _about(self, fault: BaseException) -> str:
        """What is to be added if a name is missing that the notebook's own cells have defined."""
        return DELETED if isinstance(fault, NameError) and fault.name in self.came else ""

    def _execute(self, tree: ast.Module, name: str) -> Any:
        space = vars(self.module)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), space)
        if last is None:
            return None
        return eval(compile(ast.Expression(last.value), name, "eval"), space)

    def _sample(self, signum: int, frame: FrameType | None) -> None:
        """Say in which line the cell is: what the page shows if Python has to be ended."""
        self.output.flush()
        while frame is not None:
            if frame.f_code.co_filename.startswith(OWN):
                where = frame.f_code.co_filename.removeprefix(OWN).removesuffix(">")
                self.post("line", {"label": where, "line": frame.f_lineno})
                return
            frame = frame.f_back


class Absent:
    """Stands for PyTorch and for what a notebook's cell would have made with it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)  # somebody only wants to know what this is
        raise RuntimeError(NO_TORCH)

    def __call__(self, *_: object, **__: object) -> Any:
        raise RuntimeError(NO_TORCH)


def without_torch(tree: ast.Module) -> tuple[ast.Module, set[str]]:
    """The cell without the statements that import PyTorch or do something with it at once.

    Functions and classes stay: what they need is looked for when they are called.

    Returns:
        the rest of the cell, and the names that are missing.
    """
    names: set[str] = set()
    kept: list[ast.stmt] = []
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            origin = getattr(statement, "module", None) or statement.names[0].name
            if origin.split(".")[0] == "torch":
                names |= {(a.asname or a.name).split(".")[0] for a in statement.names}
                continue
        found = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        needs = names & {node.id for node in found}
        if not needs or isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            kept.append(statement)
        else:
            names |= {node.id for node in found if isinstance(node.ctx, ast.Store)}
    return ast.Module(kept, tree.type_ignores), names


def described(fault: BaseException, more: str = "") -> dict[str, Any]:
    """An error as plain data, with the reader's own lines of its traceback alone."""
    kind = type(fault).__name__
    frames = [f for f in traceback.extract_tb(fault.__traceback__) if f.filename.startswith(OWN)]
    line = frames[-1].lineno if frames else None
    text = frames[-1].line if frames else ""
    if isinstance(fault, SyntaxError) and (fault.filename or "").startswith(OWN):
        line, text = fault.lineno, (fault.text or "").strip()
    steps = [step for step, _ in itertools.groupby(map(_step, frames))]  # recursion once
    message = ": ".join(filter(None, [_message(fault, text or ""), more]))
    return {
        "type": kind,
        "message": message,
        "line": line,
        "text": text,
        "traceback": "\n".join([*steps[-FRAMES:], f"{kind}: {message}" if message else kind]),
    }


def _step(frame: traceback.FrameSummary) -> str:
    """A line of the reader's own that led to an error."""
    inside = f", in {frame.name}" if frame.name != "<module>" else ""
    where = frame.filename.removeprefix(OWN).removesuffix(">")
    return f"  {where}, line {frame.lineno}{inside}\n    {frame.line}"


def _message(fault: BaseException, text: str) -> str:
    """What an error says, and what it means in this page where that is something else."""
    try:
        said = fault.msg if isinstance(fault, SyntaxError) else str(fault)
    except BaseException:
        said = ""
    if isinstance(fault, SyntaxError) and re.match(r"[%!]", text):
        return MAGIC
    if isinstance(fault, ModuleNotFoundError) and fault.name:
        return f"{said}: {NOT_HERE.format(name=fault.name.split('.')[0])}"
    if isinstance(fault, SystemExit):
        return "nothing is to be ended here: take this line out."
    return said[:2000]


def _shown(value: Any) -> dict[str, Any]:
    """A result as the page shows it: feedback by its parts, anything else by its text."""
    if value is None:
        return {}
    if type(value).__module__ == "coursekit.checks.feedback":
        return {
            "feedback": {
                "name": value.name,
                "title": value.title(),
                "state": value.state,
                "points": value.points,
                "worth": value.worth,
                "lines": value.lines(),
            }
        }
    text = repr(value)
    more = f"\n… and {len(text) - SHOWN:,} more characters." if len(text) > SHOWN else ""
    return {"result": text[:SHOWN] + more}


def _sleep(seconds: float, doze: Callable[[float], None] = time.sleep) -> None:
    """Sleep in short naps: between two of them Python hears that it is to stop."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        doze(min(left, PAUSE))


def _no_input(prompt: str = "") -> str:
    raise RuntimeError(NO_INPUT)


def start(post: Callable[[str, str], None]) -> Callable[[str, str, bool], str]:
    """Make a runner; what it says goes to the worker as JSON, and so does what it returns."""
    runner = Runner(lambda kind, said: post(kind, json.dumps(said)))

    def run(label: str, source: str, given: bool) -> str:
        return json.dumps(runner.run(label, source, given))

    return run
