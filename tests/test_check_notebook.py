"""``coursekit check`` reads, runs and forgives what ``coursekit grade`` does."""

import json
from pathlib import Path

import pytest
from hostile import kit
from typer.testing import CliRunner

from coursekit.checks.cases import get
from coursekit.checks.cells import CellFault, Cells, is_check
from coursekit.checks.ends import NO_TIME, STRIKES, TIME_UP, WORDS, in_words, outcome, sentence
from coursekit.checks.judge import judge
from coursekit.checks.limits import Limits
from coursekit.checks.notebookfile import read_cells
from coursekit.checks.recorded import look_up
from coursekit.checks.whole import Report, check_notebook
from coursekit.cli import app
from coursekit.grading.box.levels import choose_level
from coursekit.grading.judging.verdicts import outcome_of
from coursekit.grading.running.local import LocalRunner
from coursekit.grading.running.session import Inquiry, Reply, Session

PERPLEXITY = "def perplexity(p):\n    return float(np.exp(-np.log(p).mean()))"
LOSSES = "def next_word_losses(y_hat, x):\n    return -np.log(y_hat[np.arange(len(x) - 1), x[1:]])"
QUICK = Limits(cell=2, call=1, total=60)


def checked(cells: list[str], folder: Path, limits: Limits | None = None) -> Report:
    (folder / "mine.ipynb").write_bytes(kit.notebook([kit.code(c) for c in cells]))
    steps = check_notebook(folder / "mine.ipynb", limits)
    return next(step for step in steps if isinstance(step, Report))


def points(report: Report) -> dict[str, float]:
    return {f.name: f.points for f in report.feedback if f.points}


TOLERATED = {
    "inline figures": "%matplotlib inline\nimport numpy as np",
    "Colab's drive": "from google.colab import drive\ndrive.mount('/content')\nimport numpy as np",
    "an upload": "from google.colab import files\nup = files.upload()\nimport numpy as np",
    "a shell line": "!pip install numpy\nimport numpy as np",
    "a cell of bash": "%%bash\nrm -rf x",
    "a magic": "%load_ext autoreload\n%autoreload 2\nimport numpy as np",
    "timing": "%%time\nimport numpy as np",
    "a failing line": "open('/content/none.txt')\nimport numpy as np",
    "exit": "import numpy as np\nexit()",
    "await": "import asyncio\nawait asyncio.sleep(0)\nimport numpy as np",
    "a module that is not there": "import no_such_module\nimport numpy as np",
}


@pytest.fixture(scope="module")
def runner():
    with LocalRunner(choose_level(False), Limits.from_timeout(20), jobs=1) as made:
        yield made


@pytest.mark.sandbox
@pytest.mark.parametrize("title", TOLERATED)
def test_both_tolerate_the_same_cells(title: str, runner: LocalRunner, tmp_path: Path) -> None:
    cells = [TOLERATED[title], "import numpy as np", PERPLEXITY]
    report = checked(cells, tmp_path)
    assert points(report) == {"perplexity": 4}
    asked = Inquiry("perplexity", [[step.to_plain() for step in get()]])
    run = Session(runner.ready(), cells).answer([asked])
    assert run.faults == report.faults


@pytest.mark.sandbox
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux limits memory")
def test_both_give_a_notebook_the_same_memory(runner: LocalRunner, tmp_path: Path) -> None:
    much = "np.ones(3 << 27)  # 3 GB"
    cells = ["import numpy as np", much, "np.ones(1 << 26)  # half a GB", PERPLEXITY]
    report = checked(cells, tmp_path)
    asked = Inquiry("perplexity", [[step.to_plain() for step in get()]])
    run = Session(runner.ready(), cells).answer([asked])
    assert [(f.cell, f.error) for f in run.faults] == [(1, "MemoryError")]
    assert run.faults == report.faults
    assert points(report) == {"perplexity": 4}


ENDINGS = {
    "endless": ("while True: pass", "it ran too long and was stopped"),
    "out of the process": ("import os; os._exit(0)", "it ended the whole process"),
    "crash": ("import os; os.abort()", "it crashed the whole process"),
}


@pytest.mark.parametrize("title", ENDINGS)
def test_a_cell_that_kills_costs_no_more_than_itself(title: str, tmp_path: Path) -> None:
    cell, words = ENDINGS[title]
    report = checked(["import numpy as np", cell, PERPLEXITY], tmp_path, QUICK)
    assert points(report) == {"perplexity": 4}
    assert [(f.cell, str(f)) for f in report.faults] == [(1, words)]


def test_an_answer_that_ends_the_process_costs_no_other(tmp_path: Path) -> None:
    fatal = "def perplexity(p):\n    import os\n    os._exit(0)"
    report = checked(["import numpy as np", fatal, LOSSES], tmp_path, QUICK)
    assert points(report) == {"next_word_losses": 3}
    (said,) = [f for f in report.feedback if f.name == "perplexity"]
    assert (said.headline, said.passed) == ("It ended the whole process.", False)


def test_an_endless_answer_is_stopped_and_the_others_are_judged(tmp_path: Path) -> None:
    endless = "def perplexity(p):\n    while True: pass"
    report = checked(["import numpy as np", endless, LOSSES], tmp_path, QUICK)
    assert points(report) == {"next_word_losses": 3}
    (said,) = [f for f in report.feedback if f.name == "perplexity"]
    assert "it ran" in repr(said)
    assert "never ends" in repr(said)
    assert "not tried" in repr(said)


def test_what_no_time_is_left_for_is_not_said_to_have_run(tmp_path: Path) -> None:
    cells = ["import numpy as np, time\ntime.sleep(9)", PERPLEXITY]
    report = checked(cells, tmp_path, Limits(cell=1, call=1, total=0.5))
    assert report.points == 0
    assert all(f.headline == sentence(NO_TIME) for f in report.feedback)


def test_a_thread_left_behind_does_not_keep_check_waiting(tmp_path: Path) -> None:
    thread = "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()"
    assert points(checked(["import numpy as np", thread, PERPLEXITY], tmp_path)) == {
        "perplexity": 4
    }


def test_the_exit_code_is_not_that_of_the_notebook(tmp_path: Path) -> None:
    cells = ["import os\nos._exit(0)\nperplexity = 1"]
    (tmp_path / "mine.ipynb").write_bytes(kit.notebook([kit.code(c) for c in cells]))
    told = CliRunner().invoke(app, ["check", str(tmp_path / "mine.ipynb")], env={"COLUMNS": "100"})
    assert told.exit_code == 1
    assert "Code cell 1 does not run: it ended the whole process" in told.stdout


WHOLE = kit.notebook([kit.code(c) for c in ("import numpy as np  # é", PERPLEXITY)])
FILES = {
    "plain": WHOLE,
    "byte order mark": b"\xef\xbb\xbf" + WHOLE,
    "UTF-16": WHOLE.decode().encode("utf-16"),
    "cp1252": WHOLE.decode().encode("cp1252"),
    "no format number": json.dumps({"cells": json.loads(WHOLE)["cells"]}).encode(),
    "format 3": json.dumps(
        {
            "nbformat": 3,
            "worksheets": [
                {
                    "cells": [
                        {"cell_type": "code", "input": c}
                        for c in ("import numpy as np", PERPLEXITY)
                    ]
                }
            ],
        }
    ).encode(),
}


@pytest.mark.parametrize("title", FILES)
def test_check_reads_every_file_that_grade_reads(title: str, tmp_path: Path) -> None:
    assert len(read_cells(FILES[title])) == 2
    (tmp_path / "mine.ipynb").write_bytes(FILES[title])
    steps = check_notebook(tmp_path / "mine.ipynb")
    assert points(next(s for s in steps if isinstance(s, Report))) == {"perplexity": 4}


def test_every_end_has_words_and_none_untried_is_said_to_have_run_too_long() -> None:
    assert WORDS[NO_TIME].startswith("not tried")
    assert WORDS[STRIKES].startswith("not tried")
    for end in WORDS:
        assert outcome_of(Reply(failure=end)) == outcome(end)
    assert sentence(TIME_UP) == "It ran too long and was stopped."
    assert in_words("NameError", "name 'x' is not defined") == "NameError: name 'x' is not defined"


def test_cells_in_another_order_are_tried_once_more() -> None:
    space: dict[str, int] = {}

    def run(number: int, source: str, only_harmless: bool) -> CellFault | None:
        try:
            exec(source, space)
        except NameError as error:
            return CellFault(number, "NameError", str(error))
        return None

    assert Cells(["b = a + 1", "a = 1", "c = d"]).play(run) == [
        CellFault(2, "NameError", "name 'd' is not defined")
    ]
    assert space["b"] == 2


def test_only_cells_that_do_nothing_but_check_are_left_out() -> None:
    assert is_check("check(f)")
    assert is_check("# now\ncheck(k=k)\n")
    assert not is_check("check(f)\ng = 1")
    assert not is_check("checked = 1")


def test_a_check_in_the_notebook_and_a_graded_case_begin_with_one_seed() -> None:
    """What an answer draws does not depend on the cases before it."""
    drawn: list[float] = []

    def perplexity(p):
        import numpy as np

        drawn.append(float(np.random.random()))
        return drawn[-1]

    recorded = look_up("perplexity")
    judge(recorded, perplexity)
    assert len(set(drawn[: len(recorded.cases)])) == 1
