"""The eight systems of the course's perplexity table: what they are and how they were trained.

All read the same text (the speeches, vocabulary 10,000) and were chosen on its validation part.
``steps`` is the number of updates of the stored run, so ``python -m coursekit.zoo train NAME``
repeats it; with ``--budget`` the number of updates is set by the machine's speed instead. Each had
eight to twenty-three CPU-minutes, and a learning rate chosen in the same short runs (``zoo.tune``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from coursekit.models import (
    GPT,
    AdaptiveTransformer,
    LanguageModel,
    RecurrentModel,
    RecurrentNgramModel,
    WindowModel,
)
from coursekit.training import Settings

VOCABULARY = 10_000
BANDS = (1_000, 4_000, VOCABULARY)
CONTEXT = 64  # words the Transformers look at
ORDER = 5  # of the Kneser-Ney model


@dataclass(frozen=True)
class System:
    """One neural row of the table.

    Attributes:
        title: what the table calls it.
        build: makes the untrained model.
        settings: of the stored run.
    """

    title: str
    build: Callable[[], LanguageModel]
    settings: Settings


KNESER_NEY = "kneser-ney"
TITLES: dict[str, str] = {KNESER_NEY: "Interpolated Kneser-Ney 5-gram"}

# Rows shared between input and output, halved from band to band: for the LSTM better on validation
# text than separate rows, with half the weights.
_SHARED: dict[str, Any] = {"bands": BANDS, "factor": 2, "tied": True}

SYSTEMS: dict[str, System] = {
    "window": System(
        "Window of four words",
        partial(WindowModel, VOCABULARY, 256, 256, dropout=0.25, before=1, **_SHARED),
        Settings(steps=20849, rate=4e-3, bfloat16=True, validate_every=2085),
    ),
    # Shared rows drive a tanh network too weakly: its states then fall into patterns of their own
    # that depend on how a text began, and validation perplexity jumps from 150 to 300 and back.
    "rnn": System(
        "Simple RNN",
        partial(RecurrentModel, VOCABULARY, 128, 256, "simple", dropout=0.25, bands=BANDS),
        Settings(steps=23595, rate=4e-3, bfloat16=True, validate_every=2360),
    ),
    "rnn-ngram": System(
        "Simple RNN + hashed n-gram features",
        partial(
            RecurrentNgramModel,
            VOCABULARY,
            128,
            256,
            order=4,
            table=1 << 21,
            feature_dropout=0.5,
            cell="simple",
            dropout=0.25,
            bands=BANDS,
        ),
        Settings(steps=9077, rate=4e-3, direct_rate=60.0, bfloat16=True, validate_every=908),
    ),
    "lstm": System(
        "LSTM",
        partial(RecurrentModel, VOCABULARY, 320, 320, dropout=0.25, **_SHARED),
        Settings(steps=16400, rate=4e-3, bfloat16=True, validate_every=1640),
    ),
    "lstm-2": System(
        "2-layer LSTM",
        partial(RecurrentModel, VOCABULARY, 256, 256, layers=2, dropout=0.25, **_SHARED),
        Settings(steps=19000, rate=4e-3, bfloat16=True, validate_every=1900),
    ),
    "transformer": System(
        "Transformer with adaptive input",
        partial(AdaptiveTransformer, VOCABULARY, 128, BANDS, context=CONTEXT, factor=2),
        Settings(
            steps=26000, batch=12, window=CONTEXT, rate=4e-3, bfloat16=True, validate_every=2600
        ),
    ),
    "gpt": System(
        "GPT-2-shaped decoder",
        partial(GPT, VOCABULARY, 128, context=CONTEXT),
        Settings(
            steps=15000, batch=12, window=CONTEXT, rate=4e-3, bfloat16=True, validate_every=1500
        ),
    ),
}
TITLES |= {name: system.title for name, system in SYSTEMS.items()}
