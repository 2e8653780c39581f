"""A bank of answers: ``check`` lets the right ones pass and tells the wrong ones what is true."""

import json
import linecache
import re
from itertools import count
from typing import Any

import pytest
from bank.third import BANK
from exercise_kit import ROOT

from coursekit.checks import check, trial
from coursekit.checks.feedback import Feedback

FILES = count()
NOTEBOOKS = {path.name[:2]: path for path in sorted((ROOT / "exercises").glob("*.ipynb"))}
SPACES: dict[str, dict[str, Any]] = {}
TOLD = 0.85  # share of wrong answers whose feedback names a mistake or a symptom
# What a reason says by itself of a result of the wrong kind.
KINDS = (
    r"expected .*, got|wrong shape|wrong length|wrong keys|wrong dtype|NaN|ran longer"
    r"|raised .*\. [\w`]"
)


def given_names(notebook: str) -> dict[str, Any]:
    """What a notebook defines beside its answers."""
    if notebook not in SPACES:
        names: dict[str, Any] = {"__name__": "__main__"}
        for cell in json.loads(NOTEBOOKS[notebook].read_text("utf8"))["cells"]:
            source = "".join(cell["source"])
            skip = source.startswith(("# Setup", "check(")) or "NotImplementedError" in source
            value = re.match(r'\w+ = (\.\.\.|"")', source)
            if cell["cell_type"] == "code" and not skip and not value:
                exec(source, names)
        SPACES[notebook] = names
    return dict(SPACES[notebook])


def judged(notebook: str, name: str, code: str) -> Feedback:
    names, file = given_names(notebook), f"<answer {next(FILES)}>"
    linecache.cache[file] = (len(code), None, code.splitlines(True), file)
    exec(compile(code, file, "exec"), names)
    return check(**{name: names[name]})


def bank(kind: str) -> Any:
    found = [entry for entry in BANK if entry[2] == kind]
    return pytest.mark.parametrize("entry", found, ids=[f"{e[1]}-{e[3]}" for e in found])


def test_the_bank_is_large_enough() -> None:
    kinds = [entry[2] for entry in BANK]
    assert kinds.count("right") >= 60
    assert kinds.count("wrong") >= 300
    assert kinds.count("let pass") <= 0.01 * kinds.count("wrong")


@bank("right")
def test_a_right_answer_in_another_style_passes(entry: Any) -> None:
    notebook, name, _, _, code, _ = entry
    said = judged(notebook, name, code)
    assert said.passed, said


@bank("let pass")
def test_a_wrong_answer_that_passes_is_explained(entry: Any) -> None:
    notebook, name, _, _, code, why = entry
    assert judged(notebook, name, code).passed  # else it is no exception any more
    assert why


@bank("wrong")
def test_a_wrong_answer_is_told_what_is_true(entry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "PATIENCE", 0.5)
    monkeypatch.setattr(trial, "SHORT", 0.1)
    notebook, name, _, _, code, words = entry
    said = judged(notebook, name, code)
    assert not said.passed
    assert words in repr(said)


def test_most_wrong_answers_are_told_more_than_that_they_are_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trial, "PATIENCE", 0.5)
    monkeypatch.setattr(trial, "SHORT", 0.1)
    wrong = [entry for entry in BANK if entry[2] == "wrong"]
    silent = []
    for notebook, name, _, about, code, _ in wrong:
        said = judged(notebook, name, code)
        assert said.diagnosis is not None
        reasons = " ".join(group.reason for group in said.diagnosis.groups)
        if not said.diagnosis.hints and not re.search(KINDS, reasons):
            silent.append(f"{name}: {about}")
    assert len(silent) <= (1 - TOLD) * len(wrong), silent
