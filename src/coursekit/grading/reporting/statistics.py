"""What a class's records say together: distribution, difficulty, discrimination, misconceptions."""

import math
import statistics
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coursekit.grading.judging.marked import MarkedQuestion
from coursekit.grading.marks.hand import judged
from coursekit.grading.marks.record import Record

COMMON = 12  # lines in a list of the commonest
EXAMPLES = 3  # answers shown with a misconception
AGAIN = 3  # questions worth teaching again
SURE = 1.96  # standard deviations on either side of a 95 % interval
MOST_COLUMNS = 15
NOTHING_GIVEN: Mapping[str, str] = {}


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
        untouched: share who wrote nothing.
        broken: share whose answer is in the notebook but was not defined when it had run.
        waiting: written answers that nobody has marked yet. While there is one, no mean, share of
            points or correlation of the question means anything.
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
    partly: float = 0.0
    untouched: float = 0.0
    broken: float = 0.0
    waiting: int = 0
    interval: tuple[float, float] | None = None

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
    """A class's marks in numbers, as far as they are known; ``seconds`` is empty without times.

    Marks are counted without the questions to which an answer waits to be marked, and ``possible``
    is what they are out of; ``worth`` is all that the exercise is worth.
    """

    graded: int
    failed: int
    full: int
    possible: float
    worth: float
    mean: float
    median: float
    spread: float
    bins: tuple[Bin, ...]
    questions: tuple[QuestionSummary, ...]
    misconceptions: tuple[Count, ...]
    states: tuple[Count, ...]
    seconds: dict[str, Any]

    @property
    def open(self) -> list[QuestionSummary]:
        """The questions to which an answer waits to be marked."""
        return [q for q in self.questions if q.waiting]

    @property
    def waiting(self) -> int:
        """Answers that nobody has marked yet."""
        return sum(q.waiting for q in self.questions)


def summarise(
    records: Sequence[Record], seconds: dict[str, float], given: Mapping[str, str] = NOTHING_GIVEN
) -> Summary:
    """Numbers over all graded records.

    Args:
        records: the class.
        seconds: CPU-seconds by student.
        given: the answers as students got them, by question.
    """
    graded = [r for r in records if r.status == "graded"]
    questions = _questions(graded, given)
    waiting = {q.name for q in questions if q.waiting}
    marks = [_so_far(r, waiting) for r in graded]
    worth = max((float(r.possible) for r in graded), default=0.0)
    possible = worth - sum(q.possible for q in questions if q.waiting)
    return Summary(
        graded=len(graded),
        failed=len(records) - len(graded),
        full=sum(m >= possible > 0 for m in marks),
        possible=possible,
        worth=worth,
        mean=statistics.fmean(marks) if marks else 0.0,
        median=statistics.median(marks) if marks else 0.0,
        spread=statistics.pstdev(marks) if marks else 0.0,
        bins=histogram(marks, possible),
        questions=tuple(questions),
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


def _so_far(record: Record, waiting: Collection[str]) -> float:
    """A mark without the questions to which answers wait."""
    left_out = sum(q.points for q in record.questions if q.name in waiting)
    return round(record.points - left_out * (1 - record.penalty), 6)


def _questions(records: Sequence[Record], given: Mapping[str, str]) -> list[QuestionSummary]:
    if not records:
        return []
    columns = [[r.questions[n] for r in records] for n in range(len(records[0].questions))]
    marked = [c for c in columns if not _waiting(c)]
    sums = [sum(q.points for q in row) for row in zip(*marked, strict=True)]
    return [_question(column, sums, given) for column in columns]


def _question(
    column: Sequence[MarkedQuestion], sums: Sequence[float], given: Mapping[str, str]
) -> QuestionSummary:
    """One question over the class.

    Args:
        column: it, of each student.
        sums: each student's points for the questions to which no answer waits.
        given: the answers as students got them, by question.
    """
    first, waiting = column[0], _waiting(column)
    own = [float(q.points) for q in column]
    others = [total - p for total, p in zip(sums, own, strict=True)] if sums else []
    discrimination = None if waiting else correlation(own, others)
    return QuestionSummary(
        first.name,
        first.title,
        float(first.possible),
        statistics.fmean(own),
        rate=_share(p >= first.possible for p in own),
        discrimination=discrimination,
        partly=_share(0 < p < first.possible for p in own),
        untouched=_share(wrote_nothing(q, given) for q in column),
        broken=_share(is_broken(q, given) for q in column),
        waiting=waiting,
        interval=interval(discrimination, len(column)),
    )


def _waiting(column: Iterable[MarkedQuestion]) -> int:
    return sum(q.status == "waiting" for q in column)


def wrote_nothing(question: MarkedQuestion, given: Mapping[str, str] = NOTHING_GIVEN) -> bool:
    """Whether an answer is empty, or as the student got it."""
    if question.answer is not None:
        return not question.answer
    found = judged(question).status
    if found not in ("unsolved", "missing"):
        return False
    starter = given.get(question.name, question.code if found == "unsolved" else "")
    return question.code.split() in ([], starter.split())


def is_broken(question: MarkedQuestion, given: Mapping[str, str] = NOTHING_GIVEN) -> bool:
    """Whether an answer was written, but its name was not there when the notebook had run."""
    return judged(question).status == "missing" and not wrote_nothing(question, given)


def _share(flags: Iterable[bool]) -> float:
    return statistics.fmean(map(float, flags))


def interval(correlation: float | None, count: int) -> tuple[float, float] | None:
    """A 95 % interval of a correlation over so many students, by Fisher's transformation."""
    if correlation is None or count < 5 or abs(correlation) >= 1:
        return None
    middle, width = math.atanh(correlation), SURE / math.sqrt(count - 3)
    return math.tanh(middle - width), math.tanh(middle + width)


def teach_again(summary: Summary) -> list[tuple[QuestionSummary, Count | None]]:
    """The questions that cost most points, each with the misconception that most students had.

    What waits to be marked is not lost.
    """
    marked = [q for q in summary.questions if not q.waiting]
    costly = sorted(marked, key=lambda q: -q.lost)[:AGAIN]
    named = [(q, [m for m in summary.misconceptions if m.question == q.name]) for q in costly]
    return [(q, max(found, key=lambda m: m.count, default=None)) for q, found in named if q.lost]


def need_a_word(
    records: Sequence[Record], given: Mapping[str, str] = NOTHING_GIVEN
) -> list[tuple[Record, str]]:
    """Students whose work says that something went wrong which a mark does not say."""
    told = ((record, _word_with(record, given)) for record in records)
    return [(record, why) for record, why in told if why]


def _word_with(record: Record, given: Mapping[str, str]) -> str:
    """What to speak about with a student, or ``""``."""
    asked = len(record.questions)
    left = sum(wrote_nothing(q, given) for q in record.questions)
    broken = sum(is_broken(q, given) for q in record.questions)
    if record.status == "damaged":
        return "handed in nothing that could be graded"
    if not asked:
        return ""
    if left == asked:
        return "wrote no answer"
    if 2 * left >= asked:
        return f"left {left} of {asked} questions unwritten"
    if 2 * broken >= asked:
        return f"wrote {broken} of {asked} answers that running the notebook does not define"
    if any(q.points for q in record.questions) or _waiting(record.questions) == asked:
        return ""
    return "answered, and solved nothing" + " so far" * bool(_waiting(record.questions))


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
