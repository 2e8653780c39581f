"""Symptoms: each is said where it shows, and not where something like it is innocent."""

import linecache
import textwrap
from itertools import count
from typing import Any

import numpy as np
import pytest
import torch

from coursekit.checks import check, hint, trial
from coursekit.checks.advice import advice
from coursekit.checks.cases import ANSWER, Case, Question, Step, Tolerance, call
from coursekit.checks.compare import compare
from coursekit.checks.diagnose import Diagnosis, Expected, Misconception, diagnose
from coursekit.checks.habits import habits, leftovers, outside
from coursekit.checks.judge import judge
from coursekit.checks.patterns import PATTERNS, pattern
from coursekit.checks.recognise import recognise, same
from coursekit.checks.recorded import Recorded, expect
from coursekit.checks.relations import relation
from coursekit.checks.run import run_case
from coursekit.checks.symptoms import Sight, symptom
from coursekit.checks.trial import watch
from coursekit.checks.where import where

NUMBERS = count()
TIGHT = Tolerance(1e-6, 1e-9)
X, Y = np.array([[0.5, -1.25], [2.5, 3.75], [-0.75, 1.5]]), np.array([[1.5, 2.25], [-3.5, 0.25]])


def written(source: str, name: str = "f") -> Any:
    """An answer from its source, which can be read again as in a notebook."""
    file, source = f"<cell {next(NUMBERS)}>", textwrap.dedent(source).lstrip("\n")
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    space: dict[str, Any] = {"np": np, "torch": torch}
    exec(compile(source, file, "exec"), space)
    return space[name]


def question(reference: Any, *inputs: Any) -> Recorded:
    """A question about a function, each input a case."""
    cases = [Case("cases", call(*x) if isinstance(x, tuple) else call(x)) for x in inputs]
    right = [run_case(reference, case.to_plain())["results"] for case in cases]
    expected = [expect(case, results, "f") for case, results in zip(cases, right, strict=True)]
    return Recorded(Question("f", "function", {"cases": 1.0}), cases, expected, [])


def said(reference: Any, source: str, *inputs: Any) -> str:
    return repr(judge(question(reference, *inputs), written(source)))


def seen(*pairs: tuple[Any, Any]) -> str:
    """The symptom of right and wrong results."""
    sights = []
    for right, got in pairs:
        difference = compare(right, got, TIGHT)
        assert difference is not None
        sights.append(Sight(right, got, difference))
    numbers = [s.difference.pair for s in sights if s.difference.pair is not None]
    series = not any(s.difference.record for s in sights)
    return symptom(sights) or (pattern(numbers, series) if len(numbers) == len(sights) else "")


LONG = np.array([1.5, 2.5, 4.5, 8.5])
P = np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
LAST = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
SEEN = {
    "decimals cut off": ([(LONG, np.trunc(LONG))], "without their decimals"),
    "an array of integers": ([(LONG, np.array([1, 5, 5, 5]))], "an array of integers"),
    "one row": ([(LAST, LAST[[2, 2, 2]])], "append a copy"),
    "all alike": ([(LAST, LAST[[1, 1, 1]])], "are equal; they should differ"),
    "all zero": ([(LAST, np.zeros((3, 2)))], "All values are 0"),
    "swapped": ([((1.5, LONG), (LONG, 1.5))], "in the other order"),
    "axes": ([(np.arange(24.0).reshape(2, 3, 4), np.arange(24.0).reshape(2, 3, 4).swapaxes(0, 1))],
             "axes in another order"),
    "first lost": ([(LONG, LONG[1:])], "The first entry is missing"),
    "last lost": ([(LONG, LONG[:-1])], "The last entry is missing"),
    "one at the beginning": ([(LONG, np.r_[9.5, LONG])], "too many, at the beginning"),
    "one at the end": ([(LONG, np.r_[LONG, 9.5])], "too many, at the end"),
    "late": ([(LONG, np.r_[0.5, LONG[:-1]])], "one place too late"),
    "early": ([(LONG, np.r_[LONG[1:], 0.5])], "one place too early"),
    "constant": ([(1.5, 7.0), (2.5, 7.0), (3.5, 7.0)], "whatever the input"),
    "some keys": ([({"a": 1.5, "b": 2.5}, {"a": 1.5, "b": 9.5})], "1 of 2 keys are wrong: `'b'`"),
    "twice": ([(LONG, 2 * LONG), (X, 2 * X)], "All values are 2 times the right ones."),
    "offset": ([(LONG, LONG + 1), (X, X + 1)], "All values are 1 larger"),
    "sign": ([(1.5, -1.5), (2.5, -2.5)], "opposite sign"),
    "logarithm": ([(1.5, np.log(1.5)), (7.0, np.log(7.0))], "natural logarithm"),
    "rounded up": ([(1.5, 2.0), (3.25, 4.0)], "rounded up"),
    "transposed": ([(Y, Y.T), (X[:2], X[:2].T)], "axes in another order"),
    "reversed": ([(LONG, LONG[::-1]), (2 * LONG, 2 * LONG[::-1])], "in reverse order"),
    "infinite": ([(LONG, np.r_[LONG[:3], np.inf])], "exp of a large number overflows"),
    "finite": ([(-np.inf, -34.0)], "should be infinite"),
    "a number for NaN": ([(np.nan, 1.0)], "should be NaN"),
    "columns": ([(P, np.array([[0.4, 0.1, 0.7], [0.6, 0.9, 0.3]]))], "is it the right axis?"),
    "rows": ([(P, np.array([[0.4, 0.1, 0.7], [0.1, 0.9, 0.3]]))], "add up to 1"),
    "a factor": ([(LONG, 3 * LONG), (LONG + 1, 2 * LONG + 2)], "right ones times a factor"),
    "factors of rows": ([(P, P * [[2], [3]])], "right row times a factor of its own"),
    "another order": ([(LONG, LONG[[2, 0, 3, 1]])], "in another order"),
    "only the first": ([(LONG, np.r_[9.0, LONG[1:]])], "Only the first entry"),
    "only the last": ([(LONG, np.r_[LONG[:-1], 99.0])], "Only the last entry"),
    "from some on": ([(LONG, np.r_[LONG[:2], 5.0, 1.0])], "wrong from some entry on"),
    "nearly": ([(LONG, LONG * (1 + np.array([1e-3, -1e-3, 1e-3, -2e-3])))], "less than 1 %"),
    "zeros": ([(LONG, LONG * [0, 1, 0, 1])], "Wherever your values are wrong, they are 0."),
    "one number": ([(LAST, np.full((3, 2), -9.0))], "Wherever your values are wrong, they are -9."),
    "minus infinite": ([(LONG, np.r_[LONG[:3], -np.inf])], "The logarithm of 0 is −∞"),
    "to be zero": ([(LONG * [0, 1, 0, 1], LONG)], "they should be 0"),
    "whole numbers": ([(5, 4.26), (8, 7.5), (1, 0.0)], "whole numbers; not all"),
}  # fmt: skip


@pytest.mark.parametrize("name", SEEN)
def test_a_symptom_is_seen(name: str) -> None:
    pairs, words = SEEN[name]
    assert words in seen(*pairs)


NOT_SEEN = {
    "zeros are not cut off": ([(LONG / 10, np.zeros(4))], "decimals"),
    "right zeros are no end that is right": (
        [(P[0] * [1, 1, 0], P[0] * [2, 3, 0])],
        "right at the",
    ),
    "integers where integers belong": ([(np.array([1, 2]), np.array([2, 2]))], "integers where"),
    "rows that are to be equal": ([(np.ones((3, 2)), np.zeros((3, 2)))], "append a copy"),
    "one case is no relation": ([(7.5, np.log(7.5))], "logarithm"),
    "rounding is no relation": ([(LONG, LONG + 3e-5), (X, X + 3e-5)], "order"),
    "one number in two cases": ([(1.5, -1.5), (1.5, -1.5)], "sign"),
    "1 for 0": ([(0.0, 1.0), (0.0, 1.0)], "exp"),
    "a number near zero is no logarithm": ([(44.5, 0.0), (30.5, 0.0)], "log"),
    "one factor in one case, none in the other": ([(LONG, 2 * LONG), (X, X + 1)], "times"),
    "numbers have no offset": ([(8, 2), (7, 1)], "smaller"),
    "empty results are not the same": (
        [(np.zeros((0, n)), np.zeros(0)) for n in (2, 3, 4)],
        "whatever",
    ),
    "NaN is not the same": ([(1.5, np.nan), (2.5, np.nan), (3.5, np.nan)], "whatever"),
    "NaN everywhere is no row": ([(LAST, np.full((3, 2), np.nan))], "equal"),
    "a shift of equal entries": ([(np.ones(4), np.zeros(4))], "place too"),
    "a tuple is no row": ([((1.5, 2.5, 4.5), (1.5, 3.5, 9.5))], "the beginning"),
    "a tuple has no last entry": ([((1.5, 2.5, 4.5), (1.5, 2.5, 9.5))], "last entry"),
    "a tuple may lose what it will": ([((1.5, 2.5, 4.5), (2.5, 4.5))], "missing"),
    "zeros in a list were written": ([([3, 2, 1], [0, 0, 0])], "is anything written"),
    "names are no amounts": ([(np.array([1, 0, 2, 0, 3]), np.array([1, 3, 2, 4, 3]))], "be 0"),
    "whole by chance": ([(0.0, 0.01), (1.0, 0.99), (0.0, 0.01)], "whole"),
    "one number for one number": ([(np.zeros(4), np.ones(4))], "they are 1"),
    "no size is said": ([(1.5, 2.0), (2.5, 7.5), (3.5, 5.0)], "large"),
    "True and False have no size": ([(False, True), (False, True), (False, True)], "large"),
}


@pytest.mark.parametrize("name", NOT_SEEN)
def test_a_symptom_is_not_seen_where_it_is_none(name: str) -> None:
    pairs, words = NOT_SEEN[name]
    assert words not in seen(*pairs)


def test_what_is_seen_in_a_part_is_not_said_of_the_whole() -> None:
    source = "def f(x):\n    return {'a': x, 'b': 0 * x, 'c': x}"
    twice = "def f(x):\n    return [{'a': x, 'b': 2 * x}, 3 * x]"

    def parts(x: Any) -> Any:
        return {"a": x, "b": x, "c": x}

    assert "All values are 0" in (text := said(parts, source, LONG, X))
    assert "the first part that is wrong" in text
    text = said(lambda x: [{"a": x, "b": x}, x], twice, LONG, X)
    assert "2 times the right ones. (This is about the first part" in text
    assert "the first part" not in said(lambda x: x, "def f(x):\n    return 2 * x", LONG, X)


def test_no_symptom_is_drawn_from_cases_that_disagree() -> None:
    assert "first entry" not in seen((LONG, LONG[1:]), (LONG, LONG[:-1]))
    assert relation([(LONG, 2 * LONG), (LONG + 1, 3 * LONG + 3)]) == ""


@pytest.mark.parametrize("holds", [holds for holds, _ in PATTERNS])
def test_no_pattern_is_in_noise(holds: Any) -> None:
    """Of 200 random wrong results hardly any shows a pattern by chance."""
    rng = np.random.default_rng(0)
    strong = [
        holds(rng.normal(size=(4, 3)), rng.normal(size=(4, 3))) == 2
        for _ in range(200)
    ]  # fmt: skip
    assert sum(strong) <= 2


# --- what the code shows ---

CODE = {
    "return in the loop": (
        """
        def f(x):
            total = 0
            for v in x:
                total += v
                return total
        """,
        "The loop in line 3 ends in its first round, because `return` (line 5)",
    ),
    "both branches": (
        """
        def f(x):
            for v in x:
                if v > 0:
                    return True
                else:
                    return False
        """,
        "ends in its first round",
    ),
    "break": ("def f(x):\n    for v in x:\n        y = v\n        break\n    return y", "`break`"),
    "endless": ("def f(x):\n    i = 0\n    while i < len(x):\n        y = x[i]\n", "never ends"),
    "while True": ("def f(x):\n    while True:\n        x = x + 1\n", "never ends"),
    "power": ("def f(x):\n    return x ^ 2", "`^` in line 2 is no power"),
    "unread": ("def f(x, n):\n    return x", "The argument `n` is never used"),
    "forgetting": (
        "def f(x):\n    for row in x:\n        s = row.sum()\n    return s",
        "Each round of the loop in line 2 gives `s` a new value (line 3), so that only the last",
    ),
    "overwritten": ("def f(x, n):\n    n = 3\n    return x * n", "`n` is overwritten in line 2"),
}
LEFT = {
    "unused": (
        "def f(x):\n    n = len(x)\n    m = n + 1\n    return n",
        "`m` gets a value in line 3 that nothing reads",
    ),
}
NOT_LEFT = {
    "a sum": "def f(x):\n    s = 0\n    for v in x:\n        s = s + v\n    return s",
    "a search": (
        "def f(x):\n    s = 0\n    for v in x:\n        if v:\n            s = v\n    return s"
    ),
    "a loop that is left": (
        "def f(x):\n    s = 0\n    for v in x:\n        s = v\n        if v:\n            break\n"
        "    return s"
    ),
    "the first of a chain": "def f(x):\n    for v in x:\n        s = v\n    return s",
    "read by a function inside": "def f(x):\n    n = 1\n    return [n for _ in x]",
    "unpacked for one of two": "def f(x):\n    T, n = x.shape\n    return n",
    "a name that says so": "def f(x):\n    _ = x.pop()\n    return x",
    "written into": "def f(x):\n    y = x.copy()\n    y[0] = 1\n    return y",
}
INNOCENT = {
    "a search": "def f(x):\n    for v in x:\n        if v > 0:\n            return v\n    return 0",
    "a search with continue": (
        "def f(x):\n    for v in x:\n        if v < 0:\n            continue\n        return v"
    ),
    "a loop that counts": (
        "def f(x):\n    i = 0\n    while i < len(x):\n        i += 1\n    return i"
    ),
    "a loop that is left": (
        "def f(x):\n    while True:\n        if x:\n            break\n    return 1"
    ),
    "a list that shrinks": "def f(x):\n    while x:\n        x.pop()\n    return x",
    "a list that grows": (
        "def f(x, n):\n    y = []\n    while len(y) < n:\n        y.append(x)\n    return y"
    ),
    "a nested function": "def f(x, n):\n    def g():\n        return n\n    return g() + x",
    "a default for None": "def f(x, n=None):\n    n = n or 3\n    return x * n",
    "a sum": "def f(x):\n    s = 0\n    for v in x:\n        s = s + v\n    return s",
    "a state": (
        "def f(x):\n    h = 0\n    for v in x:\n        y = h + v\n        h = y\n    return h"
    ),
    "the last that fits": (
        "def f(x):\n    for v in x:\n        if v > 0:\n            y = v\n    return y"
    ),
    "set again": (
        "def f(x):\n    for v in x:\n        y = v + 1\n        print(y)\n    y = 2\n    return y"
    ),
    "exclusive or": "def f(x, y):\n    return x ^ y",
    "loop in a loop": (
        "def f(x):\n    for v in x:\n        for w in v:\n            if w:\n"
        "                return w\n    return 0"
    ),
}


@pytest.mark.parametrize("name", CODE)
def test_what_the_code_shows(name: str) -> None:
    source, words = CODE[name]
    assert any(words in says for says in habits(written(source)))


@pytest.mark.parametrize("name", INNOCENT)
def test_innocent_code(name: str) -> None:
    assert habits(written(INNOCENT[name])) == []


@pytest.mark.parametrize("name", LEFT)
def test_values_that_nothing_uses(name: str) -> None:
    source, words = LEFT[name]
    assert any(words in says for says in leftovers(written(source)))


@pytest.mark.parametrize("name", NOT_LEFT)
def test_values_that_are_used(name: str) -> None:
    assert leftovers(written(NOT_LEFT[name])) == []


PAIRS = [(LONG, 2.0), (X, 3.0), (Y, 5.0)]
HOLES = [(LONG[:3], 2), (np.array([0.0, 1.5, 2.0]), 3), (LONG, 2), (LONG[:1], 1), (LONG[2:], 4)]
WHERE = {  # the numbers of the cases that fail, and what is said
    "zeros": ([1], "Of the 5 cases your code fails exactly those in which `x` holds a 0."),
    "one entry": ([3], "fails exactly those in which `x` has length 1"),
    "too short": ([4], "fails exactly those in which `x` is shorter than `n`"),
    "solved": ([0, 1, 2, 4], "solves exactly those in which `x` has length 1"),
    "nothing simple": ([0, 2], ""),
    "all": ([0, 1, 2, 3, 4], ""),
}


@pytest.mark.parametrize("name", WHERE)
def test_what_the_cases_that_fail_have_in_common(name: str) -> None:
    failed, words = WHERE[name]
    cases = [Case("cases", call(*given)) for given in HOLES]
    text = where(written("def f(x, n):\n    return x"), cases, failed)
    assert words in text
    assert bool(words) == bool(text)


def test_one_case_that_is_right_tells_nothing_of_the_other() -> None:
    source = "def f(x, n):\n    return x + (1 if x.all() else 7 * n)"
    assert "exactly those" not in said(lambda x, n: x + 1, source, *HOLES[:2])
    assert "in which `x` holds a 0" in said(lambda x, n: x + 1, source, *HOLES[:3])


def test_which_of_several_results_is_wrong() -> None:
    def right(x: Any, n: float) -> Any:
        return x, n, x + n

    source = "def f(x, n):\n    return x, n, {}"
    text = said(right, source.format("x * n + n ** 3"), *PAIRS)
    assert "result[0] and result[1] are right and result[2] is wrong" in text
    assert "are right and" not in said(right, "def f(x, n):\n    return x - 1, n - 1, x", *PAIRS)
    mixed = "def f(x, n):\n    return (x, n, x) if n > 2 else (x - 1, n, x + n)"
    assert "are right and" not in said(right, mixed, *PAIRS)
    rows = said(lambda x, n: [1.0, 2.0, n], "def f(x, n):\n    return [1.0, 2.0, 2 * n]", *PAIRS)
    assert "are right and" not in rows  # a list is one result


def test_entries_of_a_dictionary_that_are_never_read() -> None:
    weights = [{"U": 2.0, "b": 1.0}, {"U": 3.0, "b": 0.5}]

    def right(p: Any) -> Any:
        return p["U"] + p["b"]

    assert "never reads `p['b']`" in said(right, "def f(p):\n    return p['U']", *weights)
    for way in ("p.get('b')", "dict(p)['b']", "{**p}['b']", "list(p.values())[1]", "p.copy()['b']"):
        assert "never reads" not in said(right, f"def f(p):\n    return p['U'] - {way}", *weights)


def test_methods_are_read_too_and_init_may_ignore_an_argument() -> None:
    source = """
        class f:
            def __init__(self, a, b):
                self.a = a
            def get(self, x):
                for v in x:
                    return v
    """
    assert habits(written(source)) == [
        "The loop in line 5 ends in its first round, because `return` (line 6) stands inside it: "
        "indent it less if the loop is to go on."
    ]


def test_data_from_outside_is_named_and_code_and_constants_are_not() -> None:
    assert outside(written("n = 3\ndef f(x):\n    return x + n")).startswith(
        "Your code reads `n`, which is 3 now, from outside."
    )
    assert (
        outside(written("EPS = 1e-9\ndef g(x):\n    return x\ndef f(x):\n    return g(x) + EPS"))
        == ""
    )
    assert outside(written("def f(x):\n    return np.exp(torch.tensor(x))")) == ""


# --- what it does from call to call ---


def total(x: Any) -> Any:
    return float(np.sum(x))


KEPT = {
    "default": (
        "def f(x, seen=[]):\n    seen.extend(x)\n    return float(sum(seen))",
        "The default value of `seen` is one list for all calls",
    ),
    "outside": (
        "seen = []\ndef f(x):\n    seen.extend(x)\n    return float(sum(seen))",
        "`seen` is one list outside of your code",
    ),
    "random": ("def f(x):\n    return float(np.sum(x) + np.random.rand())", "random numbers"),
    "attribute of itself": (
        "def f(x):\n    f.n = getattr(f, 'n', 0) + 1\n    return total + f.n\ntotal = 0.5",
        "Called again with the same input",
    ),
    "prints": ("def f(x):\n    print(sum(x))", "returns nothing"),
    "generator": ("def f(x):\n    yield sum(x)", "a generator (`yield` makes one"),
    "coroutine": ("async def f(x):\n    return sum(x)", "use `def`, not `async def`"),
    "0/0": ("def f(x):\n    y = x * 0\n    return float((y / y).sum())", "line 3, `return float("),
    "0 log 0": ("def f(x):\n    y = x * 0\n    return (y * np.log(y)).sum()", "as in 0 · log 0"),
    "∞ − ∞": ("def f(x):\n    y = x + np.inf\n    return (y - y).sum()", "∞ − ∞"),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_what_an_answer_does_wrong_from_call_to_call(name: str) -> None:
    source, words = KEPT[name]
    assert words in said(total, source, np.array([1.5, 2.5]), np.array([0.5, 1.0]))


def test_a_memory_that_does_no_harm_is_not_blamed() -> None:
    text = said(total, "def f(x, seen={}):\n    seen[1] = 2\n    return float(np.sum(x))", X, Y)
    assert "default value" not in text
    text = said(total, "def f(x):\n    return 1.0", X, Y)
    assert "Called again" not in text


def test_mutated_inputs_and_changed_results_are_told_also_when_the_answer_passes() -> None:
    text = said(total, "def f(x):\n    s = float(x.sum())\n    x += 1\n    return s", X, Y)
    assert "1 of 1 points" in text
    assert "changes its input in place" in text
    assert "costs no points here" in text
    wrong = "def f(x):\n    x += 1\n    return float(x.sum())"
    assert "costs no points" not in said(total, wrong, X, Y)  # a case may ask for the inputs again
    source = """
        buffer = np.zeros(2)
        def f(x):
            buffer[:] = x
            return buffer
    """
    steps = (*call(np.ones(2)), *call(np.zeros(2)))
    assert run_case(written(source), Case("g", steps).to_plain())["aliased"]
    fresh = written("def f(x):\n    return x + 1")
    assert "aliased" not in run_case(fresh, Case("g", steps).to_plain())


# --- exceptions ---

RAISED = {
    "endless": ("def f(x):\n    return f(x)", "same arguments again, so it never ends"),
    "deep": (
        "def f(x):\n    return 0.0 if len(x) == 0 else x[0] + f(x[1:])",
        "Each call makes the input shorter",
    ),
    "unclear": ("def f(x, n=0):\n    return f(x, n + 1)", "Either nothing stops it"),
    "own": ("def f(x):\n    raise NotImplementedError('why')", "raised NotImplementedError: why"),
    "torch": (
        "def f(x):\n    return torch.log_softmax(torch.tensor([1, 2]), 0)",
        "call .float() first",
    ),
    "quit": ("def f(x):\n    quit()", "end the program: use `return`"),
    "a call inside": ("def g(a):\n    return a\ndef f(x):\n    return g(x, x)", "The call in this"),
    "its own arguments": ("def f():\n    return 1", "Keep the arguments that the answer cell"),
    "integers": ("def f(x):\n    y = np.arange(3)\n    y += x[0]\n    return y", "cannot take dec"),
    "misspelt": ("def f(values):\n    return sum(vlaues)", "Did you mean `values`?"),
    "not yet set": ("def f(x):\n    n += 1\n    return n", "used before it is set"),
    "no class": ("def f(x):\n    return x[0].init", "has no attribute 'init'"),
    "a module's": ("def f(x):\n    return np.smu(x)", "Did you mean `sum`?"),
    "a negative size": (
        "def f(x):\n    return np.zeros((len(x) - 5000, 2))",
        "A size is negative here",
    ),
    "an exception of its own kind": (
        "class Odd(BaseException):\n    pass\ndef f(x):\n    raise Odd('why')",
        "raised Odd: why, in line 4",
    ),
    "cached": (
        "from functools import lru_cache\n@lru_cache\ndef f(x):\n    return sum(x)",
        "an argument of a cached function",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RAISED)
def test_an_exception_is_explained_as_what_it_is(name: str) -> None:
    source, words = RAISED[name]
    assert words in said(total, source, np.full(3000, 0.5), np.full(2000, 0.25))


def test_the_starter_alone_is_not_written_yet() -> None:
    text = said(total, "def f(x):\n    raise NotImplementedError", X)
    assert "Not written yet" in text
    text = said(
        total, "class M(torch.nn.Module):\n    def foward(self, x):\n        return x\nf = M()", X
    )
    assert "Not written yet" not in text
    assert 'missing the required "forward" function' in text


def test_exceptions_are_the_same_by_type_message_and_place() -> None:
    def outcome(source: str) -> Any:
        return run_case(written(source), Case("g", call(np.ones(3))).to_plain())

    one = outcome("def f(x):\n    return x[5]")
    assert same(one, outcome("def f(y):\n    z = 1\n    return y[5]"), TIGHT)
    assert not same(one, outcome("def f(x):\n    return x[7]"), TIGHT)  # another message
    assert not same(one, outcome("def f(x):\n    return np.take(x, 5)"), TIGHT)  # another place
    helper = outcome("def f(x):\n    def g(): return x[5]\n    return g()")
    assert not same(one, helper, TIGHT)


# --- mistakes on evidence ---


def diagnosed(mistake: list[Any], answer: list[Any], right: list[Any]) -> Diagnosis:
    def outcomes(results: list[Any]) -> list[dict[str, Any]]:
        return [
            r if isinstance(r, dict) else {"results": [r], "error": None} for r in results
        ]  # fmt: skip

    known = [Misconception("m", "the hint", outcomes(mistake))]
    asked = Question("f", "function", {"g": 1.0})
    return diagnose(asked, [Expected("g", [r]) for r in right], outcomes(answer), known)


ERROR = {"results": [], "error": {"kind": "raised", "type": "IndexError", "message": "m",
         "line": None, "text": "", "place": ":"}}  # fmt: skip
EVIDENCE = [
    # mistake, answer, right results -> named surely (True), as a possibility (False), or not (None)
    ([1.5, 2.5, 3.5], [1.5, 2.5, 3.5], [0.5, 0.5, 0.5], True),
    ([1.5, 2.5, 3.5], [1.5, 2.5, 9.5], [0.5, 0.5, 0.5], False),  # one failing case differs
    ([1.5, 2.5, 3.5, 4.5], [1.5, 9.5, 9.5, 9.5], [0.5, 0.5, 0.5, 0.5], None),  # most of them do
    ([1, 2, 3], [1, 2, 9], [0, 0, 0], None),  # small numbers
    ([np.inf, np.inf, 0.5], [np.inf, np.inf, 0.5], [0.5, 0.5, 0.5], False),  # many ways lead there
    ([True, True], [True, True], [False, False], False),  # a guess would give the same
    ([1.5, 0.5, 0.5], [1.5, 0.5, 0.5], [0.5, 0.5, 0.5], False),  # a single case
    ([1.5, 2.5, 3.5], [1.5, 2.5, 0.5], [0.5, 0.5, 0.5], True),  # better in one respect
    ([1, 2, 3], [1, 2, 0], [0, 0, 0], None),  # small whole numbers meet by chance
    ([ERROR, ERROR, 0.5], [ERROR, ERROR, 0.5], [0.5, 0.5, 0.5], False),  # exceptions alone
    ([ERROR, 2.5, 3.5], [ERROR, 0.5, 0.5], [0.5, 0.5, 0.5], None),  # one exception, no more
    ([ERROR, 2.5, 3.5], [ERROR, 2.5, 3.5], [0.5, 0.5, 0.5], True),
    ([ERROR, 2.5, 0.5], [ERROR, 2.5, 0.5], [0.5, 0.5, 0.5], False),  # one number
    ([np.nan] * 3, [np.nan] * 3, [0.5, 1.5, 2.5], False),  # what many mistakes lead to
    ([-np.inf] * 3, [-np.inf] * 3, [0.5, 1.5, 2.5], False),
    ([0.0] * 3, [0.0] * 3, [0.5, 1.5, 2.5], False),
    ([False] * 3, [False] * 3, [True, True, True], False),  # always no
    (["no"] * 3, ["no"] * 3, ["yes", "a", "b"], False),
    ([True, False, True], [True, False, True], [False, True, False], True),
]


@pytest.mark.parametrize(("mistake", "answer", "right", "sure"), EVIDENCE)
def test_a_mistake_is_named_as_surely_as_it_is_known(
    mistake: list[Any], answer: list[Any], right: list[Any], sure: bool | None
) -> None:
    found = diagnosed(mistake, answer, right)
    if sure is None:
        assert found.misconception == ""
    else:
        assert (found.misconception, found.sure) == ("m", sure)
        assert found.hints[-1] == ("the hint" if sure else "This may be it: the hint")


def test_two_mistakes_that_fit_equally_name_none() -> None:
    known = [
        Misconception("one", "first", [{"results": [1.5], "error": None}] * 2),
        Misconception("two", "second", [{"results": [1.5], "error": None}] * 2),
    ]
    got = [{"results": [1.5], "error": None}, {"results": [0.5], "error": None}]
    assert recognise(TIGHT, known, got, [0]) is None


def test_every_hint_for_hidden_cases_keeps_the_right_value_to_itself() -> None:
    asked = Question("f", "function", {"g": 1.0})
    right = [Expected("g", [LONG]), Expected("g", [X])]
    got = [{"results": [2 * LONG], "error": None}, {"results": [2 * X], "error": None}]
    assert diagnose(asked, right, got).symptoms == ("All values are 2 times the right ones.",)
    assert diagnose(asked, right, got, hidden=True).hints == []


# --- as strong as what was seen ---


def test_of_a_tuple_it_is_said_which_parts_are_right() -> None:
    def three(x: Any) -> Any:
        return float(x[0]), float(x[1]), float(x[0] + x[1])

    text = said(three, "def f(x):\n    return x[0], 2 * x[1], x[0] * x[1]", LONG, LONG[1:])
    assert "In every case that fails, result[0] is right and result[1] and result[2] are" in text


def test_what_only_the_wrong_cases_have_is_said() -> None:
    source = "def f(x):\n    return float(np.maximum(x, 0).sum())"
    negative = "cases your code fails exactly those in which `x` holds negative numbers"
    assert negative in said(total, source, LONG, LONG + 1, LONG - 9)
    assert negative in said(total, source, LONG, LONG + 1, LONG - 9, LONG - 8)
    assert "negative" not in said(total, source, LONG, LONG - 9, LONG - 8)  # one right: no sign


def test_a_mistake_about_what_the_answer_never_reads_is_not_named() -> None:
    inputs: list[tuple[float, int]] = [(1, 2), (2, 3)]

    def asked(hint: str) -> Recorded:
        plain = question(lambda x, left: x * left, *inputs)
        outcomes = [{"results": [x], "error": None} for x, _ in inputs]
        return Recorded(
            plain.question, plain.cases, plain.expected, [Misconception("m", hint, outcomes)]
        )

    source = "def f(x, left):\n    return x"
    assert "compare" not in repr(judge(asked("You compare with the last one."), written(source)))
    assert "Say how much" in repr(judge(asked("Say how much is `left`."), written(source)))
    inputs = [(1.25, 2), (2.75, 3)]  # numbers that are hardly met by chance
    assert "compare" in repr(judge(asked("You compare with the last one."), written(source)))


def test_nan_is_explained_only_where_it_is_not_wanted_or_written() -> None:
    source = "def f(x):\n    return float('nan') if x[0] > 1 else float(x.sum())"
    assert "0/0" not in said(total, source, LONG)
    assert "0/0" in said(
        total, "import math\ndef f(x):\n    return sum(x) * (np.inf - np.inf)", X[0]
    )
    with np.errstate(invalid="ignore"):
        wanted = question(lambda x: float(x.sum() / x.size), np.zeros(0), LONG)
    got = judge(wanted, written("def f(x):\n    y = x * 0\n    return float((y / y).sum() + 1)"))
    assert "; 0/0" not in repr(got)


def test_nan_that_the_result_hides_is_found() -> None:
    source = """
        def f(x):
            p = np.exp(x)
            p = p / p.sum()
            return int(np.argmax(p))
    """
    text = said(lambda x: int(np.argmax(x)), source, LONG, LONG * 1000, LONG + 1)
    assert "NaN first comes up in line 3" in text
    harmless = "def f(x):\n    y = x * 0 / 0\n    return int(np.argmax(x)) + (x[0] > 2)"
    assert "NaN first" not in said(lambda x: int(np.argmax(x)), harmless, LONG, LONG + 2)


def test_a_division_without_decimals_is_seen_where_decimals_are_missing() -> None:
    source = "def f(a, b):\n    return a // b"
    assert "`//` in line 2, `a // b`" in said(lambda a, b: a / b, source, (3, 2), (5, 4))
    assert "`//`" not in said(lambda a, b: a / b, f"{source} + 0.5", (3, 2), (5, 4))
    assert "`//`" not in said(lambda a, b: a * 1j / b, source, (3, 2), (5, 4))


METER = """
    class f:
        def __init__(self):
            self.total = 0.0
        {}def value(self):
            return self.total
"""


def test_a_property_is_not_taken_for_a_name_that_was_used_twice() -> None:
    steps = (Step("make", ANSWER, keep="meter", judged=False), Step("call", "meter.value"))
    outcome = run_case(written(METER.format("@property\n        ")), Case("g", steps).to_plain())
    assert "`value` is a property in your class" in advice(outcome["error"])


def test_a_layer_in_place_of_a_weight_is_called_that() -> None:
    source = """
        class f(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.E = torch.nn.Embedding(3, 2)
    """
    steps = (
        Step("call", ANSWER, keep="model", judged=False),
        Step("set", "model.E", (torch.zeros(3, 2),), judged=False),
    )
    outcome = run_case(written(source), Case("g", steps).to_plain())
    assert "finds a layer there" in advice(outcome["error"])


def test_a_gradient_is_not_asked_of_a_function_that_was_lent() -> None:
    source = """
        def is_causal(model, T, d):
            return bool(model(torch.ones(T, d, requires_grad=True)).sum() > 0)
    """
    text = repr(check(is_causal=written(source, "is_causal")))
    assert "Can't call numpy()" in text
    assert "The function that this line calls works with NumPy arrays" in text
    assert "NumPy's functions cut" in said(
        total, "def f(x):\n    return np.tanh(torch.tensor(x, requires_grad=True))", LONG
    )


def test_a_class_in_place_of_a_function_is_called_that() -> None:
    text = said(total, "class f:\n    def __init__(self, x):\n        self.x = x", LONG)
    assert "a function is asked for: write `def f(…):`" in text


def test_a_value_has_no_return_and_a_written_answer_is_text() -> None:
    assert "return" not in repr(check(four_words=None))
    assert "Expected text, got a number" in repr(check(why_not_comparable=5))
    text = repr(check(bugs={"A": 4, "B": 3, "C": 2}))
    assert "only capital letters differ" in text
    assert "keys are wrong" not in repr(check(bugs={"a": 0, "b": 0, "c": 2}))


def test_a_hint_needs_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert hint(3) is None
    assert "Name a question" in capsys.readouterr().out


def test_a_case_that_sleeps_is_not_waited_for_longer_than_the_notebook_says() -> None:
    limit = watch(question(total, LONG), 0.0)
    assert limit.wall <= 15
    assert limit.wall + limit.after.wall <= 25


def test_a_case_that_was_stopped_is_not_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "PATIENCE", 0.3)
    monkeypatch.setattr(trial, "SHORT", 0.1)
    monkeypatch.setattr(trial, "WAITING", 0.1)
    calls = written("import time\ncalls = []\ndef f(x):\n    calls.append(x)\n    time.sleep(9)")
    judge(question(total, LONG, X), calls)
    assert len(calls.__globals__["calls"]) == 2
