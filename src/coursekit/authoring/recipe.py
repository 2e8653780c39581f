"""A question with its recipe: how its cases are drawn, and what right and wrong answers give."""

import contextlib
import io
import warnings
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from coursekit.authoring.draws import Draws
from coursekit.authoring.precision import numbers_in, rounded, run_precisely
from coursekit.authoring.source import KeyFault, mutated
from coursekit.checks.cases import Case, Question, steps_from_plain
from coursekit.checks.recognise import Misconception, passes
from coursekit.checks.recorded import Recorded, expect
from coursekit.checks.run import random_state_kept
from coursekit.checks.trained import weigh
from coursekit.checks.values import EncodingError, decode, encode

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
        alike: one-edit changes of the reference that alter nothing, with the reason.
        stand_in: another right answer, which draws use where the reference takes long.
    """

    question: Question
    reference: Any
    title: str = ""
    generator: Generator | None = None
    wrong: list[tuple[str, str, Any]] = field(default_factory=list)
    alike: dict[tuple[str, str], str] = field(default_factory=dict)
    stand_in: Any = None

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

    def equivalent(self, old: str, new: str, reason: str) -> None:
        """Declare that a one-edit change of the reference alters nothing that is asked for.

        Args:
            old: the line of the reference, as a refused release prints it.
            new: what the change makes of it.
            reason: why an answer with this change is right as well.

        Raises:
            KeyFault: there is no reason.
        """
        if not reason.strip():
            raise KeyFault(f"{self.question.name}: {new!r} is equivalent for which reason?")
        self.alike[old, new] = reason

    def draw(self, seed: int, stream: int = SECRET) -> Recorded:
        """Cases for one seed, with the results of the reference and of every misconception.

        One agreement may be chance, so a case that is the only one on which some misconception
        fails is drawn a second time.

        Args:
            seed: which cases.
            stream: the public cases are drawn from a stream of their own.

        Raises:
            KeyFault: the generator or the reference does not work.
        """
        if self.question.kind == "text":
            return Recorded(self.question, [], [], [], title=self.title)
        with undisturbed():
            drawn = self._drawn(self._cases(seed, stream), seed)
            lonely = lonely_cases(drawn)
            if not lonely:
                return drawn
            again = self._cases(seed, stream, again=True)
            more = [again[i] for i in lonely if i < len(again)]
            known = {repr((case.steps, case.functions)) for case in drawn.cases}
            new = [case for case in more if repr((case.steps, case.functions)) not in known]
            return together(drawn, self._drawn(new, seed))

    def _drawn(self, cases: list[Case], seed: int) -> Recorded:
        """The cases with everybody's results."""
        right = [self._outcome(self.stand_in or self.reference, c) for c in cases]
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

    def _cases(self, seed: int, stream: int, again: bool = False) -> list[Case]:
        name = self.question.name
        if self.generator is None:
            raise KeyFault(f"{name}: no cases; write a generator under @q.cases")
        rng = Draws(np.random.PCG64([seed, zlib.crc32(name.encode()), stream, *[1] * again]))
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


def lonely_cases(drawn: Recorded) -> list[int]:
    """Cases that are the only one on which some misconception fails."""
    tolerance, found = drawn.question.tolerance, set()
    if drawn.question.kind in ("value", "model"):
        return []
    for wrong in drawn.misconceptions:
        both = enumerate(zip(drawn.expected, wrong.outcomes, strict=True))
        failed = [i for i, (right, o) in both if not passes(right.results, o, tolerance)]
        found |= set(failed) if len(failed) == 1 else set()
    return sorted(found)


def together(one: Recorded, more: Recorded) -> Recorded:
    """Two draws of a question as one."""
    pairs = zip(one.misconceptions, more.misconceptions, strict=True)
    return replace(
        one,
        cases=[*one.cases, *more.cases],
        expected=[*one.expected, *more.expected],
        misconceptions=[replace(a, outcomes=[*a.outcomes, *b.outcomes]) for a, b in pairs],
    )


def first_sentence(text: str) -> str:
    """What a report calls a misconception that has no name of its own."""
    return text.split(". ")[0].rstrip(".")


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Wrong answers may print and warn as they like; random numbers outside go on as before."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        random_state_kept(),
        np.errstate(all="ignore"),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield
