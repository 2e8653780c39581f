"""Run a guide: every command and every cell a page shows, and compare with what it says comes out.

A page is read from the top. What counts are its fenced blocks:

* ``console``: lines that begin with ``$`` are commands (``>`` continues one); the lines below are
  what they print. ``...`` stands for anything. A command that is to fail says so at its end:
  ``# exit code 1``.
* ``python``: a notebook cell; a ``text`` block right below is what it shows.

Comments, which readers do not see, say what else happens: ``<!-- file: NAME -->`` above a block
saves it under that name, ``<!-- do: COMMAND -->`` does what the reader does by hand, and
``<!-- not run: REASON -->`` leaves the next block out.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FENCE = re.compile(r"^(?:```|~~~)(\w*)\n(.*?)^(?:```|~~~)$", re.M | re.S)
COMMENT = re.compile(r"^<!-- (file|do|not run): (.*?) -->$", re.M | re.S)
EXIT = re.compile(r"# exit code (\d+)$")
MARK = "\x1e"
CELLS = """
import ast, json, sys
space = {"__name__": "__main__"}
for source in json.load(open(sys.argv[1])):
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "page", "exec"), space)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), "page", "eval"), space)
        if value is not None:
            print(repr(value))
    print(end=chr(30), flush=True)
"""


@dataclass
class Step:
    """One thing to run: a shell command or a cell, the line it stands on, what it should print."""

    line: int
    command: str
    expected: list[str] = field(default_factory=list)
    code: int = 0
    shown: bool = True


class GuideFault(AssertionError):
    """The page does not say what happens; the message shows where, and what came instead."""


def steps(text: str, blocks: Path) -> "tuple[list[Step], list[Step], list[str]]":
    """Shell steps, cells, and reasons for what is not run; files to save go into ``blocks``."""
    shell: list[Step] = []
    cells: list[Step] = []
    left_out: list[str] = []
    pending: tuple[str, str] | None = None
    found = [*FENCE.finditer(text), *COMMENT.finditer(text)]
    for match in sorted(found, key=lambda m: m.start()):
        line = text.count("\n", 0, match.start()) + 1
        kind, body = match[1], match[2]
        if match.re is COMMENT:
            if kind == "do":
                shell.append(Step(line, body, shown=False))
            else:
                pending = (kind, body)
            continue
        if pending is not None:
            what, argument = pending
            pending = None
            if what == "not run":
                left_out.append(argument)
            else:
                saved = blocks / str(line)
                saved.write_text(body, "utf8")
                place = shlex.quote(argument)
                copy = f"mkdir -p $(dirname {place}) && cp {saved} {place}"
                shell.append(Step(line, copy, shown=False))
        elif kind == "console":
            shell += _commands(body, line)
        elif kind == "python":
            cells.append(Step(line, body))
        elif kind == "text" and cells:
            cells[-1].expected = body.splitlines()
    return shell, cells, left_out


def _commands(body: str, line: int) -> Iterator[Step]:
    """The commands of a console block, each with its output."""
    step: Step | None = None
    for number, text in enumerate(body.splitlines(), line + 1):
        if text.startswith("$ "):
            if step:
                yield step
            code = EXIT.search(text)
            step = Step(number, text[2:], code=int(code[1]) if code else 0)
        elif step is None:
            raise GuideFault(f"line {number}: output before the first command")
        elif text.startswith("> ") and not step.expected:
            step.command += "\n" + text[2:]
        else:
            step.expected.append(text)
    if step:
        yield step


def run(page: Path, folder: Path, source: Path, temporary: Path) -> int:
    """Run a page in a folder; how many commands and cells were compared.

    Args:
        page: the Markdown file.
        folder: where the reader stands.
        source: the ``src`` whose coursekit is to be used.
        temporary: an empty folder.

    Raises:
        GuideFault: at the first difference.
    """
    shell, cells, _ = steps(page.read_text("utf8"), temporary)
    bin_ = Path(sys.executable).parent
    env = {
        **{k: os.environ[k] for k in ("HOME", "LANG") if k in os.environ},
        "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(source),
        "COLUMNS": "100",
        "TERM": "dumb",
        "OMP_NUM_THREADS": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PYTHONWARNINGS": "ignore",
    }
    script = "".join(f"{s.command}\nprintf '{MARK}%s{MARK}' $?\n" for s in shell)
    (temporary / "script.sh").write_text(script, "utf8")
    said = _run(["bash", str(temporary / "script.sh")], folder, env).split(MARK)
    for step, out, code in zip(shell, said[::2], said[1::2], strict=False):
        if int(code) != step.code:
            raise GuideFault(f"{page.name}, line {step.line}: exit code {code}\n{out}")
        if step.shown:
            compare(page, step, out)
    (temporary / "cells.json").write_text(json.dumps([c.command for c in cells]), "utf8")
    command = [sys.executable, "-c", CELLS, str(temporary / "cells.json")]
    said = _run(command, folder, env).split(MARK)
    if len(said) <= len(cells):
        raise GuideFault(f"{page.name}, line {cells[len(said) - 1].line}: {said[-1]}")
    for step, out in zip(cells, said, strict=False):
        compare(page, step, out)
    return sum(s.shown for s in shell) + len(cells)


def _run(command: list[str], folder: Path, env: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env=env, text=True, timeout=1800,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.stdout


def compare(page: Path, step: Step, out: str) -> None:
    """Whether a step printed what the page says; ``...`` stands for anything."""
    lines = [x.rstrip() for x in out.splitlines()]
    lines = [x for x in lines if x and not x.startswith("━")]  # progress bars
    wanted = [x.rstrip() for x in step.expected if x.strip()]
    pattern = "\n".join(".*".join(map(re.escape, x.split("..."))) for x in wanted)
    pattern = re.sub(r"^\.\*\n?", "(?s:.*)", pattern, flags=re.M)  # a line of its own: any lines
    if not re.fullmatch(pattern, "\n".join(lines)):
        got = "\n".join(lines)
        says = "\n".join(wanted)
        where = f"{page.name}, line {step.line}: {step.command}"
        raise GuideFault(f"{where}\n-- the page says:\n{says}\n-- it prints:\n{got}")
