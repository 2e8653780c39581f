"""Which part of the LSTM buys what? Two memory tasks for cells built up one gate at a time.

*Keep*: one of 8 symbols at step 1, then ``lag`` distractors from 8 others; name the symbol. What is
stored is the number of updates until the running accuracy reaches 98 %.
*Replace*: the same over 20 steps, but at each later step a new symbol stands with probability 0.1;
name the latest one. What is stored is the running accuracy after a fixed number of updates.

    python experiments/lstm_ablation.py        # all cells, lags and seeds: about 40 CPU-minutes

Writes ``src/coursekit/measured/lstm_ablation.json``, which chapter 10 plots, after each cell. Seeds
that stand there already are kept: an interrupted run goes on, and more ``--seeds`` add seeds.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

RESULT = Path(__file__).parents[1] / "src/coursekit/measured/lstm_ablation.json"
SYMBOLS, DISTRACTORS, N, BATCH, UPDATES, SOLVED = 8, 8, 48, 50, 800, 0.98
LAGS = (5, 10, 20, 50, 100)
REPLACE_LAG, REPLACE_UPDATES = 20, 2000
REPLACED = 0.1  # chance that a step of the second task carries a new symbol


Known = dict[tuple[str, int | None], list[Any]]  # what each seed gave, by cell and lag


class Design(NamedTuple):
    """Which parts a cell has; ``None`` for the forget gate means that c is never scaled."""

    cell_state: bool
    input_gate: bool
    forget_bias: float | None
    output_gate: bool


DESIGNS = {
    "simple RNN": Design(False, False, None, False),
    "+ cell state": Design(True, False, None, False),
    "+ input gate": Design(True, True, None, False),
    "+ forget gate, bias 0": Design(True, True, 0.0, False),
    "+ forget gate, bias 3": Design(True, True, 3.0, False),
    "LSTM, forget bias 0": Design(True, True, 0.0, True),
    "LSTM, forget bias 3": Design(True, True, 3.0, True),
}


class Cell(nn.Module):
    """A recurrent cell with the parts that ``design`` names, and a linear read-out."""

    def __init__(self, design: Design) -> None:
        super().__init__()
        self.design = design
        bound = N**-0.5  # torch's own initialisation of recurrent layers
        self.U = nn.Parameter(torch.empty(SYMBOLS + DISTRACTORS, 4 * N).uniform_(-bound, bound))
        self.W = nn.Parameter(torch.empty(N, 4 * N).uniform_(-bound, bound))
        bias = torch.empty(4 * N).uniform_(-bound, bound)
        if design.forget_bias is not None:
            bias[2 * N : 3 * N] = design.forget_bias
        self.b = nn.Parameter(bias)
        self.Q = nn.Linear(N, SYMBOLS)

    def forward(self, tokens: Tensor) -> Tensor:  # (b, t) -> (b, 8)
        h = c = torch.zeros(len(tokens), N)
        for u in self.U[tokens].unbind(1):  # (b, 4n) each
            candidate, i, f, o = (u + h @ self.W + self.b).chunk(4, 1)  # (b, n) each
            h, c = self.step(torch.tanh(candidate), i, f, o, c)
        return self.Q(h)

    def step(
        self, candidate: Tensor, i: Tensor, f: Tensor, o: Tensor, c: Tensor
    ) -> tuple[Tensor, Tensor]:
        design = self.design
        if not design.cell_state:
            return candidate, c
        written = torch.sigmoid(i) * candidate if design.input_gate else candidate
        kept = c if design.forget_bias is None else torch.sigmoid(f) * c
        c = kept + written
        return torch.tanh(c) * (torch.sigmoid(o) if design.output_gate else 1.0), c


def batch(task: str, lag: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Tokens (b, lag + 1) and the symbol (b,) to name."""
    tokens = torch.randint(DISTRACTORS, (BATCH, lag + 1), generator=generator) + SYMBOLS
    symbols = torch.randint(SYMBOLS, tokens.shape, generator=generator)
    chance = REPLACED if task == "replace" else 0.0
    shown = torch.rand(tokens.shape, generator=generator) < chance  # (b, t)
    shown[:, 0] = True
    latest = (shown * torch.arange(lag + 1)).argmax(1)  # (b,)
    return torch.where(shown, symbols, tokens), symbols[torch.arange(BATCH), latest]


class Outcome(NamedTuple):
    """Updates until solved (None: not within the budget) and the final running accuracy."""

    updates: int | None
    accuracy: float


def train(task: str, design: Design, lag: int, seed: int) -> Outcome:
    """Train one cell on one task; a *keep* run ends when it is solved."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    cell = Cell(design)
    optimiser = torch.optim.Adam(cell.parameters(), 1e-3 if task == "keep" else 3e-3)
    accuracy = 1 / SYMBOLS
    for update in range(1, (UPDATES if task == "keep" else REPLACE_UPDATES) + 1):
        tokens, target = batch(task, lag, generator)
        scores = cell(tokens)
        optimiser.zero_grad()
        F.cross_entropy(scores, target).backward()
        nn.utils.clip_grad_norm_(cell.parameters(), 1.0)
        optimiser.step()
        hit = (scores.argmax(1) == target).float().mean().item()
        accuracy += (0.1 if task == "keep" else 0.02) * (hit - accuracy)
        if task == "keep" and accuracy >= SOLVED:
            return Outcome(update, round(accuracy, 3))
    return Outcome(None, round(accuracy, 3))


def keep_rows(name: str, seeds: int, known: Known) -> Iterator[dict[str, Any]]:
    """All lags for one cell; stops at a lag that no seed solves."""
    for lag in LAGS:
        updates = known.get((name, lag), [])[:seeds]
        more = range(len(updates), seeds)
        updates = updates + [train("keep", DESIGNS[name], lag, seed).updates for seed in more]
        print(f"keep     {name:24} lag {lag:4}  {updates}", flush=True)
        yield {"cell": name, "lag": lag, "updates": updates}
        if not any(updates):
            return


def replace_row(name: str, seeds: int, known: Known) -> dict[str, Any]:
    """Accuracy of one cell on the second task."""
    runs = known.get((name, None), [])[:seeds]
    more = range(len(runs), seeds)
    runs = runs + [train("replace", DESIGNS[name], REPLACE_LAG, seed).accuracy for seed in more]
    print(f"replace  {name:24} accuracy {runs}", flush=True)
    return {"cell": name, "accuracy": runs}


def main() -> None:
    parser = argparse.ArgumentParser(description="Two memory tasks, one gate at a time.")
    parser.add_argument("--seeds", type=int, default=10)
    seeds = parser.parse_args().seeds
    torch.set_num_threads(1)
    settings = {
        "n": N,
        "updates": UPDATES,
        "solved": SOLVED,
        "replace_lag": REPLACE_LAG,
        "replace_updates": REPLACE_UPDATES,
    }
    earlier = stored(settings)
    known = {
        (row["cell"], row.get("lag")): row.get("updates", row.get("accuracy")) for row in earlier
    }
    rows = {name: [row for row in earlier if row["cell"] == name] for name in DESIGNS}
    for name in DESIGNS:
        rows[name] = [replace_row(name, seeds, known), *keep_rows(name, seeds, known)]
        every = [row for own in rows.values() for row in own]
        result = {
            "settings": {**settings, "seeds": seeds},
            "replace": [row for row in every if "accuracy" in row],
            "keep": [row for row in every if "updates" in row],
        }
        RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf8")
    print(f"{time.process_time():.0f} CPU-seconds; wrote {RESULT.name}")


def stored(settings: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows that an earlier run of the same settings wrote."""
    if not RESULT.exists():
        return []
    earlier = json.loads(RESULT.read_text("utf8"))
    same = all(earlier["settings"].get(name) == value for name, value in settings.items())
    return [*earlier["replace"], *earlier["keep"]] if same else []


if __name__ == "__main__":
    main()
