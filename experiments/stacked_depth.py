"""Depth at equal size: LSTMs of one to four layers with the same number of recurrent weights.

Every model has embeddings of 64, a vocabulary of 2,000, and about 132,000 weights in its LSTM
layers; the more layers, the fewer units in each. All make the same 2,000 updates on the speeches.
Stacks come in three kinds: plain, plain with dropout between the layers, and with residual
connections, where what a layer above the first computes is *added* to what it was given. Judged on
20,000 unseen words.

    python experiments/stacked_depth.py            # 2 seeds: about 25 CPU-minutes on one thread
    python experiments/stacked_depth.py --seeds 1

Writes ``src/coursekit/measured/stacked_depth.json``, which chapter 14 plots, after every setting,
and goes on from there if it was interrupted.
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
DROPOUT = {"plain": 0.0, "dropout": 0.2, "residual": 0.0}  # the kinds of stack
UPDATES, ROWS, WINDOW, RATE, VOCABULARY, SIZE, VALID = 2_000, 20, 25, 4e-3, 2_000, 64, 20_000

States = tuple[torch.Tensor, torch.Tensor]  # h and c of one layer, (1, b, n) each


class LanguageModel(nn.Module):
    """The network of chapter 14: embedding, stacked LSTM, output layer."""

    def __init__(self, k: int, layers: int, n: int, kind: str) -> None:
        super().__init__()
        self.E = nn.Embedding(k, SIZE)
        widths = [SIZE] + [n] * (layers - 1)
        self.stack = nn.ModuleList(nn.LSTM(width, n, batch_first=True) for width in widths)
        self.Q = nn.Linear(n, k)
        self.residual, self.dropout = kind == "residual", nn.Dropout(DROPOUT[kind])

    def losses(
        self, x: np.ndarray, y: np.ndarray, state: list[States] | None
    ) -> tuple[torch.Tensor, list[States]]:
        """Losses in nats, (b, t), and the states of all layers after the window."""
        before = state or [None] * len(self.stack)
        h, after = self.stack[0](self.E(torch.tensor(x)), before[0])  # (b, t, n)
        states = [after]
        for layer, start in zip(self.stack[1:], before[1:], strict=True):
            new, after = layer(self.dropout(h), start)
            h = h + new if self.residual else new
            states.append(after)
        logits = self.Q(h).transpose(1, 2)  # (b, k, t)
        return nn.functional.cross_entropy(logits, torch.tensor(y), reduction="none"), states


def size(layers: int, n: int) -> int:
    """Weights and biases of the LSTM layers, one bias a gate as in the lecture."""
    return 4 * n * (SIZE + n + 1) + (layers - 1) * 4 * n * (2 * n + 1)


def train(data: text.EncodedCorpus, layers: int, kind: str, seed: int) -> LanguageModel:
    """A model after ``UPDATES`` updates."""
    torch.manual_seed(seed)
    model = LanguageModel(len(data.vocab), layers, UNITS[layers], kind)
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
        state = [(h.detach(), c.detach()) for h, c in state]
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
    settings = {"updates": UPDATES, "rows": ROWS, "window": WINDOW, "rate": RATE}
    stored = json.loads(RESULT.read_text("utf8")) if RESULT.exists() else {}
    runs = stored["runs"] if stored.get("settings") == settings else []
    done = {(run["layers"], run["kind"], len(run["perplexity"])) for run in runs}
    for (layers, n), kind in itertools.product(UNITS.items(), DROPOUT):
        if (layers, kind, args.seeds) in done or (layers == 1 and kind != "plain"):
            continue
        models = (train(data, layers, kind, seed) for seed in range(args.seeds))
        found = [round(perplexity(model, valid), 2) for model in models]
        setting = {"layers": layers, "units": n, "weights": size(layers, n), "kind": kind}
        runs.append(setting | {"perplexity": found})
        print(runs[-1], flush=True)
        RESULT.write_text(json.dumps({"settings": settings, "runs": runs}, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
