"""What holds for the package as a whole: fast to import, rooms kept apart."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST_LINES = 60  # of a function, its docstring included; ruff limits how complex one may be


def python(code: str) -> str:
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return run.stdout.strip()


def test_importing_coursekit_is_fast_and_loads_no_torch() -> None:
    code = (
        "import sys, time; start = time.process_time(); import coursekit; "
        "print(time.process_time() - start, 'torch' in sys.modules, 'numpy' in sys.modules)"
    )
    seconds, torch, numpy = min(python(code).split() for _ in range(3))
    assert float(seconds) < 0.2
    assert (torch, numpy) == ("False", "False")


def test_student_side_holds_no_instructor_side() -> None:
    code = (
        "import sys, coursekit.checks; "
        "print([m for m in sys.modules if m.startswith(('coursekit.auth', 'coursekit.grad'))])"
    )
    assert python(code) == "[]"


def test_no_function_is_longer_than_a_screen_or_two() -> None:
    long = {
        f"{path.relative_to(ROOT).as_posix()}:{node.name}"
        for folder in ("src", "tests", "book", "benchmarks", "experiments")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= MOST_LINES
    }
    assert not long


def test_contributing_draws_grading_as_its_imports_lead() -> None:
    """In the order of the contract that ``make rooms`` holds the imports to."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["tool"]["importlinter"]
    (contract,) = [c for c in told["contracts"] if c.get("containers") == ["coursekit.grading"]]
    rooms = [room for layer in reversed(contract["layers"]) for room in layer.split(" | ")]
    page = (ROOT / "CONTRIBUTING.md").read_text("utf8")
    (drawing,) = re.findall(r"^intake   .+?^```", page, re.MULTILINE | re.DOTALL)
    drawn = re.findall(r"^([a-z]+)  ", drawing, re.MULTILINE)
    assert drawn == [room for room in rooms if room in drawn]
    assert set(rooms) - set(drawn) == {"commands", "options"}
