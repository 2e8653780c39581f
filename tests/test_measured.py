"""Stored results and the experiments that made them belong together, one to one."""

import ast
import json
import re
from pathlib import Path

import pytest

import coursekit
from coursekit import measured

ROOT = Path(__file__).parents[1]
EXPERIMENTS = sorted((ROOT / "experiments").glob("*.py"))
RESULTS = sorted((Path(coursekit.__path__[0]) / "measured").glob("*.json"))


@pytest.mark.parametrize("script", EXPERIMENTS, ids=lambda path: path.stem)
def test_an_experiment_says_how_to_start_it_and_what_it_writes(script: Path) -> None:
    said = ast.get_docstring(ast.parse(script.read_text("utf8"))) or ""
    assert re.search(rf"^    python experiments/{script.name}\b", said, re.MULTILINE)
    assert re.search(r"``[\w/]+\.(json|npz)``", said)


@pytest.mark.parametrize("result", RESULTS, ids=lambda path: path.stem)
def test_a_result_is_named_after_its_experiment_and_quoted(result: Path) -> None:
    script = ROOT / "experiments" / f"{result.stem}.py"
    assert f"src/coursekit/measured/{result.name}" in script.read_text("utf8")
    quote = f"measured.load({json.dumps(result.stem)})"
    chapters = [json.loads(p.read_text("utf8")) for p in (ROOT / "chapters").glob("*.ipynb")]
    assert any(quote in "".join(cell["source"]) for nb in chapters for cell in nb["cells"])


def test_load_gives_what_was_stored_and_refuses_what_was_not() -> None:
    assert measured.load("fused_gates")["speedup"] > 1
    with pytest.raises(FileNotFoundError, match="never_run"):
        measured.load("never_run")
