"""Figures that move, quizzes and predictions: ``from coursekit import figures; figures.quiz(…)``.

The figure ``thing`` is the function ``thing`` in ``gallery/thing.py``, with ``gallery/thing.js``
beside it. A figure is found by that name, and loaded when it is first asked for.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

FIGURES = tuple(sorted(path.stem for path in (Path(__file__).parent / "gallery").glob("*.js")))

__all__ = [*FIGURES]


def __getattr__(name: str) -> Callable[..., object]:
    if name not in FIGURES:
        raise AttributeError(
            f"coursekit.figures has no figure {name!r}: there is no gallery/{name}.js"
        )
    module = import_module(f"coursekit.figures.gallery.{name}")
    figure: Callable[..., object] = getattr(module, name)
    return figure


def __dir__() -> list[str]:
    return __all__
