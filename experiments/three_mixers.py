"""Recall and state tracking: self-attention, an LSTM and a minGRU in the same place of one network.

Two residual blocks, each a *mixer* (which alone sees more than one position) and a perceptron; the
mixers have nearly equal numbers of weights. Two tasks:

*recall*: ``size`` pairs of a key and a value, one pair a step, then one of the keys; name its
value.
*parity*: bits; after each, say whether the number of ones so far is odd. Trained on ``size`` bits,
tested on as many and on five times as many.

Each mixer tries the same two learning rates with seed 0 and goes on to further seeds with the
better one. A run ends when its running accuracy in training reaches 99.5 %, or after a fixed number
of updates.

    python experiments/three_mixers.py             # about 9 CPU-minutes on one thread
    python experiments/three_mixers.py --seeds 1

Writes ``src/coursekit/measured/three_mixers.json``, which chapter 16 shows, after every run, and
goes on from there if it was interrupted.
"""

import argparse
import json
import math
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

RESULT = Path(__file__).parents[1] / "src/coursekit/measured/three_mixers.json"
SETTINGS: dict[str, Any] = {
    "width": 64,
    "blocks": 2,
    "keys": 64,
    "values": 16,
    "batch": 64,
    "updates": {"parity": 800, "recall": 3_000},
    "solved": 0.995,
    "rates": [1e-3, 4e-3],
    "sizes": {"parity": [8], "recall": [4, 8]},
    "longer": 5,
}
D, KEYS, VALUES = SETTINGS["width"], SETTINGS["keys"], SETTINGS["values"]


class Attention(nn.Module):
    """Causal self-attention with four heads and sinusoidal positions."""

    heads = 4

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(D, 3 * D), nn.Linear(D, D)

    def forward(self, u: Tensor) -> Tensor:  # (b, t, d) -> (b, t, d)
        b, t, _ = u.shape
        parts = self.qkv(u + positions(t)).view(b, t, 3, self.heads, D // self.heads)
        q, k, v = parts.permute(2, 0, 3, 1, 4)  # (b, heads, t, d / heads) each
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        out: Tensor = self.out(mixed.transpose(1, 2).reshape(b, t, D))
        return out


def positions(t: int) -> Tensor:
    """Sines and cosines of Vaswani et al. 2017, (t, d)."""
    rates = torch.exp(-math.log(10_000.0) * torch.arange(0, D, 2) / D)  # (d / 2,)
    angles = torch.arange(t)[:, None] * rates  # (t, d / 2)
    return torch.cat([torch.sin(angles), torch.cos(angles)], 1)


class LSTM(nn.Module):
    """An LSTM of 36 units, and a map back to the network's width."""

    def __init__(self, n: int = 36) -> None:
        super().__init__()
        self.lstm, self.out = nn.LSTM(D, n, batch_first=True), nn.Linear(n, D)

    def forward(self, u: Tensor) -> Tensor:  # (b, t, d) -> (b, t, d)
        out: Tensor = self.out(self.lstm(u)[0])
        return out


class MinGRU(nn.Module):
    """h = a * h + z * candidate with a = 1 - z; ``signed`` lets a go down to -1: a = 1 - 2z."""

    def __init__(self, signed: bool = False, n: int = 85) -> None:
        super().__init__()
        self.maps, self.out = nn.Linear(D, 2 * n), nn.Linear(n, D)
        self.reach = 2.0 if signed else 1.0

    def forward(self, u: Tensor) -> Tensor:  # (b, t, d) -> (b, t, d)
        gate, candidate = self.maps(u).chunk(2, -1)  # (b, t, n) each
        z = torch.sigmoid(gate)
        out: Tensor = self.out(scan(1 - self.reach * z, z * candidate))
        return out


def scan(a: Tensor, b: Tensor) -> Tensor:
    """All h of h[t] = a[t] h[t-1] + b[t] from h = 0, in about log2(t) rounds; (b, t, n)."""
    step = 1
    while step < a.shape[1]:
        b = torch.cat([b[:, :step], b[:, step:] + a[:, step:] * b[:, :-step]], 1)
        a = torch.cat([a[:, :step], a[:, step:] * a[:, :-step]], 1)
        step *= 2
    return b


MIXERS: dict[str, Callable[[], nn.Module]] = {
    "attention": Attention,
    "LSTM": LSTM,
    "minGRU": MinGRU,
    "minGRU, signed": lambda: MinGRU(signed=True),
}


class Network(nn.Module):
    """Embedding of up to two symbols a step, two residual blocks, output layer."""

    def __init__(self, mixer: str, symbols: int, answers: int) -> None:
        super().__init__()
        self.E, self.Q = nn.Embedding(symbols, D), nn.Linear(D, answers)
        self.blocks = nn.Sequential(
            *(
                Added(nn.LayerNorm(D), part)
                for _ in range(SETTINGS["blocks"])
                for part in (MIXERS[mixer](), perceptron())
            )
        )

    def forward(self, x: Tensor) -> Tensor:  # (b, t, symbols a step) -> (b, t, answers)
        scores: Tensor = self.Q(self.blocks(self.E(x).sum(2)))
        return scores


class Added(nn.Sequential):
    """Adds what its parts compute, one after the other, to what they were given."""

    def forward(self, v: Tensor) -> Tensor:
        return v + super().forward(v)


def perceptron() -> nn.Sequential:
    return nn.Sequential(nn.Linear(D, 2 * D), nn.GELU(), nn.Linear(2 * D, D))


def recall(pairs: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Pairs and a question, (b, pairs + 1, 2), and the answer at the last step only, (b, t)."""
    b = SETTINGS["batch"]
    keys = torch.rand(b, KEYS, generator=generator).argsort(1)[:, :pairs]  # all different
    values = torch.randint(VALUES, (b, pairs), generator=generator)
    asked = torch.randint(pairs, (b, 1), generator=generator)
    keys = torch.cat([keys, keys.gather(1, asked)], 1)  # (b, t)
    blank = torch.full((b, 1), VALUES)  # at the question no value is shown
    x = torch.stack([keys, KEYS + torch.cat([values, blank], 1)], 2)  # (b, t, 2)
    y = torch.full((b, pairs + 1), -100)
    y[:, -1] = values.gather(1, asked)[:, 0]
    return x, y


def parity(bits: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Bits (b, t, 1), and at each step whether the ones so far are odd in number (b, t)."""
    x = torch.randint(2, (SETTINGS["batch"], bits), generator=generator)
    return x[:, :, None], x.cumsum(1) % 2


TASKS = {"recall": (recall, KEYS + VALUES + 1, VALUES), "parity": (parity, 2, 2)}


def hits(scores: Tensor, y: Tensor) -> float:
    """Share of right answers at the last step."""
    return (scores[:, -1].argmax(-1) == y[:, -1]).float().mean().item()


def train(task: str, mixer: str, size: int, rate: float, seed: int) -> dict[str, Any]:
    """One run: updates made, and accuracy on new sequences of the trained and of a longer size."""
    draw, symbols, answers = TASKS[task]
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    network = Network(mixer, symbols, answers)
    optimiser = torch.optim.Adam(network.parameters(), rate)
    running, update = 0.0, 0
    while update < SETTINGS["updates"][task] and running < SETTINGS["solved"]:
        update += 1
        x, y = draw(size, generator)
        scores = network(x)
        optimiser.zero_grad()
        F.cross_entropy(scores.transpose(1, 2), y).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        running += 0.05 * (hits(scores, y) - running)
    found = {"updates": update, "accuracy": accuracy(network, task, size)}
    if task == "parity":
        found["longer"] = accuracy(network, task, SETTINGS["longer"] * size)
    return found


@torch.no_grad()
def accuracy(network: Network, task: str, size: int) -> float:
    """Accuracy on 1,024 new sequences, the same for every network."""
    generator = torch.Generator().manual_seed(10_000)
    found = []
    for _ in range(16):
        x, y = TASKS[task][0](size, generator)
        found.append(hits(network(x), y))
    return round(sum(found) / len(found), 4)


def mixer_weights(mixer: str) -> int:
    """Weights of one mixer."""
    return sum(p.numel() for p in MIXERS[mixer]().parameters())


def better_rate(runs: list[dict[str, Any]], task: str, mixer: str, size: int) -> float:
    """The learning rate with which seed 0 did better at this setting."""
    tried = [
        r for r in runs if (r["task"], r["mixer"], r["size"], r["seed"]) == (task, mixer, size, 0)
    ]
    rate: float = max(tried, key=lambda r: (r["accuracy"], -r["updates"]))["rate"]
    return rate


def main() -> None:
    parser = argparse.ArgumentParser(description="Recall and parity for three mixers.")
    parser.add_argument("--seeds", type=int, default=3)
    seeds = parser.parse_args().seeds
    torch.set_num_threads(1)
    settings = SETTINGS | {"weights": {mixer: mixer_weights(mixer) for mixer in MIXERS}}
    stored = json.loads(RESULT.read_text("utf8")) if RESULT.exists() else {}
    runs = stored["runs"] if stored.get("settings") == settings else []
    known = {tuple(run[key] for key in ("task", "mixer", "size", "rate", "seed")) for run in runs}
    plan = [(task, size) for task, sizes in SETTINGS["sizes"].items() for size in sizes]
    for (task, size), seed, mixer in product(plan, range(seeds), MIXERS):
        if (task, mixer) == ("recall", "minGRU, signed"):
            continue  # it is the control of the other task
        rates = SETTINGS["rates"] if seed == 0 else [better_rate(runs, task, mixer, size)]
        for rate in rates:
            if (task, mixer, size, rate, seed) in known:
                continue
            run = {"task": task, "mixer": mixer, "size": size, "rate": rate, "seed": seed}
            runs.append(run | train(task, mixer, size, rate, seed))
            result = {"settings": settings, "runs": runs}
            RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf8")
            print(*runs[-1].values(), f"{time.process_time():.0f} CPU-seconds", flush=True)


if __name__ == "__main__":
    main()
