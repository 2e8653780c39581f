"""The words that every page, table and export has for the same thing."""

from coursekit.grading.judging.marked import MarkedQuestion
from coursekit.grading.running.replies import CellFault

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
DEATHS = {
    "TimeUp": "It ran too long and was stopped.",
    "time": "It ran too long and was stopped.",
    "exited": "It ended the whole process.",
    "crashed": "It crashed the whole process.",
    "aborted": "It crashed the whole process.",
    "killed": "It used too much memory or time and was stopped.",
}


def number(value: float) -> str:
    """A number with at most two decimals and no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


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
    if fault.error in DEATHS:
        return DEATHS[fault.error]
    message = f": {fault.message}" if fault.message else ""
    return f"{fault.error}{message}"
