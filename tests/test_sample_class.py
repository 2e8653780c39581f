"""Exercise 02 graded as an instructor would, with its real key; and the class made to try it on."""

import copy
import csv
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coursekit.authoring import sample_class as sample
from coursekit.authoring.loading import load_key
from coursekit.authoring.source import read_source
from coursekit.cli import app

SOURCE = Path(__file__).parents[1] / "solutions" / "02-perplexity.ipynb"
FILE = "02-perplexity.ipynb"


class Sure:
    """A die that always falls the same way."""

    def __init__(self, luck: float, choice: float = 0.0) -> None:
        self.values = [luck, choice]

    def random(self) -> float:
        self.values.reverse()
        return self.values[1]

    def integers(self, n: int) -> int:
        return 0


@pytest.fixture(scope="module")
def key():
    return load_key(SOURCE)


@pytest.fixture(scope="module")
def right(key):
    return sample._solve(key, read_source(SOURCE), 1.0, Sure(0.0))


def with_perplexity(nb, body: str):
    """The notebook with another body for the question ``perplexity``."""
    changed = copy.deepcopy(nb)
    for cell in changed.cells:
        if cell.cell_type == "code" and re.search(r"^def perplexity\(", cell.source, re.M):
            head = cell.source[: cell.source.index("def perplexity(")]
            cell.source = f"{head}def perplexity(*arguments):\n{body}"
            return changed
    raise AssertionError("no cell defines perplexity")


@pytest.fixture(scope="module")
def marks(key, right, tmp_path_factory):
    """Marks of a class of fourteen, by student; one of them sends a web page."""
    unsolved = sample._solve(key, read_source(SOURCE), 0.0, Sure(1.0, 0.8))
    folder = tmp_path_factory.mktemp("class")
    patch = "import numpy as np\nnp.testing.assert_allclose = lambda *a, **k: None"
    wrong = with_perplexity(right, "    return 1.0\n")
    notebooks = {
        "right": right,
        "wrong": wrong,
        "unsolved": unsolved,
        "syntax": with_perplexity(right, "    return ((\n"),
        "loops": with_perplexity(right, "    while True: pass\n"),
        "exits": with_perplexity(right, "    import os; os._exit(0)\n"),
        "patches": sample._with_cell(wrong, patch, first=True),
    }
    handed_in = {name: (FILE, sample._bytes(nb)) for name, nb in notebooks.items()}
    for peculiar in sample.PECULIAR:
        handed_in[peculiar.__name__] = peculiar(FILE, right)
    for name, (file, body) in handed_in.items():
        (folder / "in" / name).mkdir(parents=True)
        (folder / "in" / name / file).write_bytes(body)
    result = CliRunner().invoke(
        app,
        [
            *("grade", str(folder / "in"), "--key", str(SOURCE), "-o", str(folder / "out")),
            *("--seed", "3", "--timeout", "3"),
        ],
    )
    with (folder / "out" / "grades.csv").open(encoding="utf8") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    return result, rows, folder / "out"


def points(rows, student: str) -> float:
    return float(rows[student]["points"])


def test_every_submission_gets_the_fair_mark(marks, key) -> None:
    _, rows, _ = marks
    everything = key.points - 2  # two points wait for a person
    lost = everything - key.recipes["perplexity"].question.points
    for student in ("right", "_from_colab", "_hangs", "_exits", "_patches", "_without_checks"):
        assert points(rows, student) == everything, student
    assert points(rows, "_injects") == everything
    for student in ("syntax", "loops", "exits"):
        assert points(rows, student) == lost, student
    assert points(rows, "unsolved") == 0
    assert lost <= points(rows, "wrong") < everything
    assert points(rows, "patches") == points(rows, "wrong")


def test_a_web_page_is_reported_and_stops_nobody(marks) -> None:
    result, rows, _ = marks
    assert result.exit_code == 1  # not everything was graded
    assert "web page" in result.output
    assert len(rows) == 14


def test_pages_hold_no_script_of_a_student_and_no_expected_value(marks) -> None:
    _, _, out = marks
    pages = [*out.glob("feedback/*.html"), out / "report.html"]
    assert len(pages) >= 14
    for page in pages:
        assert "<script>document.title" not in page.read_text("utf8")


def test_sample_class_is_the_same_every_time(tmp_path) -> None:
    for name in ("one", "two"):
        sample.sample_class(SOURCE, tmp_path / name, students=12)
    files = [sorted(p for p in (tmp_path / n).rglob("*") if p.is_file()) for n in ("one", "two")]
    assert [p.read_bytes() for p in files[0]] == [p.read_bytes() for p in files[1]]
    assert len(files[0]) == 13  # with the roster


def test_sample_class_has_right_and_wrong_answers(tmp_path, key) -> None:
    group = sample.sample_class(SOURCE, tmp_path / "class", students=24)
    texts = [
        "\n".join("".join(c["source"]) for c in json.loads(s.body)["cells"])
        for s in group
        if s.body.startswith(b"{")
    ]
    assert any("raise NotImplementedError" in text for text in texts)
    assert sum("raise NotImplementedError" not in text for text in texts) > 3
    assert not any("answer-key" in text or "misconception" in text for text in texts)


def test_sample_class_writes_over_nothing(tmp_path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    result = CliRunner().invoke(app, ["sample-class", str(tmp_path), "--key", str(SOURCE)])
    assert result.exit_code == 2
    assert "not empty" in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
