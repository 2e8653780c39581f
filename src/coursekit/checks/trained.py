"""Judge a trained language model: from its distributions to perplexity on text it has never seen.

The model's process gets contexts, each the beginning of another sentence, and gives one row of
probabilities for each. The words that really came stay here. No context is the continuation of
another, so whatever the model's process reads, it cannot find a target.

:func:`weigh` turns rows into the probabilities of the true words, or into the first thing that
is wrong with a row. It also looks for the marks that common mistakes leave, the *symptom*, by which
a mistake is recognised whatever else differs between two models.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from coursekit.checks.cases import Case, Hidden
from coursekit.checks.compare import as_array

UNFIT = "unfit"  # kind of error: a row that is no distribution
ROUNDING = 1e-4  # how far the sum of a row may be from 1
NEGATIVE = -1e-9  # entries between this and 0 are rounding, and count as 0
STEADY = 1e-3  # how far two rows for one context may differ
ALIKE = 1e-6  # rows that differ by less are one row
MOST = 0.8  # share of contexts that show a habit
SCARCE = 0.1  # sentence ends expected by the model, as a share of those that came

Outcome = dict[str, Any]


class _Unfit(Exception):
    """A row that is no distribution: its symptom and what to say."""

    def __init__(self, symptom: str, says: str) -> None:
        super().__init__(says)
        self.symptom = symptom


def weigh(case: Case, outcome: Outcome) -> Outcome:
    """An outcome of ``run_case`` with rows replaced by what they are worth; others as they are.

    Args:
        case: a case; only one of a trained model is weighed.
        outcome: its results are the list of rows, one for each context. Contexts beyond the number
            of targets are asked again, and probes (see :class:`.cases.Hidden`).

    Returns:
        The outcome with ``results`` = [probabilities of the true words, shape (places,)], or with
        an ``error`` of the kind "unfit"; and with ``symptom``, the mark of a common mistake or "".
    """
    hidden = case.hidden
    if hidden is None or outcome["error"] is not None:
        return outcome
    contexts = [np.asarray(c) for c in _contexts(case)]
    try:
        with np.errstate(all="ignore"):  # a student's numbers may be of any size
            rows = _rows(outcome["results"], len(contexts), hidden.words)
        _check_steady(rows[: hidden.again], rows[len(hidden.targets) :][: hidden.again])
    except _Unfit as fault:
        error = {"kind": UNFIT, "type": fault.symptom, "message": str(fault), "line": None}
        return {**outcome, "results": [], "error": error, "symptom": fault.symptom}
    places = len(hidden.targets)
    given = rows[np.arange(places), hidden.targets]  # (places,)
    return {**outcome, "results": [given], "symptom": _symptom(rows, contexts, given, hidden)}


def perplexity(outcome: Outcome) -> float:
    """Perplexity of a weighed outcome; infinite where a true word had probability 0 or no row."""
    if outcome["error"] is not None or len(outcome["results"]) != 1:
        return math.inf
    given = as_array(outcome["results"][0])
    if given is None or given.size == 0:
        return math.inf
    with np.errstate(divide="ignore"):
        return float(np.exp(-np.log(given).mean()))


def shortfall(outcome: Outcome, bound: float) -> str:
    """What keeps a weighed outcome without error from a group's points; empty when nothing does."""
    reached = perplexity(outcome)
    if reached <= bound:
        return ""
    if math.isinf(reached):
        zeros = int((np.asarray(outcome["results"][0]) == 0).sum())
        times = "once" if zeros == 1 else f"{zeros} times"
        return f"the word that came had probability 0, {times}: the perplexity is infinite"
    return f"perplexity {reached:.2f}; this needs at most {bound:.2f}"


def _contexts(case: Case) -> Sequence[Any]:
    """The contexts that a case hands to the model."""
    return next(step.args[0] for step in case.steps if step.do == "each")


def _rows(results: Any, count: int, words: int) -> np.ndarray:
    """All rows as one array, shape (count, k), each divided by its sum.

    Raises:
        _Unfit: one is no distribution.
    """
    given = results[0] if len(results) == 1 else None
    if not isinstance(given, (list, tuple)) or len(given) != count:
        raise _Unfit("no rows", "the model gave no row of probabilities for each context")
    rows = np.zeros((count, words))
    for number, item in enumerate(given):
        row = as_array(item)
        if row is None or row.shape != (words,):
            says = f"a row needs shape ({words},), one entry a word; got {_form(row)}"
            raise _Unfit("shape", says)
        if row.dtype.kind == "c":
            raise _Unfit("shape", "a row needs real numbers")
        rows[number] = row
    _check_values(rows)
    rows = np.maximum(rows, 0)
    shares: np.ndarray = rows / rows.sum(1, keepdims=True)  # (count, k)
    return shares


def _form(row: np.ndarray | None) -> str:
    """What stands where a row should, and how to get the row out of it where it is in there."""
    if row is None:
        return "no array of numbers"
    if row.ndim == 2:
        one = "its only row, [0]" if len(row) == 1 else "the row of the last word, [-1]"
        return f"shape {row.shape}: return {one}"
    return f"shape {row.shape}" if row.ndim else "a single number"


def _check_values(rows: np.ndarray) -> None:
    """Refuse rows whose entries are not probabilities, with the likeliest reason."""
    if not np.isfinite(rows).all():
        raise _Unfit("not finite", "a row holds NaN or infinite values")
    sums = rows.sum(1)
    if (rows < NEGATIVE).any():
        if (rows <= ROUNDING).all() and np.allclose(np.exp(rows).sum(1), 1, atol=ROUNDING):
            raise _Unfit("logarithms", "these rows are logarithms of probabilities: return np.exp")
        raise _Unfit("negative", f"a row holds {rows.min():.4g}; probabilities are never negative")
    bad = np.flatnonzero(np.abs(sums - 1) > ROUNDING)
    if len(bad):
        whole = bool((rows == np.round(rows)).all()) and bool((sums > 1.5).any())
        first = f"the first of them sums to {sums[bad[0]]:.4g}"
        says = f"{len(bad)} of {len(rows)} rows do not sum to 1; {first}"
        raise _Unfit("counts" if whole else "sum", says)


def _check_steady(once: np.ndarray, again: np.ndarray) -> None:
    """Refuse a model that gives one context two different rows."""
    if len(again) and np.abs(again - once).max() > STEADY:
        raise _Unfit("unsteady", "the same context got two different rows when asked twice")


def _symptom(
    rows: np.ndarray, contexts: Sequence[np.ndarray], given: np.ndarray, hidden: Hidden
) -> str:
    """The mark of a common mistake in rows that are distributions; empty when there is none."""
    places = len(hidden.targets)
    long = np.array([i for i in range(places) if len(contexts[i]) > 2], dtype=int)
    ends = hidden.targets == 0
    marks = (
        ("one row", lambda: _alike(rows)),
        ("copies", lambda: np.mean(rows[long].argmax(1) == [contexts[i][-1] for i in long]) > MOST),
        ("first word", lambda: _looks_at_first_only(rows, contexts, long)),
        ("last unused", lambda: np.abs(_probes(rows, hidden)).max() < ALIKE),
        ("never ends", lambda: rows[:places, 0].mean() < SCARCE * ends.mean()),
        ("zero", lambda: (given == 0).any()),
        ("worse than nothing", lambda: np.log(given).mean() < -math.log(hidden.words)),
    )
    return next((mark for mark, shows in marks if len(long) and shows()), "")


def _alike(rows: np.ndarray) -> bool:
    """Whether all rows are one row."""
    return bool(np.abs(rows - rows[0]).max() < ALIKE)


def _probes(rows: np.ndarray, hidden: Hidden) -> np.ndarray:
    """By how much rows change with the last word of their context, shape (probes, k)."""
    changed: np.ndarray = rows[len(hidden.targets) + hidden.again :] - rows[hidden.probed]
    return changed


def _looks_at_first_only(
    rows: np.ndarray, contexts: Sequence[np.ndarray], places: np.ndarray
) -> bool:
    """Whether rows are equal wherever the first words of the contexts are."""
    groups: dict[int, list[int]] = {}
    for place in places:
        groups.setdefault(int(contexts[place][0]), []).append(place)
    return all(_alike(rows[members]) for members in groups.values())
