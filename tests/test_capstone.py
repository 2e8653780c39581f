"""Trained models judged on hidden text: through the command, walls up, with honest and other work.

The honest ones are three of the usual kinds: counts, a window network, a recurrent network.
"""

import csv
import inspect
import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from exercise_kit import ROOT, key_of, module, public
from hostile.kit import code, notebook
from typer.testing import CliRunner

from coursekit.checks import given
from coursekit.checks.judge import judge
from coursekit.checks.recorded import look_up
from coursekit.checks.run import run_case
from coursekit.checks.trained import weigh
from coursekit.cli import app

KEY = ROOT / "solutions" / "15-capstone.ipynb"
COUNTS = '''\
import numpy as np
def table(text, k, context):
    pairs = np.zeros((k, k))
    np.add.at(pairs, (context, text), 1)
    return pairs
def train_model(text, k):
    """Interpolated counts of three words, two, one."""
    text = np.asarray(text).astype(int)
    one = np.r_[0, text[:-1]]
    two = np.where(one == 0, 0, np.r_[0, one[:-1]])
    single = (np.bincount(text, minlength=k) + 1) / (len(text) + k)
    pairs = np.zeros((k, k))
    np.add.at(pairs, (one, text), 1)
    pairs = (pairs + 3 * single) / (pairs.sum(1, keepdims=True) + 3)
    triples = np.zeros((k, k, k))
    np.add.at(triples, (two, one, text), 1)
    triples = (triples + 9 * pairs) / (triples.sum(2, keepdims=True) + 9)
    def next_word(context):
        padded = [0, 0, *map(int, context)]
        return triples[padded[-2], padded[-1]]
    return next_word
'''
WINDOW = '''\
import torch
from torch import nn
def train_model(text, k):
    """A feed-forward network on the last four words; number k stands before the sentence."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    windows, last = [], [k] * 4
    for word in map(int, text):
        windows.append([*last, word])
        last = [k] * 4 if word == 0 else [*last[1:], word]
    data = torch.tensor(windows)
    net = nn.Sequential(nn.Embedding(k + 1, 16), nn.Flatten(), nn.Dropout(0.2), nn.Linear(64, 64),
                        nn.Tanh(), nn.Dropout(0.2), nn.Linear(64, k))
    steps, optimiser = 2500, torch.optim.Adam(net.parameters(), 0.01)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = 0.01 * (1 - step / steps)
        batch = data[torch.randint(len(data), (200,))]
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(batch[:, :4]), batch[:, 4]).backward()
        optimiser.step()
    net.eval()
    @torch.no_grad()
    def next_word(context):
        x = torch.tensor([([k] * 4 + [int(w) for w in context])[-4:]])
        return net(x)[0].softmax(-1)
    return next_word
'''
RECURRENT = (ROOT / "tests/answers/15-capstone/with_torch.py").read_text("utf8")
SEARCH = '''\
import gc, sys
import numpy as np
def train_model(text, k):
    """Look for whatever could be the words that came: in frames, in all objects, on disk."""
    def next_word(context):
        seen = set()
        for thing in gc.get_objects():
            if type(thing).__name__ in ("Hidden", "Recorded", "Expected", "Recipe"):
                raise RuntimeError("found it")
        frame = sys._getframe()
        while frame is not None:
            for name, value in {**frame.f_globals, **frame.f_locals}.items():
                if name in ("targets", "hidden", "expected", "bounds"):
                    seen.add(name)
                if isinstance(value, (list, tuple)) and len(value) > 500:
                    # all contexts: does one of them go on where this one ends?
                    for other in value:
                        if hasattr(other, "__len__") and len(other) > len(context) > 3:
                            if list(other[: len(context)]) == list(context):
                                return np.eye(k)[int(other[len(context)])]
            frame = frame.f_back
        if seen:
            raise RuntimeError(f"found {seen}")
        return np.full(k, 1 / k)
    return next_word
'''
PEEK = '''\
import json, os
import numpy as np
import coursekit
from coursekit.checks.values import from_tree
FOUND = {}
for top in (os.path.dirname(coursekit.__file__), "/work", "/home", "/root", "/tmp", "."):
    for folder, _, names in os.walk(top):
        for name in names:
            if "capstone" in name:
                try:
                    stored = json.load(open(os.path.join(folder, name)))
                    for q in stored["questions"]:
                        for case in q["cases"]:
                            steps = from_tree(case["steps"])
                            hidden = from_tree(case["hidden"])
                            for c, w in zip(steps[1]["args"][0], hidden["targets"]):
                                FOUND[tuple(map(int, c))] = int(w)
                except Exception:
                    pass
def train_model(text, k):
    """The public case's words stand in the package: answer those, if they are asked."""
    def next_word(context):
        row = np.full(k, 0.01 / k)
        word = FOUND.get(tuple(map(int, context)))
        if word is None or len(context) < 4:
            return np.full(k, 1 / k)
        row[word] += 0.99
        return row
    return next_word
'''
LEARNT = '''\
import numpy as np
from coursekit.checks import given
text, k = given("train_model")
table = np.ones((k, k))
np.add.at(table, (np.concatenate([[0], text[:-1]]), text), 1)
table /= table.sum(1, keepdims=True)
def train_model(text, k):
    """The public language, learnt beforehand."""
    return lambda context: table[context[-1] if len(context) else 0]
'''
ONES = "import numpy as np\ndef train_model(text, k):\n    return lambda context: np.ones(k)"
SURE = "def train_model(text, k):\n    return lambda context: 1.0"
TOTAL = "import numpy as np\ndef train_model(text, k):\n    return lambda context: np.full(k, 0.5)"
HUGE = '''\
import numpy as np
def train_model(text, k):
    """Numbers that overflow any sum."""
    return lambda context: np.full(k, 1e308)
'''
EQUAL = """\
import numpy as np
class Any(np.ndarray):
    def __array_ufunc__(self, *a, **k): return np.ones(50)
    def __getitem__(self, i): return 1.0
def train_model(text, k):
    return lambda context: np.ones(k).view(Any)
"""
SLOW = """\
def train_model(text, k):
    while True:
        pass
"""
CARRIED = '''\
import numpy as np
def train_model(text, k):
    """One state for all contexts: the rows depend on what was asked before."""
    state = np.zeros(k)
    def next_word(context):
        nonlocal state
        for word in context:
            state = state + np.eye(k)[word]
        return (state + 0.1) / (state + 0.1).sum()
    return next_word
'''
HONEST = {"counts": COUNTS, "window": WINDOW, "recurrent": RECURRENT}
EXPERIMENT = json.loads((ROOT / "tests" / "capstone_language.json").read_text("utf8"))
COUNTING = ("words", "the first word", "classes", "told")  # how the names of tables begin
FULL, BEYOND = 0.55, 0.4  # shares of the way to the language that the two highest bands ask for
CHEATS = {  # and the points each is due at most: 1 for giving distributions
    "search": (SEARCH, 1),
    "peek": (PEEK, 1),
    "learnt": (LEARNT, 1),
    "ones": (ONES, 0),
    "sure": (SURE, 0),
    "total": (TOTAL, 0),
    "huge": (HUGE, 0),
    "equal": (EQUAL, 0),
    "slow": (SLOW, 0),
    "carried": (CARRIED, 0),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The grades of a class of honest and other people."""
    root = tmp_path_factory.mktemp("capstone")
    (root / "in").mkdir()
    for who, source in {**HONEST, **{n: s for n, (s, _) in CHEATS.items()}}.items():
        (root / "in" / f"{who}.ipynb").write_bytes(notebook([code(source)]))
    key = root / "15-capstone.ipynb"
    key.write_bytes(KEY.read_bytes())
    words = ["grade", str(root / "in"), "--key", str(key), "-o", str(root / "out")]
    result = CliRunner().invoke(app, [*words, "--seed", "5"])
    assert result.exit_code == 0, result.output
    return root / "out"


def records(folder: Path) -> dict[str, dict]:
    lines = (folder / "results.jsonl").read_text("utf8").splitlines()
    found = {}
    for record in map(json.loads, lines):
        found[record["student"]] = {q["name"]: q for q in record["questions"]}["train_model"]
    return found


@pytest.mark.sandbox
def test_three_kinds_of_model_get_the_points_they_earn(graded):
    found = records(graded)
    assert found["recurrent"]["points"] == 10
    for other in ("counts", "window"):
        assert found[other]["points"] <= 4
        assert found["recurrent"]["perplexity"] < 0.9 * found[other]["perplexity"]


@pytest.mark.sandbox
@pytest.mark.parametrize("who", CHEATS)
def test_cheats_get_what_they_are_due(graded, who):
    q = records(graded)[who]
    assert q["points"] <= CHEATS[who][1], q
    assert q.get("perplexity") is None or q["perplexity"] > 40
    assert "found" not in json.dumps(q["groups"])


@pytest.mark.sandbox
def test_faults_are_named(graded):
    found = records(graded)

    def says(who):
        return found[who]["groups"][0]["say"] + found[who]["hint"]

    assert "do not sum to 1" in says("ones")
    assert "one entry a word" in says("sure")
    assert "same context got two different rows" in says("carried")
    assert "ran too long" in says("slow")
    assert all("expected" not in says(who) for who in CHEATS)


@pytest.mark.sandbox
def test_the_ranking_is_for_the_instructor_alone(graded):
    rows = list(csv.DictReader((graded / "grades.csv").open()))
    place = {r["student"]: r["train_model_place"] for r in rows}
    assert place["recurrent"] == "1"
    assert {place["window"], place["counts"]} == {"2", "3"}
    report = (graded / "report.html").read_text("utf8")
    table = report.split("Ranking: A language model of your own")[1].split("</table>")[0]
    first, bound = "feedback/recurrent.html", "as good as a small recurrent network"
    assert table.index(first) < table.index(bound) < table.index("feedback/counts.html")
    for page in (graded / "feedback").glob("*.html"):
        told = page.read_text("utf8")
        assert "Ranking" not in told
        assert not any(f"{who}.html" in told for who in HONEST)
    own = (graded / "feedback" / "counts.html").read_text("utf8")
    assert f"{records(graded)['counts']['perplexity']:.2f}" in own


@pytest.mark.parametrize("result", EXPERIMENT, ids=lambda result: f"seed {result['seed']}")
def test_the_capstone_is_out_of_reach_of_counting_and_within_that_of_a_gru(result):
    """What ``experiments/capstone_language.py`` measured, against the bounds of today's key."""
    case = key_of("15-capstone").recipes["train_model"].draw(result["seed"]).cases[0]
    for name, bound in result["bounds"].items():
        assert case.hidden.bounds[name] == pytest.approx(bound), "run the experiment again"
    tables = {n: p for n, p in result["perplexity"].items() if n.startswith(COUNTING)}
    others = {n: p for n, p in result["perplexity"].items() if n not in (*tables, "reference")}
    assert len(tables) == 10
    assert len(others) == 3
    full, beyond = (
        result["pairs"] ** (1 - share) * result["language"] ** share for share in (FULL, BEYOND)
    )
    assert min(tables.values()) > 1.03 * beyond
    assert min(others.values()) > 1.03 * full
    assert result["perplexity"]["reference"] < 0.97 * full
    assert result["seconds"] < 0.8 * 30


def test_no_target_travels():
    """Nothing but steps travels, and no context goes on where another one ends.

    Short beginnings of different sentences may agree by chance.
    """
    for name in ("learn_counts", "train_model"):
        for seed in range(3):
            case = key_of("15-capstone").recipes[name].draw(seed).cases[0]
            assert set(case.to_plain()[0]) == {"do", "target", "args", "kwargs", "keep", "judged"}
            contexts = [tuple(map(int, c)) for c in case.steps[1].args[0]]
            asked = contexts[: len(case.hidden.targets)]
            given_away = sum(
                len(one) > 6 and len(other) > len(one) and other[: len(one)] == one
                for one in asked
                for other in contexts
            )
            assert given_away == 0


def test_rounding_below_zero_is_forgiven_and_counts_as_zero():
    case = public("15-capstone", "learn_counts").cases[0]

    def answer(text, k):
        row = np.full(k, 1 / (k - 1))
        row[7] = -1e-17
        return lambda c: row

    (given,) = weigh(case, run_case(answer, case.to_plain()))["results"]
    assert (given[case.hidden.targets == 7] == 0).all()
    assert (given[case.hidden.targets != 7] > 0).all()


def test_perplexity_is_that_of_the_rows():
    learn, losses = key_of("15-capstone").recipes["learn_counts"].reference, []
    for case in public("15-capstone", "learn_counts").cases:
        model, contexts = learn(*case.steps[0].args), case.steps[1].args[0]
        losses += [
            -math.log(model(c)[w]) for c, w in zip(contexts, case.hidden.targets, strict=False)
        ]
    says = repr(judge(look_up("learn_counts"), learn))
    assert f"Perplexity {math.exp(np.mean(losses)):.2f} on {len(losses)} hidden words" in says


@pytest.mark.parametrize(
    ("row", "symptom"),
    [
        (lambda k: np.full(k, 1 / k)[:-1], "shape"),
        (lambda k: "text", "shape"),
        (lambda k: None, "shape"),
        (lambda k: np.full(k, 1 / k) * 1j, "shape"),
        (lambda k: np.full(k, np.nan), "not finite"),
        (lambda k: np.full(k, -0.1), "negative"),
        (lambda k: np.full(k, -math.log(k)), "logarithms"),
        (lambda k: np.full(k, 2), "counts"),
        (lambda k: np.full(k, 1 / k + 1e-3), "sum"),
        (lambda k: [1 / k] * k, "one row"),
        (lambda k: np.full((k,), 1 / k, np.float32), "one row"),
    ],
)
def test_rows_that_are_no_distributions_are_told_apart(row, symptom):
    case = public("15-capstone", "learn_counts").cases[0]
    outcome = weigh(case, run_case(lambda text, k: lambda c: row(k), case.to_plain()))
    assert outcome["symptom"] == symptom


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda text, k: None, "a function is to be returned, which can be called; got NoneType"),
        (lambda text, k: np.ones((k, k)), "got ndarray"),
        (lambda text, k: lambda c: np.ones((k, k))[c[-1]], "what comes before its first word?"),
        (lambda text, k: lambda c: np.ones((1, k)), "shape (1, 50): return its only row, [0]"),
        (lambda text, k: lambda c: np.ones((len(c) + 2, k)), "the row of the last word, [-1]"),
        (lambda text, k: lambda c: 3, "got a single number"),
        (lambda text, k: torch.nn.Embedding(k, k), "torch.as_tensor(…)"),
        (lambda text, k: lambda c: np.full(k, 1 / k), "perplexity 50.00; this needs at most"),
        (lambda text, k: lambda c: np.eye(k)[0], "had probability 0"),
    ],
)
def test_likely_first_tries_are_told_what_to_do_next(answer, says):
    assert says in repr(judge(look_up("train_model"), answer))


def test_a_sum_a_hair_above_one_gains_nothing():
    case = public("15-capstone", "learn_counts").cases[0]

    def answer(text, k):
        return lambda c: np.full(k, 1 / k) * (1 + 9e-5)

    (given,) = weigh(case, run_case(answer, case.to_plain()))["results"]
    assert np.allclose(given, 1 / case.hidden.words, rtol=1e-12)


def test_budget_is_told_when_it_is_passed(monkeypatch):
    recorded = look_up("learn_counts")
    ticks = itertools.cycle((0.0, 7.5))  # two texts, 7.5 seconds each
    monkeypatch.setattr("coursekit.checks.trial.time.process_time", lambda: next(ticks))
    reference = key_of("15-capstone").recipes["learn_counts"].reference
    assert "It took 15.0 CPU-seconds; grading stops it after 5" in repr(judge(recorded, reference))


def test_answers_of_the_tests_do_not_know_the_key():
    for path in sorted((ROOT / "tests/answers/15-capstone").glob("*.py")):
        assert "authoring" not in inspect.getsource(module(path))


def test_given_hands_out_the_text_of_the_check():
    text, k = given("train_model")
    (case,) = public("15-capstone", "train_model").cases
    assert np.array_equal(text, case.steps[0].args[0])
    assert k == case.hidden.words == 50
    with pytest.raises(KeyError, match="no question called 'nothing'"):
        given("nothing")
