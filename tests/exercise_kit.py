"""What the tests of the exercises share: keys loaded once, answers of other hands."""

import functools
import importlib.util
import json
from pathlib import Path
from typing import Any

from coursekit.authoring.loading import Key, load_key
from coursekit.authoring.release import public_cases
from coursekit.checks.cases import Tolerance
from coursekit.checks.diagnose import Diagnosis, diagnose, same
from coursekit.checks.recorded import Recorded, from_record, to_record
from coursekit.checks.run import run_case
from coursekit.checks.trained import weigh

ROOT = Path(__file__).parent.parent
STEMS = sorted(p.stem for p in (ROOT / "solutions").glob("*.ipynb"))
NEARER = 50  # how much nearer than the tolerance two recorded outcomes have to be
ANSWERS = {stem: sorted((ROOT / "tests/answers" / stem).glob("*.py")) for stem in STEMS}


@functools.cache
def key_of(stem: str) -> Key:
    return load_key(ROOT / "solutions" / f"{stem}.ipynb")


@functools.cache
def public(stem: str, name: str) -> Recorded:
    return public_cases(key_of(stem).recipes[name])


def questions() -> list[tuple[str, str]]:
    """(exercise, question) of all questions that a machine judges, read from the recorded data."""
    found = []
    for stem in STEMS:
        data = ROOT / "src/coursekit/checks/data" / f"{stem}.json"
        for record in json.loads(data.read_text("utf8"))["questions"]:
            if record["kind"] != "text":
                found.append((stem, record["name"]))
    return found


@functools.cache
def module(path: Path) -> Any:
    """An answer file as a module."""
    spec = importlib.util.spec_from_file_location(f"answers_{path.parent.stem}_{path.stem}", path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def judged(drawn: Recorded, thing: Any) -> Diagnosis:
    """An answer judged on drawn cases, as grading does it."""
    outcomes = [
        weigh(case, run_case(thing, case.to_plain(), reach=case.evaluate)) for case in drawn.cases
    ]
    return diagnose(drawn.question, drawn.expected, outcomes, drawn.misconceptions)


def unlike(one: Path, other: Path) -> list[str]:
    """Questions of two files of recorded cases that are not the same.

    Everything is compared exactly except outcomes, which are compared by value: they may differ by
    a fiftieth of the tolerance of their question, since on another processor a number may be
    rounded the other way.
    """
    records = [json.loads(path.read_text("utf8"))["questions"] for path in (one, other)]
    by_name = [{record["name"]: record for record in found} for found in records]
    return [
        f"{one.name}: {name}"
        for name in sorted(set(by_name[0]) | set(by_name[1]))
        if not alike(*(from_record(found[name]) if name in found else None for found in by_name))
    ]


def alike(one: Recorded | None, other: Recorded | None) -> bool:
    """Whether two records of a question are the same, outcomes by value."""
    if one is None or other is None or without_outcomes(one) != without_outcomes(other):
        return False
    tolerance = one.question.tolerance
    near = Tolerance(tolerance.rtol / NEARER, tolerance.atol / NEARER)
    return all(
        same(a, b, near) for a, b in zip(all_outcomes(one), all_outcomes(other), strict=True)
    )


def without_outcomes(recorded: Recorded) -> dict[str, Any]:
    """A record as JSON, with the numbers of its outcomes left out."""
    record = to_record(recorded)
    for case in record["cases"]:
        case["expected"] = None
    for wrong in record["misconceptions"]:
        wrong["outcomes"] = len(wrong["outcomes"])
    return record


def all_outcomes(recorded: Recorded) -> list[dict[str, Any]]:
    """The right outcome of each case, then those of every misconception."""
    right = [{"results": list(e.results), "error": None} for e in recorded.expected]
    return [*right, *(o for m in recorded.misconceptions for o in m.outcomes)]
