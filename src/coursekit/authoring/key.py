"""Answer keys: what an author writes beside a question, and what grading and release read from it.

An answer-key cell (tag ``answer-key``) stands after the answer cell, where the reference answer is
defined already, and is never released::

    from coursekit.authoring import key

    q = key.question(perplexity, points={"a uniform guess": 1, "unequal probabilities": 2})

    @q.cases
    def _(rng):
        k = int(rng.integers(2, 50))
        yield key.case("a uniform guess", key.call(np.full(10, 1 / k)), note="all equal")
        yield key.case("unequal probabilities", key.call(rng.uniform(0.01, 1, size=8)))

    @q.misconception("This is the product of 1/p without the 1/N exponent.")
    def without_root(p):
        return 1 / np.prod(p)

The generator draws different inputs for every seed; expected results come from the reference.
"""

import ast
import contextlib
import copy
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

from coursekit.checks.cases import Case, Kind, Question, Step, Tolerance, call, get
from coursekit.checks.diagnose import Expected, Misconception
from coursekit.checks.recorded import Recorded
from coursekit.checks.run import run_case
from coursekit.checks.values import decode, encode

__all__ = ["Key", "KeyFault", "Step", "call", "case", "get", "load_key", "question", "written"]

Generator = Callable[[np.random.Generator], Iterator[Case]]


class KeyFault(Exception):
    """An answer key is not usable; the message names the question and says what to do."""


@dataclass
class Recipe:
    """A question with everything that only the author's side may know."""

    question: Question
    reference: Any
    title: str = ""
    generator: Generator | None = None
    wrong: list[tuple[str, str, Any]] = field(default_factory=list)  # name, hint, variant

    def cases(self, generator: Generator) -> Generator:
        """Decorator: ``rng -> cases``; typical, edge and adversarial inputs in each group."""
        self.generator = generator
        return generator

    def misconception(self, hint: str, value: Any = None, name: str = "") -> Any:
        """A known-wrong answer: a decorator for functions and classes, or a plain ``value``."""
        if self.question.kind == "value":
            self.wrong.append((name or f"value {value!r}", hint, value))
            return value

        def remember(variant: Any) -> Any:
            self.wrong.append((variant.__name__, hint, variant))
            return variant

        return remember

    def draw(self, seed: int) -> Recorded:
        """Cases for one seed, with the results of the reference and of every misconception.

        Raises:
            KeyFault: the generator or the reference does not work.
        """
        if self.question.kind == "text":
            return Recorded(self.question, [], [], [])
        cases = self._cases(seed)
        right = [self._outcome(self.reference, c) for c in cases]
        for drawn, outcome in zip(cases, right, strict=True):
            if outcome["error"]:
                raise KeyFault(
                    f"{self.question.name}: the reference fails on a case of {drawn.group!r}: "
                    f"{outcome['error']['type']}: {outcome['error']['message']}"
                )
        return Recorded(
            self.question,
            cases,
            [Expected(c.group, o["results"], c.note) for c, o in zip(cases, right, strict=True)],
            [
                Misconception(name, hint, [self._outcome(variant, c) for c in cases])
                for name, hint, variant in self.wrong
            ],
        )

    def _cases(self, seed: int) -> list[Case]:
        name = self.question.name
        if self.generator is None:
            raise KeyFault(f"{name}: no cases; write a generator under @q.cases")
        rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
        cases = list(self.generator(rng))
        groups = [c.group for c in cases]
        if set(groups) != set(self.question.groups):
            raise KeyFault(
                f"{name}: the cases are of groups {sorted(set(groups))}, "
                f"the points of {sorted(self.question.groups)}"
            )
        return cases

    def _outcome(self, thing: Any, drawn: Case) -> dict[str, Any]:
        steps = decode(encode(drawn.to_plain()))
        with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            outcome = run_case(thing, steps)
        error = outcome["error"]
        if error:
            error["line"] = None
        return {**outcome, "results": decode(encode(outcome["results"]))}


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


_collected: list[Recipe] = []


def question(
    reference: Any,
    points: dict[str, float],
    *,
    name: str = "",
    rtol: float = 1e-6,
    atol: float = 1e-9,
    forbidden: tuple[str, ...] = (),
    title: str = "",
) -> Recipe:
    """Begin a question whose reference answer is a function, a class or a value.

    Args:
        reference: the right answer, defined in the answer cell above.
        points: points for each group of cases, all or nothing within a group.
        name: needed for values, which carry no name of their own.
        rtol: relative tolerance of numbers.
        atol: absolute tolerance of numbers.
        forbidden: dotted names that the answer must do without.
        title: a few words for reports; by default the name.

    Raises:
        KeyFault: a value without a name, or no points.
    """
    kind: Kind = (
        "class" if isinstance(reference, type) else "function" if callable(reference) else "value"
    )
    name = name or getattr(reference, "__name__", "")
    if not name:
        raise KeyFault('a value question needs a name: key.question(k, {...}, name="k")')
    if not points or min(points.values()) <= 0:
        raise KeyFault(f"{name}: every group needs points above 0")
    asked = Question(name, kind, dict(points), Tolerance(rtol, atol), tuple(forbidden))
    recipe = Recipe(asked, reference, title or name)
    if kind == "value":
        recipe.generator = lambda rng: iter([case(next(iter(points)), get())])
    _collected.append(recipe)
    return recipe


def written(name: str, points: float, title: str = "") -> Recipe:
    """A short written answer, a string called ``name``, that the instructor marks."""
    recipe = Recipe(Question(name, "text", {"marked by a person": points}), "", title or name)
    _collected.append(recipe)
    return recipe


def case(group: str, steps: tuple[Step, ...] | list[Step], note: str = "") -> Case:
    """One case; ``note`` is what a student may be told about its input."""
    return Case(group, copy.deepcopy(tuple(steps)), note)


def load_key(path: Path) -> Key:
    """Run a solution notebook's code, except its checks, and collect the questions.

    Only for the author's own notebooks: the code runs in this process.

    Raises:
        KeyFault: it is no notebook, a cell fails, or it holds no question.
    """
    try:
        nb = nbformat.read(path, as_version=4)
    except FileNotFoundError as error:
        raise KeyFault(f"{path}: no such file") from error
    except Exception as error:
        raise KeyFault(f"{path}: not a notebook ({type(error).__name__})") from error
    _collected.clear()
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(nb.cells):
        if cell.cell_type != "code" or is_setup(cell.source) or is_check(cell.source):
            continue
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(cell.source, f"{path.name}, cell {number}", "exec"), namespace)
        except Exception as error:
            raise KeyFault(
                f"{path}: cell {number} fails: {type(error).__name__}: {error}"
            ) from error
    recipes = {r.question.name: r for r in _collected}
    if not recipes:
        raise KeyFault(f"{path}: no question in it; answer-key cells call key.question(...)")
    if len(recipes) != len(_collected):
        raise KeyFault(f"{path}: two questions bear the same name")
    return Key(path.stem, recipes)


def is_setup(source: str) -> bool:
    """Whether a cell is the generated set-up cell."""
    return source.lstrip().startswith("# Setup:")


def is_check(source: str) -> bool:
    """Whether a cell does nothing but call ``check``."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    return len(body) == 1 and checked_name(body[0]) is not None


def checked_name(statement: ast.stmt) -> str | None:
    """The question that a ``check(...)`` statement asks about."""
    match statement:
        case ast.Expr(ast.Call(func=ast.Name(id="check"), args=[ast.Name(id=name)], keywords=[])):
            return name
        case ast.Expr(ast.Call(func=ast.Name(id="check"), args=[], keywords=[keyword])):
            return keyword.arg
    return None
