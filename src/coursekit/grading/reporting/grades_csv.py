"""``grades.csv``: the marks of a class as one table."""

from collections.abc import Sequence

from coursekit.grading.marks.record import Record
from coursekit.grading.marks.spreadsheet import table
from coursekit.grading.reporting.ranking import Place, rankings
from coursekit.grading.reporting.words import number


def grades_csv(records: Sequence[Record]) -> str:
    """One line a student, one column a question, ranks of trained models last."""
    ranked = rankings(records)
    ranks = [{p.student: p for p in ranking.lines if p.student} for ranking in ranked]
    names = [q.name for q in max((r.questions for r in records), key=len, default=[])]
    header = ["student", "name", "email", "points", "possible", "late_penalty", "status"]
    header += [*names, "file"]
    header += [f"{r.name}_{column}" for r in ranked for column in ("perplexity", "place")]
    rows = []
    for r in records:
        marks = {q.name: q.points for q in r.questions}
        person = [r.student, r.name, r.email]
        sums = [number(r.points), number(r.possible), number(r.penalty), r.needs or r.status]
        each = [number(marks[n]) if n in marks else "" for n in names]
        models = [column for places in ranks for column in _rank(places.get(r.student))]
        rows.append([*person, *sums, *each, r.file, *models])
    return table(header, rows)


def _rank(place: Place | None) -> list[str]:
    """Perplexity and place of one model, as far as there are any."""
    if place is None:
        return ["", ""]
    value = "" if place.perplexity is None else f"{place.perplexity:.4f}"
    return [value, str(place.place)]
