"""Functions that stay with the judge, and inputs that must not be changed, walls up."""

import json
import sys
import types
from fractions import Fraction

import numpy as np
import pytest
from exercise_kit import ROOT, key_of, module
from hostile.kit import code, notebook
from typer.testing import CliRunner

from coursekit.authoring.key import call_and_look
from coursekit.checks.cases import Case, Distant, apply, call, steps_from_plain
from coursekit.checks.compare import is_tensor
from coursekit.checks.hidden import check_hidden, pack
from coursekit.checks.judge import judge
from coursekit.checks.recorded import look_up
from coursekit.checks.run import random_state_kept, run_case
from coursekit.checks.values import decode, encode
from coursekit.cli import app
from coursekit.grading.judging.exam import Item
from coursekit.grading.running.replies import Inquiry
from coursekit.grading.running.session import _oracle

EXERCISE = "13-bidirectional"
HONEST = """\
import numpy as np
def is_causal(model, T, d):
    X = np.random.default_rng(3).normal(size=(T, d))
    one = model(X)
    for t in range(1, T):
        Y = X.copy()
        Y[t] = np.abs(Y[t]) + 10
        if np.abs(model(Y)[:t] - one[:t]).max() > 1e-8:
            return False
    return True
"""
# Whatever can be reached from the model, from the frames and from all objects: is there a matrix?
LOOKS_INSIDE = """\
import gc, sys
import numpy as np
def matrices(thing, T, seen, depth=0):
    if id(thing) in seen or depth > 6:
        return
    seen.add(id(thing))
    if isinstance(thing, np.ndarray) and thing.shape == (T, T):
        yield thing
    for part in gc.get_referents(thing):
        if not isinstance(part, (type, type(sys))):
            yield from matrices(part, T, seen, depth + 1)
def is_causal(model, T, d):
    places = [model, getattr(model, "__self__", None), getattr(model, "__closure__", None)]
    frame = sys._getframe()
    while frame is not None:
        places.append(frame.f_locals)
        frame = frame.f_back
    for M in matrices(places, T, set()):
        return bool(np.allclose(M, np.tril(M)))
    for M in gc.get_objects():
        if isinstance(M, np.ndarray) and M.shape == (T, T):
            return bool(np.allclose(M, np.tril(M)))
    return "nothing found"
"""
WRONG_INPUTS = """\
import numpy as np
def is_causal(model, T, d):
    said = []
    for given in (np.zeros((T + 1, d)), "text", None, np.zeros((T, 10**6)), 1j * np.ones((T, d))):
        try:
            model(given)
        except Exception as error:
            said.append(type(error).__name__)
    assert len(said) >= 4, said
    X = np.ones((T, d))
    changed = [np.where(np.arange(T)[:, None] == t, 9.0, X) for t in range(T)]
    return all(np.allclose(model(Y)[:t], model(X)[:t], rtol=0, atol=1e-9)
               for t, Y in enumerate(changed))
"""
FORGES = """\
import os, struct, sys
import numpy as np
from coursekit.grading.box import wire
def is_causal(model, T, d):
    frame, token = sys._getframe(), "0"
    while frame is not None:
        request = frame.f_locals.get("request")
        if isinstance(request, dict) and "id" in request:
            token = request["id"]
        frame = frame.f_back
    for query in ([99, 0, np.zeros((T, d))], [0, 7, np.zeros((T, d))], [-1, -1, None], "x", 5,
                  [True, False, 1], {"a": 1}):
        body = wire.pack({"id": token, "query": query})
        os.write(3, struct.pack(">I", len(body)) + body)
        os.read(3, 4096)
    return True
"""
ENDLESS = (
    "def is_causal(model, T, d):\n    import numpy as np\n    while True: model(np.ones((T, d)))"
)
MUTATES = """\
def next_start(last, begins):
    last[:, begins] = 0
    return last
"""


def graded(tmp_path, stem, answers, *more):
    """Each answer's record of the one question that it defines."""
    (tmp_path / "in").mkdir()
    for who, source in answers.items():
        (tmp_path / "in" / f"{who}.ipynb").write_bytes(notebook([code(source)]))
    key = tmp_path / f"{stem}.ipynb"
    key.write_bytes((ROOT / "solutions" / f"{stem}.ipynb").read_bytes())
    words = ["grade", str(tmp_path / "in"), "--key", str(key), "-o", str(tmp_path / "out")]
    result = CliRunner().invoke(app, [*words, "--seed", "3", *more])
    assert result.exit_code == 0, result.output
    lines = (tmp_path / "out" / "results.jsonl").read_text("utf8").splitlines()
    found = {}
    for record in map(json.loads, lines):
        asked = [q for q in record["questions"] if q["status"] != "missing"]
        found[record["student"]] = asked[0]
    return found


@pytest.mark.sandbox
def test_a_model_that_stays_with_the_judge_can_be_called_and_not_looked_into(tmp_path):
    answers = {
        "honest": HONEST,
        "inside": LOOKS_INSIDE,
        "wrong": WRONG_INPUTS,
        "forges": FORGES,
        "endless": ENDLESS,
    }
    found = graded(tmp_path, EXERCISE, answers, "--timeout", "4")
    assert found["honest"]["points"] == found["wrong"]["points"] == 4, found
    assert found["inside"]["points"] == found["endless"]["points"] == 0
    assert found["forges"]["points"] == 0
    assert all("got text" in g["say"] or "True" in g["say"] for g in found["inside"]["groups"])
    page = (tmp_path / "out" / "feedback" / "inside.html").read_text("utf8")
    assert "is_causal(model, " in page
    assert "$distant" not in page


@pytest.mark.sandbox
def test_an_answer_that_changes_what_it_was_given_loses_a_group(tmp_path):
    found = graded(tmp_path, "14-stacked", {"mutates": MUTATES})["mutates"]
    assert found["points"] == 1
    assert "given" in found["groups"][0]["say"]
    assert "write into the array" in found["hint"]


def test_the_plain_steps_hold_no_matrix():
    case = next(c for c in key_of(EXERCISE).recipes["is_causal"].draw(0).cases)
    assert case.functions[0].shape == (len(case.functions[0]),) * 2
    plain = case.to_plain()
    assert plain[0]["args"][0] == {"$distant": 0}
    assert "array" not in repr(plain)
    assert steps_from_plain(plain)[0].args[0] == Distant(0)


def test_apply_takes_nothing_for_granted():
    M = np.tril(np.ones((3, 3)))
    assert np.array_equal(apply((M,), 0, [[1], [2], [3]]), [[1], [3], [6]])
    for bad in (
        np.zeros((4, 2)),
        "abc",
        None,
        1.0,
        [[1], [2, 3], [4]],
        np.zeros((3, 10**5)),
        1j * M,
    ):
        with pytest.raises(ValueError, match="the model wants"):
            apply((M,), 0, bad)


def test_a_stack_of_matrices_has_a_dead_zone_or_a_product():
    A, zeros, X = np.eye(2)[::-1], np.zeros((2, 2)), np.array([[1.0], [5.0]])
    assert np.array_equal(apply((np.stack([zeros, A]),), 0, X), [[3], [0]])
    assert np.array_equal(apply((np.stack([zeros, A, np.eye(2)]),), 0, X), [[5], [5]])
    with pytest.raises(ValueError, match="the model wants 2 inputs"):
        apply((np.stack([zeros, A, A]),), 0, np.zeros((3, 1)))


def test_a_model_that_stays_with_the_judge_is_given_by_name():
    said = repr(judge(look_up("is_causal"), lambda model, T, d: False))
    assert 'is_causal(given("is_causal", 0, 0)[0], ' in said


def test_call_and_look_sees_a_change_and_only_that():
    steps = call_and_look(np.arange(3.0), 2)

    def polite(x, n):
        return n * x

    def rude(x, n):
        x *= n
        return x

    case = Case("g", steps)
    kept, changed = (run_case(f, case.to_plain())["results"] for f in (polite, rude))
    assert np.array_equal(kept[0], changed[0])
    assert np.array_equal(kept[1], np.arange(3.0))
    assert not np.array_equal(changed[1], np.arange(3.0))
    assert kept[2] == changed[2] == 2


def test_a_function_that_is_not_there_is_an_error_of_the_answer():
    outcome = run_case(lambda model: model(1), Case("g", call(Distant(0))).to_plain())
    assert outcome["error"]["kind"] == "raised"


def test_right_answers_of_other_hands_still_stand():
    for path in sorted((ROOT / "tests/answers" / EXERCISE).glob("*.py")):
        assert judge(look_up("is_causal"), module(path).is_causal).passed


def test_what_stays_with_the_judge_survives_the_journey_to_another_machine():
    """A dask worker's trusted side gets the functions too, and computes those asked for only."""
    drawn = key_of(EXERCISE).recipes["is_causal"].draw(0)
    inquiry = Item(drawn, "").inquiry()
    arrived = Inquiry(**decode(encode({**vars(inquiry), "forbidden": []})))
    oracle = _oracle(arrived, [1])
    X = np.ones((len(drawn.cases[1].functions[0]), 3))
    assert np.array_equal(oracle([1, 0, X]), drawn.cases[1].functions[0] @ X)
    for query in ([0, 0, X], [1, -1, X], [1, 5, X], [True, 0, X], "abc", None, [1, 0]):
        with pytest.raises((ValueError, IndexError, TypeError)):
            oracle(query)
    assert _oracle(Inquiry("perplexity", []), [0]) is None


@pytest.mark.parametrize(
    ("stem", "name"),
    [(EXERCISE, "is_causal"), ("15-capstone", "learn_counts"), ("15-capstone", "train_model")],
)
def test_nbgrader_can_ask_such_questions(stem, name):
    recipe = key_of(stem).recipes[name]
    packed = pack(recipe.draw(7))
    assert check_hidden(recipe.reference, packed).passed
    wrong = recipe.wrong[0][2]
    assert not check_hidden(wrong, packed).passed


def test_a_thread_that_is_loading_torch_disturbs_nobody(monkeypatch):
    """One thread decodes a class's first tensor while another compares: torch is half there."""
    half = types.ModuleType("torch")
    half.__spec__ = types.SimpleNamespace(_initializing=True)
    monkeypatch.setitem(sys.modules, "torch", half)
    assert not is_tensor(np.zeros(2))
    assert isinstance(encode({"x": Fraction(1, 2)}), bytes)
    with random_state_kept():
        outcome = run_case(lambda x: x + 1, Case("g", call(np.zeros(2))).to_plain())
    assert outcome["error"] is None
