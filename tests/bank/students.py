"""Answers as students write them, from the prompts alone.

Each is a question's notebook and name, what it is, and its code. Of a wrong answer the last text,
where there is one, is what its feedback has to say whatever mistakes are recorded; of an answer that is
wrong and passes all the same it is the reason why it may.
"""

# fmt: off
BANK: list[tuple[str, str, str, str, str, str]] = []


def right(notebook, name, about, code):
    BANK.append((notebook, name, "right", about, code.strip("\n"), ""))


def wrong(notebook, name, about, code, says=""):
    BANK.append((notebook, name, "wrong", about, code.strip("\n"), says))


def let_pass(notebook, name, about, code, why):
    BANK.append((notebook, name, "let pass", about, code.strip("\n"), why))


# 02: four_words
right("02", "four_words", "Fraction", """
from fractions import Fraction
four_words = (1 / (Fraction(1, 2) ** 3 * Fraction(1, 8))) ** Fraction(1, 4)
""")
right("02", "four_words", "Decimal", """
from decimal import Decimal
four_words = Decimal('2.828427')
""")
wrong("02", "four_words", "arithmetic mean", """
four_words = 1 / np.mean([.5, .5, .5, .125])
""")
wrong("02", "four_words", "a list", """
four_words = [2.83]
""", "wrong shape: expected a single number")
wrong("02", "four_words", "a text", """
four_words = '2.83'
""", "got text")

# 02: perplexity
right("02", "perplexity", "cumulative logaddexp style", """
def perplexity(p):
    total = 0.0
    for q in p:
        if q == 0:
            return float('inf')
        total += -np.log(q) / len(p)
    return np.exp(total)
""")
right("02", "perplexity", "math.prod of roots", """
import math
def perplexity(p):
    return math.prod(float(q) ** (-1 / len(p)) if q else math.inf for q in p)
""")
right("02", "perplexity", "lambda", """
perplexity = lambda p: 2 ** -np.mean(np.log2(p))
""")
right("02", "perplexity", "decorated without wraps", """
def loud(f):
    def wrapper(*a):
        return f(*a)
    return wrapper

@loud
def perplexity(p):
    return np.exp(-np.mean(np.log(p)))
""")
right("02", "perplexity", "partial", """
from functools import partial
def general(base, p):
    return base ** (-np.mean(np.log(p) / np.log(base)))
perplexity = partial(general, 3.0)
""")
wrong("02", "perplexity", "return inside the loop", """
def perplexity(p):
    total = 0
    for q in p:
        total -= np.log(q)
        return np.exp(total / len(p))
""", "ends in its first round")
wrong("02", "perplexity", "generator", """
def perplexity(p):
    yield np.exp(-np.mean(np.log(p)))
""", "`yield`")
wrong("02", "perplexity", "coroutine", """
async def perplexity(p):
    return np.exp(-np.mean(np.log(p)))
""", "async def")
wrong("02", "perplexity", "prints", """
def perplexity(p):
    print(np.exp(-np.mean(np.log(p))))
""", "returns nothing")
wrong("02", "perplexity", "no return", """
def perplexity(p):
    result = np.exp(-np.mean(np.log(p)))
""", "`return` missing")
wrong("02", "perplexity", "endless recursion", """
def perplexity(p):
    return np.exp(np.log(perplexity(p)))
""", "same arguments again")
wrong("02", "perplexity", "deep recursion", """
def perplexity(p, total=0.0, n=0):
    if len(p) == 0:
        return np.exp(total / n)
    return perplexity(p[1:], total - np.log(p[0]), n + 1)
""", "use a loop")
wrong("02", "perplexity", "a global", """
N = 8
n = 8
def perplexity(p):
    return np.exp(-np.sum(np.log(p)) / n)
""", "Your code reads `n`, which is 8 now")
wrong("02", "perplexity", "log of the mean", """
def perplexity(p):
    return 1 / np.mean(p)
""")
wrong("02", "perplexity", "eps", """
def perplexity(p):
    return np.exp(-np.mean(np.log(np.asarray(p) + 1e-12)))
""")
wrong("02", "perplexity", "own NotImplementedError", """
def perplexity(p):
    if 0 in p:
        raise NotImplementedError('later')
    return np.exp(-np.mean(np.log(p)))
""", "raised NotImplementedError: later")
wrong("02", "perplexity", "quit", """
import sys
def perplexity(p):
    sys.exit()
""", "end the program")
wrong("02", "perplexity", "input()", """
def perplexity(p):
    return float(input('p? '))
""", "in line 2 of your code")
wrong("02", "perplexity", "misspelt name", """
def perplexity(probs):
    return np.exp(-np.mean(np.log(prbos)))
""", "Did you mean `probs`")
wrong("02", "perplexity", "misspelt in NumPy", """
def perplexity(p):
    return np.exp(-np.maen(np.log(p)))
""", "Did you mean `mean`")

# 02: next_word_losses
wrong("02", "next_word_losses", "loop over all rows", """
def next_word_losses(y_hat, x):
    return np.array([-np.log(y_hat[t, x[t + 1]]) for t in range(len(x))])
""", "out of bounds")
wrong("02", "next_word_losses", "loss of the same word", """
def next_word_losses(y_hat, x):
    return -np.log(y_hat[np.arange(len(x) - 1), x[:-1]])
""")
wrong("02", "next_word_losses", "no arange", """
def next_word_losses(y_hat, x):
    return -np.log(y_hat[:-1, x[1:]])
""", "wrong shape")
wrong("02", "next_word_losses", "sign", """
def next_word_losses(y_hat, x):
    return np.log(y_hat[np.arange(len(x) - 1), x[1:]])
""")
wrong("02", "next_word_losses", "integers", """
def next_word_losses(y_hat, x):
    out = np.zeros_like(x[1:])
    for t in range(len(out)):
        out[t] = -np.log(y_hat[t, x[t + 1]])
    return out
""", "an array of integers")
right("02", "next_word_losses", "enumerate and list", """
def next_word_losses(y_hat, x):
    return [-np.log(row[w]) for row, w in zip(y_hat, x[1:])]
""")
right("02", "next_word_losses", "torch nll", """
import torch
def next_word_losses(y_hat, x):
    y = torch.as_tensor(y_hat)[:-1].log()
    return torch.nn.functional.nll_loss(y, torch.as_tensor(x)[1:], reduction='none')
""")

# 02: pooled_perplexity
wrong("02", "pooled_perplexity", "only last batch", """
def pooled_perplexity(batches):
    for b in batches:
        loss = -np.sum(b) / max(len(b), 1)
    return np.exp(loss)
""")
wrong("02", "pooled_perplexity", "len of list", """
def pooled_perplexity(batches):
    return np.exp(-sum(np.sum(b) for b in batches) / len(batches))
""")
wrong("02", "pooled_perplexity", "counter at global", """
total = []
def pooled_perplexity(batches):
    for b in batches:
        total.extend(b)
    return np.exp(-np.mean(total))
""", "`total` is one list outside")
right("02", "pooled_perplexity", "hstack", """
def pooled_perplexity(batches):
    return np.exp(-np.hstack(batches).mean())
""")

# 02: PerplexityMeter
right("02", "PerplexityMeter", "property-like dict state", """
class PerplexityMeter:
    def __init__(self):
        self.state = dict(total=0.0, n=0)
    def update(self, log_probs):
        for q in log_probs:
            self.state['total'] -= q
            self.state['n'] += 1
    def merge(self, other):
        for key in self.state:
            self.state[key] += other.state[key]
    def value(self):
        return np.exp(self.state['total'] / self.state['n']) if self.state['n'] else np.nan
""")
wrong("02", "PerplexityMeter", "class attribute list", """
class PerplexityMeter:
    seen = []
    def update(self, log_probs):
        self.seen.extend(log_probs)
    def merge(self, other):
        self.seen.extend(other.seen)
    def value(self):
        return np.exp(-np.mean(self.seen)) if self.seen else np.nan
""", "belongs to the class")
wrong("02", "PerplexityMeter", "method misspelt", """
class PerplexityMeter:
    def __init__(self):
        self.s, self.n = 0.0, 0
    def updat(self, lp):
        self.s -= np.sum(lp); self.n += len(lp)
    def merge(self, other):
        self.s += other.s; self.n += other.n
    def value(self):
        return np.exp(self.s / self.n) if self.n else np.nan
""", "Your class has `updat`")
wrong("02", "PerplexityMeter", "no self", """
class PerplexityMeter:
    def __init__(self):
        self.s, self.n = 0.0, 0
    def update(lp):
        s = np.sum(lp)
    def merge(self, other):
        pass
    def value(self):
        return np.exp(self.s / self.n) if self.n else np.nan
""", "the first of a method is `self`")
wrong("02", "PerplexityMeter", "two underscores missing", """
class PerplexityMeter:
    def _init_(self):
        self.s, self.n = 0.0, 0
    def update(self, lp):
        self.s -= np.sum(lp); self.n += len(lp)
    def merge(self, other):
        self.s += other.s; self.n += other.n
    def value(self):
        return np.exp(self.s / self.n) if self.n else np.nan
""", "has no attribute")

# 04: rnn_parameters
wrong("04", "rnn_parameters", "no bias", """
def rnn_parameters(d, n, k):
    return n * d + n * n + k * n
""")
wrong("04", "rnn_parameters", "embeddings", """
def rnn_parameters(d, n, k):
    return n * (d + n + 1) + k * (n + 1) + k * d
""")
wrong("04", "rnn_parameters", "n squared twice", """
def rnn_parameters(d, n, k):
    return 2 * n * n + n * d + n + k * n + k
""")
wrong("04", "rnn_parameters", "output bias n", """
def rnn_parameters(d, n, k):
    return n * d + n * n + n + k * n + n
""")
right("04", "rnn_parameters", "numpy ints", """
def rnn_parameters(d, n, k):
    shapes = [(n, d), (n, n), (n,), (k, n), (k,)]
    return sum(np.prod(s) for s in shapes)
""")

# 04: rnn_step
wrong("04", "rnn_step", "no tanh", """
def rnn_step(u, h, W_u, W_h, b_h):
    return W_u @ u + W_h @ h + b_h
""")
wrong("04", "rnn_step", "tanh each", """
def rnn_step(u, h, W_u, W_h, b_h):
    return np.tanh(W_u @ u) + np.tanh(W_h @ h) + b_h
""")
wrong("04", "rnn_step", "sigmoid", """
def rnn_step(u, h, W_u, W_h, b_h):
    return 1 / (1 + np.exp(-(W_u @ u + W_h @ h + b_h)))
""")
wrong("04", "rnn_step", "star", """
def rnn_step(u, h, W_u, W_h, b_h):
    return np.tanh(W_u * u + W_h @ h + b_h)
""")
wrong("04", "rnn_step", "forgets h", """
def rnn_step(u, h, W_u, W_h, b_h):
    return np.tanh(W_u @ u + b_h)
""", "The argument `h` is never used")
wrong("04", "rnn_step", "transposed W_h", """
def rnn_step(u, h, W_u, W_h, b_h):
    return np.tanh(W_u @ u + h @ W_h + b_h)
""")
wrong("04", "rnn_step", "in place", """
def rnn_step(u, h, W_u, W_h, b_h):
    b_h += W_u @ u + W_h @ h
    return np.tanh(b_h) * 2
""", "changes its input in place")
right("04", "rnn_step", "einsum", """
def rnn_step(u, h, W_u, W_h, b_h):
    return np.tanh(np.einsum('nd,d->n', W_u, u) + np.einsum('nm,m->n', W_h, h) + b_h)
""")

# 04: rnn_states
wrong("04", "rnn_states", "same array appended", """
def rnn_states(U, h_0, W_u, W_h, b_h):
    h = np.array(h_0, dtype=float)
    out = []
    for u in U:
        h[:] = np.tanh(W_u @ u + W_h @ h + b_h)
        out.append(h)
    return np.array(out)
""", "append a copy")
wrong("04", "rnn_states", "return inside", """
def rnn_states(U, h_0, W_u, W_h, b_h):
    h, out = h_0, []
    for u in U:
        h = np.tanh(W_u @ u + W_h @ h + b_h)
        out.append(h)
        return np.array(out)
""", "ends in its first round")
wrong("04", "rnn_states", "h_0 included", """
def rnn_states(U, h_0, W_u, W_h, b_h):
    out = [h_0]
    for u in U:
        out.append(np.tanh(W_u @ u + W_h @ out[-1] + b_h))
    return np.array(out)
""", "wrong shape")
wrong("04", "rnn_states", "h_0 included, last lost", """
def rnn_states(U, h_0, W_u, W_h, b_h):
    out = [h_0]
    for u in U[:-1]:
        out.append(np.tanh(W_u @ u + W_h @ out[-1] + b_h))
    return np.array(out)
""")
wrong("04", "rnn_states", "state never carried", """
def rnn_states(U, h_0, W_u, W_h, b_h):
    return np.array([np.tanh(W_u @ u + W_h @ h_0 + b_h) for u in U])
""")
wrong("04", "rnn_states", "starts at zero", """
def rnn_states(U, h_0, W_u, W_h, b_h):
    h, out = np.zeros(len(b_h)), []
    for u in U:
        h = np.tanh(W_u @ u + W_h @ h + b_h)
        out.append(h)
    return np.array(out)
""", "The argument `h_0` is never used")
wrong("04", "rnn_states", "only last", """
def rnn_states(U, h_0, W_u, W_h, b_h):
    h = h_0
    for u in U:
        h = np.tanh(W_u @ u + W_h @ h + b_h)
    return h
""", "wrong shape")
wrong("04", "rnn_states", "columns", """
def rnn_states(U, h_0, W_u, W_h, b_h):
    h, out = h_0, []
    for u in U:
        h = np.tanh(W_u @ u + W_h @ h + b_h)
        out.append(h)
    return np.array(out).T
""", "transpose")
wrong("04", "rnn_states", "backwards", """
def rnn_states(U, h_0, W_u, W_h, b_h):
    h, out = h_0, []
    for u in U[::-1]:
        h = np.tanh(W_u @ u + W_h @ h + b_h)
        out.append(h)
    return np.array(out)
""")
wrong("04", "rnn_states", "range too short", """
def rnn_states(U, h_0, W_u, W_h, b_h):
    h, out = h_0, []
    for t in range(1, len(U)):
        h = np.tanh(W_u @ U[t] + W_h @ h + b_h)
        out.append(h)
    return np.array(out)
""")
right("04", "rnn_states", "preallocated, transposed products", """
def rnn_states(U, h_0, W_u, W_h, b_h):
    H = np.empty((len(U), len(b_h)))
    h = h_0
    for t, a in enumerate(U @ W_u.T + b_h):
        H[t] = h = np.tanh(a + h @ W_h.T)
    return H
""")
right("04", "rnn_states", "recursion", """
def rnn_states(U, h_0, W_u, W_h, b_h):
    if len(U) == 0:
        return np.zeros((0, len(h_0)))
    h = np.tanh(W_u @ U[0] + W_h @ h_0 + b_h)
    return np.vstack([h, rnn_states(U[1:], h, W_u, W_h, b_h)])
""")

# 04: next_word_distributions
wrong("04", "next_word_distributions", "axis 0", """
def next_word_distributions(H, Q, b_Q):
    z = H @ Q.T + b_Q
    e = np.exp(z - z.max(0))
    return e / e.sum(0)
""")
wrong("04", "next_word_distributions", "whole table", """
def next_word_distributions(H, Q, b_Q):
    z = H @ Q.T + b_Q
    e = np.exp(z - z.max())
    return e / e.sum()
""")
wrong("04", "next_word_distributions", "no shift", """
def next_word_distributions(H, Q, b_Q):
    e = np.exp(H @ Q.T + b_Q)
    return e / e.sum(1, keepdims=True)
""", "NaN first comes up in line 3")
wrong("04", "next_word_distributions", "no bias", """
def next_word_distributions(H, Q, b_Q):
    z = H @ Q.T
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)
""", "The argument `b_Q` is never used")
wrong("04", "next_word_distributions", "logits", """
def next_word_distributions(H, Q, b_Q):
    return H @ Q.T + b_Q
""")
wrong("04", "next_word_distributions", "log-softmax", """
def next_word_distributions(H, Q, b_Q):
    z = H @ Q.T + b_Q
    z = z - z.max(1, keepdims=True)
    return z - np.log(np.exp(z).sum(1, keepdims=True))
""")
wrong("04", "next_word_distributions", "no keepdims", """
def next_word_distributions(H, Q, b_Q):
    z = H @ Q.T + b_Q
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1)
""")
wrong("04", "next_word_distributions", "rounded", """
def next_word_distributions(H, Q, b_Q):
    z = H @ Q.T + b_Q
    e = np.exp(z - z.max(1, keepdims=True))
    return np.round(e / e.sum(1, keepdims=True), 2)
""")
right("04", "next_word_distributions", "scipy-free logaddexp", """
def next_word_distributions(H, Q, b_Q):
    z = np.asarray(H) @ np.transpose(Q) + b_Q
    return np.exp(z - np.logaddexp.reduce(z, axis=-1)[:, None])
""")

# 04: last_states
wrong("04", "last_states", "ignores lengths", """
def last_states(U, lengths, W_u, W_h, b_h):
    h = np.zeros((len(U), len(b_h)))
    for t in range(U.shape[1]):
        h = np.tanh(U[:, t] @ W_u.T + h @ W_h.T + b_h)
    return h
""", "The argument `lengths` is never used")
wrong("04", "last_states", "multiplies by the mask", """
def last_states(U, lengths, W_u, W_h, b_h):
    h = np.zeros((len(U), len(b_h)))
    for t in range(U.shape[1]):
        h = np.tanh(U[:, t] @ W_u.T + h @ W_h.T + b_h) * (t < lengths)[:, None]
    return h
""")
wrong("04", "last_states", "global n", """
n = 3
def last_states(U, lengths, W_u, W_h, b_h):
    out = np.zeros((len(U), n))
    for i in range(len(U)):
        h = np.zeros(n)
        for t in range(lengths[i]):
            h = np.tanh(W_u @ U[i, t] + W_h @ h + b_h)
        out[i] = h[::-1]
    return out
""", "Your code reads `n`, which is 3 now")
wrong("04", "last_states", "one too many", """
def last_states(U, lengths, W_u, W_h, b_h):
    out = []
    for x, l in zip(U, lengths):
        h = np.zeros(len(b_h))
        for u in x[:l + 1]:
            h = np.tanh(W_u @ u + W_h @ h + b_h)
        out.append(h)
    return np.array(out)
""")
wrong("04", "last_states", "state not reset", """
def last_states(U, lengths, W_u, W_h, b_h):
    out = []
    h = np.zeros(len(b_h))
    for x, l in zip(U, lengths):
        for u in x[:l]:
            h = np.tanh(W_u @ u + W_h @ h + b_h)
        out.append(h)
    return np.array(out)
""")
wrong("04", "last_states", "break for continue", """
def last_states(U, lengths, W_u, W_h, b_h):
    out = np.zeros((len(U), len(b_h)))
    for i, l in enumerate(lengths):
        if l == 0:
            break
        h = np.zeros(len(b_h))
        for t in range(l):
            h = np.tanh(W_u @ U[i, t] + W_h @ h + b_h)
        out[i] = h
    return out
""")
right("04", "last_states", "np.where", """
def last_states(U, lengths, W_u, W_h, b_h):
    h = np.zeros((len(U), len(b_h)))
    for t in range(U.shape[1]):
        new = np.tanh(np.nan_to_num(U[:, t]) @ W_u.T + h @ W_h.T + b_h)
        h = np.where((t < np.asarray(lengths))[:, None], new, h)
    return h
""")

# 04: Reader
wrong("04", "Reader", "reset misses parentheses", """
class Reader:
    def __init__(self, W_u, W_h, b_h):
        self.W_u, self.W_h, self.b_h = W_u, W_h, b_h
        self.reset
    def reset(self):
        self.h = np.zeros(len(self.b_h))
    def read(self, U):
        out = []
        for u in U:
            self.h = np.tanh(self.W_u @ u + self.W_h @ self.h + self.b_h)
            out.append(self.h)
        return np.array(out).reshape(-1, len(self.b_h))
""", "has no attribute 'h'")
wrong("04", "Reader", "same array each time", """
class Reader:
    def __init__(self, W_u, W_h, b_h):
        self.W_u, self.W_h, self.b_h = W_u, W_h, b_h
        self.reset()
    def reset(self):
        self.h = np.zeros(len(self.b_h))
    def read(self, U):
        out = []
        for u in U:
            self.h[:] = np.tanh(self.W_u @ u + self.W_h @ self.h + self.b_h)
            out.append(self.h)
        return np.array(out).reshape(-1, len(self.b_h))
""", "append a copy")
wrong("04", "Reader", "index of an empty array", """
class Reader:
    def __init__(self, W_u, W_h, b_h):
        self.W_u, self.W_h, self.b_h = W_u, W_h, b_h
        self.reset()
    def reset(self):
        self.h = np.zeros(len(self.b_h))
    def read(self, U):
        H = np.zeros((len(U), len(self.b_h)))
        h = self.h
        for t, u in enumerate(U):
            H[t] = h = np.tanh(self.W_u @ u + self.W_h @ h + self.b_h)
        self.h = H[-1]
        return H
""", "is it empty")
wrong("04", "Reader", "starts anew at each piece", """
class Reader:
    def __init__(self, W_u, W_h, b_h):
        self.W_u, self.W_h, self.b_h = W_u, W_h, b_h
        self.reset()
    def reset(self):
        self.h = np.zeros(len(self.b_h))
    def read(self, U):
        h, out = np.zeros(len(self.b_h)), []
        for u in U:
            h = np.tanh(self.W_u @ u + self.W_h @ h + self.b_h)
            out.append(h)
        return np.array(out).reshape(-1, len(self.b_h))
""")
wrong("04", "Reader", "empty piece has shape (0,)", """
class Reader:
    def __init__(self, W_u, W_h, b_h):
        self.W_u, self.W_h, self.b_h = W_u, W_h, b_h
        self.reset()
    def reset(self):
        self.h = np.zeros(len(self.b_h))
    def read(self, U):
        out = []
        for u in U:
            self.h = np.tanh(self.W_u @ u + self.W_h @ self.h + self.b_h)
            out.append(self.h)
        return np.array(out)
""", "wrong shape")
wrong("04", "Reader", "a method instead of its value", """
class Reader:
    def __init__(self, W_u, W_h, b_h):
        self.W_u, self.W_h, self.b_h = W_u, W_h, b_h
        self.reset()
    def reset(self):
        self.h = np.zeros(len(self.b_h))
    def step(self, u):
        self.h = np.tanh(self.W_u @ u + self.W_h @ self.h + self.b_h)
        return self.h
    def read(self, U):
        return np.array([self.step for u in U])
""")
right("04", "Reader", "closure", """
def Reader(W_u, W_h, b_h):
    class It:
        h = np.zeros(len(b_h))
        def reset(self):
            self.h = np.zeros(len(b_h))
        def read(self, U):
            H = np.zeros((len(U), len(b_h)))
            for t in range(len(U)):
                self.h = np.tanh(W_u @ U[t] + W_h @ self.h + b_h)
                H[t] = self.h
            return H
    return It()
""")

# 05: batches
wrong("05", "batches", "targets inside the strip", """
def batches(ids, rows, window):
    n = (len(ids) - 1) // rows
    x = ids[:n * rows].reshape(rows, n)
    return [(x[:, i:i + window], np.roll(x, -1, 1)[:, i:i + window]) for i in range(0, n, window)]
""")
wrong("05", "batches", "drops the last window", """
def batches(ids, rows, window):
    n = (len(ids) - 1) // rows
    x = ids[:n * rows].reshape(rows, n); y = ids[1:n * rows + 1].reshape(rows, n)
    return [(x[:, i:i + window], y[:, i:i + window]) for i in range(0, n - window + 1, window)]
""")
wrong("05", "batches", "generator", """
def batches(ids, rows, window):
    n = (len(ids) - 1) // rows
    x = ids[:n * rows].reshape(rows, n); y = ids[1:n * rows + 1].reshape(rows, n)
    for i in range(0, n, window):
        yield x[:, i:i + window], y[:, i:i + window]
""", "`yield`")
wrong("05", "batches", "rows and columns", """
def batches(ids, rows, window):
    n = (len(ids) - 1) // rows
    x = ids[:n * rows].reshape(n, rows).T; y = ids[1:n * rows + 1].reshape(n, rows).T
    return [(x[:, i:i + window], y[:, i:i + window]) for i in range(0, n, window)]
""")
wrong("05", "batches", "pairs the other way round", """
def batches(ids, rows, window):
    n = (len(ids) - 1) // rows
    x = ids[:n * rows].reshape(rows, n); y = ids[1:n * rows + 1].reshape(rows, n)
    return [(y[:, i:i + window], x[:, i:i + window]) for i in range(0, n, window)]
""")
right("05", "batches", "array_split free", """
def batches(ids, rows, window):
    n = (len(ids) - 1) // rows
    out, i = [], 0
    starts = np.arange(rows)[:, None] * n
    while i < n:
        at = starts + np.arange(i, min(i + window, n))
        out.append((ids[at], ids[at + 1]))
        i += window
    return out
""")

# 05: fed_words
wrong("05", "fed_words", "own guess of this step", """
def fed_words(x, guess, forced):
    fed = np.where(forced, x[:-1], guess[x[:-1]])
    return fed, guess[fed] == x[1:]
""")
wrong("05", "fed_words", "right if it equals what is fed", """
def fed_words(x, guess, forced):
    fed = []
    for t in range(len(forced)):
        fed.append(x[t] if forced[t] else guess[fed[-1]])
    return np.array(fed), np.array(fed) == x[:-1]
""")
wrong("05", "fed_words", "forgets forced", """
def fed_words(x, guess, forced):
    return x[:-1], guess[x[:-1]] == x[1:]
""", "The argument `forced` is never used")
wrong("05", "fed_words", "swapped", """
def fed_words(x, guess, forced):
    fed = []
    for t in range(len(forced)):
        fed.append(x[t] if forced[t] else guess[fed[-1]])
    fed = np.array(fed)
    return guess[fed] == x[1:], fed
""")

# 05: reach
wrong("05", "reach", "carried ignored", """
def reach(steps, window, carried):
    t = np.arange(steps)
    return t % window + 1, t % window + 1
""", "The argument `carried` is never used")
wrong("05", "reach", "off by one", """
def reach(steps, window, carried):
    t = np.arange(steps)
    return (t if carried else t % window), t % window
""")
wrong("05", "reach", "gradient reaches as far as the context", """
def reach(steps, window, carried):
    t = np.arange(1, steps + 1)
    c = t if carried else (t - 1) % window + 1
    return c, c
""")
wrong("05", "reach", "swapped", """
def reach(steps, window, carried):
    t = np.arange(steps)
    c = t + 1 if carried else t % window + 1
    return t % window + 1, c
""")
right("05", "reach", "lists", """
def reach(steps, window, carried):
    g = [t % window + 1 for t in range(steps)]
    return (list(range(1, steps + 1)) if carried else g), g
""")

# 05: update
wrong("05", "update", "+= loses repeated words", """
def update(Q, x, y, rate):
    e = np.exp(Q[x] - Q[x].max(-1, keepdims=True)); p = e / e.sum(-1, keepdims=True)
    loss = -np.log(np.take_along_axis(p, y[..., None], -1)).mean()
    g = p.copy()
    b, t = np.indices(x.shape); g[b, t, y] -= 1
    new = Q.copy(); new[x] -= rate * g / x.size
    return new, loss
""")
wrong("05", "update", "not divided", """
def update(Q, x, y, rate):
    e = np.exp(Q[x] - Q[x].max(-1, keepdims=True)); p = e / e.sum(-1, keepdims=True)
    loss = -np.log(np.take_along_axis(p, y[..., None], -1)).mean()
    g = p.copy()
    b, t = np.indices(x.shape); g[b, t, y] -= 1
    new = Q.copy(); np.add.at(new, x, -rate * g)
    return new, loss
""")
wrong("05", "update", "ascent", """
def update(Q, x, y, rate):
    e = np.exp(Q[x] - Q[x].max(-1, keepdims=True)); p = e / e.sum(-1, keepdims=True)
    loss = -np.log(np.take_along_axis(p, y[..., None], -1)).mean()
    g = p.copy()
    b, t = np.indices(x.shape); g[b, t, y] -= 1
    new = Q.copy(); np.add.at(new, x, rate * g / x.size)
    return new, loss
""")
wrong("05", "update", "changes Q", """
def update(Q, x, y, rate):
    e = np.exp(Q[x] - Q[x].max(-1, keepdims=True)); p = e / e.sum(-1, keepdims=True)
    loss = -np.log(np.take_along_axis(p, y[..., None], -1)).mean()
    g = p.copy()
    b, t = np.indices(x.shape); g[b, t, y] -= 1
    np.add.at(Q, x, -rate * g / x.size)
    return Q, loss
""", "changes its input in place")

# 05: stopping
wrong("05", "stopping", "counter never reset", """
def stopping(losses, patience):
    best, at, waited = np.inf, 0, 0
    for i, l in enumerate(losses):
        if l < best:
            best, at = l, i
        else:
            waited += 1
        if waited == patience:
            return i + 1, at
    return len(losses), at
""")
wrong("05", "stopping", "compares with the one before", """
def stopping(losses, patience):
    waited, at = 0, 0
    for i in range(1, len(losses)):
        if losses[i] < losses[i - 1]:
            waited = 0
            at = i
        else:
            waited += 1
            if waited == patience:
                return i + 1, at
    return len(losses), at
""")
wrong("05", "stopping", "index for count", """
def stopping(losses, patience):
    best, at, waited = np.inf, 0, 0
    for i, l in enumerate(losses):
        if l < best:
            best, at, waited = l, i, 0
        else:
            waited += 1
            if waited == patience:
                return i, at
    return len(losses) - 1, at
""")
wrong("05", "stopping", "never stops", """
def stopping(losses, patience):
    return len(losses), int(np.nanargmin(losses))
""", "The argument `patience` is never used")
wrong("05", "stopping", "skips NaN", """
def stopping(losses, patience):
    best, at, waited = np.inf, 0, 0
    for i, l in enumerate(losses):
        if np.isnan(l):
            continue
        if l < best:
            best, at, waited = l, i, 0
        else:
            waited += 1
            if waited == patience:
                return i + 1, at
    return len(losses), at
""")
wrong("05", "stopping", "endless", """
def stopping(losses, patience):
    i = 0
    while i < len(losses):
        best = min(losses)
    return i, best
""", "longer than")

# 06: two_paths
wrong("06", "two_paths", "values for derivatives", """
def two_paths(t):
    return 3 * t ** 2, (t - 1) ** 2, 3 * t ** 2 + (t - 1) ** 2
""")
wrong("06", "two_paths", "no inner derivative", """
def two_paths(t):
    return 3, 2 * (t - 1), 3 + 2 * (t - 1)
""")
wrong("06", "two_paths", "product", """
def two_paths(t):
    a, b = 6 * t, 2 * (t - 1)
    return a, b, a * b
""")
wrong("06", "two_paths", "only the sum", """
def two_paths(t):
    return 6 * t + 2 * (t - 1)
""")
wrong("06", "two_paths", "power with ^", """
def two_paths(t):
    return 6 * t, (t - 1) ^ 2, 1
""")
right("06", "two_paths", "numpy array", """
def two_paths(t):
    paths = np.array([3 * 2 * t, 2 * (t - 1) * 1])
    return (*paths, paths.sum())
""")

# 06: product_of_paths
wrong("06", "product_of_paths", "math for arrays", """
import math
def product_of_paths(t):
    return 2 * math.exp(2 * t) * math.cos(t) - math.exp(2 * t) * math.sin(t)
""")
wrong("06", "product_of_paths", "sign of sin", """
def product_of_paths(t):
    return np.exp(2 * t) * (2 * np.cos(t) + np.sin(t))
""")
wrong("06", "product_of_paths", "one path", """
def product_of_paths(t):
    return 2 * np.exp(t) * np.cos(t)
""")
wrong("06", "product_of_paths", "forward difference", """
def product_of_paths(t):
    f = lambda s: np.exp(s) ** 2 * np.cos(s)
    return (f(t + 1e-2) - f(t)) / 1e-2
""")
wrong("06", "product_of_paths", "degrees", """
def product_of_paths(t):
    c, s = np.cos(np.deg2rad(t)), np.sin(np.deg2rad(t))
    return np.exp(2 * t) * (2 * c - s)
""")
right("06", "product_of_paths", "complex step", """
def product_of_paths(t):
    z = np.asarray(t) + 1e-30j
    return (np.exp(2 * z) * np.cos(z)).imag / 1e-30
""")
right("06", "product_of_paths", "torch", """
import torch
def product_of_paths(t):
    x = torch.tensor(t, dtype=torch.float64, requires_grad=True)
    (x.exp() ** 2 * x.cos()).sum().backward()
    return x.grad
""")

# 06: node_gradients
wrong("06", "node_gradients", "order of the list", """
def node_gradients(edges, n):
    g = np.zeros(n + 1); g[n] = 1
    for i, j, d in edges:
        g[i] += g[j] * d
    return g
""")
wrong("06", "node_gradients", "overwrites", """
def node_gradients(edges, n):
    g = np.zeros(n + 1); g[n] = 1
    for i, j, d in sorted(edges, key=lambda e: -e[1]):
        g[i] = g[j] * d
    return g
""")
wrong("06", "node_gradients", "integers", """
def node_gradients(edges, n):
    g = np.zeros(n + 1, dtype=int); g[n] = 1
    for i, j, d in sorted(edges, key=lambda e: -e[1]):
        g[i] += g[j] * d
    return g
""", "array of integers")
wrong("06", "node_gradients", "own gradient left out", """
def node_gradients(edges, n):
    g = np.zeros(n + 1); g[n] = 1
    for i, j, d in sorted(edges, key=lambda e: -e[1]):
        g[i] += g[j] * d
    return g[:-1]
""", "last entry is missing")
wrong("06", "node_gradients", "dictionary", """
def node_gradients(edges, n):
    g = {n: 1.0}
    for i, j, d in sorted(edges, key=lambda e: -e[1]):
        g[i] = g.get(i, 0) + g[j] * d
    return g
""")
wrong("06", "node_gradients", "mutable default", """
def node_gradients(edges, n, g=[0.0] * 100):
    g[n] = 1
    for i, j, d in sorted(edges, key=lambda e: -e[1]):
        g[i] += g[j] * d
    return g[:n + 1]
""", "default value of `g`")
right("06", "node_gradients", "matrix inverse", """
def node_gradients(edges, n):
    A = np.zeros((n + 1, n + 1))
    for i, j, d in edges:
        A[i, j] += d
    return np.linalg.solve(np.eye(n + 1) - A, np.eye(n + 1)[:, n])
""")

# 06: weight_shares
wrong("06", "weight_shares", "no later factors", """
def weight_shares(w, h_0, u):
    h = [h_0]
    for x in u:
        h.append(np.tanh(w * h[-1] + x))
    return np.array([(1 - h[t + 1] ** 2) * h[t] for t in range(len(u))])
""")
wrong("06", "weight_shares", "state after", """
def weight_shares(w, h_0, u):
    h = [h_0]
    for x in u:
        h.append(np.tanh(w * h[-1] + x))
    g, out = 1.0, []
    for t in range(len(u), 0, -1):
        g *= 1 - h[t] ** 2
        out.append(g * h[t])
        g *= w
    return np.array(out[::-1])
""")
wrong("06", "weight_shares", "reversed", """
def weight_shares(w, h_0, u):
    h = [h_0]
    for x in u:
        h.append(np.tanh(w * h[-1] + x))
    g, out = 1.0, []
    for t in range(len(u), 0, -1):
        g *= 1 - h[t] ** 2
        out.append(g * h[t - 1])
        g *= w
    return np.array(out)
""")
wrong("06", "weight_shares", "no slope", """
def weight_shares(w, h_0, u):
    h = [h_0]
    for x in u:
        h.append(np.tanh(w * h[-1] + x))
    return np.array([w ** (len(u) - 1 - t) * h[t] for t in range(len(u))])
""")
wrong("06", "weight_shares", "the sum", """
def weight_shares(w, h_0, u):
    h = [h_0]
    for x in u:
        h.append(np.tanh(w * h[-1] + x))
    g, s = 1.0, 0.0
    for t in range(len(u), 0, -1):
        g *= 1 - h[t] ** 2
        s += g * h[t - 1]
        g *= w
    return s
""")
wrong("06", "weight_shares", "coarse differences", """
def weight_shares(w, h_0, u):
    def run(ws):
        h = h_0
        for a, x in zip(ws, u):
            h = np.tanh(a * h + x)
        return h
    base = [w] * len(u)
    out = []
    for t in range(len(u)):
        up = list(base); up[t] += 1e-3
        out.append((run(up) - run(base)) / 1e-3)
    return np.array(out)
""")

# 06: Number
wrong("06", "Number", "grad not reset", """
class Number:
    def __init__(self, data, edges=()):
        self.data, self.grad, self.edges = data, 0.0, edges
    def __add__(self, other):
        return Number(self.data + other.data, ((self, 1.0), (other, 1.0)))
    def __mul__(self, other):
        return Number(self.data * other.data, ((self, other.data), (other, self.data)))
    def tanh(self):
        y = np.tanh(self.data)
        return Number(y, ((self, 1 - y * y),))
    def backward(self, g=1.0):
        self.grad += g
        for child, d in self.edges:
            child.backward(g * d)
""")
wrong("06", "Number", "tanh slope 1 - y", """
class Number:
    def __init__(self, data, edges=()):
        self.data, self.grad, self.edges = data, 0.0, edges
    def __add__(self, other):
        return Number(self.data + other.data, ((self, 1.0), (other, 1.0)))
    def __mul__(self, other):
        return Number(self.data * other.data, ((self, other.data), (other, self.data)))
    def tanh(self):
        y = np.tanh(self.data)
        return Number(y, ((self, 1 - y),))
    def backward(self):
        order, seen = [], set()
        def visit(v):
            if id(v) not in seen:
                seen.add(id(v))
                for c, _ in v.edges:
                    visit(c)
                order.append(v)
        visit(self)
        for v in order:
            v.grad = 0.0
        self.grad = 1.0
        for v in reversed(order):
            for c, d in v.edges:
                c.grad += d * v.grad
""")
wrong("06", "Number", "tanh of a Number", """
class Number:
    def __init__(self, data, edges=()):
        self.data, self.grad, self.edges = data, 0.0, edges
    def __add__(self, other):
        return Number(self.data + other.data, ((self, 1.0), (other, 1.0)))
    def __mul__(self, other):
        return Number(self.data * other.data, ((self, other.data), (other, self.data)))
    def tanh(self):
        return Number(np.tanh(self), ((self, 1 - np.tanh(self) ** 2),))
    def backward(self):
        self.grad = 1.0
""")

# 10: lstm_parameters
wrong("10", "lstm_parameters", "three blocks", """
def lstm_parameters(m, n):
    return 3 * (n * m + n * n + n), 3 * (n * m + n * n + 2 * n)
""")
wrong("10", "lstm_parameters", "one number", """
def lstm_parameters(m, n):
    return 4 * (n * m + n * n + n)
""")
wrong("10", "lstm_parameters", "no bias", """
def lstm_parameters(m, n):
    return 4 * (n * m + n * n), 4 * (n * m + n * n + n)
""")
wrong("10", "lstm_parameters", "the other order", """
def lstm_parameters(m, n):
    return 4 * (n * m + n * n + 2 * n), 4 * (n * m + n * n + n)
""")

# 10: lstm_step
wrong("10", "lstm_step", "tanh on the cell left out", """
def lstm_step(u, h, c, p):
    gate = lambda k: sigmoid(p['U_' + k] @ u + p['W_' + k] @ h + p['b_' + k])
    new = np.tanh(p['U_c'] @ u + p['W_c'] @ h + p['b_c'])
    c = gate('f') * c + gate('i') * new
    return gate('o') * c, c
""")
wrong("10", "lstm_step", "gates exchanged", """
def lstm_step(u, h, c, p):
    gate = lambda k: sigmoid(p['U_' + k] @ u + p['W_' + k] @ h + p['b_' + k])
    new = np.tanh(p['U_c'] @ u + p['W_c'] @ h + p['b_c'])
    c = gate('i') * c + gate('f') * new
    return gate('o') * np.tanh(c), c
""")
wrong("10", "lstm_step", "pair exchanged", """
def lstm_step(u, h, c, p):
    gate = lambda k: sigmoid(p['U_' + k] @ u + p['W_' + k] @ h + p['b_' + k])
    new = np.tanh(p['U_c'] @ u + p['W_c'] @ h + p['b_c'])
    c = gate('f') * c + gate('i') * new
    return c, gate('o') * np.tanh(c)
""")
wrong("10", "lstm_step", "candidate by sigmoid", """
def lstm_step(u, h, c, p):
    gate = lambda k: sigmoid(p['U_' + k] @ u + p['W_' + k] @ h + p['b_' + k])
    new = np.tanh(p['U_c'] @ u + p['W_c'] @ h + p['b_c'])
    c = gate('f') * c + gate('i') * gate('c')
    return gate('o') * np.tanh(c), c
""")
wrong("10", "lstm_step", "old cell in the output", """
def lstm_step(u, h, c, p):
    gate = lambda k: sigmoid(p['U_' + k] @ u + p['W_' + k] @ h + p['b_' + k])
    new = np.tanh(p['U_c'] @ u + p['W_c'] @ h + p['b_c'])
    new_c = gate('f') * c + gate('i') * new
    return gate('o') * np.tanh(c), new_c
""")
wrong("10", "lstm_step", "coupled gates", """
def lstm_step(u, h, c, p):
    gate = lambda k: sigmoid(p['U_' + k] @ u + p['W_' + k] @ h + p['b_' + k])
    new = np.tanh(p['U_c'] @ u + p['W_c'] @ h + p['b_c'])
    f = gate('f')
    c = f * c + (1 - f) * new
    return gate('o') * np.tanh(c), c
""")
wrong("10", "lstm_step", "in place", """
def lstm_step(u, h, c, p):
    gate = lambda k: sigmoid(p['U_' + k] @ u + p['W_' + k] @ h + p['b_' + k])
    new = np.tanh(p['U_c'] @ u + p['W_c'] @ h + p['b_c'])
    c *= gate('f')
    c += gate('i') * new
    return gate('o') * np.tanh(c) + 1, c
""", "changes its input in place")
right("10", "lstm_step", "stacked", """
def lstm_step(u, h, c, p):
    f, i, o, g = (p[f'U_{k}'].dot(u) + p[f'W_{k}'].dot(h) + p[f'b_{k}'] for k in 'fioc')
    c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
    return np.tanh(c) / (1 + np.exp(-o)), c
""")

# 10: reorder_gates
wrong("10", "reorder_gates", "slices of n+1", """
def reorder_gates(stacked, given, wanted):
    n = len(stacked) // 4
    return np.concatenate([stacked[given.index(g) * n:(given.index(g) + 1) * n + 1] for g in wanted])
""")
wrong("10", "reorder_gates", "inverse order", """
def reorder_gates(stacked, given, wanted):
    parts = np.split(stacked, 4)
    return np.concatenate([parts[wanted.index(g)] for g in given])
""")
wrong("10", "reorder_gates", "unchanged", """
def reorder_gates(stacked, given, wanted):
    return stacked
""", "The argument `given` is never used")
wrong("10", "reorder_gates", "axis 1", """
def reorder_gates(stacked, given, wanted):
    parts = np.split(stacked, 4, axis=1)
    return np.concatenate([parts[given.index(g)] for g in wanted], axis=1)
""")
right("10", "reorder_gates", "dict zip", """
def reorder_gates(stacked, given, wanted):
    parts = dict(zip(given, np.reshape(stacked, (4, -1, *stacked.shape[1:]))))
    return np.vstack([parts[g] for g in wanted]) if stacked.ndim > 1 else np.hstack([parts[g] for g in wanted])
""")

# 10: HandMadeCell
right("10", "HandMadeCell", "F.linear and split", """
class HandMadeCell(nn.Module):
    def __init__(self, m, n):
        super().__init__()
        self.U, self.W, self.b = (nn.Parameter(torch.randn(*s) * .1) for s in ((4 * n, m), (4 * n, n), (4 * n,)))
    def forward(self, u, hc):
        a = nn.functional.linear(u, self.U, self.b) + nn.functional.linear(hc[0], self.W)
        i, f, g, o = a.split(a.shape[1] // 4, 1)
        c = torch.addcmul(f.sigmoid() * hc[1], i.sigmoid(), g.tanh())
        return o.sigmoid() * c.tanh(), c
""")
wrong("10", "HandMadeCell", "no super", """
class HandMadeCell(nn.Module):
    def __init__(self, m, n):
        self.U = nn.Parameter(torch.randn(4 * n, m))
        self.W = nn.Parameter(torch.randn(4 * n, n))
        self.b = nn.Parameter(torch.zeros(4 * n))
    def forward(self, u, state):
        h, c = state
        i, f, g, o = (u @ self.U.T + h @ self.W.T + self.b).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
""", "super().__init__()")
wrong("10", "HandMadeCell", "super without call", """
class HandMadeCell(nn.Module):
    def __init__(self, m, n):
        super.__init__()
        self.U = nn.Parameter(torch.randn(4 * n, m))
    def forward(self, u, state):
        h, c = state
        i, f, g, o = (u @ self.U.T + h @ self.W.T + self.b).chunk(4, dim=1)
        return h, c
""", "super().__init__()")
wrong("10", "HandMadeCell", "foward", """
class HandMadeCell(nn.Module):
    def __init__(self, m, n):
        super().__init__()
        self.U, self.W, self.b = (nn.Parameter(torch.randn(*s) * .1) for s in ((4 * n, m), (4 * n, n), (4 * n,)))
    def foward(self, u, state):
        h, c = state
        i, f, g, o = (u @ self.U.T + h @ self.W.T + self.b).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
""", "Your class has `foward`")
wrong("10", "HandMadeCell", "order i f o g", """
class HandMadeCell(nn.Module):
    def __init__(self, m, n):
        super().__init__()
        self.U, self.W, self.b = (nn.Parameter(torch.randn(*s) * .1) for s in ((4 * n, m), (4 * n, n), (4 * n,)))
    def forward(self, u, state):
        h, c = state
        i, f, o, g = (u @ self.U.T + h @ self.W.T + self.b).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
""")
wrong("10", "HandMadeCell", "numpy tanh", """
class HandMadeCell(nn.Module):
    def __init__(self, m, n):
        super().__init__()
        self.U, self.W, self.b = (nn.Parameter(torch.randn(*s) * .1) for s in ((4 * n, m), (4 * n, n), (4 * n,)))
    def forward(self, u, state):
        h, c = state
        i, f, g, o = (u @ self.U.T + h @ self.W.T + self.b).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * np.tanh(g.detach().numpy())
        return o.sigmoid() * c.tanh(), c
""")
wrong("10", "HandMadeCell", "c returned first", """
class HandMadeCell(nn.Module):
    def __init__(self, m, n):
        super().__init__()
        self.U, self.W, self.b = (nn.Parameter(torch.randn(*s) * .1) for s in ((4 * n, m), (4 * n, n), (4 * n,)))
    def forward(self, u, state):
        h, c = state
        i, f, g, o = (u @ self.U.T + h @ self.W.T + self.b).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return c, o.sigmoid() * c.tanh()
""")
wrong("10", "HandMadeCell", "only h", """
class HandMadeCell(nn.Module):
    def __init__(self, m, n):
        super().__init__()
        self.U, self.W, self.b = (nn.Parameter(torch.randn(*s) * .1) for s in ((4 * n, m), (4 * n, n), (4 * n,)))
    def forward(self, u, state):
        h, c = state
        i, f, g, o = (u @ self.U.T + h @ self.W.T + self.b).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh()
""")
wrong("10", "HandMadeCell", "no_grad", """
class HandMadeCell(nn.Module):
    def __init__(self, m, n):
        super().__init__()
        self.U, self.W, self.b = (nn.Parameter(torch.randn(*s) * .1) for s in ((4 * n, m), (4 * n, n), (4 * n,)))
    def forward(self, u, state):
        h, c = state
        i, f, g, o = (u @ self.U.T + h @ self.W.T + self.b).chunk(4, dim=1)
        with torch.no_grad():
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
""")
wrong("10", "HandMadeCell", "forward without self", """
class HandMadeCell(nn.Module):
    def __init__(self, m, n):
        super().__init__()
        self.U, self.W, self.b = (nn.Parameter(torch.randn(*s) * .1) for s in ((4 * n, m), (4 * n, n), (4 * n,)))
    def forward(u, state):
        return state
""", "the first of a method is `self`")

# 10: cell_path
wrong("10", "cell_path", "no reversal", """
def cell_path(F):
    return np.vstack([np.ones(F.shape[1]), np.cumprod(F, axis=0)])
""")
wrong("10", "cell_path", "first row missing", """
def cell_path(F):
    return np.cumprod(F[::-1], axis=0)
""", "wrong shape")
wrong("10", "cell_path", "same array appended", """
def cell_path(F):
    d = np.ones(F.shape[1])
    out = [d]
    for f in F[::-1]:
        d *= f
        out.append(d)
    return np.array(out)
""", "append a copy")
wrong("10", "cell_path", "squares", """
def cell_path(F):
    return np.vstack([np.ones(F.shape[1]), np.cumprod(F[::-1], axis=0)]) ** 2
""", "square of the right result")

# 10: steps_kept
wrong("10", "steps_kept", "inverse", """
def steps_kept(bias, left):
    return np.log(1 / (1 + np.exp(-bias))) / np.log(left)
""")
wrong("10", "steps_kept", "rounded up", """
def steps_kept(bias, left):
    return np.ceil(-np.log(left) / np.log1p(np.exp(-bias)))
""")
wrong("10", "steps_kept", "no log1p", """
def steps_kept(bias, left):
    return np.log(left) / np.log(1 / (1 + np.exp(-bias)))
""")
wrong("10", "steps_kept", "sign", """
def steps_kept(bias, left):
    return np.log(left) / np.logaddexp(0, -bias)
""")
right("10", "steps_kept", "logaddexp", """
def steps_kept(bias, left):
    return -np.log(left) / np.logaddexp(0, -bias)
""")

# 12: pad_batch
wrong("12", "pad_batch", "zeros", """
def pad_batch(sentences, pad):
    T = max(map(len, sentences))
    out = np.zeros((len(sentences), T), int)
    for i, s in enumerate(sentences):
        out[i, :len(s)] = s
    return out, np.array([len(s) for s in sentences])
""", "The argument `pad` is never used")
wrong("12", "pad_batch", "padding first", """
def pad_batch(sentences, pad):
    T = max(map(len, sentences))
    return np.array([[pad] * (T - len(s)) + s for s in sentences]), np.array([len(s) for s in sentences])
""")
wrong("12", "pad_batch", "changes the lists", """
def pad_batch(sentences, pad):
    lengths = [len(s) for s in sentences]
    for s in sentences:
        while len(s) < max(lengths):
            s.append(pad)
    return np.array(sentences), np.array(lengths) + 1
""", "changes its input in place")
wrong("12", "pad_batch", "rows times pad", """
def pad_batch(sentences, pad):
    T = max(map(len, sentences))
    rows = [[pad] * T] * len(sentences)
    for i, s in enumerate(sentences):
        for j, w in enumerate(s):
            rows[i][j] = w
    return np.array(rows), np.array([len(s) for s in sentences])
""")
right("12", "pad_batch", "zip_longest", """
from itertools import zip_longest
def pad_batch(sentences, pad):
    return np.array(list(zip(*zip_longest(*sentences, fillvalue=pad)))), [len(s) for s in sentences]
""")

# 12: masked_mean
wrong("12", "masked_mean", "mean over all", """
def masked_mean(H, lengths):
    return H.mean(1)
""", "The argument `lengths` is never used")
wrong("12", "masked_mean", "divided by T", """
def masked_mean(H, lengths):
    return np.array([H[i, :l].sum(0) / H.shape[1] for i, l in enumerate(lengths)])
""")
wrong("12", "masked_mean", "0/0", """
def masked_mean(H, lengths):
    return np.array([H[i, :l].mean(0) for i, l in enumerate(lengths)])
""", "NaN first comes up in line 2")
wrong("12", "masked_mean", "axis of units", """
def masked_mean(H, lengths):
    return np.array([H[i, :l].mean(1) if l else np.zeros(H.shape[2]) for i, l in enumerate(lengths)])
""")
right("12", "masked_mean", "cumsum", """
def masked_mean(H, lengths):
    out = np.zeros((H.shape[0], H.shape[2]))
    for i, l in enumerate(lengths):
        if l > 0:
            out[i] = np.average(H[i][:l], axis=0)
    return out
""")

# 12: masked_max
wrong("12", "masked_max", "max of all", """
def masked_max(H, lengths):
    return H.max(1)
""", "The argument `lengths` is never used")
wrong("12", "masked_max", "zeros in the padding", """
def masked_max(H, lengths):
    m = np.arange(H.shape[1]) < np.asarray(lengths)[:, None]
    return np.where(m[..., None], H, 0).max(1)
""")
wrong("12", "masked_max", "absolute", """
def masked_max(H, lengths):
    return np.array([np.abs(h[:l]).max(0) for h, l in zip(H, lengths)])
""")
wrong("12", "masked_max", "index for value", """
def masked_max(H, lengths):
    return np.array([h[:l].argmax(0) for h, l in zip(H, lengths)])
""")

# 12: last_real_state
wrong("12", "last_real_state", "index l", """
def last_real_state(H, lengths):
    return np.array([H[i, l] for i, l in enumerate(lengths)])
""")
wrong("12", "last_real_state", "index l - 1 for 0", """
def last_real_state(H, lengths):
    return H[np.arange(len(H)), np.asarray(lengths) - 1]
""")
wrong("12", "last_real_state", "[-1]", """
def last_real_state(H, lengths):
    return H[:, -1]
""", "The argument `lengths` is never used")

# 12: tagging_accuracy
wrong("12", "tagging_accuracy", "mean of means", """
def tagging_accuracy(scores, tags, lengths):
    return np.mean([(s[:l].argmax(1) == t[:l]).mean() for s, t, l in zip(scores, tags, lengths)])
""")
wrong("12", "tagging_accuracy", "all positions", """
def tagging_accuracy(scores, tags, lengths):
    return (scores.argmax(-1) == tags).mean()
""", "The argument `lengths` is never used")
wrong("12", "tagging_accuracy", "count", """
def tagging_accuracy(scores, tags, lengths):
    return sum((s[:l].argmax(1) == t[:l]).sum() for s, t, l in zip(scores, tags, lengths))
""")
wrong("12", "tagging_accuracy", "per cent", """
def tagging_accuracy(scores, tags, lengths):
    return 100 * sum((s[:l].argmax(1) == t[:l]).sum() for s, t, l in zip(scores, tags, lengths)) / sum(lengths)
""", "100 times the right ones")

# 12: attend
wrong("12", "attend", "softmax over all", """
def attend(s, H, lengths):
    z = np.einsum('bn,btn->bt', s, H)
    e = np.exp(z - z.max(1, keepdims=True))
    a = e / e.sum(1, keepdims=True)
    return a, np.einsum('bt,btn->bn', a, H)
""", "The argument `lengths` is never used")
wrong("12", "attend", "pair exchanged", """
def attend(s, H, lengths):
    z = np.einsum('bn,btn->bt', s, H)
    m = np.arange(H.shape[1]) < np.asarray(lengths)[:, None]
    z = np.where(m, z, -np.inf)
    e = np.exp(z - z.max(1, keepdims=True))
    a = e / e.sum(1, keepdims=True)
    return np.einsum('bt,btn->bn', a, H), a
""", "wrong shape")
right("12", "attend", "loop", """
def attend(s, H, lengths):
    A, M = np.zeros(H.shape[:2]), np.zeros_like(s)
    for i, l in enumerate(lengths):
        z = H[i, :l] @ s[i]
        w = np.exp(z - z.max())
        A[i, :l] = w / w.sum()
        M[i] = A[i, :l] @ H[i, :l]
    return A, M
""")

# 13: reversed_by_length
wrong("13", "reversed_by_length", "whole rows", """
def reversed_by_length(X, lengths):
    return X[:, ::-1]
""", "The argument `lengths` is never used")
wrong("13", "reversed_by_length", "view of itself", """
def reversed_by_length(X, lengths):
    out = X
    for i, l in enumerate(lengths):
        for j in range(l):
            out[i, j] = X[i, l - 1 - j]
    return out
""", "changes its input in place")
wrong("13", "reversed_by_length", "-l slice", """
def reversed_by_length(X, lengths):
    out = X.copy()
    for i, l in enumerate(lengths):
        out[i, :l] = X[i, -l:][::-1]
    return out
""")
right("13", "reversed_by_length", "index arithmetic", """
def reversed_by_length(X, lengths):
    t = np.arange(X.shape[1])
    l = np.asarray(lengths)[:, None]
    return np.take_along_axis(X, np.where(t < l, l - 1 - t, t), 1)
""")

# 13: bidirectional_states
wrong("13", "bidirectional_states", "backward order", """
def bidirectional_states(U, forward, backward):
    return np.hstack([rnn_states(U, *forward), rnn_states(U[::-1], *backward)])
""")
wrong("13", "bidirectional_states", "stacked below", """
def bidirectional_states(U, forward, backward):
    return np.vstack([rnn_states(U, *forward), rnn_states(U[::-1], *backward)[::-1]])
""", "wrong shape")
wrong("13", "bidirectional_states", "halves exchanged", """
def bidirectional_states(U, forward, backward):
    return np.hstack([rnn_states(U[::-1], *backward)[::-1], rnn_states(U, *forward)])
""")

# 13: is_causal
wrong("13", "is_causal", "always True", """
def is_causal(model, T, d):
    return True
""", "The argument `model` is never used")
wrong("13", "is_causal", "random small probe", """
def is_causal(model, T, d):
    X = np.zeros((T, d)); Y = X.copy(); Y[-1] = 1
    return np.allclose(model(X)[0], model(Y)[0])
""")

# 13: corrupt
wrong("13", "corrupt", "targets of changed words only", """
def corrupt(words, chosen, how, others, mask):
    x = np.where(chosen & (how == 0), mask, np.where(chosen & (how == 1), others, words))
    return x, np.where(x != words, words, -100)
""")
wrong("13", "corrupt", "chosen forgotten", """
def corrupt(words, chosen, how, others, mask):
    x = np.select([how == 0, how == 1], [mask, others], words)
    return x, np.where(chosen, words, -100)
""")
right("13", "corrupt", "choose", """
def corrupt(words, chosen, how, others, mask):
    x = np.where(chosen, np.choose(how, [np.full_like(words, mask), others, words]), words)
    t = np.full_like(words, -100); t[chosen] = words[chosen]
    return x, t
""")

# 14: stacked_lstm_parameters
wrong("14", "stacked_lstm_parameters", "every layer reads d", """
def stacked_lstm_parameters(d, n, layers):
    return layers * 4 * (n * d + n * n + n)
""")
wrong("14", "stacked_lstm_parameters", "two biases", """
def stacked_lstm_parameters(d, n, layers):
    return 4 * (n * d + n * n + 2 * n) + (layers - 1) * 4 * (2 * n * n + 2 * n)
""")

# 14: weight_shapes
wrong("14", "weight_shapes", "columns first", """
def weight_shapes(d, sizes):
    return [((a, b), (b, b)) for a, b in zip([d, *sizes], sizes)]
""")
wrong("14", "weight_shapes", "grows the list of the caller", """
def weight_shapes(d, sizes):
    sizes.insert(0, d)
    return [((b, a), (a, a)) for a, b in zip(sizes, sizes[1:])]
""", "changes its input in place")

# 14: stacked_step
wrong("14", "stacked_step", "old states below", """
def stacked_step(u, h, weights):
    out = []
    for l, (W_u, W_h, b) in enumerate(weights):
        below = u if l == 0 else h[l - 1]
        out.append(np.tanh(W_u @ below + W_h @ h[l] + b))
    return np.array(out)
""")
wrong("14", "stacked_step", "only the top", """
def stacked_step(u, h, weights):
    for l, (W_u, W_h, b) in enumerate(weights):
        u = np.tanh(W_u @ u + W_h @ h[l] + b)
    return u
""", "wrong shape")
wrong("14", "stacked_step", "first layer alone", """
def stacked_step(u, h, weights):
    out = np.zeros_like(h)
    for l, (W_u, W_h, b) in enumerate(weights):
        out[l] = u = np.tanh(W_u @ u + W_h @ h[l] + b)
        return out
""", "ends in its first round")
right("14", "stacked_step", "accumulate", """
from itertools import accumulate
def stacked_step(u, h, weights):
    step = lambda below, lw: np.tanh(lw[1][0] @ below + lw[1][1] @ lw[0] + lw[1][2])
    return list(accumulate(zip(h, weights), step, initial=u))[1:]
""")

# 14: stacked_states
wrong("14", "stacked_states", "lists of the last layer", """
def stacked_states(U, h_0, weights):
    X, last = U, []
    for h, (W_u, W_h, b) in zip(h_0, weights):
        H = []
        for u in X:
            h = np.tanh(W_u @ u + W_h @ h + b)
            H.append(h)
        X = np.array(H)
        last.append(h_0[0])
    return X, np.array(last)
""")

# 14: next_start
wrong("14", "next_start", "in place", """
def next_start(last, begins):
    last[:, begins] = 0
    return last
""", "changes its input in place")
wrong("14", "next_start", "the wrong rows", """
def next_start(last, begins):
    return np.where(begins[None, :, None], last, 0)
""")
wrong("14", "next_start", "first axis", """
def next_start(last, begins):
    new = last.copy(); new[begins] = 0
    return new
""")
right("14", "next_start", "multiply", """
def next_start(last, begins):
    return np.nan_to_num(last) * (1 - np.asarray(begins))[:, None]
""")

# 04: rnn_step
right("04", "rnn_step", "np.matmul and torch's tanh", """
import torch
def rnn_step(u, h, W_u, W_h, b_h):
    return torch.tanh(torch.as_tensor(np.matmul(W_u, u) + np.matmul(W_h, h) + b_h))
""")

# 04: next_word_distributions
right("04", "next_word_distributions", "torch softmax in rows", """
def next_word_distributions(H, Q, b_Q):
    rows = []
    for h in H:
        z = Q @ h + b_Q
        z -= max(z)
        rows.append([np.exp(v) / sum(np.exp(z)) for v in z])
    return rows
""")

# 06: two_paths
right("06", "two_paths", "Fraction", """
from fractions import Fraction
def two_paths(t):
    t = Fraction(t)
    return 6 * t, 2 * (t - 1), 8 * t - 2
""")

# 12: masked_max
right("12", "masked_max", "list comprehension of lists", """
def masked_max(H, lengths):
    return [[max(h[t][j] for t in range(l)) for j in range(H.shape[2])] for h, l in zip(H, lengths)]
""")

# 12: tagging_accuracy
right("12", "tagging_accuracy", "generator in sum", """
def tagging_accuracy(scores, tags, lengths):
    hits = [int(np.argmax(scores[i, t])) == tags[i, t] for i in range(len(tags)) for t in range(lengths[i])]
    return sum(hits) / len(hits)
""")

# 14: stacked_lstm_parameters
right("14", "stacked_lstm_parameters", "recursion", """
def stacked_lstm_parameters(d, n, layers):
    if layers == 0:
        return 0
    return 4 * n * (d + n + 1) + stacked_lstm_parameters(n, n, layers - 1)
""")

# 14: weight_shapes
right("14", "weight_shapes", "tuples of arrays", """
def weight_shapes(d, sizes):
    return tuple((np.array([n, m]), np.array([n, n])) for m, n in zip((d, *sizes), sizes))
""")
