"""Train the word model that runs in a page: one LSTM layer on the speeches, 3,000 words.

    python experiments/word_lstm.py                 # the stored run, about 8 CPU-minutes
    python experiments/word_lstm.py --steps 200 --to folder

Writes ``words.npz`` and ``words.json``, by default to ``src/coursekit/zoo/page``. All other words
are <unk>, which is easy to predict: its perplexity must not be compared with that of the zoo's
models, which know 10,000 words.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from coursekit import text
from coursekit.models import LanguageModel
from coursekit.training import Settings, token_losses, train
from coursekit.zoo import page, store

STEPS, RATE, SEED = 12_000, 5e-3, 1


def quality(model: LanguageModel, ids: npt.NDArray[np.int32], unknown: int) -> dict[str, float]:
    """Perplexity of a text read as one stream, over all words and over the known ones alone."""
    losses = token_losses(model, ids, 1, 512).astype(np.float64)
    known = ids[1 : len(losses) + 1] != unknown
    return {
        "perplexity": round(math.exp(losses.mean()), 2),
        "perplexity_known": round(math.exp(losses[known].mean()), 2),
        "share_known": round(float(known.mean()), 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the word model that runs in a page.")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--to", type=Path, default=page.folder())
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    model = page.MODELS["words"]()
    data = text.encoded_sotu(model.output.Q.shape[0])
    every = math.ceil(args.steps / 10)
    settings = Settings(args.steps, rate=args.rate, validate_every=every, seed=SEED)
    args.to.mkdir(parents=True, exist_ok=True)
    unfinished = args.to / "words.checkpoint"
    history = train(model, data.train, data.valid, settings, unfinished)
    store.save(model, args.to / "words.npz")
    store.load(model, args.to / "words.npz")  # from here on, what is stored is what counts
    about = {
        "words": data.vocab.words,
        "parameters": model.size,
        "tokens": history[-1].tokens,
        "cpu_seconds": round(history[-1].seconds),
        "valid": quality(model, data.valid, data.vocab.unknown),
        "test": quality(model, data.test, data.vocab.unknown),
        "settings": asdict(settings),
        "history": [
            {name: round(value, 4) for name, value in asdict(record).items()} for record in history
        ],
    }
    written = json.dumps(about, ensure_ascii=False) + "\n"
    (args.to / "words.json").write_text(written, encoding="utf-8")
    unfinished.unlink()
    print(about["valid"], about["test"], about["cpu_seconds"])


if __name__ == "__main__":
    main()
