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

    @q.misconception("This is the product of 1/p without the exponent 1/N.")
    def without_root(p):
        return 1 / np.prod(p)

    q.mutant("np.log(p)", "np.log2(p)", "This is what base 2 gives: exp belongs to natural logs.")

The generator draws different inputs for every seed; expected results come from the reference. Its
``rng`` is a :class:`.draws.Draws`, whose numbers are the same on every processor; what a generator
computes from them is rounded to ten digits. So that nothing else depends on the processor, a
generator must not let a comparison of computed numbers decide how many numbers it draws.
"""

import contextlib
import copy
import io
import warnings
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from coursekit.authoring.draws import Draws
from coursekit.authoring.loading import KeyFault, mutated, run_cells
from coursekit.authoring.precision import numbers_in, rounded, run_precisely
from coursekit.checks.cases import (
    Case,
    Distant,
    Hidden,
    Kept,
    Kind,
    Question,
    Step,
    Tolerance,
    call,
    change,
    get,
    steps_from_plain,
)
from coursekit.checks.diagnose import Misconception
from coursekit.checks.recorded import Recorded, expect
from coursekit.checks.run import random_state_kept
from coursekit.checks.trained import weigh
from coursekit.checks.values import EncodingError, decode, encode

__all__ = [
    "Distant",
    "Kept",
    "Key",
    "KeyFault",
    "Recipe",
    "Step",
    "call",
    "call_and_look",
    "case",
    "change",
    "get",
    "hidden_text",
    "load_key",
    "model",
    "question",
    "written",
]

Generator = Callable[[Draws], Iterator[Case]]
PUBLIC, SECRET = 1, 2  # streams of random numbers: public cases are never drawn for grading


@dataclass
class Recipe:
    """A question with everything that only the author's side may know.

    Attributes:
        question: name, kind, points, tolerance, forbidden names.
        reference: the right answer.
        title: what reports call it.
        generator: draws cases.
        wrong: known-wrong answers: name, hint, answer.
    """

    question: Question
    reference: Any
    title: str = ""
    generator: Generator | None = None
    wrong: list[tuple[str, str, Any]] = field(default_factory=list)

    def cases(self, generator: Generator) -> Generator:
        """Decorator: ``rng -> cases``; typical, edge and adversarial inputs in each group."""
        self.generator = generator
        return generator

    def misconception(self, hint: str, value: Any = None, name: str = "") -> Any:
        """A known-wrong answer: a decorator for functions and classes, or a plain ``value``."""
        if self.question.kind == "value":
            self.wrong.append((name or first_sentence(hint), hint, value))
            return value

        def remember(variant: Any) -> Any:
            said = "" if variant.__name__ == "<lambda>" else variant.__name__.replace("_", " ")
            self.wrong.append((name or said or first_sentence(hint), hint, variant))
            return variant

        return remember

    def mutant(self, old: str, new: str, hint: str, name: str = "") -> None:
        """A known-wrong answer: the reference with a piece of its source replaced everywhere.

        Raises:
            KeyFault: the reference does not contain ``old``.
        """
        variant = mutated(self.reference, self.question.name, old, new)
        self.wrong.append((name or first_sentence(hint), hint, variant))

    def draw(self, seed: int, stream: int = SECRET) -> Recorded:
        """Cases for one seed, with the results of the reference and of every misconception.

        Args:
            seed: which cases.
            stream: the public cases are drawn from a stream of their own.

        Raises:
            KeyFault: the generator or the reference does not work.
        """
        if self.question.kind == "text":
            return Recorded(self.question, [], [], [], title=self.title)
        with _undisturbed():
            return self._drawn(self._cases(seed, stream), seed)

    def _drawn(self, cases: list[Case], seed: int) -> Recorded:
        """The cases with everybody's results."""
        right = [self._outcome(self.reference, c) for c in cases]
        for drawn, outcome in zip(cases, right, strict=True):
            if outcome["error"]:
                raise KeyFault(
                    f"{self.question.name}: the reference fails on a case of {drawn.group!r} "
                    f"(seed {seed}): {outcome['error']['type']}: {outcome['error']['message']}"
                )
        return Recorded(
            self.question,
            cases,
            [
                expect(c, o["results"], self.question.name)
                for c, o in zip(cases, right, strict=True)
            ],
            [
                Misconception(name, hint, [self._outcome(variant, c) for c in cases])
                for name, hint, variant in self.wrong
            ],
            title=self.title,
        )

    def _cases(self, seed: int, stream: int) -> list[Case]:
        name = self.question.name
        if self.generator is None:
            raise KeyFault(f"{name}: no cases; write a generator under @q.cases")
        rng = Draws(np.random.PCG64([seed, zlib.crc32(name.encode()), stream]))
        try:
            cases = list(self.generator(rng))
        except Exception as error:
            raise KeyFault(
                f"{name}: the generator of cases fails (seed {seed}): "
                f"{type(error).__name__}: {error}"
            ) from error
        groups = [group for c in cases for group in c.groups]
        if set(groups) != set(self.question.groups):
            raise KeyFault(
                f"{name}: the cases are of groups {sorted(set(groups))}, "
                f"the points of {sorted(self.question.groups)}; make them the same"
            )
        return [self._travelled(drawn) for drawn in cases]

    def _travelled(self, drawn: Case) -> Case:
        """A case as it looks after a journey over the wire, its numbers rounded."""
        name = self.question.name
        try:
            body = encode(numbers_in(drawn.to_plain(), rounded))
        except EncodingError as error:
            raise KeyFault(f"{name}: an input is too large: {error}") from error
        if b'{"opaque":' in body:
            raise KeyFault(f"{name}: an input of {drawn.group!r} is not plain data")
        functions = tuple(rounded(matrix) for matrix in drawn.functions)
        return replace(drawn, steps=steps_from_plain(decode(body)), functions=functions)

    def _outcome(self, thing: Any, drawn: Case) -> dict[str, Any]:
        """What an answer gives, without places in the key's own code."""
        outcome = weigh(drawn, run_precisely(thing, drawn.to_plain(), drawn.evaluate))
        if outcome["error"]:
            outcome["error"] |= {"line": None, "text": ""}
        return outcome


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


def first_sentence(text: str) -> str:
    """What a report calls a misconception that has no name of its own."""
    return text.split(". ")[0].rstrip(".")


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Wrong answers may print and warn as they like; random numbers outside go on as before."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        random_state_kept(),
        np.errstate(all="ignore"),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


_collected: list[Recipe] = []


def question(
    reference: Any,
    points: dict[str, float],
    *,
    name: str = "",
    rtol: float = 1e-5,
    atol: float = 1e-8,
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
    recipe = Recipe(asked, reference, title or name.replace("_", " "))
    if kind == "value":
        recipe.generator = lambda rng: iter([case(next(iter(points)), get())])
    _collected.append(recipe)
    return recipe


def model(
    reference: Any, points: dict[str, float], *, seconds: float, title: str = "", **more: Any
) -> Recipe:
    """Begin a question whose answer learns: a function from a text to a model of its language.

    Its cases are made by :func:`hidden_text`.

    Args:
        reference: a right answer, which had better be quick.
        points: points for each band of perplexity.
        seconds: CPU-seconds that learning and answering may take together.
        title: a few words for reports.
        more: as for :func:`question`.
    """
    recipe = question(reference, points, title=title, **more)
    recipe.question = replace(recipe.question, kind="model", seconds=seconds)
    return recipe


def written(name: str, points: float, title: str = "") -> Recipe:
    """A short written answer, a string called ``name``, that the instructor marks."""
    asked = Question(name, "text", {"marked by a person": points})
    recipe = Recipe(asked, "", title or name.replace("_", " "))
    _collected.append(recipe)
    return recipe


def case(
    group: str,
    steps: tuple[Step, ...] | list[Step],
    note: str = "",
    functions: tuple[np.ndarray, ...] = (),
) -> Case:
    """One case; ``note`` is what a student may be told about its input.

    Each ``Distant(i)`` among the arguments is a function X -> ``functions[i] @ X`` that stays with
    the judge: the answer can call it, and finds nothing inside.
    """
    return Case(group, copy.deepcopy(tuple(steps)), note, functions=functions)


AGAIN = 5  # contexts asked twice: a model has to give them the same rows
PROBES = 20  # contexts asked with another last word: a model had better notice


def hidden_text(
    given: tuple[Any, ...],
    contexts: list[np.ndarray],
    targets: np.ndarray,
    words: int,
    bounds: dict[str, float],
    note: str = "",
) -> Case:
    """A case for :func:`model`: learn from ``given``, then predict what comes after each context.

    The targets stay here. That only helps if no context contains another one's target: cut each
    from a sentence of its own.

    Args:
        given: arguments of the answer.
        contexts: int arrays.
        targets: the word that came after each context.
        words: vocabulary size k.
        bounds: for each group, the highest perplexity that earns its points.
        note: what a student may be told.
    """
    probed = [i for i, context in enumerate(contexts) if len(context) > 2][:PROBES]
    probes = [contexts[i].copy() for i in probed]
    for probe, other in zip(probes, probed[1:] + probed[:1], strict=True):
        probe[-1] = contexts[other][-1]
    asked = [*contexts, *contexts[:AGAIN], *probes]
    steps = (
        Step("call", args=given, keep="model", judged=False),
        Step("each", "model", args=(asked,)),
    )
    bounds = {group: float(f"{bound:.6g}") for group, bound in bounds.items()}
    right = np.asarray(targets, np.int64)
    hidden = Hidden(right, words, bounds, np.asarray(probed, np.int64), AGAIN)
    return Case("", copy.deepcopy(steps), note, hidden)


def call_and_look(*args: Any) -> tuple[Step, ...]:
    """The steps of a case that calls a function once and then looks at what it was given.

    For questions that say so: an answer that writes into its arguments fails the case.
    """
    names = [f"given_{number}" for number in range(len(args))]
    return (
        *(change(name, value) for name, value in zip(names, args, strict=True)),
        Step(args=tuple(Kept(name) for name in names)),
        *(Step("get", name) for name in names),
    )


def load_key(path: Any) -> Key:
    """Run a solution notebook's code, except its checks, and collect the questions.

    Only for the author's own notebooks: the code runs in this process.

    Raises:
        KeyFault: it is no notebook, a cell fails, or it holds no question.
    """
    _collected.clear()
    run_cells(path)
    recipes = {r.question.name: r for r in _collected}
    if not recipes:
        raise KeyFault(
            f"{path}: no question in it; answer-key cells call key.question(...). "
            "A student's version has none: its key has the same name in solutions/"
        )
    if len(recipes) != len(_collected):
        names = [r.question.name for r in _collected]
        twice = sorted({n for n in names if names.count(n) > 1})
        raise KeyFault(f"{path}: two questions are called {', '.join(twice)}")
    return Key(path.stem, recipes)
