"""A graded submission as Gradescope's ``results.json``.

The fields and their meaning are those of Gradescope's autograder specifications, "Output format"
(https://gradescope-autograders.readthedocs.io/en/latest/specs/).
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from coursekit.grading.judging.marked import MarkedGroup, MarkedQuestion
from coursekit.grading.marks.record import Provenance, Record
from coursekit.grading.reporting.words import fault_text, number, word

VISIBLE = "visible"
PLAIN = {"output_format": "text", "name_format": "text"}  # nothing a student wrote becomes markup


def results(record: Record, seconds: float, visibility: str) -> dict[str, Any]:
    """The whole file for one submission.

    Args:
        record: from ``make_record``.
        seconds: how long grading took.
        visibility: when students see the groups of cases; what was read is always visible.
    """
    tests = [reading(record)]
    for place, question in enumerate(record.questions, 1):
        tests += _question(str(place), question, visibility)
    said = " ".join(record.notes)
    return {
        "score": record.points,
        "execution_time": round(seconds, 3),
        "output": said,
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "stdout_visibility": "hidden",
        "extra_data": {"digest": record.digest, **_origin(record.provenance)},
        "tests": tests,
    }


def unreadable(reasons: Sequence[str]) -> dict[str, Any]:
    """The file for a submission without a notebook that can be read: 0, and why, for all to see."""
    said = "\n".join([*reasons, "Hand in the notebook again, as a file that ends in .ipynb."])
    test = {"name": "Your notebook could not be read", "status": "failed", "output": said}
    return {
        "score": 0.0,
        "output": said,
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": [{**test, "score": 0.0, "visibility": VISIBLE, **PLAIN}],
    }


def reading(record: Record) -> dict[str, Any]:
    """Whether the notebook ran and answers everything: seen at once, and worth no points."""
    missing = [q for q in record.questions if q.status == "missing"]
    unsolved = [q for q in record.questions if q.status == "unsolved"]
    lines = [f"{q.name}: {q.say}" for q in missing]
    lines += [f"Code cell {f.cell + 1}: {fault_text(f)}" for f in record.cells]
    lines += [f"{q.name}: nothing written yet" for q in unsolved]
    return {
        "name": "Your notebook was read and run",
        "number": "0",
        "status": "failed" if lines else "passed",
        "output": "\n".join(lines) or "Every cell ran, and every question has an answer.",
        "visibility": VISIBLE,
        **PLAIN,
    }


def _question(place: str, question: MarkedQuestion, visibility: str) -> list[dict[str, Any]]:
    """One test for each group of cases; one in all where the answer was not asked."""
    if question.status == "waiting" or question.answer is not None:
        said = question.answer or "Nothing is written here."
        name = f"{question.title}: a person reads it ({number(question.possible)} points)"
        return [{"name": name, "number": place, "output": said, "visibility": VISIBLE, **PLAIN}]
    shared = {"visibility": visibility, "tags": [question.name], **PLAIN}
    if not question.groups:
        test = _scored(question.title, place, 0.0, question.possible)
        return [{**test, "output": question.say or word(question), **shared}]
    tests = []
    for part, group in enumerate(question.groups, 1):
        name = f"{question.title}: {group.title}"
        test = _scored(name, f"{place}.{part}", group.points, group.possible)
        tests.append({**test, "output": _output(group, question), **shared})
    return tests


def _scored(name: str, place: str, points: float, possible: float) -> dict[str, Any]:
    status = "passed" if points >= possible else "failed"
    return {
        "name": name,
        "number": place,
        "score": points,
        "max_score": possible,
        "status": status,
    }


def _output(group: MarkedGroup, question: MarkedQuestion) -> str:
    """How many cases passed; for a failure the reason, the input and the hint."""
    lines = [f"{group.passed} of {group.tried} cases right."]
    if group.points < group.possible:
        lines += [group.say, group.input, question.say, question.hint]
    return "\n".join(line for line in lines if line)


def _origin(provenance: Provenance) -> dict[str, Any]:
    """What produced the mark; not the seed, from which the cases could be drawn again."""
    return {k: v for k, v in asdict(provenance).items() if k != "seed"}
