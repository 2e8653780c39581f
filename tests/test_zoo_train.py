"""Training a system of the zoo: what is written, and how an interrupted run goes on."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from coursekit import text
from coursekit.models import RecurrentModel
from coursekit.training import Settings, Trainer
from coursekit.zoo import scores, store
from coursekit.zoo import train as zoo_train
from coursekit.zoo.systems import SYSTEMS, System

K = 24


def build():
    return RecurrentModel(K, 8, 8, "simple")


@pytest.fixture(autouse=True)
def small_system(monkeypatch):
    rng = np.random.default_rng(0)
    corpus = {
        split: rng.integers(2, K, size=n)
        for split, n in (("train", 900), ("valid", 400), ("test", 120))
    }
    monkeypatch.setattr(text, "encoded_sotu", lambda _: SimpleNamespace(**corpus))
    settings = Settings(steps=40, batch=4, window=6, rate=0.02, validate_every=4)
    monkeypatch.setitem(SYSTEMS, "small", System("A small one", build, settings))
    return corpus


def test_what_a_run_leaves(tmp_path, small_system, capsys):
    zoo_train.train_system("small", None, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "small.npz",
        "small.json",
        "small.losses.npz",
    }
    about = json.loads((tmp_path / "small.json").read_text())
    assert about["settings"]["steps"] == 40
    assert len(about["history"]) == 10
    assert about["parameters"] == build().size
    model = build().eval()
    store.load(model, tmp_path / "small.npz")
    found = scores.model_losses(model, small_system["test"])
    with np.load(tmp_path / "small.losses.npz") as kept:
        assert np.abs(kept["test"] / 128 - found).max() <= 0.5 / 128 + 1e-6
    assert len(found) == 120
    assert f"test perplexity {np.exp(found.mean()):.2f}" in capsys.readouterr().out


def test_of_another_seed_only_the_run_and_its_losses_are_kept(tmp_path):
    zoo_train.train_system("small", None, tmp_path)
    stored = (tmp_path / "small.npz").read_bytes()
    zoo_train.train_system("small", None, tmp_path, seed=2)
    new = {path.name for path in tmp_path.glob("small.seed-2*")}
    assert new == {"small.seed-2.json", "small.seed-2.losses.npz"}
    assert (tmp_path / "small.npz").read_bytes() == stored
    assert json.loads((tmp_path / "small.seed-2.json").read_text())["settings"]["seed"] == 2
    losses = [np.load(tmp_path / f"small{x}.losses.npz")["test"] for x in ("", ".seed-2")]
    assert not np.array_equal(*losses)


def test_an_interrupted_run_goes_on_with_its_own_number_of_steps(tmp_path, monkeypatch):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    budgets = iter([40, 40, 999])
    monkeypatch.setattr(zoo_train, "steps_for", lambda *_: next(budgets))
    zoo_train.train_system("small", 1.0, whole)
    validate = Trainer.validate

    def power_cut(self):
        validate(self)
        if self.at.step == 12:
            raise KeyboardInterrupt

    monkeypatch.setattr(Trainer, "validate", power_cut)
    with pytest.raises(KeyboardInterrupt):
        zoo_train.train_system("small", 1.0, parts)
    monkeypatch.setattr(Trainer, "validate", validate)
    zoo_train.train_system("small", 1.0, parts)
    assert (whole / "small.npz").read_bytes() == (parts / "small.npz").read_bytes()
    assert json.loads((parts / "small.json").read_text())["settings"]["steps"] == 40


def test_the_same_run_gives_the_same_bytes(tmp_path):
    torch.manual_seed(99)  # whatever went before
    zoo_train.train_system("small", None, tmp_path / "a")
    torch.rand(7)
    zoo_train.train_system("small", None, tmp_path / "b")
    one, two = ((tmp_path / folder / "small.npz").read_bytes() for folder in "ab")
    assert one == two
