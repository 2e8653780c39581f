"""How much does fusing the LSTM's gates buy? One matrix product for all steps against four a step.

    python experiments/fused_gates.py

Forward and backward over a sequence, both in one run, alternating; the ratio of medians goes to
``src/coursekit/measured/fused_gates.json``, which chapter 10 quotes.
"""

import json
import statistics
import time
from pathlib import Path

import torch
from torch import Tensor

RESULT = Path(__file__).parents[1] / "src/coursekit/measured/fused_gates.json"
N, M, BATCH, STEPS, ROUNDS = 200, 100, 20, 35, 25


def separate(u: Tensor, U: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """Four products with the input and four with the state at every step."""
    Us, Ws, bs = U.chunk(4), W.chunk(4), b.chunk(4)
    h = c = torch.zeros(BATCH, N)
    for step in u.unbind(0):  # (b, m)
        i, f, g, o = (step @ Us[j].T + h @ Ws[j].T + bs[j] for j in range(4))  # (b, n) each
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
    return h


def fused(u: Tensor, U: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """One product for all inputs, one with the state at every step."""
    from_inputs = u @ U.T + b  # (t, b, 4n)
    h = c = torch.zeros(BATCH, N)
    for z in from_inputs.unbind(0):
        i, f, g, o = (z + h @ W.T).chunk(4, 1)  # (b, n) each
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
    return h


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    shapes = ((4 * N, M), (4 * N, N), (4 * N,))
    weights = [(0.05 * torch.randn(shape)).requires_grad_() for shape in shapes]
    u = torch.randn(STEPS, BATCH, M)
    assert torch.allclose(separate(u, *weights), fused(u, *weights), atol=1e-5)
    seconds: dict[str, list[float]] = {"separate": [], "fused": []}
    for _ in range(ROUNDS):
        for run in (separate, fused):
            start = time.process_time()
            torch.autograd.grad(run(u, *weights).sum(), weights)
            seconds[run.__name__].append(time.process_time() - start)
    median = {name: statistics.median(values) for name, values in seconds.items()}
    result = {
        "speedup": round(median["separate"] / median["fused"], 2),
        "n": N,
        "m": M,
        "batch": BATCH,
        "steps": STEPS,
        "rounds": ROUNDS,
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf8")
    print(result)


if __name__ == "__main__":
    main()
