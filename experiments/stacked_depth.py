"""Depth at equal size: LSTMs of one to four layers with the same number of recurrent weights.

Every model has embeddings of 64, a vocabulary of 2,000, and about 132,000 weights in its LSTM
layers; the more layers, the fewer units in each. All make the same 2,000 updates on the speeches,
each depth with dropout between its layers and without. Judged on 20,000 unseen words.

    python experiments/stacked_depth.py            # 2 seeds: about 15 CPU-minutes on one thread
    python experiments/stacked_depth.py --seeds 1

Writes ``src/coursekit/measured/stacked_depth.json``, which chapter 14 plots.
"""

import argparse
import itertools
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

from coursekit import text

RESULT = Path(__file__).parents[1] / "src/coursekit/measured/stacked_depth.json"
UNITS = {1: 152, 2: 94, 3: 75, 4: 64}
UPDATES, ROWS, WINDOW, RATE, VOCABULARY, SIZE, VALID = 2_000, 20, 25, 4e-3, 2_000, 64, 20_000


class LanguageModel(nn.Module):
    """The network of chapter 14: embedding, stacked LSTM, output layer."""

    def __init__(self, k: int, layers: int, n: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.E = nn.Embedding(k, SIZE)
        self.lstm = nn.LSTM(SIZE, n, layers, batch_first=True, dropout=dropout)
        self.Q = nn.Linear(n, k)

    def losses(
        self, x: np.ndarray, y: np.ndarray, state: tuple[torch.Tensor, ...] | None
    ) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
        """Losses in nats, (b, t), and the state after the window."""
        h, state = self.lstm(self.E(torch.tensor(x)), state)  # (b, t, n)
        logits = self.Q(h).transpose(1, 2)  # (b, k, t)
        return nn.functional.cross_entropy(logits, torch.tensor(y), reduction="none"), state


def size(layers: int, n: int) -> int:
    """Weights and biases of the LSTM layers, one bias a gate as in the lecture."""
    return 4 * n * (SIZE + n + 1) + (layers - 1) * 4 * n * (2 * n + 1)


def train(data: text.EncodedCorpus, layers: int, dropout: float, seed: int) -> LanguageModel:
    """A model after ``UPDATES`` updates."""
    torch.manual_seed(seed)
    model = LanguageModel(len(data.vocab), layers, UNITS[layers], dropout)
    optimiser = torch.optim.Adam(model.parameters(), RATE)
    state = None
    pairs = itertools.cycle(text.batches(data.train, ROWS, WINDOW))
    for x, y in itertools.islice(pairs, UPDATES):
        for group in optimiser.param_groups:  # down to zero along a straight line
            group["lr"] = max(group["lr"] - RATE / UPDATES, 0.0)
        losses, state = model.losses(x, y, state)
        optimiser.zero_grad()
        losses.mean().backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        state = tuple(part.detach() for part in state)
    return model.eval()


@torch.no_grad()
def perplexity(model: LanguageModel, ids: np.ndarray) -> float:
    """Perplexity of a text that is read in 20 rows with the state carried."""
    state, parts = None, []
    for x, y in text.batches(ids, 20, 50):
        losses, state = model.losses(x, y, state)
        parts.append(losses.flatten())
    return float(torch.cat(parts).mean().exp())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(1)
    data = text.encoded_sotu(VOCABULARY)
    valid = data.valid[:VALID]
    runs = []
    for layers, n in UNITS.items():
        for dropout in (0.0, 0.2) if layers > 1 else (0.0,):
            found = [
                round(perplexity(train(data, layers, dropout, seed), valid), 2)
                for seed in range(args.seeds)
            ]
            runs.append(
                {
                    "layers": layers,
                    "units": n,
                    "weights": size(layers, n),
                    "dropout": dropout,
                    "perplexity": found,
                }
            )
            print(runs[-1], flush=True)
    settings = {"updates": UPDATES, "rows": ROWS, "window": WINDOW, "rate": RATE}
    RESULT.write_text(json.dumps({"settings": settings, "runs": runs}, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
