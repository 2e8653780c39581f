"""The first code cell of every notebook, which fetches coursekit where it is missing."""

from pathlib import Path

import nbformat
import yaml
from nbformat import NotebookNode

from coursekit.checks.cells import SETUP as MARK
from coursekit.checks.cells import is_setup

SETUP = """\
{mark} fetch the course's helper package when it is missing (as in Colab); change nothing else.
# When your notebook is graded, beside NumPy, PyTorch and Matplotlib there are also
# SciPy, pandas, seaborn, scikit-learn, Plotly, NLTK. Nothing else can be installed then.
import importlib.util
import os
import subprocess
import sys

if importlib.util.find_spec("coursekit") is None:
    archive = "{repository}/archive/refs/heads/{branch}.zip"
    source = os.environ.get("COURSEKIT_SOURCE", f"rnn-coursekit[corpora] @ {{archive}}")
    quick = ["--no-input", "--retries=1", "--no-warn-conflicts", "--disable-pip-version-check"]
    pip = [sys.executable, "-m", "pip", "install", *quick, source]
    plain = os.environ | {{"TERM": "dumb"}}  # a notebook would show pip's colours as codes
    done = subprocess.run(pip, capture_output=True, text=True, env=plain)
    importlib.invalidate_caches()
    if done.returncode:
        said = (done.stderr.strip() or "pip gave no reason").splitlines()
        causes = [line for line in map(str.strip, said) if line.startswith(("ERROR: ", "× "))]
        why = next((line for line in causes if line != "ERROR: Exception:"), said[-1])
        print("coursekit could not be fetched. Check that you are online, run this cell again.")
        print("If that does not help, send your instructor this line:", why[:300])
    else:
        print(done.stdout.strip().splitlines()[-1])
else:
    print("coursekit is ready.")
"""


def setup_source(root: Path) -> str:
    """The first code cell of every notebook, made from the one repository address."""
    place = yaml.safe_load((root / "_config.yml").read_text("utf8"))["repository"]
    return SETUP.format(mark=MARK, repository=place["url"], branch=place["branch"]).rstrip("\n")


def place_setup_cell(nb: NotebookNode, source: str) -> None:
    """Put the generated set-up cell before all other code, in place of an older one."""
    old = [c for c in nb.cells if c.cell_type == "code" and is_setup(c.source)]
    if old:
        cell = old[0]  # what it printed stays: with coursekit there it is the same in any wording
        cell.source = source
    else:
        cell = nbformat.v4.new_code_cell(source)
    cell.metadata = NotebookNode(tags=["remove-cell"])
    rest = [c for c in nb.cells if c not in old]
    first = next((i for i, c in enumerate(rest) if c.cell_type == "code"), len(rest))
    nb.cells = [*rest[:first], cell, *rest[first:]]
