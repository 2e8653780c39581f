"""Assignments for nbgrader, made from solution sources.

A source holds the solutions between nbgrader's marks and, in each check cell, hidden cases drawn
for one seed. ``nbgrader generate_assignment`` takes both out; ``nbgrader autograde`` puts the
hidden cases back and reads the points from what the check cell returns.
"""

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from coursekit.authoring import notebooks
from coursekit.authoring.loading import Key, load_key
from coursekit.authoring.prompts import as_released
from coursekit.authoring.release import public_cases, rules_of
from coursekit.authoring.student import KEY_TAG, checked, grading_metadata
from coursekit.checks.cells import is_check
from coursekit.checks.hidden import pack

HIDDEN = """\
{check}
### BEGIN HIDDEN TESTS
from coursekit.checks.cells import is_check
from coursekit.checks.hidden import check_hidden

check_hidden({name}, "{packed}")
### END HIDDEN TESTS"""


def write_source(path: Path, course: Path, seed: int) -> Path:
    """Write ``source/NN/NN.ipynb`` into an nbgrader course.

    Args:
        path: a solution notebook.
        course: the course's folder.
        seed: of the hidden cases, as ``coursekit grade --seed`` draws them.

    Returns:
        The file written.

    Raises:
        KeyFault: the solution cannot be run or holds no question.
    """
    key = load_key(path)
    rules = {n: rules_of(recipe, public_cases(recipe)) for n, recipe in key.recipes.items()}
    written = course / "source" / path.stem / path.name
    written.parent.mkdir(parents=True, exist_ok=True)
    root = notebooks.repository_root(path.parent)
    prompted = as_released(notebooks.read(path), key, rules)
    notebooks.write(source_notebook(prompted, key, root, seed), written)
    return written


def source_notebook(nb: NotebookNode, key: Key, root: Path, seed: int) -> NotebookNode:
    """Solutions, points and hidden cases; no answer keys, no outputs."""
    cells = []
    for cell in nb.cells:
        if KEY_TAG in cell.metadata.get("tags", []):
            continue
        if cell.cell_type == "code":
            new = nbformat.v4.new_code_cell(with_hidden_cases(cell.source, key, seed))
            new.metadata = grading_metadata(cell.source, key)
        else:
            new = nbformat.v4.new_markdown_cell(cell.source)
        cells.append(new)
    return notebooks.normalise(nbformat.v4.new_notebook(cells=cells), root)


def with_hidden_cases(source: str, key: Key, seed: int) -> str:
    """A check cell with the cases of one seed behind it; any other cell as it is."""
    name = checked(source, key) if is_check(source) else ""
    if not name or key.recipes[name].question.kind == "text":
        return source
    return HIDDEN.format(check=source, name=name, packed=pack(key.recipes[name].draw(seed)))
