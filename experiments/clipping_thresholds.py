"""What the clipping threshold does to a training run, and how it trades with the learning rate.

A simple RNN language model (2,000 words, 64 units, orthogonal W_h) reads the word corpus and is
trained by plain gradient descent for 250 updates, once for each learning rate and threshold. The
thresholds are multiples of the average gradient norm, which is measured first in a run without
spikes (rate 0.5). Then the same sweep of thresholds with Adam.

    python experiments/clipping_thresholds.py          # about 7 CPU-minutes on one thread

Writes ``src/coursekit/measured/clipping_thresholds.json``, which chapter 09 plots.
"""

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from coursekit import text

RESULT = Path(__file__).parents[1] / "src/coursekit/measured/clipping_thresholds.json"
K, N, BATCH, WINDOW, SETTLED = 2000, 64, 20, 35, 50
RATES = (0.5, 1.0, 2.0, 5.0, 10.0)
MULTIPLES = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, math.inf)
ADAM_RATE = 3e-3


class SimpleModel(nn.Module):
    """Embedding, simple recurrent layer, output layer."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(K, N)
        self.layer = nn.RNN(N, N, batch_first=True)
        self.output = nn.Linear(N, K)
        nn.init.orthogonal_(self.layer.weight_hh_l0)

    def forward(self, x: Tensor, h: Tensor | None) -> tuple[Tensor, Tensor]:  # (b, t)
        states, last = self.layer(self.embedding(x), h)  # (b, t, n)
        return self.output(states), last.detach()  # (b, t, k)


def train(
    tokens: npt.NDArray[np.int32], name: str, rate: float, clip: float, updates: int, seed: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Losses in nats and gradient norms before clipping, one each for every update."""
    torch.manual_seed(seed)
    model, h = SimpleModel(), None
    optimiser = getattr(torch.optim, name)(model.parameters(), rate)
    losses, norms = [], []
    windows = text.batches(tokens[seed * 10_000 :], BATCH, WINDOW)
    for (x, y), _ in zip(windows, range(updates), strict=False):
        logits, h = model(torch.tensor(x), h)
        loss = F.cross_entropy(logits.flatten(0, 1), torch.tensor(y).flatten())
        optimiser.zero_grad()
        loss.backward()
        norms.append(float(nn.utils.clip_grad_norm_(model.parameters(), clip)))
        optimiser.step()
        losses.append(loss.item())
    return np.array(losses), np.array(norms)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--updates", type=int, default=250)
    args = parser.parse_args()
    torch.set_num_threads(1)
    tokens = text.encoded_sotu(vocab_size=K).train
    calm = [train(tokens, "SGD", RATES[0], math.inf, args.updates, s)[1] for s in range(args.seeds)]
    average = float(np.mean([norms[SETTLED:].mean() for norms in calm]))
    print(f"average norm {average:.3f}", flush=True)

    def sweep(name: str, rate: float) -> list[dict[str, Any]]:
        rows = []
        for multiple in MULTIPLES:
            found = [
                train(tokens, name, rate, multiple * average, args.updates, seed)
                for seed in range(args.seeds)
            ]
            row = summary(rate, multiple, multiple * average, found)
            print(name, row, f"{time.process_time():.0f} CPU-seconds", flush=True)
            rows.append(row)
        return rows

    result = {
        "settings": {
            "k": K, "n": N, "batch": BATCH, "window": WINDOW, "updates": args.updates,
            "seeds": args.seeds, "average norm": round(average, 3),
            "median norm": round(float(np.median([n[SETTLED:] for n in calm])), 3),
            "largest norm": round(float(max(n[SETTLED:].max() for n in calm)), 3),
        },
        "sgd": [row for rate in RATES for row in sweep("SGD", rate)],
        "adam": sweep("Adam", ADAM_RATE),
    }  # fmt: skip
    RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf8")
    print(f"{time.process_time():.0f} CPU-seconds in all")


def summary(
    rate: float,
    multiple: float,
    clip: float,
    found: list[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]],
) -> dict[str, Any]:
    """One cell of the sweep; ``multiple`` is None where nothing was clipped."""
    tail = [float(np.round(losses[-50:].mean(), 3)) for losses, _ in found]
    settled = [norms[SETTLED:] for _, norms in found]
    return {
        "rate": rate,
        "multiple": None if math.isinf(multiple) else multiple,
        "loss": [loss if math.isfinite(loss) else None for loss in tail],
        "clipped": round(float(np.mean([(n > clip).mean() for n in settled])), 3),
        "largest norm": round(float(max(n.max() for n in settled)), 2),
    }


if __name__ == "__main__":
    main()
