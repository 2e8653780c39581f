"""Sampling: the distribution that is drawn from, and the state that is carried."""

import pytest
import torch

from coursekit.models import GPT, RecurrentModel
from coursekit.sampling import adjusted, generate

LOG_P = torch.tensor([0.4, 0.3, 0.2, 0.1]).log()


def test_temperature_one_changes_nothing():
    assert torch.allclose(adjusted(LOG_P), LOG_P.exp())


def test_temperature_is_a_power():
    expected = LOG_P.exp() ** 2 / (LOG_P.exp() ** 2).sum()
    assert torch.allclose(adjusted(LOG_P, temperature=0.5), expected)


def test_top_k_and_top_p_keep_the_head_and_rescale():
    assert torch.allclose(adjusted(LOG_P, top_k=2), torch.tensor([4 / 7, 3 / 7, 0, 0]))
    assert torch.allclose(adjusted(LOG_P, top_p=0.65), torch.tensor([4 / 7, 3 / 7, 0, 0]))
    assert torch.allclose(adjusted(LOG_P, top_p=0.71), torch.tensor([4 / 9, 3 / 9, 2 / 9, 0]))
    assert torch.allclose(adjusted(LOG_P, top_p=0.01), torch.tensor([1.0, 0, 0, 0]))


def test_forbidden_words_get_nothing_and_the_argument_is_left_alone():
    before = LOG_P.clone()
    assert torch.allclose(adjusted(LOG_P, forbidden=[0]), torch.tensor([0, 3 / 6, 2 / 6, 1 / 6]))
    assert torch.equal(LOG_P, before)


@pytest.mark.parametrize("wrong", [{"temperature": 0}, {"top_p": 0}, {"top_k": 0}])
def test_wrong_arguments_are_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        adjusted(LOG_P, **wrong)


@pytest.mark.parametrize("build", [lambda: RecurrentModel(9, 4, 4), lambda: GPT(9, 4, 2, 1, 16)])
def test_generation_follows_the_model_and_the_seed(build):
    torch.manual_seed(0)
    model = build()
    prompt = [1, 5, 3]
    words = list(generate(model, prompt, 8, torch.Generator().manual_seed(4), top_k=1))
    again = list(generate(model, prompt, 8, torch.Generator().manual_seed(9), top_k=1))
    assert words == again  # with one word to choose from, the seed decides nothing
    read = list(prompt)
    for word in words:  # greedy, computed without a state
        log_probs, _ = model(torch.tensor([read]))
        assert word == int(log_probs[0, -1].argmax())
        read.append(word)


def test_the_same_seed_gives_the_same_text():
    torch.manual_seed(0)
    model = RecurrentModel(9, 4, 4)
    one, two, three = (
        list(generate(model, [1], 30, torch.Generator().manual_seed(s), forbidden=[0]))
        for s in (1, 1, 2)
    )
    assert one == two != three
    assert 0 not in one
