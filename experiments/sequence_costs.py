"""What a token costs, against length: an LSTM layer and a self-attention layer of the same width.

*Training*: forward and backward over one sequence, per token. *Generation*: one more token after
``length`` of them, from a state or a cache, and for attention also without a cache, when everything
is computed anew. And *scan*: h[t] = a[t] h[t-1] + b[t] in NumPy by a loop over time against about
log2(t) rounds over whole arrays, for several widths of the state.

    python experiments/sequence_costs.py           # about 2 CPU-minutes on one thread

CPU time, medians of rounds in which all alternatives take turns. Writes
``src/coursekit/measured/sequence_costs.json``, which chapter 16 shows.
"""

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

RESULT = Path(__file__).parents[1] / "src/coursekit/measured/sequence_costs.json"
D, ROUNDS = 128, 7
TRAINED, GENERATED = (64, 256, 1024, 4096), (64, 256, 1024, 4096)
SCANNED, WIDTHS = (64, 512, 4096), (1, 16, 256)
Task = Callable[[], object]


def medians(tasks: dict[str, Task], repeat: int = 1) -> dict[str, float]:
    """Median CPU-microseconds of each task, all of them in turn."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(ROUNDS + 1):
        for name, task in tasks.items():
            start = time.process_time()
            for _ in range(repeat):
                task()
            seconds[name].append((time.process_time() - start) / repeat)
    return {name: 1e6 * statistics.median(found[1:]) for name, found in seconds.items()}


class Attention(nn.Module):
    """One head of causal self-attention."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(D, 3 * D), nn.Linear(D, D)

    def forward(self, u: Tensor) -> Tensor:  # (1, t, d) -> (1, t, d)
        q, k, v = self.qkv(u).chunk(3, -1)
        return self.out(F.scaled_dot_product_attention(q, k, v, is_causal=True))

    def step(self, u: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """The output for one more input (1, d); the last row of the caches (t, d) is its place."""
        q, keys[-1:], values[-1:] = self.qkv(u).chunk(3, -1)
        weights = torch.softmax(q @ keys.T / D**0.5, -1)  # (1, t)
        return self.out(weights @ values)


def training(lstm: nn.LSTM, attention: Attention, length: int) -> dict[str, float]:
    """Microseconds a token, forward and backward."""
    u = torch.randn(1, length, D)

    def backward(layer: nn.Module, output: Tensor) -> object:
        return torch.autograd.grad(output.sum(), list(layer.parameters()))

    tasks: dict[str, Task] = {
        "lstm": lambda: backward(lstm, lstm(u)[0]),
        "attention": lambda: backward(attention, attention(u)),
    }
    return {name: round(found / length, 2) for name, found in medians(tasks).items()}


@torch.no_grad()
def generation(lstm: nn.LSTM, attention: Attention, length: int) -> dict[str, float]:
    """Microseconds for one more token after ``length``."""
    u, text = torch.randn(1, D), torch.randn(1, length, D)
    state = torch.zeros(1, D), torch.zeros(1, D)
    keys, values = torch.randn(2, length, D).unbind()
    cached: dict[str, Task] = {
        "lstm": lambda: lstm(u, state),
        "attention, cache": lambda: attention.step(u, keys, values),
    }
    anew: dict[str, Task] = {"attention, no cache": lambda: attention(text)}
    found = medians(cached, repeat=20) | medians(anew)
    return {name: round(value, 1) for name, value in found.items()}


def loop(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """h[t] = a[t] h[t-1] + b[t], one step after the other; (t, n)."""
    h, states = np.zeros_like(b[0]), np.empty_like(b)
    for t in range(len(b)):
        h = a[t] * h + b[t]
        states[t] = h
    return states


def scan(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The same in about log2(t) rounds."""
    a, b, step = a.copy(), b.copy(), 1
    while step < len(b):
        b[step:] += a[step:] * b[:-step]
        a[step:] *= a[:-step].copy()
        step *= 2
    return b


def scanning(length: int, n: int) -> dict[str, float]:
    """Microseconds for a whole sequence, by loop and by scan."""
    rng = np.random.default_rng(0)
    a, b = rng.uniform(0.5, 1, (length, n)), rng.normal(size=(length, n))
    assert np.allclose(loop(a, b), scan(a, b), rtol=0, atol=1e-10)
    found = medians({"loop": lambda: loop(a, b), "scan": lambda: scan(a, b)})
    return {name: round(value, 1) for name, value in found.items()}


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    lstm, attention = nn.LSTM(D, D, batch_first=True), Attention()
    result: dict[str, Any] = {
        "d": D,
        "rounds": ROUNDS,
        "training": [],
        "generation": [],
        "scan": [],
    }
    for length in TRAINED:
        result["training"].append({"length": length} | training(lstm, attention, length))
        print("training  ", result["training"][-1], flush=True)
    for length in GENERATED:
        result["generation"].append({"length": length} | generation(lstm, attention, length))
        print("generation", result["generation"][-1], flush=True)
    for n in WIDTHS:
        for length in SCANNED:
            result["scan"].append({"length": length, "n": n} | scanning(length, n))
            print("scan      ", result["scan"][-1], flush=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
