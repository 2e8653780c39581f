"""Whose words the network is fed: teacher forcing, or words it has drawn itself.

``forcing.json`` holds what a trained LSTM predicts along a sentence, stored by
``experiments/teacher_forcing.py``.
"""

from coursekit.figures.framework import show, stored_data


def forcing(fed: str = "the true words", step: int = 1) -> object:
    """An LSTM stepped along a sentence, fed the true words or words it has drawn itself.

    Args:
        fed: "the true words", "its own, draw 1" or "its own, draw 2".
        step: how many predictions have been made, from 0.

    Raises:
        ValueError: an argument outside these.
    """
    stored = stored_data("forcing")
    if fed not in stored["paths"] or not 0 <= step <= len(stored["sentence"]):
        raise ValueError(f"forcing knows {', '.join(stored['paths'])} and steps 0 to 9")
    alt = "A trained LSTM reads a sentence, fed the true words or its own; the loss of each step."
    state = {**stored, "choices": list(stored["paths"]), "fed": fed, "step": step}
    return show("forcing", state, alt)
