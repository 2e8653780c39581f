"""From what an answer did to what its author should know: one verdict for each group of cases."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from coursekit.checks import trained
from coursekit.checks.advice import advice
from coursekit.checks.cases import Hidden, Question, Tolerance
from coursekit.checks.compare import NAN, RETURN, Difference, as_array, compare
from coursekit.checks.ends import STOPPED, untried
from coursekit.checks.errors import NOT_WRITTEN
from coursekit.checks.patterns import pattern
from coursekit.checks.recognise import Misconception, passes, recognise, same
from coursekit.checks.symptoms import Sight, of_part, right_parts, symptom

MUTATED = "Your code changes its input in place: work on a copy, or a caller gets a surprise."
FREE = " It costs no points here."
ALIASED = (
    "A result that your code has returned is changed by a later call: return a copy, or it does "
    "not stay what it was."
)
PERHAPS = "This may be it: "  # before the hint of a mistake for which there is little evidence

__all__ = [
    "Diagnosis",
    "Expected",
    "GroupVerdict",
    "Misconception",
    "diagnose",
    "earns",
    "same",
]


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
        nan: whether NaN is among the inputs or the right results.
    """

    group: str
    results: Sequence[Any]
    note: str = ""
    labels: Sequence[str] = ()
    hidden: Hidden | None = None
    nan: bool = False

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
    """What is said about one answer.

    Attributes:
        groups: a verdict for each.
        symptoms: what was seen to be wrong, whatever the question.
        hint: that of the recorded mistake; or else the first symptom; or else what helps with an
            exception, which its reason says as well.
        misconception: name of the recorded mistake.
        sure: whether there is evidence enough to say that this is the mistake.
        remark: what is worth knowing though it costs no points.
        perplexity: of a trained model.
    """

    groups: list[GroupVerdict] = field(default_factory=list)
    symptoms: tuple[str, ...] = ()
    hint: str = ""
    misconception: str = ""
    sure: bool = True
    remark: str = ""
    perplexity: float | None = None

    @property
    def hints(self) -> list[str]:
        """What was seen, and the mistake that explains it, as firmly as it is known."""
        if not self.misconception:
            return list(self.symptoms)
        return [*self.symptoms, self.hint if self.sure else f"{PERHAPS}{self.hint}"]

    @property
    def first(self) -> int | None:
        """The first case that failed; one that was never tried only where no other has failed."""
        failed = [g for g in self.groups if g.case is not None]
        tried = [g for g in failed if not untried(g.reason)]
        return next((g.case for g in tried or failed), None)

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
    wants_nan = any(case.nan for case in expected)
    groups = []
    failed: set[int] = set()
    for name, worth in question.groups.items():
        own = [i for i, case in enumerate(expected) if case.concerns(name)]
        missed = [i for i in own if not earns(expected[i], outcomes[i], name, tolerance)]
        failed |= set(missed)
        if not missed:
            groups.append(GroupVerdict(name, True, worth, worth))
            continue
        first = next((i for i in missed if not _untried(outcomes[i])), missed[0])
        reason = _reason(expected[first], outcomes[first], name, tolerance, hidden)
        reason = reason.removesuffix(f"; {NAN}") if wants_nan else reason
        reason = reason.removesuffix(RETURN) if question.kind == "value" else reason
        groups.append(GroupVerdict(name, False, 0.0, worth, reason, expected[first].note, first))
    known = recognise(tolerance, misconceptions, outcomes, sorted(failed))
    seen = ""
    if known is None or not known.sure:  # else the mistake says it better
        sights = _sights(expected, outcomes, sorted(failed), tolerance)
        seen = symptom(sights, hidden)
        if not seen and known is None and not hidden:
            seen = _pattern(sights) or right_parts(sights)
    helps = seen or next((advice(e) for i in sorted(failed) if (e := outcomes[i]["error"])), "")
    remarks = [
        says
        for mark, says in (("mutated", MUTATED + ("" if failed else FREE)), ("aliased", ALIASED))
        if any(o.get(mark) for o in outcomes)
    ]
    return Diagnosis(
        groups,
        (seen,) if seen else (),
        hint=known.mistake.hint if known else helps,
        misconception=known.mistake.name if known else "",
        sure=known.sure if known else True,
        remark=" ".join(remarks),
        perplexity=_perplexity(expected, outcomes),
    )


def _pattern(sights: Sequence[Sight]) -> str:
    """What all wrong numbers have in common, if there is nothing but wrong numbers."""
    pairs = [s.difference.pair for s in sights]
    series = not any(s.difference.record for s in sights)
    said = pattern([p for p in pairs if p is not None], series) if None not in pairs else ""
    return of_part(said, sights)


def _sights(
    expected: Sequence[Expected],
    outcomes: Sequence[dict[str, Any]],
    failed: Sequence[int],
    tolerance: Tolerance,
) -> list[Sight]:
    """The first wrong result of each failed case; none at all where one raised an exception."""
    sights = []
    for i in failed:
        pairs = zip(expected[i].results, outcomes[i]["results"], strict=False)
        if outcomes[i]["error"] is not None or expected[i].hidden is not None:
            return []
        found = ((r, g, compare(r, g, tolerance)) for r, g in pairs)
        several = len(expected[i].results) > 1
        sights += [
            Sight(right, got, difference, several or difference.inside or as_array(right) is None)
            for right, got, difference in found
            if difference
        ][:1]
    return sights


def earns(case: Expected, outcome: dict[str, Any], group: str, tolerance: Tolerance) -> bool:
    """Whether a case's outcome is good enough for a group."""
    if case.hidden is None:
        return passes(case.results, outcome, tolerance)
    return outcome["error"] is None and not trained.shortfall(outcome, case.hidden.bounds[group])


def _untried(outcome: dict[str, Any]) -> bool:
    """Whether a case was never tried."""
    error = outcome["error"]
    return bool(error) and error["kind"] == STOPPED and untried(error["message"])


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
    if error["kind"] == trained.UNFIT:
        return str(error["message"])
    where = ""
    if error["line"]:
        where = f", in line {error['line']} of your code"
        where += f": {error['text']}" if error.get("text") else ""
    if error["kind"] == STOPPED:
        return f"{error['message']}{where}"
    said = f"{error['type']}: {error['message']}".rstrip(": ")
    next_step = advice(error)
    return f"raised {said}{where}" + (f". {next_step}" if next_step else "")
