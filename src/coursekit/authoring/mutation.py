"""How well the cases of a question bite: which one-edit changes of the reference do they notice?

A change that no case notices is a wrong answer with full marks, or it alters nothing that the
prompt promises. Which of the two is for the author to say: add a case, or declare the change
equivalent, with the reason (:meth:`.recipe.Recipe.equivalent`).
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field

from coursekit.authoring.changes import Change, changes
from coursekit.authoring.recipe import Recipe, undisturbed
from coursekit.authoring.source import definition, made_again
from coursekit.checks.clock import TimeUp, interrupt_after
from coursekit.checks.recognise import passes
from coursekit.checks.recorded import Recorded
from coursekit.checks.run import run_case

SECONDS = 0.5  # of CPU time for one case; a change that makes the answer hang is noticed as well
WALL = 20.0  # seconds, for a machine that does many other things
TWINS = (
    ("max", "min"),
    ("maximum", "minimum"),
    ("argmax", "argmin"),
    ("sum", "mean"),
    ("zeros", "ones"),
    ("any", "all"),
    ("sin", "cos"),
    ("append", "extend"),
)
SWAPPED = {name: other for pair in TWINS for name, other in (pair, pair[::-1])}


@dataclass(frozen=True)
class Score:
    """What became of the changes of one reference.

    Attributes:
        tried: how many changes were made, without those that alter nothing.
        survivors: those that every case let pass.
        unmatched: declared lines that no change produces (any more).
    """

    tried: int
    survivors: list[Change] = field(default_factory=list)
    unmatched: list[tuple[str, str]] = field(default_factory=list)

    @property
    def caught(self) -> int:
        """Changes that some case noticed."""
        return self.tried - len(self.survivors)


def mutation_score(recipe: Recipe, cases: Recorded) -> Score | None:
    """Try all one-edit changes of a reference on recorded cases.

    Returns:
        None for a question without code that could be changed: a value, a text, and a trained
        model, of which many changes are as good.
    """
    question = recipe.question
    if question.kind not in ("function", "class"):
        return None
    source = definition(recipe.reference, question.name)
    found = list(changes(source, _slips))
    alike = set(recipe.alike)
    tried = [c for c in found if (c.old, c.new) not in alike]
    with undisturbed():
        survivors = [c for c in tried if _passes(recipe, c, cases)]
    unmatched = sorted(alike - {(c.old, c.new) for c in found})
    return Score(len(tried), survivors, unmatched)


def mutation_faults(recipe: Recipe, cases: Recorded) -> Iterator[str]:
    """Why the cases of a question would not tell right from nearly right."""
    name, score = recipe.question.name, mutation_score(recipe, cases)
    for change in score.survivors if score else ():
        yield (
            f"{name}: no case notices {change.old!r} -> {change.new!r}; "
            "add a case, or declare it: q.equivalent(old, new, reason)"
        )
    for old, new in score.unmatched if score else ():
        yield f"{name}: declared equivalent, but not a change of the reference: {old!r} -> {new!r}"


def _passes(recipe: Recipe, change: Change, cases: Recorded) -> bool:
    """Whether a changed reference gives the right results in every case."""
    try:
        thing = made_again(recipe.reference, recipe.question.name, change.source)
    except Exception:
        return False
    tolerance = recipe.question.tolerance
    for case, right in zip(cases.cases, cases.expected, strict=True):
        try:
            with interrupt_after(SECONDS, WALL):
                outcome = run_case(thing, case.to_plain(), reach=case.evaluate)
        except TimeUp:
            return False
        if not passes(right.results, outcome, tolerance):
            return False
    return True


def _slips(node: ast.AST) -> Iterator[ast.AST]:
    """Slips of the pen that are usual in code with arrays, beside those of all code."""
    other = copy.copy(node)
    match node, other:
        case ast.Attribute(), ast.Attribute():
            if node.attr in SWAPPED:
                other.attr = SWAPPED[node.attr]
                yield other
        case ast.Name(), ast.Name():
            if node.id in ("max", "min", "any", "all"):
                other.id = SWAPPED[node.id]
                yield other
        case ast.UnaryOp(op=ast.USub()), _:
            yield node.operand
        case ast.BinOp(), ast.BinOp():
            if isinstance(node.op, ast.Pow):
                other.op = ast.Mult()
                yield other
            if isinstance(node.op, (ast.Add, ast.Sub)):
                yield node.left
        case ast.IfExp(), ast.IfExp():
            other.body, other.orelse = node.orelse, node.body
            yield other
        case ast.If(), ast.If():
            other.test = ast.UnaryOp(ast.Not(), node.test)
            yield other
        case ast.AugAssign(), ast.AugAssign():
            yield ast.Pass()
            yield ast.Assign([node.target], node.value, lineno=0)
