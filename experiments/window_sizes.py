"""How large a window pays: perplexity of window models that see 1 to 12 words.

Every run makes 2,000 updates of 512 places drawn from the speeches, about one pass. Only the number
of words seen differs, and with it the size of W. Each is judged on 20,000 unseen words.

    python experiments/window_sizes.py            # 3 seeds: about 9 CPU-minutes on one thread
    python experiments/window_sizes.py --seeds 1

Writes ``src/coursekit/measured/window_sizes.json``, which chapter 03 plots.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

from coursekit import text

RESULT = Path(__file__).parents[1] / "src/coursekit/measured/window_sizes.json"
WINDOWS = (1, 2, 3, 4, 6, 8, 12)
UPDATES, PLACES, RATE, VOCABULARY, SIZE, UNITS, VALID = 2_000, 512, 3e-3, 2_000, 64, 128, 20_000


class WindowModel(nn.Module):
    """The network of chapter 03."""

    def __init__(self, k: int, w: int) -> None:
        super().__init__()
        self.E = nn.Embedding(k, SIZE)
        self.W = nn.Linear(w * SIZE, UNITS)
        self.Q = nn.Linear(UNITS, k)

    def forward(self, contexts: torch.Tensor) -> torch.Tensor:
        """Logits (b, k) of the word after each context (b, w)."""
        logits: torch.Tensor = self.Q(torch.tanh(self.W(self.E(contexts).flatten(1))))
        return logits


def places(ids: np.ndarray, w: int) -> np.ndarray:
    """Each run of w + 1 words: a context and the word after it, (t - w, w + 1)."""
    return np.lib.stride_tricks.sliding_window_view(ids, w + 1)


def train(ids: np.ndarray, k: int, w: int, seed: int) -> WindowModel:
    """A model after ``UPDATES`` updates."""
    torch.manual_seed(seed)
    model, rng, runs = WindowModel(k, w), np.random.default_rng(seed), places(ids, w)
    optimiser = torch.optim.Adam(model.parameters(), RATE)
    for _ in range(UPDATES):
        batch = torch.tensor(runs[rng.integers(len(runs), size=PLACES)].astype(np.int64))
        loss = nn.functional.cross_entropy(model(batch[:, :-1]), batch[:, -1])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return model


@torch.no_grad()
def perplexity(model: WindowModel, ids: np.ndarray, w: int) -> float:
    """Perplexity of the words that all window sizes can predict."""
    runs = torch.tensor(places(ids, w)[max(WINDOWS) - w :].astype(np.int64))
    parts = [
        nn.functional.cross_entropy(model(part[:, :-1]), part[:, -1], reduction="none")
        for part in runs.split(2_000)
    ]
    return float(torch.cat(parts).mean().exp())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    args = parser.parse_args()
    torch.set_num_threads(1)
    data = text.encoded_sotu(VOCABULARY)
    k, valid = len(data.vocab), data.valid[:VALID]
    runs = []
    for w in WINDOWS:
        found = [
            round(perplexity(train(data.train, k, w, seed), valid, w), 2)
            for seed in range(args.seeds)
        ]
        runs.append({"window": w, "perplexity": found})
        print(runs[-1], flush=True)
    settings = {"updates": UPDATES, "places": PLACES, "rate": RATE, "vocabulary": VOCABULARY}
    settings |= {"d": SIZE, "m": UNITS}
    RESULT.write_text(json.dumps({"settings": settings, "runs": runs}, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
