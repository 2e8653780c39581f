"""Trained small language models, stored small, and the table of their perplexities.

    from coursekit import zoo
    model = zoo.load("lstm")               # a LanguageModel with its stored weights
    zoo.stored_losses("lstm", "test")      # L^[t] of every test token, in nats
    zoo.losses("lstm", "test")             # the same, recomputed from the weights (seconds)

``python -m coursekit.zoo`` recomputes and prints the whole table.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "CONTEXT": "systems",
    "KNESER_NEY": "systems",
    "SYSTEMS": "systems",
    "TITLES": "systems",
    "VOCABULARY": "systems",
    "interval": "scores",
    "kneser_ney": "scores",
    "load": "scores",
    "losses": "scores",
    "mixed_losses": "mixture",
    "mixture_weights": "mixture",
    "model_losses": "scores",
    "row": "scores",
    "run": "scores",
    "shorter_runs": "scores",
    "sliding_losses": "sliding",
    "stored": "scores",
    "stored_losses": "scores",
    "tuning": "scores",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    """Import a name from its module when it is first asked for: torch is slow to load."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
