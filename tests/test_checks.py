"""What ``check`` says: fair to other styles, specific about what is wrong, and never an error."""

import html
import importlib
import json
import linecache
import math
import re
import subprocess
import sys
import textwrap
from collections import deque
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from coursekit.checks import check, ends, values
from coursekit.checks.cases import (
    Case,
    Kept,
    Question,
    Step,
    Tolerance,
    call,
    change,
    steps_from_plain,
)
from coursekit.checks.compare import compare
from coursekit.checks.diagnose import Diagnosis, Expected, GroupVerdict, Misconception, diagnose
from coursekit.checks.feedback import Feedback
from coursekit.checks.recorded import expect
from coursekit.checks.run import run_case

SCALARS = (
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=5)
)
PLAIN = st.recursive(
    SCALARS
    | st.complex_numbers()
    | hnp.arrays(hnp.floating_dtypes(), hnp.array_shapes(min_side=0)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


def same(a, b):
    """Equal in value and type, NaN equal to NaN."""
    if isinstance(a, np.ndarray):
        return a.dtype.kind == b.dtype.kind and np.array_equal(a, b, equal_nan=True)
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return a == b or (a != a and b != b)


@given(PLAIN)
def test_plain_values_survive_the_wire(value):
    assert same(values.decode(values.encode(value)), value)


@given(st.binary(max_size=60) | st.recursive(
    SCALARS.filter(lambda x: x == x and abs(x or 0) != np.inf if isinstance(x, float) else True),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["array", "shape", "data", "list", "tuple", "dict", "float", "int",
                         "opaque", "complex", "tensor", "scalar"]), inner, max_size=4),
    max_leaves=12,
).map(lambda tree: json.dumps(tree).encode()))  # fmt: skip
def test_bytes_of_anybody_are_decoded_or_refused(body):
    """Malformed bytes raise the one exception; what is accepted is encoded to the same again."""
    try:
        value = values.decode(body)
    except values.EncodingError:
        return
    assert same(values.decode(values.encode(value)), value)


class Sly(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__

    def __float__(self):
        raise AssertionError("student code ran")


class SlyArray(np.ndarray):
    def tobytes(self, *args):
        raise AssertionError("student code ran")


def test_subclasses_are_flattened_without_asking_them():
    assert type(values.decode(values.encode(Sly(2.5)))) is float
    array = np.arange(3.0).view(SlyArray)
    assert type(values.decode(values.encode(array))) is np.ndarray
    assert values.decode(values.encode(object())) == values.Opaque("object")
    assert values.decode(values.encode(np.array([object()]))).type_name.startswith("array")


@pytest.mark.parametrize(
    "value",
    [np.zeros(values.MAX_BYTES // 2 + 1, np.uint8), 10**20000, [[]] * (values.MAX_ITEMS + 1)],
    ids=["bytes", "digits", "items"],
)
def test_what_is_too_large_is_refused(value):
    with pytest.raises(values.EncodingError):
        values.encode(value)


def test_what_is_too_deep_is_refused():
    deep = []
    for _ in range(values.MAX_DEPTH + 1):
        deep = [deep]
    with pytest.raises(values.EncodingError):
        values.encode(deep)
    with pytest.raises(values.EncodingError):
        values.decode(b'{"list":[' * 5000 + b"]}" * 5000)


E64 = np.linspace(0.1, 2, 6).reshape(2, 3)
FAIR = {
    "a list for an array": (E64, E64.tolist()),
    "a tuple of rows": (E64, tuple(map(tuple, E64))),
    "single precision": (E64, E64.astype(np.float32)),
    "a tensor for an array": (E64, torch.tensor(E64)),
    "a list of tensors": (E64, [torch.tensor(row) for row in E64]),
    "a 0-d array for a number": (2.5, np.array(2.5)),
    "a 0-d tensor for a number": (2.5, torch.tensor(2.5)),
    "a whole number as float": (3, 3.0),
    "a tuple for a list": (["a", "b"], ("a", "b")),
    "an array for a list": ([1, 2], np.array([1, 2])),
    "a matrix for a list of rows": (list(E64), E64),
    "0 and 1 for False and True": (np.array([True, False]), np.array([1, 0])),
    "NumPy's True": (True, np.True_),
    "infinity": (np.inf, float("inf")),
    "expected NaN": (np.nan, np.float32("nan")),
    "a fraction for a number": (0.75, Fraction(3, 4)),
    "a decimal for a number": (0.75, Decimal("0.75")),
    "an array of fractions": (np.array([0.5, 0.25]), np.array([Fraction(1, 2), Fraction(1, 4)])),
    "a range for a list": ([0, 1, 2], range(3)),
    "a deque for a list": ([1, 2], deque([1, 2])),
    "the values of a dictionary": ([1, 2], {"a": 1, "b": 2}.values()),
    "a whole number by way of floats": (33_405_421, 33_405_421.000_000_01),
    "NumPy's strings": (["a"], np.array(["a"]).tolist()),
    "keys of NumPy's numbers": ({1: 2.0}, values.decode(values.encode({np.int64(1): 2.0}))),
    "float32 passed through Python": (1 / 3, float(np.float32(1 / 3))),
}


@pytest.mark.parametrize("name", FAIR)
def test_another_style_is_not_punished(name):
    expected, got = FAIR[name]
    got = values.decode(values.encode(got))
    assert compare(expected, got, Tolerance(1e-6, 1e-9)) is None


WRONG = {
    "no return": (2.5, None, "type", "return"),
    "a list for a number": (2.5, [2.5], "shape", "a single number"),
    "a function": (2.5, values.Opaque("function"), "type", "parentheses"),
    "a generator": ([1], values.Opaque("generator"), "type", "list("),
    "an axis too many": (E64, E64[None], "shape", "an axis of length 1 is too many"),
    "a mean too many": (E64, E64.mean(), "shape", "a mean too many"),
    "transposed shape": (E64, E64.T, "shape", "(2, 3), got (3, 2); that is the transpose"),
    "a tensor is wanted": (torch.tensor(E64), E64, "type", "torch tensor"),
    "complex": (E64, E64 + 1j, "dtype", "real numbers, got complex128; np.abs"),
    "a pair in a pair": ((1.0, 2.0), (1.0, (2.0, E64)), "type", "result[1]: expected a number"),
    "an object in a pair": ((1.0, 2.0), (values.Opaque("map"), 2.0), "type", "result[0]: expected"),
    "not a mask": (np.array([True, False]), np.array([0.5, 0.5]), "dtype", "True and False"),
    "NaN": (E64, np.where(E64 > 1, np.nan, E64), "nan", "3 of 6 values are NaN, the first at [1,"),
    "one entry": (E64, E64 + np.eye(2, 3) * [[0, 0, 0], [0, 0.5, 0]], "values", "1 of 6 values"),
    "where it is worst": (E64, E64 + np.eye(2, 3) * [[1], [7]], "values", "most at [1, 1]"),
    "swapped axes": (E64, E64.T + 1, "shape", "these are the same lengths in reverse"),
    "capital letters": ("yes", "Yes", "values", "only capital letters differ"),
    "a line break": ("yes no", "yes\nno", "values", "only spaces or line breaks differ"),
    "keys of another type": ({(1,): 1}, {"1": 1}, "keys", "each key should be a tuple, not a str"),
    "a huge integer": (2.5, 2**70, "values", "got 1.18059e+21, expected 2.5"),
    "the next integer": (33_405_421, 33_405_422, "values", "wrong value"),
    "length": ([np.ones(1), np.ones(2)], [np.ones(1)], "length", "expected 2, got 1"),
    "keys": ({"a": 1}, {"b": 1}, "keys", "'a' is missing"),
    "text": ("yes", "no", "values", "'no'"),
    "inside": ({"a": [E64, 1.0]}, {"a": [E64, 2.0]}, "values", "['a'][1]: "),
    "almost": (1.0, 1.0 + 1e-4, "values", "wrong value"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_the_difference_is_named(name):
    expected, got, kind, words = WRONG[name]
    found = compare(expected, got, Tolerance(1e-6, 1e-9))
    assert found is not None
    assert found.kind == kind
    assert words in found.message
    assert "expected 7.5" not in found.hidden


def test_a_step_is_called_by_the_name_of_the_question():
    steps = (Step("call", args=(2,)), Step("get", "kept"))
    assert expect(Case("g", steps), [4, 2], "double").labels == ["double(2)", "kept"]


def test_a_public_message_shows_the_expected_value_and_a_hidden_one_does_not():
    found = compare(7.25, 8.5)
    assert "7.25" in found.message
    assert "7.25" not in found.hidden


def outcome(thing, *steps):
    return run_case(thing, Case("g", steps).to_plain())


def test_inputs_are_fresh_and_changes_are_noticed():
    def doubles(x):
        x *= 2
        return x

    x = np.ones(2)
    done = outcome(doubles, *call(x))
    assert x.tolist() == [1, 1]
    assert done["mutated"]
    assert not outcome(lambda x: x * 2, *call(x))["mutated"]


def test_results_are_what_they_were_at_their_step():
    class Counter:
        def __init__(self):
            self.seen = []

        def add(self, x):
            self.seen.append(x)
            return self.seen

    steps = [Step(keep="c", judged=False), *(Step(target="c.add", args=(i,)) for i in (1, 2))]
    assert outcome(Counter, *steps)["results"] == [[1], [1, 2]]


def test_a_script_sets_weights_passes_kept_results_and_reads_items():
    layer = Step(args=(2, 1), keep="layer", judged=False)
    steps = [
        layer,
        change("layer.weight", np.array([[1.0, 2.0]])),
        change("layer.bias", np.array([0.5])),
        change("pair", [torch.ones(2), "unused"]),
        Step(target="layer", args=(Kept("first"),)),
    ]
    steps.insert(4, Step("get", "pair.0", keep="first", judged=False))
    done = outcome(torch.nn.Linear, *steps)
    assert done["error"] is None
    assert done["results"][0].item() == 3.5
    assert steps_from_plain(Case("g", tuple(steps)).to_plain()) is not None
    bad = outcome(torch.nn.Linear, layer, change("layer.weight", np.ones((3, 3))))
    assert "should have (3, 3)" in bad["error"]["message"]


def test_errors_are_reported_with_the_line_of_the_student():
    def inner(x):
        return x[5]  # the line to be found

    def outer(x):
        return np.apply_along_axis(inner, 0, x)

    error = outcome(outer, *call(np.ones(3)))["error"]
    assert (error["kind"], error["type"]) == ("raised", "IndexError")
    assert error["text"] == "return x[5]  # the line to be found"

    def starter(x):
        raise NotImplementedError

    assert outcome(starter, *call(1))["error"]["kind"] == "not written"
    assert outcome(..., Step("get"))["error"]["kind"] == "not written"
    assert outcome(lambda: sys.exit(3), *call())["error"]["type"] == "SystemExit"
    with pytest.raises(KeyboardInterrupt):
        outcome(lambda: (_ for _ in ()).throw(KeyboardInterrupt), *call())


def test_random_answers_are_repeatable_and_leave_no_trace():
    def noisy():
        return float(np.random.rand() + torch.rand(()).item())

    assert outcome(noisy, *call())["results"] == outcome(noisy, *call())["results"]
    np.random.seed(1)
    torch.manual_seed(1)
    before = np.random.rand(), torch.rand(()).item()
    np.random.seed(1)
    torch.manual_seed(1)
    check(perplexity)
    assert (np.random.rand(), torch.rand(()).item()) == before


def test_a_misconception_is_named_also_when_only_one_group_shows_it():
    question = Question("f", "function", {"easy": 1, "hard": 1})
    expected = [Expected("easy", [1.0]), Expected("hard", [2.0])]
    wrong = Misconception("m", "the hint", [{"results": [5.5], "error": None},
                                            {"results": [6.5], "error": None}])  # fmt: skip
    got = [{"results": [1.0], "error": None}, {"results": [6.5], "error": None}]
    said = diagnose(question, expected, got, [wrong])
    assert (said.points, said.hint, said.misconception) == (1, "the hint", "m")
    got[1] = {"results": [7.0], "error": None}
    assert diagnose(question, expected, got, [wrong]).misconception == ""


# The ten likeliest ways to get a question of exercise 02 wrong, and words the answer must contain.


def perplexity(p):
    return float(np.exp(-np.log(p).mean()))


LIKELY = {
    "starter": ("raise NotImplementedError", "Not written yet"),
    "no return": ("np.exp(-np.log(p).mean())", "`return` missing"),
    "prints": ("print('here')", "Your code printed: here"),
    "misspelt": ("return np.exp(-np.log(q).mean())", "name 'q' is not defined, in line 2"),
    "misspelt in NumPy": ("return np.exp(-np.lgo(p).mean())", "spelt as the library spells it"),
    "an array": ("return np.exp(-np.log(p))", "wrong shape: expected a single number"),
    "product": ("return 1 / np.prod(p)", "without the exponent 1/N"),
    "base 2": ("return 2 ** -np.log(p).mean()", "take np.exp"),
    "math.log": ("return math.exp(-math.log(p).mean())", "one number is needed"),
    "off by one": ("return np.exp(-np.log(p[1:]).mean())", "wrong value"),
    "twice": ("return 2 * np.exp(-np.log(p).mean())", "wrong value: got"),
    "shortcut": ("return room.perplexity(np.log(p))", "do without"),
}


@pytest.mark.parametrize("name", LIKELY)
def test_the_likeliest_wrong_answers_are_told_what_to_do(name):
    body, words = LIKELY[name]
    source = f"def perplexity(p):\n    {body}\n"
    linecache.cache["<cell>"] = (len(source), None, source.splitlines(True), "<cell>")
    space = {"np": np, "math": math, "room": importlib.import_module("coursekit.perplexity")}
    exec(compile(source, "<cell>", "exec"), space)
    said = check(space["perplexity"])
    assert words in repr(said)
    page = html.unescape(re.sub("<[^>]+>", "", said._repr_html_()))
    assert words.replace("`", "") in page
    assert said.points < said.worth


def bare_decorator(function):
    def wrapper(*args):
        return function(*args)

    return wrapper


def my_answer(p):
    return p


USES = {
    "two": ((1, 2), {}, "One answer at a time"),
    "in quotes": (("perplexity",), {}, "not its name in quotes"),
    "a value": ((3.5,), {}, "carries no name"),
    "a lambda": ((lambda p: p,), {}, "lambda carries no name"),
    "unknown": ((), {"perplexty": perplexity}, "Did you mean `perplexity`"),
    "another question's": ((), {"count_ngrams": perplexity}, "was given, `perplexity`"),
    "decorated": ((bare_decorator(perplexity),), {}, "`check(perplexity=perplexity)`"),
    "of another name": ((my_answer,), {}, "=my_answer)`"),
    "far from all": ((), {"zzzzzz": 1}, "no question called `zzzzzz`"),
}


@pytest.mark.parametrize("name", USES)
def test_wrong_uses_of_check_are_explained(name):
    args, kwargs, words = USES[name]
    assert words in repr(check(*args, **kwargs))


def test_a_lambda_under_its_name_is_an_answer():
    assert check(perplexity=lambda p: np.exp(-np.log(p).mean())).passed


def test_a_value_question_does_not_give_its_answer_away():
    said = repr(check(four_words=2.0))
    assert "2.0 points" not in said
    assert "2.828" not in said
    assert "got 2" in said


def test_a_written_answer_is_counted_not_judged():
    assert "3 words" in repr(check(why_not_comparable="a b c"))
    assert "Not written yet" in repr(check(why_not_comparable=" "))


def test_feedback_is_the_same_each_time_and_safe_html():
    def perplexity(p):
        raise ValueError(f"<script>{object()}")

    first, second = check(perplexity), check(perplexity)
    assert repr(first) == repr(second)
    assert first._repr_html_() == second._repr_html_()
    assert "<script>" not in first._repr_html_()
    assert "0x…" in repr(first)


def test_a_check_needs_no_torch_and_no_instructor():
    code = """
        import sys
        import numpy as np
        from coursekit.checks import check
        def perplexity(p):
            return np.exp(-np.log(p).mean())
        assert check(perplexity).passed
        loaded = [m for m in ("torch", "nbformat", "IPython") if m in sys.modules]
        rooms = "coursekit.authoring", "coursekit.grading"
        loaded += [m for m in sys.modules if m.startswith(rooms)]
        assert not loaded, loaded
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


def test_the_case_that_is_shown_was_tried():
    groups = [
        GroupVerdict("one", False, 0.0, 1.0, ends.WORDS[ends.STRIKES], case=0),
        GroupVerdict("two", False, 0.0, 1.0, "it ran too long", case=3),
        GroupVerdict("three", False, 0.0, 1.0, ends.WORDS[ends.STRIKES], case=5),
    ]
    diagnosis = Diagnosis(groups)
    assert diagnosis.first == 3
    lines = Feedback("f", diagnosis, worth=3.0, number=3, call="f(3)").lines()
    assert [kind for kind, _ in lines] == [
        "fail",
        "reason",
        "fail",
        "reason",
        "call",
        "fail",
        "reason",
    ]
    assert Diagnosis(groups[:1]).first == 0
