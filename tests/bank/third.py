"""Answers to the questions of byte-pair encoding, Viterbi, GRU, scans and their neighbours.

Written from the prompts alone, in the form of ``students``, whose list they join.
"""

from bank.second import BANK, right, wrong

__all__ = ["BANK"]

# fmt: off

# 01: complete
right("01", "complete", "sum first, sorted with a lambda", """
def complete(queries, typed, k):
    n = len(typed)
    fits = [(q[n:], c) for q, c in queries if q[:n] == typed]
    total = sum(c for _, c in fits)
    fits.sort(key=lambda x: -x[1])
    return [(rest, c / total) for rest, c in fits][:k]
""")
right("01", "complete", "heapq and tuples for pairs' lists", """
import heapq
from fractions import Fraction
def complete(queries, typed, k):
    fits = {tuple(q): c for q, c in queries if all(a == b for a, b in zip(q, typed)) and len(q) >= len(typed)}
    total = sum(fits.values())
    best = heapq.nlargest(k, fits, key=fits.get)
    return [(list(q[len(typed):]), float(Fraction(fits[q], total))) for q in best]
""")
wrong("01", "complete", "divided by all queries", """
def complete(queries, typed, k):
    total = sum(c for _, c in queries)
    fits = [(q[len(typed):], c / total) for q, c in queries if q[:len(typed)] == typed]
    fits.sort(key=lambda p: p[1], reverse=True)
    return fits[:k]
""")
wrong("01", "complete", "divided by the completions shown", """
def complete(queries, typed, k):
    fits = [(q[len(typed):], c) for q, c in queries if q[:len(typed)] == typed]
    fits.sort(key=lambda p: p[1], reverse=True)
    fits = fits[:k]
    total = sum(c for _, c in fits)
    return [(r, c / total) for r, c in fits]
""")
wrong("01", "complete", "whole queries", """
def complete(queries, typed, k):
    fits = [(q, c) for q, c in queries if q[:len(typed)] == typed]
    total = sum(c for _, c in fits)
    fits.sort(key=lambda p: -p[1])
    return [(q, c / total) for q, c in fits[:k]]
""")
wrong("01", "complete", "equal queries left out", """
def complete(queries, typed, k):
    fits = [(q[len(typed):], c) for q, c in queries if q[:len(typed)] == typed and len(q) > len(typed)]
    total = sum(c for _, c in fits)
    fits.sort(key=lambda p: -p[1])
    return [(q, c / total) for q, c in fits[:k]]
""")
wrong("01", "complete", "the first k, then sorted", """
def complete(queries, typed, k):
    fits = [(q[len(typed):], c) for q, c in queries if q[:len(typed)] == typed]
    total = sum(c for _, c in fits)
    return sorted([(q, c / total) for q, c in fits[:k]], key=lambda p: -p[1])
""")
wrong("01", "complete", "worst first", """
def complete(queries, typed, k):
    fits = [(q[len(typed):], c) for q, c in queries if q[:len(typed)] == typed]
    total = sum(c for _, c in fits)
    fits.sort(key=lambda p: p[1])
    return [(q, c / total) for q, c in fits[:k]]
""")
wrong("01", "complete", "counts", """
def complete(queries, typed, k):
    fits = [(q[len(typed):], c) for q, c in queries if q[:len(typed)] == typed]
    fits.sort(key=lambda p: -p[1])
    return fits[:k]
""")
wrong("01", "complete", "only the next word", """
def complete(queries, typed, k):
    n = len(typed)
    fits = [(q[n:n + 1], c) for q, c in queries if q[:n] == typed]
    total = sum(c for _, c in fits)
    fits.sort(key=lambda p: -p[1])
    return [(q, c / total) for q, c in fits[:k]]
""")
wrong("01", "complete", "joined texts and startswith", """
def complete(queries, typed, k):
    start = " ".join(typed)
    fits = [(q[len(typed):], c) for q, c in queries if " ".join(q).startswith(start)]
    total = sum(c for _, c in fits)
    fits.sort(key=lambda p: -p[1])
    return [(q, c / total) for q, c in fits[:k]]
""")
wrong("01", "complete", "the rest as a text", """
def complete(queries, typed, k):
    fits = [(" ".join(q[len(typed):]), c) for q, c in queries if q[:len(typed)] == typed]
    total = sum(c for _, c in fits)
    fits.sort(key=lambda p: -p[1])
    return [(q, c / total) for q, c in fits[:k]]
""")
wrong("01", "complete", "typed anywhere", """
def complete(queries, typed, k):
    fits = [(q[len(typed):], c) for q, c in queries if all(w in q for w in typed)]
    total = sum(c for _, c in fits)
    fits.sort(key=lambda p: -p[1])
    return [(q, c / total) for q, c in fits[:k]]
""")
wrong("01", "complete", "the number of fitting queries", """
def complete(queries, typed, k):
    fits = [(q[len(typed):], c) for q, c in queries if q[:len(typed)] == typed]
    fits.sort(key=lambda p: -p[1])
    return [(q, c / len(fits)) for q, c in fits[:k]]
""")

# 02: entropies
right("02", "entropies", "scipy", """
from scipy.stats import entropy
from scipy.special import xlogy
def entropies(p, q):
    cross = -xlogy(p, q).sum() / np.log(2)
    return entropy(p, base=2), cross, entropy(p, q, base=2)
""")
right("02", "entropies", "loops and math", """
import math
def entropies(p, q):
    h = sum(-a * math.log2(a) for a in p if a)
    hq = -sum(a * math.log2(b) for a, b in zip(p, q))
    return [h, hq, hq - h]
""")
wrong("02", "entropies", "nats", """
def entropies(p, q):
    m = p > 0
    h = -(p[m] * np.log(p[m])).sum()
    c = -(p * np.log(q)).sum()
    return h, c, c - h
""")
wrong("02", "entropies", "zeros not left out", """
def entropies(p, q):
    h = -(p * np.log2(p)).sum()
    c = -(p * np.log2(q)).sum()
    return h, c, c - h
""")
wrong("02", "entropies", "cross-entropy the other way round", """
def entropies(p, q):
    m = p > 0
    h = -(p[m] * np.log2(p[m])).sum()
    c = -(q[m] * np.log2(p[m])).sum()
    return h, c, c - h
""")
wrong("02", "entropies", "divergence with the wrong sign", """
def entropies(p, q):
    m = p > 0
    h = -(p[m] * np.log2(p[m])).sum()
    c = -(p[m] * np.log2(q[m])).sum()
    return h, c, h - c
""")
wrong("02", "entropies", "no minus", """
def entropies(p, q):
    m = p > 0
    h = (p[m] * np.log2(p[m])).sum()
    c = (p[m] * np.log2(q[m])).sum()
    return h, c, (p[m] * np.log2(p[m] / q[m])).sum()
""")
wrong("02", "entropies", "means instead of sums", """
def entropies(p, q):
    m = p > 0
    h = -(p[m] * np.log2(p[m])).mean()
    c = -(p[m] * np.log2(q[m])).mean()
    return h, c, c - h
""")
wrong("02", "entropies", "KL of q from p", """
def entropies(p, q):
    m = p > 0
    h = -(p[m] * np.log2(p[m])).sum()
    c = -(p[m] * np.log2(q[m])).sum()
    return h, c, (q[m] * np.log2(q[m] / p[m])).sum()
""")
wrong("02", "entropies", "a small number added", """
def entropies(p, q):
    h = -(p * np.log2(p + 1e-4)).sum()
    c = -(p * np.log2(q + 1e-4)).sum()
    return h, c, c - h
""")

# 02: guessing_bounds
right("02", "guessing_bounds", "a loop from one", """
def guessing_bounds(q):
    q = [*map(float, q), 0.0]
    low = up = 0
    for i in range(1, len(q)):
        low += i * (q[i - 1] - q[i]) * np.log2(i)
        up -= q[i - 1] * np.log2(q[i - 1]) if q[i - 1] else 0
    return low, up
""")
wrong("02", "guessing_bounds", "i from zero", """
def guessing_bounds(q):
    nxt = np.append(q[1:], 0)
    i = np.arange(len(q))
    low = (i * (q - nxt) * np.log2(np.maximum(i, 1))).sum()
    m = q > 0
    return low, -(q[m] * np.log2(q[m])).sum()
""")
wrong("02", "guessing_bounds", "without the last share", """
def guessing_bounds(q):
    i = np.arange(1, len(q))
    low = (i * (q[:-1] - q[1:]) * np.log2(i)).sum()
    m = q > 0
    return low, -(q[m] * np.log2(q[m])).sum()
""")
wrong("02", "guessing_bounds", "zeros give nan", """
def guessing_bounds(q):
    i = np.arange(1, len(q) + 1)
    low = (i * (q - np.append(q[1:], 0)) * np.log2(i)).sum()
    return low, -(q * np.log2(q)).sum()
""")
wrong("02", "guessing_bounds", "nats", """
def guessing_bounds(q):
    i = np.arange(1, len(q) + 1)
    low = (i * (q - np.append(q[1:], 0)) * np.log(i)).sum()
    m = q > 0
    return low, -(q[m] * np.log(q[m])).sum()
""")
wrong("02", "guessing_bounds", "swapped", """
def guessing_bounds(q):
    i = np.arange(1, len(q) + 1)
    low = (i * (q - np.append(q[1:], 0)) * np.log2(i)).sum()
    m = q > 0
    return -(q[m] * np.log2(q[m])).sum(), low
""")
wrong("02", "guessing_bounds", "no factor i", """
def guessing_bounds(q):
    i = np.arange(1, len(q) + 1)
    low = ((q - np.append(q[1:], 0)) * np.log2(i)).sum()
    m = q > 0
    return low, -(q[m] * np.log2(q[m])).sum()
""")
wrong("02", "guessing_bounds", "np.diff with its sign", """
def guessing_bounds(q):
    i = np.arange(1, len(q) + 1)
    low = (i * np.diff(np.append(q, 0)) * np.log2(i)).sum()
    m = q > 0
    return low, -(q[m] * np.log2(q[m])).sum()
""")

# 02: merge_step
right("02", "merge_step", "a deque, tuples inside", """
from collections import Counter, deque
def merge_step(words):
    c = Counter()
    for pieces, n in words:
        for pair in zip(pieces, pieces[1:]):
            c[pair] += n
    best = max(c, key=c.get)
    new = []
    for pieces, n in words:
        todo, done = deque(pieces), []
        while todo:
            a = todo.popleft()
            if todo and (a, todo[0]) == best:
                a += todo.popleft()
            done.append(a)
        new.append((done, n))
    return list(best), new
""")
right("02", "merge_step", "a copy that is changed by slices", """
def merge_step(words):
    counts = {}
    for w, n in words:
        for i in range(len(w) - 1):
            counts[w[i], w[i + 1]] = counts.get((w[i], w[i + 1]), 0) + n
    a, b = sorted(counts, key=lambda p: counts[p])[-1]
    out = []
    for w, n in words:
        w = w[:]
        i = 0
        while i < len(w) - 1:
            if w[i] == a and w[i + 1] == b:
                w[i:i + 2] = [a + b]
            i += 1
        out.append((w, n))
    return [a, b], out
""")
MERGE = """
from collections import Counter
def merge_step(words):
    c = Counter()
    for w, n in words:
        for pair in zip(w, w[1:]):
            c[pair] += {count}
    best = c.most_common(1)[0][0]
    new = []
    for w, n in words:
        out, i = [], 0
        while i < len(w):
            if tuple(w[i:i + 2]) == best:
                out.append({joined})
                i += {on}
            else:
                out.append(w[i])
                i += 1
        new.append((out, {kept}))
    return {pair}, new
"""
def merge(**changed):
    parts = {"count": "n", "joined": "w[i] + w[i + 1]", "on": "2", "kept": "n", "pair": "list(best)"}
    return MERGE.format(**parts | changed)
wrong("02", "merge_step", "each word once", merge(count="1"))
wrong("02", "merge_step", "goes on one place", merge(on="1"))
wrong("02", "merge_step", "the pair as one piece", merge(pair='"".join(best)'))
wrong("02", "merge_step", "the pair with a space", merge(joined='" ".join(best)'))
wrong("02", "merge_step", "joins as a tuple", merge(joined="(w[i], w[i + 1])"))
wrong("02", "merge_step", "counts lost", merge(kept="1"))
wrong("02", "merge_step", "only the first place in a word", """
from collections import Counter
def merge_step(words):
    c = Counter()
    for w, n in words:
        for pair in zip(w, w[1:]):
            c[pair] += n
    a, b = c.most_common(1)[0][0]
    new = []
    for w, n in words:
        w = list(w)
        for i in range(len(w) - 1):
            if w[i] == a and w[i + 1] == b:
                w[i:i + 2] = [a + b]
                break
        new.append((w, n))
    return [a, b], new
""")
wrong("02", "merge_step", "changes the given lists", """
from collections import Counter
def merge_step(words):
    c = Counter()
    for w, n in words:
        for pair in zip(w, w[1:]):
            c[pair] += n
    a, b = c.most_common(1)[0][0]
    for w, n in words:
        i = 0
        while i < len(w) - 1:
            if w[i] == a and w[i + 1] == b:
                w[i] = a + b
                del w[i + 1]
            i += 1
    return [a, b], words
""")
wrong("02", "merge_step", "joins text and replaces", """
from collections import Counter
def merge_step(words):
    c = Counter()
    for w, n in words:
        for pair in zip(w, w[1:]):
            c[pair] += n
    a, b = c.most_common(1)[0][0]
    new = [(" ".join(w).replace(a + " " + b, a + b).split(" "), n) for w, n in words]
    return [a, b], new
""")
wrong("02", "merge_step", "pairs across words", """
from collections import Counter
def merge_step(words):
    flat = [p for w, n in words for _ in range(n) for p in w]
    c = Counter(zip(flat, flat[1:]))
    a, b = c.most_common(1)[0][0]
    new = []
    for w, n in words:
        out = []
        for p in w:
            if out and out[-1] == a and p == b:
                out[-1] = a + b
            else:
                out.append(p)
        new.append((out, n))
    return [a, b], new
""")
wrong("02", "merge_step", "joins from the right", """
from collections import Counter
def merge_step(words):
    c = Counter()
    for w, n in words:
        for pair in zip(w, w[1:]):
            c[pair] += n
    a, b = c.most_common(1)[0][0]
    new = []
    for w, n in words:
        w, i = list(w), len(w) - 2
        while i >= 0:
            if i + 1 < len(w) and w[i] == a and w[i + 1] == b:
                w[i:i + 2] = [a + b]
                i -= 1
            i -= 1
        new.append((w, n))
    return [a, b], new
""")

# 02: perplexity_interval
right("02", "perplexity_interval", "statistics", """
import statistics as st
def perplexity_interval(nats, tokens, t):
    each = [float(a) / float(b) for a, b in zip(nats, tokens)]
    m, se = st.mean(each), st.stdev(each) / len(each) ** 0.5
    return float(np.exp(sum(nats) / sum(tokens))), float(np.exp(m - t * se)), float(np.exp(m + t * se))
""")
INTERVAL = """
def perplexity_interval(nats, tokens, t):
    x = {x}
    se = x.std(ddof={ddof}) / {root}
    middle = {middle}
    return {pooled}, {low}, {high}
"""
def interval(**changed):
    parts = {"x": "nats / tokens", "ddof": "1", "root": "np.sqrt(len(nats))", "middle": "x.mean()",
             "pooled": "np.exp(nats.sum() / tokens.sum())", "low": "np.exp(middle - t * se)", "high": "np.exp(middle + t * se)"}
    return INTERVAL.format(**parts | changed)
wrong("02", "perplexity_interval", "ddof 0", interval(ddof="0"))
wrong("02", "perplexity_interval", "no root of n", interval(root="1"))
wrong("02", "perplexity_interval", "divided by n", interval(root="len(nats)"))
wrong("02", "perplexity_interval", "root of the tokens", interval(root="np.sqrt(tokens.sum())"))
wrong("02", "perplexity_interval", "around the pooled loss", interval(middle="nats.sum() / tokens.sum()"))
wrong("02", "perplexity_interval", "the mean of documents for pooled", interval(pooled="np.exp(x.mean())"))
wrong("02", "perplexity_interval", "perplexities averaged", interval(x="np.exp(nats / tokens)", low="middle - t * se", high="middle + t * se"))
wrong("02", "perplexity_interval", "ends are losses", interval(low="middle - t * se", high="middle + t * se"))
wrong("02", "perplexity_interval", "all are losses", interval(pooled="nats.sum() / tokens.sum()", low="middle - t * se", high="middle + t * se"))
wrong("02", "perplexity_interval", "t left out", interval(low="np.exp(middle - se)", high="np.exp(middle + se)"))
wrong("02", "perplexity_interval", "upper before lower", interval(low="np.exp(middle + t * se)", high="np.exp(middle - t * se)"))
wrong("02", "perplexity_interval", "summed losses as observations", interval(x="nats"))

# 03: descend
right("03", "descend", "autograd", """
import torch
def descend(Q, b_Q, h, target, rate):
    Qt, bt = torch.tensor(Q, requires_grad=True), torch.tensor(b_Q, requires_grad=True)
    loss = torch.nn.functional.cross_entropy((Qt @ torch.tensor(h) + bt)[None], torch.tensor([target]))
    loss.backward()
    return (Qt - rate * Qt.grad).detach().numpy(), (bt - rate * bt.grad).detach().numpy()
""")
right("03", "descend", "one-hot by eye, broadcasting", """
def descend(Q, b_Q, h, target, rate):
    z = Q @ h + b_Q
    y = np.exp(z - np.logaddexp.reduce(z))
    e = y - np.eye(len(y))[target]
    return Q - rate * e[:, None] * h, b_Q - rate * e
""")
DESCEND = """
def descend(Q, b_Q, h, target, rate):
    z = Q @ h + b_Q
    y = np.exp({z})
    y = y / y.sum()
    {error}
    return Q {sign} rate * {outer}, b_Q {sign} rate * y
"""
def down(**changed):
    parts = {"z": "z - z.max()", "error": "y[target] -= 1", "sign": "-", "outer": "np.outer(y, h)"}
    return DESCEND.format(**parts | changed)
wrong("03", "descend", "uphill", down(sign="+"))
wrong("03", "descend", "overflow", down(z="z"))
wrong("03", "descend", "no one-hot", down(error="pass"))
wrong("03", "descend", "one-hot minus y", down(error="y = -y; y[target] += 1"))
wrong("03", "descend", "outer the other way", down(outer="np.outer(h, y)"))
wrong("03", "descend", "outer the other way, transposed back by reshape", down(outer="np.outer(h, y).reshape(Q.shape)"))
wrong("03", "descend", "only the target's row", down(error="y = np.where(np.arange(len(y)) == target, y - 1, 0)"))
wrong("03", "descend", "1 taken from all", down(error="y = y - 1"))
wrong("03", "descend", "in place", """
def descend(Q, b_Q, h, target, rate):
    z = Q @ h + b_Q
    y = np.exp(z - z.max())
    y = y / y.sum()
    y[target] -= 1
    Q -= rate * np.outer(y, h)
    b_Q -= rate * y
    return Q, b_Q
""")
wrong("03", "descend", "the gradients alone", """
def descend(Q, b_Q, h, target, rate):
    z = Q @ h + b_Q
    y = np.exp(z - z.max())
    y = y / y.sum()
    y[target] -= 1
    return np.outer(y, h), y
""")
wrong("03", "descend", "no rate", """
def descend(Q, b_Q, h, target, rate):
    z = Q @ h + b_Q
    y = np.exp(z - z.max())
    y = y / y.sum()
    y[target] -= 1
    return Q - np.outer(y, h), b_Q - y
""")
wrong("03", "descend", "biases forgotten in the scores", """
def descend(Q, b_Q, h, target, rate):
    z = Q @ h
    y = np.exp(z - z.max())
    y = y / y.sum()
    y[target] -= 1
    return Q - rate * np.outer(y, h), b_Q - rate * y
""")
wrong("03", "descend", "biases stay", """
def descend(Q, b_Q, h, target, rate):
    z = Q @ h + b_Q
    y = np.exp(z - z.max())
    y = y / y.sum()
    y[target] -= 1
    return Q - rate * np.outer(y, h), b_Q
""")
wrong("03", "descend", "biases with the new Q", """
def descend(Q, b_Q, h, target, rate):
    def err(Q):
        z = Q @ h + b_Q
        y = np.exp(z - z.max())
        y = y / y.sum()
        y[target] -= 1
        return y
    Q = Q - rate * np.outer(err(Q), h)
    return Q, b_Q - rate * err(Q)
""")

# 03: untied_and_tied
right("03", "untied_and_tied", "floats and a list", """
def untied_and_tied(k, d, w):
    tied = k * d + w * d ** 2 + d + k
    return [float(tied + k * d), float(tied)]
""")
wrong("03", "untied_and_tied", "tied without the output biases", """
def untied_and_tied(k, d, w):
    a = k * d + d * w * d + d + k * d + k
    return a, a - k * d - k
""")
wrong("03", "untied_and_tied", "no hidden biases", """
def untied_and_tied(k, d, w):
    a = k * d + d * w * d + k * d + k
    return a, a - k * d
""")
wrong("03", "untied_and_tied", "window counted once", """
def untied_and_tied(k, d, w):
    a = k * d + d * d + d + k * d + k
    return a, a - k * d
""")
wrong("03", "untied_and_tied", "tied first", """
def untied_and_tied(k, d, w):
    a = k * d + d * w * d + d + k * d + k
    return a - k * d, a
""")
wrong("03", "untied_and_tied", "the saving", """
def untied_and_tied(k, d, w):
    a = k * d + d * w * d + d + k * d + k
    return a, k * d
""")
wrong("03", "untied_and_tied", "no embeddings", """
def untied_and_tied(k, d, w):
    a = d * w * d + d + k * d + k
    return a, a - k * d
""")
wrong("03", "untied_and_tied", "embeddings for each place", """
def untied_and_tied(k, d, w):
    a = w * k * d + d * w * d + d + k * d + k
    return a, a - k * d
""")
wrong("03", "untied_and_tied", "no biases", """
def untied_and_tied(k, d, w):
    a = k * d + d * w * d + k * d
    return a, a - k * d
""")
wrong("03", "untied_and_tied", "both embeddings gone", """
def untied_and_tied(k, d, w):
    a = k * d + d * w * d + d + k * d + k
    return a, a - 2 * k * d
""")

# 09: forward_gradient
right("09", "forward_gradient", "lists, math", """
import math
def forward_gradient(w, u, h_0):
    H, S = [float(h_0)], [0.0]
    for x in u:
        H.append(math.tanh(w * H[-1] + x))
        S.append((1 - H[-1] ** 2) * (H[-2] + w * S[-1]))
    return H[1:], S[1:]
""")
FORWARD = """
def forward_gradient(w, u, h_0):
    h, s = h_0, {begin}
    H, S = [], []
    for x in u:
        new = np.tanh(w * h + x)
        s = {s}
        h = new
        H.append(h)
        S.append(s)
    return np.array(H), np.array(S)
"""
def forward(s="(1 - new ** 2) * (h + w * s)", begin="0.0"):
    return FORWARD.format(s=s, begin=begin)
wrong("09", "forward_gradient", "the new state in both", forward("(1 - new ** 2) * (new + w * s)"))
wrong("09", "forward_gradient", "the old state in both", forward("(1 - h ** 2) * (h + w * s)"))
wrong("09", "forward_gradient", "direct part only", forward("(1 - new ** 2) * h"))
wrong("09", "forward_gradient", "no slope of tanh", forward("h + w * s"))
wrong("09", "forward_gradient", "no w", forward("(1 - new ** 2) * (h + s)"))
wrong("09", "forward_gradient", "not squared", forward("(1 - new) * (h + w * s)"))
wrong("09", "forward_gradient", "begins at one", forward(begin="1.0"))
wrong("09", "forward_gradient", "slope on the second part only", forward("h + (1 - new ** 2) * w * s"))
wrong("09", "forward_gradient", "derivative by the input", forward("(1 - new ** 2) * (1 + w * s)"))
wrong("09", "forward_gradient", "h_0 taken as zero", """
def forward_gradient(w, u, h_0):
    h = s = 0.0
    H, S = [], []
    for x in u:
        new = np.tanh(w * h + x)
        s = (1 - new ** 2) * (h + w * s)
        h = new
        H.append(h); S.append(s)
    return np.array(H), np.array(S)
""")
wrong("09", "forward_gradient", "the start included", """
def forward_gradient(w, u, h_0):
    H, S = [h_0], [0.0]
    for x in u:
        H.append(np.tanh(w * H[-1] + x))
        S.append((1 - H[-1] ** 2) * (H[-2] + w * S[-1]))
    return np.array(H), np.array(S)
""")
wrong("09", "forward_gradient", "the last only", """
def forward_gradient(w, u, h_0):
    h, s = h_0, 0.0
    for x in u:
        new = np.tanh(w * h + x)
        s = (1 - new ** 2) * (h + w * s)
        h = new
    return h, s
""")
wrong("09", "forward_gradient", "coarse differences", """
def forward_gradient(w, u, h_0):
    def states(w):
        h, out = h_0, []
        for x in u:
            h = np.tanh(w * h + x)
            out.append(h)
        return np.array(out)
    return states(w), (states(w + 0.01) - states(w)) / 0.01
""")

# 10: lstm_states
LSTM = """
def step(u, h, c, p):
    g = {{k: p["U_" + k] @ u + p["W_" + k] @ h + p["b_" + k] for k in "cfio"}}
    c = sigmoid(g["f"]) * c + sigmoid(g["i"]) * np.tanh(g["c"])
    return sigmoid(g["o"]) * np.tanh(c), c
def lstm_states(U, h_0, c_0, p):
    {body}
"""
right("10", "lstm_states", "preallocated", LSTM.format(body="""H = np.zeros((len(U), len(h_0)))
    h, c = h_0, c_0
    for t, u in enumerate(U):
        H[t] = h = (s := step(u, h, c, p))[0]
        c = s[1]
    return H, h, c
"""))
wrong("10", "lstm_states", "empty piece breaks", LSTM.format(body="""H, h, c = [], h_0, c_0
    for u in U:
        h, c = step(u, h, c, p)
        H.append(h)
    return np.stack(H), h, c
"""))
wrong("10", "lstm_states", "empty piece has no columns", LSTM.format(body="""H, h, c = [], h_0, c_0
    for u in U:
        h, c = step(u, h, c, p)
        H.append(h)
    return np.array(H), h, c
"""))
wrong("10", "lstm_states", "h_0 never updated", LSTM.format(body="""H, h, c = np.zeros((len(U), len(h_0))), h_0, c_0
    for t, u in enumerate(U):
        h, c = step(u, h_0, c, p)
        H[t] = h
    return H, h, c
"""))
wrong("10", "lstm_states", "c_0 never updated", LSTM.format(body="""H, h, c = np.zeros((len(U), len(h_0))), h_0, c_0
    for t, u in enumerate(U):
        h, _ = step(u, h, c, p)
        H[t] = h
    return H, h, c
"""))
wrong("10", "lstm_states", "starts from zeros", LSTM.format(body="""n = len(h_0)
    H, h, c = np.zeros((len(U), n)), np.zeros(n), np.zeros(n)
    for t, u in enumerate(U):
        h, c = step(u, h, c, p)
        H[t] = h
    return H, h, c
"""))
wrong("10", "lstm_states", "cell states collected", LSTM.format(body="""H, h, c = np.zeros((len(U), len(h_0))), h_0, c_0
    for t, u in enumerate(U):
        h, c = step(u, h, c, p)
        H[t] = c
    return H, h, c
"""))
wrong("10", "lstm_states", "last two swapped", LSTM.format(body="""H, h, c = np.zeros((len(U), len(h_0))), h_0, c_0
    for t, u in enumerate(U):
        h, c = step(u, h, c, p)
        H[t] = h
    return H, c, h
"""))
wrong("10", "lstm_states", "the start included", LSTM.format(body="""H, h, c = [h_0], h_0, c_0
    for u in U:
        h, c = step(u, h, c, p)
        H.append(h)
    return np.array(H), h, c
"""))
wrong("10", "lstm_states", "read backwards", LSTM.format(body="""H, h, c = np.zeros((len(U), len(h_0))), h_0, c_0
    for t in reversed(range(len(U))):
        h, c = step(U[t], h, c, p)
        H[t] = h
    return H, h, c
"""))

# 10: gru_step
right("10", "gru_step", "stacked and split", """
def gru_step(u, h, p):
    U, W, b = (np.concatenate([p[f"{k}_{g}"] for g in "zr"]) for k in "UWb")
    z, r = np.split(1 / (1 + np.exp(-(U @ u + W @ h + b))), 2)
    c = np.tanh(np.dot(p["U_h"], u) + np.dot(p["W_h"], r * h) + p["b_h"])
    return h + z * (c - h)
""")
GRU = """
def gru_step(u, h, p):
    z = {gate}(p["U_z"] @ u + p["W_z"] @ h + p["b_z"])
    r = {gate}(p["U_r"] @ u + p["W_r"] @ h {b_r})
    c = {act}(p["U_h"] @ u + {inner} + p["b_h"])
    return {mix}
"""
def gru(**changed):
    parts = {"gate": "sigmoid", "b_r": '+ p["b_r"]', "act": "np.tanh", "inner": 'p["W_h"] @ (r * h)',
             "mix": "(1 - z) * h + z * c"}
    return GRU.format(**parts | changed)
wrong("10", "gru_step", "PyTorch's mixture", gru(mix="z * h + (1 - z) * c"))
wrong("10", "gru_step", "reset after the matrix", gru(inner='r * (p["W_h"] @ h)'))
wrong("10", "gru_step", "no reset gate", gru(inner='p["W_h"] @ h'))
wrong("10", "gru_step", "tanh as gate", gru(gate="np.tanh"))
wrong("10", "gru_step", "sigmoid for the candidate", gru(act="sigmoid"))
wrong("10", "gru_step", "no bias in r", gru(b_r=""))
wrong("10", "gru_step", "candidate linear", gru(act=""))
wrong("10", "gru_step", "old state lost", gru(mix="z * c"))
wrong("10", "gru_step", "r in the mixture", gru(mix="(1 - r) * h + r * c"))
wrong("10", "gru_step", "z resets", gru(inner='p["W_h"] @ (z * h)'))
wrong("10", "gru_step", "candidate alone", gru(mix="c"))
wrong("10", "gru_step", "not 1 - z", gru(mix="h + z * c"))
wrong("10", "gru_step", "reset by 1 - r", gru(inner='p["W_h"] @ ((1 - r) * h)'))
wrong("10", "gru_step", "tanh of the mixture", gru(mix="np.tanh((1 - z) * h + z * c)"))
wrong("10", "gru_step", "mixture with the reset state", gru(mix="(1 - z) * (r * h) + z * c"))
wrong("10", "gru_step", "matrices transposed", """
def gru_step(u, h, p):
    z = sigmoid(u @ p["U_z"].T + h @ p["W_z"] + p["b_z"])
    r = sigmoid(u @ p["U_r"].T + h @ p["W_r"] + p["b_r"])
    c = np.tanh(u @ p["U_h"].T + (r * h) @ p["W_h"] + p["b_h"])
    return (1 - z) * h + z * c
""")

# 11: unit_auc
right("11", "unit_auc", "ranks of scipy", """
from scipy.stats import mannwhitneyu
def unit_auc(values, holds):
    a, b = values[holds], values[~holds]
    if not len(a) or not len(b):
        return 0.5
    return mannwhitneyu(a, b).statistic / (len(a) * len(b))
""")
right("11", "unit_auc", "double loop", """
def unit_auc(values, holds):
    yes = [v for v, x in zip(values, holds) if x]
    no = [v for v, x in zip(values, holds) if not x]
    won = sum((a > b) + 0.5 * (a == b) for a in yes for b in no)
    return won / (len(yes) * len(no)) if yes and no else 0.5
""")
AUC = """
def unit_auc(values, holds):
    a, b = values[holds], values[~holds]
    if len(a) == 0 or len(b) == 0:
        return {none}
    return {body}
"""
def auc(body="((a[:, None] > b).sum() + 0.5 * (a[:, None] == b).sum()) / (len(a) * len(b))", none="0.5"):
    return AUC.format(body=body, none=none)
wrong("11", "unit_auc", "ties lose", auc("(a[:, None] > b).mean()"))
wrong("11", "unit_auc", "ties win", auc("(a[:, None] >= b).mean()"))
wrong("11", "unit_auc", "the other way", auc("((a[:, None] < b) + 0.5 * (a[:, None] == b)).mean()"))
wrong("11", "unit_auc", "0 for one class", auc(none="0.0"))
wrong("11", "unit_auc", "nan for one class", auc(none="np.nan"))
wrong("11", "unit_auc", "difference of means", auc("a.mean() - b.mean()"))
wrong("11", "unit_auc", "divided by T squared", auc("((a[:, None] > b).sum() + 0.5 * (a[:, None] == b).sum()) / len(values) ** 2"))
wrong("11", "unit_auc", "number of pairs won", auc("(a[:, None] > b).sum() + 0.5 * (a[:, None] == b).sum()"))
wrong("11", "unit_auc", "larger of both directions", auc("max(x := ((a[:, None] > b) + 0.5 * (a[:, None] == b)).mean(), 1 - x)"))
wrong("11", "unit_auc", "share above the mean of the others", auc("(a > b.mean()).mean()"))
wrong("11", "unit_auc", "no care for one class", """
def unit_auc(values, holds):
    a, b = values[holds], values[~holds]
    return ((a[:, None] > b) + 0.5 * (a[:, None] == b)).mean()
""")
wrong("11", "unit_auc", "zipped instead of all pairs", auc("np.mean([(x > y) + 0.5 * (x == y) for x, y in zip(a, b)])"))

# 11: held_states
right("11", "held_states", "weights changed instead", """
def held_states(U, W_u, W_h, unit, value):
    h = np.zeros(len(W_h))
    out = np.empty((len(U), len(h)))
    for t in range(len(U)):
        h = np.tanh(U[t] @ W_u.T + h @ W_h.T)
        h = np.where(np.arange(len(h)) == unit, value, h)
        out[t] = h
    return out
""")
HELD = """
def held_states(U, W_u, W_h, unit, value):
    h = np.zeros(len(W_h))
    {before}
    H = []
    for u in U:
        {first}
        h = np.tanh(W_u @ u + W_h @ h)
        {then}
        H.append({stored})
    H = np.array(H)
    {after}
    return H
"""
def held(**changed):
    parts = {"before": "", "first": "", "then": "h[unit] = value", "after": "", "stored": "h"}
    return HELD.format(**parts | changed)
wrong("11", "held_states", "column at the end", held(then="", after="H[:, unit] = value"))
wrong("11", "held_states", "held before the first step", held(before="h[unit] = value"))
wrong("11", "held_states", "stored before it is held", """
def held_states(U, W_u, W_h, unit, value):
    h = np.zeros(len(W_h))
    H = []
    for u in U:
        h = np.tanh(W_u @ u + W_h @ h)
        H.append(h.copy())
        h[unit] = value
    return np.array(H)
""")
wrong("11", "held_states", "held only before a step", held(first="h = h.copy(); h[unit] = value", then=""))
wrong("11", "held_states", "always zero", held(then="h[unit] = 0"))
wrong("11", "held_states", "row of W_h zero", held(before="W_h = W_h.copy(); W_h[unit] = 0", then=""))
wrong("11", "held_states", "tanh of the value", held(then="h[unit] = np.tanh(value)"))
wrong("11", "held_states", "not held", held(then=""))
wrong("11", "held_states", "added", held(then="h[unit] += value"))
wrong("11", "held_states", "multiplied", held(then="h[unit] *= value"))
wrong("11", "held_states", "one array appended", """
def held_states(U, W_u, W_h, unit, value):
    h = np.zeros(len(W_h))
    H = []
    for u in U:
        h[:] = np.tanh(W_u @ u + W_h @ h)
        h[unit] = value
        H.append(h)
    return np.array(H)
""")
wrong("11", "held_states", "unit counted from one", held(then="h[unit - 1] = value"))
wrong("11", "held_states", "last state only", held(after="H = H[-1]"))

# 11: what_it_cost
right("11", "what_it_cost", "average with weights", """
def what_it_cost(whole, without, marks, mark):
    d = (np.asarray(without) - whole) / np.log(2)
    here = marks == mark
    return np.average(d, weights=here) - np.average(d, weights=~here)
""")
COST = """
def what_it_cost(whole, without, marks, mark):
    d = {d}
    here = marks == mark
    return {said}
"""
def cost(d="(without - whole) / np.log(2)", said="d[here].mean() - d[~here].mean()"):
    return COST.format(d=d, said=said)
wrong("11", "what_it_cost", "nats", cost(d="without - whole"))
wrong("11", "what_it_cost", "times ln 2", cost(d="(without - whole) * np.log(2)"))
wrong("11", "what_it_cost", "sign", cost(d="(whole - without) / np.log(2)"))
wrong("11", "what_it_cost", "only at the mark", cost(said="d[here].mean()"))
wrong("11", "what_it_cost", "minus the mean of all", cost(said="d[here].mean() - d.mean()"))
wrong("11", "what_it_cost", "sums", cost(said="d[here].sum() - d[~here].sum()"))
wrong("11", "what_it_cost", "log2 of losses", cost(d="np.log2(without) - np.log2(whole)"))
wrong("11", "what_it_cost", "elsewhere minus here", cost(said="d[~here].mean() - d[here].mean()"))
wrong("11", "what_it_cost", "whole's loss elsewhere", cost(said="d[here].mean() - whole[~here].mean() / np.log(2)"))
wrong("11", "what_it_cost", "ratio", cost(said="d[here].mean() / d[~here].mean()"))
wrong("11", "what_it_cost", "divided by all", cost(said="d[here].sum() / len(d) - d[~here].sum() / len(d)"))

# 11: beam_step
right("11", "beam_step", "a sorted list of triples", """
def beam_step(scores, log_y, width):
    every = sorted(((scores[i] + log_y[i, j], i, j) for i in range(len(scores))
                    for j in range(log_y.shape[1])), reverse=True)[:width]
    s, r, w = zip(*every)
    return r, w, s
""")
right("11", "beam_step", "torch.topk", """
import torch
def beam_step(scores, log_y, width):
    t = torch.as_tensor(scores)[:, None] + torch.as_tensor(log_y)
    best = torch.topk(t.flatten(), width)
    k = t.shape[1]
    return best.indices // k, best.indices % k, best.values
""")
BEAM = """
def beam_step(scores, log_y, width):
    t = {table}
    order = {order}
    k = log_y.shape[1]
    return {rows}, {words}, t.ravel()[order]
"""
def beam(**changed):
    parts = {"table": "scores[:, None] + log_y", "order": "np.argsort(-t, axis=None)[:width]",
             "rows": "order // k", "words": "order % k"}
    return BEAM.format(**parts | changed)
wrong("11", "beam_step", "scores ignored", beam(table="log_y"))
wrong("11", "beam_step", "probabilities multiplied", beam(table="np.exp(scores)[:, None] * np.exp(log_y)"))
wrong("11", "beam_step", "log-probabilities multiplied", beam(table="scores[:, None] * log_y"))
wrong("11", "beam_step", "worst first", beam(order="np.argsort(t, axis=None)[-width:]"))
wrong("11", "beam_step", "the least probable", beam(order="np.argsort(t, axis=None)[:width]"))
wrong("11", "beam_step", "rows and words swapped", beam(rows="order % k", words="order // k"))
wrong("11", "beam_step", "divided by the number of rows", beam(rows="order // len(scores)", words="order % len(scores)"))
wrong("11", "beam_step", "best of each beginning", """
def beam_step(scores, log_y, width):
    w = log_y.argmax(axis=1)
    t = scores + log_y.max(axis=1)
    order = np.argsort(-t)[:width]
    return order, w[order], t[order]
""")
wrong("11", "beam_step", "only the word's log-probability", """
def beam_step(scores, log_y, width):
    t = scores[:, None] + log_y
    r, w = np.unravel_index(np.argsort(-t, axis=None)[:width], t.shape)
    return r, w, log_y[r, w]
""")
wrong("11", "beam_step", "greedy from the best beginning", """
def beam_step(scores, log_y, width):
    best = scores.argmax()
    w = np.argsort(-log_y[best])[:width]
    return np.full(len(w), best), w, scores[best] + log_y[best, w]
""")
wrong("11", "beam_step", "probabilities at the end", """
def beam_step(scores, log_y, width):
    t = scores[:, None] + log_y
    r, w = np.unravel_index(np.argsort(-t, axis=None)[:width], t.shape)
    return r, w, np.exp(t[r, w])
""")

# 12: entity_f1
right("12", "entity_f1", "regular expression over a text", """
import re
def entity_f1(true, guess):
    def names(tags):
        return {m.span() for m in re.finditer("[BI]I*", "".join(tags))}
    a, b = names(true), names(guess)
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0
""")
right("12", "entity_f1", "a loop with an open name, Fraction", """
from fractions import Fraction
def spans(tags):
    out, start = [], None
    for i, t in enumerate(tags + ["O"]):
        if start is not None and t != "I":
            out.append((start, i))
            start = None
        if t == "B" or (t == "I" and start is None):
            start = i
    return out
def entity_f1(true, guess):
    a, b = spans(true), spans(guess)
    if not a + b:
        return 1
    return Fraction(2 * sum(x in b for x in a), len(a) + len(b))
""")
ENTITY = """
def names(tags):
    out, start = set(), None
    for i, t in enumerate([*tags, "O"]):
        if {ends}:
            out.add({name})
            start = None
        if {begins}:
            start = i
    return out
def entity_f1(true, guess):
    a, b = names(true), names(guess)
    if not a and not b:
        return {none}
    found = len(a & b)
    return {f1}
"""
def entity(**changed):
    parts = {"ends": 'start is not None and t != "I"', "name": "(start, i)", "none": "1.0",
             "begins": 't == "B" or (t == "I" and start is None)', "f1": "2 * found / (len(a) + len(b))"}
    return ENTITY.format(**parts | changed)
wrong("12", "entity_f1", "I after O ignored", entity(begins='t == "B"'))
wrong("12", "entity_f1", "B inside goes on", entity(ends='start is not None and t == "O"', begins='t != "O" and start is None'))
wrong("12", "entity_f1", "only the first word", entity(name="start"))
wrong("12", "entity_f1", "only the last word", entity(name="i"))
wrong("12", "entity_f1", "0 without names", entity(none="0.0"))
wrong("12", "entity_f1", "precision", entity(f1="found / len(b) if b else 0.0"))
wrong("12", "entity_f1", "recall", entity(f1="found / len(a) if a else 0.0"))
wrong("12", "entity_f1", "no factor 2", entity(f1="found / (len(a) + len(b))"))
wrong("12", "entity_f1", "Jaccard", entity(f1="found / len(a | b)"))
wrong("12", "entity_f1", "precision and recall averaged", entity(f1="(found / max(len(b), 1) + found / max(len(a), 1)) / 2"))
wrong("12", "entity_f1", "divides by zero when nothing is found", entity(f1="2 * (found / len(b)) * (found / len(a)) / (found / len(b) + found / len(a))"))
wrong("12", "entity_f1", "accuracy of tags", """
def entity_f1(true, guess):
    return sum(a == b for a, b in zip(true, guess)) / len(true)
""")
wrong("12", "entity_f1", "F1 of words", """
def entity_f1(true, guess):
    a = {i for i, t in enumerate(true) if t != "O"}
    b = {i for i, t in enumerate(guess) if t != "O"}
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0
""")
wrong("12", "entity_f1", "a name at the end is lost", """
def names(tags):
    out, start = set(), None
    for i, t in enumerate(tags):
        if start is not None and t != "I":
            out.add((start, i))
            start = None
        if t == "B" or (t == "I" and start is None):
            start = i
    return out
def entity_f1(true, guess):
    a, b = names(true), names(guess)
    if not a and not b:
        return 1.0
    return 2 * len(a & b) / (len(a) + len(b))
""")

# 12: viterbi
right("12", "viterbi", "paths carried along", """
def viterbi(scores, pair, first):
    k = len(first)
    best = [(first[j] + scores[0, j], [j]) for j in range(k)]
    for t in range(1, len(scores)):
        best = [max(((s + pair[p[-1], j] + scores[t, j], p + [j]) for s, p in best), key=lambda x: x[0])
                for j in range(k)]
    return max(best, key=lambda x: x[0])[1]
""")
right("12", "viterbi", "from the back", """
def viterbi(scores, pair, first):
    T, k = scores.shape
    rest = np.zeros(k)
    to = []
    for t in range(T - 1, 0, -1):
        table = pair + scores[t] + rest
        to.append(table.argmax(axis=1))
        rest = table.max(axis=1)
    tags = [int((first + scores[0] + rest).argmax())]
    for step in reversed(to):
        tags.append(int(step[tags[-1]]))
    return np.array(tags)
""")
VITERBI = """
def viterbi(scores, pair, first):
    T, k = scores.shape
    total = {start}
    back = []
    for t in range(1, T):
        table = {table}
        back.append(table.argmax(axis={axis}))
        total = {total}
    tags = [{last}]
    for b in {way}:
        tags.append(b[tags[-1]])
    return {end}
"""
def vit(**changed):
    parts = {"start": "first + scores[0]", "table": "total[:, None] + pair", "axis": "0",
             "total": "table.max(axis=0) + scores[t]", "last": "total.argmax()", "way": "reversed(back)",
             "end": "np.array(tags[::-1])"}
    return VITERBI.format(**parts | changed)
wrong("12", "viterbi", "first forgotten", vit(start="scores[0]"))
wrong("12", "viterbi", "first score forgotten", vit(start="first"))
wrong("12", "viterbi", "pair transposed", vit(table="total[:, None] + pair.T"))
wrong("12", "viterbi", "total on columns", vit(table="total + pair"))
wrong("12", "viterbi", "not turned round", vit(end="np.array(tags)"))
wrong("12", "viterbi", "back arrays in the wrong order", vit(way="back"))
wrong("12", "viterbi", "scores forgotten later", vit(total="table.max(axis=0)"))
wrong("12", "viterbi", "last by its score alone", vit(last="scores[-1].argmax()"))
wrong("12", "viterbi", "argmin", vit(last="total.argmin()"))
wrong("12", "viterbi", "argmax over the wrong axis", vit(axis="1"))
wrong("12", "viterbi", "-inf by multiplication", vit(table="total[:, None] * pair"))
wrong("12", "viterbi", "total not carried", vit(table="(first + scores[t - 1])[:, None] + pair"))
wrong("12", "viterbi", "each word alone", """
def viterbi(scores, pair, first):
    return scores.argmax(axis=1)
""")
wrong("12", "viterbi", "greedy", """
def viterbi(scores, pair, first):
    tags = [int((first + scores[0]).argmax())]
    for t in range(1, len(scores)):
        tags.append(int((pair[tags[-1]] + scores[t]).argmax()))
    return np.array(tags)
""")
wrong("12", "viterbi", "best of each step, without going back", """
def viterbi(scores, pair, first):
    total = first + scores[0]
    tags = [total.argmax()]
    for t in range(1, len(scores)):
        total = (total[:, None] + pair).max(axis=0) + scores[t]
        tags.append(total.argmax())
    return np.array(tags)
""")
wrong("12", "viterbi", "the total too", vit(end="np.array(tags[::-1]), total.max()"))
wrong("12", "viterbi", "all sequences", """
from itertools import product
def viterbi(scores, pair, first):
    T, k = scores.shape
    best, found = -np.inf, None
    for tags in product(range(k), repeat=T):
        s = first[tags[0]] + sum(scores[t, tags[t]] for t in range(T))
        s += sum(pair[a, b] for a, b in zip(tags, tags[1:]))
        if s > best:
            best, found = s, tags
    return np.array(found)
""")

# 12: clipped_precision
right("12", "clipped_precision", "Counter intersection", """
from collections import Counter
def clipped_precision(guess, reference, n):
    grams = lambda x: Counter(tuple(x[i:i + n]) for i in range(len(x) - n + 1))
    a, b = grams(guess), grams(reference)
    return (a & b).total() / a.total() if a else 0
""")
right("12", "clipped_precision", "crossing out in a list", """
def clipped_precision(guess, reference, n):
    left = [reference[i:i + n] for i in range(len(reference) - n + 1)]
    found = all_ = 0
    for i in range(len(guess) - n + 1):
        all_ += 1
        if guess[i:i + n] in left:
            left.remove(guess[i:i + n])
            found += 1
    return found / max(all_, 1)
""")
CLIP = """
from collections import Counter
def grams(x, n):
    return Counter(tuple(x[i:i + n]) for i in range({stop}))
def clipped_precision(guess, reference, n):
    a, b = grams(guess, n), grams(reference, n)
    {short}
    return {body}
"""
def clip(**changed):
    parts = {"stop": "len(x) - n + 1", "short": "if len(guess) < n: return 0.0",
             "body": "sum(min(c, b[g]) for g, c in a.items()) / (len(guess) - n + 1)"}
    return CLIP.format(**parts | changed)
wrong("12", "clipped_precision", "not clipped", clip(body="sum(c for g, c in a.items() if g in b) / (len(guess) - n + 1)"))
wrong("12", "clipped_precision", "kinds instead of n-grams", clip(body="len(set(a) & set(b)) / len(a)"))
wrong("12", "clipped_precision", "recall", clip(body="sum(min(c, b[g]) for g, c in a.items()) / max(len(reference) - n + 1, 1)"))
wrong("12", "clipped_precision", "divided by the kinds", clip(body="sum(min(c, b[g]) for g, c in a.items()) / len(a)"))
wrong("12", "clipped_precision", "divided by the words", clip(body="sum(min(c, b[g]) for g, c in a.items()) / len(guess)"))
wrong("12", "clipped_precision", "one n-gram too few", clip(stop="len(x) - n"))
wrong("12", "clipped_precision", "short guess fails", clip(short=""))
wrong("12", "clipped_precision", "clipped at one", clip(body="sum(g in b for g in a) / (len(guess) - n + 1)"))
wrong("12", "clipped_precision", "maximum instead of minimum", clip(body="sum(max(c, b[g]) for g, c in a.items() if g in b) / (len(guess) - n + 1)"))
wrong("12", "clipped_precision", "1 for a short guess", clip(short="if len(guess) < n: return 1.0"))
wrong("12", "clipped_precision", "same places only", """
def clipped_precision(guess, reference, n):
    total = len(guess) - n + 1
    if total <= 0:
        return 0.0
    return sum(guess[i:i + n] == reference[i:i + n] for i in range(total)) / total
""")
wrong("12", "clipped_precision", "all lengths up to n", """
from collections import Counter
def clipped_precision(guess, reference, n):
    if len(guess) < n:
        return 0.0
    found = total = 0
    for m in range(1, n + 1):
        a = Counter(tuple(guess[i:i + m]) for i in range(len(guess) - m + 1))
        b = Counter(tuple(reference[i:i + m]) for i in range(len(reference) - m + 1))
        found += (a & b).total()
        total += a.total()
    return found / total
""")

# 14: residual_stack
right("14", "residual_stack", "step by step", """
def residual_stack(U, weights):
    states = [np.zeros(len(b)) for _, _, b in weights]
    out = []
    for u in U:
        g = u
        for l, (A, B, b) in enumerate(weights):
            states[l] = np.tanh(A @ g + B @ states[l] + b)
            g = states[l] + g if l else states[l]
        out.append(g)
    return np.stack(out)
""")
STACK = """
def layer(X, A, B, b):
    h = np.zeros(len(b))
    out = []
    for x in X:
        h = np.tanh(A @ x + B @ h + b)
        out.append(h)
    return np.array(out)
def residual_stack(U, weights):
    G = U
    for l, w in enumerate(weights):
        H = layer(G, *w)
        G = {sum}
    return {end}
"""
def stack(sum="H if l == 0 else G + H", end="G"):
    return STACK.format(sum=sum, end=end)
wrong("14", "residual_stack", "no residual", stack("H"))
wrong("14", "residual_stack", "residual in the first layer, too", stack("G + H if G.shape == H.shape else H"))
wrong("14", "residual_stack", "adds the inputs always", stack("G + H"))
wrong("14", "residual_stack", "the top state", stack(end="H"))
wrong("14", "residual_stack", "the last step only", stack(end="G[-1]"))
wrong("14", "residual_stack", "averaged", stack("H if l == 0 else (G + H) / 2"))
wrong("14", "residual_stack", "the first layer's output added", """
def layer(X, A, B, b):
    h = np.zeros(len(b))
    out = []
    for x in X:
        h = np.tanh(A @ x + B @ h + b)
        out.append(h)
    return np.array(out)
def residual_stack(U, weights):
    base = G = layer(U, *weights[0])
    for w in weights[1:]:
        G = base + layer(G, *w)
    return G
""")
wrong("14", "residual_stack", "sum carried in time", """
def residual_stack(U, weights):
    G = U
    for l, (A, B, b) in enumerate(weights):
        h = np.zeros(len(b))
        out = []
        for x in G:
            h = np.tanh(A @ x + B @ h + b)
            if l:
                h = h + x
            out.append(h)
        G = np.array(out)
    return G
""")
wrong("14", "residual_stack", "added before tanh", """
def residual_stack(U, weights):
    G = U
    for l, (A, B, b) in enumerate(weights):
        h = np.zeros(len(b))
        out = []
        for x in G:
            h = np.tanh(A @ x + B @ h + b + (x if l else 0))
            out.append(h)
        G = np.array(out)
    return G
""")
wrong("14", "residual_stack", "state carried from layer to layer", """
def residual_stack(U, weights):
    G = U
    h = np.zeros(len(weights[0][2]))
    for l, (A, B, b) in enumerate(weights):
        out = []
        for x in G:
            h = np.tanh(A @ x + B @ h + b)
            out.append(h)
        H = np.array(out)
        G = H if l == 0 else G + H
    return G
""")
wrong("14", "residual_stack", "bias forgotten", """
def residual_stack(U, weights):
    G = U
    for l, (A, B, b) in enumerate(weights):
        h = np.zeros(len(b))
        out = []
        for x in G:
            h = np.tanh(A @ x + B @ h)
            out.append(h)
        H = np.array(out)
        G = H if l == 0 else G + H
    return G
""")

# 16: multiplications
right("16", "multiplications", "spelled out", """
def multiplications(T, d):
    n = m = d
    lstm = T * 4 * (n * m + n * n)
    attention = T * 4 * d * d + T ** 2 * d + T ** 2 * d
    return float(lstm), attention
""")
def mult(lstm="8 * T * d * d", attention="4 * T * d * d + 2 * T * T * d"):
    return f"def multiplications(T, d):\n    return {lstm}, {attention}\n"
wrong("16", "multiplications", "one matrix a gate", mult(lstm="4 * T * d * d"))
wrong("16", "multiplications", "three gates", mult(lstm="6 * T * d * d"))
wrong("16", "multiplications", "one step", mult(lstm="8 * d * d"))
wrong("16", "multiplications", "sums not counted", mult(attention="4 * T * d * d + T * T * d"))
wrong("16", "multiplications", "three matrices", mult(attention="3 * T * d * d + 2 * T * T * d"))
wrong("16", "multiplications", "half of the pairs", mult(attention="4 * T * d * d + T * (T + 1) * d"))
wrong("16", "multiplications", "pairs without d", mult(attention="4 * T * d * d + 2 * T * T"))
wrong("16", "multiplications", "matrices once", mult(attention="4 * d * d + 2 * T * T * d"))
wrong("16", "multiplications", "scores only", mult(attention="2 * T * T * d"))
wrong("16", "multiplications", "additions as well", mult("16 * T * d * d", "8 * T * d * d + 4 * T * T * d"))
wrong("16", "multiplications", "the other order", mult("4 * T * d * d + 2 * T * T * d", "8 * T * d * d"))
wrong("16", "multiplications", "elementwise products, too", mult(lstm="8 * T * d * d + 3 * T * d"))

# 16: masked_attention
right("16", "masked_attention", "row by row", """
def masked_attention(A, E, V):
    T = len(A)
    w = np.zeros((T, T))
    for t in range(T):
        s = E[:t + 1] @ A[t] / A.shape[1] ** 0.5
        w[t, :t + 1] = np.exp(s - s.max())
        w[t] /= w[t].sum()
    return w @ V, w
""")
right("16", "masked_attention", "torch", """
import torch
def masked_attention(A, E, V):
    A, E, V = map(torch.as_tensor, (A, E, V))
    s = A @ E.mT / np.sqrt(E.shape[1])
    w = s.masked_fill(torch.ones_like(s).triu(1).bool(), -torch.inf).softmax(1)
    return (w @ V).numpy(), w.numpy()
""")
ATT = """
def masked_attention(A, E, V):
    T, n = A.shape
    s = {scores}
    {mask}
    w = np.exp({shift})
    {late}
    w = w / w.sum({sum})
    {after}
    return {result}
"""
def att(**changed):
    parts = {"scores": "A @ E.T / np.sqrt(n)", "mask": "s[np.triu_indices(T, 1)] = -np.inf", "late": "", "after": "",
             "shift": "s - s.max(axis=1, keepdims=True)", "sum": "axis=1, keepdims=True", "result": "w @ V, w"}
    return ATT.format(**parts | changed)
wrong("16", "masked_attention", "not scaled", att(scores="A @ E.T"))
wrong("16", "masked_attention", "scaled by n", att(scores="A @ E.T / n"))
wrong("16", "masked_attention", "scaled by the root of T", att(scores="A @ E.T / np.sqrt(T)"))
wrong("16", "masked_attention", "scaled by V's width", att(scores="A @ E.T / np.sqrt(V.shape[1])"))
wrong("16", "masked_attention", "no mask", att(mask=""))
wrong("16", "masked_attention", "itself masked", att(mask="s[np.triu_indices(T, 0)] = -np.inf"))
wrong("16", "masked_attention", "the past masked", att(mask="s[np.tril_indices(T, -1)] = -np.inf"))
wrong("16", "masked_attention", "masked after the softmax", att(mask="", after="w = np.tril(w)"))
wrong("16", "masked_attention", "masked with zero scores", att(mask="s = np.tril(s)"))
wrong("16", "masked_attention", "overflow", att(shift="s"))
wrong("16", "masked_attention", "one maximum for all", att(shift="s - s.max()"))
wrong("16", "masked_attention", "softmax over columns", att(shift="s - s.max(axis=0)", sum="axis=0"))
wrong("16", "masked_attention", "labels ask", att(scores="E @ A.T / np.sqrt(n)"))
wrong("16", "masked_attention", "weights first", att(result="w, w @ V"))
wrong("16", "masked_attention", "weights transposed in the sum", att(result="w.T @ V, w"))
wrong("16", "masked_attention", "received alone", att(result="w @ V"))
wrong("16", "masked_attention", "masked with -10", att(mask="s[np.triu_indices(T, 1)] = -10"))
wrong("16", "masked_attention", "masked exp, but maximum of all", att(mask="", late="w = np.tril(w)"))
wrong("16", "masked_attention", "sum of all", att(sum=""))

# 16: attend_next
right("16", "attend_next", "concatenate and einsum", """
def attend_next(a, e, v, E, V):
    E = np.concatenate((E, e[None]))
    V = np.append(V, v.reshape(1, -1), axis=0)
    s = np.einsum("n,tn->t", a, E) / np.sqrt(a.size)
    w = np.exp(s - s.max())
    return (w / w.sum()) @ V, E, V
""")
NEXT = """
def attend_next(a, e, v, E, V):
    {begin}
    s = {scores}
    w = np.exp({shift})
    w = w / w.sum()
    s = w @ V
    {end}
    return {result}
"""
ROW = "E, V = np.vstack([E, e]), np.vstack([V, v])"
def nxt(**changed):
    parts = {"begin": ROW, "scores": "E @ a / np.sqrt(len(a))", "shift": "s - s.max()", "end": "", "result": "s, E, V"}
    return NEXT.format(**parts | changed)
wrong("16", "attend_next", "does not see itself", nxt(begin="", end=ROW))
wrong("16", "attend_next", "not scaled", nxt(scores="E @ a"))
wrong("16", "attend_next", "overflow", nxt(shift="s"))
wrong("16", "attend_next", "asked with the label", nxt(scores="E @ e / np.sqrt(len(a))"))
wrong("16", "attend_next", "new row first", nxt(begin="E, V = np.vstack([e, E]), np.vstack([v, V])"))
wrong("16", "attend_next", "old cache returned", nxt(begin="E0, V0 = E, V; " + ROW, result="s, E0, V0"))
wrong("16", "attend_next", "labels and sayings swapped", nxt(result="s, V, E"))
wrong("16", "attend_next", "received joins the cache", nxt(end="V = np.vstack([V[:-1], s])"))
wrong("16", "attend_next", "flat append", nxt(begin="E, V = np.append(E, e), np.append(V, v)"))
wrong("16", "attend_next", "empty cache forgotten", nxt(begin="E, V = np.stack([*E, e]), np.stack([*V, v])", shift="s - s[:-1].max()"))
wrong("16", "attend_next", "scaled by the length", nxt(scores="E @ a / np.sqrt(len(E))"))
wrong("16", "attend_next", "received and weights", nxt(result="s, w"))

# 16: linear_form
right("16", "linear_form", "a loop over steps", """
def linear_form(U, p):
    a, b = np.empty((2, len(U), len(p["b_z"])))
    for t, u in enumerate(U):
        z = sigmoid(p["U_z"].dot(u) + p["b_z"])
        a[t], b[t] = 1 - z, z * (p["U_h"].dot(u) + p["b_h"])
    return a, b
""")
LINEAR = """
def linear_form(U, p):
    z = {z}
    h = {h}
    return {result}
"""
def lin(**changed):
    parts = {"z": 'sigmoid(U @ p["U_z"].T + p["b_z"])', "h": 'U @ p["U_h"].T + p["b_h"]', "result": "1 - z, z * h"}
    return LINEAR.format(**parts | changed)
wrong("16", "linear_form", "a is z", lin(result="z, (1 - z) * h"))
wrong("16", "linear_form", "a and b swapped", lin(result="z * h, 1 - z"))
wrong("16", "linear_form", "b without z", lin(result="1 - z, h"))
wrong("16", "linear_form", "tanh", lin(h='np.tanh(U @ p["U_h"].T + p["b_h"])'))
wrong("16", "linear_form", "no sigmoid", lin(z='U @ p["U_z"].T + p["b_z"]'))
wrong("16", "linear_form", "tanh for the gate", lin(z='np.tanh(U @ p["U_z"].T + p["b_z"])'))
wrong("16", "linear_form", "no gate bias", lin(z='sigmoid(U @ p["U_z"].T)'))
wrong("16", "linear_form", "no candidate bias", lin(h='U @ p["U_h"].T'))
wrong("16", "linear_form", "z and candidate", lin(result="z, h"))
wrong("16", "linear_form", "a is z, b right", lin(result="z, z * h"))
wrong("16", "linear_form", "not transposed", lin(z='sigmoid(U @ p["U_z"] + p["b_z"])'))
wrong("16", "linear_form", "the states", """
def linear_form(U, p):
    z = sigmoid(U @ p["U_z"].T + p["b_z"])
    c = U @ p["U_h"].T + p["b_h"]
    h, H = np.zeros(len(p["b_z"])), []
    for t in range(len(U)):
        h = (1 - z[t]) * h + z[t] * c[t]
        H.append(h)
    return 1 - z, np.array(H)
""")

# 16: two_in_one
right("16", "two_in_one", "indices", """
def two_in_one(first, second):
    return [first[0] * second[0], second[0] * first[1] + second[1]]
""")
def two(a="a1 * a2", b="a2 * b1 + b2"):
    return f"def two_in_one(first, second):\n    (a1, b1), (a2, b2) = first, second\n    return {a}, {b}\n"
wrong("16", "two_in_one", "second first", two(b="a1 * b2 + b1"))
wrong("16", "two_in_one", "b summed", two(b="b1 + b2"))
wrong("16", "two_in_one", "b multiplied", two(b="b1 * b2"))
wrong("16", "two_in_one", "a summed", two(a="a1 + a2"))
wrong("16", "two_in_one", "b2 forgotten", two(b="a2 * b1"))
wrong("16", "two_in_one", "a1 for a2", two(b="a1 * b1 + b2"))
wrong("16", "two_in_one", "a2 times both", two(b="a2 * (b1 + b2)"))
wrong("16", "two_in_one", "matrix product", two("a1 @ a2", "a2 @ b1 + b2"))
wrong("16", "two_in_one", "a2 alone", two(a="a2"))
wrong("16", "two_in_one", "swapped results", "def two_in_one(first, second):\n    (a1, b1), (a2, b2) = first, second\n    return a2 * b1 + b2, a1 * a2\n")

# 16: scan_rounds
right("16", "scan_rounds", "new lists each round", """
def scan_rounds(a, b, rounds):
    A, B, reach = list(a), list(b), 1
    for _ in range(rounds):
        old = list(zip(A, B))
        for t in range(reach, len(A)):
            A[t] = old[t][0] * old[t - reach][0]
            B[t] = old[t][0] * old[t - reach][1] + old[t][1]
        reach *= 2
    return np.array(A), np.array(B)
""")
SCAN = """
def scan_rounds(a, b, rounds):
    a, b = a.copy(), b.copy()
    for r in range({rounds}):
        k = {reach}
        if k >= len(a):
            break
        {body}
    return {result}
"""
def scan(**changed):
    parts = {"rounds": "rounds", "reach": "2 ** r", "result": "a, b",
             "body": "b[k:], a[k:] = a[k:] * b[:-k] + b[k:], a[k:] * a[:-k]"}
    return SCAN.format(**parts | changed)
wrong("16", "scan_rounds", "a changed before b", scan(body="a[k:] = a[k:] * a[:-k]; b[k:] = a[k:] * b[:-k] + b[k:]"))
wrong("16", "scan_rounds", "reach grows by one", scan(reach="r + 1"))
wrong("16", "scan_rounds", "reach begins at two", scan(reach="2 ** (r + 1)"))
wrong("16", "scan_rounds", "always one", scan(reach="1"))
wrong("16", "scan_rounds", "one round too many", scan(rounds="rounds + 1"))
wrong("16", "scan_rounds", "one round too few", scan(rounds="rounds - 1"))
wrong("16", "scan_rounds", "earlier a times later b", scan(body="b[k:], a[k:] = a[:-k] * b[k:] + b[:-k], a[k:] * a[:-k]"))
wrong("16", "scan_rounds", "b summed", scan(body="b[k:], a[k:] = b[:-k] + b[k:], a[k:] * a[:-k]"))
wrong("16", "scan_rounds", "a not multiplied", scan(body="b[k:] = a[k:] * b[:-k] + b[k:]"))
wrong("16", "scan_rounds", "row after row, in place", """
def scan_rounds(a, b, rounds):
    a, b = a.copy(), b.copy()
    for r in range(rounds):
        k = 2 ** r
        for t in range(k, len(a)):
            b[t] = a[t] * b[t - k] + b[t]
            a[t] = a[t] * a[t - k]
    return a, b
""")
wrong("16", "scan_rounds", "all the way, whatever the rounds", """
def scan_rounds(a, b, rounds):
    A, B = np.cumprod(a, axis=0), np.empty_like(b)
    h = np.zeros(b.shape[1])
    for t in range(len(a)):
        B[t] = h = a[t] * h + b[t]
    return A, B
""")
right("16", "scan_rounds", "slices beyond the end", """
def scan_rounds(a, b, rounds):
    a, b = a.copy(), b.copy()
    for r in range(rounds):
        k = 2 ** r
        a[k:], b[k:] = a[k:] * a[:-k], a[k:] * b[:-k] + b[k:]
    return a, b
""")
wrong("16", "scan_rounds", "arrays changed", """
def scan_rounds(a, b, rounds):
    for r in range(rounds):
        k = 2 ** r
        if k < len(a):
            b[k:], a[k:] = a[k:] * b[:-k] + b[k:], a[k:] * a[:-k]
    return a, b
""")
wrong("16", "scan_rounds", "b alone", scan(result="b"))
wrong("16", "scan_rounds", "b first", scan(result="b, a"))

# 16: flipping_steps
right("16", "flipping_steps", "where", """
def flipping_steps(bits):
    return np.where(bits == 1, -1, 1), np.where(bits == 1, 1.0, 0.0)
""")
right("16", "flipping_steps", "lists", """
def flipping_steps(bits):
    return [1 - 2 * int(x) for x in bits], [int(x) for x in bits]
""")
def flip(a, b):
    return f"def flipping_steps(bits):\n    return {a}, {b}\n"
wrong("16", "flipping_steps", "a forgets", flip("1 - bits", "bits"))
wrong("16", "flipping_steps", "adds up", flip("np.ones(len(bits))", "bits"))
wrong("16", "flipping_steps", "signs flip without an offset", flip("1 - 2 * bits", "np.zeros(len(bits))"))
wrong("16", "flipping_steps", "b is -1", flip("1 - 2 * bits", "-bits"))
wrong("16", "flipping_steps", "zero flips", flip("2 * bits - 1", "1 - bits"))
wrong("16", "flipping_steps", "the parity itself", flip("np.zeros(len(bits))", "np.cumsum(bits) % 2"))
wrong("16", "flipping_steps", "swapped", flip("bits", "1 - 2 * bits"))
wrong("16", "flipping_steps", "two numbers", flip("-1", "1"))
wrong("16", "flipping_steps", "flips at every bit", flip("-np.ones(len(bits))", "np.ones(len(bits))"))

# 07, 10: what earlier banks left out
wrong("07", "logit_gradient", "softmax a second time", """
def logit_gradient(y_hat, x):
    p = np.exp(y_hat) / np.exp(y_hat).sum()
    p[x] -= 1
    return p
""")
right("07", "logit_gradient", "in place, which is allowed", """
def logit_gradient(y_hat, x):
    y_hat[x] -= 1
    return y_hat
""")
wrong("10", "lstm_parameters", "m * m for the recurrent matrix", """
def lstm_parameters(m, n):
    return 4 * (n * m + m * m + n), 4 * (n * m + m * m + 2 * n)
""")

# 07: state_derivative
JACOBIANS = """
def state_derivative(H, W_h):
    J = np.eye(len(W_h))
    for t in range({start}, {stop}):
        D = {slope}
        J = {product}
    return J
"""
def jac(**changed):
    parts = {"start": "1", "stop": "len(H)", "slope": "np.diag(1 - H[t] ** 2)", "product": "D @ W_h @ J"}
    return JACOBIANS.format(**parts | changed)
wrong("07", "state_derivative", "elementwise", jac(product="(1 - H[t] ** 2)[:, None] * W_h * J"))
wrong("07", "state_derivative", "elementwise, from ones", """
def state_derivative(H, W_h):
    J = np.ones_like(W_h)
    for h in H[1:]:
        J = J * ((1 - h ** 2)[:, None] * W_h)
    return J if len(H) > 1 else np.eye(len(W_h))
""")
wrong("07", "state_derivative", "stops a step early", jac(stop="len(H) - 1"))
wrong("07", "state_derivative", "begins at the first", jac(start="0"))
wrong("07", "state_derivative", "one step late", jac(start="2"))
wrong("07", "state_derivative", "slope of the state before", jac(slope="np.diag(1 - H[t - 1] ** 2)"))
wrong("07", "state_derivative", "no slope", jac(slope="np.eye(len(W_h))"))
wrong("07", "state_derivative", "other order", jac(product="J @ D @ W_h"))
wrong("07", "state_derivative", "slope on columns", jac(product="W_h @ D @ J"))
wrong("07", "state_derivative", "transposed weights", jac(product="D @ W_h.T @ J"))
wrong("07", "state_derivative", "slope of tanh of the state", jac(slope="np.diag(1 - np.tanh(H[t]) ** 2)"))
wrong("07", "state_derivative", "not squared", jac(slope="np.diag(1 - H[t])"))

# 10: lstm_step
STEP = """
def lstm_step(u, h, c, p):
    f = {gate}(p["U_f"] @ u + p["W_f"] @ h + {bf})
    i = {gate}(p["U_i"] @ u + p["W_i"] @ h + p["b_i"])
    o = {gate}(p["U_o"] @ u + p["W_o"] @ {ho} + {bo})
    g = {act}(p["U_c"] @ u + p["W_c"] @ h + {bc})
    new = {new}
    return {out}
"""
def lstm(**changed):
    parts = {"gate": "sigmoid", "act": "np.tanh", "bf": 'p["b_f"]', "bo": 'p["b_o"]', "bc": 'p["b_c"]',
             "ho": "h", "new": "f * c + i * g", "out": "o * np.tanh(new), new"}
    return STEP.format(**parts | changed)
wrong("10", "lstm_step", "tanh as gates", lstm(gate="np.tanh"))
wrong("10", "lstm_step", "sigmoid for the candidate", lstm(act="sigmoid"))
wrong("10", "lstm_step", "no bias in f", lstm(bf="0"))
wrong("10", "lstm_step", "no bias in o", lstm(bo="0"))
wrong("10", "lstm_step", "no bias in c", lstm(bc="0"))
wrong("10", "lstm_step", "h without tanh", lstm(out="o * new, new"))
wrong("10", "lstm_step", "tanh of the old cell", lstm(out="o * np.tanh(c), new"))
wrong("10", "lstm_step", "tanh(c) is carried", lstm(out="o * np.tanh(new), np.tanh(new)"))
wrong("10", "lstm_step", "tanh around the cell", lstm(new="np.tanh(f * c + i * g)"))
wrong("10", "lstm_step", "tanh outside", lstm(out="np.tanh(o * new), new"))
wrong("10", "lstm_step", "sigmoid of the cell", lstm(out="o * sigmoid(new), new"))
wrong("10", "lstm_step", "input and forget gate swapped", lstm(new="i * c + f * g"))
wrong("10", "lstm_step", "candidate without a gate", lstm(new="f * c + g"))
wrong("10", "lstm_step", "1 - f for i", lstm(new="f * c + (1 - f) * g"))
wrong("10", "lstm_step", "the old h kept, not c", lstm(new="f * h + i * g"))
wrong("10", "lstm_step", "cell first", lstm(out="new, o * np.tanh(new)"))
wrong("10", "lstm_step", "tanh(g) of g", lstm(new="f * c + i * np.tanh(g)"))
wrong("10", "lstm_step", "candidate of the output", lstm(out="o * np.tanh(g), new"))
wrong("10", "lstm_step", "no biases", lstm(bf="0", bo="0", bc="0"))
wrong("10", "lstm_step", "product of gates", lstm(new="f * c * i * g"))

# 10: lstm_parameters
def lpar(one="4 * (n * m + n * n + n)", two="4 * (n * m + n * n + 2 * n)"):
    return f"def lstm_parameters(m, n):\n    return {one}, {two}\n"
wrong("10", "lstm_parameters", "one block", lpar("n * m + n * n + n", "n * m + n * n + 2 * n"))
wrong("10", "lstm_parameters", "three blocks", lpar("3 * (n * m + n * n + n)", "3 * (n * m + n * n + 2 * n)"))
wrong("10", "lstm_parameters", "swapped", lpar("4 * (n * m + n * n + 2 * n)", "4 * (n * m + n * n + n)"))
wrong("10", "lstm_parameters", "no biases", lpar("4 * (n * m + n * n)"))
wrong("10", "lstm_parameters", "biases of m", lpar("4 * (n * m + n * n + m)", "4 * (n * m + n * n + 2 * m)"))
wrong("10", "lstm_parameters", "all doubled", lpar(two="8 * (n * m + n * n + n)"))
wrong("10", "lstm_parameters", "one bias more in all", lpar(two="4 * (n * m + n * n + n) + n"))
wrong("10", "lstm_parameters", "two matrices of n * m", lpar("4 * (2 * n * m + n)", "4 * (2 * n * m + 2 * n)"))
wrong("10", "lstm_parameters", "second bias of m", lpar(two="4 * (n * m + n * n + n + m)"))
