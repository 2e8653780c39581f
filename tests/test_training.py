"""The training loop: a killed run resumes to the same weights; the state carries; clipping."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from coursekit.models import GPT, LanguageModel, RecurrentModel, RecurrentNgramModel
from coursekit.text import with_boundary
from coursekit.training import (
    Settings,
    Trainer,
    loop,
    mean_loss,
    one_cycle,
    steps_for,
    token_losses,
    train,
)

K = 20


def cyclic_text(length: int) -> np.ndarray:
    """0 1 2 … 19 0 1 2 …: the next word is certain once one is known."""
    return np.arange(length) % K


def small_model() -> LanguageModel:
    torch.manual_seed(3)
    return RecurrentModel(K, 8, 8, dropout=0.2)


SETTINGS = Settings(steps=60, batch=4, window=6, rate=0.02, validate_every=10, seed=5)


def test_the_model_learns_a_certain_text():
    model = small_model()
    history = train(model, cyclic_text(1000), cyclic_text(200), SETTINGS, show=False)
    assert history[0].valid_loss > 2.5
    assert history[-1].valid_loss < 2.0
    assert 0.95 * 60 * 24 < history[-1].tokens <= 60 * 24  # a pass ends with a shorter window
    assert [record.step for record in history] == list(range(10, 61, 10))


SCRIPT = """
import sys, pathlib
sys.path.insert(0, {tests!r})
from test_training import *
torch.set_num_threads(1)
class Slow(Trainer):
    def validate(self):
        super().validate()
        print(self.at.step, flush=True)
        time.sleep({pause})
model = small_model()
Slow(model, cyclic_text(500), cyclic_text(100), SETTINGS, pathlib.Path({file!r})).run(show=False)
torch.save(model.state_dict(), {out!r})
"""


def _run(tmp_path, file, out, pause=0.0):
    code = SCRIPT.format(
        tests=os.path.dirname(__file__), file=str(file), out=str(tmp_path / out), pause=pause
    )
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_killed_run_resumes_to_the_same_weights(tmp_path):
    file = tmp_path / "run.checkpoint"
    killed = _run(tmp_path, file, "never.pt", pause=0.5)
    while killed.stdout.readline().strip() != "30":
        assert killed.poll() is None, killed.stderr.read()
    time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert not (tmp_path / "never.pt").exists()
    resumed = _run(tmp_path, file, "resumed.pt")
    assert resumed.wait() == 0, resumed.stderr.read()
    steps = [int(line) for line in resumed.stdout.read().split()]
    assert steps == [40, 50, 60]  # it went on, it did not begin again
    whole = small_model()
    torch.set_num_threads(1)
    Trainer(whole, cyclic_text(500), cyclic_text(100), SETTINGS).run(show=False)
    resumed_weights = torch.load(tmp_path / "resumed.pt", weights_only=True)
    for name, weight in whole.state_dict().items():
        assert torch.equal(weight, resumed_weights[name]), name


@pytest.mark.parametrize("schedule", ["one-cycle", "plateau"])
def test_a_resumed_run_equals_a_whole_one_under_each_schedule(tmp_path, schedule):
    settings = Settings(**{**asdict(SETTINGS), "schedule": schedule, "rate": 0.3})
    texts = cyclic_text(500), cyclic_text(100)
    whole = small_model()
    history = Trainer(whole, *texts, settings).run(show=False)
    first = Trainer(small_model(), *texts, settings, tmp_path / "c")
    for pair in first.windows():
        first.update(*pair)
        if first.at.step % settings.validate_every == 0:
            first.validate()
        if first.at.step == 30:
            break
    second = Trainer(small_model(), *texts, settings, tmp_path / "c")
    assert second.at.step == 30
    again = second.run(show=False)
    assert [r.valid_loss for r in again] == [r.valid_loss for r in history]


def test_a_checkpoint_is_plain_data(tmp_path):
    Trainer(small_model(), cyclic_text(300), cyclic_text(60), SETTINGS, tmp_path / "c").run(False)
    assert torch.load(tmp_path / "c", weights_only=True)["progress"]["step"] == 60
    assert not (tmp_path / "c.new").exists()


def test_the_state_is_carried_between_windows_and_forgotten_between_passes():
    trainer = Trainer(small_model(), cyclic_text(300), cyclic_text(60), SETTINGS)
    seen = []
    original = trainer.model.losses

    def spy(x, y, state=None):
        seen.append((x.numpy().copy(), y.numpy().copy(), state))
        return original(x, y, state)

    trainer.model.losses = spy
    for pair in trainer.windows():
        trainer.update(*pair)
        if trainer.at.epoch == 2:
            break
    starts = [j for j, (_, _, state) in enumerate(seen) if state is None]
    assert len(starts) == 3
    assert starts[0] == 0
    for (_, y, _), (x, _, state) in itertools.pairwise(seen):
        if state is not None:
            assert (y[:, -1] == x[:, 0]).all()  # each row reads on
            assert not any(part.requires_grad for part in state)
            assert any(part.abs().max() > 0 for part in state)


class Unclipped(RecurrentModel):
    """Losses scaled so that the gradient is far above any threshold."""

    def losses(self, x, y, state=None):
        loss, state = super().losses(x, y, state)
        return 1e4 * loss, state


def test_the_norm_of_the_whole_gradient_is_clipped():
    torch.manual_seed(0)
    model = Unclipped(K, 8, 8)
    trainer = Trainer(model, cyclic_text(300), cyclic_text(60), SETTINGS)
    trainer.update(*next(trainer.windows()))
    norm = torch.stack([p.grad.norm() for p in model.parameters()]).norm()
    assert float(norm) == pytest.approx(SETTINGS.clip, rel=1e-3)


def test_early_stopping_keeps_the_best_weights():
    rng = np.random.default_rng(0)
    noise = rng.integers(K, size=400)  # nothing to learn but the noise itself
    settings = Settings(
        steps=400, batch=4, window=8, rate=0.03, validate_every=10, patience=3, seed=1
    )
    model = small_model()
    valid = rng.integers(K, size=200)
    history = train(model, noise, valid, settings, show=False)
    losses = [record.valid_loss for record in history]
    assert history[-1].step < 400
    assert losses.index(min(losses)) == len(losses) - 4
    assert mean_loss(model, valid) == pytest.approx(min(losses), abs=1e-6)


def test_plateau_lowers_the_rate_when_validation_gets_no_better():
    settings = Settings(steps=40, batch=4, window=8, rate=3.0, schedule="plateau", validate_every=5)
    trainer = Trainer(small_model(), cyclic_text(300), np.zeros(50, dtype=int), settings)
    trainer.run(show=False)
    worse = sum(
        record.valid_loss >= min(r.valid_loss for r in trainer.at.history[:j])
        for j, record in enumerate(trainer.at.history)
        if j
    )
    assert worse > 0
    assert trainer.at.rate == 0.25**worse


def test_ngram_weights_are_trained_by_plain_gradient_descent():
    torch.manual_seed(0)
    model = RecurrentNgramModel(K, 8, 8, order=3, table=256, cell="simple")
    settings = Settings(steps=1, batch=2, window=5, direct_rate=2.0, clip=1e9, validate_every=1)
    trainer = Trainer(model, cyclic_text(100), cyclic_text(50), settings)
    trainer.update(*next(trainer.windows()))
    expected = -2.0 * one_cycle(0, 1) * model.features.weights.grad
    assert torch.allclose(model.features.weights, expected)
    assert expected.abs().max() > 0


def test_one_cycle_rises_then_falls():
    shares = [one_cycle(step, 1000) for step in range(1000)]
    assert shares[0] == pytest.approx(1 / 50)
    assert max(shares) == shares[49] == 1
    assert shares[:50] == sorted(shares[:50])
    assert shares[50:] == sorted(shares[50:], reverse=True)
    assert shares[-1] == pytest.approx(0.02, abs=1e-3)


def test_an_unknown_schedule_is_refused():
    with pytest.raises(ValueError, match="cosine"):
        Settings(steps=1, schedule="cosine")


@pytest.mark.parametrize("window", [3, 7, 50])
def test_scores_do_not_depend_on_the_window_of_a_recurrent_model(window):
    model, ids = (
        small_model().eval(),
        with_boundary(np.random.default_rng(0).integers(K, size=50), 1),
    )
    whole, _ = model.losses(torch.tensor(ids[None, :-1]), torch.tensor(ids[None, 1:]))
    found = token_losses(model, ids, 1, window)
    assert np.allclose(found, whole.detach()[0], atol=1e-6)


def test_mean_loss_weighs_tokens_not_windows():
    model, ids = small_model(), np.random.default_rng(0).integers(K, size=54)
    losses = token_losses(model, ids, 1, 50)  # windows of 50 and of 3
    assert len(losses) == 53
    assert mean_loss(model, ids, 1, 50) == pytest.approx(losses.mean(), rel=1e-6)
    assert model.training  # left as it was


def test_a_transformers_window_is_its_stride():
    torch.manual_seed(0)
    model = GPT(K, 8, heads=2, context=8).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    ids = np.random.default_rng(0).integers(K, size=41)
    found = token_losses(model, ids, 1, 2)
    for t in (0, 5, 20, 39):  # the window ends with the pair that t is in
        end = t - t % 2 + 2
        start = max(0, end - 8)
        direct, _ = model.losses(
            torch.tensor(ids[None, start:end]), torch.tensor(ids[None, start + 1 : end + 1])
        )
        assert found[t] == pytest.approx(float(direct[0, t - start].detach()), abs=1e-5)


@pytest.mark.parametrize(("context", "window"), [(12, 6), (9, 4), (8, 32), (4, 32), (None, 32)])
def test_validation_gives_every_word_at_least_half_the_context(context, window, monkeypatch):
    model = small_model() if context is None else GPT(K, 8, heads=2, context=context)
    windows = []
    monkeypatch.setattr(loop, "mean_loss", lambda *_, window: windows.append(window) or 1.0)
    settings = replace(SETTINGS, steps=1, window=4, validate_every=1)
    Trainer(model, cyclic_text(100), cyclic_text(50), settings).run(show=False)
    assert windows == [window]


def test_a_budget_becomes_steps_and_leaves_the_model_alone():
    model = small_model()
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    few, many = (steps_for(s, model, cyclic_text(3000), SETTINGS) for s in (0.5, 5.0))
    assert 3 < many / few < 30
    assert all(torch.equal(before[n], w) for n, w in model.state_dict().items())


def test_settings_survive_json():
    assert Settings(**json.loads(json.dumps(asdict(SETTINGS)))) == SETTINGS


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_training_runs_on_a_gpu():
    model = small_model().cuda()
    history = train(model, cyclic_text(1000), cyclic_text(200), SETTINGS, show=False)
    assert history[-1].valid_loss < 2.0
