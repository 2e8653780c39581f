"""The public cases of every question, recorded as data inside the package by ``release``."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from coursekit.checks.calls import label
from coursekit.checks.cases import Case, Hidden, Question, Tolerance, steps_from_plain
from coursekit.checks.compare import as_array
from coursekit.checks.diagnose import Expected
from coursekit.checks.recognise import Misconception
from coursekit.checks.values import from_tree, to_tree


@dataclass(frozen=True)
class Recorded:
    """A question as the student's side knows it.

    Attributes:
        question: name, kind, points, tolerance, forbidden names.
        cases: inputs.
        expected: right results, case by case.
        misconceptions: known-wrong results, each with its hint.
        exercise: stem of the notebook it stands in.
        title: what the question is called.
    """

    question: Question
    cases: Sequence[Case]
    expected: Sequence[Expected]
    misconceptions: Sequence[Misconception]
    exercise: str = ""
    title: str = ""


def expect(case: Case, results: Sequence[Any], name: str) -> Expected:
    """A case's right results, labelled by the steps of the answer ``name`` that give them."""
    judged = [step for step in case.steps if step.judged]
    labels = [label(step, name) for step in judged] if len(case.steps) > 1 else []
    nan = any(array is not None and bool(np.isnan(array).any()) for array in _arrays(case, results))
    return Expected(case.group, results, case.note, labels, case.hidden, nan)


def _arrays(case: Case, results: Sequence[Any]) -> list[np.ndarray | None]:
    """A case's inputs and right results as arrays, as far as they are numbers."""
    given = [value for step in case.steps for value in (*step.args, *step.kwargs.values())]
    return [as_array(value) for value in (*given, *results)]


def to_record(recorded: Recorded) -> dict[str, Any]:
    """The question as a JSON object."""
    q = recorded.question
    return {
        "name": q.name,
        "title": recorded.title,
        "kind": q.kind,
        "groups": q.groups,
        "rtol": q.tolerance.rtol,
        "atol": q.tolerance.atol,
        "forbidden": list(q.forbidden),
        **({"seconds": q.seconds} if q.seconds else {}),
        **({"words": list(q.words)} if any(q.words) else {}),
        "cases": [
            {
                "group": case.group,
                "note": case.note,
                "steps": to_tree(case.to_plain()),
                "expected": to_tree(list(right.results)),
                **({"hidden": to_tree(vars(case.hidden))} if case.hidden else {}),
                **({"functions": to_tree(list(case.functions))} if case.functions else {}),
            }
            for case, right in zip(recorded.cases, recorded.expected, strict=True)
        ],
        "misconceptions": [
            {"name": m.name, "hint": m.hint, "outcomes": to_tree(list(m.outcomes))}
            for m in recorded.misconceptions
        ],
    }


def from_record(record: dict[str, Any], exercise: str = "") -> Recorded:
    """Rebuild a question; every call gives fresh arrays that an answer may change."""
    question = Question(
        record["name"],
        record["kind"],
        record["groups"],
        Tolerance(record["rtol"], record["atol"]),
        tuple(record["forbidden"]),
        record.get("seconds", 0.0),
        tuple(record.get("words", (0, 0))),
    )
    cases = [
        Case(
            c["group"],
            steps_from_plain(from_tree(c["steps"])),
            c["note"],
            _hidden(c),
            tuple(from_tree(c["functions"])) if "functions" in c else (),
        )
        for c in record["cases"]
    ]
    expected = [
        expect(case, from_tree(c["expected"]), record["name"])
        for case, c in zip(cases, record["cases"], strict=True)
    ]
    misconceptions = [
        Misconception(m["name"], m["hint"], from_tree(m["outcomes"]))
        for m in record["misconceptions"]
    ]
    return Recorded(question, cases, expected, misconceptions, exercise, record["title"])


def _hidden(case: dict[str, Any]) -> Hidden | None:
    """What a recorded case of a trained model is judged by."""
    return Hidden(**from_tree(case["hidden"])) if "hidden" in case else None


@cache
def index() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every question's exercise and record, by the question's name."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for file in sorted((files("coursekit.checks") / "data").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".json"):
            stored = json.loads(file.read_text("utf8"))
            found |= {r["name"]: (stored["exercise"], r) for r in stored["questions"]}
    return found


def look_up(name: str) -> Recorded | None:
    """The question of that name, or None."""
    entry = index().get(name)
    return from_record(entry[1], entry[0]) if entry else None
