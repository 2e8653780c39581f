"""From what an answer did to what its author should know: one verdict for each group of cases."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from coursekit.checks.cases import Question, Tolerance
from coursekit.checks.compare import Difference, compare

MUTATED = "Your code changes its input in place: allowed here, but it often surprises a caller."


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
    """One case as the trusted side knows it: its group, a note, and the right results."""

    group: str
    results: Sequence[Any]
    note: str = ""


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
    """What is said about one answer."""

    groups: list[GroupVerdict] = field(default_factory=list)
    hint: str = ""
    misconception: str = ""
    remark: str = ""

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
        outcomes: what this answer gave, in the form of ``run_case``.
        misconceptions: known-wrong variants on the same cases.
        hidden: leave expected values out of every text.
    """
    reasons = [
        problem(e.results, o, question.tolerance, hidden)
        for e, o in zip(expected, outcomes, strict=True)
    ]
    groups = [_group(name, worth, expected, reasons) for name, worth in question.groups.items()]
    failed = [i for i, reason in enumerate(reasons) if reason]
    known = _recognise(question.tolerance, misconceptions, outcomes, failed)
    mutated = any(o.get("mutated") for o in outcomes)
    return Diagnosis(
        groups,
        hint=known.hint if known else "",
        misconception=known.name if known else "",
        remark=MUTATED if mutated else "",
    )


def problem(
    expected: Sequence[Any], outcome: dict[str, Any], tolerance: Tolerance, hidden: bool = False
) -> str:
    """What is wrong with one case's outcome; empty when nothing is."""
    if outcome["error"] is not None:
        return error_text(outcome["error"])
    for number, (right, got) in enumerate(zip(expected, outcome["results"], strict=False)):
        where = f"result {number + 1} of {len(expected)}: " if len(expected) > 1 else ""
        difference: Difference | None = compare(right, got, tolerance, where)
        if difference:
            return difference.hidden if hidden else difference.message
    if len(outcome["results"]) != len(expected):
        return "not every step of the case gave a result"
    return ""


def error_text(error: dict[str, Any]) -> str:
    """An error as one line: what was raised, and where in the student's code."""
    if error["kind"] == "not written":
        return "not written yet"
    line = f" (line {error['line']} of your code)" if error["line"] else ""
    return f"raised {error['type']}: {error['message']}{line}".rstrip(": ")


def _group(
    name: str, worth: float, expected: Sequence[Expected], reasons: Sequence[str]
) -> GroupVerdict:
    for number, (case, reason) in enumerate(zip(expected, reasons, strict=True)):
        if case.group == name and reason:
            return GroupVerdict(name, False, 0.0, worth, reason, case.note, number)
    return GroupVerdict(name, True, worth, worth)


def _recognise(
    tolerance: Tolerance,
    misconceptions: Sequence[Misconception],
    outcomes: Sequence[dict[str, Any]],
    failed: Sequence[int],
) -> Misconception | None:
    """The misconception that explains the answer: first one equal on every case, then on failures.

    Equality on the failed cases alone names the mistake of an answer that is otherwise better than
    the recorded variant, for example because it treats an edge case rightly.
    """
    if not failed:
        return None
    for cases in (range(len(outcomes)), failed):
        for known in misconceptions:
            if all(same(known.outcomes[i], outcomes[i], tolerance) for i in cases):
                return known
    return None


def same(one: dict[str, Any], other: dict[str, Any], tolerance: Tolerance) -> bool:
    """Whether two outcomes are the same mistake: equal results, or the same error."""
    first, second = one["error"], other["error"]
    if first or second:
        return bool(first and second) and (first["kind"], first["type"]) == (
            second["kind"],
            second["type"],
        )
    if len(one["results"]) != len(other["results"]):
        return False
    return all(
        compare(a, b, tolerance) is None
        for a, b in zip(one["results"], other["results"], strict=True)
    )
