"""What ``check`` puts into a student's hands: the failing case, the end of a case that runs on."""

import os
import pickle
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from typing import Any

import numpy as np
import pytest
from exercise_kit import ROOT, key_of

from coursekit.checks import check, given, trial
from coursekit.checks.asking import name_of, not_handed_in, unknown
from coursekit.checks.cases import Distant
from coursekit.checks.feedback import Feedback
from coursekit.checks.judge import judge
from coursekit.checks.public import PublicCase
from coursekit.checks.recognise import passes
from coursekit.checks.recorded import index, look_up
from coursekit.checks.run import run_case
from coursekit.checks.values import from_tree, to_tree

JUDGED = [name for name, (_, r) in index().items() if r["kind"] in ("function", "class")]


def perplexity(p: Any) -> Any:
    return 1 / np.prod(p)


def test_the_first_failing_case_is_at_hand_and_says_how_to_use_it() -> None:
    said = check(perplexity)
    case = said.case
    assert case is not None
    assert case.number == said.number == 0
    assert perplexity(*case.arguments) == case.run(perplexity) != case.expected
    assert "case = check(perplexity).case  # then perplexity(*case.arguments)" in repr(said)
    assert "case = check(perplexity).case" in said._repr_html_()
    assert "perplexity(np.full(10, 0.0019723866))\n# expected, to 8 digits: 507.0" in repr(case)
    (p,) = case.arguments
    p[:] = 0  # fresh copies: nothing that is done to one is seen in the next
    assert case.arguments[0].all()


@pytest.mark.parametrize("name", JUDGED)
def test_every_public_case_is_at_hand_to_the_last_bit(name: str) -> None:
    recorded = look_up(name)
    assert recorded is not None
    feedback = judge(recorded, lambda *args, **kwargs: None)
    assert len(feedback.cases) == len(recorded.cases)
    reference = key_of(recorded.exercise).recipes[name].reference
    with np.errstate(all="ignore"):
        for case, known, right in zip(
            feedback.cases, recorded.cases, recorded.expected, strict=True
        ):
            expected = case.expected if len(right.results) > 1 else [case.expected]
            assert to_tree(list(expected)) == to_tree(list(right.results))
            first = next((s for s in known.steps if s.do == "call"), known.steps[0])
            plain = [
                (a, b)
                for a, b in zip(case.arguments, first.args, strict=True)
                if not isinstance(b, Distant) and type(b).__name__ != "Kept"
            ]
            assert to_tree([a for a, _ in plain]) == to_tree([b for _, b in plain])
            result = case.run(reference)
            results = result if len(right.results) > 1 else [result]
            outcome = {"results": from_tree(to_tree(list(results))), "error": None}
            assert passes(right.results, outcome, recorded.question.tolerance)
            assert printed_truly(case, from_tree(to_tree(result)))


def printed_truly(case: PublicCase, results: Any) -> bool:
    """Whether code and comments alone are printed, and no digit is promised that is wrong."""
    code, comment = repr(case).split("\n# expected")
    said = case.digits
    assert code == case.code  # which tests/test_calls.py evaluates
    assert all(line.startswith("# ") for line in comment.split("\n")[1:])
    assert comment.startswith(f", to {said}: " if said else ": ")
    promised = {word: int(n) for n, word in re.findall(r"(\d+) (\w+)", said)}
    rtol = 10.0 ** (1 - promised.get("digits", 14))
    return alike(case.expected, results, rtol, 10.0 ** -promised.get("decimals", 15))


def alike(right: Any, found: Any, rtol: float, atol: float) -> bool:
    """Whether all numbers in a result are as near as is promised."""
    if isinstance(right, (list, tuple, dict)):
        keys = right if isinstance(right, dict) else range(len(right))
        return all(alike(right[key], found[key], rtol, atol) for key in keys)
    if isinstance(right, (str, type(None))):
        return bool(right == found)
    return bool(np.isclose(found, right, rtol, atol, equal_nan=True).all())


def test_a_failure_is_the_same_by_hand_as_in_the_check() -> None:
    for name in ("masked_perplexity", "log_probability", "reversed_by_length", "next_start"):

        def wrong(*args: Any) -> Any:
            return np.ones(3)

        recorded = look_up(name)
        assert recorded is not None
        case = judge(recorded, wrong).case
        assert case is not None
        steps = recorded.cases[case.number].to_plain()
        seen = run_case(wrong, steps)["results"]
        ran = case.run(wrong)
        assert to_tree(ran if len(seen) > 1 else [ran]) == to_tree(seen)


def test_a_function_that_the_answer_may_only_call_is_a_function_in_hand() -> None:
    (model, T, d), case = given("is_causal"), PublicCase("is_causal", 0)
    assert model(np.ones((T, d))).shape[0] == T
    assert callable(case.arguments[0])
    assert "given(" in case.code
    assert "stays with the judge" not in case.code


def test_what_would_give_the_answer_away_is_not_at_hand() -> None:
    assert PublicCase("four_words", 0).expected is None
    said = check(four_words=2.0)
    assert said.case is None
    assert "case =" not in repr(said)
    assert judge(look_up("perplexity"), perplexity, hidden=True).case is None


def test_feedback_travels_between_processes() -> None:
    said = pickle.loads(pickle.dumps(check(perplexity)))
    assert said.case.expected == 507


# --- time ---


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "PATIENCE", 0.4)
    monkeypatch.setattr(trial, "SHORT", 0.1)


def endless(p: Any) -> Any:
    n = 0
    while True:
        n += 1


def catching(p: Any) -> Any:
    n = 0
    while True:
        try:
            time.sleep(0.001)
        except BaseException:
            n += 1


def sleeping(p: Any) -> Any:
    time.sleep(60)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("answer", "line"),
    [(endless, "n += 1|while True:"), (sleeping, "time.sleep(60)"), (catching, "")],
    ids=["endless", "sleeping", "catching"],
)
def test_an_answer_that_runs_on_is_stopped_where_it_was(answer: Any, line: str) -> None:
    before = signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGPROF)
    began = time.monotonic()
    said = check(perplexity=answer)
    assert time.monotonic() - began < 20
    text = repr(said)
    assert "a uniform guess over 507 words: it ran longer than 0.4 s and was stopped" in text
    assert any(f"of your code: {part}" in text for part in line.split("|"))
    assert "not tried: two cases of this question" in text
    assert (signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGPROF)) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.usefixtures("impatient")
def test_cases_that_do_not_run_on_still_count() -> None:
    def answer(p: Any) -> Any:
        while len(p) == 5000:
            pass
        return np.exp(-np.log(p).mean())

    said = check(perplexity=answer)
    assert said.points == said.worth - 2  # what the long text is worth, and no more
    assert "✓ unequal probabilities" in repr(said)


def test_an_interrupted_check_says_where_it_was_and_shows_no_traceback() -> None:
    def answer(p: Any) -> Any:
        time.sleep(30)

    check(perplexity=perplexity)  # the first check also reads the recorded cases
    timer = threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    text = repr(check(perplexity=answer))
    assert "you interrupted it, in line" in text
    assert "time.sleep(30)" in text
    assert "not tried: you interrupted the case before" in text


def test_outside_of_the_main_thread_nothing_can_stop_it_and_nothing_breaks() -> None:
    found: list[Feedback] = []
    thread = threading.Thread(target=lambda: found.append(check(perplexity)))
    thread.start()
    thread.join()
    assert found[0].points == 1


# --- names ---


def test_the_notebook_knows_an_answer_that_does_not_know_its_own_name() -> None:
    def wrapper(p: Any) -> Any:
        return p

    names = {"perplexity": wrapper, "other": wrapper}
    assert name_of(wrapper, names) == "perplexity"
    assert name_of(wrapper, None) == "wrapper"
    assert name_of(perplexity, {}) == "perplexity"
    assert "=wrapper)`" in unknown("wrapper", wrapper)


def test_what_is_not_handed_in_is_told() -> None:
    assert not_handed_in("perplexity", perplexity, None) == ""
    assert not_handed_in("perplexity", perplexity, {"perplexity": perplexity}) == ""
    assert not_handed_in("four_words", 2.8, {"four_words": 2.8}) == ""
    assert "nothing of that name" in not_handed_in("perplexity", perplexity, {})
    assert "something else" in not_handed_in("perplexity", perplexity, {"perplexity": max})


CELLS = """
import numpy as np
from coursekit.checks import check
def mine(p):
    return np.exp(-np.log(p).mean())
said = check(perplexity=mine)
"""


def test_in_a_cell_the_names_of_the_notebook_count() -> None:
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(CELLS, space)
    assert space["said"].passed
    assert "so far there is nothing of that name" in repr(space["said"])
    exec("perplexity = mine\nsaid = check(perplexity)", space)
    assert space["said"].remarks == ()
    exec("perplexity = lambda p: np.exp(-np.log(p).mean())\nsaid = check(perplexity)", space)
    assert space["said"].passed


# --- in IPython ---

SHOWN = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("import numpy as np\\nfrom coursekit.checks import check")
shell.run_cell("def perplexity(p):\\n    return 1 / np.prod(p)")
def shown(cell):
    print(f"<{cell}>")
    shell.run_cell(cell)
shown("check(perplexity)\\nx = 3")
shown("check(perplexity)")
shown("kept = check(perplexity)")
shown("n = check(perplexity).case.number")
shown("def perplexity(p):\\n    quit()\\ncheck(perplexity)")
print("alive", shell.exiting if hasattr(shell, "exiting") else False)
"""


def test_feedback_is_shown_once_wherever_the_call_stands() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHOWN], capture_output=True, text=True, check=True
    ).stdout
    _, first, last, kept, used, quit_ = done.split("<")
    assert first.count("perplexity: 1 of 4 points") == 1
    assert last.count("perplexity: 1 of 4 points") == 1
    assert "points" not in kept
    assert "points" not in used
    assert "the answer called quit() or exit()" in quit_


# --- without PyTorch ---

WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")
sys.meta_path.insert(0, Missing())
import numpy as np
from coursekit.checks import check, given
def perplexity(p):
    return np.exp(-np.log(p).mean())
assert check(perplexity).passed
class HandMadeCell:
    pass
said = check(HandMadeCell)
print(said)
assert not said.passed
from coursekit.checks.recorded import index, look_up
from coursekit.checks.values import TorchMissing
missing = []
for name in index():
    try:
        look_up(name)
    except TorchMissing:
        missing.append(name)
import json, pathlib
for notebook in sorted(pathlib.Path("exercises").glob("*.ipynb"))[2:10:7]:
    space, failed = {"__name__": "__main__"}, []
    for cell in json.loads(notebook.read_text("utf8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and not source.startswith("# Setup"):
            try:
                exec(source, space)
            except (ImportError, NameError):
                failed.append(source.split("(")[0].split("\\n")[0])
    print(failed)
print(sorted(missing))
"""


def test_without_pytorch_only_the_questions_with_tensors_are_out_of_reach() -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(WITHOUT)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout
    for name in ("WindowNetwork", "HandMadeCell"):
        assert f"\n['import torch', 'class {name}', 'check']\n" in done
    assert "This question works with tensors of PyTorch, and PyTorch is not installed" in done
    assert done.strip().endswith("['HandMadeCell', 'WindowNetwork']")
