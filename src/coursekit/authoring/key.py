"""Answer keys: what an author writes beside a question.

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
computes from them is rounded to eight digits. So that nothing else depends on the processor, a
generator must not let a comparison of computed numbers decide how many numbers it draws.
"""

import copy
from dataclasses import replace
from typing import Any

import numpy as np

from coursekit.authoring.recipe import Recipe
from coursekit.authoring.source import KeyFault
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
)

__all__ = [
    "Distant",
    "Kept",
    "Step",
    "call",
    "call_and_look",
    "case",
    "change",
    "get",
    "hidden_text",
    "model",
    "question",
    "written",
]

begun: list[Recipe] = []  # the questions since a key was last loaded


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
    begun.append(recipe)
    return recipe


def model(
    reference: Any,
    points: dict[str, float],
    *,
    seconds: float,
    stand_in: Any = None,
    title: str = "",
    **more: Any,
) -> Recipe:
    """Begin a question whose answer learns: a function from a text to a model of its language.

    Its cases are made by :func:`hidden_text`.

    Args:
        reference: a right answer.
        points: points for each band of perplexity.
        seconds: CPU-seconds that learning and answering may take together.
        stand_in: another right answer, for the key alone: cases are drawn by the hundred, and with
            a reference that has to be trained each of them would take its time.
        title: a few words for reports.
        more: as for :func:`question`.
    """
    recipe = question(reference, points, title=title, **more)
    recipe.question = replace(recipe.question, kind="model", seconds=seconds)
    recipe.stand_in = stand_in
    return recipe


def written(name: str, points: float, title: str = "", words: tuple[int, int] = (0, 0)) -> Recipe:
    """A short written answer, a string called ``name``, that the instructor marks.

    Args:
        name: of the string.
        points: for a complete answer.
        title: a few words for reports.
        words: the least and most that the prompt asks for, so that ``check`` can say so.
    """
    asked = Question(name, "text", {"marked by a person": points}, words=words)
    recipe = Recipe(asked, "", title or name.replace("_", " "))
    begun.append(recipe)
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
