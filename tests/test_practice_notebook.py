"""Answers out of a notebook that was edited elsewhere: which cell belongs to which question."""

import json
import shutil
import subprocess
from typing import Any

import pytest
from built_book import ROOT

NODE = shutil.which("node")
SOURCE = ROOT / "book" / "practice" / "notebook.js"
# As an address of data, the source is a module for every version of Node.
SCRIPT = """
const { readFileSync } = require("node:fs");
const [source, cells] = process.argv.slice(1);
import("data:text/javascript," + encodeURIComponent(readFileSync(source, "utf8"))).then((m) => {
    const found = m.taken(cells, ["f", "g", "h"], ["check(f)", "check(g)", "check(h=h)"]);
    console.log(JSON.stringify({ ...found, answers: Object.fromEntries(found.answers) }));
});
"""
pytestmark = pytest.mark.skipif(NODE is None, reason="no Node")


def taken(*cells: tuple[str, str]) -> dict[str, Any]:
    """What is found in cells of code, each with the mark that it has still, or none."""
    made = [
        {"cell_type": "code", "source": code, "metadata": {"nbgrader": {"grade_id": mark}}}
        for code, mark in cells
    ]
    command = [str(NODE), "-e", SCRIPT, str(SOURCE), json.dumps({"cells": made})]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def answers(*codes: str) -> dict[str, str]:
    """The answers in cells that have lost their marks."""
    return taken(*((code, "") for code in codes))["answers"]


@pytest.mark.parametrize("mark", ["answer-f", ""])
def test_an_unfinished_answer_stays_in_its_question(mark: str) -> None:
    found = taken(("deff f(: 1", mark), ("check(f)", ""), ("def g(): 2", ""), ("check(g)", ""))
    assert found["answers"] == {"f": "deff f(: 1\n", "g": "def g(): 2\n"}


def test_a_trial_belongs_to_the_answer_above_it() -> None:
    found = answers("def f(): 1", "f()", "check(f)", "a = 1", "def g(): a", "check(g)", "g()")
    assert found == {"f": "def f(): 1\n\n\nf()\n", "g": "a = 1\n\n\ndef g(): a\n\n\ng()\n"}


def test_commands_of_notebooks_are_left_out() -> None:
    found = taken(
        ("%matplotlib inline\n!pip install x\ndef f():\n    return 7 % 2", ""), ("%%bash\nls", "")
    )
    assert found == {"answers": {"f": "def f():\n    return 7 % 2\n"}, "commands": True}


def test_an_answer_and_its_check_in_one_cell() -> None:
    assert answers("def f(): 1\ncheck(f)", "h = 3") == {
        "f": "def f(): 1\ncheck(f)\n",
        "h": "h = 3\n",
    }


def test_two_answers_in_one_cell() -> None:
    found = answers("def f(): 1\ndef g(): 2", "check(f)", "check(g)")
    assert found["g"] == "# g is defined in the answer to f.\n"


def test_all_that_defines_a_name_stays_in_its_order() -> None:
    """The last counts, as when the notebook is graded."""
    found = answers("def f(): 1", "check(f)", "def g(): 2", "check(g)", "f = None  # try again")
    assert found == {"f": "def f(): 1\n\n\nf = None  # try again\n", "g": "def g(): 2\n"}


@pytest.mark.parametrize("before", ["%%capture\n", "", "import os\n"])
def test_the_set_up_cell_is_no_part_of_an_answer(before: str) -> None:
    setup = f"{before}# Setup: fetch the course's helper package when it is missing.\nimport sys"
    found = taken((setup, ""), ("def f(): 1", ""))["answers"]
    own = "import os\n\n\n" if "os" in before else ""
    assert found == {"f": f"{own}def f(): 1\n"}


def test_long_runs_of_spaces_take_no_time() -> None:
    spaces = " " * 60_000
    assert answers(f"def f(): 1{spaces}+ 1")["f"] == f"def f(): 1{spaces}+ 1\n"


def test_an_older_starter_is_no_answer() -> None:
    """It differs in what explains it, an answer in its code; a text for a person is code."""
    script = (
        'import("data:text/javascript," + encodeURIComponent(require("node:fs")'
        '.readFileSync(process.argv[1], "utf8"))).then((m) => console.log(JSON.stringify('
        "JSON.parse(process.argv[2]).map(m.bare))));"
    )
    starter = 'def f(x):  # x: 1\n    """Say it."""\n    raise NotImplementedError'
    older = 'def f(x):\n    """Say\n    it so."""\n    raise NotImplementedError\n'
    codes = [starter, older, older.replace("raise", "print(x)\n    raise"), 'w = ""', 'w = """a"""']
    command = [str(NODE), "-e", script, str(SOURCE), json.dumps(codes)]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert told[0] == told[1] != told[2]
    assert told[3] != told[4]
