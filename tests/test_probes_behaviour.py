"""Each probe is silent on a sound model and speaks on one with the fault it is for."""

import numpy as np
import pytest
import torch
from behaviour_probes import (
    batch_gap,
    chunking_gap,
    first_word_reach,
    padding_leak,
    repeated_passages,
    shared_positions,
    state_influence,
)
from torch import nn

from coursekit.models import (
    GPT,
    AdaptiveTransformer,
    CausalAttention,
    LSTMCell,
    RecurrentModel,
    RecurrentNgramModel,
    WindowModel,
)
from coursekit.probes.behaviour import future_leak

K = 24
ROUNDING = 1e-5  # float32 sums may be taken in another order; every fault here moves more than 1e-3
BANDS = (6, 12, K)

SOUND = {
    "window": lambda: WindowModel(K, 8, 8, dropout=0.5),
    "simple": lambda: RecurrentModel(K, 8, 8, "simple", dropout=0.5),
    "lstm": lambda: RecurrentModel(K, 8, 8, layers=2, dropout=0.5, bands=BANDS, tied=True),
    "n-gram features": lambda: RecurrentNgramModel(K, 8, 8, order=4, table=512, cell="simple"),
    "adaptive Transformer": lambda: AdaptiveTransformer(K, 8, BANDS, heads=2, context=32),
    "GPT": lambda: GPT(K, 8, heads=2, context=32),
}


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def made(build):
    """A model with weights large enough for effects to show."""
    model = build()
    for parameter in model.parameters():
        if parameter.ndim > 1 or len(parameter) > 100:
            nn.init.normal_(parameter, std=0.4)
    return model


def text(rows=3, length=12):
    return torch.randint(K, (rows, length))


@pytest.mark.parametrize("name", SOUND)
def test_sound_models_pass(name):
    model, x = made(SOUND[name]), text()
    assert future_leak(model, x, K) < ROUNDING
    assert state_influence(model, x, text()) > 1e-3
    assert chunking_gap(model, x, 5) < ROUNDING
    assert chunking_gap(model, x, 1) < ROUNDING
    assert batch_gap(model, x) < ROUNDING
    reach = first_word_reach(model, text(length=4), K)
    assert reach > 1e-3
    assert model.training  # left as it was


def test_a_window_model_reaches_no_further_than_its_window():
    model = made(SOUND["window"])
    assert first_word_reach(model, text(length=4), K) > 1e-3
    assert first_word_reach(model, text(length=5), K) < ROUNDING


class Bidirectional(nn.Module):
    """A "language model" that reads the text from both ends."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(K, 8)
        self.lstm = nn.LSTM(8, 8, bidirectional=True, batch_first=True)

    def forward(self, x, state):
        return self.lstm(self.embed(x), state)


class Unmasked(CausalAttention):
    def forward(self, h):
        b, t, d = h.shape
        q, k, v = self.queries_keys_values(h).view(b, t, 3, d).unbind(2)
        return self.out((q @ k.transpose(1, 2) / d**0.5).softmax(-1) @ v)


class OneStepAhead(WindowModel):
    """An index off by one: the window ends with the word that is to be predicted."""

    def hidden(self, x, state):
        return super().hidden(torch.cat([x[:, 1:], x[:, -1:]], dim=1), state)


def test_future_leak_catches_a_bidirectional_model():
    assert future_leak(Bidirectional(), text(), K) > 1e-3


def test_future_leak_catches_attention_without_a_mask():
    model = made(SOUND["GPT"])
    model.blocks[1].attention.__class__ = Unmasked
    assert future_leak(model, text(), K) > 1e-3


def test_future_leak_catches_an_index_off_by_one():
    assert future_leak(made(lambda: OneStepAhead(K, 8, 8)), text(), K) > 1e-3


class ForgetsEachStep(LSTMCell):
    """Ignores its own state; its loss falls all the same."""

    def step(self, z, state):
        return super().step(z, self.initial_state(len(z)))


def test_first_word_reach_catches_a_cell_that_ignores_its_state():
    model = made(SOUND["lstm"])
    for cell in model.stack.cells:
        cell.__class__ = ForgetsEachStep
    assert first_word_reach(model, text(), K) < ROUNDING
    assert state_influence(model, text(), text()) < ROUNDING


class ZeroInsteadOfDetach(RecurrentModel):
    """Throws the state away between windows where only the graph should be cut."""

    def hidden(self, x, state):
        h, after = super().hidden(x, state)
        return h, tuple(torch.zeros_like(part) for part in after)


def test_chunking_and_state_catch_a_state_that_is_zeroed():
    model = made(lambda: ZeroInsteadOfDetach(K, 8, 8))
    assert chunking_gap(model, text(), 5) > 1e-3
    assert state_influence(model, text(), text()) < ROUNDING
    assert first_word_reach(model, text(), K) > 1e-3  # within a window it remembers


class RestartedPositions(GPT):
    """Each piece is placed at position 1 again."""

    def hidden(self, x, state):
        return super().hidden(x, (state[0][:, :0],))


def test_chunking_gap_catches_a_lost_context():
    assert chunking_gap(made(lambda: RestartedPositions(K, 8, 2)), text(), 4) > 1e-3


class SwappedAxes(RecurrentModel):
    """Time taken for batch: an nn.LSTM without batch_first does this."""

    def hidden(self, x, state):
        h, after = super().hidden(x.T.contiguous(), self.initial_state(x.shape[1]))
        return h.transpose(0, 1), after


def test_batch_gap_catches_swapped_axes():
    assert batch_gap(made(lambda: SwappedAxes(K, 8, 8)), text()) > 1e-3


class Classifier(nn.Module):
    """The last state, or the mean of the states, of a padded row."""

    def __init__(self, pooling, bidirectional=False):
        super().__init__()
        self.embed, self.pooling = nn.Embedding(K, 8), pooling
        self.lstm = nn.LSTM(8, 8, batch_first=True, bidirectional=bidirectional)

    def forward(self, x, lengths):
        h, _ = self.lstm(self.embed(x))
        if self.pooling == "mean of real":
            real = torch.arange(x.shape[1]) < lengths[:, None]
            return (h * real[..., None]).sum(1) / lengths[:, None]
        if self.pooling == "last real":
            return h[torch.arange(len(x)), lengths - 1]
        return {"mean": h.mean(1), "last": h[:, -1], "all": h}[self.pooling]


@pytest.mark.parametrize(
    ("pooling", "bidirectional", "leaks"),
    [
        ("last real", False, False),
        ("mean of real", False, False),
        ("all", False, False),
        ("mean", False, True),
        ("last", False, True),
        ("last real", True, True),
        ("all", True, True),
    ],
)
def test_padding_leak(pooling, bidirectional, leaks):
    leak = padding_leak(Classifier(pooling, bidirectional), text(), torch.tensor([4, 12, 7]), K)
    assert leak > 1e-3 if leaks else leak < ROUNDING


def test_shared_positions():
    assert shared_positions(lambda ids: (ids[:9000], ids[9000:])) == 0
    # targets are one token later: the last target of one part opens the other
    assert shared_positions(lambda ids: (ids[: 9000 + 1], ids[9000:])) == 1
    assert shared_positions(lambda ids: (ids[:6000], ids[5000:]), 10_000) == 1000


def test_repeated_passages():
    rng = np.random.default_rng(0)
    train, other = rng.integers(K, size=3000), rng.integers(K, size=500)
    assert repeated_passages(train, other) == 0
    assert repeated_passages(train, train[100:400]) == 1
    half = np.concatenate([train[:260], other[:240]])
    assert 0.45 < repeated_passages(train, half) < 0.55
