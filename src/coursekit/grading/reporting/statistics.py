"""What a class's records say together: distribution, difficulty, discrimination, misconceptions."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coursekit.grading.marks.record import Record

COMMON = 12  # lines in a list of the commonest
MOST_COLUMNS = 15


@dataclass(frozen=True)
class QuestionSummary:
    """One question over the class.

    Attributes:
        name: the name the students define.
        title: as in the exercise.
        possible: points.
        mean: mean points.
        rate: share of students with all points.
        discrimination: correlation with the points of all other questions (corrected item-total
            correlation, Nunnally 1978), or None where either does not vary.
    """

    name: str
    title: str
    possible: float
    mean: float
    rate: float
    discrimination: float | None


@dataclass(frozen=True)
class Count:
    """How many students met one thing in one question."""

    question: str
    text: str
    count: int


@dataclass(frozen=True)
class Bin:
    """One column of the histogram: the points it stands for, and how many students are in it."""

    label: str
    count: int


@dataclass(frozen=True)
class Summary:
    """A class's marks in numbers; ``seconds`` is empty when no times are known."""

    graded: int
    failed: int
    full: int
    possible: float
    mean: float
    median: float
    spread: float
    bins: tuple[Bin, ...]
    questions: tuple[QuestionSummary, ...]
    misconceptions: tuple[Count, ...]
    states: tuple[Count, ...]
    seconds: dict[str, Any]


def summarise(records: Sequence[Record], seconds: dict[str, float]) -> Summary:
    """Numbers over all graded records.

    Args:
        records: the class.
        seconds: CPU-seconds by student.
    """
    graded = [r for r in records if r.status == "graded"]
    marks = [float(r.points) for r in graded]
    possible = max((float(r.possible) for r in graded), default=0.0)
    return Summary(
        graded=len(graded),
        failed=len(records) - len(graded),
        full=sum(r.points >= r.possible for r in graded),
        possible=possible,
        mean=statistics.fmean(marks) if marks else 0.0,
        median=statistics.median(marks) if marks else 0.0,
        spread=statistics.pstdev(marks) if marks else 0.0,
        bins=histogram(marks, possible),
        questions=tuple(_questions(graded)),
        misconceptions=tuple(_misconceptions(graded)),
        states=tuple(_states(graded)),
        seconds=_times(seconds),
    )


def histogram(marks: Sequence[float], possible: float) -> tuple[Bin, ...]:
    """How many marks fall where: a column a whole point, or a tenth of many points."""
    whole = possible == int(possible) and 0 < possible <= MOST_COLUMNS
    width = 1.0 if whole else possible / 10
    last = int(possible) if whole else 9
    places = Counter(min(int(m / width + 1e-9), last) if width else 0 for m in marks)
    spans = ((i * width, (i + 1) * width) for i in range(last + 1))
    labels = (f"{low:g}" if whole else f"{low:.4g}–{high:.4g}" for low, high in spans)
    return tuple(Bin(label, places[i]) for i, label in enumerate(labels))


def _questions(records: Sequence[Record]) -> list[QuestionSummary]:
    if not records:
        return []
    found = []
    for number, question in enumerate(records[0].questions):
        own = [float(r.questions[number].points) for r in records]
        rest = [sum(q.points for q in r.questions) - p for r, p in zip(records, own, strict=True)]
        solved = sum(p >= question.possible for p in own)
        found.append(
            QuestionSummary(
                question.name,
                question.title,
                float(question.possible),
                statistics.fmean(own),
                solved / len(records),
                correlation(own, rest),
            )
        )
    return found


def correlation(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Pearson's correlation; None where one is constant or there are fewer than three."""
    if len(x) < 3 or len(set(x)) == 1 or len(set(y)) == 1:
        return None
    return statistics.correlation(x, y)


def _misconceptions(records: Sequence[Record]) -> list[Count]:
    seen = Counter(
        (q.name, q.misconception) for r in records for q in r.questions if q.misconception
    )
    return [Count(name, text, n) for (name, text), n in seen.most_common(COMMON)]


def _states(records: Sequence[Record]) -> list[Count]:
    """Statuses other than right, for answers that no misconception explains."""
    seen = Counter(
        (q.name, q.say or q.status)
        for r in records
        for q in r.questions
        if q.status not in ("right", "waiting", "marked") and not q.misconception
    )
    return [Count(name, text, n) for (name, text), n in seen.most_common(COMMON)]


def _times(seconds: dict[str, float]) -> dict[str, Any]:
    if not seconds:
        return {}
    who = max(seconds, key=lambda s: seconds[s])
    return {
        "total": sum(seconds.values()),
        "median": statistics.median(seconds.values()),
        "longest": seconds[who],
        "who": who,
    }
