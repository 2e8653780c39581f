"""The figures of chapters 08 and 09: what they refuse, and their JavaScript against NumPy."""

import json

import numpy as np
import pytest
from figure_numbers import clipping_wall_numbers, vanishing_numbers

from coursekit.figures import framework
from coursekit.figures.gallery import clipping_wall, memory_horizons, vanishing
from coursekit.probes import gradients


@pytest.fixture(scope="module")
def engine():
    return pytest.importorskip("py_mini_racer").MiniRacer()


def load(engine, name):
    source = framework.script(name)
    source = source.replace("export default { render };", f"return {{ {EXPORTS[name]} }};")
    engine.eval(f"var {name} = (() => {{ {source} }})()")


EXPORTS = {"vanishing": "numbers, singular", "clipping_wall": "error, descend"}


def ask(engine, expression):
    return json.loads(engine.eval(f"JSON.stringify({expression})"))


@pytest.mark.parametrize("kind", vanishing.KINDS)
@pytest.mark.parametrize("phi", gradients.ACTIVATIONS)
@pytest.mark.parametrize("rho", [0.3, 0.9, 1.0, 2.0])
def test_vanishing_computes_what_python_computes(engine, kind, phi, rho):
    load(engine, "vanishing")
    net = json.dumps(vanishing._nets()[kind])
    found = ask(engine, f'vanishing.numbers({net}, {rho}, "{phi}", "{kind}")')
    norms, factor = vanishing_numbers(rho, phi, kind)
    np.testing.assert_allclose(found["norms"], norms, rtol=1e-9)
    assert found["factor"] == pytest.approx(factor, rel=1e-9)


def test_singular_value_by_rotations(engine):
    load(engine, "vanishing")
    rng = np.random.default_rng(0)
    for scale in (1e-40, 1.0, 1e30):
        matrix = scale * rng.normal(size=(8, 8))
        found = ask(engine, f"vanishing.singular({json.dumps(matrix.tolist())})")
        assert found == pytest.approx(np.linalg.norm(matrix, 2), rel=1e-9)


@pytest.mark.parametrize("threshold", [None, 0.1, 1.0])
def test_the_wall_computes_what_python_computes(engine, threshold):
    load(engine, "clipping_wall")
    limit = json.dumps(threshold)
    for w, b in ((3.5, -1.0), (5.4, -2.6), (6.0, 1.0)):
        found = ask(engine, f"clipping_wall.descend({w}, {b}, 1, {limit}, 60)")
        points, errors = clipping_wall_numbers(w, b, 1.0, threshold, 60)
        np.testing.assert_allclose(found["points"], points, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(found["errors"], errors, rtol=1e-5, atol=1e-7)


def test_the_example_of_the_chapter():
    """Thrown away without clipping, in the valley with it (Pascanu et al. 2013, figure 6)."""
    (free, free_errors) = clipping_wall_numbers(5.4, -2.6, 1.0, None, 400)
    (_, errors) = clipping_wall_numbers(5.4, -2.6, 1.0, 0.1, 400)
    assert free_errors[-1] == pytest.approx(0.089, abs=0.002)
    assert free[-1] == pytest.approx([5.57, 1.19], abs=0.02)
    assert errors[-1] < 3e-4


def test_memory_horizons_summarise_the_study():
    data = memory_horizons.memory_horizons_numbers()
    for cell in data["cells"].values():
        for mode in ("full", "truncated"):
            low, middle, high = cell[mode]["horizon"]
            assert low <= middle <= high
            assert high in (0, *data["lags"])
            assert len(cell[mode]["accuracy"]) <= len(data["lags"])
    horizon = {name: cell["full"]["horizon"][1] for name, cell in data["cells"].items()}
    assert horizon["LSTM, forget bias 3"] > horizon["LSTM, forget bias 0"]


@pytest.mark.parametrize(
    ("figure", "wrong"),
    [
        (vanishing.vanishing, {"rho": 2.5}),
        (vanishing.vanishing, {"phi": "relu"}),
        (vanishing.vanishing, {"lag": 0}),
        (clipping_wall.clipping_wall, {"w": 2.0}),
        (clipping_wall.clipping_wall, {"updates": 401}),
        (memory_horizons.memory_horizons, {"cell": "LSTM"}),
    ],
)
def test_what_cannot_be_drawn_is_refused(figure, wrong):
    with pytest.raises(ValueError, match=r"vanishing|activations|clipping_wall|memory_horizons"):
        figure(**wrong)
