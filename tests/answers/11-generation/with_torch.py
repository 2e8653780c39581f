"""PyTorch where one would use NumPy."""

import math

import torch


def log_sum_exp(z):
    z = torch.as_tensor(z)
    return -torch.log_softmax(z, 0)[z.argmax()] + z.max() if z.max() > -torch.inf else z.max()


def with_temperature(z, tau):
    return torch.softmax(torch.as_tensor(z).div(tau), dim=0)


def top_k(p, k):
    values, places = torch.as_tensor(p).topk(k)
    return torch.zeros(len(p)).double().scatter(0, places, values / values.sum())


def nucleus(p, mass):
    values, places = torch.as_tensor(p).sort(descending=True)
    values[1:][values.cumsum(0)[:-1] >= mass] = 0
    return torch.zeros_like(values).scatter(0, places, values / values.sum())


def generate(word, randoms, E, W_u, W_h, b_h, Q, b_Q):
    E, W_u, W_h, b_h, Q, b_Q = map(torch.as_tensor, (E, W_u, W_h, b_h, Q, b_Q))
    h, words = torch.zeros_like(b_h), []
    for r in torch.as_tensor(randoms):
        h = torch.tanh(W_u.mv(E[word]) + W_h.mv(h) + b_h)
        below = torch.softmax(Q.mv(h) + b_Q, 0).cumsum(0) <= r
        word = int(below.sum())
        words.append(word)
    return torch.tensor(words)


def longest_copy(generated, corpus):
    if not generated or not corpus:
        return 0
    same = torch.tensor([[a == b for b in corpus] for a in generated])
    n = 0
    while same.any():
        n += 1
        longer = torch.zeros_like(same)
        longer[1:, 1:] = same[:-1, :-1]
        first = torch.tensor([[a == b for b in corpus] for a in generated])
        same = longer & first
    return n


def beam_step(scores, log_y, width):
    total = torch.as_tensor(scores)[:, None] + torch.as_tensor(log_y)
    values, places = total.flatten().topk(width)
    return places // log_y.shape[1], places % log_y.shape[1], values


def unit_auc(values, holds):
    values, holds = torch.as_tensor(values, dtype=torch.float64), torch.as_tensor(holds)
    gap = torch.sign(values[holds][:, None] - values[~holds])
    return (gap.mean() + 1) / 2 if gap.numel() else 0.5


def held_states(U, W_u, W_h, unit, value):
    U, W_u, W_h = (torch.as_tensor(x) for x in (U, W_u, W_h))
    free = torch.ones(len(W_h), dtype=torch.bool)
    free[unit] = False
    held = torch.full((len(W_h),), float(value), dtype=U.dtype)
    states = [torch.zeros(len(W_h), dtype=U.dtype)]
    for u in U:
        states.append(torch.where(free, torch.tanh(W_u @ u + W_h @ states[-1]), held))
    return torch.stack(states[1:])


def what_it_cost(whole, without, marks, mark):
    rise = (torch.as_tensor(without) - torch.as_tensor(whole)) / math.log(2)
    here = torch.as_tensor(marks) == mark
    return (rise * here).sum() / here.sum() - (rise * ~here).sum() / (~here).sum()
