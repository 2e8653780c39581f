"""Predictions: the reader commits to a number before the truth is shown."""

import hashlib

from coursekit.figures.formulas import check_text
from coursekit.figures.framework import show


def predict(
    question: str = "By what factor does a gradient shrink over 20 steps at radius 0.9?",
    truth: float = 0.9**20,
    *,
    unit: str = "",
    tolerance: float | None = None,
    explain: str = "",
) -> object:
    """Ask for a number; show the truth, and how far off the guess was, once it is given.

    Texts may hold what the texts of a quiz may hold. A guess may be written as 0.5, 1/2 or 50 %.

    Args:
        question: ends in a question mark and says in which unit the answer is meant.
        truth: the answer, as the chapter computes it.
        unit: follows the numbers, for example "words" or "%".
        tolerance: a guess no further off than this is called close; by default a tenth of truth.
        explain: one or two sentences on why it is so.

    Raises:
        ValueError: a formula that the small renderer of the figures cannot draw.
    """
    for text in (question, explain):
        check_text(text)
    key = hashlib.sha256(f"{question}\0{truth}".encode()).hexdigest()[:12]
    state = {
        "key": key,
        "question": question,
        "truth": float(truth),
        "unit": unit,
        "tolerance": abs(truth) / 10 if tolerance is None else float(tolerance),
        "explain": explain,
    }
    return show("predict", state, f"prediction: {question}")
