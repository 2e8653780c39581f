"""The scalar engine, of the package and of chapter 06, against torch and against its mutants."""

import math
import sys
from inspect import getsource
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from notebook_code import definitions, load, spoil

from coursekit import autodiff

PACKAGE = getsource(autodiff)
CHAPTER = definitions("06-chain-rule")


def engine(source):
    """Both engines through one door: `Value`, and a function `backward`."""
    space = load(source)
    backward = getattr(space, "backward", None) or space.Value.backward
    return SimpleNamespace(Value=space.Value, backward=backward)


def worst_error(source, graphs=60):
    """Largest error of a gradient on random graphs, relative to the largest true gradient."""
    space, worst = engine(source), 0.0
    for seed in range(graphs):
        leaves = np.random.default_rng(seed).uniform(0.5, 1.5, size=3)
        ours = [space.Value(x) for x in leaves]
        theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in leaves]
        space.backward(expression(seed, ours, space.Value))
        kind = SimpleNamespace(tanh=torch.tanh, exp=torch.exp, log=torch.log)
        expression(seed, theirs, kind).backward()
        truth = np.array([0.0 if x.grad is None else float(x.grad) for x in theirs])
        error = np.abs([x.grad for x in ours] - truth).max() / max(np.abs(truth).max(), 1e-9)
        worst = max(worst, error)
    return worst


def expression(seed, leaves, kind):
    """A random expression; values stay positive and near one, so that log and power are defined."""
    rng, values = np.random.default_rng(seed), list(leaves)
    for _ in range(10):
        a, b = (values[i] for i in rng.integers(len(values), size=2))
        choices = (
            lambda a, b: a + kind.tanh(b),
            lambda a, b: kind.exp(kind.tanh(a * b)),
            lambda a, b: (a * a + b) ** 0.5,
            lambda a, b: kind.log(a + kind.exp(b)),
        )
        values.append(choices[rng.integers(4)](a, b))
    return values[-1] * values[-2] + values[-3] ** -2


@pytest.mark.parametrize("source", [PACKAGE, CHAPTER], ids=["package", "chapter"])
def test_gradients_of_random_graphs_equal_torch(source):
    assert worst_error(source) < 1e-12


MUTANTS = {
    "overwrites": ("source.grad += node.grad * local", "source.grad = node.grad * local"),
    "forward order": ("for node in reversed(order):", "for node in order:"),
    "product rule swapped": (
        "[(self, other.data), (other, self.data)]",
        "[(self, self.data), (other, other.data)]",
    ),
    "one path lost": ("(self, other.data), (other, self.data)", "(self, other.data)"),
    "log": ("(self, 1 / self.data)", "(self, self.data)"),
    "power": ("self.data ** (power - 1)", "self.data**power"),
    "tanh": ("1 - result**2", "1 - result"),
    "result unseeded": ("self.grad = 1.0", "self.grad = 2.0"),
    "node listed before its inputs": ("stack.append((node, True))", "order.append(node)"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_the_oracle_catches_a_spoilt_engine(name):
    assert worst_error(spoil(PACKAGE, *MUTANTS[name])) > 1e-3


def test_every_operator_takes_plain_numbers_on_either_side():
    x = autodiff.Value(0.7)
    result = (2 - x) / (1 + 3 * x) + 1 / x - x / 4 - (-x) + (x + 1) * 0.5
    result.backward()
    t = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    truth = (2 - t) / (1 + 3 * t) + 1 / t - t / 4 - (-t) + (t + 1) * 0.5
    truth.backward()
    assert result.data == pytest.approx(float(truth.detach()), rel=1e-14)
    assert x.grad == pytest.approx(float(t.grad), rel=1e-14)


def test_a_second_backward_does_not_add_to_the_first():
    x = autodiff.Value(3)
    y = x * x
    y.backward()
    y.backward()
    assert x.grad == 6


def test_a_graph_deeper_than_the_call_stack_is_no_problem():
    w, state = autodiff.Value(0.9), autodiff.Value(0.5)
    for _ in range(5 * sys.getrecursionlimit()):
        state = (w * state).tanh()
    state.backward()
    assert math.isfinite(w.grad)


def test_edges_are_walked_once_even_where_paths_are_countless():
    w, state = autodiff.Value(0.0), autodiff.Value(1.0)
    for _ in range(200):  # 2^200 paths
        state = state + (w * state).tanh()
    state.backward()
    assert w.grad == pytest.approx(200)


def test_a_value_that_is_printed_shows_its_number_and_its_gradient():
    x = autodiff.Value(3, label="x")
    y = x * x + 0.5
    assert repr(y) == "Value(9.5, grad=0)"
    y.backward()
    assert f"{[x, y]}" == "[Value(3, grad=6), Value(9.5, grad=1)]"


def test_something_that_is_no_number_is_refused():
    with pytest.raises(TypeError):
        autodiff.Value([1.0, 2.0])


def test_the_first_sentence_keeps_its_promise():
    assert "fewer than 100 lines" in PACKAGE.splitlines()[0]
    assert len(PACKAGE.splitlines()) < 100
