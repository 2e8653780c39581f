"""From what a submission did to its marks: points, reasons, hints. Trusted; runs no student code.

What a child sent is data of unknown intent. It is brought into the one expected form first;
whatever does not fit is that case's failure.
"""

import math
import platform
from collections.abc import Sequence
from typing import Any, cast

from coursekit.checks import ends
from coursekit.checks.calls import show_steps
from coursekit.checks.cases import Step
from coursekit.checks.cells import CellFault
from coursekit.checks.diagnose import Diagnosis, GroupVerdict, diagnose, earns
from coursekit.checks.errors import NOT_WRITTEN
from coursekit.checks.forbidden import FORBIDDEN, refusal
from coursekit.checks.newer import needed
from coursekit.checks.trained import weigh
from coursekit.grading.intake.submission import Submission
from coursekit.grading.judging.exam import Exam, Item
from coursekit.grading.judging.marked import NEEDS, MarkedGroup, MarkedQuestion, Status
from coursekit.grading.judging.sources import Answer, find_answers, without_magics
from coursekit.grading.judging.written import written_answer
from coursekit.grading.running.replies import Reply, Run

NEWER = (
    "A cell of this notebook needs Python {newer}, but it was run with Python {here}. "
    "That is no fault of yours: tell your instructor, who can grade it with a newer Python."
)
TEXT = 400
CODE = 20_000  # characters of an answer's source that are kept
Outcome = dict[str, Any]  # of one case, in the form of ``run_case``
INPUT = 20_000  # characters of an input on a student's page


def judge(exam: Exam, submission: Submission, run: Run) -> list[MarkedQuestion]:
    """Mark every question.

    Args:
        exam: what is right.
        submission: for its code.
        run: what the submission did.
    """
    answers = find_answers(submission.code, exam.names)
    unread = [submission.code[f.cell] for f in run.faults if f.error == SyntaxError.__name__]
    newer = max((needed(without_magics(cell)) for cell in unread), default="")
    marked = []
    for item in exam.items:
        question = _blank(item)
        answer = answers.get(question.name)
        question.code = answer.source[:CODE] if answer else ""
        if item.question.kind == "text":
            _take_text(question, item, submission, run)
        else:
            _mark(question, item, answer, run)
        if newer and (question.status == "failed" or (question.status == "missing" and answer)):
            question.status = cast(Status, f"{NEEDS}{newer}")
            question.say = NEWER.format(newer=newer, here=platform.python_version())
        marked.append(question)
    return marked


def _blank(item: Item) -> MarkedQuestion:
    """A question that has earned nothing yet."""
    return MarkedQuestion(item.question.name, item.title, item.question.points)


def _take_text(marked: MarkedQuestion, item: Item, submission: Submission, run: Run) -> None:
    """Keep a written answer for a person."""
    replies = run.replies.get(item.question.name, [])
    results = next((found for r in replies if (found := outcome_of(r)["results"])), [None])
    marked.answer = written_answer(results[0], submission.cells, item.question.name)
    marked.asked = item.asked
    marked.status = "waiting" if marked.answer else "unsolved"


def _mark(marked: MarkedQuestion, item: Item, answer: Answer | None, run: Run) -> None:
    """Fill in what the replies to one question come to."""
    replies = run.replies.get(item.question.name, [])
    if any(r.failure == "Missing" for r in replies):
        marked.status, marked.say = "missing", _missing(marked.name, answer, run.faults)
        return
    outcomes = [outcome_of(r) for r in replies]
    errors = [o["error"] for o in outcomes if o["error"]]
    if used := [e["message"] for e in errors if e["kind"] == FORBIDDEN]:
        marked.status, marked.say = "forbidden", refusal(used[-1:])
        return
    _compare(marked, item, outcomes)


def _compare(marked: MarkedQuestion, item: Item, outcomes: list[Outcome]) -> None:
    """Points, status and texts from clean outcomes."""
    try:
        known = item.recorded
        outcomes = [weigh(c, o) for c, o in zip(known.cases, outcomes, strict=True)]
        verdict = diagnose(
            item.question, known.expected, outcomes, known.misconceptions, hidden=True
        )
    except Exception as error:  # a value that the comparison did not foresee is a wrong value
        reason = f"the result could not be compared ({type(error).__name__})"
        groups = [GroupVerdict(g, False, 0.0, w, reason) for g, w in item.question.groups.items()]
        verdict = Diagnosis(groups)
    marked.points = round(verdict.points, 6)
    marked.status = _status(marked.points, item.question.points, outcomes)
    marked.groups = [_group(g, item, outcomes) for g in verdict.groups]
    marked.misconception = verdict.misconception
    marked.hint = "\n".join(verdict.hints)
    if verdict.remark and marked.points < item.question.points:
        marked.say = verdict.remark
    if verdict.perplexity is not None:
        finite = math.isfinite(verdict.perplexity)
        marked.perplexity = round(verdict.perplexity, 4) if finite else None
        marked.bounds = _bounds(item)


def _bounds(item: Item) -> dict[str, float]:
    """By group of a question that trains a model, the perplexity below which its points begin."""
    bounds = {g: b for c in item.recorded.cases if c.hidden for g, b in c.hidden.bounds.items()}
    return {g: round(b, 4) for g, b in bounds.items() if math.isfinite(b)}


def _status(points: float, possible: float, outcomes: list[Outcome]) -> Status:
    errors = [o["error"] for o in outcomes]
    if points >= possible:
        return "right"
    if points > 0:
        return "partly"
    if all(e and e["kind"] == "not written" for e in errors):
        return "unsolved"
    return "failed" if all(errors) else "wrong"


def _group(verdict: GroupVerdict, item: Item, outcomes: list[Outcome]) -> MarkedGroup:
    """One group as students see it: which input failed, never what would have been right."""
    known, tolerance = item.recorded, item.question.tolerance
    own = [i for i, case in enumerate(known.expected) if case.concerns(verdict.group)]
    passed = len(own)
    if not verdict.passed:
        passed = sum(earns(known.expected[i], outcomes[i], verdict.group, tolerance) for i in own)
    steps: Sequence[Step] = ()
    shown = item.question.kind != "model" and verdict.reason != "not written yet"
    if verdict.case is not None and shown:
        steps = known.cases[verdict.case].steps
    say = f"{verdict.note}: {verdict.reason}" if verdict.note and steps else verdict.reason
    return MarkedGroup(
        title=verdict.group,
        points=verdict.points,
        possible=verdict.worth,
        passed=passed,
        tried=len(own),
        say=say[: 2 * TEXT],
        input=_shown(steps, item.question.name, verdict.case),
    )


def _shown(steps: Sequence[Step], name: str, case: int | None) -> str:
    """The input of a fresh case as code; where it is cut, that says so and where the whole is."""
    text = show_steps(steps, name)
    if len(text) <= INPUT:
        return text
    whole = f"the whole is case {case} of {name}, which the key draws for the seed in run.json"
    return f"{text[:INPUT]}…\n# Cut here after {INPUT:,} characters; {whole}."


def _missing(name: str, answer: Answer | None, faults: Sequence[CellFault]) -> str:
    """Why a name does not exist after the notebook has run."""
    fault = next((f for f in faults if answer and f.cell == answer.cell), None)
    if fault is None:
        return f"The notebook defines nothing called {name}."
    return f"The cell that defines {name} did not run to its end: {fault}."[: 2 * TEXT]


def outcome_of(reply: Reply) -> Outcome:
    """A reply in the form of ``run_case``, whatever the child sent."""
    if reply.failure:
        if reply.failure in ends.WORDS:
            return ends.outcome(reply.failure)
        error = {"kind": "raised", "type": reply.failure, "message": reply.message, "step": 0}
        return {"results": [], "error": error | {"line": reply.line}, "mutated": False}
    given = reply.outcome
    if not isinstance(given, dict) or not isinstance(given.get("results"), list):
        return outcome_of(Reply(failure="protocol", message="the answer came in no known form"))
    told = given.get("error")
    clean = None if told is None else _clean_error(told if isinstance(told, dict) else {})
    return {"results": given["results"], "error": clean, "mutated": given.get("mutated") is True}


def _clean_error(error: dict[str, Any]) -> dict[str, Any]:
    """An error report with every field of the right type."""

    def text(key: str) -> str:
        value = error.get(key)
        return value[:TEXT] if isinstance(value, str) else ""

    line = error.get("line")
    return {
        "kind": text("kind") if text("kind") in (NOT_WRITTEN, FORBIDDEN) else "raised",
        "type": text("type"),
        "message": text("message"),
        "line": line if isinstance(line, int) and 0 < line < 100_000 else None,
        "place": text("place"),
        "step": 0,
    }
