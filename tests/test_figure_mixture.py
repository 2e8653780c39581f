"""The mixture figure: what it refuses, and its JavaScript against NumPy."""

import json

import numpy as np
import pytest
from figure_numbers import mixture_numbers

from coursekit.figures import framework
from coursekit.figures.gallery.mixture import LOSSES, SEEN, mixture


def test_the_script_computes_what_python_computes():
    mini_racer = pytest.importorskip("py_mini_racer")
    engine = mini_racer.MiniRacer()
    engine.eval(framework.script("mixture").replace("export default", "const page ="))
    rng = np.random.default_rng(0)
    first, second = rng.gamma(3.0, 2.0, size=(2, 80)).round(3).tolist()
    seen = rng.integers(2, size=80).tolist()
    for weight in (0.0, 0.37, 1.0):
        expected = mixture_numbers(first, second, seen, weight)
        for group, keep in (("all", "true"), ("seen", "seen[t]"), ("unseen", "!seen[t]")):
            engine.eval(f"seen = {json.dumps(seen)}")
            call = f"perplexity({first}, {second}, {weight}, (t) => {keep})"
            assert engine.eval(call) == pytest.approx(expected[group], rel=1e-12)


def test_the_numbers_by_hand():
    found = mixture_numbers([np.log(2), np.log(8)], [np.log(4), np.log(8)], [1, 0], 0.5)
    assert found["seen"] == pytest.approx(1 / (0.25 + 0.125))
    assert found["unseen"] == pytest.approx(8)
    assert found["all"] == pytest.approx(np.sqrt(found["seen"] * found["unseen"]))


@pytest.mark.parametrize(
    "wrong",
    [
        {"losses": {"one": [1.0, 2.0]}, "seen": [0, 1]},
        {"losses": {"one": [1.0, 2.0], "two": [1.0]}, "seen": [0, 1]},
        {"losses": {"one": [1.0, 2.0], "two": [1.0, 2.0]}, "seen": [1, 1]},
    ],
)
def test_what_cannot_be_drawn_is_refused(wrong):
    with pytest.raises(ValueError, match="mixture needs"):
        mixture(**wrong)


def test_the_example_shows_the_point():
    curve = [mixture_numbers(*LOSSES.values(), SEEN, w)["all"] for w in (0, 0.5, 1)]
    assert curve[1] < min(curve[0], curve[2])
