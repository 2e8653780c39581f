"""The numbers that the figures show, worked out in NumPy, for tests of the JavaScript."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from coursekit.autodiff import Value
from coursekit.figures.framework import stored_data
from coursekit.figures.gallery.bptt_triangle import example_network
from coursekit.figures.gallery.unrolled import B_Q, W_H, W_U, WORDS, Q
from coursekit.figures.gallery.vanishing import _nets
from coursekit.probes import gradients

Array = npt.NDArray[np.float64]
DISCOUNT = 0.75  # of completion
KEPT_STEPS = 20  # over which lstm_cell asks what is left


class Cut(NamedTuple):
    """What ``batching`` shows for the last prediction of the followed row."""

    updates: int  #: of the weights in one pass over the text
    left_out: int  #: symbols at the end that fill no row
    context: int  #: symbols of its row that the prediction can depend on
    gradient: int  #: steps its gradient goes back


def batching_numbers(length: int, rows: int, window: int, update: int, carry: bool) -> Cut:
    """The numbers of ``batching`` for a text of ``length`` symbols."""
    columns = (length - 1) // rows
    start = (update - 1) * window
    stop = min(start + window, columns)
    updates = math.ceil(columns / window)
    return Cut(updates, (length - 1) % rows, stop if carry else stop - start, stop - start)


def bptt_triangle_numbers(gain: float, mode: str, keep: int) -> tuple[Array, float]:
    """What `bptt_triangle` shows: the norms of the cells, entry (t, i), and the cosine."""
    p = {name: np.array(value) for name, value in example_network().items()}
    w_h, steps = gain * p["W_h"], len(p["x"]) - 1
    h = [p["h_0"]]
    sizes, full, part = np.zeros((steps + 1, steps + 1)), np.zeros((3, 3)), np.zeros((3, 3))
    for t in range(1, steps + 1):
        h.append(np.tanh(p["W_u"] @ p["u"][t] + w_h @ h[t - 1] + p["b_h"]))
        y = np.exp(p["Q"] @ h[t] + p["b_Q"])
        g = p["Q"].T @ (y / y.sum() - np.eye(4)[p["x"][t]])
        for i in range(t, 0, -1):
            da = (1 - h[i] ** 2) * g
            cell = np.outer(da, h[i - 1])  # (n, n)
            sizes[t, i] = np.linalg.norm(cell)
            full += cell
            same_piece = (i - 1) // keep == (t - 1) // keep
            part += cell * {"all": True, "last": t - i < keep, "chunks": same_piece}[mode]
            g = w_h.T @ da
    return sizes, float((full * part).sum() / np.linalg.norm(full) / np.linalg.norm(part))


def branching_numbers(weights: Sequence[float]) -> tuple[float, float]:
    """What ``branching`` shows: entropy in bits and perplexity of the normalised weights."""
    p = np.asarray(weights, dtype=float)
    p = p / p.sum() if p.sum() > 0 else np.full(p.size, 1 / p.size)
    used = p[p > 0]
    entropy = float(-(used * np.log2(used)).sum())
    return entropy, 2.0**entropy


def chain_graph_numbers(graph: str, value: float) -> tuple[dict[str, float], dict[str, float]]:
    """Values and gradients by name after the last step of `chain_graph`, by the scalar engine."""
    if graph == "lecture":
        t = Value(value)
        x, y = t**2, t - 1
        nodes = {"t": t, "x": x, "y": y, "f": 3 * x + y**2}
    else:
        w, h = Value(value), [Value(0.2)]
        for u in (1.0, -0.5, 0.25):
            h.append((0.5 * u + 0.1 + w * h[-1]).tanh())
        nodes = {"w": w, **{f"h{t}": state for t, state in enumerate(h)}}
        nodes["L"] = (1 + (-1.5 * h[3]).exp()).log()
    list(nodes.values())[-1].backward()
    return {k: v.data for k, v in nodes.items()}, {k: v.grad for k, v in nodes.items()}


def clipping_wall_numbers(
    w: float, b: float, rate: float, threshold: float | None, updates: int
) -> tuple[Array, Array]:
    """A path of `clipping_wall`: points (w, b) and errors, each updates + 1 long.

    ``threshold`` None: no clipping.
    """
    points, errors = [(w, b)], []
    for update in range(updates + 1):
        error, q = wall_error(w, b)
        errors.append(error)
        if update < updates:
            norm = float(np.hypot(*q))
            shrink = 1.0 if threshold is None or norm < threshold else threshold / norm
            w, b = w - rate * shrink * q[0], b - rate * shrink * q[1]
            points.append((w, b))
    return np.array(points), np.array(errors)


def wall_error(w: float, b: float) -> tuple[float, tuple[float, float]]:
    """E = (σ(x_50) - 0.7)² and its gradient, by the forward recursion of Pascanu et al. 2013."""
    x, dx_dw, dx_db = 0.5, 0.0, 0.0
    for _ in range(50):
        s = 1 / (1 + np.exp(-x))
        slope = s * (1 - s)
        x, dx_dw, dx_db = w * s + b, s + w * slope * dx_dw, 1 + w * slope * dx_db
    s = 1 / (1 + np.exp(-x))
    outer = 2 * (s - 0.7) * s * (1 - s)
    return float((s - 0.7) ** 2), (float(outer * dx_dw), float(outer * dx_db))


def completion_numbers(phrase: str, order: int) -> Array:
    """What ``completion`` shows: p(w | phrase) by source, shape (order + 1, k).

    Row m is the share that comes from the counts of m-grams, row 0 from the uniform distribution;
    the sum over rows is the probability. Mass of n-grams the figure left out goes one order down.
    """
    data = stored_data("completion")
    k = len(data["words"])
    number = {word: i for i, word in enumerate(data["words"])}
    ids = [number["</s>"], *(number.get(word, 0) for word in phrase.lower().split())]
    ids = ids[len(ids) - 1 - ids[::-1].index(number["</s>"]) :]
    parts = np.zeros((order + 1, k))
    parts[0] = 1 / k
    for m in range(1, order + 1):
        context = " ".join(map(str, ids[len(ids) - m + 1 :])) if m > 1 else ""
        row = data["tables"][m - 1].get(context) if len(ids) >= m - 1 else None
        if row is None:
            continue
        total, words, seen = row[0], row[1::2], np.array(row[2::2])
        share = (seen - DISCOUNT) / total
        parts[:m] *= 1 - share.sum()
        parts[m, words] = share
    return parts


def forcing_numbers(fed: str, step: int) -> tuple[list[float], float]:
    """Losses in nats of the first ``step`` steps, and their perplexity (1 if there are none)."""
    losses = [-math.log(p) for _, _, p in stored_data("forcing")["paths"][fed][:step]]
    return losses, math.exp(sum(losses) / max(step, 1))


class CellNumbers(NamedTuple):
    """What the figure shows for one dimension of a cell."""

    cell: float
    hidden: float
    left: float


def cell_numbers(c: float, candidate: float, f: float, i: float, o: float) -> CellNumbers:
    """New cell and hidden state of one dimension, and what is left after 20 steps with i = 0.

    Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000.
    """
    cell = f * c + i * candidate
    return CellNumbers(cell, o * math.tanh(cell), f**KEPT_STEPS * cell)


def mixture_numbers(
    first: Sequence[float], second: Sequence[float], seen: Sequence[int], weight: float
) -> dict[str, float]:
    """What ``mixture`` shows: the perplexity of all words, of those in seen and unseen contexts."""
    p = (1 - weight) * np.exp(-np.asarray(first)) + weight * np.exp(-np.asarray(second))
    known = np.asarray(seen, dtype=bool)
    groups = {"all": np.ones_like(known), "seen": known, "unseen": ~known}
    return {name: float(np.exp(-np.log(p[group]).mean())) for name, group in groups.items()}


def pooling_numbers(losses: Sequence[float], cut: int) -> tuple[float, float, float]:
    """What ``pooling`` shows: pooled, exp of the mean of means, mean of perplexities."""
    means = [np.mean(losses[:cut]), np.mean(losses[cut:])]
    return math.exp(np.mean(losses)), math.exp(np.mean(means)), float(np.mean(np.exp(means)))


def summary_numbers(sentence: int, network: str, place: int, padding: int) -> list[list[float]]:
    """What ``state_summary`` shows: how far last, mean and maximum move, without and with padding.

    Worked out from the weights: the states with <unk> in place of the word against those without.
    """
    import torch

    from coursekit import text, zoo

    stored = stored_data("state_summary")
    vocab = text.encoded_sotu().vocab
    model = zoo.load({"simple RNN": "rnn", "LSTM": "lstm"}[network]).eval()
    ids = vocab.encode(stored["sentences"][sentence]).tolist()
    lacking = [*ids[: place - 1], 0, *ids[place:]]  # 0 is <unk>, and what fills a batch
    with torch.inference_mode():
        read = torch.tensor([[vocab.end, *x, *[0] * padding] for x in (ids, lacking)])
        h = model.hidden(read, model.initial_state(2))[0][:, 1:].double().numpy()  # (2, t, n)
    found = []
    for steps in (len(ids), len(ids) + padding):
        made = [(s[steps - 1], s[:steps].mean(0), s[:steps].max(0)) for s in h]
        norm = np.linalg.norm
        found.append([float(norm(a - b) / norm(a)) for a, b in zip(*made, strict=True)])
    return found


class Drawn(NamedTuple):
    """What ``temperature`` shows."""

    probabilities: list[float]  #: of the words drawn as bars, 0 for those cut off
    kept: int  #: how many words of the vocabulary can still be drawn
    perplexity: float  #: of the distribution that is drawn from
    rest: float  #: probability of all words that have no bar of their own


def temperature_numbers(context: str, temperature: float, top_p: float) -> Drawn:
    """The numbers of ``temperature``; the tail is counted in groups of equal probability."""
    stored = stored_data("temperature")[context]
    p = np.array([p for _, p in stored["head"]] + [p for p, _ in stored["tail"]])  # (g,)
    count = np.array([1] * len(stored["head"]) + [c for _, c in stored["tail"]])  # (g,)
    weight = np.exp((np.log(p) - np.log(p[0])) / temperature)
    q = weight / (weight * count).sum()
    before = np.concatenate([[0.0], (q * count).cumsum()[:-1]])  # probability ahead of each group
    kept = np.clip(np.ceil((top_p - before) / q - 1e-9), 0, count) if top_p < 1 else count
    q = q / (q * kept).sum()
    used = kept > 0
    entropy = -(kept * q * np.log(q))[used].sum()
    head = len(stored["head"])
    shown = np.where(kept[:head] > 0, q[:head], 0.0)
    return Drawn(shown.tolist(), int(kept.sum()), float(np.exp(entropy)), float(1 - shown.sum()))


def unrolled_numbers(sentence: str, recurrent: bool = True) -> tuple[Array, Array]:
    """Hidden states, shape (t + 1, n), and predictions, shape (t + 1, k), of ``unrolled``.

    Row 0 is the state before the first word.
    """
    h, states = np.zeros(3), [np.zeros(3)]
    for word in sentence.split():
        u = np.array([known == word for known in WORDS], float)  # (k,)
        h = np.tanh(W_U @ u + recurrent * (W_H @ h))  # (n,)
        states.append(h)
    hidden = np.array(states)  # (t + 1, n)
    logits = hidden @ Q.T + B_Q  # (t + 1, k)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return hidden, odds / odds.sum(axis=1, keepdims=True)


def vanishing_numbers(rho: float, phi: str, kind: str) -> tuple[Array, float]:
    """What `vanishing` shows: norms for ξ = 0 … 50, and the bound's factor a step."""
    net = _nets()[kind]
    w = np.array(net["W"])
    w = np.where(np.eye(len(w)) == 1, rho * w, w) if kind == "non-normal" else rho * w
    h = gradients.states(w, np.array(net["z"]), np.array(net["h_0"]), phi)
    norms = gradients.product_norms(gradients.jacobians(w, gradients.slopes(h, phi)))
    return norms, float(gradients.norm_bound(w, phi, 1))


class Weights(NamedTuple):
    """What ``window`` shows: weights and biases below the output layer."""

    window: int  #: of the window model
    recurrent: int  #: of a recurrent network with the same sizes, for any length
    more: int  #: smallest window whose model needs more than the recurrent network


def window_numbers(w: int, d: int, m: int) -> Weights:
    """The numbers of ``window``: W and b_W against W_u, W_h and b_h.

    The window needs more once w·d > d + m.
    """
    return Weights(m * w * d + m, m * d + m * m + m, (d + m) // d + 1)


class Scanned(NamedTuple):
    """Eight states by a loop and by a parallel scan, after some steps of both."""

    loop: list[float]
    scan: list[float]
    whole: int
    work: int


def scan_numbers(a: Sequence[float], b: Sequence[float], step: int) -> Scanned:
    """What ``scan`` shows: after r rounds an entry takes in the last 2^r inputs."""
    rounds = min(step, (len(a) - 1).bit_length())

    def states(first: int, last: int) -> list[float]:
        h, found = 0.0, []
        for t in range(first, last):
            h = a[t] * h + b[t]
            found.append(h)
        return found

    reach = 2**rounds
    scanned = [states(max(0, t + 1 - reach), t + 1)[-1] for t in range(len(a))]
    work = sum(len(a) - 2**r for r in range(rounds))
    return Scanned(states(0, step), scanned, min(len(a), reach), work)
