"""``check(answer)``: what a student calls under every answer."""

from dataclasses import replace
from typing import Any

from coursekit.checks import ends
from coursekit.checks.asking import USAGE, name_of, nameless, not_handed_in, notebook, unknown
from coursekit.checks.calls import show_steps
from coursekit.checks.cases import Question
from coursekit.checks.diagnose import Diagnosis, diagnose
from coursekit.checks.digits import digits
from coursekit.checks.display import shown_later
from coursekit.checks.feedback import NOT_YET, STARTERS, TO_WRITE, Feedback
from coursekit.checks.forbidden import FORBIDDEN, refusal
from coursekit.checks.habits import outside
from coursekit.checks.limits import Limits
from coursekit.checks.memory import memory
from coursekit.checks.recorded import Recorded, index, look_up
from coursekit.checks.second_look import second_look
from coursekit.checks.trial import Trial, run_cases, watch
from coursekit.checks.values import TorchMissing
from coursekit.checks.words import describe

NO_TORCH = (
    "This question works with tensors of PyTorch, and PyTorch is not installed here. Colab has it; "
    "elsewhere run `pip install torch` and restart the kernel."
)
AT_HAND = "case = check({name}).case  # then {again}; what is right{to} is case.expected"


def check(*answer: Any, **named: Any) -> Feedback:
    """Check one answer: a function or class as it is, a value by its name.

    >>> check(perplexity)            # doctest: +SKIP
    >>> check(vocabulary_size=k)     # doctest: +SKIP

    Nothing that is wrong with the answer raises; the feedback says what it is. Its ``case`` is the
    first that fails, for a closer look.
    """
    feedback = _asked(answer, named, notebook())
    shown_later(feedback)
    return feedback


def _asked(answer: tuple[Any, ...], named: dict[str, Any], names: Any) -> Feedback:
    """Feedback on what ``check`` was called with."""
    if len(answer) + len(named) != 1:
        return Feedback("check", headline=f"One answer at a time. {USAGE}")
    if named:
        ((name, thing),) = named.items()
    else:
        thing = answer[0]
        name = name_of(thing, names)
        if not name:
            return Feedback("check", headline=nameless(thing))
    try:
        recorded = look_up(name)
    except TorchMissing:
        return Feedback(name, headline=NO_TORCH)
    if recorded is None:
        return Feedback(name, headline=unknown(name, thing, names))
    feedback = judge(recorded, thing)
    remark = "" if feedback.unwritten else not_handed_in(name, thing, names)
    return replace(feedback, remarks=(*feedback.remarks, remark)) if remark else feedback


def judge(recorded: Recorded, thing: Any, hidden: bool = False, seconds: float = 0.0) -> Feedback:
    """Feedback on ``thing`` as an answer to a recorded question.

    Args:
        recorded: the question, its cases and what is right.
        thing: the answer.
        hidden: leave expected values out of every text.
        seconds: CPU-seconds after which a case is stopped; 0 for what a notebook allows.
    """
    question = recorded.question
    if question.kind == "text":
        return _written(question, thing)
    if question.kind == "value" and thing is None:
        thing = ...  # as in the starter
    # The expected result of a value question is its answer: that one is not shown.
    hidden = hidden or question.kind == "value"
    before = memory(thing)
    trial = run_cases(recorded, thing, watch(recorded, seconds))
    errors = [o["error"] for o in trial.outcomes if o["error"]]
    if used := [e["message"] for e in errors if e["kind"] == FORBIDDEN]:
        return _refused(question, used[-1:])
    if other := _other_question(question, thing):
        for error in errors:
            error["given"] = other
    diagnosis = diagnose(
        question, recorded.expected, trial.outcomes, recorded.misconceptions, hidden=hidden
    )
    if all(group.reason == NOT_YET for group in diagnosis.groups):
        starter = STARTERS.get(question.kind, "raise NotImplementedError")
        says = TO_WRITE.format(starter=starter.replace("name", question.name))
        return Feedback(question.name, diagnosis, headline=says, worth=question.points)
    diagnosis = second_look(recorded, thing, trial, diagnosis, before)
    first = diagnosis.first
    shown = None if hidden or question.kind == "model" else first
    return Feedback(
        question.name,
        diagnosis,
        points=diagnosis.points,
        worth=question.points,
        number=None if hidden else first,
        call="" if shown is None else _call(recorded, shown),
        printed="" if first is None else trial.printed[first],
        measured=_measured(recorded, diagnosis, sum(trial.seconds)),
        remarks=tuple(r for r in (diagnosis.remark, outside(thing), _slow(recorded, trial)) if r),
    )


def _other_question(question: Question, thing: Any) -> str:
    """The name of a function that answers another question than the one asked; "" for none."""
    own = getattr(thing, "__name__", "")
    return own if own in index() and own != question.name else ""


def _call(recorded: Recorded, number: int) -> str:
    """Code that shows a failure again, and the line that puts its case into a student's hands."""
    name, steps = recorded.question.name, recorded.cases[number].steps
    again = f"{name}(*case.arguments)" if len(steps) == 1 else f"case.run({name})"
    right = digits(list(recorded.expected[number].results), recorded.question.tolerance)
    to = f", to {right}," if right else ""
    return f"{show_steps(steps, name, number)}\n{AT_HAND.format(name=name, again=again, to=to)}"


def _slow(recorded: Recorded, trial: Trial) -> str:
    """A remark on a case that a notebook waits for and grading does not."""
    longest, allowed = max(trial.seconds, default=0.0), Limits().call
    if recorded.question.seconds or longest <= allowed:
        return ""
    if any(ends.is_end(outcome, ends.TIME_UP) for outcome in trial.outcomes):
        return ""
    return f"A case took {longest:.1f} CPU-seconds; grading stops it after {allowed:g}."


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
    if thing is not None and not isinstance(thing, (str, type(...))):
        says = f"Expected text, got {describe(thing)}: write your answer between quotes."
        return Feedback(question.name, headline=says, worth=question.points)
    words = len(thing.split()) if isinstance(thing, str) else 0
    count = "1 word" if words == 1 else f"{words} words"
    least, most = question.words
    says = f"{count}. A person will read this answer."
    if words == 0:
        says = TO_WRITE.format(starter=STARTERS["text"].replace("name", question.name))
    elif most and not least <= words <= most:
        way = "too short" if words < least else "too long"
        says = f"{count}: {way}, since {least} to {most} are asked for. A person will read it."
    return Feedback(question.name, headline=says, worth=question.points)
