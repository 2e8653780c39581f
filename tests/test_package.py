"""What holds for the package as a whole: fast to import, rooms kept apart."""

import ast
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "coursekit"
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
        f"{path.relative_to(SOURCE).as_posix()}:{node.name}"
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= MOST_LINES
    }
    assert not long
