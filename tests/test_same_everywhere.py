"""Drawn numbers and recorded outcomes do not depend on the processor; see tests/processors, too."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coursekit.authoring.draws import Draws
from coursekit.authoring.precision import numbers_in, rounded, run_precisely, settled
from coursekit.checks.cases import Tolerance, call
from coursekit.checks.compare import compare
from coursekit.checks.run import run_case

DRAWS = {
    "random": lambda rng: rng.random(5),
    "uniform": lambda rng: rng.uniform(-1, 3, 5),
    "normal": lambda rng: rng.normal(scale=2, size=5),
    "standard_normal": lambda rng: rng.standard_normal(5),
    "exponential": lambda rng: rng.exponential(3.0, size=5),
    "dirichlet": lambda rng: rng.dirichlet([1, 2, 3]),
}
FIRST = {
    "random": [0.850624, 0.636961, 0.511136, 0.269786, 0.307829],
    "uniform": [2.4025, 1.54784, 1.04454, 0.079144, 0.231316],
    "normal": [3.2241, -1.59882, -3.06524, 0.104736, 1.34926],
    "standard_normal": [1.61205, -0.799411, -1.53262, 0.052368, 0.674628],
    "exponential": [0.485353, 1.35314, 2.01336, 3.93037, 3.53463],
    "dirichlet": [0.023221, 0.161066, 0.815713],
}


def draws(seed=0):
    return Draws(np.random.PCG64(seed))


@pytest.mark.parametrize("name", DRAWS)
def test_a_seed_gives_these_numbers_on_every_machine(name):
    assert DRAWS[name](draws()).tolist() == FIRST[name]


@pytest.mark.parametrize("name", DRAWS)
def test_each_number_takes_the_same_count_of_draws(name):
    """Whatever the values, as many random bits are used up: nothing is thrown away."""
    after = set()
    for seed in range(50):
        rng, other = draws(seed), draws(seed)
        DRAWS[name](rng)
        used = {"normal": 60, "standard_normal": 60, "dirichlet": 6}.get(name, 5)
        other.integers(10**6, size=used)
        after.add(rng.bit_generator.state == other.bit_generator.state)
    assert after == {True}


@pytest.mark.parametrize("name", DRAWS)
def test_numbers_are_short_decimals(name):
    found = DRAWS[name](draws(1))
    assert (found == rounded(found, 6)).all()


def test_distributions_have_the_moments_they_should():
    rng, n = draws(), 40_000
    assert abs(rng.random(n).mean() - 1 / 2) < 0.01
    assert abs(rng.uniform(2, 4, n).std() - 2 / 12**0.5) < 0.01
    z = rng.normal(1, 3, n)
    assert abs(z.mean() - 1) < 0.05
    assert abs(z.std() - 3) < 0.05
    assert abs(rng.exponential(2.0, n).mean() - 2) < 0.05
    p = rng.dirichlet([1, 4, 5], size=4000)
    assert abs(p.mean(axis=0) - [0.1, 0.4, 0.5]).max() < 0.01
    assert abs(p.sum(axis=1) - 1).max() < 1e-15
    assert p.min() > 0


def test_ends_and_parameters_that_cannot_be_drawn_are_refused():
    with pytest.raises(ValueError, match="finite"):
        draws().uniform(None)
    with pytest.raises(ValueError, match="above 0"):
        draws().dirichlet([1, 0])


def test_a_small_alpha_gives_sure_distributions():
    sure = draws().dirichlet([0.1] * 4, size=2000)
    unsure = draws().dirichlet([5] * 4, size=2000)
    assert sure.max(axis=1).mean() > 0.8 > 0.5 > unsure.max(axis=1).mean()
    assert abs(sure.sum(axis=1) - 1).max() < 1e-15


def test_shapes_are_those_of_numpy():
    rng, numpys = draws(), np.random.default_rng(0)
    for size in (3, (2, 3), ()):
        for name in ("random", "standard_normal"):
            assert np.shape(getattr(rng, name)(size)) == np.shape(getattr(numpys, name)(size))
        for name in ("uniform", "normal", "exponential"):
            assert np.shape(getattr(rng, name)(size=size)) == np.empty(size).shape
    assert rng.uniform([1, 2], [[3], [4]]).shape == (2, 2)
    assert type(rng.uniform()) is type(rng.normal()) is type(rng.exponential()) is float
    assert rng.dirichlet([1, 1], size=(2, 3)).shape == (2, 3, 2)


FINITE = st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-6)


@given(arrays(float, (7,), elements=FINITE))
def test_a_stored_outcome_is_well_inside_its_tolerance(x):
    for rtol, atol in ((1e-5, 1e-8), (1e-4, 1e-5), (6e-4, 1e-8)):
        moved = abs(settled(x, rtol, atol) - x)
        assert (moved <= np.maximum(atol, rtol * abs(x)) / 100).all()


def test_a_last_bit_changes_nothing_that_is_stored():
    """Of 100,000 numbers, none here; a number on the border of two decimals could."""
    x = np.random.default_rng(0).normal(size=100_000)
    for other in (np.nextafter(x, np.inf), np.nextafter(x, -np.inf), x * (1 + 4e-16)):
        assert (settled(x, 1e-5, 1e-8) == settled(other, 1e-5, 1e-8)).all()
        assert (rounded(x) == rounded(other)).mean() > 0.9999


def test_exact_numbers_stay_as_they_are():
    x = np.array([0.0, -3.0, 12345678.0, 2.0**52, np.inf, -np.inf, np.nan])
    assert np.array_equal(settled(x, 1e-5, 1e-8), x, equal_nan=True)
    assert np.array_equal(rounded(x, 3), x, equal_nan=True)
    assert not np.signbit(settled(np.array([-1e-17]), 1e-5, 1e-8))[0]


def test_plain_data_keep_their_types():
    given = {"a": [1, 0.1 + 0.2, "x", None, True], "b": (np.float32(0.1), np.arange(3), 1j / 3)}
    given["t"] = torch.tensor([1 / 3], dtype=torch.float64)
    found = numbers_in(given, rounded)
    assert found["a"] == [1, 0.3, "x", None, True]
    assert [type(v) for v in found["b"]] == [np.float32, np.ndarray, complex]
    assert found["t"].tolist() == [0.33333333]


def test_single_precision_is_worked_out_in_double():
    """A sum that loses everything in single precision is right; the answer still sees float32."""
    big = torch.tensor([1e8, 1.0, -1e8])
    plain = [step.to_plain() for step in call(big)]
    add = lambda x: x[0] + x[1] + x[2]  # noqa: E731
    (precise,) = run_precisely(add, plain, None)["results"]
    (single,) = run_case(add, plain)["results"]
    assert precise.dtype == single.dtype == torch.float32
    assert precise.item() == 1
    assert single.item() == 0
    assert torch.get_default_dtype() == torch.float32
    assert compare(precise, single, Tolerance(1e-5, 1e-8)) is not None


def test_double_precision_and_arrays_are_left_alone():
    x = np.array([0.1], np.float32)
    plain = [step.to_plain() for step in call(x)]
    (found,) = run_precisely(lambda v: v, plain, None)["results"]
    assert found.dtype == np.float32


PLACE = """
import numpy as np
from coursekit.checks.errors import report
def answer():
    return np.stack([])
answer.__code__ = answer.__code__.replace(co_filename="<a notebook>")
try:
    answer()
except ValueError as error:
    print(np.__file__, report(error)["place"])
"""


def test_an_error_has_the_same_place_wherever_numpy_lies(tmp_path):
    """NumPy may lie outside the environment: Colab's, one of ``pip --user``, one of PYTHONPATH."""
    packages = Path(np.__file__).parents[1]
    for name in ("numpy", "numpy.libs"):
        (tmp_path / name).symlink_to(packages / name)
    for path, lies_in in ({}, packages), ({"PYTHONPATH": str(tmp_path)}, tmp_path):
        command = [sys.executable, "-c", PLACE]
        said = subprocess.run(command, env=os.environ | path, capture_output=True, text=True)
        assert said.stdout.split() == [str(lies_in / "numpy/__init__.py"), ":stack"], said.stderr
