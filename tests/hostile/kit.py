"""An exercise to be hostile to: its key, the right answers, and notebooks made from code."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

IMPORTS = "import numpy as np\nimport torch\nfrom torch import nn"

PERPLEXITY = '''\
def perplexity(p):
    """exp of the mean negative log-probability."""
    p = np.asarray(p, dtype=float)
    if p.size == 0:
        return float("nan")
    return float(np.exp(-np.log(p).mean()))
'''
RNN_STEP = """\
def rnn_step(h, u, W_h, W_u, b_h):
    return np.tanh(h @ W_h.T + u @ W_u.T + b_h)
"""
CLIP = """\
def clip_gradients(gradients, threshold):
    norm = torch.sqrt(sum((g ** 2).sum() for g in gradients))
    scale = torch.clamp(threshold / norm, max=1.0) if norm > 0 else 1.0
    return [g * scale for g in gradients]
"""
LSTM = """\
class LSTMCell(nn.Module):
    def __init__(self, m, n):
        super().__init__()
        self.W = nn.Parameter(torch.zeros(4 * n, m + n))
        self.b = nn.Parameter(torch.zeros(4 * n))

    def forward(self, x, state):
        h, c = state
        gates = torch.cat([x, h], dim=-1) @ self.W.T + self.b
        i, f, g, o = gates.chunk(4, dim=-1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c
"""
ANSWERS = {"perplexity": PERPLEXITY, "rnn_step": RNN_STEP, "clip_gradients": CLIP, "LSTMCell": LSTM}

KEYS = {
    "perplexity": """\
from coursekit.authoring import key
q = key.question(perplexity, points={"typical": 1, "edge": 2}, title="Perplexity")
@q.cases
def _(rng):
    for n in (3, 8, 20):
        yield key.case("typical", key.call(rng.uniform(0.01, 1, size=n)), note=f"{n} words")
    yield key.case("edge", key.call(np.full(200_0, 1e-3)), note="a long text")
    yield key.case("edge", key.call(rng.uniform(0.1, 1, size=1)), note="one word")
@q.misconception("This is the product of 1/p without the 1/N exponent.")
def without_root(p):
    return float(1 / np.prod(np.asarray(p, dtype=float)))
@q.misconception("The mean is taken of the probabilities, not of their logarithms.")
def mean_of_p(p):
    return float(1 / np.mean(p))
""",
    "rnn_step": """\
q = key.question(rnn_step, points={"typical": 1, "edge": 2}, title="One step of the recurrence")
def _draw(rng, b, n, d):
    return [rng.normal(size=s) for s in ((b, n), (b, d), (n, n), (n, d), (n,))]
@q.cases
def _(rng):
    yield key.case("typical", key.call(*_draw(rng, 3, 4, 2)))
    yield key.case("edge", key.call(*_draw(rng, 1, 1, 1)), note="sizes of one")
    yield key.case("edge", key.call(*_draw(rng, 2, 6, 6)), note="square W_u")
@q.misconception("The bias is left out.")
def without_bias(h, u, W_h, W_u, b_h):
    return np.tanh(h @ W_h.T + u @ W_u.T)
""",
    "clip_gradients": """\
q = key.question(clip_gradients, points={"typical": 1, "edge": 2}, rtol=1e-5, title="Clip by norm",
                 forbidden=("torch.nn.utils.clip_grad_norm_",))
@q.cases
def _(rng):
    t = lambda *s: torch.tensor(rng.normal(size=s), dtype=torch.float64)
    yield key.case("typical", key.call([t(3, 2) * 9, t(4) * 9], 1.5))
    yield key.case("edge", key.call([t(3) * 1e-3], 2.0), note="a norm below the threshold")
    yield key.case("edge", key.call([torch.zeros(3), torch.zeros(2)], 1.0), note="all zeros")
@q.misconception("Each tensor is clipped by its own norm, not all by the global norm.")
def each_alone(gradients, threshold):
    return [g * min(1.0, threshold / max(float(g.norm()), 1e-30)) for g in gradients]
""",
    "LSTMCell": """\
q = key.question(LSTMCell, points={"typical": 1, "edge": 2}, rtol=1e-5, title="An LSTM cell",
                 forbidden=("torch.nn.LSTMCell", "torch.nn.LSTM", "torch.lstm_cell"))
def _steps(rng, b, m, n):
    t = lambda *s: torch.tensor(rng.normal(size=s), dtype=torch.float32)
    return [key.Step("call", args=(m, n), keep="cell", judged=False),
            key.Step("set", "cell.W", args=(t(4 * n, m + n),), judged=False),
            key.Step("set", "cell.b", args=(t(4 * n),), judged=False),
            key.Step("call", "cell", args=(t(b, m), (t(b, n), t(b, n))))]
@q.cases
def _(rng):
    yield key.case("typical", _steps(rng, 3, 4, 5))
    yield key.case("edge", _steps(rng, 1, 1, 1), note="sizes of one")
@q.misconception("The cell state goes out without its tanh.")
class NoTanh(LSTMCell):
    def forward(self, x, state):
        h, c = state
        i, f, g, o = (torch.cat([x, h], dim=-1) @ self.W.T + self.b).chunk(4, dim=-1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * c, c
""",
}
POSSIBLE = 12


def code(source: str, **extra: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None} | {
        "source": source,
        **extra,
    }


def text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def notebook(cells: Iterable[dict[str, Any]], **extra: Any) -> bytes:
    whole = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole | extra, ensure_ascii=False).encode()


def write_key(folder: Path, changes: dict[str, str] | None = None) -> Path:
    """The answer key; ``changes`` replaces text in its cells."""
    cells = [text("# Exercises 4: recurrent networks"), code(IMPORTS)]
    for name, answer in ANSWERS.items():
        marked = answer.rstrip("\n").replace("\n", "\n    ### BEGIN SOLUTION\n", 1)
        cells.append(code(f"{marked}\n    ### END SOLUTION\n"))
        cells.append(code(KEYS[name]) | {"metadata": {"tags": ["answer-key"]}})
    path = folder / "04-recurrent-networks.ipynb"
    body = notebook(cells).decode()
    for old, new in (changes or {}).items():
        assert old in body
        body = body.replace(old, new)
    path.write_text(body, "utf8")
    return path


def sources(**changed: str | None) -> list[str]:
    """Cells of a right submission: imports and one answer each; ``changed`` replaces answers."""
    answers = ANSWERS | changed
    return [IMPORTS, *(a for a in answers.values() if a is not None)]


def submission(cells: Sequence[str]) -> bytes:
    return notebook(code(c) for c in cells)


def with_answers(**changed: str | None) -> bytes:
    return submission(sources(**changed))
