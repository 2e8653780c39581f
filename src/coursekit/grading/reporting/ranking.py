"""Rank trained models by their perplexity on hidden text: for the instructor's eyes.

A ranking stands in the class report and in ``grades.csv``; no student's page holds a place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from coursekit.grading.judging.marked import MarkedQuestion
from coursekit.grading.marks.record import Record


@dataclass(frozen=True)
class Place:
    """One line of a ranking.

    Attributes:
        place: 1 for the lowest perplexity; equal perplexities share a place. 0 for a bound.
        student: whose model it is; "" for a bound.
        perplexity: on the hidden text; None where some word had probability 0 or no row came.
        points: earned with it.
        bound: for a line between models, the group whose points begin here.
    """

    place: int
    student: str
    perplexity: float | None
    points: float = 0.0
    bound: str = ""


@dataclass(frozen=True)
class Ranking:
    """The models for one question, best first, with the bounds where they fall."""

    name: str
    title: str
    lines: tuple[Place, ...]


def rankings(records: Sequence[Record]) -> list[Ranking]:
    """One ranking for each question that trains a model."""
    found: dict[str, list[tuple[str, MarkedQuestion]]] = {}
    for record in records:
        for question in record.questions:
            models = found.setdefault(question.name, [])
            if question.bounds is not None:
                models.append((record.student, question))
    return [
        Ranking(name, models[0][1].title, tuple(_lines(models)))
        for name, models in found.items()
        if models
    ]


def _lines(models: Sequence[tuple[str, MarkedQuestion]]) -> list[Place]:
    reached = sorted(q.perplexity for _, q in models if q.perplexity is not None)
    bounds = models[0][1].bounds or {}
    lines = [Place(0, "", bound, bound=group) for group, bound in bounds.items()]
    for student, q in models:
        value = q.perplexity
        place = len(reached) + 1 if value is None else reached.index(value) + 1
        lines.append(Place(place, student, value, q.points))
    return sorted(lines, key=_height)


def _height(line: Place) -> tuple[float, int, str]:
    """Lower is better; a model exactly at a bound stands above its line; no perplexity is last."""
    value = float("inf") if line.perplexity is None else line.perplexity
    return value, int(bool(line.bound)), line.student
