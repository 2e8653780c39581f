"""Figures that move, quizzes and predictions: ``from coursekit import figures; figures.quiz(…)``.

Each name is loaded when it is first asked for. ``FIGURES`` says in which topic module it stands.
"""

from collections.abc import Callable
from importlib import import_module

FIGURES = {
    "batching": "teaching",
    "bptt_triangle": "gradients",
    "branching": "language",
    "chain_graph": "gradients",
    "clipping_wall": "long_range",
    "completion": "search",
    "directions": "recurrence",
    "forcing": "teaching",
    "language_model": "playing",
    "lstm_cell": "gates",
    "memory_horizons": "long_range",
    "mixture": "mixing",
    "pooling": "averaging",
    "predict": "predictions",
    "quiz": "quizzes",
    "state_summary": "summaries",
    "temperature": "drawing",
    "unrolled": "recurrence",
    "vanishing": "long_range",
    "window": "windows",
}

__all__ = sorted(FIGURES)


def __getattr__(name: str) -> Callable[..., object]:
    if name not in FIGURES:
        known = "coursekit/figures/__init__.py names all of them in FIGURES"
        raise AttributeError(f"coursekit.figures has no figure {name!r}: {known}")
    module = import_module(f"coursekit.figures.{FIGURES[name]}")
    figure: Callable[..., object] = getattr(module, name)
    return figure


def __dir__() -> list[str]:
    return __all__
