"""Every derivative that chapters 06 to 09 display is executed, and agrees with two oracles."""

import re
import sys
import types
from importlib.util import find_spec
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from notebook_code import CHAPTERS, spoil

from coursekit import derivatives
from coursekit.derivatives import Claim

TOLERANCE = 1e-6
DISPLAY = re.compile(r"\$\$(?P<tex>.+?)\$\$\s*(?P<marks>(?:<!-- derivative.*?-->\s*)*)", re.DOTALL)
MARK = re.compile(r"<!-- derivative: (?P<ids>[\w., ]+?) -->|<!-- derivative-exempt: .{10,}? -->")
DERIVATIVE = re.compile(r"\\partial|\\d?frac\{d\b|\\d?frac\{d\\|\\d?frac\{d[A-Za-z]")


def displays(chapter: Path) -> list[tuple[str, str]]:
    """Each displayed formula of a chapter and the comments that follow it."""
    cells = nbformat.read(chapter, as_version=4).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return [(found["tex"], found["marks"]) for found in DISPLAY.finditer(text)]


def marked(chapter: Path) -> dict[str, str]:
    """The ids that a chapter gives, each with its display."""
    return {
        name: tex
        for tex, marks in displays(chapter)
        for found in MARK.finditer(marks)
        if found["ids"]
        for name in re.split(r"\s*,\s*", found["ids"])
    }


REGISTERED = derivatives.ids()
STEMS = dict.fromkeys(derivatives.CHAPTERS.values())
CHECKED = {s: CHAPTERS / f"{s}.ipynb" for s in STEMS if (CHAPTERS / f"{s}.ipynb").exists()}
DISPLAYED = {stem: marked(path) for stem, path in CHECKED.items()}
IDS = [(stem, name) for stem, names in DISPLAYED.items() for name in names]


@pytest.mark.parametrize("name", REGISTERED)
def test_formula_agrees_with_autograd_and_finite_differences(name):
    found = derivatives.measure(name)
    assert found.autograd < TOLERANCE
    assert found.finite_differences < TOLERANCE


def test_list_of_all_displayed_derivatives(capsys):
    with capsys.disabled():
        print(f"\n{'derivative':<40} autograd   finite differences (largest relative errors)")
        for _, name in IDS:
            found = derivatives.measure(name)
            print(f"{name:<40} {found.autograd:8.1e}   {found.finite_differences:8.1e}")
    assert sorted(name for _, name in IDS) == sorted(REGISTERED)


@pytest.mark.parametrize("stem", CHECKED)
def test_ids_in_the_chapter_and_checks_are_the_same(stem):
    checks = {n for n in REGISTERED if derivatives.CHAPTERS[n.partition(".")[0]] == stem}
    assert set(DISPLAYED[stem]) == checks


@pytest.mark.parametrize("stem", CHECKED)
def test_every_displayed_derivative_has_an_id_or_says_why_not(stem):
    for tex, marks in displays(CHECKED[stem]):
        if DERIVATIVE.search(tex):
            assert MARK.search(marks), f"no id below {tex}"


@pytest.mark.parametrize(("stem", "name"), IDS)
def test_the_display_is_the_formula_that_the_check_evaluates(stem, name):
    def bare(tex: str) -> str:
        return re.sub(r"\\[,;!:]|\\q?quad|\s+|&", "", tex)  # spacing says nothing

    assert bare(REGISTERED[name].tex) in bare(DISPLAYED[stem][name])


@pytest.mark.parametrize("stem", CHECKED)
def test_the_chapter_shows_the_measured_error_of_each_formula(stem):
    cells = nbformat.read(CHECKED[stem], as_version=4).cells
    shown = "".join(out.get("text", "") for c in cells for out in c.get("outputs", []))
    for name in DISPLAYED[stem]:
        assert re.search(rf"^{re.escape(name)} +autograd < 1e-\d+ ", shown, re.MULTILINE), name
    assert "WRONG" not in shown


# --- the machinery itself ----------------------------------------------------------------------


def claim(formula):
    return Claim(np.array([0.3, -0.2]), lambda x: torch.stack([x[0] * x[1], x[0]]), formula)


def test_a_right_jacobian_passes_and_its_transpose_does_not():
    right = np.array([[-0.2, 0.3], [1.0, 0.0]])
    assert max(derivatives.compare(claim(lambda x: right))) < 1e-12
    assert min(derivatives.compare(claim(lambda x: right.T))) > 0.1


def test_a_jacobian_of_the_wrong_shape_is_refused():
    with pytest.raises(ValueError, match="shape"):
        derivatives.compare(claim(lambda x: np.zeros(4)))


def test_nan_counts_as_infinitely_wrong():
    assert derivatives.relative_error(np.array([np.nan]), np.ones(1)) == np.inf


def test_an_id_cannot_be_taken_twice_nor_stand_outside_the_modules():
    with pytest.raises(ValueError, match="two checks"):
        derivatives.derivative("chain_rule.tanh", tex="")
    with pytest.raises(ValueError, match="must begin"):
        derivatives.derivative("elsewhere.tanh", tex="")


def test_show_says_so_when_a_formula_is_wrong(monkeypatch, capsys):
    wrong = derivatives.Agreement("chain_rule.tanh", 0.25, 0.25)
    monkeypatch.setattr(derivatives, "measure", lambda name: wrong)
    derivatives.show("chain_rule.tanh")
    assert "WRONG" in capsys.readouterr().out


# --- mutants: (module, old, new, an id that must notice) ----------------------------------------

MUTANTS = [
    # a misplaced factor
    (
        "triangle",
        "net.jacobian(4) @ net.jacobian(3) @ net.jacobian(2),",
        "net.jacobian(2) @ net.jacobian(3) @ net.jacobian(4),",
        "triangle.product",
    ),
    (
        "network",
        'np.diag(1 - h[t] ** 2) @ self.p["W_h"]',
        'self.p["W_h"] @ np.diag(1 - h[t] ** 2)',
        "bptt.jacobian",
    ),
    # a transposed Jacobian
    ("network", "g = self.jacobian(j).T @ g", "g = self.jacobian(j) @ g", "triangle.contribution"),
    ("network", 'p["W_h"].T @ da[t + 1]', 'p["W_h"] @ da[t + 1]', "bptt.dL_dh"),
    ("bptt", 'net.p["W_u"].T @', 'net.p["W_u"][:2] @', "bptt.dL_du"),
    ("bptt", 'net.p["W_h"].T @', 'net.p["W_h"] @', "bptt.dL_dh_0"),
    # a dropped time step
    ("network", "for t in range(T, 0, -1):", "for t in range(T, 1, -1):", "bptt.dL_dh_0"),
    ("triangle", "for i in range(1, t + 1)), _ZERO", "for i in range(2, t + 1)), _ZERO", None),
    ("triangle", "for i in range(3, 5)", "for i in range(4, 5)", "triangle.truncated"),
    ("chain_rule", "for t in (1, 2, 3))", "for t in (2, 3))", "chain_rule.rnn_weight"),
    ("vanishing", "after = net.W_h.T @", "after = net.W_h @", "vanishing.push_back"),
    ("vanishing", "e[t] = w_h.T @ da", "e[t] = w_h @ da", "vanishing.by_lag"),
    (
        "vanishing",
        "net.jacobian(4) @ net.jacobian(3) @ net.jacobian(2)",
        "net.jacobian(2) @ net.jacobian(3) @ net.jacobian(4)",
        "vanishing.product",
    ),
    ("vanishing", "np.diag(self.slope(t)) @ self.W_h", "self.W_h * self.slope(t)", None),
    ("vanishing", "matrix_power(net.W_h, 3)", "matrix_power(net.W_h, 2)", "vanishing.linear"),
    ("vanishing", "for t in range(lag + 1, T + 1)", "for t in range(lag + 2, T + 1)", None),
    ("clipping", "s + w * slope * dx_dw", "s + w * dx_dw", "clipping.dx_dw"),
    ("clipping", "1 + w * slope * dx_db", "w * slope * dx_db", "clipping.dx_db"),
    ("clipping", "(s - TARGET) * s * (1 - s)", "(s - TARGET)", "clipping.gradient"),
    # a wrong index shift
    ("bptt", "np.outer(da[t], h[t - 1])", "np.outer(da[t], h[t])", "bptt.dL_dW_h"),
    ("bptt", "np.outer(da[t], net.u[t])", "np.outer(da[t], net.u[t - 1])", "bptt.dL_dW_u"),
    (
        "bptt",
        "np.outer(net.d_logits(t), h[t])",
        "np.outer(net.d_logits(t), h[t - 1])",
        "bptt.dL_dQ",
    ),
    (
        "network",
        "np.outer((1 - h[i] ** 2) * g, h[i - 1])",
        "np.outer((1 - h[i] ** 2) * g, h[i])",
        None,
    ),
    # a factor forgotten
    ("network", "da[t] = (1 - h[t] ** 2) * dh[t]", "da[t] = dh[t]", "bptt.dL_da"),
    ("network", "self.d_logits(t) / T", "self.d_logits(t)", "bptt.dL_dW_h"),
    ("triangle", "return total / 4", "return total", "triangle.mean_of_four"),
    ("bptt", "np.diag(y) - np.outer(y, y)", "np.diag(y)", "bptt.softmax"),
    ("bptt", "- np.eye(K)[1]", "- np.eye(K)[0]", "bptt.dL_dlogits"),
    # a path forgotten
    ("chain_rule", "df_dx * dx_dt + df_dy * dy_dt", "df_dx * dx_dt", "chain_rule.total_derivative"),
    (
        "chain_rule",
        "for mask in range(2**3)",
        "for mask in range(2**2)",
        "chain_rule.sum_over_paths",
    ),
    ("chain_rule", "3 * 2 * t + 2 * (t - 1) * 1", "3 * 2 * t", "chain_rule.worked_example"),
    ("chain_rule", "dz_dy @ dy_dx", "(dy_dx @ dz_dy[:2]).T", "chain_rule.jacobians"),
]


def spoilt_claims(monkeypatch, module, old, new):
    """The claims of a module, and of those that rest on it, with `old` replaced by `new`."""
    claims = {}

    def capture(name, *, tex):
        return lambda make: claims.setdefault(name, make)

    monkeypatch.setattr(derivatives, "derivative", capture)
    uses_network = ("bptt", "triangle")
    for name in ("network", *uses_network) if module == "network" else ("network", module):
        spec = find_spec(f"coursekit.derivatives.{name}")
        source = Path(spec.origin).read_text("utf8")
        space = types.ModuleType(spec.name)
        monkeypatch.setitem(sys.modules, spec.name, space)
        code = spoil(source, old, new) if name == module else source
        exec(compile(code, spec.name, "exec"), space.__dict__)
    return claims


def worst(make):
    try:
        return max(derivatives.compare(make(np.random.default_rng(1))))
    except ValueError:
        return np.inf


@pytest.mark.parametrize(("module", "old", "new", "noticed_by"), MUTANTS)
def test_a_spoilt_formula_is_noticed(monkeypatch, module, old, new, noticed_by):
    claims = spoilt_claims(monkeypatch, module, old, new)
    noticing = [name for name in claims if worst(claims[name]) > 1e-3]
    assert noticing
    assert noticed_by is None or noticed_by in noticing
