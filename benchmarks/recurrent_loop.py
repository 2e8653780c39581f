"""What does it cost to write the recurrent loop by hand? Against torch.nn, on the same work.

    OMP_NUM_THREADS=1 python benchmarks/recurrent_loop.py

One LSTM layer and one simple layer, forward and backward, no output layer. Prints CPU-seconds of
one thread: the median of several rounds in which all candidates take turns, so that a busy machine
slows all of them alike, and the ratio to torch.nn. The loop that indexes ``z[:, t]`` is the trap
that ``coursekit.models.unroll`` avoids.
"""

import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from coursekit.models import LSTMCell, SimpleCell, State, unroll

SHAPES = ((20, 35, 200), (32, 128, 128))  # batch, time, hidden units
ROUNDS = 9

Run = Callable[[Tensor], Tensor]


def indexed(cell: LSTMCell | SimpleCell, u: Tensor, state: State) -> Tensor:
    """Take z[:, t] inside the loop: the same values as ``unroll``, a slower backward pass."""
    z, hidden = cell.project(u), []
    for t in range(u.shape[1]):
        state = cell.step(z[:, t], state)
        hidden.append(state[0])
    return torch.stack(hidden, dim=1)


def candidates(n: int, batch: int) -> dict[str, dict[str, Run]]:
    """The loops to be timed, by layer; torch's own stands first."""
    lstm, rnn = nn.LSTM(n, n, batch_first=True), nn.RNN(n, n, batch_first=True)
    cell, simple = LSTMCell.from_torch(lstm), SimpleCell(n, n)
    with torch.no_grad():
        simple.W_u.copy_(rnn.weight_ih_l0)
        simple.W_h.copy_(rnn.weight_hh_l0)
        simple.b_h.copy_(rnn.bias_ih_l0 + rnn.bias_hh_l0)
    start, zero = cell.initial_state(batch), simple.initial_state(batch)
    return {
        "LSTM": {
            "torch.nn": lambda u: lstm(u)[0],
            "unroll": lambda u: unroll(cell, u, start)[0],
            "z[:, t]": lambda u: indexed(cell, u, start),
        },
        "simple": {
            "torch.nn": lambda u: rnn(u)[0],
            "unroll": lambda u: unroll(simple, u, zero)[0],
            "z[:, t]": lambda u: indexed(simple, u, zero),
        },
    }


def seconds(run: Run, u: Tensor, repeats: int = 3) -> float:
    """CPU-seconds of one forward and backward pass."""
    start = time.process_time()
    for _ in range(repeats):
        run(u).sum().backward()
    return (time.process_time() - start) / repeats


def main() -> None:
    """Print one line for each loop."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    print(f"{'layer':8}{'b × t × n':>15}  {'loop':10}{'tokens/s':>10}{'time, torch.nn = 1':>20}")
    for batch, t, n in SHAPES:
        u = torch.randn(batch, t, n)
        for layer, runs in candidates(n, batch).items():
            reference = next(iter(runs.values()))(u)
            assert all(torch.allclose(run(u), reference, atol=1e-5) for run in runs.values())
            times: dict[str, list[float]] = {name: [] for name in runs}
            for _ in range(ROUNDS):
                for name, run in runs.items():
                    times[name].append(seconds(run, u))
            medians = {name: statistics.median(values) for name, values in times.items()}
            for name, median in medians.items():
                shape = f"{batch} × {t} × {n}"
                ratio = median / medians["torch.nn"]
                print(f"{layer:8}{shape:>15}  {name:10}{batch * t / median:>10,.0f}{ratio:>20.2f}")


if __name__ == "__main__":
    main()
