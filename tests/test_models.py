"""The models against torch.nn: same weights in, same outputs and gradients out."""

import itertools

import pytest
import torch
from torch import nn

from coursekit.models import (
    GPT,
    AdaptiveInput,
    AdaptiveSoftmax,
    AdaptiveTransformer,
    CausalAttention,
    LSTMCell,
    NgramFeatures,
    RecurrentModel,
    RecurrentNgramModel,
    SimpleCell,
    Stack,
    WindowModel,
    unroll,
)
from coursekit.models.transformer import Block

B, T, D, N, K = 3, 7, 5, 4, 30
BANDS = (6, 14, K)


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def simple_from_torch(rnn: nn.RNN) -> SimpleCell:
    cell = SimpleCell(rnn.input_size, rnn.hidden_size)
    with torch.no_grad():
        cell.W_u.copy_(rnn.weight_ih_l0)
        cell.W_h.copy_(rnn.weight_hh_l0)
        cell.b_h.copy_(rnn.bias_ih_l0 + rnn.bias_hh_l0)
    return cell


def worst(a: torch.Tensor, b: torch.Tensor) -> float:
    return float((a - b).detach().abs().max())


def gaps(cell, oracle, pairs) -> list[float]:
    """Largest differences of outputs, last state, input gradient and weight gradients."""
    u = torch.randn(B, T, D)
    ours_u, torch_u = u.clone().requires_grad_(), u.clone().requires_grad_()
    ours, state = unroll(cell, ours_u, cell.initial_state(B))
    theirs, last = oracle(torch_u)
    last = last if isinstance(last, tuple) else (last,)
    weight = torch.randn_like(ours)
    (ours * weight).sum().backward()
    (theirs * weight).sum().backward()
    found = [worst(ours, theirs), worst(ours_u.grad, torch_u.grad)]
    found += [worst(a, b[0]) for a, b in zip(state, last, strict=True)]
    return found + [worst(a.grad, b(oracle)) for a, b in pairs(cell)]


def simple_pairs(cell):
    return [
        (cell.W_u, lambda o: o.weight_ih_l0.grad),
        (cell.W_h, lambda o: o.weight_hh_l0.grad),
        (cell.b_h, lambda o: o.bias_hh_l0.grad),
    ]


def ifco(grad: torch.Tensor) -> torch.Tensor:
    i, f, c, o = grad.chunk(4)
    return torch.cat([f, i, o, c])


def lstm_pairs(cell):
    return [
        (cell.U, lambda o: ifco(o.weight_ih_l0.grad)),
        (cell.W, lambda o: ifco(o.weight_hh_l0.grad)),
        (cell.b, lambda o: ifco(o.bias_hh_l0.grad)),
    ]


def test_simple_cell_equals_torch():
    rnn = nn.RNN(D, N, batch_first=True)
    assert max(gaps(simple_from_torch(rnn), rnn, simple_pairs)) < 1e-12


def test_lstm_cell_equals_torch():
    lstm = nn.LSTM(D, N, batch_first=True)
    assert max(gaps(LSTMCell.from_torch(lstm), lstm, lstm_pairs)) < 1e-12


class TransposedSimple(SimpleCell):
    def step(self, z, state):
        return (torch.tanh(z + state[0] @ self.W_h),)


class WrongGateOrder(LSTMCell):
    def step(self, z, state):
        order = torch.cat([z[:, N : 2 * N], z[:, :N], z[:, 2 * N :]], dim=1)  # i and f exchanged
        return super().step(order, state)


class NoTanhOnCell(LSTMCell):
    def step(self, z, state):
        h, c = super().step(z, state)
        return h / torch.tanh(c) * c, c


class NoTanhOnCandidate(LSTMCell):
    def step(self, z, state):
        f, i, o, a = (z + state[0] @ self.W.T).chunk(4, dim=1)
        c = f.sigmoid() * state[1] + i.sigmoid() * a
        return o.sigmoid() * torch.tanh(c), c


class TransposedLSTM(LSTMCell):
    def step(self, z, state):
        W = torch.cat([part.T for part in self.W.chunk(4)])
        return super().step(z + state[0] @ (W - self.W).T, state)


class LostBias(LSTMCell):
    def project(self, u):
        return super().project(u) - self.b


@pytest.mark.parametrize(
    "mutant", [WrongGateOrder, NoTanhOnCell, NoTanhOnCandidate, TransposedLSTM, LostBias]
)
def test_the_oracle_catches_a_wrong_lstm(mutant):
    lstm = nn.LSTM(D, N, batch_first=True)
    cell = mutant.from_torch(lstm)
    assert gaps(cell, lstm, lambda _: [])[0] > 1e-3


def test_the_oracle_catches_a_transposed_recurrent_matrix():
    rnn = nn.RNN(D, N, batch_first=True)
    cell = simple_from_torch(rnn)
    cell.__class__ = TransposedSimple
    assert gaps(cell, rnn, lambda _: [])[0] > 1e-3


def test_stack_equals_torch():
    lstm = nn.LSTM(D, N, num_layers=2, batch_first=True)
    upper = nn.LSTM(N, N, batch_first=True)
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        getattr(upper, f"{name}_l0").data.copy_(getattr(lstm, f"{name}_l1"))
    stack = Stack([LSTMCell.from_torch(lstm), LSTMCell.from_torch(upper)])
    u = torch.randn(B, T, D)
    ours, state = stack(u, stack.initial_state(B))
    theirs, (h, c) = lstm(u)
    assert worst(ours, theirs) < 1e-12
    assert worst(torch.stack(state[0::2]), h) < 1e-12
    assert worst(torch.stack(state[1::2]), c) < 1e-12


def test_forget_bias_and_parameter_count():
    cell = LSTMCell(D, N)
    f = cell.b[:N]
    assert (f == 1).all()
    assert (cell.b[N:] == 0).all()
    assert sum(p.numel() for p in cell.parameters()) == 4 * N * (D + N + 1)


def test_adaptive_softmax_equals_torch():
    oracle = nn.AdaptiveLogSoftmaxWithLoss(8, K, list(BANDS[:-1]), div_value=2.0, head_bias=True)
    ours = AdaptiveSoftmax(8, BANDS, factor=2)
    first = BANDS[0]
    with torch.no_grad():
        ours.up[0].weight.copy_(torch.eye(8))
        ours.Q[0].copy_(oracle.head.weight[:first])
        ours.b_Q[:first] = oracle.head.bias[:first]
        ours.band_rows.weight.copy_(oracle.head.weight[first:])
        ours.band_rows.bias.copy_(oracle.head.bias[first:])
        for j in (1, 2):
            ours.up[j].weight.copy_(oracle.tail[j - 1][0].weight.T)
            ours.Q[j].copy_(oracle.tail[j - 1][1].weight)
    h = torch.randn(B, T, 8)
    y = torch.randint(K, (B, T))
    ours_h, torch_h = h.clone().requires_grad_(), h.clone().requires_grad_()
    losses = ours.losses(ours_h, y)
    theirs = -oracle(torch_h.flatten(0, 1), y.flatten()).output.view(B, T)
    assert worst(losses, theirs) < 1e-12
    assert worst(ours.log_probs(h).flatten(0, 1), oracle.log_prob(h.flatten(0, 1))) < 1e-12
    losses.sum().backward()
    theirs.sum().backward()
    assert worst(ours_h.grad, torch_h.grad) < 1e-12


def test_adaptive_input_equals_one_table():
    layer = AdaptiveInput(BANDS, 8, factor=2)
    whole = torch.cat([up(table) for table, up in zip(layer.tables, layer.up, strict=True)])
    x = torch.randint(K, (B, T))
    assert [len(table) for table in layer.tables] == [6, 8, 16]
    assert [table.shape[1] for table in layer.tables] == [8, 4, 2]
    assert worst(layer(x), whole[x]) < 1e-12


def test_attention_equals_torch():
    ours, oracle = CausalAttention(8, 2), nn.MultiheadAttention(8, 2, batch_first=True)
    with torch.no_grad():
        oracle.in_proj_weight.copy_(ours.queries_keys_values.weight)
        oracle.in_proj_bias.copy_(ours.queries_keys_values.bias)
        oracle.out_proj.weight.copy_(ours.out.weight)
        oracle.out_proj.bias.copy_(ours.out.bias)
    h = torch.randn(B, T, 8)
    mask = nn.Transformer.generate_square_subsequent_mask(T, dtype=torch.float64)
    theirs, _ = oracle(h, h, h, attn_mask=mask, need_weights=False)
    assert worst(ours(h), theirs) < 1e-12


def test_block_equals_torch():
    ours = Block(8, 2, nn.functional.gelu)
    oracle = nn.TransformerEncoderLayer(
        8, 2, 32, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    )
    pairs = {
        "self_attn.in_proj_weight": ours.attention.queries_keys_values.weight,
        "self_attn.in_proj_bias": ours.attention.queries_keys_values.bias,
        "self_attn.out_proj.weight": ours.attention.out.weight,
        "self_attn.out_proj.bias": ours.attention.out.bias,
        "linear1.weight": ours.wide.weight,
        "linear1.bias": ours.wide.bias,
        "linear2.weight": ours.narrow.weight,
        "linear2.bias": ours.narrow.bias,
        "norm1.weight": ours.before_attention.weight,
        "norm1.bias": ours.before_attention.bias,
        "norm2.weight": ours.before_network.weight,
        "norm2.bias": ours.before_network.bias,
    }
    oracle.load_state_dict({name: weight.detach() for name, weight in pairs.items()})
    h = torch.randn(B, T, 8)
    mask = nn.Transformer.generate_square_subsequent_mask(T, dtype=torch.float64)
    a, b = ours(h), oracle(h, src_mask=mask)
    assert worst(a, b) < 1e-12
    weight = torch.randn_like(a)
    (a * weight).sum().backward()
    (b * weight).sum().backward()
    theirs = dict(oracle.named_parameters())
    assert max(worst(weight.grad, theirs[name].grad) for name, weight in pairs.items()) < 1e-12


def test_window_model_equals_the_formula():
    model = WindowModel(K, D, N, window=3, before=1)
    x = torch.randint(K, (1, 5))
    log_probs, _ = model(x)
    words = torch.cat([torch.tensor([[1, 1]]), x], dim=1)[0]
    for t in range(5):
        u = torch.cat([model.embed.weight[w] for w in words[t : t + 3]])
        h = torch.tanh(model.W.weight @ u + model.W.bias)
        expected = (model.output.Q @ h + model.output.b_Q).log_softmax(0)
        assert worst(log_probs[0, t], expected) < 1e-12


MODELS = {
    "window": lambda: WindowModel(K, 6, 8, bands=BANDS),
    "window tied": lambda: WindowModel(K, 8, 8, bands=BANDS, factor=2, tied=True),
    "simple": lambda: RecurrentModel(K, 6, 8, "simple"),
    "lstm": lambda: RecurrentModel(K, 6, 8, bands=BANDS),
    "lstm tied": lambda: RecurrentModel(K, 8, 8, tied=True),
    "two layers": lambda: RecurrentModel(K, 8, 8, layers=2, dropout=0.5, bands=BANDS, tied=True),
    "n-gram features": lambda: RecurrentNgramModel(
        K, 6, 8, order=4, table=512, cell="simple", bands=BANDS
    ),
    "n-gram features, plain softmax": lambda: RecurrentNgramModel(
        K, 6, 8, order=3, table=512, cell="simple"
    ),
    "adaptive Transformer": lambda: AdaptiveTransformer(K, 8, BANDS, heads=2, context=16),
    "GPT": lambda: GPT(K, 8, heads=2, context=16),
}


@pytest.mark.parametrize("name", MODELS)
def test_every_model_gives_a_distribution_and_its_losses(name):
    model = MODELS[name]().eval()
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.5)
    x, y = torch.randint(K, (B, T)), torch.randint(K, (B, T))
    log_probs, state = model(x)
    losses, same = model.losses(x, y)
    assert log_probs.shape == (B, T, K)
    assert worst(log_probs.exp().sum(-1), torch.ones(B, T)) < 1e-12
    assert worst(losses, -log_probs.gather(-1, y[..., None])[..., 0]) < 1e-12
    assert all(torch.equal(a, b) for a, b in zip(state, same, strict=True))


@pytest.mark.parametrize("name", MODELS)
def test_every_weight_gets_a_gradient(name):
    model = MODELS[name]()
    x = torch.arange(K).view(2, 15)  # every word is read, and every word is a target
    model.losses(x, x.flip(0))[0].mean().backward()
    assert [n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()] == []


def test_tied_matrices_are_one():
    tied, free = (RecurrentModel(K, 8, 8, tied=tied) for tied in (True, False))
    assert free.size - tied.size == K * 8
    assert tied.output.Q is tied.embed.weight
    with pytest.raises(ValueError, match="d = n"):
        RecurrentModel(K, 6, 8, tied=True)


def test_size_of_the_simple_model_is_the_formula():
    model = RecurrentModel(K, D, N, "simple")
    assert model.size == K * D + (N * D + N * N + N) + (K * N + K)


def test_ngram_weights_are_read_and_trained_where_the_history_says():
    features = NgramFeatures(K, 3, 4096)
    nn.init.normal_(features.weights)
    x = torch.randint(K, (2, 5))
    words = torch.cat([torch.zeros(2, 1, dtype=torch.long), x], dim=1)
    direct = features(words, 5)
    places = features.histories(words, 5) % (4096 - K)
    logits = direct(None, 0, K)
    for r, w in itertools.product(range(10), range(K)):
        expected = features.weights[places[0, r] + w] + features.weights[places[1, r] + w]
        assert worst(logits[r, w], expected) < 1e-12
    assert worst(direct(torch.tensor([3]), 6, 14), logits[3, 6:14]) < 1e-12
    weight = torch.randn_like(logits)
    (logits * weight).sum().backward()
    expected = torch.zeros(4096)
    for m, r in itertools.product(range(2), range(10)):
        expected[places[m, r] : places[m, r] + K] += weight[r]
    assert worst(features.weights.grad, expected) < 1e-12


def test_only_ngrams_of_the_remembered_text_have_a_weight():
    features = NgramFeatures(K, 3, 1 << 16)
    nn.init.ones_(features.weights)
    features.remember(torch.tensor([4, 7, 9, 7, 8]))
    logits = features(torch.tensor([[4, 7]]), 1)(None, 0, K)[0]  # after 4 7
    assert logits[9] == 2  # 7 9 and 4 7 9
    assert logits[8] == 1  # 7 8 alone
    assert logits.sum() == 3
    part = features(torch.tensor([[4, 7]]), 1)(torch.tensor([0]), 6, 14)[0]
    assert torch.equal(part, logits[6:14])


def test_histories_are_told_apart_by_exactly_their_words():
    features = NgramFeatures(K, 3, 1 << 16)
    words = torch.tensor([[4, 7, 9, 7, 9], [5, 7, 9, 1, 9]])
    one, two = features.histories(words, 4).view(2, 2, 4)
    assert one[0, 1] == one[1, 1] == one[0, 3]  # the word 9
    assert two[0, 1] == two[1, 1] == two[0, 3]  # the words 7 9
    assert two[1, 3] != two[0, 3]  # 1 9
    assert len({int(one[0, 0]), int(two[0, 0]), int(one[0, 1]), int(two[0, 1])}) == 4


def test_a_text_longer_than_the_context_is_refused():
    model = GPT(K, 8, heads=2, context=4)
    with pytest.raises(ValueError, match="context of 4"):
        model(torch.zeros(1, 5, dtype=torch.long))


def test_learned_positions_and_sinusoids_tell_places_apart():
    for model in (MODELS["GPT"](), MODELS["adaptive Transformer"]()):
        log_probs, _ = model.eval()(torch.zeros(1, 8, dtype=torch.long))
        assert worst(log_probs[0, 1:], log_probs[0, :-1]) > 1e-6
