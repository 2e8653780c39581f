"""The gate of a release that asks whether cases bite: one-edit changes of the reference."""

import re

import pytest
from test_release import ANSWER, KEY, source

from coursekit.authoring.loading import load_key
from coursekit.authoring.mutation import mutation_score
from coursekit.authoring.release import ReleaseRefused, public_cases, release
from coursekit.authoring.source import KeyFault

LAZY = ANSWER.replace("return 2 * x", "return 2 * x if x > -1 else 0.0")
HANGS = '''def countdown(n):
    """The sum of n + 1, n, …, 2."""
    ### BEGIN SOLUTION
    total = 0
    while n > 0:
        total += n + 1
        n -= 1
    return total
    ### END SOLUTION'''
HANGS_KEY = """from coursekit.authoring import key

q = key.question(countdown, {"numbers": 1}, rtol=0, atol=0)

@q.cases
def _(rng):
    for n in (0, 1, int(rng.integers(4, 9))):
        yield key.case("numbers", key.call(n))

@q.misconception("This is n itself.")
def itself(n):
    return n

@q.misconception("This is the product.")
def product(n):
    return n and n * product(n - 1) if n > 1 else n

@q.misconception("This is n times n.")
def square(n):
    return 3 * n
"""


def score(path, name="twice"):
    recipe = load_key(path).recipes[name]
    return mutation_score(recipe, public_cases(recipe))


def test_a_release_is_refused_when_no_case_notices_a_change(tmp_path):
    with pytest.raises(ReleaseRefused, match="no case notices") as refused:
        release(source(tmp_path, answer=LAZY))
    printed = re.findall(r"no case notices '(.*?)' -> '(.*?)'", str(refused.value))
    assert ("return 2 * x if x > -1 else 0.0", "return 2 * x if x >= -1 else 0.0") in printed


def test_a_survivor_is_declared_equivalent_with_a_reason(tmp_path):
    path = source(tmp_path, answer=LAZY)
    declared = "".join(
        f"\nq.equivalent({c.old!r}, {c.new!r}, 'No negative number is asked for.')"
        for c in score(path).survivors
    )
    path = source(tmp_path, answer=LAZY, key=KEY + declared)
    assert score(path).survivors == []
    assert release(path)


def test_what_is_declared_must_be_a_change_of_the_reference(tmp_path):
    path = source(tmp_path, key=KEY + "\nq.equivalent('return 2 * x', 'return x', 'Why not?')")
    with pytest.raises(ReleaseRefused, match="declared equivalent, but not a change"):
        release(path)


def test_an_equivalence_needs_a_reason(tmp_path):
    with pytest.raises(KeyFault, match="equivalent for which reason"):
        release(source(tmp_path, key=KEY + "\nq.equivalent('a', 'b', ' ')"))


def test_a_change_that_never_ends_is_stopped_and_counts_as_noticed(tmp_path):
    path = source(tmp_path, answer=HANGS, key=HANGS_KEY, check="check(countdown)")
    found = score(path, "countdown")
    assert found.survivors == []
    assert found.tried > 10


def test_a_case_that_alone_tells_a_mistake_is_drawn_twice(tmp_path):
    recorded = public_cases(load_key(source(tmp_path)).recipes["twice"])
    numbers = [case.steps[0].args[0] for case in recorded.cases if case.group == "numbers"]
    assert len(recorded.cases) == 3  # two of numbers, and zero, which is the same each time
    assert len(set(numbers)) == 2
    for wrong in recorded.misconceptions:
        assert len(wrong.outcomes) == len(recorded.expected) == 3
