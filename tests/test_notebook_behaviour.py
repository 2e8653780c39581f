"""Cells behave in grading, and in ``coursekit check``, as they do in a notebook or in Colab."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import kit

from coursekit.authoring.notebooks.setup_cell import setup_source
from coursekit.checks import rest
from coursekit.checks.cases import call, get
from coursekit.checks.ends import NO_TIME, TIME_UP
from coursekit.checks.limits import Limits
from coursekit.checks.shell import make_shell, run_cell
from coursekit.checks.whole import Report, check_notebook
from coursekit.grading.box.levels import choose_level
from coursekit.grading.judging.sources import find_answers
from coursekit.grading.judging.verdicts import _missing
from coursekit.grading.running.local import LocalRunner
from coursekit.grading.running.session import Inquiry, Session

SETUP_CELL = setup_source(Path(__file__).parents[1])
NETWORK = """
import pickle
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(1, 1)
    def forward(self, x):
        return self.line(x)
net = Net()
"""
PERPLEXITY = "def perplexity(p):\n    return float(np.exp(-np.log(p).mean()))"
# Each ends with x = 1. The line that fails, where one does.
CELLS: dict[str, tuple[str, int | None]] = {
    "below the set-up": (SETUP_CELL + "\nx = 1", None),
    "a name of the set-up": (SETUP_CELL + "\nx = int(os.sep == '/')", None),
    "guard": ("if __name__ == '__main__':\n    x = 1", None),
    "main module": ("import __main__\n__main__.x = 1", None),
    "pickle": (NETWORK + "x = int(type(pickle.loads(pickle.dumps(net))) is Net)", None),
    "torch.save": (
        NETWORK + "torch.save(net, 'a.pt')\n"
        "x = int(type(torch.load('a.pt', weights_only=False)) is Net)",
        None,
    ),
    "torch.jit.script": (
        NETWORK + "@torch.jit.script\ndef f(a: torch.Tensor):\n    return a + 1\n"
        "torch.jit.script(net)(torch.zeros(1))\nx = int(f(torch.zeros(1)))",
        None,
    ),
    "torch.compile": (
        NETWORK + "@torch.compile\ndef f(a):\n    return a + 1\n"
        "torch.compile(net)(torch.zeros(1))\nx = int(f(torch.zeros(1)))",
        None,
    ),
    "dataclass": (
        "from dataclasses import dataclass\nfrom typing import ClassVar\n@dataclass\nclass A:\n"
        "    a: int = 1\n    b: 'ClassVar[int]' = 3\nx = A().a",
        None,
    ),
    "source of a function": (
        "import inspect\ndef f(): pass\nx = len(inspect.getsource(f).splitlines())",
        None,
    ),
    "constant": ("open('/content/a')\nx = 1", 1),
    "upload": (
        "from google.colab import files\nup = files.upload()\nn = list(up)[0]\nx = 1",
        3,
    ),
    "not in Colab": (
        "import sys\nif 'google.colab' in sys.modules:\n    open('/content/a')\nelse:\n    x = 1",
        None,
    ),
    "a magic that Colab has": ("%tensorboard --logdir runs\nx = 1", None),
    "a magic of the browser": ("%autosave 30\nx = 1", None),
    "a cell magic that is missing": ("%%memit\nx = 1", None),
    "input": ("name = input('?')\nx = 1", 1),
    "processes": (
        "import multiprocessing as m\nwith m.Pool(2) as p:\n    p.map(abs, [1])\nx = 1",
        2,
    ),
    "missing package": ("import no_such_package\nx = 1", 1),
    "below in the same block": ("if True:\n    open('/content/a')\n    x = 1", 2),
    "two that fail": ("with open('/dev/null'):\n    open('a')\n    open('b')\n    x = 1", 2),
    "below try": ("try:\n    open('a')\nfinally:\n    y = 2\nx = y - 1", 2),
    "timed": ("%%time\nopen('/content/a')\nx = 1", 2),
    "captured": ("%%capture\nopen('/content/a')\nx = 1", 2),
    "on one line": ("open('a'); x = 1", 1),
    "a name changed step by step": ("open('a')\nx = 0\nfor _ in range(3):\n    x += 1\nx -= 2", 1),
    "a trial of one's own": ("def f(): return 1\nf('too many')\nx = f()", 2),
    "a set-up that installs more": (
        f"{SETUP_CELL}\n!pip install no-such-package\n%pip install no-such-package\nx = 1",
        None,
    ),
    "an error in a function": ("def f():\n    return 1 / 0\n\nf()\nx = 1", 2),
}


@pytest.fixture(scope="module")
def runner() -> Iterator[LocalRunner]:
    with LocalRunner(choose_level(False), Limits(cell=3, call=1, total=60), jobs=1) as made:
        yield made


@pytest.mark.sandbox
@pytest.mark.parametrize("title", CELLS)
def test_a_cell_comes_to_its_end(title: str, runner: LocalRunner) -> None:
    source, line = CELLS[title]
    run = Session(runner.ready(), [source]).answer([Inquiry("x", [[get()[0].to_plain()]])])
    assert run.replies["x"][0].outcome["results"] == [1]
    assert [fault.line for fault in run.faults] == ([] if line is None else [line])


HARMLESS = "x = 1\ndef f():\n    pass\nimport math\nx = math.gcd(8, 2)"


@pytest.mark.sandbox
@pytest.mark.parametrize("killer", ["while True: pass", "import os; os._exit(0)"])
def test_what_cannot_hang_is_kept_of_a_cell_that_hangs_or_dies(
    killer: str, runner: LocalRunner
) -> None:
    run = Session(runner.ready(), [f"{killer}\n{HARMLESS}"]).answer(
        [Inquiry("x", [[get()[0].to_plain()]]), Inquiry("f", [[call()[0].to_plain()]])]
    )
    assert run.replies["x"][0].outcome["results"] == [1]
    assert run.replies["f"][0].outcome["results"] == [None]
    assert len(run.faults) == 1


def test_check_runs_what_follows_a_failing_line(tmp_path: Path) -> None:
    cells = ["import numpy as np", f"open('/content/a')\n{PERPLEXITY}\nEPS = 0.0"]
    (tmp_path / "mine.ipynb").write_bytes(kit.submission(cells))
    report = next(r for r in check_notebook(tmp_path / "mine.ipynb") if isinstance(r, Report))
    assert report.points == 4
    assert [(f.cell, f.line) for f in report.faults] == [(1, 1)]


def test_check_runs_a_set_up_cell_into_which_others_were_merged(tmp_path: Path) -> None:
    merged = f"{SETUP_CELL}\nimport numpy as np\nsys.path.sort()\n\n{PERPLEXITY}\nEPS = 0.0"
    (tmp_path / "mine.ipynb").write_bytes(kit.submission([merged]))
    report = next(r for r in check_notebook(tmp_path / "mine.ipynb") if isinstance(r, Report))
    assert (report.points, report.faults) == (4, [])


def test_the_page_says_which_line_failed() -> None:
    cells = ["pass", "open('a')\nx = 1 / 0"]
    shell = make_shell()
    told = run_cell(shell, cells[1])
    assert (told["error"], told["line"]) == ("FileNotFoundError", 1)
    from coursekit.checks.cells import CellFault

    fault = CellFault(1, told["error"], told["message"], told["line"])
    assert _missing("x", find_answers(cells, ["x"])["x"], [fault]).endswith("line 1.")


def test_after_finds_no_statement_for_a_line_that_is_none() -> None:
    import ast

    assert rest.after(ast.parse("x = 1\n").body, 7) == []


@pytest.mark.sandbox
@pytest.mark.parametrize("sleeper", ["cells", "answers"])
def test_a_notebook_takes_no_longer_than_the_total(sleeper: str) -> None:
    limits = Limits(cell=0.5, call=0.5, total=4)
    nap = "import time\ntime.sleep(99)"
    cells = ["x = 1", *[nap] * 40]
    asked = [Inquiry("x", [[get()[0].to_plain()]])]
    if sleeper == "answers":
        cells = ["import time\ndef x(): time.sleep(99)"]
        asked = [Inquiry("x", [[call()[0].to_plain()]] * 9)] * 30
    with LocalRunner(choose_level(False), limits, jobs=1) as runner:
        worker = runner.ready()
        began = time.monotonic()
        run = Session(worker, cells).answer(asked)
        taken = time.monotonic() - began
    assert taken < limits.total + 1
    assert run.limits == ["time"]
    if sleeper == "cells":  # time is left for the questions
        assert run.replies["x"][0].outcome["results"] == [1]
        assert run.faults[-1].error == NO_TIME
    else:
        assert {reply.failure for reply in run.replies["x"]} == {NO_TIME}


@pytest.mark.sandbox
@pytest.mark.parametrize(("seconds", "outcome"), [(1.0, TIME_UP), (8.0, "")])
def test_a_budget_holds_although_its_clock_is_stopped(
    seconds: float, outcome: str, runner: LocalRunner
) -> None:
    disarm = "signal.setitimer(signal.ITIMER_PROF, 0)"
    work = "end = time.process_time() + 2\n    while time.process_time() < end: pass"
    cell = f"import signal, time\ndef x():\n    {disarm}\n    {work}\n    return 1"
    asked = Inquiry("x", [[call()[0].to_plain()]], seconds=seconds)
    run = Session(runner.ready(), [cell]).answer([asked])
    assert run.replies["x"][0].failure == outcome
