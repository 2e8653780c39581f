"""More answers as students write them, from the prompts alone: chapters 1, 3, 7 to 9, 11, and gaps.

The same form as in ``students``, whose list they join.
"""

from bank.students import BANK, right, wrong

__all__ = ["BANK"]

# fmt: off

# 01: count_ngrams
right("01", "count_ngrams", "defaultdict and zip", """
from collections import defaultdict
def count_ngrams(tokens, n):
    counts = defaultdict(int)
    for gram in zip(*(tokens[i:] for i in range(n))):
        counts[gram] += 1
    return counts
""")
wrong("01", "count_ngrams", "lists joined to texts", """
def count_ngrams(tokens, n):
    counts = {}
    for i in range(len(tokens) - n + 1):
        gram = " ".join(str(t) for t in tokens[i:i + n])
        counts[gram] = counts.get(gram, 0) + 1
    return counts
""")
wrong("01", "count_ngrams", "a list as key", """
def count_ngrams(tokens, n):
    counts = {}
    for i in range(len(tokens) - n + 1):
        gram = tokens[i:i + n]
        if gram not in counts:
            counts[gram] = 0
        counts[gram] += 1
    return counts
""")
wrong("01", "count_ngrams", "runs that do not overlap", """
def count_ngrams(tokens, n):
    counts = {}
    for i in range(0, len(tokens) - n + 1, n):
        gram = tuple(tokens[i:i + n])
        counts[gram] = counts.get(gram, 0) + 1
    return counts
""")

# 01: next_word_distribution
right("01", "next_word_distribution", "bincount with minlength", """
def next_word_distribution(tokens, v, k):
    x = np.asarray(tokens)
    after = x[1:][x[:-1] == v]
    if after.size == 0:
        return np.full(k, 1 / k)
    return np.bincount(after, minlength=k) / after.size
""")
right("01", "next_word_distribution", "Counter and a list", """
from collections import Counter
def next_word_distribution(tokens, v, k):
    c = Counter(b for a, b in zip(tokens, tokens[1:]) if a == v)
    n = sum(c.values())
    return [c[w] / n if n else 1 / k for w in range(k)]
""")
wrong("01", "next_word_distribution", "divides by how often v occurs", """
def next_word_distribution(tokens, v, k):
    p = np.zeros(k)
    n = list(tokens).count(v)
    if n == 0:
        return np.ones(k) / k
    for i in range(len(tokens) - 1):
        if tokens[i] == v:
            p[tokens[i + 1]] += 1
    return p / n
""", "You divide by how often v occurs")
wrong("01", "next_word_distribution", "no uniform fallback", """
def next_word_distribution(tokens, v, k):
    p = np.zeros(k)
    for a, b in zip(tokens[:-1], tokens[1:]):
        if a == v:
            p[b] += 1
    return p / p.sum()
""", "line 6, `return p / p.sum()`: 0/0")
wrong("01", "next_word_distribution", "zeros when never seen", """
def next_word_distribution(tokens, v, k):
    p = np.zeros(k)
    for a, b in zip(tokens[:-1], tokens[1:]):
        if a == v:
            p[b] += 1
    total = p.sum()
    if total == 0:
        return p
    return p / total
""")
wrong("01", "next_word_distribution", "counts only", """
def next_word_distribution(tokens, v, k):
    counts = np.zeros(k)
    for i in range(len(tokens) - 1):
        if tokens[i] == v:
            counts[tokens[i + 1]] += 1
    if counts.sum() == 0:
        return np.ones(k) / k
    return counts
""")
wrong("01", "next_word_distribution", "all pairs as divisor", """
def next_word_distribution(tokens, v, k):
    counts = np.zeros(k)
    for i in range(len(tokens) - 1):
        if tokens[i] == v:
            counts[tokens[i + 1]] += 1
    if counts.sum() == 0:
        return np.ones(k) / k
    return counts / (len(tokens) - 1)
""")
wrong("01", "next_word_distribution", "words before v", """
def next_word_distribution(tokens, v, k):
    p = np.zeros(k)
    for i in range(1, len(tokens)):
        if tokens[i] == v:
            p[tokens[i - 1]] += 1
    return p / p.sum() if p.any() else np.full(k, 1 / k)
""")
wrong("01", "next_word_distribution", "a set of followers", """
def next_word_distribution(tokens, v, k):
    followers = {tokens[i + 1] for i in range(len(tokens) - 1) if tokens[i] == v}
    if not followers:
        return np.full(k, 1 / k)
    return np.array([1 / len(followers) if w in followers else 0 for w in range(k)])
""", "Each different follower counts once")
wrong("01", "next_word_distribution", "reaches beyond the end", """
def next_word_distribution(tokens, v, k):
    p = np.zeros(k)
    for i in range(len(tokens)):
        if tokens[i] == v:
            p[tokens[i + 1]] += 1
    if p.sum() == 0:
        return np.ones(k) / k
    return p / p.sum()
""")
wrong("01", "next_word_distribution", "add-one smoothing", """
def next_word_distribution(tokens, v, k):
    p = np.ones(k)
    for a, b in zip(tokens[:-1], tokens[1:]):
        if a == v:
            p[b] += 1
    return p / p.sum()
""")

# 01: log_probability
right("01", "log_probability", "a loop with math", """
import math
def log_probability(x, p_1, P):
    log = lambda q: math.log(q) if q > 0 else -math.inf
    return log(p_1[x[0]]) + sum(log(P[a][b]) for a, b in zip(x, x[1:]))
""")
wrong("01", "log_probability", "log of the product", """
def log_probability(x, p_1, P):
    p = p_1[x[0]]
    for t in range(1, len(x)):
        p = p * P[x[t - 1], x[t]]
    return np.log(p)
""")
wrong("01", "log_probability", "first word forgotten", """
def log_probability(x, p_1, P):
    total = 0
    for t in range(1, len(x)):
        total += np.log(P[x[t - 1], x[t]])
    return total
""")
wrong("01", "log_probability", "columns and rows", """
def log_probability(x, p_1, P):
    total = np.log(p_1[x[0]])
    for t in range(1, len(x)):
        total += np.log(P[x[t], x[t - 1]])
    return total
""")

# 01: kneser_ney_discount, continuation_probabilities, kneser_ney_bigram
wrong("01", "kneser_ney_discount", "keys counted", """
def kneser_ney_discount(counts):
    n1 = sum(c for c in counts.values() if c == 1)
    n2 = sum(c for c in counts.values() if c == 2)
    if n1 + n2 == 0:
        return 0
    return n1 / (n1 + 2 * n2)
""")
wrong("01", "continuation_probabilities", "rows instead of columns", """
def continuation_probabilities(C):
    seen = np.array(C) > 0
    return seen.sum(axis=1) / seen.sum()
""")
wrong("01", "continuation_probabilities", "divides by k", """
def continuation_probabilities(C):
    k = len(C)
    return np.array([np.count_nonzero(C[:, w]) / k for w in range(k)])
""")
right("01", "kneser_ney_bigram", "row by row", """
def kneser_ney_bigram(C, D):
    C = np.asarray(C, dtype=float)
    p_cont = np.count_nonzero(C, axis=0) / np.count_nonzero(C)
    rows = []
    for row in C:
        total = row.sum()
        if total == 0:
            rows.append(p_cont)
            continue
        rows.append((np.clip(row - D, 0, None) + D * np.count_nonzero(row) * p_cont) / total)
    return np.array(rows)
""")
wrong("01", "kneser_ney_bigram", "no redistribution by followers", """
def kneser_ney_bigram(C, D):
    p_cont = (C > 0).sum(axis=0) / (C > 0).sum()
    total = C.sum(axis=1, keepdims=True)
    safe = np.where(total == 0, 1, total)
    P = np.maximum(C - D, 0) / safe + D / safe * p_cont
    P[total[:, 0] == 0] = p_cont
    return P
""")
wrong("01", "kneser_ney_bigram", "unigram frequency in place of continuation", """
def kneser_ney_bigram(C, D):
    p_uni = C.sum(axis=0) / C.sum()
    total = C.sum(axis=1, keepdims=True)
    safe = np.where(total == 0, 1, total)
    kinds = (C > 0).sum(axis=1, keepdims=True)
    P = np.maximum(C - D, 0) / safe + D * kinds / safe * p_uni
    P[total[:, 0] == 0] = p_uni
    return P
""")

# 01: CountingModel
right("01", "CountingModel", "dictionary of counters", """
from collections import Counter, defaultdict
class CountingModel:
    def __init__(self, k):
        self.k = k
        self.after = defaultdict(Counter)
    def read(self, tokens):
        for a, b in zip(tokens, tokens[1:]):
            self.after[int(a)][int(b)] += 1
    def distribution(self, v):
        c = self.after[v]
        return np.array([(c[w] + 1) / (sum(c.values()) + self.k) for w in range(self.k)])
""")
wrong("01", "CountingModel", "class attribute", """
class CountingModel:
    counts = {}
    def __init__(self, k):
        self.k = k
    def read(self, tokens):
        for a, b in zip(tokens, tokens[1:]):
            self.counts[a, b] = self.counts.get((a, b), 0) + 1
    def distribution(self, v):
        row = np.array([self.counts.get((v, w), 0) for w in range(self.k)])
        return (row + 1) / (row.sum() + self.k)
""", "`counts` belongs to the class")
wrong("01", "CountingModel", "texts joined", """
class CountingModel:
    def __init__(self, k):
        self.k = k
        self.text = []
    def read(self, tokens):
        self.text.extend(tokens)
    def distribution(self, v):
        counts = np.zeros(self.k)
        for a, b in zip(self.text, self.text[1:]):
            if a == v:
                counts[b] += 1
        return (counts + 1) / (counts.sum() + self.k)
""")
wrong("01", "CountingModel", "read starts again", """
class CountingModel:
    def __init__(self, k):
        self.k = k
        self.C = np.zeros((k, k))
    def read(self, tokens):
        self.C = np.zeros((self.k, self.k))
        for i in range(len(tokens) - 1):
            self.C[tokens[i], tokens[i + 1]] += 1
    def distribution(self, v):
        return (self.C[v] + 1) / (self.C[v].sum() + self.k)
""")
wrong("01", "CountingModel", "index arrays count once", """
class CountingModel:
    def __init__(self, k):
        self.k = k
        self.C = np.zeros((k, k))
    def read(self, tokens):
        if len(tokens) > 1:
            self.C[tokens[:-1], tokens[1:]] += 1
    def distribution(self, v):
        return (self.C[v] + 1) / (self.C[v].sum() + self.k)
""")
wrong("01", "CountingModel", "no smoothing", """
class CountingModel:
    def __init__(self, k):
        self.k = k
        self.C = np.zeros((k, k))
    def read(self, tokens):
        for a, b in zip(tokens[:-1], tokens[1:]):
            self.C[a, b] += 1
    def distribution(self, v):
        if self.C[v].sum() == 0:
            return np.ones(self.k) / self.k
        return self.C[v] / self.C[v].sum()
""", "Add-one smoothing is missing")
wrong("01", "CountingModel", "self forgotten", """
class CountingModel:
    def __init__(self, k):
        self.k = k
        self.C = np.zeros((k, k))
    def read(self, tokens):
        for a, b in zip(tokens[:-1], tokens[1:]):
            C[a, b] += 1
    def distribution(self, v):
        return (self.C[v] + 1) / (self.C[v].sum() + self.k)
""")

# 02: perplexity
right("02", "perplexity", "torch", """
import torch
def perplexity(p):
    return torch.exp(-torch.log(torch.as_tensor(p, dtype=torch.float64)).mean())
""")
wrong("02", "perplexity", "sign forgotten", """
def perplexity(p):
    return np.exp(np.mean(np.log(p)))
""")
wrong("02", "perplexity", "product and root", """
def perplexity(p):
    product = 1.0
    for q in p:
        product *= q
    return (1 / product) ** (1 / len(p))
""")
wrong("02", "perplexity", "bits and nats mixed", """
def perplexity(p):
    loss = -np.sum(np.log(p)) / len(p)
    return 2 ** loss
""")
wrong("02", "perplexity", "sum, not mean", """
def perplexity(p):
    return np.exp(-np.sum(np.log(p)))
""")
wrong("02", "perplexity", "entropy of the list", """
def perplexity(p):
    H = -np.sum(p * np.log(p))
    return np.exp(H)
""", "You weight each −log p by p")
wrong("02", "perplexity", "mean of 1/p", """
def perplexity(p):
    return np.mean(1 / np.asarray(p))
""")
wrong("02", "perplexity", "zero skipped", """
def perplexity(p):
    logs = [np.log(q) for q in p if q > 0]
    return np.exp(-sum(logs) / len(logs))
""", "they should be infinite")
wrong("02", "perplexity", "math.log of 0", """
import math
def perplexity(p):
    s = 0
    for q in p:
        s += math.log(q)
    return math.exp(-s / len(p))
""", "`math.log(0)` is an error")

# 03
right("03", "window_parameters", "a generator unpacked", """
def window_parameters(k, w, d, m):
    shapes = [[(k, d)], [(m, w * d), (m,)], [(k, m), (k,)]]
    return [sum(int(np.prod(s)) for s in part) for part in shapes]
""")
wrong("03", "window_parameters", "embeddings for every place", """
def window_parameters(k, w, d, m):
    return k * d * w, m * w * d + m, k * m + k
""")
right("03", "window_input", "np.take", """
def window_input(words, E, w, pad):
    ids = [pad] * max(0, w - len(words)) + list(words)
    return np.take(E, ids[len(ids) - w:], axis=0).flatten()
""")
wrong("03", "window_input", "padding behind", """
def window_input(words, E, w, pad):
    last = list(words[-w:])
    while len(last) < w:
        last.append(pad)
    return np.concatenate([E[i] for i in last])
""")
wrong("03", "window_input", "zeros as padding", """
def window_input(words, E, w, pad):
    d = E.shape[1]
    u = np.zeros(w * d)
    last = words[-w:]
    if last:
        u[-len(last) * d:] = E[last].ravel()
    return u
""")
wrong("03", "window_input", "the first words", """
def window_input(words, E, w, pad):
    padded = [pad] * (w - len(words)) + list(words)
    return E[padded[:w]].reshape(-1)
""")
right("03", "softmax_rows", "logaddexp.reduce", """
def softmax_rows(Z):
    return np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, None])
""")
wrong("03", "softmax_rows", "columns", """
def softmax_rows(Z):
    e = np.exp(Z - Z.max(axis=0))
    return e / e.sum(axis=0)
""")
wrong("03", "softmax_rows", "clipped", """
def softmax_rows(Z):
    e = np.exp(np.clip(Z, -700, 700))
    return e / e.sum(axis=1, keepdims=True)
""")
wrong("03", "window_forward", "bias outside tanh", """
def window_forward(context, E, W, b_W, Q, b_Q):
    u = E[context].reshape(-1)
    h = np.tanh(W @ u) + b_W
    z = Q @ h + b_Q
    e = np.exp(z - z.max())
    return u, e / e.sum()
""")
wrong("03", "window_forward", "scores returned", """
def window_forward(context, E, W, b_W, Q, b_Q):
    u = np.concatenate([E[i] for i in context])
    h = np.tanh(W @ u + b_W)
    return u, Q @ h + b_Q
""")
right("03", "all_windows", "sliding_window_view", """
from numpy.lib.stride_tricks import sliding_window_view
def all_windows(ids, w):
    ids = np.asarray(ids)
    if len(ids) <= w:
        return np.empty((0, w), int), np.empty(0, int)
    return sliding_window_view(ids, w)[:-1], ids[w:]
""")
wrong("03", "all_windows", "nothing for short texts", """
def all_windows(ids, w):
    X = [ids[i:i + w] for i in range(len(ids) - w)]
    return np.array(X), np.array(ids[w:])
""")
wrong("03", "all_windows", "one window too many", """
def all_windows(ids, w):
    if len(ids) <= w:
        return np.zeros((0, w), dtype=int), np.zeros(0, dtype=int)
    X = np.array([ids[i:i + w] for i in range(len(ids) - w + 1)])
    return X, ids[w:]
""")

# 03: window_loss
right("03", "window_loss", "torch cross entropy", """
import torch
def window_loss(h, target, Q, b_Q):
    z = torch.as_tensor(Q @ h + b_Q)
    return torch.nn.functional.cross_entropy(z[None], torch.tensor([int(target)])).item()
""")
wrong("03", "window_loss", "log of softmax", """
def window_loss(h, target, Q, b_Q):
    z = Q @ h + b_Q
    e = np.exp(z - z.max())
    return -np.log(e[target] / e.sum())
""")
wrong("03", "window_loss", "plain exp", """
def window_loss(h, target, Q, b_Q):
    z = Q @ h + b_Q
    y = np.exp(z) / np.sum(np.exp(z))
    return -np.log(y[target])
""")
wrong("03", "window_loss", "epsilon", """
def window_loss(h, target, Q, b_Q):
    z = Q @ h + b_Q
    e = np.exp(z - np.max(z))
    p = e / e.sum()
    return -np.log(p[target] + 1e-12)
""")
wrong("03", "window_loss", "maximum not added back", """
def window_loss(h, target, Q, b_Q):
    z = Q @ h + b_Q
    return np.log(np.sum(np.exp(z - z.max()))) - z[target]
""")
wrong("03", "window_loss", "log-sum-exp by hand without the shift", """
def window_loss(h, target, Q, b_Q):
    z = Q @ h + b_Q
    return np.log(np.exp(z).sum()) - z[target]
""")
wrong("03", "window_loss", "sign", """
def window_loss(h, target, Q, b_Q):
    z = Q @ h + b_Q
    z = z - z.max()
    return z[target] - np.log(np.exp(z).sum())
""")
wrong("03", "window_loss", "bias forgotten", """
def window_loss(h, target, Q, b_Q):
    z = Q @ h
    m = z.max()
    return m + np.log(np.exp(z - m).sum()) - z[target]
""")
wrong("03", "window_loss", "base 2", """
def window_loss(h, target, Q, b_Q):
    z = Q @ h + b_Q
    z -= z.max()
    return (np.log(np.exp(z).sum()) - z[target]) / np.log(2)
""")
wrong("03", "place_tables", "blocks by reshape", """
def place_tables(E, W):
    k, d = E.shape
    m = W.shape[0]
    w = W.shape[1] // d
    blocks = W.reshape(w, m, d)
    return np.stack([E @ B.T for B in blocks])
""")
right("03", "place_tables", "einsum", """
def place_tables(E, W):
    m, d = len(W), E.shape[1]
    return np.einsum("mwd,kd->wkm", W.reshape(m, -1, d), E)
""")

# 05: batches
wrong("05", "batches", "floats", """
def batches(ids, rows, window):
    L = (len(ids) - 1) // rows
    x, y = np.zeros((rows, L)), np.zeros((rows, L))
    for r in range(rows):
        x[r] = ids[r * L:(r + 1) * L]
        y[r] = ids[r * L + 1:(r + 1) * L + 1]
    return [(x[:, i:i + window], y[:, i:i + window]) for i in range(0, L, window)]
""", "it has to be a whole number: give the array `dtype=int`")

# 05: stopping
right("05", "stopping", "while and min", """
def stopping(losses, patience):
    i, best = 1, 0
    while i < len(losses) and i - 1 - best < patience:
        if losses[i] < losses[best]:
            best = i
        i += 1
    return i, best
""")
wrong("05", "stopping", "argmin of all", """
def stopping(losses, patience):
    best, wait = np.inf, 0
    for i, loss in enumerate(losses):
        if loss < best:
            best, wait = loss, 0
        else:
            wait += 1
            if wait == patience:
                break
    return i + 1, int(np.argmin(losses))
""")
wrong("05", "stopping", "index as count", """
def stopping(losses, patience):
    best, at, wait = np.inf, 0, 0
    for i, loss in enumerate(losses):
        if loss < best:
            best, at, wait = loss, i, 0
        else:
            wait += 1
            if wait >= patience:
                return i, at
    return len(losses), at
""")
wrong("05", "stopping", "one more than patience", """
def stopping(losses, patience):
    best, at, wait = losses[0], 0, 0
    for i in range(1, len(losses)):
        if losses[i] < best:
            best, at, wait = losses[i], i, 0
        else:
            wait += 1
            if wait > patience:
                return i + 1, at
    return len(losses), at
""")
wrong("05", "stopping", "compared with the last loss", """
def stopping(losses, patience):
    wait, best = 0, 0
    for i in range(1, len(losses)):
        if losses[i] < losses[i - 1]:
            wait = 0
        else:
            wait += 1
        if losses[i] < losses[best]:
            best = i
        if wait == patience:
            return i + 1, best
    return len(losses), best
""")
wrong("05", "stopping", "equal counts as better", """
def stopping(losses, patience):
    best, at, wait = float("inf"), 0, 0
    for i, loss in enumerate(losses):
        if loss <= best:
            best, at, wait = loss, i, 0
        else:
            wait += 1
        if wait == patience:
            return i + 1, at
    return len(losses), at
""")
wrong("05", "stopping", "NaN seen as better", """
def stopping(losses, patience):
    best, at, wait = losses[0], 0, 0
    for i in range(1, len(losses)):
        if losses[i] >= best:
            wait += 1
            if wait == patience:
                return i + 1, at
        else:
            best, at, wait = losses[i], i, 0
    return len(losses), at
""")
wrong("05", "stopping", "best loss returned", """
def stopping(losses, patience):
    best, wait = np.inf, 0
    for i, loss in enumerate(losses):
        if loss < best:
            best, wait = loss, 0
        else:
            wait += 1
            if wait == patience:
                return i + 1, best
    return len(losses), best
""", "The second result is the best loss")
wrong("05", "stopping", "misses never reset", """
def stopping(losses, patience):
    best, at, bad = losses[0], 0, 0
    for i, loss in enumerate(losses):
        if loss < best:
            best = loss
            at = i
        elif i > 0:
            bad += 1
        if bad == patience:
            return i + 1, at
    return len(losses), at
""", "You add up all validations without a new best")

# 06: node_gradients
right("06", "node_gradients", "a dense matrix", """
def node_gradients(edges, n):
    A = np.zeros((n + 1, n + 1))
    for i, j, local in edges:
        A[i, j] += local
    return np.linalg.solve(np.eye(n + 1) - A, np.eye(n + 1)[:, n])
""")
wrong("06", "node_gradients", "in the given order", """
def node_gradients(edges, n):
    g = np.zeros(n + 1)
    g[n] = 1
    for i, j, local in reversed(edges):
        g[i] += local * g[j]
    return g
""")
wrong("06", "node_gradients", "sorted by the first node", """
def node_gradients(edges, n):
    g = np.zeros(n + 1)
    g[n] = 1
    for i, j, local in sorted(edges):
        g[i] += local * g[j]
    return g
""", "Only the edges into the last value count")
wrong("06", "node_gradients", "set, not added", """
def node_gradients(edges, n):
    g = np.zeros(n + 1)
    g[n] = 1
    for i, j, local in sorted(edges, key=lambda e: -e[1]):
        g[i] = local * g[j]
    return g
""")
wrong("06", "node_gradients", "dictionary loses double edges", """
def node_gradients(edges, n):
    local = {(i, j): d for i, j, d in edges}
    g = np.zeros(n + 1)
    g[n] = 1.0
    for j in range(n, -1, -1):
        for i in range(j):
            if (i, j) in local:
                g[i] += local[i, j] * g[j]
    return g
""")
wrong("06", "node_gradients", "forward mode from node 0", """
def node_gradients(edges, n):
    g = np.zeros(n + 1)
    g[0] = 1
    for i, j, local in sorted(edges, key=lambda e: e[1]):
        g[j] += local * g[i]
    return g
""", "collected forwards")
wrong("06", "node_gradients", "only direct edges", """
def node_gradients(edges, n):
    g = np.zeros(n + 1)
    g[n] = 1
    for i, j, local in edges:
        if j == n:
            g[i] += local
    return g
""", "Only the edges into the last value count")
wrong("06", "node_gradients", "last node stays 0", """
def node_gradients(edges, n):
    g = np.zeros(n + 1)
    for i, j, local in sorted(edges, key=lambda e: -e[1]):
        g[i] += local * g[j]
    return g
""")

# 06: Number
NUMBER = '''
class Number:
    def __init__(self, data, edges=()):
        self.data = data
        self.grad = 0.0
        self.edges = edges
    def __add__(self, other):
        return Number(self.data + other.data, [(self, 1.0), (other, 1.0)])
    def __mul__(self, other):
        return Number(self.data * other.data, [(self, other.data), (other, self.data)])
    def tanh(self):
        t = np.tanh(self.data)
        return Number(t, [(self, 1 - t**2)])
'''
right("06", "Number", "Kahn's order", NUMBER + """
    def backward(self):
        nodes, stack = {}, [self]
        while stack:
            v = stack.pop()
            if id(v) not in nodes:
                nodes[id(v)] = v
                stack += [e[0] for e in v.edges]
        users = dict.fromkeys(nodes, 0)
        for v in nodes.values():
            v.grad = 0.0
            for e, _ in v.edges:
                users[id(e)] += 1
        self.grad = 1.0
        ready = [self]
        while ready:
            v = ready.pop()
            for e, d in v.edges:
                e.grad += d * v.grad
                users[id(e)] -= 1
                if users[id(e)] == 0:
                    ready.append(e)
""")
wrong("06", "Number", "recursion along paths, never reset", NUMBER + """
    def backward(self, g=1.0):
        self.grad += g
        for v, local in self.edges:
            v.backward(g * local)
""")
wrong("06", "Number", "gradients overwritten", NUMBER + """
    def backward(self):
        self.grad = 1.0
        queue = [self]
        while queue:
            v = queue.pop(0)
            for u, local in v.edges:
                u.grad = local * v.grad
                queue.append(u)
""")
wrong("06", "Number", "breadth first, each node once, accumulates", NUMBER + """
    def backward(self):
        order, queue = [], [self]
        while queue:
            v = queue.pop(0)
            if v not in order:
                order.append(v)
                queue.extend(u for u, _ in v.edges)
        for v in order:
            v.grad = 0.0
        self.grad = 1.0
        for v in order:
            for u, local in v.edges:
                u.grad += local * v.grad
""")
wrong("06", "Number", "accumulates over calls", NUMBER + """
    def backward(self):
        order, seen = [], set()
        def visit(v):
            if v not in seen:
                seen.add(v)
                for u, _ in v.edges:
                    visit(u)
                order.append(v)
        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            for u, local in v.edges:
                u.grad += local * v.grad
""")
wrong("06", "Number", "tanh' of the data", NUMBER.replace("1 - t**2", "1 - self.data**2") + """
    def backward(self):
        order, seen = [], set()
        def visit(v):
            if v not in seen:
                seen.add(v)
                for u, _ in v.edges:
                    visit(u)
                order.append(v)
        visit(self)
        for v in order:
            v.grad = 0.0
        self.grad = 1.0
        for v in reversed(order):
            for u, local in v.edges:
                u.grad += local * v.grad
""")
wrong("06", "Number", "only one step back", NUMBER + """
    def backward(self):
        self.grad = 1.0
        for v, local in self.edges:
            v.grad = 0.0
        for v, local in self.edges:
            v.grad += local * self.grad
""", "direct inputs of the result only")

# 07
right("07", "logit_gradient", "np.eye", """
def logit_gradient(y_hat, x):
    return y_hat - np.eye(len(y_hat))[x]
""")
wrong("07", "logit_gradient", "sign", """
def logit_gradient(y_hat, x):
    e = np.zeros(len(y_hat))
    e[x] = 1
    return e - y_hat
""")
wrong("07", "logit_gradient", "derivative by y_hat", """
def logit_gradient(y_hat, x):
    g = np.zeros_like(y_hat)
    g[x] = -1 / y_hat[x]
    return g
""")
right("07", "step_jacobian", "numerical broadcasting", """
def step_jacobian(h, W_h):
    return (W_h.T * (1 - h * h)).T
""")
wrong("07", "step_jacobian", "wrong side", """
def step_jacobian(h, W_h):
    return W_h @ np.diag(1 - h ** 2)
""")
wrong("07", "step_jacobian", "tanh once more", """
def step_jacobian(h, W_h):
    return np.diag(1 - np.tanh(h) ** 2) @ W_h
""")
wrong("07", "state_derivative", "the other order", """
def state_derivative(H, W_h):
    n = W_h.shape[0]
    J = np.eye(n)
    for t in range(1, len(H)):
        J = J @ (np.diag(1 - H[t] ** 2) @ W_h)
    return J
""")
wrong("07", "state_derivative", "one factor too many", """
def state_derivative(H, W_h):
    J = np.eye(len(W_h))
    for h in H:
        J = np.diag(1 - h ** 2) @ W_h @ J
    return J
""")

BACKWARD = '''
def backward(p, U, targets, H, Y):
    T = len(U)
    g = {name: np.zeros_like(a, dtype=float) for name, a in p.items()}
    da = np.zeros(len(p["b_h"]))
    for t in reversed(range(T)):
        dz = Y[t].copy()
        dz[targets[t]] -= 1
        dz /= T
        dh = p["Q"].T @ dz + p["W_h"].T @ da
        da = (1 - H[t + 1] ** 2) * dh
        g["Q"] += np.outer(dz, H[t + 1])
        g["b_Q"] += dz
        g["W_u"] += np.outer(da, U[t])
        g["W_h"] += np.outer(da, H[t])
        g["b_h"] += da
    return g
'''
right("07", "backward", "matrices at the end", """
def backward(p, U, targets, H, Y):
    T, n = len(U), len(p["b_h"])
    dZ = (Y - np.eye(Y.shape[1])[targets]) / T
    dA = np.zeros((T + 1, n))
    for t in range(T - 1, -1, -1):
        dA[t] = (dZ[t] @ p["Q"] + dA[t + 1] @ p["W_h"]) * (1 - H[t + 1] ** 2)
    dA = dA[:-1]
    return dict(W_u=dA.T @ U, W_h=dA.T @ H[:-1], b_h=dA.sum(0), Q=dZ.T @ H[1:], b_Q=dZ.sum(0))
""")
wrong("07", "backward", "no mean", BACKWARD.replace("        dz /= T\n", ""))
wrong("07", "backward", "nothing from later steps", BACKWARD.replace(' + p["W_h"].T @ da', ""))
wrong("07", "backward", "W_h not transposed", BACKWARD.replace('p["W_h"].T @ da', 'p["W_h"] @ da'))
wrong("07", "backward", "new state in the outer product", BACKWARD.replace(
    'np.outer(da, H[t])', 'np.outer(da, H[t + 1])'))
wrong("07", "backward", "tanh' of the old state", BACKWARD.replace(
    "(1 - H[t + 1] ** 2)", "(1 - H[t] ** 2)"))
wrong("07", "backward", "forward through time", BACKWARD.replace("reversed(range(T))", "range(T)"))
wrong("07", "backward", "changes Y in place and only keeps the last", BACKWARD.replace("+=", "="),
      "Every step overwrites the gradients of the others")
wrong("07", "backward", "outer products the other way round", BACKWARD
      .replace("np.outer(dz, H[t + 1])", "np.outer(H[t + 1], dz)")
      .replace("np.outer(da, U[t])", "np.outer(U[t], da)")
      .replace("np.outer(da, H[t])", "np.outer(H[t], da)"))
wrong("07", "backward", "tanh' left out", BACKWARD.replace("(1 - H[t + 1] ** 2) * dh", "dh"))
wrong("07", "backward", "dh carried instead of da", BACKWARD.replace('p["W_h"].T @ da', 'da').replace(
    "        da = (1", "        da = (1"))
wrong("07", "backward", "b_h forgotten", BACKWARD.replace('        g["b_h"] += da\n', ""),
      "All values are 0, and should not be")
wrong("07", "truncated_gradient", "truncates the window", """
def truncated_gradient(p, targets, H, Y, K):
    T = len(targets)
    G = np.zeros_like(p["W_h"])
    dh_next = np.zeros(len(p["W_h"]))
    for t in reversed(range(max(0, T - K), T)):
        dz = Y[t].copy()
        dz[targets[t]] -= 1
        dh = p["Q"].T @ dz / T + dh_next
        da = (1 - H[t + 1] ** 2) * dh
        G += np.outer(da, H[t])
        dh_next = p["W_h"].T @ da
    return G
""", "the last K steps of the whole text")
wrong("07", "truncated_gradient", "one step too far", """
def truncated_gradient(p, targets, H, Y, K):
    T = len(targets)
    G = np.zeros_like(p["W_h"])
    for t in range(T):
        dz = Y[t].copy()
        dz[targets[t]] -= 1
        dh = p["Q"].T @ dz
        for s in range(t, max(-1, t - K - 1), -1):
            da = (1 - H[s + 1] ** 2) * dh
            G += np.outer(da, H[s])
            dh = p["W_h"].T @ da
    return G / T
""")

# 08
right("08", "two_numbers", "eigenvalues of W^T W", """
def two_numbers(W):
    return max(abs(np.linalg.eig(W)[0])), np.sqrt(np.linalg.eigvalsh(W.T @ W).max())
""")
wrong("08", "two_numbers", "largest eigenvalue without abs", """
def two_numbers(W):
    return np.linalg.eigvals(W).max(), np.linalg.norm(W, 2)
""")
wrong("08", "two_numbers", "Frobenius", """
def two_numbers(W):
    return np.abs(np.linalg.eigvals(W)).max(), np.linalg.norm(W)
""")
wrong("08", "power_norms", "powers of the norm", """
def power_norms(W, steps):
    s = np.linalg.norm(W, 2)
    return s ** np.arange(steps + 1)
""")
wrong("08", "power_norms", "entrywise power", """
def power_norms(W, steps):
    return np.array([np.linalg.norm(W ** i, 2) for i in range(steps + 1)])
""")
wrong("08", "norms_back", "state before", """
def norms_back(g, W_h, states):
    out = [np.linalg.norm(g)]
    for h in states[:-1][::-1]:
        g = W_h.T @ ((1 - h ** 2) * g)
        out.append(np.linalg.norm(g))
    return np.array(out)
""")
wrong("08", "verdict", "rho for all", """
def verdict(W_h, activation):
    beta = {"identity": 1, "tanh": 1, "logistic": 0.25}[activation]
    rho = np.abs(np.linalg.eigvals(W_h)).max() * beta
    if rho < 1:
        return "vanishes"
    return "explodes" if activation == "identity" else "open"
""")
right("08", "gradient_horizon", "a loop from the end", """
def gradient_horizon(norms, left):
    i = len(norms) - 1
    while norms[i] < left * norms[0]:
        i -= 1
    return i
""")
wrong("08", "gradient_horizon", "first place below", """
def gradient_horizon(norms, left):
    for i, v in enumerate(norms):
        if v < left * norms[0]:
            return i - 1
    return len(norms) - 1
""")
wrong("08", "shares", "norms", """
def shares(parts):
    n = np.array([np.linalg.norm(p) for p in parts])
    return n / n.sum()
""")

# 09
right("09", "clip_gradients", "math.hypot", """
import math
def clip_gradients(gradients, threshold):
    norm = math.sqrt(math.fsum(float(v) ** 2 for q in gradients for v in np.ravel(q))) if all(
        np.isfinite(q).all() for q in gradients) else math.nan
    if not norm > threshold:
        if norm != norm:
            norm = float(np.linalg.norm(np.concatenate([np.ravel(q) for q in gradients])))
        return [np.array(q) for q in gradients], norm
    return [np.asarray(q) * (threshold / norm) for q in gradients], norm
""")
wrong("09", "clip_gradients", "each array by itself", """
def clip_gradients(gradients, threshold):
    out, total = [], 0
    for q in gradients:
        n = np.linalg.norm(q)
        total += n ** 2
        out.append(q * threshold / n if n > threshold and np.isfinite(n) else q.copy())
    return out, np.sqrt(total)
""")
wrong("09", "clip_gradients", "infinity scaled", """
def clip_gradients(gradients, threshold):
    norm = np.sqrt(sum((q ** 2).sum() for q in gradients))
    if norm > threshold:
        return [q * threshold / norm for q in gradients], norm
    return [q.copy() for q in gradients], norm
""")
wrong("09", "turned_by", "radians", """
def turned_by(q, threshold):
    c = np.clip(q, -threshold, threshold)
    n = np.linalg.norm(q) * np.linalg.norm(c)
    if n == 0:
        return 0.0
    return np.arccos(min(1.0, q @ c / n))
""")
wrong("09", "turned_by", "cosine not capped", """
def turned_by(q, threshold):
    c = np.clip(q, -threshold, threshold)
    n = np.linalg.norm(q) * np.linalg.norm(c)
    return 0.0 if n == 0 else np.degrees(np.arccos(q @ c / n))
""", "arccos of a number outside")
wrong("09", "threshold_from", "filter first", """
def threshold_from(norms, factor, warm_up):
    norms = norms[np.isfinite(norms)][warm_up:]
    return factor * np.median(norms) if len(norms) else np.inf
""")
wrong("09", "clipped_in_pieces", "plain mean", """
def clipped_in_pieces(gradients, sizes, threshold):
    g = np.mean(gradients, axis=0)
    n = np.linalg.norm(g)
    return g * threshold / n if n > threshold else g
""")

# 11
right("10", "cell_path", "sums of logarithms", """
def cell_path(F):
    with np.errstate(divide="ignore"):
        return np.vstack([np.ones(F.shape[1]), np.exp(np.cumsum(np.log(F[::-1]), 0))])
""")
right("11", "log_sum_exp", "nan_to_num makes -inf finite", """
def log_sum_exp(z):
    m = np.nan_to_num(z.max())
    with np.errstate(all="ignore"):
        return m + np.log(np.exp(z - m).sum())
""")
right("11", "top_k", "argpartition", """
def top_k(p, k):
    out = np.zeros(len(p))
    keep = np.argpartition(-np.asarray(p), k - 1)[:k]
    out[keep] = np.asarray(p)[keep]
    return out / out.sum()
""")
wrong("11", "top_k", "not renormalised", """
def top_k(p, k):
    order = np.argsort(p)[::-1]
    q = np.zeros(len(p))
    q[order[:k]] = p[order[:k]]
    return q
""")
wrong("11", "nucleus", "crossing word left out", """
def nucleus(p, mass):
    order = np.argsort(-p)
    total, q = 0, np.zeros(len(p))
    for w in order:
        if total + p[w] > mass:
            break
        q[w] = p[w]
        total += p[w]
    return q / q.sum()
""")
wrong("11", "with_temperature", "temperature on the probabilities", """
def with_temperature(z, tau):
    e = np.exp(z - np.max(z))
    p = e / e.sum() / tau
    return p / p.sum()
""")
wrong("11", "generate", "argmax", """
def generate(word, randoms, E, W_u, W_h, b_h, Q, b_Q):
    h, out = np.zeros(len(b_h)), []
    for r in randoms:
        h = np.tanh(W_u @ E[word] + W_h @ h + b_h)
        word = int(np.argmax(Q @ h + b_Q))
        out.append(word)
    return out
""")

# 13: sentence_vectors
right("13", "sentence_vectors", "a list", """
def sentence_vectors(H, lengths):
    n = H.shape[2] // 2
    return [list(h[l - 1, :n]) + list(h[0, n:]) for h, l in zip(H, lengths)]
""")
wrong("13", "sentence_vectors", "last real word for both halves", """
def sentence_vectors(H, lengths):
    return np.array([H[i, l - 1] for i, l in enumerate(lengths)])
""")
wrong("13", "sentence_vectors", "last column", """
def sentence_vectors(H, lengths):
    n = H.shape[-1] // 2
    return np.concatenate([H[:, -1, :n], H[:, 0, n:]], axis=1)
""")
wrong("13", "sentence_vectors", "length as index", """
def sentence_vectors(H, lengths):
    n = H.shape[-1] // 2
    fw = H[np.arange(len(H)), lengths, :n]
    return np.concatenate([fw, H[:, 0, n:]], axis=1)
""")
wrong("13", "sentence_vectors", "halves the other way round", """
def sentence_vectors(H, lengths):
    n = H.shape[-1] // 2
    last = H[np.arange(len(H)), lengths - 1]
    first = H[:, 0]
    return np.hstack([first[:, :n], last[:, n:]])
""", "The ends are swapped")
wrong("13", "sentence_vectors", "a slice for each sentence", """
def sentence_vectors(H, lengths):
    n = H.shape[-1] // 2
    return np.concatenate([H[:, lengths - 1, :n], H[:, 0, n:]], axis=1)
""")
wrong("13", "sentence_vectors", "T for n", """
def sentence_vectors(H, lengths):
    b, T, n = H.shape
    out = np.zeros((b, 2 * n))
    for i in range(b):
        out[i, :n] = H[i, lengths[i] - 1, :n]
        out[i, n:] = H[i, 0, n:]
    return out
""")

# 14: stacked_states
right("14", "stacked_states", "step by step", """
def stacked_states(U, h_0, weights):
    h, top = [np.array(r) for r in h_0], []
    for x in U:
        for l, (A, B, b) in enumerate(weights):
            x = h[l] = np.tanh(A @ x + B @ h[l] + b)
        top.append(x)
    return np.array(top), np.array(h)
""")
wrong("14", "stacked_states", "every layer starts from zero", """
def stacked_states(U, h_0, weights):
    last = []
    for W_u, W_h, b_h in weights:
        h, states = np.zeros(len(b_h)), []
        for u in U:
            h = np.tanh(W_u @ u + W_h @ h + b_h)
            states.append(h)
        U = np.array(states)
        last.append(h)
    return U, np.array(last)
""")
wrong("14", "stacked_states", "state carried from layer to layer", """
def stacked_states(U, h_0, weights):
    h, last = h_0[0], []
    for W_u, W_h, b_h in weights:
        states = []
        for u in U:
            h = np.tanh(W_u @ u + W_h @ h + b_h)
            states.append(h)
        U = np.array(states)
        last.append(h)
    return U, np.array(last)
""")
wrong("14", "stacked_states", "every layer reads the inputs", """
def stacked_states(U, h_0, weights):
    last = []
    for l, (W_u, W_h, b_h) in enumerate(weights):
        h, states = h_0[l], []
        for u in U:
            h = np.tanh(W_u @ u + W_h @ h + b_h)
            states.append(h)
        last.append(h)
    return np.array(states), np.array(last)
""")
wrong("14", "stacked_states", "layer below one step late", """
def stacked_states(U, h_0, weights):
    h, top = np.array(h_0, float), []
    for u in U:
        new = h.copy()
        for l, (W_u, W_h, b_h) in enumerate(weights):
            x = u if l == 0 else h[l - 1]
            new[l] = np.tanh(W_u @ x + W_h @ h[l] + b_h)
        h = new
        top.append(h[-1])
    return np.array(top), h
""", "had one step earlier")
wrong("14", "stacked_states", "only the highest last state", """
def stacked_states(U, h_0, weights):
    X = U
    for l, (W_u, W_h, b_h) in enumerate(weights):
        h, states = h_0[l], []
        for x in X:
            h = np.tanh(W_u @ x + W_h @ h + b_h)
            states.append(h)
        X = np.array(states)
    return X, h
""")
wrong("14", "stacked_states", "all states of all layers", """
def stacked_states(U, h_0, weights):
    h, everything = np.array(h_0, float), []
    for u in U:
        x = u
        for l, (W_u, W_h, b_h) in enumerate(weights):
            h[l] = np.tanh(W_u @ x + W_h @ h[l] + b_h)
            x = h[l]
        everything.append(h)
    return np.array(everything)[:, -1], h
""")

# 12: attend; 15
wrong("12", "pad_batch", "floats", """
def pad_batch(sentences, pad):
    T = max(len(s) for s in sentences)
    X = np.ones((len(sentences), T)) * pad
    for i, s in enumerate(sentences):
        X[i, :len(s)] = s
    return X, np.array([len(s) for s in sentences])
""", "it has to be a whole number: give the array `dtype=int`")
wrong("12", "attend", "a mask of -1e4", """
def attend(s, H, lengths):
    scores = (H * s[:, None]).sum(-1)
    scores = np.where(np.arange(H.shape[1]) < lengths[:, None], scores, -1e4)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    a = e / e.sum(axis=1, keepdims=True)
    return a, np.einsum("bt,btn->bn", a, H)
""", "a large negative number")
wrong("12", "attend", "an additive mask of -1e4", """
def attend(s, H, lengths):
    scores = np.einsum("bn,btn->bt", s, H)
    real = np.arange(H.shape[1]) < lengths[:, None]
    scores = scores + np.where(real, 0, -1e4)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    a = e / e.sum(axis=1, keepdims=True)
    return a, np.einsum("bt,btn->bn", a, H)
""", "a large negative number")
right("15", "way_gone", "np.emath", """
def way_gone(model, baseline, language):
    return np.log2(baseline / model) / np.log2(baseline / language)
""")
wrong("15", "way_gone", "plain differences", """
def way_gone(model, baseline, language):
    return (baseline - model) / (baseline - language)
""")
wrong("15", "best_weight", "weight of q", """
def best_weight(p, q):
    grid = np.arange(0, 1.0005, 0.001)
    scores = [np.mean(np.log(a * q + (1 - a) * p + 1e-300)) for a in grid]
    return grid[int(np.argmax(scores))]
""")
