"""What happened to code that did not run to its end, in words; one table for every page."""

from typing import Any

STOPPED = "stopped"  # kind of error: the code was stopped, or was never tried
TIME_UP = "TimeUp"
INTERRUPTED = "interrupted"
AFTER = "after"
STRIKES = "strikes"
NO_TIME = "no time left"
WORDS = {
    TIME_UP: "it ran too long and was stopped",
    "exited": "it ended the whole process",
    "crashed": "it crashed the whole process",
    "aborted": "it crashed the whole process",
    "killed": "it used too much memory or time and was stopped",
    "TooLarge": "its result is too large",
    "answer too large": "what it sent is too large",
    INTERRUPTED: "you interrupted it",
    AFTER: "not tried: you interrupted the case before",
    STRIKES: "not tried: two cases of this question had ended the process or run too long",
    NO_TIME: "not tried: the time for the whole notebook was used up",
}
SIGNALS = {6: "aborted", 7: "crashed", 8: "crashed", 9: "killed", 11: "crashed", 24: TIME_UP}


def untried(said: str) -> bool:
    """Whether a reason says that a case was never tried."""
    return said.startswith("not tried: ")


def reason(signal: int) -> str:
    """How a process ended, from the number of the signal that ended it; 0 for none."""
    return SIGNALS.get(signal, "exited")


def in_words(error: str, message: str = "") -> str:
    """An end of the table, or the type and message of an exception."""
    return WORDS.get(error) or f"{error}: {message}".rstrip(": ")


def sentence(error: str, message: str = "") -> str:
    """The same, an end of the table as a sentence of its own."""
    said = in_words(error, message)
    return f"{said[0].upper()}{said[1:]}." if error in WORDS else said


def outcome(
    end: str, line: int | None = None, text: str = "", seconds: float = 0.0
) -> dict[str, Any]:
    """What a case that came to such an end gives, in the form of ``run_case``.

    Args:
        end: a key of the table.
        line: of the student's code, where it was at the time.
        text: that line.
        seconds: the limit, where it is known.
    """
    over = f"it ran longer than {seconds:g} s and was stopped"
    message = over if seconds and end == TIME_UP else WORDS[end]
    error = {"kind": STOPPED, "type": end, "message": message, "step": 0}
    return {"results": [], "error": error | {"line": line, "text": text}, "mutated": False}


def is_end(outcome: dict[str, Any], end: str) -> bool:
    """Whether a case came to that end."""
    error = outcome["error"]
    return bool(error) and (error["kind"], error["type"]) == (STOPPED, end)
