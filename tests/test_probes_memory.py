"""Delayed recall: the task, the starts, truncation, and the horizons' definitions."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from coursekit import measured
from coursekit.probes import memory


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_only_the_first_token_carries_the_answer():
    tokens, target = memory.recall(6, 200, generator())
    assert tokens.shape == (200, 7)
    assert (tokens[:, 0] == target).all()
    assert (tokens[:, 1:] >= memory.SYMBOLS).all()
    assert set(target.tolist()) == set(range(8))
    assert set(tokens[:, 1:].flatten().tolist()) == set(range(8, 16))


def test_starts_are_what_their_names_say():
    n = 12
    eye = torch.eye(n)
    orthogonal = memory.Recaller("RNN, orthogonal", n).core.weight_hh_l0
    assert torch.allclose(orthogonal @ orthogonal.T, eye, atol=1e-5)
    identity = memory.Recaller("RNN, identity, ReLU", n).core
    assert torch.equal(identity.weight_hh_l0, eye)
    assert identity.nonlinearity == "relu"
    lstm = memory.Recaller("LSTM, forget bias 3", n).core
    both = lstm.bias_ih_l0 + lstm.bias_hh_l0
    assert torch.equal(both[n : 2 * n], torch.full((n,), 3.0))  # torch's order: i, f, c, o
    assert both[:n].abs().max() < 1
    assert both[2 * n :].abs().max() < 1


@pytest.mark.parametrize("cell", memory.CELLS)
def test_truncation_keeps_the_values_and_cuts_the_gradient(cell):
    model = memory.Recaller(cell)
    tokens, target = memory.recall(9, 20, generator())
    full, cut = model(tokens), model(tokens, truncate=4)
    torch.testing.assert_close(full, cut)
    weights = model.core.weight_ih_l0
    # The symbol stands 9 steps before the end: its input weights hear of the loss only if K > 9.
    for truncate, reaches in ((4, False), (9, False), (10, True), (None, True)):
        loss = F.cross_entropy(model(tokens, truncate), target)
        (grad,) = torch.autograd.grad(loss, weights)
        assert bool(grad[:, : memory.SYMBOLS].abs().sum() > 0) is reaches


@pytest.mark.parametrize("cell", ["RNN, default", "GRU, default", "LSTM, forget bias 1"])
def test_state_gradients_equal_those_of_the_whole_layer(cell):
    """The norm at ξ = lag + 1 steps back, against autograd through the unbroken layer."""
    torch.manual_seed(3)
    model = memory.Recaller(cell, n=6).double()
    tokens, target = memory.recall(5, memory.BATCH, generator(7))
    u = F.one_hot(tokens, 16).double()
    norms = memory.state_gradients(model, lag=5, seed=7)
    _, state = model.core(u[:, :1])
    parts = state if isinstance(state, tuple) else (state,)
    parts = tuple(part.detach().requires_grad_() for part in parts)
    h, _ = model.core(u[:, 1:], parts if len(parts) > 1 else parts[0])
    F.cross_entropy(model.Q(h[:, -1]), target, reduction="sum").backward()
    square = sum(float((part.grad**2).sum()) for part in parts)
    assert norms.shape == (6,)
    assert norms[5] == pytest.approx(np.sqrt(square / memory.BATCH), rel=1e-10)


def test_horizons_by_hand():
    assert memory.gradient_horizon([1.0, 0.5, 0.02, 0.009, 0.5]) == 2
    assert memory.gradient_horizon([3.0, 2.0, 1.0]) == 2
    assert memory.gradient_horizon(0.5 ** np.arange(50)) == 6  # 0.5^6 = 0.0156, 0.5^7 = 0.0078
    assert memory.memory_horizon((5, 10, 20), (True, True, False)) == 10
    assert memory.memory_horizon((5, 10, 20), (False, True, True)) == 0
    assert memory.memory_horizon((5, 10, 20), (True, False, True)) == 5


def test_a_short_lag_is_learnt_and_a_cut_gradient_learns_less():
    _, easy = memory.learn("LSTM, forget bias 3", lag=3, seed=0, updates=250)
    assert easy.updates is not None
    assert easy.accuracy >= memory.SOLVED
    _, cut = memory.learn("RNN, default", lag=12, seed=0, updates=easy.updates, truncate=2)
    assert cut.updates is None
    assert cut.accuracy < 0.6


@pytest.fixture(scope="module")
def stored():
    return measured.load("memory_horizons")


def test_stored_results_cover_every_cell_and_seed(stored):
    assert list(stored["cells"]) == list(memory.CELLS)
    seeds = stored["settings"]["seeds"]
    for cell in stored["cells"].values():
        assert len(cell["gradient at start"]) == seeds
        for run in (*cell["full"], *cell["truncated"]):
            assert len(run["updates"]) == len(run["accuracy"]) == seeds


def test_one_stored_run_can_be_repeated(stored):
    """The cheapest run of the study again; other machines may differ by a few updates."""
    run = stored["cells"]["LSTM, forget bias 3"]["full"][0]
    _, outcome = memory.learn("LSTM, forget bias 3", run["lag"], seed=0, updates=200)
    assert outcome.updates == pytest.approx(run["updates"][0], abs=15)
