"""Every line of Python here, notebooks included, is valid from Python 3.11 to 3.14.

Ruff knows which version brought which syntax; this needs no other interpreter. The real ones
compile the same files in ``make test-ecosystem``.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = (
    *("src", "tests", "benchmarks", "experiments", "book"),
    *("chapters", "exercises", "solutions"),
)
VERSIONS = ("py311", "py312", "py313", "py314")
# Syntax errors always; also what a later Python warns of: bad escapes, leaving a finally block.
RULES = "E9,W605,B012"
MUTANTS = {
    "type Row = list[float]\n": {"py311"},
    'name = f"{\'a\'}{f"{1}"}"\n': {"py311"},
    "def f[T](x: T = 1): ...\nclass A[T = int]: ...\n": {"py311", "py312"},
    "try: ...\nexcept ValueError, TypeError: ...\n": {"py311", "py312", "py313"},
    "pattern = '\\d'\n": set(VERSIONS),
    "def f():\n    try: ...\n    finally:\n        return 1\n": set(VERSIONS),
    "def f(x):\n    return x\n": set(),
}


def complaints(version: str, *paths: Path) -> str:
    """What ruff says of files for one version of Python; nothing if all is well."""
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--quiet"]
    asked = [f"--select={RULES}", f"--target-version={version}", "--output-format=concise"]
    done = subprocess.run([*ruff, *asked, *map(str, paths)], capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.mark.parametrize("version", VERSIONS)
def test_everything_is_valid(version: str) -> None:
    assert complaints(version, *(ROOT / folder for folder in FOLDERS)) == ""


@pytest.mark.parametrize("source", MUTANTS, ids=range(len(MUTANTS)))
def test_newer_syntax_is_found(source: str, tmp_path: Path) -> None:
    (tmp_path / "mutant.py").write_text(source)
    assert {v for v in VERSIONS if complaints(v, tmp_path)} == MUTANTS[source]


def test_the_oldest_version_is_the_one_promised() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    assert project["requires-python"] == ">=3.11"
