"""A second look at an answer that fails: its code, what it keeps, where its NaN comes from.

These symptoms need the answer itself, so they are found where the student works, not in grading.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from inspect import isfunction, signature
from typing import Any

import numpy as np

from coursekit.checks.compare import NAN, as_array, compare
from coursekit.checks.diagnose import Diagnosis
from coursekit.checks.ends import STOPPED
from coursekit.checks.habits import floor_divisions, habits, leftovers, names_nan, unread
from coursekit.checks.memory import Memory, changed, memory
from coursekit.checks.recognise import passes, telling
from coursekit.checks.recorded import Recorded
from coursekit.checks.trial import Trial, again
from coursekit.checks.values import to_tree
from coursekit.checks.watched import Read, watched
from coursekit.checks.where import where

FEW = 3  # keys that are named, cases of which one can be special
ALONE = "The other {others} cases are right. What is special about the input of this one?"
QUICK = 0.5  # CPU-seconds of a case that is run again
MOST = 2  # symptoms that are told
AGAIN = (
    "Called again with the same input, your code gives another result: it keeps something from one "
    "call to the next, or draws random numbers."
)
RANDOM = "Your result depends on random numbers; the task asks for one that is always the same."
PRINTS = "Your code prints its result and returns nothing: `return` it instead."
CLASS = "This is a class, and a function is asked for: write `def {name}(…):`."
SOURCES = {  # NumPy's operations, and what of them is NaN
    "divide": "0/0 or ∞/∞",
    "subtract": "∞ − ∞",
    "add": "∞ + (−∞)",
    "reduce": "∞ + (−∞)",
    "multiply": "0 · ∞, as in 0 · log 0",
    "log": "the logarithm of a negative number",
    "log2": "the logarithm of a negative number",
    "sqrt": "the square root of a negative number",
    "arccos": "arccos of a number outside −1 … 1",
    "power": "a power of a negative number",
    "matmul": "0 · ∞ or ∞ − ∞",
    "dot": "0 · ∞ or ∞ − ∞",
}


def second_look(
    recorded: Recorded, thing: Any, trial: Trial, diagnosis: Diagnosis, before: Memory
) -> Diagnosis:
    """The diagnosis with the symptoms that the answer itself shows.

    Args:
        recorded: the question.
        thing: the answer.
        trial: what it did.
        diagnosis: what its outcomes tell.
        before: what it kept before it was run.
    """
    first = diagnosis.first
    if first is None or recorded.question.kind in ("value", "model"):
        return diagnosis
    error = trial.outcomes[first]["error"]
    if names_nan(thing):  # where NaN comes from need not be said
        groups = [replace(g, reason=g.reason.removesuffix(f"; {NAN}")) for g in diagnosis.groups]
        diagnosis = replace(diagnosis, groups=groups)
    diagnosis = _possible(diagnosis, thing, trial)
    kept = changed(before, memory(thing))
    shown = [g.case for g in diagnosis.groups if g.case is not None]
    unsteady = "" if kept else _unsteady(recorded, thing, trial, shown)
    nan = _nan(recorded, thing, trial, first)
    seen = nan or _nan_within(recorded, thing, trial, shown) or _whole(recorded, thing, trial)
    found = [kept or unsteady, _printed(trial, first), seen, *(() if seen else diagnosis.symptoms)]
    if recorded.question.kind == "function" and isinstance(thing, type):
        found = [CLASS.format(name=recorded.question.name)]
    if error is None or error["kind"] == STOPPED:
        found = [*habits(thing), *found]
    if error is None and not diagnosis.misconception:
        found += [_unread_keys(recorded, thing, trial, first), *leftovers(thing)]
        found += [_where(recorded, thing, trial, alone=not any(found))]
    symptoms = tuple(dict.fromkeys(s for s in found if s))[:MOST]
    if diagnosis.misconception or not symptoms:
        # The hint is that of the mistake, or what helps with an exception.
        return replace(diagnosis, symptoms=symptoms)
    return replace(diagnosis, symptoms=symptoms, hint=symptoms[0])


def _possible(diagnosis: Diagnosis, thing: Any, trial: Trial) -> Diagnosis:
    """Without a mistake that agrees by chance: the answer ignores an argument, and that is enough.

    It stays if its hint speaks of the argument, or the numbers are hardly met by chance.
    """
    ignored = unread(thing)
    if not diagnosis.misconception or not ignored:
        return diagnosis
    if any(name in re.findall(r"\w+", diagnosis.hint) for name in ignored):
        return diagnosis
    failed = [trial.outcomes[g.case] for g in diagnosis.groups if g.case is not None]
    if any(o["error"] or any(map(telling, o["results"])) for o in failed):
        return diagnosis
    return replace(diagnosis, misconception="", hint="", sure=True)


def _whole(recorded: Recorded, thing: Any, trial: Trial) -> str:
    """A division without decimals, where decimals are missing in every case that fails."""
    pairs = zip(recorded.expected, trial.outcomes, strict=True)
    tolerance = recorded.question.tolerance
    failed = [(e, o) for e, o in pairs if not passes(e.results, o, tolerance)]
    if any(o["error"] for _, o in failed):
        return ""
    found = [as_array(o["results"]) for _, o in failed]
    right = [as_array(list(e.results)) for e, _ in failed]
    if any(_decimals(a) is not False for a in found) or not all(map(_decimals, right)):
        return ""
    line, text = next(floor_divisions(thing), (0, ""))
    if not line:
        return ""
    return f"Whole numbers, where decimals belong: `//` in line {line}, `{text}`, drops decimals."


def _decimals(array: np.ndarray | None) -> bool | None:
    """Whether any number has decimals; None where there are others than finite real numbers."""
    if array is None or array.dtype.kind not in "iuf" or not np.isfinite(array).all():
        return None
    return bool((array % 1).any())


def _unsteady(recorded: Recorded, thing: Any, trial: Trial, shown: Sequence[int]) -> str:
    """Whether one input gives two results."""
    for number in shown:
        once = trial.outcomes[number]
        if trial.seconds[number] > QUICK or (once["error"] or {}).get("kind") == STOPPED:
            continue
        if _unlike(once, again(recorded, thing, number)):
            return AGAIN
        if _unlike(once, again(recorded, thing, number, seed=1)):
            return RANDOM
    return ""


def _unlike(once: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two outcomes of one case differ; objects of one type count as equal."""
    if once["error"] or other["error"]:
        return (once["error"] or {}).get("type") != (other["error"] or {}).get("type")
    return bool(to_tree(once["results"]) != to_tree(other["results"]))


def _unread_keys(recorded: Recorded, thing: Any, trial: Trial, number: int) -> str:
    """What an answer leaves unread of the dictionaries that it is given in a case."""
    steps = recorded.cases[number].steps
    places = [i for i, arg in enumerate(steps[0].args) if type(arg) is dict]
    if not places or len(steps) > 1 or trial.seconds[number] > QUICK or not isfunction(thing):
        return ""
    read: Read = {}
    if again(recorded, watched(thing, read), number)["error"]:
        return ""
    names = list(signature(thing).parameters)
    if len(names) != len(steps[0].args):
        return ""
    unread = [
        f"`{names[i]}[{key!r}]`"
        for i in places
        for key in steps[0].args[i]
        if key not in read.get(i, set())
    ]
    return f"Your code never reads {' and '.join(unread)}." if 0 < len(unread) <= FEW else ""


def _where(recorded: Recorded, thing: Any, trial: Trial, alone: bool) -> str:
    """What the cases that fail have in common, or else that only one fails."""
    tolerance, cases = recorded.question.tolerance, recorded.cases
    both = enumerate(zip(recorded.expected, trial.outcomes, strict=True))
    failed = [i for i, (right, outcome) in both if not passes(right.results, outcome, tolerance)]
    if said := where(thing, cases, failed):
        return said
    single = alone and len(failed) == 1 and len(cases) >= FEW
    return ALONE.format(others=len(cases) - 1) if single else ""


def _printed(trial: Trial, number: int) -> str:
    """Whether the result was printed, and nothing returned."""
    results = trial.outcomes[number]["results"]
    nothing = bool(results) and all(result is None for result in results)
    return PRINTS if nothing and trial.printed[number] else ""


def _nan(recorded: Recorded, thing: Any, trial: Trial, number: int) -> str:
    """Where the first NaN comes from, if a case gives NaN without need."""
    if trial.seconds[number] > QUICK or not _has_nan(recorded, number, trial.outcomes[number]):
        return ""
    error = again(recorded, thing, number, invalid="raise")["error"]
    if error is None or error["type"] != "FloatingPointError" or not error["line"]:
        return ""
    return _first_nan(error)


def _first_nan(error: dict[str, Any]) -> str:
    """The line in which NumPy has met the first NaN, and the operation."""
    operation = error["message"].rpartition(" ")[2]
    source = f": {SOURCES[operation]}" if operation in SOURCES else ""
    return f"NaN first comes up in line {error['line']}, `{error['text']}`{source}."


def _nan_within(recorded: Recorded, thing: Any, trial: Trial, shown: Sequence[int]) -> str:
    """Where a NaN comes up that the result does not show, in cases that fail and no other."""
    raised = any(trial.outcomes[number]["error"] for number in shown)
    if names_nan(thing) or raised or max(trial.seconds) > QUICK:
        return ""
    cases = zip(recorded.expected, trial.outcomes, strict=True)
    tolerance = recorded.question.tolerance
    right = [i for i, (e, o) in enumerate(cases) if passes(e.results, o, tolerance)]
    first = None
    for number in shown:
        error = again(recorded, thing, number, invalid="raise")["error"]
        if error is None or error["type"] != "FloatingPointError" or not error["line"]:
            return ""
        first = first or error
    if any(again(recorded, thing, number, invalid="raise")["error"] for number in right):
        return ""
    return _first_nan(first) if first else ""


def _has_nan(recorded: Recorded, number: int, outcome: dict[str, Any]) -> bool:
    """Whether a case's first wrong result is NaN."""
    pairs = zip(recorded.expected[number].results, outcome["results"], strict=False)
    tolerance = recorded.question.tolerance
    found = (compare(right, got, tolerance) for right, got in pairs)
    first = next((difference for difference in found if difference), None)
    return first is not None and first.kind == "nan"
