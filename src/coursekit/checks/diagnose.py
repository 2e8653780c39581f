"""From what an answer did to what its author should know: one verdict for each group of cases."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from coursekit.checks import trained
from coursekit.checks.advice import advice
from coursekit.checks.cases import Hidden, Question, Tolerance
from coursekit.checks.compare import Difference, compare
from coursekit.checks.ends import STOPPED
from coursekit.checks.run import NOT_WRITTEN

MUTATED = "Your code changes its input in place: work on a copy, or a caller gets a surprise."


@dataclass(frozen=True)
class Misconception:
    """A known-wrong answer and what to tell those who wrote it.

    Attributes:
        name: of the wrong variant, for the class report.
        hint: what the student reads.
        outcomes: what the wrong variant gives, case by case, in the form of ``run_case``.
    """

    name: str
    hint: str
    outcomes: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True)
class Expected:
    """One case as the trusted side knows it: its group, a note, the right results.

    Attributes:
        group: the group it belongs to.
        results: the right value of each judged step.
        note: what a student may be told about the input.
        labels: for a case of several steps, what each result is the result of.
        hidden: for a trained model, what it is judged by; results are then those of
            :func:`.trained.weigh`.
    """

    group: str
    results: Sequence[Any]
    note: str = ""
    labels: Sequence[str] = ()
    hidden: Hidden | None = None

    def concerns(self, group: str) -> bool:
        """Whether the case decides the points of a group."""
        return group == self.group if self.hidden is None else group in self.hidden.bounds


@dataclass(frozen=True)
class GroupVerdict:
    """What is said about one group of cases.

    Attributes:
        group: its name.
        passed: whether every case of it passed.
        points: earned points.
        worth: points of the group.
        reason: "", or what went wrong in the first case that failed.
        note: what may be said about that case's input.
        case: number of that case among all, from 0.
    """

    group: str
    passed: bool
    points: float
    worth: float
    reason: str = ""
    note: str = ""
    case: int | None = None


@dataclass(frozen=True)
class Diagnosis:
    """What is said about one answer; ``perplexity`` only of a trained model."""

    groups: list[GroupVerdict] = field(default_factory=list)
    hint: str = ""
    misconception: str = ""
    remark: str = ""
    perplexity: float | None = None

    @property
    def points(self) -> float:
        """Points earned."""
        return sum(g.points for g in self.groups)


def diagnose(
    question: Question,
    expected: Sequence[Expected],
    outcomes: Sequence[dict[str, Any]],
    misconceptions: Sequence[Misconception] = (),
    hidden: bool = False,
) -> Diagnosis:
    """Judge an answer's outcomes, case by case in the order of ``expected``.

    Args:
        question: points and tolerance.
        expected: what a right answer gives.
        outcomes: what this answer gave, in the form of ``run_case``, weighed if it is a model.
        misconceptions: known-wrong variants on the same cases.
        hidden: leave expected values out of every text.
    """
    tolerance = question.tolerance
    groups = []
    failed: set[int] = set()
    for name, worth in question.groups.items():
        own = [i for i, case in enumerate(expected) if case.concerns(name)]
        missed = [i for i in own if not earns(expected[i], outcomes[i], name, tolerance)]
        failed |= set(missed)
        if not missed:
            groups.append(GroupVerdict(name, True, worth, worth))
            continue
        first = missed[0]
        reason = _reason(expected[first], outcomes[first], name, tolerance, hidden)
        groups.append(GroupVerdict(name, False, 0.0, worth, reason, expected[first].note, first))
    known = _recognise(tolerance, misconceptions, outcomes, sorted(failed))
    mutated = any(o.get("mutated") for o in outcomes)
    return Diagnosis(
        groups,
        hint=known.hint if known else "",
        misconception=known.name if known else "",
        remark=MUTATED if mutated else "",
        perplexity=_perplexity(expected, outcomes),
    )


def earns(case: Expected, outcome: dict[str, Any], group: str, tolerance: Tolerance) -> bool:
    """Whether a case's outcome is good enough for a group."""
    if case.hidden is None:
        return passes(case.results, outcome, tolerance)
    return outcome["error"] is None and not trained.shortfall(outcome, case.hidden.bounds[group])


def _reason(
    case: Expected, outcome: dict[str, Any], group: str, tolerance: Tolerance, hidden: bool
) -> str:
    """Why a case's outcome earns nothing for a group."""
    if case.hidden is None or outcome["error"] is not None:
        return problem(case.results, outcome, tolerance, hidden, case.labels)
    return trained.shortfall(outcome, case.hidden.bounds[group])


def _perplexity(expected: Sequence[Expected], outcomes: Sequence[dict[str, Any]]) -> float | None:
    """The perplexity of a trained model over all hidden places; None of anything else."""
    found = [
        (trained.perplexity(outcome), len(case.hidden.targets))
        for case, outcome in zip(expected, outcomes, strict=True)
        if case.hidden is not None
    ]
    if not found:
        return None
    return math.exp(sum(math.log(p) * n for p, n in found) / sum(n for _, n in found))


def passes(expected: Sequence[Any], outcome: dict[str, Any], tolerance: Tolerance) -> bool:
    """Whether a case's outcome is right."""
    return (
        outcome["error"] is None
        and len(outcome["results"]) == len(expected)
        and all(
            compare(right, got, tolerance) is None
            for right, got in zip(expected, outcome["results"], strict=True)
        )
    )


def problem(
    expected: Sequence[Any],
    outcome: dict[str, Any],
    tolerance: Tolerance,
    hidden: bool = False,
    labels: Sequence[str] = (),
) -> str:
    """What is wrong with one case's outcome; empty when nothing is."""
    if outcome["error"] is not None:
        return error_text(outcome["error"])
    for number, (right, got) in enumerate(zip(expected, outcome["results"], strict=False)):
        where = f"{labels[number]}: " if number < len(labels) else ""
        difference: Difference | None = compare(right, got, tolerance, where)
        if difference:
            return difference.hidden if hidden else difference.message
    if len(outcome["results"]) != len(expected):
        return "not every step of the case gave a result"
    return ""


def error_text(error: dict[str, Any]) -> str:
    """An error as one line: what was raised, where in the student's code, and what to do."""
    if error["kind"] == NOT_WRITTEN:
        return "not written yet"
    if error["kind"] in (trained.UNFIT, STOPPED):
        return str(error["message"])
    said = f"{error['type']}: {error['message']}".rstrip(": ")
    if error["line"]:
        said += f", in line {error['line']} of your code"
        said += f": {error['text']}" if error.get("text") else ""
    next_step = advice(error["type"], error["message"])
    return f"raised {said}" + (f". {next_step}" if next_step else "")


def _recognise(
    tolerance: Tolerance,
    misconceptions: Sequence[Misconception],
    outcomes: Sequence[dict[str, Any]],
    failed: Sequence[int],
) -> Misconception | None:
    """The misconception that explains the answer: on every case, on the failed ones, on the first.

    Equality on the failed cases alone names the mistake of an answer that is otherwise better than
    the recorded variant, for example because it treats an edge case rightly; equality on the first
    alone names one of two mistakes.
    """
    if not failed:
        return None
    for cases in (range(len(outcomes)), failed, failed[:1]):
        fitting = [
            known
            for known in misconceptions
            if all(same(known.outcomes[i], outcomes[i], tolerance) for i in cases)
        ]
        if len(fitting) == 1 or (fitting and cases != failed[:1]):
            return fitting[0]
    return None


def same(one: dict[str, Any], other: dict[str, Any], tolerance: Tolerance) -> bool:
    """Whether two outcomes are the same mistake: equal results, the same error or symptom."""
    if one.get("symptom") or other.get("symptom"):
        return bool(one.get("symptom") == other.get("symptom"))
    first, second = one["error"], other["error"]
    if first or second:
        return bool(first and second) and (first["kind"], first["type"]) == (
            second["kind"],
            second["type"],
        )
    return passes(one["results"], other, tolerance)
