"""This class beside an earlier one with the same exercise, question by question."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coursekit.grading.marks.ledger import load
from coursekit.grading.marks.record import Record
from coursekit.grading.reporting.statistics import SURE


@dataclass(frozen=True)
class Earlier:
    """One question in an earlier run.

    Attributes:
        question: its name.
        possible: points it was worth.
        students: who were graded.
        full: of them, those with all points.
    """

    question: str
    possible: float
    students: int
    full: int


@dataclass(frozen=True)
class Compared:
    """One question then and now: shares with all points, and a 95 % interval of the difference."""

    title: str
    then: float
    now: float
    interval: tuple[float, float]


def read_earlier(folder: Path) -> list[Earlier]:
    """The questions of an earlier run.

    Raises:
        RecordsFault: there are no grades in the folder.
    """
    return counted(load(folder).records)


def counted(records: Sequence[Record]) -> list[Earlier]:
    """How many solved each question, but for those to which an answer waits to be marked."""
    questions = [q for r in records if r.status == "graded" for q in r.questions]
    waiting = {q.name for q in questions if q.status == "waiting"}
    found: dict[tuple[str, float], list[bool]] = {}
    for q in questions:
        if q.name not in waiting:
            found.setdefault((q.name, q.possible), []).append(q.points >= q.possible)
    return [Earlier(*of, len(full), sum(full)) for of, full in found.items()]


def compared(records: Sequence[Record], earlier: Sequence[Earlier]) -> list[Compared]:
    """Questions that both runs have, under one name and worth the same."""
    titles = {q.name: q.title for r in records for q in r.questions}
    before = {(e.question, e.possible): e for e in earlier}
    return [
        Compared(
            titles[now.question],
            then.full / then.students,
            now.full / now.students,
            difference((now.full, now.students), (then.full, then.students)),
        )
        for now in counted(records)
        if (then := before.get((now.question, now.possible)))
    ]


def difference(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float]:
    """A 95 % interval of the difference of two independent shares (Newcombe's hybrid score)."""
    (p, low_p, high_p), (q, low_q, high_q) = _wilson(*one), _wilson(*other)
    return (
        p - q - math.hypot(p - low_p, high_q - q),
        p - q + math.hypot(high_p - p, q - low_q),
    )


def _wilson(count: int, of: int) -> tuple[float, float, float]:
    """A share with Wilson's 95 % interval."""
    share, square = count / of, SURE**2 / of
    middle = (share + square / 2) / (1 + square)
    half = SURE / (1 + square) * math.sqrt(share * (1 - share) / of + square / (4 * of))
    return share, middle - half, middle + half
