"""Shannon's game: guess the next letter, beside an n-gram model and an LSTM on the same letters."""

from coursekit.figures.framework import show, stored_data
from coursekit.perplexity import student_t


def shannon_game() -> object:
    """Guess letters of text that neither model has read; see your bits per letter beside theirs.

    The text, and what the models know of it, come from ``experiments/shannon_game.py``.
    """
    stored = stored_data("shannon_game")
    state = {
        "passages": [_short(passage) for passage in stored["passages"]],
        "code": stored["code"],
        "order": stored["order"],
        "t": [round(student_t(n), 3) for n in range(1, len(stored["passages"]))],
        "opened": 1,
        "wrong": "",
        "played": [],
    }
    alt = (
        "A game: guess the next ten letters of a text. Your bits per letter stand beside those of "
        f"a {stored['order']}-gram model and of an LSTM on the same letters."
    )
    return show("shannon_game", state, alt)


def _short(passage: dict[str, object]) -> list[object]:
    """What the page needs of a passage: its beginning, its ten letters, and the models' guesses."""
    return [passage[key] for key in ("context", "target", "lstm", "ngram")]
