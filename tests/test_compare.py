"""How far a result may be off, to the digit: what single precision loses is forgiven, no more."""

import numpy as np
import pytest
import torch

from coursekit.checks.cases import Tolerance
from coursekit.checks.compare import FLOAT32, Difference, as_array, compare
from coursekit.checks.values import Opaque

TIGHT = Tolerance(rtol=1e-6, atol=1e-9)


def single(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=np.float32)


@pytest.mark.parametrize(
    ("expected", "got", "fine"),
    [
        (1.0, 1.0 + 5e-7, True),  # a relative error of 1e-6 is allowed …
        (1.0, 1.0 + 2e-6, False),
        (0.0, 5e-10, True),  # … or an absolute one of 1e-9
        (0.0, 2e-9, False),
        # Single precision: 2e-5 of the value and 2e-6, together 3.2e-5 and more at 1.5.
        (np.array([1.5, 0.1]), single(1.5 * (1 + 1.5e-5), 0.1), True),
        (np.array([1.5, 0.1]), single(1.5 * (1 + 5e-5), 0.1), False),
        (np.array([1.5, 0.1]), single(1.5 * (1 + 1e-3), 0.1), False),
        (np.array([0.5, 0.0]), single(0.5, 1.5e-6), True),
        (np.array([0.5, 0.0]), single(0.5, 4e-6), False),
        # Beside 1000 a zero that single precision computes may be off by 1000 × 2e-6.
        (np.array([1000.0, 0.0]), single(1000, 1.5e-3), True),
        (np.array([-1000.0, 0.0]), single(-1000, 1.5e-3), True),
        (np.array([1000.0, 0.0]), single(1000, 3e-3), False),
        (np.array([np.inf, 0.0]), single(np.inf, 1.5e-6), True),
        (np.array([np.inf, 0.0]), single(np.inf, 1.0), False),
        (np.array([np.nan, 1.0]), single(np.nan, 1.0), True),
        (np.array([np.nan, 1.0]), np.array([np.nan, 1.1]), False),
    ],
)
def test_how_far_a_number_may_be_off(expected: object, got: object, fine: bool) -> None:
    assert (compare(expected, got, TIGHT) is None) == fine


def test_a_wider_tolerance_of_the_question_holds_for_single_precision_too() -> None:
    assert Tolerance(2e-5, 2e-6) == FLOAT32
    assert compare(np.array([2.0]), single(2.01), Tolerance(rtol=0.1, atol=0.0)) is None
    assert compare(np.array([0.0]), single(0.05), Tolerance(rtol=0.0, atol=0.1)) is None


NAN = "; NaN comes from 0/0, ∞ − ∞ or the logarithm of a negative number, or is in the code itself"
ABS = "; np.abs of a complex number is its absolute value, .real its real part"


@pytest.mark.parametrize(
    ("expected", "got", "kind", "hidden", "more"),
    [
        (np.ones((2, 3)), np.ones((3, 2)), "shape",
         "wrong shape: expected (2, 3), got (3, 2); that is the transpose", ""),
        (np.ones(3), np.ones((1, 3)), "shape", "got (1, 3); an axis of length 1 is too many", ""),
        (np.ones((3, 1)), np.ones(3), "shape", "got (3,); an axis of length 1 is missing", ""),
        (1.0, np.ones(3), "shape",
         "expected a single number, got (3,); is a sum or a mean missing?", ""),
        (np.ones(3), 1.0, "shape",
         "got a single number; is there a sum or a mean too many?", ""),
        ((3, 4), 3, "shape",
         "wrong shape: expected (2,), got a single number; 2 are asked for", ""),
        (np.ones(3), np.ones(2), "shape", "wrong shape: expected (3,), got (2,)", ""),
        ({"a": 1, "b": 2}, {"a": 1}, "keys",
         "wrong keys: 1 missing", "; for example 'b' is missing"),
        ({"a": 1}, {"a": 1, "c": 2}, "keys",
         "wrong keys: 1 too many", "; for example 'c' should not be there"),
        ({"a": 1, "b": 2}, {"c": 1}, "keys", "wrong keys: 2 missing and 1 too many",
         "; for example 'a' is missing, and 'c' should not be there"),
        ("yes", "no", "values", "wrong text: got 'no'", ", expected 'yes'"),
        ("1", 1, "type", "expected text, got a number", ""),
        (1, "1", "type", "expected a number, got text", ""),
        ({"a": 1}, [1], "type", "expected a dictionary, got a list of 1 item", ""),
        ([1], {"a": 1}, "type", "expected a list of 1 item, got a dictionary", ""),
        ("a", None, "type", "expected text, got None; is a `return` missing?", ""),
        (None, 1, "type", "expected None, got a number", ""),
        (torch.ones(2), np.ones(2), "type",
         "expected a torch tensor of shape (2,), got an array of shape (2,)", ""),
        (np.array([True, False]), np.array([0.0, 2.0]), "dtype",
         "wrong dtype: expected True and False, got float64", ""),
        (np.bool_(True), 2.0, "dtype", "wrong dtype: expected True or False, got float64", ""),
        (1.0, 1 + 1j, "dtype", f"wrong dtype: expected real numbers, got complex128{ABS}", ""),
        (np.array([True]), np.array([1j]), "dtype", f"got complex128{ABS}", ""),
        (1.0, np.nan, "nan", f"got NaN{NAN}", ""),
        (np.ones(4), np.array([1, np.nan, 1, np.nan]), "nan",
         f"2 of 4 values are NaN, the first at [1]{NAN}", ""),
        (np.ones(3), np.array([1.0, 5.0, 9.0]), "values",
         "right shape (3,), but 2 of 3 values are wrong, most at [2]: got 9", ", expected 1"),
        (np.ones(3), np.array([9.0, np.inf, 1.0]), "values",
         "right shape (3,), but 2 of 3 values are wrong, most at [1]: got inf", ", expected 1"),
        ([1.0, 2.0], [1.0, 3.0], "values",
         "right shape (2,), but 1 of 2 values is wrong, most at [1]: got 3", ", expected 2"),
        (np.array([1j, 1j]), np.array([1j, 3j]), "values", "most at [1]: got 0+3j",
         ", expected 0+1j"),
        (np.array([np.inf, 1.0]), np.array([1.0, 1.0]), "values", "most at [0]: got 1",
         ", expected inf"),
        ([np.ones(1), np.ones(2)], [np.ones(1)], "length",
         "wrong length: expected 2, got 1", ""),
        ((np.ones(1), np.ones(2)), (np.ones(1), np.ones(3)), "shape",
         "result[1]: wrong shape: expected (2,), got (3,)", ""),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "values",
         "['a']['b']: wrong value: got 2", ", expected 1"),
        ([["a"], ["b"]], [["a"], ["c"]], "values",
         "result[1][0]: wrong text: got 'c'", ", expected 'b'"),
        ([np.ones(1), "a"], 3, "type", "expected a list of 2 items, got a number", ""),
        ([np.ones(1), "a"], np.array(3), "type", "expected a list of 2 items, got a number", ""),
        (1, Opaque("map"), "type",
         "expected a number, got a map (wrap it in list(…) or np.array(…))", ""),
        ([1, 2], [1, Opaque("dog")], "type",
         "result[1]: expected a number, got an object of type dog", ""),
        ([1, 2], [[1], [1, 2]], "shape", "result[0]: wrong shape: expected a single number, got "
         "(1,); an axis of length 1 is too many", ""),
        (3, [[1], [1, 2]], "type", "expected a number, got a list of 2 items", ""),
    ],
)  # fmt: skip
def test_what_is_said(expected: object, got: object, kind: str, hidden: str, more: str) -> None:
    found = compare(expected, got, TIGHT)
    assert found is not None
    assert found.kind == kind
    assert found.hidden.endswith(hidden)
    assert found.hidden.startswith(("wrong", "expected", "got", "right", "result", "[", "2 of"))
    assert found.more == more
    assert found.message.startswith(found.hidden + found.more)


def test_a_public_message_shows_the_right_value_and_guesses_nothing() -> None:
    right, wrong = np.array([1.0, 2.0, 4.5]), np.array([-1.0, -2.0, -4.5])
    found = compare(right, wrong, TIGHT)
    assert found is not None
    assert found.message == (
        "right shape (3,), but 3 of 3 values are wrong, most at [2]: got -4.5, expected 4.5"
    )


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (None, None),
        (np.ones(2), [1, 1]),
        ([1.0, 1.0], np.ones(2)),
        ([1, 2], (1, 2)),
        (np.ones(2), torch.ones(2)),
        (np.ones((2, 1)), [torch.ones(1), torch.ones(1)]),
        ([np.ones(1), np.ones(1)], np.ones((2, 1))),
        ([np.ones(1), np.ones(1)], torch.ones(2, 1)),
        (torch.ones(2), torch.ones(2, requires_grad=True)),
        (np.array([True, False]), np.array([1.0, 0.0])),
        (1.0, 1 + 0j),
        (1 + 1j, 1 + 1j),
        ([], []),
        ({"a": [1, "x"]}, {"a": [1, "x"]}),
    ],
)
def test_what_is_as_good(expected: object, got: object) -> None:
    assert compare(expected, got, TIGHT) is None


def test_what_is_no_array() -> None:
    for value in ([1, Opaque("map")], [[1], [1, 2]], "text", {"a": 1}, [None]):
        assert as_array(value) is None


def test_the_message_adds_what_a_secret_case_must_not_say() -> None:
    assert (
        Difference("type", "expected text", ", not a list").message == "expected text, not a list"
    )


def test_a_list_of_one_number_is_compared_as_numbers() -> None:
    found = compare([1.0], [2.0], TIGHT)
    assert found is not None
    assert found.pair is not None
    assert not found.hidden.startswith("result[0]")
