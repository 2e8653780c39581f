"""``check(answer)``: what a student calls under every answer."""

import contextlib
import difflib
import io
import time
import warnings
from typing import Any

import numpy as np

from coursekit.checks import ends
from coursekit.checks.calls import show_steps
from coursekit.checks.cases import Case, Question
from coursekit.checks.clock import TimeUp, interrupt_after
from coursekit.checks.diagnose import Diagnosis, diagnose
from coursekit.checks.feedback import NOT_YET, STARTERS, TO_WRITE, Feedback
from coursekit.checks.forbidden import FORBIDDEN, closed, judged, refusal
from coursekit.checks.limits import STRIKES, Limits
from coursekit.checks.recorded import Recorded, index, look_up
from coursekit.checks.run import random_state_kept, run_case
from coursekit.checks.trained import weigh

USAGE = "Write `check(my_function)`, or `check(name=value)` for a value."
PRINTED = 5  # lines of the answer's own output that are shown


def check(*answer: Any, **named: Any) -> Feedback:
    """Check one answer: a function or class as it is, a value by its name.

    >>> check(perplexity)            # doctest: +SKIP
    >>> check(vocabulary_size=k)     # doctest: +SKIP

    Nothing that is wrong with the answer raises; the feedback says what it is.
    """
    if len(answer) + len(named) != 1:
        return Feedback("check", headline=f"One answer at a time. {USAGE}")
    if named:
        ((name, thing),) = named.items()
    else:
        thing = answer[0]
        name = getattr(thing, "__name__", "")
        if not isinstance(name, str) or not name.isidentifier():
            return Feedback("check", headline=_nameless(thing))
    recorded = look_up(name)
    if recorded is None:
        return Feedback(name, headline=_unknown(name))
    return judge(recorded, thing)


def judge(recorded: Recorded, thing: Any, hidden: bool = False, seconds: float = 0.0) -> Feedback:
    """Feedback on ``thing`` as an answer to a recorded question.

    Args:
        recorded: the question, its cases and what is right.
        thing: the answer.
        hidden: leave expected values out of every text.
        seconds: CPU-seconds after which a case is stopped; 0 lets it run as long as it likes.
    """
    question = recorded.question
    if question.kind == "text":
        return _written(question, thing)
    began = time.process_time()
    outcomes, printed = _run(recorded, thing, seconds)
    taken = time.process_time() - began
    errors = [o["error"] for o in outcomes if o["error"]]
    if used := [e["message"] for e in errors if e["kind"] == FORBIDDEN]:
        return _refused(question, used[-1:])
    # The expected result of a value question is its answer: that one is not shown.
    diagnosis = diagnose(
        question,
        recorded.expected,
        outcomes,
        recorded.misconceptions,
        hidden=hidden or question.kind == "value",
    )
    if all(group.reason == NOT_YET for group in diagnosis.groups):
        starter = STARTERS.get(question.kind, "raise NotImplementedError")
        says = TO_WRITE.format(starter=starter.replace("name", question.name))
        return Feedback(question.name, diagnosis, headline=says, worth=question.points)
    first = next((g.case for g in diagnosis.groups if g.case is not None), None)
    return Feedback(
        question.name,
        diagnosis,
        points=diagnosis.points,
        worth=question.points,
        call="" if first is None else _call(recorded, first),
        printed="" if first is None else printed[first],
        measured=_measured(recorded, diagnosis, taken),
    )


def _run(recorded: Recorded, thing: Any, seconds: float) -> tuple[list[dict[str, Any]], list[str]]:
    """Every case's outcome, and what the answer printed in it."""
    outcomes: list[dict[str, Any]] = []
    printed: list[str] = []
    strikes = 0
    with (
        closed(recorded.question.forbidden, thing) as used,
        random_state_kept(),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
    ):
        warnings.simplefilter("ignore")
        for case in recorded.cases:
            out = io.StringIO()
            if strikes < STRIKES:
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                    outcome = _within(seconds, thing, case)
                strikes += outcome == ends.outcome(ends.TIME_UP)
            else:
                outcome = ends.outcome(ends.STRIKES)
            outcomes.append(weigh(case, judged(outcome, used)))
            printed.append("\n".join(out.getvalue().rstrip().split("\n")[:PRINTED]))
    return outcomes, printed


def _within(seconds: float, thing: Any, case: Case) -> dict[str, Any]:
    """The outcome of a case, which is stopped after so many CPU-seconds unless they are 0."""
    if not seconds:
        return run_case(thing, case.to_plain(), reach=case.evaluate)
    try:
        with interrupt_after(seconds, seconds * Limits.slack):
            return run_case(thing, case.to_plain(), reach=case.evaluate)
    except TimeUp:
        return ends.outcome(ends.TIME_UP)


def _call(recorded: Recorded, case: int) -> str:
    """Code that shows a failure again; there is none for a value, and a model's takes too long."""
    if recorded.question.kind in ("value", "model"):
        return ""
    return show_steps(recorded.cases[case].steps, recorded.question.name, case)


def _measured(recorded: Recorded, diagnosis: Diagnosis, seconds: float) -> str:
    """What is said about a trained model: its perplexity, and whether it took too long."""
    if diagnosis.perplexity is None:
        return ""
    places = sum(len(case.hidden.targets) for case in recorded.cases if case.hidden)
    says = f"Perplexity {diagnosis.perplexity:.2f} on {places} hidden words."
    budget = recorded.question.seconds
    if budget and seconds > budget:
        says += f" It took {seconds:.1f} CPU-seconds; grading stops it after {budget:g}."
    return says


def _refused(question: Question, names: list[str]) -> Feedback:
    return Feedback(question.name, Diagnosis(), headline=refusal(names), worth=question.points)


def _written(question: Question, thing: Any) -> Feedback:
    words = len(thing.split()) if isinstance(thing, str) else 0
    says = f"{words} words. A person will read this answer."
    if words == 0:
        says = TO_WRITE.format(starter=STARTERS["text"].replace("name", question.name))
    return Feedback(question.name, headline=says, worth=question.points)


def _nameless(thing: Any) -> str:
    if isinstance(thing, str):
        return f"Pass the answer itself, not its name in quotes. {USAGE}"
    kind = type(thing).__name__
    if kind == "function":
        return "A lambda carries no name: use `check(name=…)` with the name the task asks for."
    return f"A value (here of type {kind}) carries no name. {USAGE}"


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, index(), n=3, cutoff=0.6)
    hint = f"Did you mean {' or '.join(f'`{n}`' for n in near)}?" if near else USAGE
    return f"There is no question called `{name}`. {hint}"
