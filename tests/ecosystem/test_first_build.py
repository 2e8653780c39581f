"""The README's first command where there is nothing yet: a clone, and no environment.

About three minutes and 2 GB, most of it torch. The tests of the guides run the same command in a
copy of the tree that has its environment.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECK = ".venv/bin/coursekit check solutions/02-perplexity.ipynb"


def first_command() -> str:
    """What a reader of the README types first."""
    found = re.search(r"^\$ (.*)$", (ROOT / "README.md").read_text("utf8"), re.MULTILINE)
    assert found
    return found[1]


@pytest.mark.skipif(not shutil.which("python3.11"), reason="no python3.11 on this machine")
def test_from_a_clone_to_the_book_and_the_command(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
    kept = ("HOME", "LANG", "PATH")
    env = {k: v for k, v in os.environ.items() if k in kept or k.startswith(("PIP_", "SSL_"))}
    said = subprocess.run(
        ["bash", "-c", f"{first_command()} && {CHECK}"],
        cwd=clone, env=env, capture_output=True, text=True, timeout=1800,
    )  # fmt: skip
    assert said.returncode == 0, (said.stdout + said.stderr)[-3000:]
    assert "The book is at _build/html/index.html" in said.stdout
    assert "25 of 25" in said.stdout
    assert (clone / "_build/html/index.html").is_file()
    here = clone / "src" / "coursekit" / "__init__.py"
    python = [clone / ".venv/bin/python", "-c", "import coursekit; print(coursekit.__file__)"]
    assert Path(subprocess.check_output(python, text=True, cwd=tmp_path).strip()) == here
