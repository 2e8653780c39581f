"""Run cells in the page's Python and say plainly what came of them.

The worker of an exercise page imports this in Pyodide. It knows nothing of the page: a cell's
source goes in, output leaves through ``post`` while it runs, and a plain dictionary comes back.
"""

import ast
import builtins
import difflib
import io
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

from coursekit.checks.clock import TimeUp, ring_if_late

OWN = "<cell "  # how the file names of cells begin
LINES, CHARACTERS = 1000, 100_000  # of a cell's output are shown
SHOWN = 20_000  # characters of a result
FRAMES = 8  # lines of a traceback
PAUSE = 0.05  # seconds between two portions of output
PORTION = 100_000  # characters that wait for the next portion at most
NO_INPUT = "nobody can type here: put the value into the code instead of asking for it"
NOT_HERE = (
    "the Python of this page has most of its standard library, NumPy and the course's checks, no "
    "more. Open the exercise in Colab to use {name}."
)
NO_TORCH = "the Python of this page has no PyTorch: open the exercise in Colab to use it"
DELETED = "it came with the exercise, and a cell has deleted it. “Restart Python” brings it back."
MAGIC = (
    "lines with % or !, and names with ?, are commands of a notebook. The Python of this page has "
    "none of them: take the line out."
)
COMMAND = re.compile(r"\s*[%!]|\s*\w+\s*=\s+[%!]\w|\s*[\w.]+\?{1,2}\s*$|\s*\?")
# What Pyodide or Python says of things that a page has not, and what is to be added.
MEANS = {
    "'await' outside function": "a notebook allows it here, the Python of this page does not.",
    "Cannot stack switch": "nothing can be awaited in this page. Open the exercise in Colab.",
    "can't start new thread": "a page has only one thread. Open the exercise in Colab.",
}

Post = Callable[[str, Any], None]


class Output(io.TextIOBase):
    """What a cell prints: sent on in portions, and cut when there is too much of it."""

    encoding = "utf-8"

    def __init__(self, post: Post) -> None:
        self.post = post
        self.begin()

    def begin(self) -> None:
        """Start anew, for the next cell."""
        self.waiting: list[str] = []
        self.size, self.sent = 0, time.monotonic()
        self.lines, self.room = LINES, CHARACTERS
        self.line = 0  # characters of the line that is not yet at its end
        self.cut, self.broken, self.missing = False, False, 0

    def write(self, text: str) -> int:
        """Take a text; most of it leaves with the next portion."""
        if self.cut:
            self.missing += text.count("\n")
            return len(text)
        self.waiting.append(text)
        self.size += len(text)
        if self.size > PORTION or time.monotonic() - self.sent > PAUSE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what waits."""
        text = "\n".join(map(_as_left, "".join(self.waiting).split("\n")))
        self.waiting, self.size, self.sent = [], 0, time.monotonic()
        if shown := self._fitting(text):
            self.post("output", shown)

    def _fitting(self, text: str) -> str:
        """As much of a text as may still be shown. A line that begins again costs nothing."""
        if text.startswith("\r") and not self.broken:
            self.room += self.line
            self.line = 0
        shown = "" if self.cut or not self.lines else text[: self.room]
        if shown.count("\n") > self.lines:
            shown = "".join(f"{line}\n" for line in shown.split("\n")[: self.lines])
        if len(shown) < len(text):
            self.broken = self.broken or (not self.cut and shown[-1:] != "\n" and self.lines > 0)
            self.cut = True
        self.missing += text.count("\n") - shown.count("\n")
        self.lines -= shown.count("\n")
        self.room -= len(shown)
        self.line = len(shown) - shown.rfind("\n") - 1 + (0 if "\n" in shown else self.line)
        return shown

    def end(self) -> None:
        """Send the rest, and say what was left out."""
        self.flush()
        missing = self.missing - self.broken  # the end of a line that is there in part
        if missing > 0:
            lines = (
                "1 more line, which is" if missing == 1 else f"{missing:,} more lines, which are"
            )
            self.post("output", f"\n… and {lines} not shown.\n")
        elif self.cut:
            self.post("output", "\n… and more, which is not shown.\n")

    def writable(self) -> bool:
        """It is."""
        return True

    def isatty(self) -> bool:
        """Nobody sits at the other end."""
        return False


def _as_left(line: str) -> str:
    """A line without what had stood in it before it began again."""
    if "\r" not in line:
        return line
    body = line.rstrip("\r")
    return body[max(body.rfind("\r"), 0) :] + line[len(body) : len(body) + 1]


class NoInput(io.TextIOBase):
    """Where other Pythons read what is typed."""

    def readline(self, *_: object) -> str:  # type: ignore[override]
        raise RuntimeError(NO_INPUT)

    read = readline


class Runner:
    """One namespace and the cells that run in it."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.output = Output(post)
        self.module = types.ModuleType("__main__")
        vars(self.module)["torch"] = Absent()  # or its name would seem to be misspelt
        self.came: set[str] = set()  # what the notebook's own cells have defined
        self.made: dict[str, dict[str, Any]] = {}  # what each other cell has defined last
        sys.modules["__main__"] = self.module
        sys.__stdout__ = sys.__stderr__ = self.output  # type: ignore[misc, assignment]
        builtins.input = _no_input
        builtins.display = _display  # type: ignore[attr-defined]  # as in a notebook
        time.sleep = _sleep
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGXCPU, _late)
        signal.signal(signal.SIGALRM, self._sample)

    def run(
        self, label: str, source: str, given: bool = False, anew: bool = False
    ) -> dict[str, Any]:
        """Run a cell; its last expression is its result, as in a notebook.

        Args:
            label: what the cell is called in a traceback.
            source: its code.
            given: it is a preparation of the notebook; what needs PyTorch in it is left out.
            anew: what an earlier text of the cell has defined is forgotten first.

        Returns:
            ``ok``; ``error`` (type, message, line, traceback) if not; ``result``, a text, or
            ``feedback``, what ``check`` said.
        """
        sys.stdout = sys.stderr = self.output  # whatever a cell has put in its place
        sys.stdin = NoInput()
        self.output.begin()
        if anew:
            self._forget(label)
        before = dict(vars(self.module))
        told: dict[str, Any] = {"ok": True}
        name = f"{OWN}{label}>"
        lines = [f"{line}\n" for line in source.split("\n")]
        linecache.cache[name] = (len(source), None, lines, name)
        try:
            tree = ast.parse(source, name)
            told |= _shown(self._given(tree, name) if given else self._execute(tree, name))
        except BaseException as fault:
            told = {"ok": False, "error": described(fault, self._about(fault))}
        self.output.end()
        self._remember(label, before)
        return told

    def _forget(self, label: str) -> None:
        """Take away what a cell has defined, unless another has defined it since."""
        space = vars(self.module)
        for name, value in self.made.pop(label, {}).items():
            if space.get(name) is value and name not in self.came:
                del space[name]

    def _remember(self, label: str, before: dict[str, Any]) -> None:
        """Note what a cell has defined, in this run or in an earlier one."""
        space, old = vars(self.module), self.made.get(label, {})
        self.made[label] = {
            name: value
            for name, value in space.items()
            if before.get(name, self) is not value or old.get(name, self) is value
        }

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
        self._say_line(frame)
        ring_if_late(signum, frame)

    def _say_line(self, frame: FrameType | None) -> None:
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
    said = "\n".join([f"{kind}: {message}" if message else kind, *_notes(fault)])
    return {
        "type": kind,
        "message": message,
        "line": line,
        "text": text,
        "traceback": "\n".join([*_cause(fault), *steps[-FRAMES:], said]),
    }


def _notes(fault: BaseException) -> list[str]:
    """What has been added to an error: notes, and the errors of a group."""
    notes = [str(note) for note in getattr(fault, "__notes__", [])]
    return notes + [f"  {type(one).__name__}: {one}" for one in getattr(fault, "exceptions", [])]


def _cause(fault: BaseException) -> list[str]:
    """The error that led to another, if any."""
    cause = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    if cause is None or isinstance(cause, KeyboardInterrupt):
        return []
    return [described(cause)["traceback"], "which led to" if fault.__cause__ else "and then"]


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
    if isinstance(fault, SyntaxError) and COMMAND.match(text):
        return MAGIC
    if isinstance(fault, ImportError) and fault.name:
        return f"{said.partition(' (')[0]}: {_instead(fault.name.split('.')[0])}"
    for words, meaning in MEANS.items():
        if words in said:
            return f"{said}: {meaning}"
    if isinstance(fault, SystemExit):
        return "nothing is to be ended here: take this line out."
    return said[:2000]


def _instead(name: str) -> str:
    """What to do about a module that is not here."""
    near = difflib.get_close_matches(name, ["numpy", *sys.stdlib_module_names], n=1, cutoff=0.75)
    return NOT_HERE.format(name=name) if near in ([], [name]) else f"did you mean {near[0]}?"


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


def _late(signum: int, frame: FrameType | None) -> None:
    raise TimeUp


def _display(*things: object) -> None:
    """Show things as results, each on a line."""
    print(*map(repr, things), sep="\n")


def _no_input(prompt: str = "") -> str:
    raise RuntimeError(NO_INPUT)


def start(post: Callable[[str, str], None]) -> Callable[[str, str, bool, bool], str]:
    """Make a runner; what it says goes to the worker as JSON, and so does what it returns."""
    runner = Runner(lambda kind, said: post(kind, json.dumps(said)))

    def run(label: str, source: str, given: bool, anew: bool) -> str:
        return json.dumps(runner.run(label, source, given, anew))

    return run
