"""PyTorch where one would use NumPy."""

import torch

sentence_by_hand = torch.tensor([0.5, 0.6, 0.4, 0.6]).prod()


def count_ngrams(tokens, n):
    counts = {}
    for start in range(max(0, len(tokens) + 1 - n)):
        run = tuple(torch.tensor(tokens)[start : start + n].tolist())
        counts[run] = 1 + counts.get(run, 0)
    return counts


def next_word_distribution(tokens, v, k):
    tokens = torch.tensor(tokens)
    row = torch.bincount(tokens[1:][tokens[:-1] == v], minlength=k).double()
    return row / row.sum() if row.sum() > 0 else torch.ones(k) / k


def log_probability(x, p_1, P):
    x, p_1, P = torch.as_tensor(x), torch.as_tensor(p_1), torch.as_tensor(P)
    return torch.cat([p_1[x[:1]], P[x[:-1], x[1:]]]).log().sum()


def kneser_ney_discount(counts):
    values = torch.tensor(list(counts.values()))
    once, twice = (values == 1).sum(), (values == 2).sum()
    return (once / (once + 2 * twice)).nan_to_num(0.0)


def continuation_probabilities(C):
    seen = (torch.as_tensor(C) != 0).double()
    return seen.sum(0) / seen.sum()


def kneser_ney_bigram(C, D):
    C = torch.as_tensor(C).double()
    p_cont = continuation_probabilities(C)
    P = ((C - D).clamp(min=0) + D * (C > 0).sum(1)[:, None] * p_cont) / C.sum(1)[:, None]
    return torch.where(C.sum(1)[:, None] > 0, P, p_cont)


class CountingModel(torch.nn.Module):
    def __init__(self, k):
        super().__init__()
        self.C = torch.zeros(k * k)
        self.k = k

    def read(self, tokens):
        tokens = torch.tensor(tokens, dtype=torch.long)
        self.C += torch.bincount(tokens[:-1] * self.k + tokens[1:], minlength=self.k**2)

    def distribution(self, v):
        return torch.softmax((self.C.view(self.k, self.k)[v] + 1).log(), dim=0)


def complete(queries, typed, k):
    fitting = [(w, c) for w, c in queries if list(w[: len(typed)]) == list(typed)]
    counts = torch.tensor([c for _, c in fitting], dtype=torch.float64)
    best = counts.sort(descending=True).indices[:k].tolist()
    return [(fitting[i][0][len(typed) :], float(counts[i] / counts.sum())) for i in best]
