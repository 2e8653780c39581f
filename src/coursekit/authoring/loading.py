"""Load an answer key: run a solution notebook in this process and collect its questions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.authoring import key
from coursekit.authoring.recipe import Recipe
from coursekit.authoring.source import KeyFault, read_source, run_cell
from coursekit.checks.cells import is_check, is_setup


@dataclass(frozen=True)
class Key:
    """The answer key of one exercise.

    Attributes:
        exercise: stem of the notebook.
        recipes: its questions by name, in the order of the notebook.
    """

    exercise: str
    recipes: dict[str, Recipe]

    @property
    def points(self) -> float:
        """Points of the whole exercise."""
        return sum(r.question.points for r in self.recipes.values())


def load_key(path: Path) -> Key:
    """Run a solution notebook's code, except its checks, and collect the questions.

    Only for the author's own notebooks: the code runs in this process.

    Raises:
        KeyFault: it is no notebook, a cell fails, or it holds no question.
    """
    key.begun.clear()
    run_cells(path)
    recipes = {r.question.name: r for r in key.begun}
    if not recipes:
        raise KeyFault(
            f"{path}: no question in it; answer-key cells call key.question(...). "
            "A student's version has none: its key has the same name in solutions/"
        )
    if len(recipes) != len(key.begun):
        names = [r.question.name for r in key.begun]
        twice = sorted({n for n in names if names.count(n) > 1})
        raise KeyFault(f"{path}: two questions are called {', '.join(twice)}")
    return Key(path.stem, recipes)


def run_cells(path: Path) -> dict[str, Any]:
    """Run all code cells except set-up and checks; the names they define.

    Raises:
        KeyFault: it is no notebook, or a cell fails.
    """
    nb = read_source(path)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(nb.cells):
        if cell.cell_type != "code" or is_setup(cell.source) or is_check(cell.source):
            continue
        try:
            run_cell(cell.source, f"{path.name}, cell {number}", namespace)
        except KeyFault as error:
            raise KeyFault(f"{path}: cell {number}: {error}") from error
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            raise KeyFault(f"{path}: cell {number} fails: {said}") from error
    return namespace
