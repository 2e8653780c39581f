"""PyTorch where one would use NumPy."""

import torch
from torch import nn
from torch.nn import functional as F

added_parameters = torch.tensor(40_000)


def window_parameters(k, w, d, m):
    parts = (nn.Embedding, (k, d)), (nn.Linear, (w * d, m)), (nn.Linear, (m, k))
    made = [kind(*sizes, device="meta") for kind, sizes in parts]
    return tuple(sum(p.numel() for p in part.parameters()) for part in made)


def window_input(words, E, w, pad):
    numbers = F.pad(torch.as_tensor(words).long(), (w, 0), value=pad)[-w:]
    return F.embedding(numbers, torch.as_tensor(E)).flatten()


def softmax_rows(Z):
    Z = torch.as_tensor(Z)
    return (Z - Z.logsumexp(dim=1, keepdim=True)).exp()


def window_forward(context, E, W, b_W, Q, b_Q):
    context, E, W, b_W, Q, b_Q = map(torch.as_tensor, (context, E, W, b_W, Q, b_Q))
    u = E[context].view(-1)
    h = F.linear(u, W, b_W).tanh_()
    return u, F.linear(h, Q, b_Q).softmax(-1)


def all_windows(ids, w):
    ids = torch.as_tensor(ids)
    if len(ids) <= w:
        return ids.new_empty((0, w)), ids[:0]
    return ids[:-1].unfold(0, w, 1), ids[w:]


def window_loss(h, target, Q, b_Q):
    z = torch.as_tensor(b_Q).addmv(torch.as_tensor(Q), torch.as_tensor(h))
    return F.cross_entropy(z[None], torch.tensor([target]))


def place_tables(E, W):
    E, W = torch.as_tensor(E), torch.as_tensor(W)
    return torch.stack([F.linear(E, block) for block in W.split(E.shape[1], dim=1)])


class WindowNetwork(nn.Module):
    def __init__(self, k, w, d, m):
        super().__init__()
        self.E = nn.Embedding(k, d).weight
        hidden, out = nn.Linear(w * d, m), nn.Linear(m, k)
        self.W, self.b_W = hidden.weight, hidden.bias
        self.Q, self.b_Q = out.weight, out.bias

    def forward(self, contexts):
        u = F.embedding(contexts, self.E).reshape(len(contexts), -1)
        h = F.linear(u, self.W, self.b_W).tanh()
        return F.linear(h, self.Q, self.b_Q)


def descend(Q, b_Q, h, target, rate):
    Q, b = (torch.tensor(x, requires_grad=True) for x in (Q, b_Q))
    loss = torch.logsumexp(Q @ torch.as_tensor(h) + b, 0) - (Q @ torch.as_tensor(h) + b)[target]
    loss.backward()
    return (Q - rate * Q.grad).detach(), (b - rate * b.grad).detach()


def untied_and_tied(k, d, w):
    with torch.device("meta"):
        parts = [torch.nn.Embedding(k, d), torch.nn.Linear(w * d, d), torch.nn.Linear(d, k)]
    whole = sum(p.numel() for part in parts for p in part.parameters())
    return whole, whole - parts[2].weight.numel()
