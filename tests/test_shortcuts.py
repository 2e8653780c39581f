"""Forbidden short cuts: check and grade give one verdict, by what an answer calls while it runs."""

import contextlib
import importlib
import json
import math
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from hostile import borrowed
from torch.autograd import forward_ad

import coursekit.derivatives.network as network
from coursekit.checks.cases import Case, call, get
from coursekit.checks.forbidden import NotAllowed, closed, judged
from coursekit.checks.judge import judge
from coursekit.checks.limits import Limits
from coursekit.checks.notebookfile import Cell
from coursekit.checks.recorded import look_up
from coursekit.checks.run import run_case
from coursekit.grading.box.levels import choose_level
from coursekit.grading.box.withheld import DATA, withhold
from coursekit.grading.intake.submission import Submission
from coursekit.grading.judging import verdicts as grading
from coursekit.grading.judging.exam import Exam, Item
from coursekit.grading.running.local import LocalRunner
from coursekit.grading.running.replies import Inquiry

pytestmark = pytest.mark.sandbox

IMPORTS = "import numpy as np\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn"
POOLED = """\
def pooled_perplexity(batches):
    return float(np.exp(-np.concatenate(batches).mean()))
"""
SOFTMAX = """\
def softmax_rows(Z):
    odds = np.exp(Z - Z.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)
"""
BACKWARD = """\
def backward(p, U, targets, H, Y):
    q = {{name: torch.tensor(value, requires_grad=True) for name, value in p.items()}}
    h, loss = torch.zeros(len(p["b_h"]), dtype=torch.float64) + torch.tensor(H[0]), 0
    for u, target in zip(torch.tensor(U), targets):
        h = torch.tanh(q["W_u"] @ u + q["W_h"] @ h + q["b_h"])
        loss = loss - torch.log_softmax(q["Q"] @ h + q["b_Q"], 0)[int(target)] / len(U)
    {}
    return {{name: value.grad.numpy() for name, value in q.items()}}
"""
CLIP = """\
def clip_gradients(gradients, threshold):
    norm = np.sqrt(sum(np.sum(q**2) for q in gradients))
    if np.isfinite(norm) and norm > threshold:
        gradients = [threshold / norm * q for q in gradients]
    return list(gradients), norm
"""


def pooled(body: str) -> str:
    return f"def pooled_perplexity(batches):\n    p = np.concatenate(batches)\n    {body}\n"


def softmax(body: str) -> str:
    return f"def softmax_rows(Z):\n    z = torch.tensor(Z)\n    return ({body}).numpy()\n"


def log_sum_exp(body: str) -> str:
    return f"def log_sum_exp(z):\n    return float({body})\n"


# Question, code cell, whether it is a short cut.
ANSWERS: dict[str, tuple[str, str, bool]] = {
    # a module
    "import in the answer": (
        "pooled_perplexity",
        pooled("import coursekit.perplexity as c; return c.perplexity(p)"),
        True,
    ),
    "import from a module": (
        "pooled_perplexity",
        "from coursekit.perplexity import perplexity as theirs\n" + pooled("return theirs(p)"),
        True,
    ),
    "importlib, spelt in two parts": (
        "pooled_perplexity",
        "import importlib\n"
        + pooled('return importlib.import_module("coursekit." + "perplexity").perplexity(p)'),
        True,
    ),
    "__import__": (
        "pooled_perplexity",
        pooled('return __import__("coursekit." + "perplexity").perplexity.perplexity(p)'),
        True,
    ),
    "exec of a string": (
        "pooled_perplexity",
        pooled('d = {}; exec("from coursekit.perplexity import *", d); return d["perplexity"](p)'),
        True,
    ),
    "sys.modules": (
        "pooled_perplexity",
        "import sys\nimport coursekit.perplexity\n"
        + pooled('return sys.modules["coursekit.perplexity"].perplexity(p)'),
        True,
    ),
    "held in a list": (
        "pooled_perplexity",
        "import coursekit.perplexity as c\nheld = [c.perplexity]\n" + pooled("return held[0](p)"),
        True,
    ),
    "from a module that is loaded no longer": (
        "pooled_perplexity",
        "import sys\nimport coursekit.perplexity as c\nheld = [c.perplexity]\n"
        'del sys.modules["coursekit.perplexity"]\n' + pooled("return held[0](p)"),
        True,
    ),
    "from a module that was loaded twice": (
        "pooled_perplexity",
        "import sys\nimport coursekit.perplexity as c\nheld = [c.perplexity]\n"
        'del sys.modules["coursekit.perplexity"]\nimport coursekit.perplexity\n'
        + pooled("return held[0](p)"),
        True,
    ),
    "from a module under another name": (
        "pooled_perplexity",
        "import sys\nimport coursekit.perplexity\n"
        'sys.modules["helper"] = sys.modules.pop("coursekit.perplexity")\nimport helper\n'
        + pooled("return helper.perplexity(p)"),
        True,
    ),
    "a default argument": (
        "pooled_perplexity",
        "import coursekit.perplexity as c\n"
        "def pooled_perplexity(batches, f=c.perplexity):\n    return f(np.concatenate(batches))",
        True,
    ),
    "the exception caught": (
        "pooled_perplexity",
        "import coursekit.perplexity as c\n"
        + pooled(
            "\n    try: return c.perplexity(p)"
            "\n    except Exception: return float(np.exp(-p.mean()))"
        ),
        True,
    ),
    "no more than mentioned": (
        "pooled_perplexity",
        "# coursekit.perplexity.perplexity\n"
        + pooled('"""Not coursekit.perplexity."""\n    return float(np.exp(-p.mean()))'),
        False,
    ),
    "in a branch that never runs": (
        "pooled_perplexity",
        pooled(
            "\n    if p.size < 0: from coursekit.perplexity import perplexity as f; return f(p)\n"
            "    return float(np.exp(-p.mean()))"
        ),
        False,
    ),
    "imported, not used": (
        "pooled_perplexity",
        "from coursekit.perplexity import perplexity\n" + POOLED,
        False,
    ),
    "a function of that name, of one's own": (
        "pooled_perplexity",
        "def perplexity(p):\n    return float(np.exp(-p.mean()))\n"
        + pooled("return perplexity(p)"),
        False,
    ),
    "another module of the package": (
        "pooled_perplexity",
        "import coursekit.text\n" + POOLED,
        False,
    ),
    # functions of torch
    "torch.softmax": ("softmax_rows", softmax("torch.softmax(z, 1)"), True),
    "the method": ("softmax_rows", softmax("z.softmax(1)"), True),
    "functional": ("softmax_rows", softmax("F.softmax(z, dim=1)"), True),
    "the layer": ("softmax_rows", softmax("nn.Softmax(1)(z)"), True),
    "a layer made before": (
        "softmax_rows",
        "layer = nn.Softmax(1)\n" + softmax("layer(z)"),
        True,
    ),
    "getattr": ("softmax_rows", softmax('getattr(torch, "soft" + "max")(z, 1)'), True),
    "a dictionary of functions": (
        "softmax_rows",
        "held = {1: torch.softmax}\n" + softmax("held[1](z, 1)"),
        True,
    ),
    "a partial function": (
        "softmax_rows",
        "from functools import partial\nf = partial(torch.softmax, dim=1)\n" + softmax("f(z)"),
        True,
    ),
    "by map": ("softmax_rows", softmax("list(map(torch.softmax, [z], [1]))[0]"), True),
    "eval": ("softmax_rows", softmax('eval("torch.soft" + "max(z, 1)")'), True),
    "the operator below": ("softmax_rows", softmax("torch.ops.aten.softmax(z, 1)"), True),
    "in NumPy": ("softmax_rows", SOFTMAX, False),
    "in torch, written out": (
        "softmax_rows",
        softmax("(z - z.amax(1, True)).exp() / (z - z.amax(1, True)).exp().sum(1, True)"),
        False,
    ),
    # methods
    "Tensor.backward": ("backward", BACKWARD.format("loss.backward()"), True),
    "autograd.backward": ("backward", BACKWARD.format("torch.autograd.backward(loss)"), True),
    "autograd.grad": (
        "backward",
        BACKWARD.format(
            "g = torch.autograd.grad(loss, list(q.values()))\n"
            "    return {n: v.numpy() for n, v in zip(q, g)}"
        ),
        True,
    ),
    # a function of torch in Python, and a compiled one of NumPy
    "clip_grad_norm_": (
        "clip_gradients",
        "from torch.nn.utils import clip_grad_norm_ as cut\n"
        + CLIP.replace(
            "    norm", "    cut([torch.zeros(2, requires_grad=True)], 1.0)\n    norm", 1
        ),
        True,
    ),
    "no clip_grad_norm_": ("clip_gradients", CLIP, False),
    "logaddexp.reduce": ("log_sum_exp", log_sum_exp("np.logaddexp.reduce(z)"), False),
    "logaddexp, imported": (
        "log_sum_exp",
        "from numpy import logaddexp as f\n" + log_sum_exp("f.reduce(z)"),
        False,
    ),
    "Tensor.logsumexp": ("log_sum_exp", log_sum_exp("torch.tensor(z).logsumexp(0)"), False),
}


@pytest.fixture(scope="module")
def runner() -> Iterator[LocalRunner]:
    with LocalRunner(choose_level(False), Limits.from_timeout(20), jobs=1) as made:
        yield made


def by_check(name: str, cells: list[str]) -> tuple[float, bool]:
    space: dict[str, object] = {"__name__": "__main__"}
    for source in cells:
        exec(source, space)
    said = judge(look_up(name), space[name])
    return said.points, "asks you to do without" in said.headline


def by_grade(runner: LocalRunner, name: str, cells: list[str]) -> tuple[float, bool]:
    item = Item(look_up(name), name)
    sent = Submission("ada", "", "", "", tuple(Cell("code", c) for c in cells), "")
    run = runner.run_one(sent, [item.inquiry()]).run
    (record,) = grading.judge(Exam("", "", [item]), sent, run)
    assert (record.status == "forbidden") == ("asks you to do without" in record.say)
    return record.points, record.status == "forbidden"


@pytest.mark.parametrize("name", borrowed.ANSWERS)
def test_what_others_have_written_earns_nothing(name: str, runner: LocalRunner) -> None:
    cells = [IMPORTS, borrowed.ANSWERS[name]]
    assert by_check(name, cells) == (0.0, True)
    assert by_grade(runner, name, cells) == (0.0, True)


@pytest.mark.parametrize("title", ANSWERS)
def test_check_and_grade_give_the_same_verdict(title: str, runner: LocalRunner) -> None:
    name, source, short_cut = ANSWERS[title]
    cells = [IMPORTS, source]
    expected = (0.0, True) if short_cut else (look_up(name).question.points, False)
    assert by_check(name, cells) == expected
    assert by_grade(runner, name, cells) == expected


def test_everything_is_open_again_afterwards() -> None:
    import coursekit.perplexity as room

    before = room.perplexity.__code__, torch.nn.LSTMCell.__init__, math.exp, list(sys.meta_path)
    names = ["coursekit.perplexity", "torch.nn.LSTMCell", "math.exp", "torch.softmax"]
    with closed(names, lambda: math.exp(0)) as used:
        for action in (
            lambda: room.perplexity(np.zeros(2)),
            lambda: torch.nn.LSTMCell(2, 2),
            lambda: math.exp(0),
            lambda: torch.zeros(2).softmax(0),
        ):
            with contextlib.suppress(Exception):
                action()
    assert used == [
        "coursekit.perplexity.perplexity",
        "torch.nn.LSTMCell",
        "math.exp",
        "torch.softmax",
    ]
    after = room.perplexity.__code__, torch.nn.LSTMCell.__init__, math.exp, list(sys.meta_path)
    assert after == before
    assert torch.nn.LSTMCell(2, 2)(torch.zeros(1, 2))[0].softmax(1).shape == (1, 2)
    assert room.perplexity(np.zeros(2)) == math.exp(0) == 1


def test_a_class_made_before_is_closed_as_well() -> None:
    cell = torch.nn.LSTMCell(2, 2)
    with closed(["torch.nn.LSTMCell"]) as used:
        done = run_case(lambda: cell(torch.zeros(1, 2)), Case("g", call()).to_plain())
    assert judged(done, used)["error"]["kind"] == "forbidden"


def test_a_module_that_is_loaded_only_now_is_closed(tmp_path, monkeypatch) -> None:
    (tmp_path / "late_room.py").write_text("def f():\n    return 1\n")
    monkeypatch.syspath_prepend(tmp_path)

    def answer() -> int:
        return importlib.import_module("late_" + "room").f()

    with closed(["late_room.f"], answer) as used:
        run_case(answer, Case("g", call()).to_plain())
    assert used == ["late_room.f"]
    assert answer() == 1


Z = torch.randn(3, 4)
WEIGHTS = [torch.randn(4, 3), torch.randn(4, 4), torch.randn(4), torch.randn(4)]
START = (torch.randn(1, 2, 3), torch.zeros(1, 1, 4))
LAYER = (*START, WEIGHTS, True, 1, 0.0, False, False, True)
GRADIENTS = ("torch.autograd.grad", "torch.Tensor.backward")


def square(v: torch.Tensor) -> torch.Tensor:
    return (v**2).sum()


def forwards() -> torch.Tensor:
    with forward_ad.dual_level():
        return forward_ad.unpack_dual(square(forward_ad.make_dual(Z, Z))).tangent


def loss() -> tuple[torch.Tensor, torch.Tensor]:
    v = Z.clone().requires_grad_()
    return v, square(torch.tanh(v))


def by_private_engine() -> Any:
    v, out = loss()
    engine = torch.autograd.Variable._execution_engine
    return engine.run_backward((out,), (torch.ones(()),), False, False, (v,), True, False)


def by_another_engine() -> Any:
    v, out = loss()
    one = (torch.ones(()),)
    another = type(torch.autograd.Variable._execution_engine)()
    return another.run_backward((out,), one, False, False, (v,), True, False)


def by_hand_through_the_graph() -> Any:
    """Call autograd's own nodes one after the other."""
    node, gradient = loss()[1].grad_fn, torch.ones(())
    for _ in range(3):
        gradient = node(gradient)
        node = node.next_functions[0][0]
    return gradient


def without_torch_functions() -> torch.Tensor:
    with torch._C.DisableTorchFunction():
        return torch.softmax(Z, 1)


def in_a_thread() -> torch.Tensor:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(torch.softmax, Z, 1).result()


def scripted(z: torch.Tensor) -> torch.Tensor:
    return torch.softmax(z, 1)


def differentiated_in_script(v: torch.Tensor) -> torch.Tensor:
    gradients = torch.autograd.grad([(v**2).sum()], [v])
    gradient = gradients[0]
    assert gradient is not None
    return gradient


def attention() -> torch.Tensor:
    unit = torch.eye(4)[None]
    return torch.nn.functional.scaled_dot_product_attention(Z[None], unit, unit, scale=1.0)


SCRIPTED = torch.jit.script(scripted)
TRACED = torch.jit.trace(scripted, Z)
IN_SCRIPT = torch.jit.script(differentiated_in_script)
CPU = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)
aten = torch.ops.aten

# What is forbidden, and what does the same under another name.
OTHER_NAMES = {
    "rnn_tanh": (("torch.nn.RNN",), lambda: torch.rnn_tanh(*LAYER)),
    "the hidden module": (("torch.nn.RNN",), lambda: torch._VF.rnn_tanh(*LAYER)),
    "its operator": (("torch.nn.RNN",), lambda: torch.ops.aten.rnn_tanh.input(*LAYER)),
    "rnn_tanh_cell": (
        ("torch.nn.RNNCell",),
        lambda: torch.rnn_tanh_cell(START[0][0], torch.zeros(2, 4), *WEIGHTS),
    ),
    "an overload": (("torch.softmax",), lambda: torch.ops.aten.softmax.int(Z, 1)),
    "the operator inside": (("torch.softmax",), lambda: torch.ops.aten._softmax(Z, 1, False)),
    "the operator, further down": (
        ("torch.softmax",),
        lambda: aten.softmax.int.redispatch(CPU, Z, 1),
    ),
    "into a tensor": (
        ("torch.softmax",),
        lambda: aten._softmax.out(Z, 1, False, out=torch.empty(3, 4)),
    ),
    "of numbers that may be masked": (
        ("torch.softmax",),
        lambda: torch._masked_softmax(Z, torch.zeros(3, 4, dtype=torch.bool), 1),
    ),
    "of a sparse tensor": (("torch.softmax",), lambda: torch.sparse.softmax(Z.to_sparse(), 1)),
    "written out in Python": (("torch.softmax",), lambda: torch._refs.softmax(Z, 1)),
    "for a compiler": (
        ("torch.softmax",),
        lambda: torch._decomp.decomposition_table[aten._softmax.default](Z, 1, False),
    ),
    "softmin": (("torch.softmax",), lambda: torch.nn.functional.softmin(-Z, 1)),
    "attention": (("torch.softmax",), attention),
    "in a thread": (("torch.softmax",), in_a_thread),
    "no torch functions": (("torch.softmax",), without_torch_functions),
    "in a script": (("torch.softmax",), lambda: SCRIPTED(Z)),
    "traced": (("torch.softmax",), lambda: TRACED(Z)),
    "SciPy's": (
        ("scipy.special.softmax",),
        lambda: importlib.import_module("scipy.special").softmax(Z.numpy(), 1),
    ),
    "an LSTM to be quantised": (
        ("torch.nn.LSTMCell",),
        lambda: importlib.import_module("torch.ao.nn.quantizable").LSTMCell(2, 3),
    ),
    "the private engine": (GRADIENTS, by_private_engine),
    "an engine of one's own": (GRADIENTS, by_another_engine),
    "autograd's nodes": (GRADIENTS, by_hand_through_the_graph),
    "a gradient in a script": (GRADIENTS, lambda: IN_SCRIPT(Z.clone().requires_grad_())),
    "vjp": (GRADIENTS, lambda: torch.func.vjp(square, Z)[1](torch.ones(()))),
    "jacrev": (GRADIENTS, lambda: torch.func.jacrev(square)(Z)),
    "a special function": (("torch.logsumexp",), lambda: torch.special.logsumexp(Z, 1)),
    "jvp": (GRADIENTS, lambda: torch.autograd.functional.jvp(square, Z, Z)),
    "func.jvp": (GRADIENTS, lambda: torch.func.jvp(square, (Z,), (Z,))),
    "func.grad": (GRADIENTS, lambda: torch.func.grad(square)(Z)),
    "jacfwd": (GRADIENTS, lambda: torch.func.jacfwd(square)(Z)),
    "dual numbers": (GRADIENTS, forwards),
    "cross_entropy inside": (
        ("torch.nn.functional.cross_entropy",),
        lambda: torch._C._nn.cross_entropy_loss(Z, torch.tensor([0, 1, 2])),
    ),
    "a module of a package": (
        ("coursekit.derivatives",),
        lambda: network.Network(np.random.default_rng(0)),
    ),
}


@pytest.mark.parametrize("title", OTHER_NAMES)
def test_another_name_for_the_same_is_closed_too(title: str) -> None:
    names, answer = OTHER_NAMES[title]
    with closed(names, answer) as used:
        run_case(answer, Case("g", call()).to_plain())
    assert len(used) == 1
    assert used[0].startswith(tuple(names))


def test_what_was_compiled_before_runs_line_by_line() -> None:
    def machine_code(*_: object) -> Callable[..., object]:
        return lambda z: (torch.exp(z) / torch.exp(z).sum(1, keepdim=True),)

    compiled = torch.compile(scripted, backend=machine_code)
    assert compiled(Z).sum() == pytest.approx(3)
    with closed(["torch.softmax"]) as used:
        run_case(lambda: compiled(Z), Case("g", call()).to_plain())
    assert used == ["torch.softmax"]


def test_what_is_no_kin_stays_open() -> None:
    names = ("torch.nn.RNN", "torch.softmax", *GRADIENTS)
    with closed(names) as used:
        done = run_case(lambda: torch.tanh(Z @ Z.T).log_softmax(1), Case("g", call()).to_plain())
    assert (used, done["error"]) == ([], None)


READ = """
import json, coursekit.checks
from importlib.resources import files
from coursekit.checks.recorded import look_up
found = [
    (record["name"], record["cases"][0]["expected"]["list"])
    for file in (files("coursekit.checks") / "data").iterdir()
    for record in json.loads(file.read_text("utf8"))["questions"]
    if record["kind"] == "value"
]
four_words = look_up("four_words").expected[0].results[0]
others = look_up("perplexity").expected[0].results[0]
"""


def test_the_answer_to_a_value_question_cannot_be_read_in_the_box(runner: LocalRunner) -> None:
    asked = [
        Inquiry(name, [[step.to_plain() for step in get()]])
        for name in ("found", "four_words", "others")
    ]
    sent = Submission("ada", "", "", "", (Cell("code", READ),), "")
    run = runner.run_one(sent, asked).run
    assert run.faults == []
    (found,), (value,), (other,) = (run.replies[i.name][0].outcome["results"] for i in asked)
    assert len(found) >= 9
    assert all(expected == [None] for _, expected in found)
    assert value is None
    assert other > 1  # the cases of functions are public, and say how they are called


def test_no_value_that_a_question_asks_for_lies_in_the_box(tmp_path: Path) -> None:
    withhold(tmp_path)
    found = 0
    for file in DATA.glob("*.json"):
        kept = {q["name"]: q for q in json.loads((tmp_path / file.name).read_text())["questions"]}
        for question in json.loads(file.read_text("utf8"))["questions"]:
            if question["kind"] != "value":
                assert kept[question["name"]] == question
                continue
            found += 1
            there = kept[question["name"]]
            for case, left in zip(question["cases"], there["cases"], strict=True):
                values = [json.dumps(v) for v in case["expected"]["list"]]
                assert left["expected"] == {"list": [None] * len(values)}
                telling = [v for v in values if len(v) > 3]  # a 2 stands anywhere
                words = re.split(r"[^\w.+-]+", json.dumps(there))
                assert not set(telling) & set(words)
    assert found >= 10


def test_a_closed_class_is_not_asked_for_its_instances(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in nltk.redos: a class answers for its instances' attributes, and another holds one."""
    module = ModuleType("oddities")
    exec(
        "class Answers:\n"
        "    def __getattr__(self, name):\n        raise AttributeError(name)\n"
        "    def __call__(self):\n        return 1\n"
        "class Holds:\n    inside = Answers()\n    def method(self):\n        return 2\n"
        "answers = Answers()\n",
        vars(module),
    )
    monkeypatch.setitem(sys.modules, "oddities", module)
    with closed(["oddities"]) as used:
        with pytest.raises(NotAllowed):
            module.Holds().method()
        with pytest.raises(NotAllowed):
            module.answers()
    assert used
    assert (module.Holds().method(), module.answers()) == (2, 1)


def test_a_closed_module_is_not_asked_for_its_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in nltk.termsec: a module answers for names that it lacks, and a later one holds it."""
    lookup = ModuleType("oddities")
    exec(
        "def __getattr__(name):\n    raise AttributeError(name)\n"
        "class Guarded:\n"
        "    def __getattribute__(self, name):\n        return super().__getattribute__(name)\n"
        "    def __call__(self):\n        return 1\n"
        "guarded = Guarded()\n",
        vars(lookup),
    )
    later = ModuleType("oddities.later")
    vars(later).update(lookup=lookup, guarded=vars(lookup)["guarded"])
    monkeypatch.setitem(sys.modules, "oddities", lookup)
    monkeypatch.setitem(sys.modules, "oddities.later", later)
    with closed(["oddities", "oddities.absent"]) as used:
        assert not hasattr(lookup, "absent")
        assert used == []
        with pytest.raises(NotAllowed):
            vars(lookup)["guarded"]()
    assert used == ["oddities.guarded"]
    assert vars(lookup)["guarded"]() == 1


def test_closing_a_package_asks_nothing_of_what_it_closes() -> None:
    """Every package that a question closes, once all its modules have been loaded."""
    names = {
        name
        for path in DATA.glob("*.json")
        for question in json.loads(path.read_text("utf8"))["questions"]
        for name in question["forbidden"]
    }
    closing = """
        import contextlib, importlib, pkgutil, sys, types, warnings
        from coursekit.checks.forbidden import closed
        warnings.simplefilter("ignore")
        for name in sys.argv[1:]:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
            package = sys.modules.get(name)
            inside = pkgutil.iter_modules(getattr(package, "__path__", []), f"{name}.")
            for found in inside:
                with contextlib.suppress(Exception, SystemExit):  # it may want another package
                    importlib.import_module(found.name)
            with closed([name]) as used:
                pass
            assert used == [], (name, used)
            print(name, isinstance(package, types.ModuleType))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(closing), *sorted(names)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "nltk True" in done.stdout
