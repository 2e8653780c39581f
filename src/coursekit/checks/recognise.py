"""Which recorded mistake explains an answer, and how surely.

A mistake is named only if it gives the same outcome as the answer in *every* case that failed, in
two of them at least by something specific: two people can meet one exception, NaN, infinity, 0 or
one "no" for different reasons. With less evidence, but nothing against it, it is named as a
possibility.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit.checks.cases import Tolerance
from coursekit.checks.compare import as_array, compare

TWO = 2  # cases in which a mistake has to show
MANY, LARGE = 3, 100  # more entries, or larger whole numbers, are hardly met by chance

Outcome = dict[str, Any]  # of one case, in the form of ``run_case``


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
    outcomes: Sequence[Outcome] = ()


@dataclass(frozen=True)
class Match:
    """A mistake that fits.

    Attributes:
        mistake: the recorded one.
        sure: whether the evidence is enough to say so, rather than that it may be.
    """

    mistake: Misconception
    sure: bool


def recognise(
    tolerance: Tolerance,
    misconceptions: Sequence[Misconception],
    outcomes: Sequence[Outcome],
    failed: Sequence[int],
) -> Match | None:
    """The mistake that explains an answer, or None.

    Args:
        tolerance: of the question.
        misconceptions: the recorded mistakes, on the same cases.
        outcomes: of the answer.
        failed: numbers of the cases that it fails.
    """
    fitting = [
        (_disagreements(tolerance, known, outcomes), known)
        for known in misconceptions
        if failed and all(same(known.outcomes[i], outcomes[i], tolerance) for i in failed)
    ]
    if not fitting:
        return _in_most(tolerance, misconceptions, outcomes, failed)
    least = min(count for count, _ in fitting)
    best = [known for count, known in fitting if count == least]
    values = [i for i in failed if outcomes[i]["error"] is None or outcomes[i].get("symptom")]
    shown = _specific([outcomes[i] for i in values]) >= TWO
    if least == 0:
        return Match(best[0], shown)  # no two mistakes are alike on all cases
    # The answer is right in cases where this mistake would show: it is better than the recorded
    # one in some respect, or it makes another mistake.
    # Only numbers that are hardly met by chance tell the two apart.
    told = [i for i in values if _tells(outcomes[i])]
    if not told or len(best) > 1 or least > len(failed):
        return None
    return Match(best[0], shown and len(told) >= TWO)


def _specific(outcomes: Sequence[Outcome]) -> int:
    """How many outcomes are more than what many mistakes lead to."""
    plain = [o for o in outcomes if not o.get("symptom")]
    varied = len({repr(o["results"]) for o in plain}) > 1
    kinds = (bool(o.get("symptom")) or _says(o["results"], varied) for o in outcomes)
    return sum(kinds)


def _says(value: Any, varied: bool) -> bool:
    """Whether a wrong result is a number other than 0, or a word or yes or no that varies."""
    if isinstance(value, (dict, list, tuple)) and as_array(value) is None:
        return any(_says(v, varied) for v in (value.values() if isinstance(value, dict) else value))
    array = as_array(value)
    if array is None:
        return varied
    if array.dtype.kind == "b":
        return varied or np.unique(array).size > 1
    return bool((array[np.isfinite(array)] != 0).any())


def _in_most(
    tolerance: Tolerance,
    misconceptions: Sequence[Misconception],
    outcomes: Sequence[Outcome],
    failed: Sequence[int],
) -> Match | None:
    """The one mistake that explains at least half of the cases that fail, by telling numbers."""
    clear = [i for i in failed if not outcomes[i]["error"] and _tells(outcomes[i])]
    found = [
        (sum(same(known.outcomes[i], outcomes[i], tolerance) for i in clear), known)
        for known in misconceptions
    ]
    most = max((count for count, _ in found), default=0)
    best = [known for count, known in found if count == most]
    enough = most >= TWO and 2 * most >= len(failed)
    return Match(best[0], sure=False) if enough and len(best) == 1 else None


def _tells(outcome: Outcome) -> bool:
    return any(map(telling, outcome["results"]))


def telling(value: Any) -> bool:
    """Whether a wrong result is hardly met by chance: not a yes or no, a word or a small number."""
    if isinstance(value, dict):
        return any(map(telling, value.values()))
    array = as_array(value)
    if array is None:
        return isinstance(value, (list, tuple)) and any(map(telling, value))
    finite = np.abs(array[np.isfinite(array)])
    return finite.size > MANY or bool(np.any((finite % 1 != 0) | (finite > LARGE)))


def _disagreements(tolerance: Tolerance, known: Misconception, outcomes: Sequence[Outcome]) -> int:
    """In how many cases a mistake and an answer give different outcomes."""
    pairs = zip(known.outcomes, outcomes, strict=True)
    return sum(not same(one, other, tolerance) for one, other in pairs)


def same(one: Outcome, other: Outcome, tolerance: Tolerance) -> bool:
    """Whether two outcomes are the same mistake: equal results, the same error or symptom."""
    if one.get("symptom") or other.get("symptom"):
        return bool(one.get("symptom") == other.get("symptom"))
    first, second = one["error"], other["error"]
    if first or second:
        return bool(first and second) and _marks(first) == _marks(second)
    return passes(one["results"], other, tolerance)


def _marks(error: dict[str, Any]) -> list[Any]:
    """What two exceptions share that are the same; recorded ones were worked out in double."""
    marks = [error.get(key) for key in ("kind", "type", "place")]
    message = str(error.get("message")).replace("Double", "Float").replace("float64", "float32")
    return [*marks, message]


def passes(expected: Sequence[Any], outcome: Outcome, tolerance: Tolerance) -> bool:
    """Whether a case's outcome is right."""
    return (
        outcome["error"] is None
        and len(outcome["results"]) == len(expected)
        and all(
            compare(right, got, tolerance) is None
            for right, got in zip(expected, outcome["results"], strict=True)
        )
    )
