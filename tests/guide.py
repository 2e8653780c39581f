"""Run a guide: every command and every cell a page shows, and compare with what it says comes out.

A page is read from the top. What counts are its fenced blocks:

* ``console``: lines that begin with ``$`` are commands (``>`` continues one); the lines below are
  what they print. ``...`` stands for anything. A command that is to fail says so at its end:
  ``# exit code 1``.
* ``python``: a notebook cell; a ``text`` block right below is what it shows.

Comments, which readers do not see, say what else happens: ``<!-- file: NAME -->`` above a block
saves it under that name, ``<!-- do: COMMAND -->`` does what the reader does by hand,
``<!-- not run: REASON -->`` leaves the next block out, and ``<!-- as on: PAGE -->`` says that its
commands stand, letter for letter, on a page that was walked before: what they printed there is
compared with what this page says, and they are not run twice.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FENCE = re.compile(r"^(?:```|~~~)(\w*)\n(.*?)^(?:```|~~~)$", re.M | re.S)
COMMENT = re.compile(r"^<!-- (file|do|not run|as on): (.*?) -->$", re.M | re.S)
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
    """One thing to run: a shell command or a cell, where it stands, what it should print."""

    page: str
    line: int
    command: str
    expected: list[str] = field(default_factory=list)
    code: int = 0
    shown: bool = True
    on: str = ""  #: the earlier page on which it was run


class GuideFault(AssertionError):
    """The page does not say what happens; the message shows where, and what came instead."""


def steps(page: Path, blocks: Path) -> "tuple[list[Step], list[Step]]":
    """Shell steps and cells of a page; files to save go into ``blocks``."""
    shell: list[Step] = []
    cells: list[Step] = []
    pending = ("", "")
    text, name = page.read_text("utf8"), page.name
    found = [*FENCE.finditer(text), *COMMENT.finditer(text)]
    for match in sorted(found, key=lambda m: m.start()):
        line = text.count("\n", 0, match.start()) + 1
        kind, body = match[1], match[2]
        if match.re is COMMENT:
            if kind == "do":
                shell.append(Step(name, line, body, shown=False))
            else:
                pending = (kind, body)
            continue
        (what, argument), pending = pending, ("", "")
        if what == "file":
            saved = blocks / f"{name}-{line}"
            saved.write_text(body, "utf8")
            place = shlex.quote(argument)
            copy = f"mkdir -p $(dirname {place}) && cp {saved} {place}"
            shell.append(Step(name, line, copy, shown=False))
        elif what == "not run":
            continue
        elif kind == "console":
            shell += _commands(body, name, line, argument)
        elif kind == "python":
            cells.append(Step(name, line, body))
        elif kind == "text" and cells:
            cells[-1].expected = body.splitlines()
    return shell, cells


def _commands(body: str, page: str, line: int, on: str) -> Iterator[Step]:
    """The commands of a console block, each with its output."""
    step: Step | None = None
    for number, text in enumerate(body.splitlines(), line + 1):
        if text.startswith("$ "):
            if step:
                yield step
            code = EXIT.search(text)
            step = Step(page, number, text[2:], code=int(code[1]) if code else 0, on=on)
        elif step is None:
            raise GuideFault(f"{page}, line {number}: output before the first command")
        elif text.startswith("> ") and not step.expected:
            step.command += "\n" + text[2:]
        else:
            step.expected.append(text)
    if step:
        yield step


def run(pages: Sequence[Path], folder: Path, source: Path, temporary: Path) -> int:
    """Walk pages, one after the other, in a folder; how many commands and cells were compared.

    Args:
        pages: the Markdown files.
        folder: where the reader stands.
        source: the ``src`` whose coursekit is to be used.
        temporary: an empty folder.

    Raises:
        GuideFault: at the first difference.
    """
    walked = [steps(page, temporary) for page in pages]
    shell = [step for found, _ in walked for step in found]
    cells = [cell for _, found in walked for cell in found]
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
    once = [s for s in shell if not s.on]
    script = "".join(f"{s.command}\nprintf '{MARK}%s{MARK}' $?\n" for s in once)
    (temporary / "script.sh").write_text(script, "utf8")
    said = _run(["bash", str(temporary / "script.sh")], folder, env).split(MARK)
    if len(said) <= 2 * len(once):
        step = once[(len(said) - 1) // 2]
        raise GuideFault(f"{step.page}, line {step.line}: ended the shell\n{said[-1]}")
    printed: dict[tuple[str, str], str] = {}
    for step, out, code in zip(once, said[::2], said[1::2], strict=False):
        if int(code) != step.code:
            raise GuideFault(f"{step.page}, line {step.line}: exit code {code}\n{out}")
        printed[step.page, step.command] = out
        if step.shown:
            compare(step, out)
    for step in (s for s in shell if s.on):
        if (step.on, step.command) not in printed:
            raise GuideFault(f"{step.page}, line {step.line}: not on {step.on}: {step.command}")
        compare(step, printed[step.on, step.command])
    (temporary / "cells.json").write_text(json.dumps([c.command for c in cells]), "utf8")
    command = [sys.executable, "-c", CELLS, str(temporary / "cells.json")]
    said = _run(command, folder, env).split(MARK)
    if len(said) <= len(cells):
        step = cells[len(said) - 1]
        raise GuideFault(f"{step.page}, line {step.line}: {said[-1]}")
    for step, out in zip(cells, said, strict=False):
        compare(step, out)
    return sum(s.shown for s in shell) + len(cells)


def _run(command: list[str], folder: Path, env: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env=env, text=True, timeout=1800,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.stdout


def compare(step: Step, out: str) -> None:
    """Whether a step printed what the page says; ``...`` stands for anything."""
    lines = [x.rstrip() for x in out.splitlines()]
    lines = [x for x in lines if x and not x.startswith("━")]  # progress bars
    wanted = [x.rstrip() for x in step.expected if x.strip()]
    pattern = "\n".join(".*".join(map(re.escape, x.split("..."))) for x in wanted)
    pattern = re.sub(r"^\.\*\n?", "(?s:.*)", pattern, flags=re.M)  # a line of its own: any lines
    if not re.fullmatch(pattern, "\n".join(lines)):
        got = "\n".join(lines)
        says = "\n".join(wanted)
        where = f"{step.page}, line {step.line}: {step.command}"
        raise GuideFault(f"{where}\n-- the page says:\n{says}\n-- it prints:\n{got}")
