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
STATE = """
const { readFileSync } = require("node:fs");
const [source, pairs] = process.argv.slice(1);
import("data:text/javascript," + encodeURIComponent(readFileSync(source, "utf8"))).then((m) => {
    const told = JSON.parse(pairs).map((pair) => [m.unwritten(...pair), m.open(pair[0])]);
    console.log(JSON.stringify(told));
});
"""
STARTER = '''class F:
    """What it is."""

    def __init__(self):
        self.x = 0

    def g(self):
        """Return it."""
        raise NotImplementedError
'''
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


def test_what_is_still_to_be_written() -> None:
    """Code, its starter, whether nothing is written, how many places are open."""
    cases = [
        (STARTER, STARTER, True, 1),
        (STARTER.replace("Return it.", "Return it,\n    as it is."), STARTER, True, 1),
        (STARTER.replace("def g(self)", "def g(self, y)"), STARTER, True, 1),
        ("a = ...  # a number", "a = ...", True, 1),
        ('a = ""', 'a = ""  # in your own words', True, 1),
        (STARTER.replace("raise NotImplementedError", "return 1"), STARTER, False, 0),
        (STARTER + "    def h(self):\n        return 1\n", STARTER, False, 1),
        ('def f():\n    text = ""\n    return text', "def f():\n    raise", False, 0),
        ("# f is defined in the answer to g.\n", STARTER, False, 0),
    ]
    pairs = json.dumps([case[:2] for case in cases])
    command = [str(NODE), "-e", STATE, str(SOURCE), pairs]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert told == [list(case[2:]) for case in cases]


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
