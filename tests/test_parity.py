"""The chapters' own networks against torch.nn: same weights, same outputs, same gradients.

``test_models`` does this for the package. Here it is what the pages teach, and what both leave
over: bidirectional layers, gradients through a stack, and padded batches. Each oracle is shown to
catch a wrong network.
"""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from notebook_code import definitions, load, spoil
from torch import Tensor, nn

from coursekit.models import LSTMCell, SimpleCell, Stack, unroll
from coursekit.sampling import adjusted

B, T, M, N = 3, 9, 5, 4
LSTM_CHAPTER = definitions("10-lstm")
BOTH_WAYS_CHAPTER = definitions("13-bidirectional")
PADDING_CHAPTER = definitions("12-applications")
STACKED_CHAPTER = definitions("14-stacked")
PARTS = ("embed.weight", "stack.cells.0.U", "stack.cells.0.W", "stack.cells.0.b")
WRITING_CHAPTER = f"PARTS = {PARTS}\n{definitions('11-generation')}"


@pytest.fixture(autouse=True)
def _doubles():
    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def worst(ours: Tensor | np.ndarray, theirs: Tensor | np.ndarray) -> float:
    """Largest absolute difference."""
    a, b = (torch.as_tensor(x).detach() for x in (ours, theirs))
    return float((a - b).abs().max())


# --- chapter 10: one LSTM step in NumPy, and all steps fused -------------------------------------


def chapter_10(source: str, order: str = "ifco") -> tuple[SimpleNamespace, nn.LSTM, dict]:
    """The chapter's code, an LSTM of torch, and its weights cut up by the chapter's code."""
    oracle = nn.LSTM(M, N, batch_first=True)
    cell = SimpleNamespace(
        **{name: getattr(oracle, f"{name}_l0") for name in ("weight_ih", "weight_hh")},
        **{name: getattr(oracle, f"{name}_l0") for name in ("bias_ih", "bias_hh")},
    )
    page = load(f"TORCH_ORDER = {order!r}\nn = {N}\n{source}")
    return page, oracle, page.lecture_weights(cell)


def step_gap(source: str, order: str = "ifco", step: str = "lstm_step") -> float:
    """Largest difference of h and c, over T steps, from torch's LSTM."""
    page, oracle, p = chapter_10(source, order)
    u = torch.randn(T, M)
    h, c, states = np.zeros(N), np.zeros(N), []
    for u_t in u.numpy():
        h, c = getattr(page, step)(u_t, h, c, p)
        states.append(h)
    theirs, (_, last) = oracle(u[None])
    return max(worst(np.stack(states), theirs[0]), worst(c, last[0, 0]))


def test_the_chapters_lstm_step_equals_torch() -> None:
    assert step_gap(LSTM_CHAPTER) < 1e-12


def test_the_chapters_fused_lstm_equals_torch() -> None:
    page, oracle, p = chapter_10(LSTM_CHAPTER)
    u = torch.randn(T, M)
    assert worst(page.lstm_fused(u.numpy(), p), oracle(u[None])[0][0]) < 1e-12


@pytest.mark.parametrize("order", ["fico", "ifoc", "icfo", "ofci"])
def test_a_wrong_gate_order_is_caught(order: str) -> None:
    assert step_gap(LSTM_CHAPTER, order) > 1e-3


LSTM_MUTANTS = {
    "no tanh on the candidate": (
        'np.tanh(p["U_c"] @ u + p["W_c"] @ h + p["b_c"])',
        "(p['U_c'] @ u)",
    ),
    "no tanh on the way out": ("return o * np.tanh(c), c", "return o * c, c"),
    "state forgotten": ('p["U_f"] @ u + p["W_f"] @ h', 'p["U_f"] @ u'),
    "transposed": (
        'p["W_o"] @ h + p["b_o"])  # (n,) 0 hide',
        'p["W_o"].T @ h + p["b_o"])  # 0 hide',
    ),
    "old cell lost": ("c = f * c + i * candidate  # (n,)", "c = i * candidate"),
}


@pytest.mark.parametrize("name", LSTM_MUTANTS)
def test_a_wrong_lstm_step_is_caught(name: str) -> None:
    assert step_gap(spoil(LSTM_CHAPTER, *LSTM_MUTANTS[name])) > 1e-3


def test_the_chapters_own_planted_mistake_is_a_mistake() -> None:
    assert step_gap(LSTM_CHAPTER, step="without_tanh") > 1e-3


def test_the_chapters_jacobian_equals_autograd() -> None:
    page = load(LSTM_CHAPTER.replace("TORCH_ORDER", "'ifco'"))
    shapes = {"U": (N, M), "W": (N, N), "b": (N,)}
    p = {f"{k}_{g}": torch.randn(shape) for k, shape in shapes.items() for g in "cfi"}
    u, c, o = torch.randn(M), torch.randn(N), torch.rand(N)
    truth = torch.autograd.functional.jacobian(lambda x: page.step_torch(u, x, o, p)[0], c)
    assert worst(page.jacobian_by_formula(u, c, o, p), truth) < 1e-12


# --- chapter 13: a network that reads both ways ---------------------------------------------------


def both_ways_gap(source: str) -> float:
    """Largest difference from torch's bidirectional layer."""
    layer = nn.RNN(M, N, batch_first=True, bidirectional=True)
    page = load(source)
    page.weights.__globals__["layer"] = layer
    u = torch.randn(1, T, M)
    ours = page.read_both_ways(u[0].numpy(), page.weights(""), page.weights("_reverse"))
    return worst(ours, layer(u)[0][0])


BOTH_WAYS_MUTANTS = {
    "not turned round again": ("read(u[::-1], **backward)[::-1]", "read(u[::-1], **backward)"),
    "not turned round at all": ("read(u[::-1], **backward)[::-1]", "read(u, **backward)"),
    "halves exchanged": ("np.concatenate([there, back], axis=1)", "np.hstack([back, there])"),
    "one direction's weights for both": ("**backward)[::-1]", "**forward)[::-1]"),
    "no tanh": ("h = np.tanh(W_u @ u_t + W_h @ h + b_h)", "h = W_u @ u_t + W_h @ h + b_h"),
}


def test_the_chapters_bidirectional_network_equals_torch() -> None:
    assert both_ways_gap(BOTH_WAYS_CHAPTER) < 1e-12


@pytest.mark.parametrize("name", BOTH_WAYS_MUTANTS)
def test_a_wrong_bidirectional_network_is_caught(name: str) -> None:
    assert both_ways_gap(spoil(BOTH_WAYS_CHAPTER, *BOTH_WAYS_MUTANTS[name])) > 1e-3


# --- chapter 11: the network that writes, and how it draws ----------------------------------------


def writing_gap(source: str) -> float:
    """Largest difference of log-probabilities from torch's embedding, LSTM and output layer."""
    words = 11
    E, oracle, Q = nn.Embedding(words, M), nn.LSTM(M, N, batch_first=True), nn.Linear(N, words)
    cell = LSTMCell.from_torch(oracle)
    named = dict(zip(PARTS, (E.weight, cell.U, cell.W, cell.b), strict=True))
    named |= {"output.Q": Q.weight, "output.b_Q": Q.bias}
    page = load(source)
    p = page.weights(SimpleNamespace(named_parameters=named.items))
    x = torch.randint(words, (B, T))
    h = c = np.zeros((B, N))
    ours = []
    for symbols in x.numpy().T:
        h, c = page.step(symbols, h, c, p)
        ours.append(page.predict(h, p))
    return worst(np.stack(ours, 1), Q(oracle(E(x))[0]).log_softmax(-1))


WRITING_MUTANTS = {
    "gates exchanged": ("f, i, o, candidate = np.split", "i, f, o, candidate = np.split"),
    "no tanh on the candidate": ("i * np.tanh(candidate)", "i * candidate"),
    "no tanh on the way out": ("return o * np.tanh(c), c", "return o * c, c"),
    "another σ": ("0.5 + 0.5 * np.tanh(0.5 * gate)", "0.5 + 0.5 * np.tanh(gate)"),
    "transposed": ('p["table"][x] + h @ p["W"].T', 'p["table"][x] + h @ p["W"].reshape(-1, 4 * N)'),
    "bias left out": ('{"table": E @ U.T + b', '{"table": E @ U.T'),
    "no bias on the words": ('h @ p["Q"].T + p["b_Q"]', 'h @ p["Q"].T'),
}


def test_the_chapters_writer_equals_torch() -> None:
    assert writing_gap(WRITING_CHAPTER) < 1e-12


@pytest.mark.parametrize("name", WRITING_MUTANTS)
def test_a_wrong_writer_is_caught(name: str) -> None:
    assert writing_gap(f"N = {N}\n{spoil(WRITING_CHAPTER, *WRITING_MUTANTS[name])}") > 1e-3


RULES = ({}, {"temperature": 0.6}, {"top_k": 3}, {"mass": 0.7}, {"temperature": 1.5, "mass": 0.5})


def drawing_gap(source: str) -> float:
    """Largest difference from the package's distributions, over rules and rows."""
    page, gaps = load(source), []
    log_y = torch.randn(20, 12).mul(2).log_softmax(-1)  # (b, k)
    for rule in RULES:
        named = {"top_p" if name == "mass" else name: value for name, value in rule.items()}
        expected = torch.stack([adjusted(row.clone(), **named) for row in log_y])
        gaps.append(worst(page.reshaped(log_y.numpy().copy(), **rule), expected))
    return max(gaps)


DRAWING_MUTANTS = {
    "temperature the wrong way": (
        "log_softmax(log_y / temperature)",
        "log_softmax(log_y * temperature)",
    ),
    "without the word that crosses": ("- ranked < mass", "< mass"),
    "not scaled": ("ranked / ranked.sum(-1, keepdims=True), -1)", "ranked, -1)"),
    "one word too many": ("keep[..., top_k:]", "keep[..., top_k + 1 :]"),
    "left in the order of rank": (
        "np.put_along_axis(q, order, ranked / ranked.sum(-1, keepdims=True), -1)",
        "q = ranked / ranked.sum(-1, keepdims=True)",
    ),
}


def test_the_chapters_rules_of_drawing_equal_the_packages() -> None:
    assert drawing_gap(WRITING_CHAPTER) < 1e-12


@pytest.mark.parametrize("name", DRAWING_MUTANTS)
def test_a_wrong_rule_of_drawing_is_caught(name: str) -> None:
    with np.errstate(invalid="ignore"):
        gap = drawing_gap(spoil(WRITING_CHAPTER, *DRAWING_MUTANTS[name]))
    assert not gap < 1e-3  # an empty nucleus gives NaN


def test_the_chapters_draw_is_the_first_word_past_the_random_number() -> None:
    q = torch.rand(500, 7).mul(torch.rand(500, 7) > 0.3).add(1e-9).numpy()  # some nearly 0
    randoms = np.random.default_rng(3).random((500, 1))
    truth = [
        np.searchsorted(np.cumsum(row), r * row.sum(), side="right")
        for row, (r,) in zip(q, randoms, strict=True)
    ]
    assert (load(WRITING_CHAPTER).draw(q, np.random.default_rng(3)) == truth).all()


# --- chapter 14: layers on layers -----------------------------------------------------------------


def stacked_gap(source: str, function: str) -> float:
    """Largest difference from the top states of torch's stacked simple RNN."""
    oracle, page, weights = nn.RNN(M, N, num_layers=3, batch_first=True), load(source), []
    for j in range(3):
        W_u, W_h, b, b_2 = (
            getattr(oracle, f"{name}_l{j}").detach().numpy()
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        weights.append({"W_u": W_u, "W_h": W_h, "b_h": b + b_2})
    u = torch.randn(1, T, M)
    found = getattr(page, function)(u[0].numpy(), weights)
    return worst(found[-1] if function == "stack" else found, oracle(u)[0][0])


STACKED_MUTANTS = {
    "no tanh": ("stack", "h = np.tanh(W_u @ u + W_h @ h + b_h)", "h = W_u @ u + W_h @ h + b_h"),
    "no recurrence": ("stack", "np.tanh(W_u @ u + W_h @ h + b_h)", "np.tanh(W_u @ u + b_h)"),
    "top layer left out": ("stack", "for weights in layers:", "for weights in layers[:-1]:"),
    "recurrence from the layer below": (
        "step_by_step",
        'w["W_h"] @ h[i]',
        'w["W_h"] @ h[max(i - 1, 0)]',
    ),
    "state never kept": (
        "step_by_step",
        "            u = h[i]  # the input of the layer above",
        "            u, h[i] = h[i], 0 * h[i]",
    ),
}


@pytest.mark.parametrize("function", ["stack", "step_by_step"])
def test_the_chapters_stacked_network_equals_torch(function: str) -> None:
    assert stacked_gap(STACKED_CHAPTER, function) < 1e-12


@pytest.mark.parametrize("name", STACKED_MUTANTS)
def test_a_wrong_stacked_network_is_caught(name: str) -> None:
    function, old, new = STACKED_MUTANTS[name]
    assert stacked_gap(spoil(STACKED_CHAPTER, old, new), function) > 1e-3


def test_the_chapters_count_of_parameters_is_torchs() -> None:
    page = load(STACKED_CHAPTER)
    for layers in (1, 2, 3):
        assert page.lstm_parameters(M, N, layers, biases=2) == page.by_torch(M, N, layers)


# --- the package's cells: two directions and two layers, with gradients ---------------------------


def lstm_part(oracle: nn.LSTM, suffix: str, m: int) -> nn.LSTM:
    """A one-layer LSTM with the weights of one layer or direction of another."""
    part = nn.LSTM(m, N, batch_first=True)
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        getattr(part, f"{name}_l0").data.copy_(getattr(oracle, f"{name}_{suffix}"))
    return part


def both_ways(there: LSTMCell, back: LSTMCell, u: Tensor) -> Tensor:
    """Concatenated states of two cells, (b, t, d) -> (b, t, 2n)."""
    forward, _ = unroll(there, u, there.initial_state(len(u)))
    backward, _ = unroll(back, u.flip(1), back.initial_state(len(u)))
    return torch.cat([forward, backward.flip(1)], dim=-1)


def ifco(ours: Tensor) -> Tensor:
    """Reorder the blocks of the package, f i o c, to those of torch."""
    f, i, o, c = ours.chunk(4)
    return torch.cat([i, f, c, o])


def gradient_gaps(
    ours: Callable[[Tensor], Tensor],
    oracle: nn.LSTM,
    cells: dict[str, LSTMCell],
) -> tuple[float, float, float]:
    """Largest differences of outputs, of the input's gradient, and of the weights' gradients."""
    u = torch.randn(B, T, M)
    our_u, their_u = u.clone().requires_grad_(), u.clone().requires_grad_()
    h, expected = ours(our_u), oracle(their_u)[0]
    weight = torch.randn_like(expected)
    (h * weight).sum().backward()
    (expected * weight).sum().backward()
    names = {"U": "weight_ih", "W": "weight_hh", "b": "bias_hh"}
    weights = [
        worst(ifco(getattr(cell, mine).grad), getattr(oracle, f"{theirs}_{suffix}").grad)
        for suffix, cell in cells.items()
        for mine, theirs in names.items()
    ]
    return worst(h, expected), worst(our_u.grad, their_u.grad), max(weights)


class WrongOrder(LSTMCell):
    """i and f exchanged."""

    def step(self, z: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        f, i, rest = z[:, :N], z[:, N : 2 * N], z[:, 2 * N :]
        return super().step(torch.cat([i, f, rest], dim=1), state)


class NoTanh(LSTMCell):
    """h = o * c."""

    def step(self, z: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        h, c = super().step(z, state)
        return h / torch.tanh(c) * c, c


class CutGradient(LSTMCell):
    """Right states, but no gradient back through time."""

    def step(self, z: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        return super().step(z, tuple(part.detach() for part in state))


def bidirectional_gaps(kind: type[LSTMCell]) -> tuple[float, float, float]:
    oracle = nn.LSTM(M, N, batch_first=True, bidirectional=True)
    suffixes = ("l0", "l0_reverse")
    cells = {s: kind.from_torch(lstm_part(oracle, s, M)) for s in suffixes}
    return gradient_gaps(lambda u: both_ways(*cells.values(), u), oracle, cells)


def stacked_gaps(kind: type[LSTMCell]) -> tuple[float, float, float]:
    oracle = nn.LSTM(M, N, num_layers=3, batch_first=True)
    cells = {f"l{j}": kind.from_torch(lstm_part(oracle, f"l{j}", N if j else M)) for j in range(3)}
    stack = Stack(list(cells.values()))
    return gradient_gaps(lambda u: stack(u, stack.initial_state(B))[0], oracle, cells)


NETWORKS = {"bidirectional": bidirectional_gaps, "stacked": stacked_gaps}


@pytest.mark.parametrize("network", NETWORKS)
def test_outputs_and_gradients_equal_torch(network: str) -> None:
    assert max(NETWORKS[network](LSTMCell)) < 1e-12


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("mutant", [WrongOrder, NoTanh])
def test_wrong_cells_are_caught_by_outputs_and_gradients(
    network: str, mutant: type[LSTMCell]
) -> None:
    assert min(NETWORKS[network](mutant)) > 1e-3


@pytest.mark.parametrize("network", NETWORKS)
def test_a_cut_gradient_is_caught_though_the_outputs_are_right(network: str) -> None:
    outputs, inputs, weights = NETWORKS[network](CutGradient)
    assert outputs < 1e-12
    assert min(inputs, weights) > 1e-3


def test_simple_cells_both_ways_equal_torch() -> None:
    oracle = nn.RNN(M, N, batch_first=True, bidirectional=True)
    cells = []
    for suffix in ("l0", "l0_reverse"):
        cell = SimpleCell(M, N)
        with torch.no_grad():
            cell.W_u.copy_(getattr(oracle, f"weight_ih_{suffix}"))
            cell.W_h.copy_(getattr(oracle, f"weight_hh_{suffix}"))
            biases = [getattr(oracle, f"bias_{part}_{suffix}") for part in ("ih", "hh")]
            cell.b_h.copy_(sum(biases))
        cells.append(cell)
    u = torch.randn(B, T, M)
    assert worst(both_ways(*cells, u), oracle(u)[0]) < 1e-12


# --- chapter 12: a padded batch is its sequences, one at a time -----------------------------------

LENGTHS = (9, 4, 1)
SUMMARIES = {
    "last_state": lambda a: a[-1],
    "mean_state": lambda a: a.mean(0),
    "max_state": lambda a: a.amax(0),
}


def padded_gaps(source: str, summary: str) -> tuple[float, float]:
    """Difference of a summary, and of its gradient, from one sequence at a time."""
    page, lengths = load(source), torch.tensor(LENGTHS)
    h = torch.randn(B, T, N) - 0.5  # whatever stands in the filling must not count
    ours, alone = h.clone().requires_grad_(), h.clone().requires_grad_()
    found = getattr(page, summary)(ours, lengths)
    truth = torch.stack(
        [SUMMARIES[summary](a[:length]) for a, length in zip(alone, LENGTHS, strict=True)]
    )
    weight = torch.randn_like(truth)
    (found * weight).sum().backward()
    (truth * weight).sum().backward()
    return worst(found, truth), worst(ours.grad, alone.grad)


@pytest.mark.parametrize("summary", SUMMARIES)
def test_summaries_of_a_padded_batch_and_their_gradients(summary: str) -> None:
    assert max(padded_gaps(PADDING_CHAPTER, summary)) < 1e-12


PADDING_MUTANTS = {
    "end of the row": ("last_state", "h[torch.arange(len(h)), lengths - 1]", "h[:, -1]"),
    "one too far": ("last_state", "lengths - 1]", "lengths.clamp(max=h.shape[1] - 1)]"),
    "mean over the row": ("mean_state", "/ lengths[:, None]", "/ h.shape[1]"),
    "filling in the sum": ("mean_state", "(h * real).sum(1)", "h.sum(1)"),
    "zeros before the maximum": ("max_state", "-torch.inf).amax(1)", "0.0).amax(1)"),
    "mask one too long": ("mean_state", "< lengths[:, None]", "<= lengths[:, None]"),
}


@pytest.mark.parametrize("name", PADDING_MUTANTS)
def test_a_wrong_summary_is_caught(name: str) -> None:
    summary, old, new = PADDING_MUTANTS[name]
    assert padded_gaps(spoil(PADDING_CHAPTER, old, new), summary)[0] > 1e-3


@pytest.mark.parametrize("attention", [False, True])
def test_the_translator_does_not_see_the_filling(attention: bool) -> None:
    source = f"IN, OUT = 'a' * 30, 'b' * 12\n{PADDING_CHAPTER}"
    page = load(source)
    model, lengths = page.Translator(attention), torch.tensor(LENGTHS)
    x, y = torch.randint(30, (B, T)), torch.randint(12, (B, 11))
    scores, _, _ = model.decode(y, *reversed(model.encode(x, lengths)), lengths)
    for i, length in enumerate(LENGTHS):
        own = torch.tensor([length])
        alone = model.encode(x[i : i + 1, :length], own)
        expected, _, weights = model.decode(y[i : i + 1], *reversed(alone), own)
        assert worst(scores[i], expected[0]) < 1e-12
        assert weights is None or worst(weights.sum(-1), torch.ones(1, 11)) < 1e-12
