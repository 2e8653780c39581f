"""What a page prints of a case can be pasted, and evaluates to the same input to the last bit."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from exercise_kit import key_of
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from coursekit.checks import given
from coursekit.checks.calls import LONG, label, show_steps, show_value
from coursekit.checks.cases import Distant, Kept, Step, change
from coursekit.checks.recorded import index, look_up
from coursekit.checks.run import run_case
from coursekit.checks.values import to_tree

SPACE = {"np": np, "torch": torch}
DTYPES = ("float64", "float32", "float16", "int64", "int32", "uint8", "uint64", "bool")
COMPLEX = ("complex64", "complex128")
TENSORS = ("float32", "float64", "int64", "int32", "uint8", "bool", "complex64", "complex128")


def same(one: Any, other: Any) -> bool:
    """Equal type, dtype, shape and bits; NaN is NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and same(one.numpy(), other.numpy())
    if isinstance(one, (np.ndarray, np.generic)):
        if one.dtype != other.dtype or one.shape != other.shape:
            return False
        if one.dtype.kind == "c":
            return same(one.real, other.real) and same(one.imag, other.imag)
        if one.dtype.kind != "f":
            return bool(np.array_equal(one, other))
        signs = np.isnan(one) | (np.signbit(one) == np.signbit(other))
        return bool(np.array_equal(one, other, equal_nan=True) and np.all(signs))
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same([*one.items()], [*other.items()])
    if isinstance(one, complex):
        return same([one.real, one.imag], [other.real, other.imag])
    if isinstance(one, float):
        return math.isnan(one) == math.isnan(other) and (
            math.isnan(one) or (one, math.copysign(1, one)) == (other, math.copysign(1, other))
        )
    return bool(one == other)


ARRAYS = st.sampled_from(DTYPES + COMPLEX).flatmap(
    lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, min_side=0, max_side=4))
)
CONSTANT = ARRAYS.filter(lambda a: a.size > 0).map(lambda a: np.full((3, 2), a.flat[0]))
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    st.text(),
    ARRAYS,
    CONSTANT,
    ARRAYS.filter(lambda a: str(a.dtype) in TENSORS).map(lambda a: torch.from_numpy(a.copy())),
    ARRAYS.filter(lambda a: a.size > 0).map(lambda a: a.flat[0]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.one_of(st.text(), st.integers(), st.tuples(st.text())), inner),
    ),
    max_leaves=6,
)


@for_all(VALUES)
@settings(max_examples=400, deadline=None)
def test_a_printed_value_evaluates_to_itself(value: Any) -> None:
    assert same(eval(show_value(value), dict(SPACE)), value), show_value(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.inf, 'float("inf")'),
        (-math.inf, 'float("-inf")'),
        (0.1 + 0.2, "0.30000000000000004"),
        (np.array([0.1, np.nan, -np.inf]), "np.array([0.1, np.nan, -np.inf])"),
        (np.array([0.1, 0.2], np.float32), "np.array([0.1, 0.2], dtype=np.float32)"),
        (np.array([1, 2], np.int32), "np.array([1, 2], dtype=np.int32)"),
        (np.array([[True, False]]), "np.array([[True, False]])"),
        (np.zeros((0, 3)), "np.zeros((0, 3))"),
        (np.zeros((0, 3), int), "np.zeros((0, 3), dtype=np.int64)"),
        (np.full((2, 2), 0.5), "np.full((2, 2), 0.5)"),
        (torch.tensor([1.5, 2]), "torch.tensor([1.5, 2.0])"),
        (torch.tensor([1.5, 2]).double(), "torch.tensor([1.5, 2.0], dtype=torch.float64)"),
        (torch.tensor([1.5, 2]).bfloat16(), "torch.tensor([1.5, 2.0], dtype=torch.bfloat16)"),
        (np.float64(2), "np.float64(2.0)"),
        ({"W": (1,)}, "{'W': (1,)}"),
    ],
)
def test_values_as_one_would_write_them(value: Any, text: str) -> None:
    assert show_value(value) == text


class Layer:
    def __init__(self) -> None:
        self.b = torch.nn.Parameter(torch.zeros(2))


class Net:
    def __init__(self, n: int) -> None:
        self.layers, self.rate = [Layer() for _ in range(n)], 0.0

    def __call__(self, x: Any, temperature: float = 1.0) -> Any:
        return self.layers[0].b * x * temperature * self.rate


def test_steps_that_set_attributes_are_valid_python() -> None:
    steps = (
        Step(args=(2,), keep="net", judged=False),
        change("net.layers.0.b", torch.tensor([0.1, 0.7])),
        change("net.rate", 0.3),
        Step("call", "net", (torch.tensor([1.0, 2.0]),), {"temperature": 0.1}, keep="out"),
        Step("get", "net.layers.1.b"),
        Step("each", "net", ([0.1, math.inf],)),
    )
    text = show_steps(steps, "Net")
    assert text.split("\n") == [
        "net = Net(2)",
        "net.layers[0].b.data.copy_(torch.tensor([0.1, 0.7]))",
        "net.rate = 0.3",
        "out = net(torch.tensor([1.0, 2.0]), temperature=0.1)",
        "net.layers[1].b",
        '[net(x) for x in [0.1, float("inf")]]',
    ]
    space = SPACE | {"Net": Net}
    exec(text, space)
    assert torch.equal(space["out"], run_case(Net, [s.to_plain() for s in steps])["results"][0])


def test_a_function_that_stays_with_the_judge_is_named_and_explained() -> None:
    text = show_steps([Step(args=(Distant(0), 3))], "f")
    assert text.split("\n")[0] == "f(model, 3)"
    assert "stays with the judge" in text
    compile(text, "<case>", "exec")


def test_a_label_leaves_long_arguments_out() -> None:
    assert label(Step("call", "net", (np.arange(0.5, 50), 3), keep="out"), "f") == "net(…, 3)"


def cases() -> list[tuple[str, int]]:
    found = []
    for name, (_, record) in index().items():
        if record["kind"] in ("function", "class"):
            found += [(name, number) for number in range(len(record["cases"]))]
    return found


CASES = cases()


@pytest.mark.parametrize("name", sorted({name for name, _ in CASES}))
def test_every_public_case_can_be_pasted(name: str) -> None:
    """The reference gives the same with what is printed, whether written out or fetched."""
    recorded = look_up(name)
    reference = key_of(recorded.exercise).recipes[name].reference
    for number, case in enumerate(recorded.cases):
        for text in (show_steps(case.steps, name), show_steps(case.steps, name, number)):
            compile(text, "<case>", "exec")
            collected: list[Any] = []

            def collect(*args: Any, _kept: list[Any] = collected, **kwargs: Any) -> Any:
                _kept.append((args, kwargs))
                return reference(*args, **kwargs)

            if any(isinstance(a, Distant) for s in case.steps for a in s.args):
                continue
            with np.errstate(all="ignore"):
                exec(text, SPACE | {name: collect})
            direct = [s for s in case.steps if s.target == "answer" and s.do == "call"]
            for (args, kwargs), step in zip(collected, direct, strict=False):
                plain = [
                    (a, b) for a, b in zip(args, step.args, strict=True) if type(b) is not Kept
                ]
                assert to_tree([a for a, _ in plain]) == to_tree([b for _, b in plain])
                assert to_tree(kwargs) == to_tree(step.kwargs)
    assert all(same(given(name, i)[0], c.steps[0].args[0])
               for i, c in enumerate(recorded.cases)
               if c.steps[0].args and not isinstance(c.steps[0].args[0], Distant))  # fmt: skip


def test_long_arguments_of_a_public_case_are_fetched() -> None:
    steps = [Step(args=(np.arange(500) / 7, 2))]
    assert len(show_value(steps[0].args[0])) > LONG
    assert show_steps(steps, "f", 3) == (
        'from coursekit.checks import given\nf(given("f", 3, 0)[0], 2)'
    )
