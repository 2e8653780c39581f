"""The zoo's machinery on small models: storage, sliding windows, mixtures, intervals."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from coursekit.models import GPT, RecurrentModel, RecurrentNgramModel
from coursekit.training import token_losses
from coursekit.zoo import interval, mixed_losses, mixture_weights, sliding_losses, store

K = 24
FLOATS = st.floats(-100, 100, width=32)


@given(npst.arrays(np.float32, npst.array_shapes(min_dims=2, max_dims=2), elements=FLOATS))
def test_a_stored_weight_is_off_by_at_most_half_a_step(weights):
    back = store.restore(store.quantise(weights.copy()))
    step = np.abs(weights).max(axis=1, keepdims=True) / 127
    assert (np.abs(back - weights) <= 0.5001 * step + 1e-30).all()


def test_a_long_vector_is_stored_as_bytes_too():
    table = np.random.default_rng(0).normal(size=4096).astype(np.float32)
    stored = store.quantise(table)
    assert stored["bytes"].dtype == np.int8
    assert stored["bytes"].size == 4096
    assert np.abs(store.restore(stored).ravel() - table).max() < 0.02


@pytest.mark.parametrize(
    "build",
    [
        lambda: RecurrentModel(K, 8, 8, layers=2, bands=(6, 12, K), tied=True),
        lambda: RecurrentNgramModel(K, 8, 8, order=3, table=2048, cell="simple"),
        lambda: GPT(K, 8, heads=2, context=16),
    ],
)
def test_a_stored_model_is_the_same_model(tmp_path, build):
    torch.manual_seed(0)
    model, other = build().eval(), build().eval()
    store.save(model, tmp_path / "a.npz")
    store.load(other, tmp_path / "a.npz")
    x = torch.randint(K, (2, 6))
    assert (other(x)[0] - model(x)[0]).abs().max() < 0.05
    # storing what was read changes nothing more: the reported weights are these
    store.save(other, tmp_path / "b.npz")
    third = build().eval()
    store.load(third, tmp_path / "b.npz")
    assert (third(x)[0] - other(x)[0]).abs().max() < 1e-4


def test_same_weights_same_bytes(tmp_path):
    model = RecurrentModel(K, 8, 8)
    store.save(model, tmp_path / "a.npz")
    store.save(model, tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_a_file_of_another_model_is_refused(tmp_path):
    store.save(RecurrentModel(K, 8, 8, "simple"), tmp_path / "a.npz")
    with pytest.raises(KeyError):
        store.load(RecurrentModel(K, 8, 8, "lstm"), tmp_path / "a.npz")


def gpt():
    torch.manual_seed(0)
    model = GPT(K, 8, heads=2, context=8).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    return model


@pytest.mark.parametrize("stride", [1, 3, 8])
@pytest.mark.parametrize("length", [6, 9, 40])
def test_sliding_windows_score_each_token_once_with_the_context_promised(stride, length):
    model = gpt()
    ids = np.random.default_rng(0).integers(K, size=length)
    found = sliding_losses(model, ids, window=8, stride=stride, rows=3)
    assert len(found) == length - 1
    for target in range(1, length):
        # the window that scores this target ends at the next multiple of the stride
        end = min(-(-target // stride) * stride, length - 1)
        start = max(0, end - 8)
        losses, _ = model.losses(
            torch.tensor(ids[None, start:end]), torch.tensor(ids[None, start + 1 : end + 1])
        )
        assert found[target - 1] == pytest.approx(
            float(losses[0, target - 1 - start].detach()), abs=1e-5
        )


def test_sliding_windows_of_a_recurrent_model_forget_what_its_state_would_carry():
    torch.manual_seed(0)
    model = RecurrentModel(K, 8, 8).eval()
    ids = np.random.default_rng(0).integers(K, size=33)
    whole = token_losses(model, ids, 1, 32)
    assert np.allclose(sliding_losses(model, ids, 32, 32), whole, atol=1e-5)
    assert not np.allclose(sliding_losses(model, ids, 4, 4), whole, atol=1e-5)


@pytest.mark.parametrize("stride", [0, 9])
def test_a_stride_that_skips_tokens_is_refused(stride):
    with pytest.raises(ValueError, match="stride"):
        sliding_losses(gpt(), np.zeros(20, dtype=int), window=8, stride=stride)


def test_em_finds_the_best_weight():
    rng = np.random.default_rng(0)
    losses = rng.gamma(2.0, 1.0, size=(2, 500))
    found = mixture_weights(losses)
    grid = np.linspace(0, 1, 1001)
    best = grid[np.argmin([mixed_losses(losses, [w, 1 - w]).mean() for w in grid])]
    assert found[0] == pytest.approx(best, abs=2e-3)
    assert found.sum() == pytest.approx(1)


@given(npst.arrays(np.float64, (3, 20), elements=st.floats(0.01, 12)))
def test_a_tuned_mixture_is_no_worse_than_its_best_part(losses):
    mixed = mixed_losses(losses, mixture_weights(losses, rounds=500))
    assert mixed.mean() <= losses.mean(axis=1).min() + 1e-2


def test_a_useless_model_gets_no_weight():
    good = np.random.default_rng(0).gamma(2.0, 1.0, size=400)
    assert mixture_weights([good, good + 3])[1] < 1e-6


def test_the_interval_is_one_over_documents():
    losses = np.concatenate([np.full(100, 4.0), np.full(100, 5.0)])
    perplexity, low, high = interval(losses, [0, 100, 200])
    assert perplexity == pytest.approx(np.exp(4.5))
    t = 12.7062  # of one degree of freedom: two documents are very few
    assert high == pytest.approx(np.exp(4.5 + t * 0.5), rel=1e-4)
    assert low * high == pytest.approx(perplexity**2)
    even = interval(np.tile([4.0, 5.0], 100), [0, 100, 200])
    assert even == pytest.approx((np.exp(4.5),) * 3)


def test_the_perplexity_weighs_tokens():
    losses = np.concatenate([np.full(10, 0.0), np.full(990, 4.0)])
    assert interval(losses, [0, 10, 1000]).estimate == pytest.approx(np.exp(3.96))
