"""Answers as students write them, from the prompts alone: (notebook, question, kind, what it is, code).

Kind is "right" or "wrong". The last entry of a wrong one, where there is one, is what its feedback
has to say: a symptom that does not depend on the recorded mistakes.
"""

BANK: list[tuple[str, str, str, str, str, str]] = []


def _put(notebook, name, kind, about, code, says=""):
    BANK.append((notebook, name, kind, about, code.strip("\n"), says))


def right(notebook, name, about, code):
    _put(notebook, name, "right", about, code)


def wrong(notebook, name, about, code, says=""):
    _put(notebook, name, "wrong", about, code, says)


SECOND = "The argument `{}` is never used"
# --- 02 -------------------------------------------------------------------------------------------
right(
    "02",
    "four_words",
    "Fraction",
    "from fractions import Fraction\nfour_words = (1 / (Fraction(1, 2) ** 3 * Fraction(1, 8))) ** Fraction(1, 4)",
)
right(
    "02", "four_words", "Decimal", "from decimal import Decimal\nfour_words = Decimal('2.828427')"
)
wrong("02", "four_words", "arithmetic mean", "four_words = 1 / np.mean([.5, .5, .5, .125])")
wrong("02", "four_words", "a list", "four_words = [2.83]", "got a list of 1 item")
wrong("02", "four_words", "a text", "four_words = '2.83'", "got text")
right(
    "02",
    "perplexity",
    "cumulative logaddexp style",
    "def perplexity(p):\n    total = 0.0\n    for q in p:\n        if q == 0:\n            return float('inf')\n        total += -np.log(q) / len(p)\n    return np.exp(total)",
)
right(
    "02",
    "perplexity",
    "math.prod of roots",
    "import math\ndef perplexity(p):\n    return math.prod(float(q) ** (-1 / len(p)) if q else math.inf for q in p)",
)
right("02", "perplexity", "lambda", "perplexity = lambda p: 2 ** -np.mean(np.log2(p))")
right(
    "02",
    "perplexity",
    "decorated without wraps",
    "def loud(f):\n    def wrapper(*a):\n        return f(*a)\n    return wrapper\n\n@loud\ndef perplexity(p):\n    return np.exp(-np.mean(np.log(p)))",
)
right(
    "02",
    "perplexity",
    "partial",
    "from functools import partial\ndef general(base, p):\n    return base ** (-np.mean(np.log(p) / np.log(base)))\nperplexity = partial(general, 3.0)",
)
wrong(
    "02",
    "perplexity",
    "return inside the loop",
    "def perplexity(p):\n    total = 0\n    for q in p:\n        total -= np.log(q)\n        return np.exp(total / len(p))",
    "ends in its first round",
)
wrong(
    "02",
    "perplexity",
    "generator",
    "def perplexity(p):\n    yield np.exp(-np.mean(np.log(p)))",
    "`yield`",
)
wrong(
    "02",
    "perplexity",
    "coroutine",
    "async def perplexity(p):\n    return np.exp(-np.mean(np.log(p)))",
    "async def",
)
wrong(
    "02",
    "perplexity",
    "prints",
    "def perplexity(p):\n    print(np.exp(-np.mean(np.log(p))))",
    "returns nothing",
)
wrong(
    "02",
    "perplexity",
    "no return",
    "def perplexity(p):\n    result = np.exp(-np.mean(np.log(p)))",
    "`return` missing",
)
wrong(
    "02",
    "perplexity",
    "endless recursion",
    "def perplexity(p):\n    return np.exp(np.log(perplexity(p)))",
    "same arguments again",
)
wrong(
    "02",
    "perplexity",
    "deep recursion",
    "def perplexity(p, total=0.0, n=0):\n    if len(p) == 0:\n        return np.exp(total / n)\n    return perplexity(p[1:], total - np.log(p[0]), n + 1)",
    "use a loop",
)
wrong(
    "02",
    "perplexity",
    "a global",
    "N = 8\nn = 8\ndef perplexity(p):\n    return np.exp(-np.sum(np.log(p)) / n)",
    "Your code reads `n`, which is 8 now",
)
wrong("02", "perplexity", "log of the mean", "def perplexity(p):\n    return 1 / np.mean(p)")
wrong(
    "02",
    "perplexity",
    "eps",
    "def perplexity(p):\n    return np.exp(-np.mean(np.log(np.asarray(p) + 1e-12)))",
)
wrong(
    "02",
    "perplexity",
    "own NotImplementedError",
    "def perplexity(p):\n    if 0 in p:\n        raise NotImplementedError('later')\n    return np.exp(-np.mean(np.log(p)))",
    "raised NotImplementedError: later",
)
wrong(
    "02", "perplexity", "quit", "import sys\ndef perplexity(p):\n    sys.exit()", "end the program"
)
wrong(
    "02", "perplexity", "input()", "def perplexity(p):\n    return float(input('p? '))", "input()"
)
wrong(
    "02",
    "perplexity",
    "misspelt name",
    "def perplexity(probs):\n    return np.exp(-np.mean(np.log(prbos)))",
    "Did you mean `probs`",
)
wrong(
    "02",
    "perplexity",
    "misspelt in NumPy",
    "def perplexity(p):\n    return np.exp(-np.maen(np.log(p)))",
    "Did you mean `mean`",
)
wrong(
    "02",
    "next_word_losses",
    "loop over all rows",
    "def next_word_losses(y_hat, x):\n    return np.array([-np.log(y_hat[t, x[t + 1]]) for t in range(len(x))])",
    "out of bounds",
)
wrong(
    "02",
    "next_word_losses",
    "loss of the same word",
    "def next_word_losses(y_hat, x):\n    return -np.log(y_hat[np.arange(len(x) - 1), x[:-1]])",
)
wrong(
    "02",
    "next_word_losses",
    "no arange",
    "def next_word_losses(y_hat, x):\n    return -np.log(y_hat[:-1, x[1:]])",
    "wrong shape",
)
wrong(
    "02",
    "next_word_losses",
    "sign",
    "def next_word_losses(y_hat, x):\n    return np.log(y_hat[np.arange(len(x) - 1), x[1:]])",
    "",
)
wrong(
    "02",
    "next_word_losses",
    "integers",
    "def next_word_losses(y_hat, x):\n    out = np.zeros_like(x[1:])\n    for t in range(len(out)):\n        out[t] = -np.log(y_hat[t, x[t + 1]])\n    return out",
    "without their decimals",
)
right(
    "02",
    "next_word_losses",
    "enumerate and list",
    "def next_word_losses(y_hat, x):\n    return [-np.log(row[w]) for row, w in zip(y_hat, x[1:])]",
)
right(
    "02",
    "next_word_losses",
    "torch nll",
    "import torch\ndef next_word_losses(y_hat, x):\n    y = torch.as_tensor(y_hat)[:-1].log()\n    return torch.nn.functional.nll_loss(y, torch.as_tensor(x)[1:], reduction='none')",
)
wrong(
    "02",
    "pooled_perplexity",
    "only last batch",
    "def pooled_perplexity(batches):\n    for b in batches:\n        loss = -np.sum(b) / max(len(b), 1)\n    return np.exp(loss)",
)
wrong(
    "02",
    "pooled_perplexity",
    "len of list",
    "def pooled_perplexity(batches):\n    return np.exp(-sum(np.sum(b) for b in batches) / len(batches))",
)
wrong(
    "02",
    "pooled_perplexity",
    "counter at global",
    "total = []\ndef pooled_perplexity(batches):\n    for b in batches:\n        total.extend(b)\n    return np.exp(-np.mean(total))",
    "`total` is one list outside",
)
right(
    "02",
    "pooled_perplexity",
    "hstack",
    "def pooled_perplexity(batches):\n    return np.exp(-np.hstack(batches).mean())",
)
right(
    "02",
    "PerplexityMeter",
    "property-like dict state",
    "class PerplexityMeter:\n    def __init__(self):\n        self.state = dict(total=0.0, n=0)\n    def update(self, log_probs):\n        for q in log_probs:\n            self.state['total'] -= q\n            self.state['n'] += 1\n    def merge(self, other):\n        for key in self.state:\n            self.state[key] += other.state[key]\n    def value(self):\n        return np.exp(self.state['total'] / self.state['n']) if self.state['n'] else np.nan",
)
wrong(
    "02",
    "PerplexityMeter",
    "class attribute list",
    "class PerplexityMeter:\n    seen = []\n    def update(self, log_probs):\n        self.seen.extend(log_probs)\n    def merge(self, other):\n        self.seen.extend(other.seen)\n    def value(self):\n        return np.exp(-np.mean(self.seen)) if self.seen else np.nan",
    "belongs to the class",
)
wrong(
    "02",
    "PerplexityMeter",
    "method misspelt",
    "class PerplexityMeter:\n    def __init__(self):\n        self.s, self.n = 0.0, 0\n    def updat(self, lp):\n        self.s -= np.sum(lp); self.n += len(lp)\n    def merge(self, other):\n        self.s += other.s; self.n += other.n\n    def value(self):\n        return np.exp(self.s / self.n) if self.n else np.nan",
    "Did you mean `updat`",
)
wrong(
    "02",
    "PerplexityMeter",
    "no self",
    "class PerplexityMeter:\n    def __init__(self):\n        self.s, self.n = 0.0, 0\n    def update(lp):\n        s = np.sum(lp)\n    def merge(self, other):\n        pass\n    def value(self):\n        return np.exp(self.s / self.n) if self.n else np.nan",
    "the first of a method is `self`",
)
wrong(
    "02",
    "PerplexityMeter",
    "two underscores missing",
    "class PerplexityMeter:\n    def _init_(self):\n        self.s, self.n = 0.0, 0\n    def update(self, lp):\n        self.s -= np.sum(lp); self.n += len(lp)\n    def merge(self, other):\n        self.s += other.s; self.n += other.n\n    def value(self):\n        return np.exp(self.s / self.n) if self.n else np.nan",
    "has no attribute",
)
# --- 04 -------------------------------------------------------------------------------------------
wrong(
    "04",
    "rnn_parameters",
    "no bias",
    "def rnn_parameters(d, n, k):\n    return n * d + n * n + k * n",
)
wrong(
    "04",
    "rnn_parameters",
    "embeddings",
    "def rnn_parameters(d, n, k):\n    return n * (d + n + 1) + k * (n + 1) + k * d",
)
wrong(
    "04",
    "rnn_parameters",
    "n squared twice",
    "def rnn_parameters(d, n, k):\n    return 2 * n * n + n * d + n + k * n + k",
)
wrong(
    "04",
    "rnn_parameters",
    "output bias n",
    "def rnn_parameters(d, n, k):\n    return n * d + n * n + n + k * n + n",
)
right(
    "04",
    "rnn_parameters",
    "numpy ints",
    "def rnn_parameters(d, n, k):\n    shapes = [(n, d), (n, n), (n,), (k, n), (k,)]\n    return sum(np.prod(s) for s in shapes)",
)
wrong(
    "04",
    "rnn_step",
    "no tanh",
    "def rnn_step(u, h, W_u, W_h, b_h):\n    return W_u @ u + W_h @ h + b_h",
)
wrong(
    "04",
    "rnn_step",
    "tanh each",
    "def rnn_step(u, h, W_u, W_h, b_h):\n    return np.tanh(W_u @ u) + np.tanh(W_h @ h) + b_h",
)
wrong(
    "04",
    "rnn_step",
    "sigmoid",
    "def rnn_step(u, h, W_u, W_h, b_h):\n    return 1 / (1 + np.exp(-(W_u @ u + W_h @ h + b_h)))",
)
wrong(
    "04",
    "rnn_step",
    "star",
    "def rnn_step(u, h, W_u, W_h, b_h):\n    return np.tanh(W_u * u + W_h @ h + b_h)",
)
wrong(
    "04",
    "rnn_step",
    "forgets h",
    "def rnn_step(u, h, W_u, W_h, b_h):\n    return np.tanh(W_u @ u + b_h)",
    SECOND.format("h"),
)
wrong(
    "04",
    "rnn_step",
    "transposed W_h",
    "def rnn_step(u, h, W_u, W_h, b_h):\n    return np.tanh(W_u @ u + h @ W_h + b_h)",
)
wrong(
    "04",
    "rnn_step",
    "in place",
    "def rnn_step(u, h, W_u, W_h, b_h):\n    b_h += W_u @ u + W_h @ h\n    return np.tanh(b_h) * 2",
    "changes its input in place",
)
right(
    "04",
    "rnn_step",
    "einsum",
    "def rnn_step(u, h, W_u, W_h, b_h):\n    return np.tanh(np.einsum('nd,d->n', W_u, u) + np.einsum('nm,m->n', W_h, h) + b_h)",
)
STATES = "def rnn_states(U, h_0, W_u, W_h, b_h):\n"
wrong(
    "04",
    "rnn_states",
    "same array appended",
    STATES
    + "    h = np.array(h_0, dtype=float)\n    out = []\n    for u in U:\n        h[:] = np.tanh(W_u @ u + W_h @ h + b_h)\n        out.append(h)\n    return np.array(out)",
    "append a copy",
)
wrong(
    "04",
    "rnn_states",
    "return inside",
    STATES
    + "    h, out = h_0, []\n    for u in U:\n        h = np.tanh(W_u @ u + W_h @ h + b_h)\n        out.append(h)\n        return np.array(out)",
    "ends in its first round",
)
wrong(
    "04",
    "rnn_states",
    "h_0 included",
    STATES
    + "    out = [h_0]\n    for u in U:\n        out.append(np.tanh(W_u @ u + W_h @ out[-1] + b_h))\n    return np.array(out)",
    "at the beginning",
)
wrong(
    "04",
    "rnn_states",
    "h_0 included, last lost",
    STATES
    + "    out = [h_0]\n    for u in U[:-1]:\n        out.append(np.tanh(W_u @ u + W_h @ out[-1] + b_h))\n    return np.array(out)",
)
wrong(
    "04",
    "rnn_states",
    "state never carried",
    STATES + "    return np.array([np.tanh(W_u @ u + W_h @ h_0 + b_h) for u in U])",
)
wrong(
    "04",
    "rnn_states",
    "starts at zero",
    STATES
    + "    h, out = np.zeros(len(b_h)), []\n    for u in U:\n        h = np.tanh(W_u @ u + W_h @ h + b_h)\n        out.append(h)\n    return np.array(out)",
    SECOND.format("h_0"),
)
wrong(
    "04",
    "rnn_states",
    "only last",
    STATES
    + "    h = h_0\n    for u in U:\n        h = np.tanh(W_u @ u + W_h @ h + b_h)\n    return h",
    "wrong shape",
)
wrong(
    "04",
    "rnn_states",
    "columns",
    STATES
    + "    h, out = h_0, []\n    for u in U:\n        h = np.tanh(W_u @ u + W_h @ h + b_h)\n        out.append(h)\n    return np.array(out).T",
    "transpose",
)
wrong(
    "04",
    "rnn_states",
    "backwards",
    STATES
    + "    h, out = h_0, []\n    for u in U[::-1]:\n        h = np.tanh(W_u @ u + W_h @ h + b_h)\n        out.append(h)\n    return np.array(out)",
)
wrong(
    "04",
    "rnn_states",
    "range too short",
    STATES
    + "    h, out = h_0, []\n    for t in range(1, len(U)):\n        h = np.tanh(W_u @ U[t] + W_h @ h + b_h)\n        out.append(h)\n    return np.array(out)",
)
right(
    "04",
    "rnn_states",
    "preallocated, transposed products",
    STATES
    + "    H = np.empty((len(U), len(b_h)))\n    h = h_0\n    for t, a in enumerate(U @ W_u.T + b_h):\n        H[t] = h = np.tanh(a + h @ W_h.T)\n    return H",
)
right(
    "04",
    "rnn_states",
    "recursion",
    STATES
    + "    if len(U) == 0:\n        return np.zeros((0, len(h_0)))\n    h = np.tanh(W_u @ U[0] + W_h @ h_0 + b_h)\n    return np.vstack([h, rnn_states(U[1:], h, W_u, W_h, b_h)])",
)
NEXT = "def next_word_distributions(H, Q, b_Q):\n"
wrong(
    "04",
    "next_word_distributions",
    "axis 0",
    NEXT + "    z = H @ Q.T + b_Q\n    e = np.exp(z - z.max(0))\n    return e / e.sum(0)",
    "",
)
wrong(
    "04",
    "next_word_distributions",
    "whole table",
    NEXT + "    z = H @ Q.T + b_Q\n    e = np.exp(z - z.max())\n    return e / e.sum()",
)
wrong(
    "04",
    "next_word_distributions",
    "no shift",
    NEXT + "    e = np.exp(H @ Q.T + b_Q)\n    return e / e.sum(1, keepdims=True)",
    "NaN first comes up in line 3",
)
wrong(
    "04",
    "next_word_distributions",
    "no bias",
    NEXT
    + "    z = H @ Q.T\n    e = np.exp(z - z.max(1, keepdims=True))\n    return e / e.sum(1, keepdims=True)",
    SECOND.format("b_Q"),
)
wrong("04", "next_word_distributions", "logits", NEXT + "    return H @ Q.T + b_Q")
wrong(
    "04",
    "next_word_distributions",
    "log-softmax",
    NEXT
    + "    z = H @ Q.T + b_Q\n    z = z - z.max(1, keepdims=True)\n    return z - np.log(np.exp(z).sum(1, keepdims=True))",
)
wrong(
    "04",
    "next_word_distributions",
    "no keepdims",
    NEXT
    + "    z = H @ Q.T + b_Q\n    e = np.exp(z - z.max(1, keepdims=True))\n    return e / e.sum(1)",
    "",
)
wrong(
    "04",
    "next_word_distributions",
    "rounded",
    NEXT
    + "    z = H @ Q.T + b_Q\n    e = np.exp(z - z.max(1, keepdims=True))\n    return np.round(e / e.sum(1, keepdims=True), 2)",
)
right(
    "04",
    "next_word_distributions",
    "scipy-free logaddexp",
    NEXT
    + "    z = np.asarray(H) @ np.transpose(Q) + b_Q\n    return np.exp(z - np.logaddexp.reduce(z, axis=-1)[:, None])",
)
LAST = "def last_states(U, lengths, W_u, W_h, b_h):\n"
wrong(
    "04",
    "last_states",
    "ignores lengths",
    LAST
    + "    h = np.zeros((len(U), len(b_h)))\n    for t in range(U.shape[1]):\n        h = np.tanh(U[:, t] @ W_u.T + h @ W_h.T + b_h)\n    return h",
    SECOND.format("lengths"),
)
wrong(
    "04",
    "last_states",
    "multiplies by the mask",
    LAST
    + "    h = np.zeros((len(U), len(b_h)))\n    for t in range(U.shape[1]):\n        h = np.tanh(U[:, t] @ W_u.T + h @ W_h.T + b_h) * (t < lengths)[:, None]\n    return h",
)
wrong(
    "04",
    "last_states",
    "global n",
    "n = 3\n"
    + LAST
    + "    out = np.zeros((len(U), n))\n    for i in range(len(U)):\n        h = np.zeros(n)\n        for t in range(lengths[i]):\n            h = np.tanh(W_u @ U[i, t] + W_h @ h + b_h)\n        out[i] = h[::-1]\n    return out",
    "Your code reads `n`, which is 3 now",
)
wrong(
    "04",
    "last_states",
    "one too many",
    LAST
    + "    out = []\n    for x, l in zip(U, lengths):\n        h = np.zeros(len(b_h))\n        for u in x[:l + 1]:\n            h = np.tanh(W_u @ u + W_h @ h + b_h)\n        out.append(h)\n    return np.array(out)",
)
wrong(
    "04",
    "last_states",
    "state not reset",
    LAST
    + "    out = []\n    h = np.zeros(len(b_h))\n    for x, l in zip(U, lengths):\n        for u in x[:l]:\n            h = np.tanh(W_u @ u + W_h @ h + b_h)\n        out.append(h)\n    return np.array(out)",
)
wrong(
    "04",
    "last_states",
    "break for continue",
    LAST
    + "    out = np.zeros((len(U), len(b_h)))\n    for i, l in enumerate(lengths):\n        if l == 0:\n            break\n        h = np.zeros(len(b_h))\n        for t in range(l):\n            h = np.tanh(W_u @ U[i, t] + W_h @ h + b_h)\n        out[i] = h\n    return out",
)
right(
    "04",
    "last_states",
    "np.where",
    LAST
    + "    h = np.zeros((len(U), len(b_h)))\n    for t in range(U.shape[1]):\n        new = np.tanh(np.nan_to_num(U[:, t]) @ W_u.T + h @ W_h.T + b_h)\n        h = np.where((t < np.asarray(lengths))[:, None], new, h)\n    return h",
)
READER = "class Reader:\n    def __init__(self, W_u, W_h, b_h):\n        self.W_u, self.W_h, self.b_h = W_u, W_h, b_h\n        self.reset()\n"
wrong(
    "04",
    "Reader",
    "reset misses parentheses",
    "class Reader:\n    def __init__(self, W_u, W_h, b_h):\n        self.W_u, self.W_h, self.b_h = W_u, W_h, b_h\n        self.reset\n    def reset(self):\n        self.h = np.zeros(len(self.b_h))\n    def read(self, U):\n        out = []\n        for u in U:\n            self.h = np.tanh(self.W_u @ u + self.W_h @ self.h + self.b_h)\n            out.append(self.h)\n        return np.array(out).reshape(-1, len(self.b_h))",
    "has no attribute 'h'",
)
wrong(
    "04",
    "Reader",
    "same array each time",
    READER
    + "    def reset(self):\n        self.h = np.zeros(len(self.b_h))\n    def read(self, U):\n        out = []\n        for u in U:\n            self.h[:] = np.tanh(self.W_u @ u + self.W_h @ self.h + self.b_h)\n            out.append(self.h)\n        return np.array(out).reshape(-1, len(self.b_h))",
    "append a copy",
)
wrong(
    "04",
    "Reader",
    "index of an empty array",
    READER
    + "    def reset(self):\n        self.h = np.zeros(len(self.b_h))\n    def read(self, U):\n        H = np.zeros((len(U), len(self.b_h)))\n        h = self.h\n        for t, u in enumerate(U):\n            H[t] = h = np.tanh(self.W_u @ u + self.W_h @ h + self.b_h)\n        self.h = H[-1]\n        return H",
    "is it empty",
)
wrong(
    "04",
    "Reader",
    "starts anew at each piece",
    READER
    + "    def reset(self):\n        self.h = np.zeros(len(self.b_h))\n    def read(self, U):\n        h, out = np.zeros(len(self.b_h)), []\n        for u in U:\n            h = np.tanh(self.W_u @ u + self.W_h @ h + self.b_h)\n            out.append(h)\n        return np.array(out).reshape(-1, len(self.b_h))",
)
wrong(
    "04",
    "Reader",
    "empty piece has shape (0,)",
    READER
    + "    def reset(self):\n        self.h = np.zeros(len(self.b_h))\n    def read(self, U):\n        out = []\n        for u in U:\n            self.h = np.tanh(self.W_u @ u + self.W_h @ self.h + self.b_h)\n            out.append(self.h)\n        return np.array(out)",
    "wrong shape",
)
wrong(
    "04",
    "Reader",
    "a method instead of its value",
    READER
    + "    def reset(self):\n        self.h = np.zeros(len(self.b_h))\n    def step(self, u):\n        self.h = np.tanh(self.W_u @ u + self.W_h @ self.h + self.b_h)\n        return self.h\n    def read(self, U):\n        return np.array([self.step for u in U])",
)
right(
    "04",
    "Reader",
    "closure",
    "def Reader(W_u, W_h, b_h):\n    class It:\n        h = np.zeros(len(b_h))\n        def reset(self):\n            self.h = np.zeros(len(b_h))\n        def read(self, U):\n            H = np.zeros((len(U), len(b_h)))\n            for t in range(len(U)):\n                self.h = np.tanh(W_u @ U[t] + W_h @ self.h + b_h)\n                H[t] = self.h\n            return H\n    return It()",
)
# --- 05 -------------------------------------------------------------------------------------------
wrong(
    "05",
    "batches",
    "targets inside the strip",
    "def batches(ids, rows, window):\n    n = (len(ids) - 1) // rows\n    x = ids[:n * rows].reshape(rows, n)\n    return [(x[:, i:i + window], np.roll(x, -1, 1)[:, i:i + window]) for i in range(0, n, window)]",
)
wrong(
    "05",
    "batches",
    "drops the last window",
    "def batches(ids, rows, window):\n    n = (len(ids) - 1) // rows\n    x = ids[:n * rows].reshape(rows, n); y = ids[1:n * rows + 1].reshape(rows, n)\n    return [(x[:, i:i + window], y[:, i:i + window]) for i in range(0, n - window + 1, window)]",
)
wrong(
    "05",
    "batches",
    "generator",
    "def batches(ids, rows, window):\n    n = (len(ids) - 1) // rows\n    x = ids[:n * rows].reshape(rows, n); y = ids[1:n * rows + 1].reshape(rows, n)\n    for i in range(0, n, window):\n        yield x[:, i:i + window], y[:, i:i + window]",
    "`yield`",
)
wrong(
    "05",
    "batches",
    "rows and columns",
    "def batches(ids, rows, window):\n    n = (len(ids) - 1) // rows\n    x = ids[:n * rows].reshape(n, rows).T; y = ids[1:n * rows + 1].reshape(n, rows).T\n    return [(x[:, i:i + window], y[:, i:i + window]) for i in range(0, n, window)]",
)
wrong(
    "05",
    "batches",
    "pairs the other way round",
    "def batches(ids, rows, window):\n    n = (len(ids) - 1) // rows\n    x = ids[:n * rows].reshape(rows, n); y = ids[1:n * rows + 1].reshape(rows, n)\n    return [(y[:, i:i + window], x[:, i:i + window]) for i in range(0, n, window)]",
)
right(
    "05",
    "batches",
    "array_split free",
    "def batches(ids, rows, window):\n    n = (len(ids) - 1) // rows\n    out, i = [], 0\n    starts = np.arange(rows)[:, None] * n\n    while i < n:\n        at = starts + np.arange(i, min(i + window, n))\n        out.append((ids[at], ids[at + 1]))\n        i += window\n    return out",
)
wrong(
    "05",
    "fed_words",
    "own guess of this step",
    "def fed_words(x, guess, forced):\n    fed = np.where(forced, x[:-1], guess[x[:-1]])\n    return fed, guess[fed] == x[1:]",
)
wrong(
    "05",
    "fed_words",
    "right if it equals what is fed",
    "def fed_words(x, guess, forced):\n    fed = []\n    for t in range(len(forced)):\n        fed.append(x[t] if forced[t] else guess[fed[-1]])\n    return np.array(fed), np.array(fed) == x[:-1]",
)
wrong(
    "05",
    "fed_words",
    "forgets forced",
    "def fed_words(x, guess, forced):\n    return x[:-1], guess[x[:-1]] == x[1:]",
    SECOND.format("forced"),
)
wrong(
    "05",
    "fed_words",
    "swapped",
    "def fed_words(x, guess, forced):\n    fed = []\n    for t in range(len(forced)):\n        fed.append(x[t] if forced[t] else guess[fed[-1]])\n    fed = np.array(fed)\n    return guess[fed] == x[1:], fed",
)
wrong(
    "05",
    "reach",
    "carried ignored",
    "def reach(steps, window, carried):\n    t = np.arange(steps)\n    return t % window + 1, t % window + 1",
    SECOND.format("carried"),
)
wrong(
    "05",
    "reach",
    "off by one",
    "def reach(steps, window, carried):\n    t = np.arange(steps)\n    return (t if carried else t % window), t % window",
)
wrong(
    "05",
    "reach",
    "gradient reaches as far as the context",
    "def reach(steps, window, carried):\n    t = np.arange(1, steps + 1)\n    c = t if carried else (t - 1) % window + 1\n    return c, c",
)
wrong(
    "05",
    "reach",
    "swapped",
    "def reach(steps, window, carried):\n    t = np.arange(steps)\n    c = t + 1 if carried else t % window + 1\n    return t % window + 1, c",
)
right(
    "05",
    "reach",
    "lists",
    "def reach(steps, window, carried):\n    g = [t % window + 1 for t in range(steps)]\n    return (list(range(1, steps + 1)) if carried else g), g",
)
UPD = "def update(Q, x, y, rate):\n    e = np.exp(Q[x] - Q[x].max(-1, keepdims=True)); p = e / e.sum(-1, keepdims=True)\n    loss = -np.log(np.take_along_axis(p, y[..., None], -1)).mean()\n"
wrong(
    "05",
    "update",
    "+= loses repeated words",
    UPD
    + "    g = p.copy()\n    b, t = np.indices(x.shape); g[b, t, y] -= 1\n    new = Q.copy(); new[x] -= rate * g / x.size\n    return new, loss",
)
wrong(
    "05",
    "update",
    "not divided",
    UPD
    + "    g = p.copy()\n    b, t = np.indices(x.shape); g[b, t, y] -= 1\n    new = Q.copy(); np.add.at(new, x, -rate * g)\n    return new, loss",
)
wrong(
    "05",
    "update",
    "ascent",
    UPD
    + "    g = p.copy()\n    b, t = np.indices(x.shape); g[b, t, y] -= 1\n    new = Q.copy(); np.add.at(new, x, rate * g / x.size)\n    return new, loss",
)
wrong(
    "05",
    "update",
    "changes Q",
    UPD
    + "    g = p.copy()\n    b, t = np.indices(x.shape); g[b, t, y] -= 1\n    np.add.at(Q, x, -rate * g / x.size)\n    return Q, loss",
    "changes its input in place",
)
wrong(
    "05",
    "stopping",
    "counter never reset",
    "def stopping(losses, patience):\n    best, at, waited = np.inf, 0, 0\n    for i, l in enumerate(losses):\n        if l < best:\n            best, at = l, i\n        else:\n            waited += 1\n        if waited == patience:\n            return i + 1, at\n    return len(losses), at",
)
wrong(
    "05",
    "stopping",
    "compares with the one before",
    "def stopping(losses, patience):\n    waited, at = 0, 0\n    for i in range(1, len(losses)):\n        if losses[i] < losses[i - 1]:\n            waited = 0\n            at = i\n        else:\n            waited += 1\n            if waited == patience:\n                return i + 1, at\n    return len(losses), at",
)
wrong(
    "05",
    "stopping",
    "index for count",
    "def stopping(losses, patience):\n    best, at, waited = np.inf, 0, 0\n    for i, l in enumerate(losses):\n        if l < best:\n            best, at, waited = l, i, 0\n        else:\n            waited += 1\n            if waited == patience:\n                return i, at\n    return len(losses) - 1, at",
)
wrong(
    "05",
    "stopping",
    "never stops",
    "def stopping(losses, patience):\n    return len(losses), int(np.nanargmin(losses))",
    SECOND.format("patience"),
)
wrong(
    "05",
    "stopping",
    "skips NaN",
    "def stopping(losses, patience):\n    best, at, waited = np.inf, 0, 0\n    for i, l in enumerate(losses):\n        if np.isnan(l):\n            continue\n        if l < best:\n            best, at, waited = l, i, 0\n        else:\n            waited += 1\n            if waited == patience:\n                return i + 1, at\n    return len(losses), at",
)
wrong(
    "05",
    "stopping",
    "endless",
    "def stopping(losses, patience):\n    i = 0\n    while i < len(losses):\n        best = min(losses)\n    return i, best",
    "longer than",
)
# --- 06 -------------------------------------------------------------------------------------------
wrong(
    "06",
    "two_paths",
    "values for derivatives",
    "def two_paths(t):\n    return 3 * t ** 2, (t - 1) ** 2, 3 * t ** 2 + (t - 1) ** 2",
)
wrong(
    "06",
    "two_paths",
    "no inner derivative",
    "def two_paths(t):\n    return 3, 2 * (t - 1), 3 + 2 * (t - 1)",
)
wrong(
    "06",
    "two_paths",
    "product",
    "def two_paths(t):\n    a, b = 6 * t, 2 * (t - 1)\n    return a, b, a * b",
)
wrong("06", "two_paths", "only the sum", "def two_paths(t):\n    return 6 * t + 2 * (t - 1)")
wrong("06", "two_paths", "power with ^", "def two_paths(t):\n    return 6 * t, (t - 1) ^ 2, 1", "")
right(
    "06",
    "two_paths",
    "numpy array",
    "def two_paths(t):\n    paths = np.array([3 * 2 * t, 2 * (t - 1) * 1])\n    return (*paths, paths.sum())",
)
wrong(
    "06",
    "product_of_paths",
    "math for arrays",
    "import math\ndef product_of_paths(t):\n    return 2 * math.exp(2 * t) * math.cos(t) - math.exp(2 * t) * math.sin(t)",
)
wrong(
    "06",
    "product_of_paths",
    "sign of sin",
    "def product_of_paths(t):\n    return np.exp(2 * t) * (2 * np.cos(t) + np.sin(t))",
)
wrong(
    "06",
    "product_of_paths",
    "one path",
    "def product_of_paths(t):\n    return 2 * np.exp(t) * np.cos(t)",
)
wrong(
    "06",
    "product_of_paths",
    "forward difference",
    "def product_of_paths(t):\n    f = lambda s: np.exp(s) ** 2 * np.cos(s)\n    return (f(t + 1e-2) - f(t)) / 1e-2",
)
wrong(
    "06",
    "product_of_paths",
    "degrees",
    "def product_of_paths(t):\n    c, s = np.cos(np.deg2rad(t)), np.sin(np.deg2rad(t))\n    return np.exp(2 * t) * (2 * c - s)",
)
right(
    "06",
    "product_of_paths",
    "complex step",
    "def product_of_paths(t):\n    z = np.asarray(t) + 1e-30j\n    return (np.exp(2 * z) * np.cos(z)).imag / 1e-30",
)
right(
    "06",
    "product_of_paths",
    "torch",
    "import torch\ndef product_of_paths(t):\n    x = torch.tensor(t, dtype=torch.float64, requires_grad=True)\n    (x.exp() ** 2 * x.cos()).sum().backward()\n    return x.grad",
)
wrong(
    "06",
    "node_gradients",
    "order of the list",
    "def node_gradients(edges, n):\n    g = np.zeros(n + 1); g[n] = 1\n    for i, j, d in edges:\n        g[i] += g[j] * d\n    return g",
)
wrong(
    "06",
    "node_gradients",
    "overwrites",
    "def node_gradients(edges, n):\n    g = np.zeros(n + 1); g[n] = 1\n    for i, j, d in sorted(edges, key=lambda e: -e[1]):\n        g[i] = g[j] * d\n    return g",
)
wrong(
    "06",
    "node_gradients",
    "integers",
    "def node_gradients(edges, n):\n    g = np.zeros(n + 1, dtype=int); g[n] = 1\n    for i, j, d in sorted(edges, key=lambda e: -e[1]):\n        g[i] += g[j] * d\n    return g",
    "array of integers",
)
wrong(
    "06",
    "node_gradients",
    "own gradient left out",
    "def node_gradients(edges, n):\n    g = np.zeros(n + 1); g[n] = 1\n    for i, j, d in sorted(edges, key=lambda e: -e[1]):\n        g[i] += g[j] * d\n    return g[:-1]",
    "last entry is missing",
)
wrong(
    "06",
    "node_gradients",
    "dictionary",
    "def node_gradients(edges, n):\n    g = {n: 1.0}\n    for i, j, d in sorted(edges, key=lambda e: -e[1]):\n        g[i] = g.get(i, 0) + g[j] * d\n    return g",
)
wrong(
    "06",
    "node_gradients",
    "mutable default",
    "def node_gradients(edges, n, g=[0.0] * 100):\n    g[n] = 1\n    for i, j, d in sorted(edges, key=lambda e: -e[1]):\n        g[i] += g[j] * d\n    return g[:n + 1]",
    "default value of `g`",
)
right(
    "06",
    "node_gradients",
    "matrix inverse",
    "def node_gradients(edges, n):\n    A = np.zeros((n + 1, n + 1))\n    for i, j, d in edges:\n        A[i, j] += d\n    return np.linalg.solve(np.eye(n + 1) - A, np.eye(n + 1)[:, n])",
)
WS = "def weight_shares(w, h_0, u):\n    h = [h_0]\n    for x in u:\n        h.append(np.tanh(w * h[-1] + x))\n"
wrong(
    "06",
    "weight_shares",
    "no later factors",
    WS + "    return np.array([(1 - h[t + 1] ** 2) * h[t] for t in range(len(u))])",
)
wrong(
    "06",
    "weight_shares",
    "state after",
    WS
    + "    g, out = 1.0, []\n    for t in range(len(u), 0, -1):\n        g *= 1 - h[t] ** 2\n        out.append(g * h[t])\n        g *= w\n    return np.array(out[::-1])",
)
wrong(
    "06",
    "weight_shares",
    "reversed",
    WS
    + "    g, out = 1.0, []\n    for t in range(len(u), 0, -1):\n        g *= 1 - h[t] ** 2\n        out.append(g * h[t - 1])\n        g *= w\n    return np.array(out)",
)
wrong(
    "06",
    "weight_shares",
    "no slope",
    WS + "    return np.array([w ** (len(u) - 1 - t) * h[t] for t in range(len(u))])",
)
wrong(
    "06",
    "weight_shares",
    "the sum",
    WS
    + "    g, s = 1.0, 0.0\n    for t in range(len(u), 0, -1):\n        g *= 1 - h[t] ** 2\n        s += g * h[t - 1]\n        g *= w\n    return s",
)
wrong(
    "06",
    "weight_shares",
    "coarse differences",
    "def weight_shares(w, h_0, u):\n    def run(ws):\n        h = h_0\n        for a, x in zip(ws, u):\n            h = np.tanh(a * h + x)\n        return h\n    base = [w] * len(u)\n    out = []\n    for t in range(len(u)):\n        up = list(base); up[t] += 1e-3\n        out.append((run(up) - run(base)) / 1e-3)\n    return np.array(out)",
)
NUM = "class Number:\n    def __init__(self, data, edges=()):\n        self.data, self.grad, self.edges = data, 0.0, edges\n    def __add__(self, other):\n        return Number(self.data + other.data, ((self, 1.0), (other, 1.0)))\n    def __mul__(self, other):\n        return Number(self.data * other.data, ((self, other.data), (other, self.data)))\n"
wrong(
    "06",
    "Number",
    "grad not reset",
    NUM
    + "    def tanh(self):\n        y = np.tanh(self.data)\n        return Number(y, ((self, 1 - y * y),))\n    def backward(self, g=1.0):\n        self.grad += g\n        for child, d in self.edges:\n            child.backward(g * d)",
)
wrong(
    "06",
    "Number",
    "tanh slope 1 - y",
    NUM
    + "    def tanh(self):\n        y = np.tanh(self.data)\n        return Number(y, ((self, 1 - y),))\n    def backward(self):\n        order, seen = [], set()\n        def visit(v):\n            if id(v) not in seen:\n                seen.add(id(v))\n                for c, _ in v.edges:\n                    visit(c)\n                order.append(v)\n        visit(self)\n        for v in order:\n            v.grad = 0.0\n        self.grad = 1.0\n        for v in reversed(order):\n            for c, d in v.edges:\n                c.grad += d * v.grad",
)
wrong(
    "06",
    "Number",
    "tanh of a Number",
    NUM
    + "    def tanh(self):\n        return Number(np.tanh(self), ((self, 1 - np.tanh(self) ** 2),))\n    def backward(self):\n        self.grad = 1.0",
)
# --- 10 -------------------------------------------------------------------------------------------
wrong(
    "10",
    "lstm_parameters",
    "three blocks",
    "def lstm_parameters(m, n):\n    return 3 * (n * m + n * n + n), 3 * (n * m + n * n + 2 * n)",
)
wrong(
    "10",
    "lstm_parameters",
    "one number",
    "def lstm_parameters(m, n):\n    return 4 * (n * m + n * n + n)",
)
wrong(
    "10",
    "lstm_parameters",
    "no bias",
    "def lstm_parameters(m, n):\n    return 4 * (n * m + n * n), 4 * (n * m + n * n + n)",
)
wrong(
    "10",
    "lstm_parameters",
    "the other order",
    "def lstm_parameters(m, n):\n    return 4 * (n * m + n * n + 2 * n), 4 * (n * m + n * n + n)",
    "",
)
LS = "def lstm_step(u, h, c, p):\n    gate = lambda k: sigmoid(p['U_' + k] @ u + p['W_' + k] @ h + p['b_' + k])\n    new = np.tanh(p['U_c'] @ u + p['W_c'] @ h + p['b_c'])\n"
wrong(
    "10",
    "lstm_step",
    "tanh on the cell left out",
    LS + "    c = gate('f') * c + gate('i') * new\n    return gate('o') * c, c",
)
wrong(
    "10",
    "lstm_step",
    "gates exchanged",
    LS + "    c = gate('i') * c + gate('f') * new\n    return gate('o') * np.tanh(c), c",
)
wrong(
    "10",
    "lstm_step",
    "pair exchanged",
    LS + "    c = gate('f') * c + gate('i') * new\n    return c, gate('o') * np.tanh(c)",
    "",
)
wrong(
    "10",
    "lstm_step",
    "candidate by sigmoid",
    LS + "    c = gate('f') * c + gate('i') * gate('c')\n    return gate('o') * np.tanh(c), c",
)
wrong(
    "10",
    "lstm_step",
    "old cell in the output",
    LS + "    new_c = gate('f') * c + gate('i') * new\n    return gate('o') * np.tanh(c), new_c",
)
wrong(
    "10",
    "lstm_step",
    "coupled gates",
    LS + "    f = gate('f')\n    c = f * c + (1 - f) * new\n    return gate('o') * np.tanh(c), c",
)
wrong(
    "10",
    "lstm_step",
    "in place",
    LS + "    c *= gate('f')\n    c += gate('i') * new\n    return gate('o') * np.tanh(c) + 1, c",
    "changes its input in place",
)
right(
    "10",
    "lstm_step",
    "stacked",
    "def lstm_step(u, h, c, p):\n    f, i, o, g = (p[f'U_{k}'].dot(u) + p[f'W_{k}'].dot(h) + p[f'b_{k}'] for k in 'fioc')\n    c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))\n    return np.tanh(c) / (1 + np.exp(-o)), c",
)
wrong(
    "10",
    "reorder_gates",
    "slices of n+1",
    "def reorder_gates(stacked, given, wanted):\n    n = len(stacked) // 4\n    return np.concatenate([stacked[given.index(g) * n:(given.index(g) + 1) * n + 1] for g in wanted])",
)
wrong(
    "10",
    "reorder_gates",
    "inverse order",
    "def reorder_gates(stacked, given, wanted):\n    parts = np.split(stacked, 4)\n    return np.concatenate([parts[wanted.index(g)] for g in given])",
)
wrong(
    "10",
    "reorder_gates",
    "unchanged",
    "def reorder_gates(stacked, given, wanted):\n    return stacked",
    SECOND.format("given"),
)
wrong(
    "10",
    "reorder_gates",
    "axis 1",
    "def reorder_gates(stacked, given, wanted):\n    parts = np.split(stacked, 4, axis=1)\n    return np.concatenate([parts[given.index(g)] for g in wanted], axis=1)",
)
right(
    "10",
    "reorder_gates",
    "dict zip",
    "def reorder_gates(stacked, given, wanted):\n    parts = dict(zip(given, np.reshape(stacked, (4, -1, *stacked.shape[1:]))))\n    return np.vstack([parts[g] for g in wanted]) if stacked.ndim > 1 else np.hstack([parts[g] for g in wanted])",
)
CELL = "class HandMadeCell(nn.Module):\n    def __init__(self, m, n):\n        super().__init__()\n        self.U, self.W, self.b = (nn.Parameter(torch.randn(*s) * .1) for s in ((4 * n, m), (4 * n, n), (4 * n,)))\n"
FWD = "    def forward(self, u, state):\n        h, c = state\n        i, f, g, o = (u @ self.U.T + h @ self.W.T + self.b).chunk(4, dim=1)\n"
right(
    "10",
    "HandMadeCell",
    "F.linear and split",
    CELL
    + "    def forward(self, u, hc):\n        a = nn.functional.linear(u, self.U, self.b) + nn.functional.linear(hc[0], self.W)\n        i, f, g, o = a.split(a.shape[1] // 4, 1)\n        c = torch.addcmul(f.sigmoid() * hc[1], i.sigmoid(), g.tanh())\n        return o.sigmoid() * c.tanh(), c",
)
wrong(
    "10",
    "HandMadeCell",
    "no super",
    "class HandMadeCell(nn.Module):\n    def __init__(self, m, n):\n        self.U = nn.Parameter(torch.randn(4 * n, m))\n        self.W = nn.Parameter(torch.randn(4 * n, n))\n        self.b = nn.Parameter(torch.zeros(4 * n))\n"
    + FWD
    + "        c = f.sigmoid() * c + i.sigmoid() * g.tanh()\n        return o.sigmoid() * c.tanh(), c",
    "super().__init__()",
)
wrong(
    "10",
    "HandMadeCell",
    "super without call",
    "class HandMadeCell(nn.Module):\n    def __init__(self, m, n):\n        super.__init__()\n        self.U = nn.Parameter(torch.randn(4 * n, m))\n"
    + FWD
    + "        return h, c",
    "super().__init__()",
)
wrong(
    "10",
    "HandMadeCell",
    "foward",
    CELL
    + FWD.replace("forward", "foward")
    + "        c = f.sigmoid() * c + i.sigmoid() * g.tanh()\n        return o.sigmoid() * c.tanh(), c",
    "Did you mean `foward`",
)
wrong(
    "10",
    "HandMadeCell",
    "order i f o g",
    CELL
    + FWD.replace("i, f, g, o", "i, f, o, g")
    + "        c = f.sigmoid() * c + i.sigmoid() * g.tanh()\n        return o.sigmoid() * c.tanh(), c",
)
wrong(
    "10",
    "HandMadeCell",
    "numpy tanh",
    CELL
    + FWD
    + "        c = f.sigmoid() * c + i.sigmoid() * np.tanh(g.detach().numpy())\n        return o.sigmoid() * c.tanh(), c",
)
wrong(
    "10",
    "HandMadeCell",
    "c returned first",
    CELL
    + FWD
    + "        c = f.sigmoid() * c + i.sigmoid() * g.tanh()\n        return c, o.sigmoid() * c.tanh()",
)
wrong(
    "10",
    "HandMadeCell",
    "only h",
    CELL
    + FWD
    + "        c = f.sigmoid() * c + i.sigmoid() * g.tanh()\n        return o.sigmoid() * c.tanh()",
)
wrong(
    "10",
    "HandMadeCell",
    "no_grad",
    CELL
    + FWD
    + "        with torch.no_grad():\n            c = f.sigmoid() * c + i.sigmoid() * g.tanh()\n        return o.sigmoid() * c.tanh(), c",
)
wrong(
    "10",
    "HandMadeCell",
    "forward without self",
    CELL + "    def forward(u, state):\n        return state",
    "the first of a method is `self`",
)
wrong(
    "10",
    "cell_path",
    "no reversal",
    "def cell_path(F):\n    return np.vstack([np.ones(F.shape[1]), np.cumprod(F, axis=0)])",
)
wrong(
    "10",
    "cell_path",
    "first row missing",
    "def cell_path(F):\n    return np.cumprod(F[::-1], axis=0)",
    "first entry is missing",
)
wrong(
    "10",
    "cell_path",
    "same array appended",
    "def cell_path(F):\n    d = np.ones(F.shape[1])\n    out = [d]\n    for f in F[::-1]:\n        d *= f\n        out.append(d)\n    return np.array(out)",
    "append a copy",
)
wrong(
    "10",
    "cell_path",
    "squares",
    "def cell_path(F):\n    return np.vstack([np.ones(F.shape[1]), np.cumprod(F[::-1], axis=0)]) ** 2",
    "square of the right result",
)
wrong(
    "10",
    "steps_kept",
    "inverse",
    "def steps_kept(bias, left):\n    return np.log(1 / (1 + np.exp(-bias))) / np.log(left)",
)
wrong(
    "10",
    "steps_kept",
    "rounded up",
    "def steps_kept(bias, left):\n    return np.ceil(-np.log(left) / np.log1p(np.exp(-bias)))",
)
wrong(
    "10",
    "steps_kept",
    "no log1p",
    "def steps_kept(bias, left):\n    return np.log(left) / np.log(1 / (1 + np.exp(-bias)))",
)
wrong(
    "10",
    "steps_kept",
    "sign",
    "def steps_kept(bias, left):\n    return np.log(left) / np.logaddexp(0, -bias)",
)
right(
    "10",
    "steps_kept",
    "logaddexp",
    "def steps_kept(bias, left):\n    return -np.log(left) / np.logaddexp(0, -bias)",
)
# --- 12 -------------------------------------------------------------------------------------------
wrong(
    "12",
    "pad_batch",
    "zeros",
    "def pad_batch(sentences, pad):\n    T = max(map(len, sentences))\n    out = np.zeros((len(sentences), T), int)\n    for i, s in enumerate(sentences):\n        out[i, :len(s)] = s\n    return out, np.array([len(s) for s in sentences])",
    SECOND.format("pad"),
)
wrong(
    "12",
    "pad_batch",
    "padding first",
    "def pad_batch(sentences, pad):\n    T = max(map(len, sentences))\n    return np.array([[pad] * (T - len(s)) + s for s in sentences]), np.array([len(s) for s in sentences])",
)
wrong(
    "12",
    "pad_batch",
    "changes the lists",
    "def pad_batch(sentences, pad):\n    lengths = [len(s) for s in sentences]\n    for s in sentences:\n        while len(s) < max(lengths):\n            s.append(pad)\n    return np.array(sentences), np.array(lengths) + 1",
    "changes its input in place",
)
wrong(
    "12",
    "pad_batch",
    "rows times pad",
    "def pad_batch(sentences, pad):\n    T = max(map(len, sentences))\n    rows = [[pad] * T] * len(sentences)\n    for i, s in enumerate(sentences):\n        for j, w in enumerate(s):\n            rows[i][j] = w\n    return np.array(rows), np.array([len(s) for s in sentences])",
)
right(
    "12",
    "pad_batch",
    "zip_longest",
    "from itertools import zip_longest\ndef pad_batch(sentences, pad):\n    return np.array(list(zip(*zip_longest(*sentences, fillvalue=pad)))), [len(s) for s in sentences]",
)
wrong(
    "12",
    "masked_mean",
    "mean over all",
    "def masked_mean(H, lengths):\n    return H.mean(1)",
    SECOND.format("lengths"),
)
wrong(
    "12",
    "masked_mean",
    "divided by T",
    "def masked_mean(H, lengths):\n    return np.array([H[i, :l].sum(0) / H.shape[1] for i, l in enumerate(lengths)])",
)
wrong(
    "12",
    "masked_mean",
    "0/0",
    "def masked_mean(H, lengths):\n    return np.array([H[i, :l].mean(0) for i, l in enumerate(lengths)])",
    "NaN first comes up in line 2",
)
wrong(
    "12",
    "masked_mean",
    "axis of units",
    "def masked_mean(H, lengths):\n    return np.array([H[i, :l].mean(1) if l else np.zeros(H.shape[2]) for i, l in enumerate(lengths)])",
)
right(
    "12",
    "masked_mean",
    "cumsum",
    "def masked_mean(H, lengths):\n    out = np.zeros((H.shape[0], H.shape[2]))\n    for i, l in enumerate(lengths):\n        if l > 0:\n            out[i] = np.average(H[i][:l], axis=0)\n    return out",
)
wrong(
    "12",
    "masked_max",
    "max of all",
    "def masked_max(H, lengths):\n    return H.max(1)",
    SECOND.format("lengths"),
)
wrong(
    "12",
    "masked_max",
    "zeros in the padding",
    "def masked_max(H, lengths):\n    m = np.arange(H.shape[1]) < np.asarray(lengths)[:, None]\n    return np.where(m[..., None], H, 0).max(1)",
)
wrong(
    "12",
    "masked_max",
    "absolute",
    "def masked_max(H, lengths):\n    return np.array([np.abs(h[:l]).max(0) for h, l in zip(H, lengths)])",
)
wrong(
    "12",
    "masked_max",
    "index for value",
    "def masked_max(H, lengths):\n    return np.array([h[:l].argmax(0) for h, l in zip(H, lengths)])",
)
wrong(
    "12",
    "last_real_state",
    "index l",
    "def last_real_state(H, lengths):\n    return np.array([H[i, l] for i, l in enumerate(lengths)])",
    "out of bounds",
)
wrong(
    "12",
    "last_real_state",
    "index l - 1 for 0",
    "def last_real_state(H, lengths):\n    return H[np.arange(len(H)), np.asarray(lengths) - 1]",
)
wrong(
    "12",
    "last_real_state",
    "[-1]",
    "def last_real_state(H, lengths):\n    return H[:, -1]",
    SECOND.format("lengths"),
)
wrong(
    "12",
    "tagging_accuracy",
    "mean of means",
    "def tagging_accuracy(scores, tags, lengths):\n    return np.mean([(s[:l].argmax(1) == t[:l]).mean() for s, t, l in zip(scores, tags, lengths)])",
)
wrong(
    "12",
    "tagging_accuracy",
    "all positions",
    "def tagging_accuracy(scores, tags, lengths):\n    return (scores.argmax(-1) == tags).mean()",
    SECOND.format("lengths"),
)
wrong(
    "12",
    "tagging_accuracy",
    "count",
    "def tagging_accuracy(scores, tags, lengths):\n    return sum((s[:l].argmax(1) == t[:l]).sum() for s, t, l in zip(scores, tags, lengths))",
)
wrong(
    "12",
    "tagging_accuracy",
    "per cent",
    "def tagging_accuracy(scores, tags, lengths):\n    return 100 * sum((s[:l].argmax(1) == t[:l]).sum() for s, t, l in zip(scores, tags, lengths)) / sum(lengths)",
    "100 times the right ones",
)
wrong(
    "12",
    "attend",
    "softmax over all",
    "def attend(s, H, lengths):\n    z = np.einsum('bn,btn->bt', s, H)\n    e = np.exp(z - z.max(1, keepdims=True))\n    a = e / e.sum(1, keepdims=True)\n    return a, np.einsum('bt,btn->bn', a, H)",
    SECOND.format("lengths"),
)
wrong(
    "12",
    "attend",
    "pair exchanged",
    "def attend(s, H, lengths):\n    z = np.einsum('bn,btn->bt', s, H)\n    m = np.arange(H.shape[1]) < np.asarray(lengths)[:, None]\n    z = np.where(m, z, -np.inf)\n    e = np.exp(z - z.max(1, keepdims=True))\n    a = e / e.sum(1, keepdims=True)\n    return np.einsum('bt,btn->bn', a, H), a",
    "in the other order",
)
right(
    "12",
    "attend",
    "loop",
    "def attend(s, H, lengths):\n    A, M = np.zeros(H.shape[:2]), np.zeros_like(s)\n    for i, l in enumerate(lengths):\n        z = H[i, :l] @ s[i]\n        w = np.exp(z - z.max())\n        A[i, :l] = w / w.sum()\n        M[i] = A[i, :l] @ H[i, :l]\n    return A, M",
)
# --- 13, 14 ---------------------------------------------------------------------------------------
wrong(
    "13",
    "reversed_by_length",
    "whole rows",
    "def reversed_by_length(X, lengths):\n    return X[:, ::-1]",
    SECOND.format("lengths"),
)
wrong(
    "13",
    "reversed_by_length",
    "view of itself",
    "def reversed_by_length(X, lengths):\n    out = X\n    for i, l in enumerate(lengths):\n        for j in range(l):\n            out[i, j] = X[i, l - 1 - j]\n    return out",
    "changes its input in place",
)
wrong(
    "13",
    "reversed_by_length",
    "-l slice",
    "def reversed_by_length(X, lengths):\n    out = X.copy()\n    for i, l in enumerate(lengths):\n        out[i, :l] = X[i, -l:][::-1]\n    return out",
)
right(
    "13",
    "reversed_by_length",
    "index arithmetic",
    "def reversed_by_length(X, lengths):\n    t = np.arange(X.shape[1])\n    l = np.asarray(lengths)[:, None]\n    return np.take_along_axis(X, np.where(t < l, l - 1 - t, t), 1)",
)
wrong(
    "13",
    "bidirectional_states",
    "backward order",
    "def bidirectional_states(U, forward, backward):\n    return np.hstack([rnn_states(U, *forward), rnn_states(U[::-1], *backward)])",
)
wrong(
    "13",
    "bidirectional_states",
    "stacked below",
    "def bidirectional_states(U, forward, backward):\n    return np.vstack([rnn_states(U, *forward), rnn_states(U[::-1], *backward)[::-1]])",
    "wrong shape",
)
wrong(
    "13",
    "bidirectional_states",
    "halves exchanged",
    "def bidirectional_states(U, forward, backward):\n    return np.hstack([rnn_states(U[::-1], *backward)[::-1], rnn_states(U, *forward)])",
)
wrong(
    "13",
    "is_causal",
    "always True",
    "def is_causal(model, T, d):\n    return True",
    SECOND.format("model"),
)
wrong(
    "13",
    "is_causal",
    "random small probe",
    "def is_causal(model, T, d):\n    X = np.zeros((T, d)); Y = X.copy(); Y[-1] = 1\n    return np.allclose(model(X)[0], model(Y)[0])",
)
wrong(
    "13",
    "corrupt",
    "targets of changed words only",
    "def corrupt(words, chosen, how, others, mask):\n    x = np.where(chosen & (how == 0), mask, np.where(chosen & (how == 1), others, words))\n    return x, np.where(x != words, words, -100)",
)
wrong(
    "13",
    "corrupt",
    "chosen forgotten",
    "def corrupt(words, chosen, how, others, mask):\n    x = np.select([how == 0, how == 1], [mask, others], words)\n    return x, np.where(chosen, words, -100)",
)
right(
    "13",
    "corrupt",
    "choose",
    "def corrupt(words, chosen, how, others, mask):\n    x = np.where(chosen, np.choose(how, [np.full_like(words, mask), others, words]), words)\n    t = np.full_like(words, -100); t[chosen] = words[chosen]\n    return x, t",
)
wrong(
    "14",
    "stacked_lstm_parameters",
    "every layer reads d",
    "def stacked_lstm_parameters(d, n, layers):\n    return layers * 4 * (n * d + n * n + n)",
)
wrong(
    "14",
    "stacked_lstm_parameters",
    "two biases",
    "def stacked_lstm_parameters(d, n, layers):\n    return 4 * (n * d + n * n + 2 * n) + (layers - 1) * 4 * (2 * n * n + 2 * n)",
)
wrong(
    "14",
    "weight_shapes",
    "columns first",
    "def weight_shapes(d, sizes):\n    return [((a, b), (b, b)) for a, b in zip([d, *sizes], sizes)]",
)
wrong(
    "14",
    "weight_shapes",
    "grows the list of the caller",
    "def weight_shapes(d, sizes):\n    sizes.insert(0, d)\n    return [((b, a), (a, a)) for a, b in zip(sizes, sizes[1:])]",
    "changes its input in place",
)
wrong(
    "14",
    "stacked_step",
    "old states below",
    "def stacked_step(u, h, weights):\n    out = []\n    for l, (W_u, W_h, b) in enumerate(weights):\n        below = u if l == 0 else h[l - 1]\n        out.append(np.tanh(W_u @ below + W_h @ h[l] + b))\n    return np.array(out)",
)
wrong(
    "14",
    "stacked_step",
    "only the top",
    "def stacked_step(u, h, weights):\n    for l, (W_u, W_h, b) in enumerate(weights):\n        u = np.tanh(W_u @ u + W_h @ h[l] + b)\n    return u",
    "wrong shape",
)
wrong(
    "14",
    "stacked_step",
    "first layer alone",
    "def stacked_step(u, h, weights):\n    out = np.zeros_like(h)\n    for l, (W_u, W_h, b) in enumerate(weights):\n        out[l] = u = np.tanh(W_u @ u + W_h @ h[l] + b)\n        return out",
    "ends in its first round",
)
right(
    "14",
    "stacked_step",
    "accumulate",
    "from itertools import accumulate\ndef stacked_step(u, h, weights):\n    step = lambda below, lw: np.tanh(lw[1][0] @ below + lw[1][1] @ lw[0] + lw[1][2])\n    return list(accumulate(zip(h, weights), step, initial=u))[1:]",
)
wrong(
    "14",
    "stacked_states",
    "lists of the last layer",
    "def stacked_states(U, h_0, weights):\n    X, last = U, []\n    for h, (W_u, W_h, b) in zip(h_0, weights):\n        H = []\n        for u in X:\n            h = np.tanh(W_u @ u + W_h @ h + b)\n            H.append(h)\n        X = np.array(H)\n        last.append(h_0[0])\n    return X, np.array(last)",
)
wrong(
    "14",
    "next_start",
    "in place",
    "def next_start(last, begins):\n    last[:, begins] = 0\n    return last",
    "changes its input in place",
)
wrong(
    "14",
    "next_start",
    "the wrong rows",
    "def next_start(last, begins):\n    return np.where(begins[None, :, None], last, 0)",
)
wrong(
    "14",
    "next_start",
    "first axis",
    "def next_start(last, begins):\n    new = last.copy(); new[begins] = 0\n    return new",
)
right(
    "14",
    "next_start",
    "multiply",
    "def next_start(last, begins):\n    return np.nan_to_num(last) * (1 - np.asarray(begins))[:, None]",
)

# --- more right ones ------------------------------------------------------------------------------
right(
    "04",
    "rnn_step",
    "np.matmul and torch's tanh",
    "import torch\ndef rnn_step(u, h, W_u, W_h, b_h):\n    return torch.tanh(torch.as_tensor(np.matmul(W_u, u) + np.matmul(W_h, h) + b_h))",
)
right(
    "04",
    "next_word_distributions",
    "torch softmax in rows",
    "def next_word_distributions(H, Q, b_Q):\n    rows = []\n    for h in H:\n        z = Q @ h + b_Q\n        z -= max(z)\n        rows.append([np.exp(v) / sum(np.exp(z)) for v in z])\n    return rows",
)
right(
    "06",
    "two_paths",
    "Fraction",
    "from fractions import Fraction\ndef two_paths(t):\n    t = Fraction(t)\n    return 6 * t, 2 * (t - 1), 8 * t - 2",
)
right(
    "12",
    "masked_max",
    "list comprehension of lists",
    "def masked_max(H, lengths):\n    return [[max(h[t][j] for t in range(l)) for j in range(H.shape[2])] for h, l in zip(H, lengths)]",
)
right(
    "12",
    "tagging_accuracy",
    "generator in sum",
    "def tagging_accuracy(scores, tags, lengths):\n    hits = [int(np.argmax(scores[i, t])) == tags[i, t] for i in range(len(tags)) for t in range(lengths[i])]\n    return sum(hits) / len(hits)",
)
right(
    "14",
    "stacked_lstm_parameters",
    "recursion",
    "def stacked_lstm_parameters(d, n, layers):\n    if layers == 0:\n        return 0\n    return 4 * n * (d + n + 1) + stacked_lstm_parameters(n, n, layers - 1)",
)
right(
    "14",
    "weight_shapes",
    "tuples of arrays",
    "def weight_shapes(d, sizes):\n    return tuple((np.array([n, m]), np.array([n, n])) for m, n in zip((d, *sizes), sizes))",
)
