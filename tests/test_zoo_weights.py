"""The stored systems: complete, small, as they were trained, and with the losses they claim."""

import numpy as np
import pytest

from coursekit import text, zoo
from coursekit.training import Settings
from coursekit.zoo import scores
from coursekit.zoo.systems import SYSTEMS
from coursekit.zoo.tune import RATES, SECONDS

NETWORKS = [name for name in zoo.stored() if name != zoo.KNESER_NEY]


def test_the_zoo_is_complete_and_small():
    assert zoo.stored() == list(zoo.TITLES)
    assert len(zoo.TITLES) == 8
    assert sum(path.stat().st_size for path in scores.folder().iterdir()) < 15e6


@pytest.mark.parametrize("name", NETWORKS)
def test_the_settings_are_those_of_the_stored_run(name):
    run = zoo.run(name)
    assert Settings(**run["settings"]) == SYSTEMS[name].settings
    assert run["parameters"] == SYSTEMS[name].build().size
    assert run["tokens"] == run["history"][-1]["tokens"]


@pytest.mark.parametrize("name", zoo.stored())
def test_the_beginning_of_the_test_text_scores_as_stored(name):
    ids = text.encoded_sotu(zoo.VOCABULARY).test[:400]
    if name == zoo.KNESER_NEY:
        found = -zoo.kneser_ney()[0].log_prob(ids)
    else:
        found = zoo.model_losses(zoo.load(name), ids)
    # Half precision, and a Transformer's windows end elsewhere only after the last full stride.
    assert np.abs(found - zoo.stored_losses(name)[:400]).max() < 0.02


@pytest.mark.parametrize("name", NETWORKS)
def test_one_byte_a_weight_costs_next_to_nothing(name):
    best = min(record["valid_loss"] for record in zoo.run(name)["history"])
    stored = zoo.stored_losses(name, "valid").mean()
    assert stored < best + 0.02


def test_kneser_ney_agrees_with_kenlm():
    # KenLM's lmplz -o 5 on the same text, measured once: 103.38.
    assert np.exp(zoo.stored_losses(zoo.KNESER_NEY).mean()) == pytest.approx(103.38, rel=0.005)


def test_the_best_network_is_well_below_the_counts_and_the_mixture_below_both():
    valid = {name: zoo.stored_losses(name, "valid") for name in zoo.stored()}
    best = min(NETWORKS, key=lambda name: valid[name].mean())
    names = [zoo.KNESER_NEY, best]
    weights = zoo.mixture_weights([valid[name] for name in names])
    test = [zoo.stored_losses(name) for name in names]
    counts, network = (np.exp(loss.mean()) for loss in test)
    mixture = np.exp(zoo.mixed_losses(test, weights).mean())
    assert network < 0.8 * counts
    assert mixture < 0.97 * network


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_was_tuned_at_the_same_rates_for_the_same_time(name):
    trials = zoo.tuning(name)
    assert [trial["rate"] for trial in trials] == list(RATES)
    assert all(trial["valid_perplexity"] > 50 for trial in trials)
    assert all(0.5 * SECONDS < trial["cpu_seconds"] < 1.5 * SECONDS for trial in trials)
    assert zoo.run(name)["settings"]["rate"] in RATES
    assert 450 < zoo.run(name)["cpu_seconds"] < 1500


def test_the_shorter_runs_are_half_as_long_and_not_as_good():
    for name, shorter in zoo.shorter_runs().items():
        assert 0.45 < shorter["steps"] / SYSTEMS[name].settings.steps < 0.55
        for split in ("valid", "test"):
            assert shorter[split] > np.exp(zoo.stored_losses(name, split).mean())
