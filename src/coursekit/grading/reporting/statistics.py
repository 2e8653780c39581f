"""What a class's records say together: distribution, difficulty, discrimination, misconceptions."""

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from coursekit.grading.marks.record import Record

COMMON = 12  # lines in a list of the commonest
EXAMPLES = 3  # answers shown with a misconception
AGAIN = 3  # questions worth teaching again
SURE = 1.96  # standard deviations on either side of a 95 % interval
UNTOUCHED = ("unsolved", "missing")
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
        partly: share with some of the points.
        untouched: share who left it unwritten.
        discrimination: correlation with the points of all other questions (corrected item-total
            correlation, Nunnally 1978), or None where either does not vary.
        interval: of the discrimination, 95 %, by Fisher's transformation; None below five students.
    """

    name: str
    title: str
    possible: float
    mean: float
    rate: float
    discrimination: float | None
    partly: float
    untouched: float
    interval: tuple[float, float] | None

    @property
    def lost(self) -> float:
        """Points that a student lost by it on average."""
        return self.possible - self.mean


@dataclass(frozen=True)
class Count:
    """How many students met one thing in one question; some of them with what they wrote."""

    question: str
    text: str
    count: int
    examples: tuple[tuple[str, str], ...] = ()


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
        discrimination = correlation(own, rest)
        found.append(
            QuestionSummary(
                question.name,
                question.title,
                float(question.possible),
                statistics.fmean(own),
                rate=_share(p >= question.possible for p in own),
                discrimination=discrimination,
                partly=_share(0 < p < question.possible for p in own),
                untouched=_share(r.questions[number].status in UNTOUCHED for r in records),
                interval=interval(discrimination, len(records)),
            )
        )
    return found


def _share(flags: Iterable[bool]) -> float:
    return statistics.fmean(map(float, flags))


def interval(correlation: float | None, count: int) -> tuple[float, float] | None:
    """A 95 % interval of a correlation over so many students, by Fisher's transformation."""
    if correlation is None or count < 5 or abs(correlation) >= 1:
        return None
    middle, width = math.atanh(correlation), SURE / math.sqrt(count - 3)
    return math.tanh(middle - width), math.tanh(middle + width)


def teach_again(summary: Summary) -> list[tuple[QuestionSummary, Count | None]]:
    """The questions that cost most points, each with the misconception that most students had."""
    costly = sorted(summary.questions, key=lambda q: -q.lost)[:AGAIN]
    named = [(q, [m for m in summary.misconceptions if m.question == q.name]) for q in costly]
    return [(q, max(found, key=lambda m: m.count, default=None)) for q, found in named if q.lost]


def need_a_word(records: Sequence[Record]) -> list[tuple[Record, str]]:
    """Students whose work says that something went wrong which a mark does not say."""
    found = []
    for record in records:
        left = sum(q.status in UNTOUCHED for q in record.questions)
        if record.status == "damaged":
            found.append((record, "handed in nothing that could be graded"))
        elif record.questions and left == len(record.questions):
            found.append((record, "wrote no answer"))
        elif record.questions and 2 * left >= len(record.questions):
            found.append((record, f"left {left} of {len(record.questions)} questions unwritten"))
        elif record.questions and not any(q.points for q in record.questions):
            found.append((record, "answered, and solved nothing"))
    return found


def correlation(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Pearson's correlation; None where one is constant or there are fewer than three."""
    if len(x) < 3 or len(set(x)) == 1 or len(set(y)) == 1:
        return None
    return statistics.correlation(x, y)


def _misconceptions(records: Sequence[Record]) -> list[Count]:
    met = [(r, q) for r in records for q in r.questions if q.misconception]
    seen = Counter((q.name, q.misconception) for _, q in met)
    shown: dict[tuple[str, str], dict[str, str]] = {}
    for record, q in met:
        shown.setdefault((q.name, q.misconception), {}).setdefault(q.code, record.student)
    return [
        Count(*what, n, tuple((who, code) for code, who in list(shown[what].items())[:EXAMPLES]))
        for what, n in seen.most_common(COMMON)
    ]


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
