"""Answers that let the course's own package, or a library, do the work that a question is about.

Each earned all points before its question forbade what it calls.
"""

ANSWERS = {
    "count_ngrams": """\
def count_ngrams(tokens, n):
    from nltk.util import everygrams
    counts = {}
    for gram in everygrams(tokens, n, n):
        counts[gram] = counts.get(gram, 0) + 1
    return counts
""",
    "next_word_distribution": """\
def next_word_distribution(tokens, v, k):
    from coursekit.ngrams import KneserNey
    if v not in list(tokens)[:-1]:
        return np.full(k, 1 / k)
    return KneserNey.fit(tokens, 2, k, discount=1e-13, continuation=False).distribution([v])
""",
    "kneser_ney_bigram": """\
def kneser_ney_bigram(C, D):
    from coursekit.ngrams.tables import smooth
    C = np.asarray(C).astype(int)
    k, keys, p = len(C), np.flatnonzero(C), (C > 0).sum(0) / (C > 0).sum()
    table = smooth(keys, C.ravel()[keys], k, (D, D, D), p[keys % k], k)
    P = table.backoff[:k, None] * p
    P.ravel()[keys] = table.prob
    return P
""",
    "perplexity": """\
def perplexity(p):
    from coursekit.perplexity import Score
    with np.errstate(divide="ignore"):
        return Score(float(-np.log(p).sum()), len(p)).perplexity
""",
    "next_word_losses": """\
def next_word_losses(y_hat, x):
    from coursekit.perplexity import from_probabilities
    return np.array([np.log(from_probabilities([y_hat[t, x[t + 1]]])) for t in range(len(x) - 1)])
""",
    "softmax_rows": """\
def softmax_rows(Z):
    from scipy.special import softmax
    return softmax(Z, axis=1)
""",
    "rnn_step": """\
def rnn_step(u, h, W_u, W_h, b_h):
    from coursekit.probes import gradients
    return gradients.states(W_h, (W_u @ u + b_h)[None], h, "tanh")[-1]
""",
    "rnn_states": """\
def rnn_states(U, h_0, W_u, W_h, b_h):
    from coursekit.probes import gradients
    return gradients.states(W_h, U @ W_u.T + b_h, h_0, "tanh")[-len(U):]
""",
    "last_states": """\
def last_states(U, lengths, W_u, W_h, b_h):
    from coursekit.probes import gradients
    h = np.zeros((len(U), len(b_h)))
    for i, t in enumerate(lengths):
        if t:
            h[i] = gradients.states(W_h, U[i, :t] @ W_u.T + b_h, h[i], "tanh")[-1]
    return h
""",
    "batches": """\
def batches(ids, rows, window):
    from coursekit.text import batches as theirs
    length = (len(ids) - 1) // rows
    return [b for b in theirs(ids, rows, window)] if length else []
""",
    "node_gradients": """\
def node_gradients(edges, n):
    from coursekit.autodiff import Value
    import coursekit.autodiff
    nodes = [Value(0.0) for _ in range(n + 1)]
    for a, b, local in edges:
        nodes[b].edges += ((nodes[a], float(local)),)
    nodes[-1].backward()
    return np.array([v.grad for v in nodes])
""",
    "step_jacobian": """\
def step_jacobian(h, W_h):
    from coursekit.probes import gradients
    return gradients.jacobians(W_h, gradients.slopes(np.stack([h, h]), "tanh"))[0]
""",
    "two_numbers": """\
def two_numbers(W):
    from coursekit.probes import gradients
    return gradients.spectral_radius(W), gradients.largest_singular_value(W)
""",
    "clip_gradients": """\
def clip_gradients(gradients, threshold):
    import torch
    norm = float(torch.nn.utils.get_total_norm([torch.tensor(q) for q in gradients]))
    if np.isfinite(norm) and norm > threshold:
        gradients = [threshold / norm * q for q in gradients]
    return list(gradients), norm
""",
    "with_temperature": """\
def with_temperature(z, tau):
    import torch
    from coursekit.sampling import adjusted
    return adjusted(torch.tensor(z), tau).numpy()
""",
    "top_k": """\
def top_k(p, k):
    import torch
    from coursekit.sampling import adjusted
    return adjusted(torch.tensor(p).log(), top_k=k).numpy()
""",
    "nucleus": """\
def nucleus(p, mass):
    import torch
    from coursekit.sampling import adjusted
    return adjusted(torch.tensor(p).log(), top_p=mass).numpy()
""",
    "lstm_states": """\
def lstm_states(U, h_0, c_0, p):
    import torch
    from coursekit.models.cells import LSTMCell, unroll
    cell = LSTMCell(U.shape[1], len(h_0)).double()
    order = "fioc"
    with torch.no_grad():
        for name, of in (("U", "U"), ("W", "W"), ("b", "b")):
            getattr(cell, name).copy_(torch.cat([torch.tensor(p[f"{of}_{g}"]) for g in order]))
        state = torch.tensor(h_0)[None], torch.tensor(c_0)[None]
        H = np.zeros((len(U), len(h_0)))
        for t, u in enumerate(torch.tensor(U)):
            z = cell.project(u[None, None])[:, 0]
            state = cell.step(z, state)
            H[t] = state[0][0]
    return H, state[0][0].numpy(), state[1][0].numpy()
""",
    "stacked_states": """\
def stacked_states(U, h_0, weights):
    import torch
    from coursekit.models.cells import SimpleCell, unroll
    X, found = torch.tensor(U)[None], []
    with torch.no_grad():
        for h, (W_u, W_h, b_h) in zip(h_0, weights):
            cell = SimpleCell(X.shape[2], len(h)).double()
            cell.W_u.copy_(torch.tensor(W_u)); cell.W_h.copy_(torch.tensor(W_h)); cell.b_h.copy_(torch.tensor(b_h))
            X, _ = unroll(cell, X, (torch.tensor(h)[None],))
            found.append(X[0, -1].numpy())
    return X[0].numpy(), np.stack(found)
""",
    "learn_counts": """\
def learn_counts(text, k):
    from coursekit.ngrams.tables import smooth
    before = np.concatenate([[0], text[:-1]])
    keys, counts = np.unique(before * k + text, return_counts=True)
    single = (np.bincount(text, minlength=k) + 1) / (len(text) + k)
    table = smooth(keys, counts, k, (0.5, 0.8, 1.0), single[keys % k], k)
    P = table.backoff[:k, None] * single
    P.ravel()[keys] = table.prob
    return lambda context: P[context[-1] if len(context) else 0]
""",
    "state_derivative": """\
def state_derivative(H, W_h):
    from coursekit.probes import gradients
    J = np.eye(len(W_h))
    for one in gradients.jacobians(W_h, gradients.slopes(H, "tanh")):
        J = one @ J
    return J
""",
    "logit_gradient": """\
def logit_gradient(y_hat, x):
    from coursekit.derivatives import network
    network.K = len(y_hat)
    net = network.Network(np.random.default_rng(0))
    net.x = [0, x]
    net.forward = lambda: ([], [0, y_hat])
    return net.d_logits(1)
""",
    "backward": """\
def backward(p, U, targets, H, Y):
    from coursekit.derivatives import network
    network.T, network.N, network.K = len(U), len(p["b_h"]), len(p["b_Q"])
    net = network.Network(np.random.default_rng(0))
    net.p, net.x = p, [0, *targets]
    net.forward = lambda: (list(H), [0, *Y])
    g = net.backward()
    T = len(U)
    a, z = np.stack(g.a[1:T + 1]), np.stack(g.logits[1:T + 1])
    return {"W_u": a.T @ U, "W_h": a.T @ H[:-1], "b_h": a.sum(0), "Q": z.T @ H[1:], "b_Q": z.sum(0)}
""",
    "truncated_gradient": """\
def truncated_gradient(p, targets, H, Y, K):
    from coursekit.probes import gradients
    T, g = len(targets), np.zeros_like(p["W_h"])
    errors = Y.copy()
    errors[np.arange(T), targets] -= 1
    errors = (errors / T) @ p["Q"]
    return gradients.gradient_by_lag(errors[None], (1 - H[1:] ** 2)[None], H[None], p["W_h"])[:K].sum(0)
""",
    "weight_shares": """\
def weight_shares(w, h_0, u):
    from coursekit.probes import gradients
    W = np.array([[w]])
    H = gradients.states(W, np.reshape(u, (-1, 1)), np.array([h_0]), "tanh")
    errors = np.zeros((1, len(u), 1)); errors[0, -1] = 1
    slopes = gradients.slopes(H, "tanh")
    return gradients.gradient_by_lag(errors, slopes[None], H[None], W)[::-1, 0, 0]
""",
    "power_norms": """\
def power_norms(W, steps):
    from coursekit.probes import gradients
    return gradients.product_norms(np.stack([W] * steps)) if steps else np.ones(1)
""",
    "scaled_to": """\
def scaled_to(W, radius):
    from coursekit.probes import gradients
    r = gradients.spectral_radius(W)
    return W * (radius / r) if r > 1e-12 else W.copy()
""",
    "is_causal": """\
def is_causal(model, T, d):
    import torch
    from coursekit.probes.behaviour import future_leak
    X = np.random.default_rng(0).normal(size=(2 * T, d))
    def asked(x, _):
        return torch.tensor(np.asarray(model(X[x[0].numpy()]))).reshape(1, T, -1), None
    return T < 2 or future_leak(asked, torch.arange(T)[None] * 2, 2 * T) < 1e-9
""",
    "window_forward": """\
def window_forward(context, E, W, b_W, Q, b_Q):
    import torch
    from coursekit.models import WindowModel
    m = WindowModel(len(E), E.shape[1], len(b_W), window=len(context)).double().eval()
    for name, value in zip([n for n, _ in m.named_parameters()], range(9)): pass
    with torch.no_grad():
        m.W.weight.copy_(torch.tensor(W)); m.W.bias.copy_(torch.tensor(b_W))
        m.embed.weight.copy_(torch.tensor(E))
        own = dict(m.output.named_parameters())
        for v in own.values(): v.copy_(torch.tensor(Q if v.ndim == 2 else b_Q))
        c = torch.tensor(np.asarray(context))[None]
        y = m(c[:, -1:], (c[:, :-1],))[0]
        return m.embed(c).reshape(-1).numpy(), y.exp().reshape(-1).numpy()
""",
    "Number": """\
class Number:
    def __init__(self, data):
        self.value = data if isinstance(data, torch.Tensor) else torch.tensor(data).double()
        if not self.value.requires_grad:
            self.value.requires_grad_()
        self.value.retain_grad()
        self.family = [self]

    @property
    def data(self):
        return self.value.detach()

    @property
    def grad(self):
        return 0.0 if self.value.grad is None else self.value.grad

    def made(self, value, *others):
        out = Number(value)
        out.family += [n for o in others for n in o.family]
        return out

    def __add__(self, other):
        return self.made(self.value + other.value, self, other)

    def __mul__(self, other):
        return self.made(self.value * other.value, self, other)

    def tanh(self):
        return self.made(self.value.tanh(), self)

    def backward(self):
        for n in self.family:
            n.value.grad = None
        self.value.backward(retain_graph=True)
""",
}
