"""A class to try the grader on: sixty students made from one answer key.

Their answers are the reference, the key's own misconceptions, starters and broken cells, in
proportions that differ from student to student; a few notebooks are damaged, hang or try to cheat.
Names are invented. The same seed gives the same class.
"""

import ast
import csv
import inspect
import json
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbformat import NotebookNode

from coursekit.authoring.loading import Key, load_key
from coursekit.authoring.recipe import Recipe
from coursekit.authoring.source import read_source
from coursekit.authoring.student import BEGIN, END, KEY_TAG, starter
from coursekit.checks.cells import is_check
from coursekit.faults import Fault

FIRST = (
    *("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gita", "Hugo", "Ines", "Jan", "Kira", "Leo"),
    *("Mara", "Nils", "Olga", "Pia", "Quinn", "Rosa", "Sven", "Tara", "Ugo", "Vera", "Wim", "Zoe"),
)
LAST = (
    *("Adler", "Berg", "Costa", "Dahl", "Eriksen", "Fischer", "Gruber", "Haas", "Ivanova"),
    *("Jensen", "Keller", "Lang", "Moreau", "Novak", "Okafor", "Pereira", "Rossi", "Tanaka"),
    *("Silva", "Quist", "Ueda", "Vogel", "Weber", "Young", "Zhao"),
)
SHAPES = ((0.25, 1.0), (0.55, 0.8), (0.85, 0.55), (1.0, 0.25))  # share of the class, skill


class SampleFault(Fault):
    """The class cannot be written; the message says why."""


@dataclass(frozen=True)
class Student:
    """An invented person: number on the platform, name, and the notebook handed in."""

    number: int
    name: str
    file: str
    body: bytes


def sample_class(source: Path, folder: Path, students: int = 60, seed: int = 7) -> list[Student]:
    """Write submissions in Moodle's layout and a ``roster.csv`` beside them.

    Args:
        source: a solution notebook.
        folder: must not exist yet, or be empty.
        students: size of the class.
        seed: of names and answers.

    Raises:
        SampleFault: the folder has something in it.
        KeyFault: the source is not usable.
    """
    if folder.exists() and any(folder.iterdir()):
        raise SampleFault(f"{folder} is not empty: choose a new folder, nothing is written over")
    key, nb = load_key(source), read_source(source)
    rng = np.random.default_rng(seed)
    people = _names(students, rng)
    group = [_student(n, name, key, nb, rng) for n, name in enumerate(people)]
    for student in group:
        place = folder / "submissions" / f"{student.name}_{student.number}_assignsubmission_file"
        place.mkdir(parents=True)
        (place / student.file).write_bytes(student.body)
    with (folder / "roster.csv").open("w", encoding="utf8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["student id", "name", "email"])
        rows.writerows([s.number, s.name, f"{_login(s.name)}@example.org"] for s in group)
    return group


def _names(count: int, rng: np.random.Generator) -> list[str]:
    everybody = [f"{first} {last}" for first in FIRST for last in LAST]
    return [everybody[i] for i in rng.choice(len(everybody), count, replace=False)]


def _login(name: str) -> str:
    return name.lower().replace(" ", ".")


def _student(n: int, name: str, key: Key, nb: NotebookNode, rng: np.random.Generator) -> Student:
    """Student ``n`` of the class; every sixth hands in something peculiar."""
    skill = next(s for share, s in SHAPES if (n % 20) / 20 < share)
    notebook = _solve(key, nb, skill, rng)
    file, body = f"{key.exercise}.ipynb", _bytes(notebook)
    if n % 6 == 5:
        file, body = PECULIAR[(n // 6) % len(PECULIAR)](file, notebook)
    return Student(100_000 + 37 * n, name, file, body)


def _solve(key: Key, nb: NotebookNode, skill: float, rng: np.random.Generator) -> NotebookNode:
    """A notebook whose answers are right with probability ``skill``."""
    kinds = {name: recipe.question.kind for name, recipe in key.recipes.items()}
    cells = []
    for cell in nb.cells:
        if KEY_TAG in cell.metadata.get("tags", []):
            continue
        code = cell.source
        if cell.cell_type == "code" and BEGIN in code:
            recipe = next((r for n, r in key.recipes.items() if n in _defined(code)), None)
            code = _answer(code, recipe, kinds, skill, rng)
        make: Callable[[str], Any] = (
            nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
        )
        cells.append(make(code))
    return NotebookNode(nbformat.v4.new_notebook(cells=cells))


def _answer(
    code: str,
    recipe: Recipe | None,
    kinds: dict[str, Any],
    skill: float,
    rng: np.random.Generator,
) -> str:
    luck, choice = rng.random(), rng.random()
    right = "\n".join(line for line in code.splitlines() if line.strip() not in (BEGIN, END))
    if recipe is None or luck < skill:
        return right
    if recipe.wrong and choice < 0.7:
        wrong = recipe.wrong[int(rng.integers(len(recipe.wrong)))][2]
        return _replaced(right, recipe, wrong)
    return starter(code, kinds) if choice < 0.92 else right + "\n    return ((\n"


def _defined(code: str) -> set[str]:
    return set(_definitions(ast.parse(code)))


def _definitions(tree: ast.Module) -> dict[str, ast.stmt]:
    found: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node
    return found


def _replaced(right: str, recipe: Recipe, wrong: Any) -> str:
    """The answer cell with its answer replaced by a misconception."""
    name = recipe.question.name
    if recipe.question.kind == "value":
        return f"{name} = {wrong!r}"
    try:
        node = ast.parse(textwrap.dedent(inspect.getsource(wrong))).body[0]
    except (OSError, TypeError, SyntaxError):
        return right.replace(f"def {name}(", f"def _{name}(")
    if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return right
    node.name, node.decorator_list = name, []
    tree = ast.parse(right)
    tree.body = [node if _named(old, name) else old for old in tree.body]
    return ast.unparse(tree)


def _named(node: ast.stmt, name: str) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name


def _bytes(nb: NotebookNode) -> bytes:
    for number, cell in enumerate(nb.cells):
        cell["id"] = f"cell-{number}"
    return str(nbformat.writes(nb, version=4)).encode()


def _with_cell(nb: NotebookNode, code: str, first: bool) -> NotebookNode:
    at = 0 if first else len(nb.cells)
    cell = nbformat.v4.new_code_cell(code)
    return NotebookNode(nbformat.v4.new_notebook(cells=[*nb.cells[:at], cell, *nb.cells[at:]]))


def _from_colab(file: str, nb: NotebookNode) -> tuple[str, bytes]:
    """As Colab leaves it: other metadata, no ids, a second download."""
    raw = json.loads(_bytes(nb))
    raw["nbformat_minor"] = 0
    raw["metadata"] = {"colab": {"provenance": []}, "accelerator": "GPU"}
    for cell in raw["cells"]:
        cell.pop("id", None)
        cell["metadata"] = {"id": "x"}
    return file.replace(".ipynb", " (1).ipynb"), json.dumps(raw).encode()


def _hangs(file: str, nb: NotebookNode) -> tuple[str, bytes]:
    return file, _bytes(_with_cell(nb, "while True:\n    pass", first=False))


def _exits(file: str, nb: NotebookNode) -> tuple[str, bytes]:
    return file, _bytes(_with_cell(nb, "import os\nos._exit(0)", first=False))


def _patches(file: str, nb: NotebookNode) -> tuple[str, bytes]:
    cheat = "import numpy as np\nnp.testing.assert_allclose = np.allclose = lambda *a, **k: True"
    return file, _bytes(_with_cell(nb, cheat, first=True))


def _without_checks(file: str, nb: NotebookNode) -> tuple[str, bytes]:
    kept = [c for c in nb.cells if not (c.cell_type == "code" and is_check(c.source))]
    return "homework final.ipynb", _bytes(nbformat.v4.new_notebook(cells=kept[::-1]))


def _injects(file: str, nb: NotebookNode) -> tuple[str, bytes]:
    script = "<script>document.title = 'A+'</script>"
    markdown = nbformat.v4.new_markdown_cell(script)
    return file, _bytes(nbformat.v4.new_notebook(cells=[markdown, *nb.cells]))


def _not_a_notebook(file: str, nb: NotebookNode) -> tuple[str, bytes]:
    return file, b"<!doctype html><title>Sign in</title>"


# In a class of sixty the first three come twice. An endless loop costs the grader most: once.
PECULIAR = (_from_colab, _patches, _exits, _hangs, _without_checks, _injects, _not_a_notebook)
