"""Honest oddities: people who did nothing wrong, or one thing wrong, in unusual ways."""

from hostile.faults import attached, cell
from hostile.kit import CLIP, IMPORTS, LSTM, PERPLEXITY, RNN_STEP, sources


def returns(expression: str) -> list[str]:
    """``rnn_step`` with its right result ``r`` given back in another form."""
    return attached(
        f"_right = rnn_step\ndef rnn_step(*a):\n    r = _right(*a)\n    return {expression}\n"
    )


def wrapped(decorator: str) -> list[str]:
    return sources(rnn_step=f"{decorator}\n{RNN_STEP}")


ODDITIES: dict[str, tuple[float, list[str]]] = {
    "float32": (12, returns("r.astype(np.float32)")),
    "nested lists": (12, returns("r.tolist()")),
    "torch for numpy": (12, returns("torch.tensor(r)")),
    "tensor with a gradient": (12, returns("torch.tensor(r, requires_grad=True)")),
    "list of arrays": (12, returns("list(r)")),
    "subclass of an array": (12, returns("np.asmatrix(r)")),
    "column order": (12, returns("np.asfortranarray(r)")),
    "strided view": (12, returns("np.stack([r, r])[0]")),
    "big endian": (12, returns("r.astype('>f8')")),
    "one axis too many": (9, returns("r[None]")),
    "one axis too few": (9, returns("r.ravel()")),
    "transposed": (9, returns("r.T.copy() + 0.5")),
    "a little off": (9, returns("r + 1e-4")),
    "text": (9, returns("str(r)")),
    "rounded": (9, returns("r.round(2)")),
    "numpy number for a number": (
        12,
        sources(perplexity=PERPLEXITY.replace("return float(", "return np.float64(")),
    ),
    "0-d array for a number": (
        12,
        sources(perplexity=PERPLEXITY.replace("return float(", "return np.asarray(")),
    ),
    "0-d tensor for a number": (
        12,
        sources(perplexity=PERPLEXITY.replace("return float(", "return torch.tensor(")),
    ),
    "tuple for a list": (
        12,
        sources(
            clip_gradients=CLIP.replace(
                "[g * scale for g in gradients]", "tuple(g * scale for g in gradients)"
            )
        ),
    ),
    "numpy for torch": (
        9,
        sources(clip_gradients=CLIP.replace("[g * scale", "[(g * scale).numpy()")),
    ),
    "in place": (
        12,
        sources(
            clip_gradients=CLIP.replace(
                "return [g * scale for g in gradients]",
                "for g in gradients: g.mul_(scale)\n    return gradients",
            )
        ),
    ),
    "list for a tuple": (
        12,
        sources(
            LSTMCell=LSTM.replace(
                "return torch.sigmoid(o) * torch.tanh(c), c",
                "return [torch.sigmoid(o) * torch.tanh(c), c]",
            )
        ),
    ),
    "plain class": (
        12,
        sources(
            LSTMCell=LSTM.replace("(nn.Module)", "")
            .replace("def forward", "def __call__")
            .replace("        super().__init__()\n", "")
        ),
    ),
    "own names all and zip": (12, cell("all = 1\nzip = 2\nsum_ = 3\nlist_ = []")),
    "own name for a module": (6, [*sources(), "torch = 3"]),
    "warnings": (
        12,
        attached(
            "import warnings\n_f = rnn_step\ndef rnn_step(*a):\n    warnings.warn('careful')\n    return _f(*a)\n"
        ),
    ),
    "standard error": (
        12,
        attached(
            "import sys\n_f = rnn_step\ndef rnn_step(*a):\n    print('working', file=sys.stderr)\n    return _f(*a)\n"
        ),
    ),
    "division warnings": (12, cell("np.array([1.0]) / 0")),
    "magics": (
        12,
        cell(
            "%matplotlib inline\n%load_ext autoreload\n%autoreload 2\n!pip install -q tqdm\n%pip install numpy"
        ),
    ),
    "shell lines": (12, cell("files = !ls\n!nvidia-smi\n%cd /content")),
    "unknown magic": (12, cell("%frobnicate 3")),
    "cell magics": (12, [*cell("%%bash\nls"), "%%html\n<b>x</b>", "%%javascript\nalert(1)"]),
    "answer under %%time": (12, sources(rnn_step="%%time\n" + RNN_STEP)),
    "answer under %%capture": (12, sources(rnn_step="%%capture\n" + RNN_STEP)),
    "helper file": (
        12,
        [
            *sources(
                rnn_step="%%writefile helper.py\nimport numpy as np\ndef t(x): return np.tanh(x)"
            ),
            "from helper import t\n" + RNN_STEP.replace("np.tanh", "t"),
        ],
    ),
    "missing package": (12, cell("import seaborn_of_tomorrow as sns\nsns.set()")),
    "missing package among the imports": (12, ["import not_there\n" + IMPORTS, *sources()[1:]]),
    "top-level await": (12, cell("import asyncio\nawait asyncio.sleep(0)")),
    "lambda": (
        12,
        sources(
            rnn_step="rnn_step = lambda h, u, W_h, W_u, b_h: np.tanh(h @ W_h.T + u @ W_u.T + b_h)"
        ),
    ),
    "object with __call__": (
        12,
        sources(
            rnn_step="class Step:\n    def __call__(self, h, u, W, V, b): return np.tanh(h @ W.T + u @ V.T + b)\nrnn_step = Step()"
        ),
    ),
    "partial": (12, attached("import functools\nrnn_step = functools.partial(rnn_step)\n")),
    "decorated": (12, wrapped("@torch.no_grad()")),
    "annotations of nothing": (
        12,
        sources(
            rnn_step="from __future__ import annotations\n"
            + RNN_STEP.replace("(h, u,", "(h: Array, u: Array,")
        ),
    ),
    "guard": (12, cell("if __name__ == '__main__':\n    ready = True\nassert ready")),
    "helpers below": (
        12,
        [
            *sources(rnn_step="def rnn_step(*a): return below(*a)"),
            RNN_STEP.replace("rnn_step", "below"),
        ],
    ),
    "defined twice": (12, [*sources(rnn_step="def rnn_step(*a): return 0"), RNN_STEP]),
    "other parameter names": (
        12,
        sources(rnn_step="def rnn_step(a, b, c, d, e): return np.tanh(a @ c.T + b @ d.T + e)"),
    ),
    "default arguments": (12, sources(rnn_step=RNN_STEP.replace("b_h)", "b_h, *, dtype=None)", 1))),
    "global state": (
        12,
        cell(
            "torch.manual_seed(1)\nnp.random.seed(1)\nimport random\nrandom.seed(1)\nnp.set_printoptions(precision=1)"
        ),
    ),
    "default dtype": (12, cell("torch.set_default_dtype(torch.float64)")),
    "two threads": (
        12,
        cell("torch.set_num_threads(2)\ntorch.randn(300, 300) @ torch.randn(300, 300)"),
    ),
    "plots": (
        12,
        cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig('a.png')\nplt.show()"),
    ),
    "displays": (
        12,
        cell(
            "from IPython.display import HTML, display, clear_output\ndisplay(HTML('<b>x</b>'))\nclear_output()\n1 + 1"
        ),
    ),
    "progress bar": (12, cell("from tqdm.auto import tqdm\nfor i in tqdm(range(9)): pass")),
    "files of its own": (
        12,
        cell(
            "import os, tempfile\nos.makedirs('d/e')\nnp.save('d/e/x.npy', np.ones(3))\nnp.load('d/e/x.npy')\ntempfile.mkstemp()"
        ),
    ),
    "checks left in": (
        12,
        [*cell("from coursekit.checks import check"), "check(perplexity)", "check(rnn_step)"],
    ),
    "training": (
        12,
        cell(
            "m = nn.LSTM(3, 4)\no = torch.optim.Adam(m.parameters())\nfor _ in range(3):\n    o.zero_grad()\n    m(torch.randn(5, 2, 3))[0].sum().backward()\n    o.step()"
        ),
    ),
    "non-ASCII names": (12, cell("ŷ = 'π ≈ 3'\nprint('✓ fertig', ŷ)")),
    "interactive questions": (
        12,
        cell("from ipywidgets import interact\ninteract(lambda x: x, x=3)"),
    ),
    "not solved": (
        0,
        [
            IMPORTS,
            *(
                f"{head}\n    raise NotImplementedError"
                for head in (
                    "def perplexity(p):",
                    "def rnn_step(*a):",
                    "def clip_gradients(*a):",
                    "class LSTMCell:\n  def __init__(*a):",
                )
            ),
        ],
    ),
    "half solved": (
        6,
        sources(
            clip_gradients="def clip_gradients(*a):\n    raise NotImplementedError", LSTMCell=None
        ),
    ),
    "typical case only": (
        10,
        sources(
            clip_gradients="def clip_gradients(gs, t):\n    n = sum((g ** 2).sum() for g in gs) ** 0.5\n    return [g * t / n for g in gs]"
        ),
    ),
}
