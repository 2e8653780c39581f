"""What nbgrader needs of the notebooks; `make test-ecosystem` runs nbgrader itself."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from exercise_kit import ROOT, STEMS, key_of
from typer.testing import CliRunner

from coursekit.authoring.source import run_cell
from coursekit.checks.hidden import check_hidden, pack, unpack
from coursekit.checks.judge import judge
from coursekit.checks.recorded import to_record
from coursekit.cli import app

RELEASED = sorted((ROOT / "exercises").glob("*.ipynb"))


def graded(nb) -> dict[str, dict]:
    """nbgrader's metadata by its name of the cell."""
    found = [c.metadata["nbgrader"] for c in nb.cells if "nbgrader" in c.metadata]
    assert len({m["grade_id"] for m in found}) == len(found)
    return {m["grade_id"]: dict(m) for m in found}


@pytest.mark.parametrize("path", RELEASED, ids=lambda p: p.stem)
def test_each_question_has_an_answer_cell_and_its_points_once(path: Path) -> None:
    nb = nbformat.read(path, as_version=4)
    cells = graded(nb)
    questions = {i.removeprefix("answer-") for i in cells if i.startswith("answer-")}
    marks = [m for m in cells.values() if m["grade"]]
    promised = float(re.search(r"questions, ([\d.]+) points", nb.cells[0].source)[1])
    assert sum(m["points"] for m in marks) == promised
    for name in questions:
        by_hand = cells[f"answer-{name}"]["grade"]
        assert by_hand != (f"check-{name}" in cells)
        if not by_hand:
            assert cells[f"check-{name}"]["locked"]


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> nbformat.NotebookNode:
    course = tmp_path_factory.mktemp("course")
    key = ROOT / "solutions" / "12-applications.ipynb"
    done = CliRunner().invoke(app, ["nbgrader", str(key), "--course", str(course), "--seed", "3"])
    assert done.exit_code == 0, done.output
    return nbformat.read(course / "source/12-applications/12-applications.ipynb", as_version=4)


def test_a_source_holds_solutions_and_hidden_cases_but_no_answer_key(source) -> None:
    code = "\n".join(c.source for c in source.cells if c.cell_type == "code")
    names = [n for n, r in key_of("12-applications").recipes.items() if r.question.kind != "text"]
    assert code.count("### BEGIN HIDDEN TESTS") == code.count("### END HIDDEN TESTS") == len(names)
    assert code.count("### BEGIN SOLUTION") == len(names) + 1
    assert "coursekit.authoring" not in code


def test_a_solved_source_returns_all_points_as_nbgrader_reads_them(source, monkeypatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    namespace: dict = {}
    shown = {}
    for cell in source.cells:
        if cell.cell_type != "code":
            continue
        *rest, last = (
            cell.source.split("check_hidden(") if "HIDDEN" in cell.source else [cell.source]
        )
        run_cell("check_hidden(".join(rest) if rest else last, "cell", namespace)
        if rest:
            call = "check_hidden(" + last.split("\n")[0]
            shown[cell.metadata.nbgrader.grade_id] = repr(eval(call, namespace))
    points = {i: m["points"] for i, m in graded(source).items() if i.startswith("check-")}
    assert {i: float(text) for i, text in shown.items()} == points


def test_a_wrong_answer_returns_part_of_the_points_and_shows_no_expected_value() -> None:
    drawn = key_of("12-applications").recipes["pad_batch"].draw(3)

    def pad_batch(sentences, pad):
        lengths = np.array([len(s) for s in sentences])
        X = np.full((len(sentences), lengths.max()), pad)
        for i, s in enumerate(sentences):
            X[i, : len(s)] = s
        return X, (pad != X).sum(axis=1)  # pad may be a word, too

    feedback = check_hidden(pad_batch, pack(drawn))
    assert 0 < feedback.points < feedback.worth
    reason, public = (f.diagnosis.groups[1].reason for f in (feedback, judge(drawn, pad_batch)))
    assert "expected" in public
    assert "expected" not in reason


@pytest.mark.parametrize("stem", STEMS)
def test_packed_cases_are_the_same_cases_without_quotes(stem: str) -> None:
    for recipe in key_of(stem).recipes.values():
        drawn = recipe.draw(11)
        packed = pack(drawn)
        assert to_record(unpack(packed)) == to_record(drawn)
        assert not set(packed) & set("\"'\\\n")
