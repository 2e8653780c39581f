"""The words that every page, table and export has for the same thing."""

from collections.abc import Sequence

from coursekit.checks import ends
from coursekit.checks.cells import CellFault
from coursekit.grading.judging.marked import MarkedQuestion

WORDS = {
    "right": ("right", "good"),
    "partly": ("partly right", "half"),
    "wrong": ("not right yet", "bad"),
    "unsolved": ("not written yet", "calm"),
    "missing": ("not found", "calm"),
    "failed": ("stops with an error", "bad"),
    "forbidden": ("uses what is not allowed", "bad"),
    "waiting": ("to be marked", "calm"),
    "marked": ("marked", "good"),
}


def number(value: float) -> str:
    """A number with at most two decimals and no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def some(names: Sequence[str]) -> str:
    """The first few names of a list."""
    return ", ".join([*names[:5], *(["..."] if len(names) > 5 else [])])


def count(number: int, noun: str) -> str:
    """A number with its noun, as in ``1 student`` and ``2 students``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def word(question: MarkedQuestion) -> str:
    """A question's status in words."""
    return WORDS.get(question.status, (question.status, ""))[0]


def tone(question: MarkedQuestion) -> str:
    """The CSS class of a question's status."""
    if question.status == "marked" and question.points < question.possible:
        return "half"
    return WORDS.get(question.status, ("", "calm"))[1]


def fault_text(fault: CellFault) -> str:
    """What happened in a cell that did not run, in a sentence."""
    return ends.sentence(fault.error, fault.message)
