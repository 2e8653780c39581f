"""Quizzes: questions whose wrong options are mistakes that people make, each one explained."""

import hashlib
import html
import json
import re
from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

from coursekit.figures.formulas import check_text
from coursekit.figures.framework import show


class Option(TypedDict):
    """One answer a reader may choose."""

    text: str
    why: str  #: why it is right, or what goes wrong for those who believe it
    correct: NotRequired[bool]


class Question(TypedDict):
    """A question and its options, exactly one of them correct."""

    question: str
    options: list[Option]


def quiz(questions: Sequence[Question] = ()) -> object:
    r"""A quiz; what the reader has chosen stays in the reader's browser.

    Texts may hold code between backquotes, stress between asterisks and short formulas between
    dollar signs (letters, signs, ``_``, ``^``, ``\hat``, ``\tilde``, ``\frac``).

    The options stand in another order on each visit, so that no place is the right one.

    Args:
        questions: each with ``question`` and ``options``; an option has ``text``, ``why`` and, for
            the right one, ``correct=True``.

    Raises:
        ValueError: a question without exactly one right option, an option without explanation or
            with one that begins with the verdict, or a formula that the small renderer of the
            figures cannot draw.
    """
    questions = [_mixed(question) for question in questions or [EXAMPLE]]
    for question in questions:
        _check(question)
    data = json.dumps(questions, sort_keys=True, ensure_ascii=False)
    key = hashlib.sha256(data.encode()).hexdigest()[:12]
    return show(
        "quiz",
        {"key": key, "questions": questions},
        f"quiz of {len(questions)} questions",
        still=_still(questions),
    )


def _mixed(question: Question) -> Question:
    """The question with its options in an order that nobody chose, the same on every machine.

    Authors write the right option first or second. The script draws another order for each visit.
    """

    def drawn(option: Option) -> str:
        return hashlib.sha256(f"{question['question']}{option['text']}".encode()).hexdigest()

    return {"question": question["question"], "options": sorted(question["options"], key=drawn)}


def _check(question: Question) -> None:
    asked, options = question["question"], question["options"]
    if sum(bool(option.get("correct")) for option in options) != 1:
        raise ValueError(f"{asked!r} needs exactly one right option")
    for option in options:
        if not option["why"].strip():
            raise ValueError(f"{asked!r}: option {option['text']!r} has no explanation")
        if re.match(r"(Right|No|Wrong|Yes)\b[.,:]", option["why"].lstrip()):
            raise ValueError(f"{asked!r}: the verdict is put before {option['why']!r} by itself")
    for text in (asked, *(option[part] for option in options for part in ("text", "why"))):
        check_text(text)


def _still(questions: list[Question]) -> str:
    """The questions and their options, without the answers, for places where no script runs."""
    parts: list[str] = []
    for question in questions:
        options = "".join(f"<li>{html.escape(o['text'])}</li>" for o in question["options"])
        parts.append(f"<li>{html.escape(question['question'])}<ul>{options}</ul></li>")
    return f"<ol>{''.join(parts)}</ol>"


EXAMPLE: Any = {
    "question": "A model gives each of the $k$ words the same probability. Its perplexity?",
    "options": [
        {"text": "$k$", "correct": True, "why": "Each factor is $1/k$; so is their mean."},
        {"text": "$1/k$", "why": "That is the probability of a word; perplexity is its inverse."},
        {"text": "$\\log k$", "why": "That is the loss in nats; perplexity is its exponential."},
    ],
}
