"""The small models that travel inside a page: what is stored is what is said of them."""

import math
import platform

import numpy as np
import pytest
import torch

from coursekit import text
from coursekit.probes.units import auc, places
from coursekit.training import token_losses
from coursekit.zoo import page

REPORTED = text.python_source().valid[1::2]
ABOUT = page.run("characters")


@pytest.fixture(scope="module")
def model() -> torch.nn.Module:
    torch.set_num_threads(1)
    return page.load("characters")


def bits(model: torch.nn.Module, most: int | None = None) -> float:
    losses = [token_losses(model, page.encode(f.text[:most]), 1, 512) for f in REPORTED]
    return float(np.concatenate(losses).mean() / math.log(2))


def test_encode_and_decode_are_inverse() -> None:
    assert page.decode(page.encode(text.ALPHABET)) == text.ALPHABET
    assert page.encode("\n a").tolist() == [0, 1, text.ALPHABET.index("a")]
    with pytest.raises(KeyError):
        page.encode("é")


def test_the_character_model_is_as_good_as_said(model: torch.nn.Module) -> None:
    found = bits(model)
    if platform.python_version() == ABOUT["python"]:
        assert found == pytest.approx(ABOUT["bits_reported_on"], abs=0.002)
    assert found < 1.9  # other versions of Python hold out other files


def test_an_untrained_model_is_not(model: torch.nn.Module) -> None:
    torch.manual_seed(0)
    assert bits(page.MODELS["characters"]().eval(), most=200) > 6


def test_size_and_alphabet_are_as_said(model: torch.nn.Module) -> None:
    assert ABOUT["alphabet"] == text.ALPHABET
    assert ABOUT["parameters"] == sum(weights.numel() for weights in model.parameters())
    for name in page.MODELS:
        assert (page.folder() / f"{name}.npz").stat().st_size < 500_000


def test_the_named_bracket_unit_follows_brackets_in_a_new_text(model: torch.nn.Module) -> None:
    file = next(f for f in text.python_source().valid if f.name == "functools.py")
    state, cells = model.initial_state(1), []
    with torch.inference_mode():
        for x in torch.tensor(page.encode(file.text[:6_000])):
            _, state = model.hidden(x.view(1, 1), state)
            cells.append(state[1][0].numpy())
    inside = places(file.text)["depth"][:6_000, None] >= 1
    areas = auc(np.stack(cells), inside)[0]  # (n,)
    unit = {name: number for number, name, _ in ABOUT["units"]}["inside brackets"]
    assert areas[unit] > 0.9
    assert areas.argmax() == unit
