"""``check(answer)``: what a student calls under every answer."""

import difflib
import inspect
import textwrap
from typing import Any

from coursekit.checks.cases import Question
from coursekit.checks.diagnose import Diagnosis, GroupVerdict, diagnose
from coursekit.checks.feedback import Feedback
from coursekit.checks.forbidden import ForbiddenCall, denied, forbidden_uses
from coursekit.checks.recorded import Recorded, index, look_up
from coursekit.checks.run import run_case

USAGE = "Write check(my_function), or check(name=value) for a value."


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
            kind = type(thing).__name__
            return Feedback("check", headline=f"A {kind} carries no name. {USAGE}")
    recorded = look_up(name)
    if recorded is None:
        return Feedback(name, headline=_unknown(name))
    return judge(recorded, thing)


def judge(recorded: Recorded, thing: Any) -> Feedback:
    """Feedback on ``thing`` as an answer to a recorded question."""
    question = recorded.question
    if question.kind == "text":
        return _written(question, thing)
    if question.kind == "value" and thing is None:
        return _refused(question, "not written yet")
    used = forbidden_uses(_source(thing), question.forbidden)
    if used:
        return _refused(question, f"This question asks you to do without {', '.join(used)}.")
    try:
        with denied(question.forbidden):
            outcomes = [run_case(thing, case.to_plain()) for case in recorded.cases]
    except ForbiddenCall as error:
        return _refused(question, str(error))
    diagnosis = diagnose(question, recorded.expected, outcomes, recorded.misconceptions)
    return Feedback(question.name, diagnosis, points=diagnosis.points, worth=question.points)


def _refused(question: Question, reason: str) -> Feedback:
    groups = [GroupVerdict(g, False, 0.0, worth, reason) for g, worth in question.groups.items()]
    return Feedback(question.name, Diagnosis(groups), worth=question.points)


def _written(question: Question, thing: Any) -> Feedback:
    words = len(thing.split()) if isinstance(thing, str) else 0
    if words == 0:
        return Feedback(question.name, headline="not written yet")
    says = f"{words} words. A person reads this answer and gives up to {question.points:g} points."
    return Feedback(question.name, headline=says)


def _source(thing: Any) -> str:
    try:
        return textwrap.dedent(inspect.getsource(thing))
    except (OSError, TypeError):
        return ""


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, index(), n=3, cutoff=0.6)
    hint = f" Did you mean {' or '.join(near)}?" if near else f" {USAGE}"
    return f"There is no question called {name}.{hint}"
