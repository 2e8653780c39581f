"""Window length, carried or zeroed state: what each does to a small recurrent language model.

Every run makes 500 updates of 400 words each, so that only the shape of a batch differs: rows ×
window = 400. The state is carried from window to window in training, or set to zero. Each model
is then read in two ways, as one stream and with its state zeroed every ``window`` words.

    python experiments/training_windows.py            # 5 seeds: about 6 CPU-minutes on one thread
    python experiments/training_windows.py --seeds 1

Writes ``src/coursekit/measured/training_windows.json``, which chapter 05 plots.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

from coursekit import text

RESULT = Path(__file__).parents[1] / "src/coursekit/measured/training_windows.json"
WINDOWS = (1, 2, 5, 10, 20, 40)
WORDS, UPDATES, RATE, VOCABULARY, SIZE, VALID = 400, 500, 3e-3, 2_000, 64, 20_000


class LanguageModel(nn.Module):
    """The network of chapter 05: embedding, simple recurrent layer, output layer."""

    def __init__(self, k: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(k, SIZE)
        self.rnn = nn.RNN(SIZE, SIZE, batch_first=True)
        self.Q = nn.Linear(SIZE, k)

    def losses(
        self, x: np.ndarray, y: np.ndarray, h: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Losses in nats, (b, t), and the state after the window, (1, b, n)."""
        states, h = self.rnn(self.embedding(torch.tensor(x)), h)  # (b, t, n)
        logits = self.Q(states).transpose(1, 2)  # (b, k, t)
        return nn.functional.cross_entropy(logits, torch.tensor(y), reduction="none"), h


def train(data: text.EncodedCorpus, window: int, carry: bool, seed: int) -> LanguageModel:
    """A model after ``UPDATES`` updates."""
    torch.manual_seed(seed)
    model, h = LanguageModel(len(data.vocab)), None
    optimiser = torch.optim.Adam(model.parameters(), RATE)
    pairs = text.batches(data.train, WORDS // window, window)
    for _, (x, y) in zip(range(UPDATES), pairs, strict=False):
        losses, h = model.losses(x, y, h)
        optimiser.zero_grad()
        losses.mean().backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        h = h.detach() if carry else None
    return model


@torch.no_grad()
def perplexity(model: LanguageModel, ids: np.ndarray, window: int, carry: bool) -> float:
    """Perplexity of a text that is read in 20 rows, the state carried or zeroed each window."""
    h, parts = None, []
    for x, y in text.batches(ids, 20, window):
        losses, h = model.losses(x, y, h)
        h = h if carry else None
        parts.append(losses.flatten())
    return float(torch.cat(parts).mean().exp())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    args = parser.parse_args()
    torch.set_num_threads(1)
    data = text.encoded_sotu(VOCABULARY)
    valid = data.valid[:VALID]
    runs = []
    for window in WINDOWS:
        for carry in (True, False):
            found = []
            for seed in range(args.seeds):
                model = train(data, window, carry, seed)
                whole = perplexity(model, valid, 50, carry=True)
                found.append([round(whole, 2), round(perplexity(model, valid, window, False), 2)])
            stream, zeroed = (list(part) for part in zip(*found, strict=True))
            runs.append({"window": window, "carry": carry, "stream": stream, "zeroed": zeroed})
            print(runs[-1], flush=True)
    settings = {"words": WORDS, "updates": UPDATES, "rate": RATE, "vocabulary": VOCABULARY}
    RESULT.write_text(json.dumps({"settings": settings, "runs": runs}, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
