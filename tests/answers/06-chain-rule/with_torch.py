"""PyTorch where one would use NumPy."""

import torch
from torch import tanh


def two_paths(t):
    t = torch.tensor(t, requires_grad=True)
    x, y = t**2, t - 1
    (through_x,) = torch.autograd.grad(3 * x, t, retain_graph=True)
    (through_y,) = torch.autograd.grad(y**2, t)
    return through_x, through_y, through_x + through_y


def product_of_paths(t):
    t = torch.as_tensor(t).double().requires_grad_()
    (torch.exp(t) ** 2 * torch.cos(t)).sum().backward()
    return t.grad


def node_gradients(edges, n):
    gradient = torch.zeros(n + 1)
    gradient[n] = 1
    for i, j, local in sorted(edges, key=lambda e: e[1], reverse=True):
        gradient[i] += local * gradient[j]
    return gradient


def weight_shares(w, h_0, u):
    weights = torch.full((len(u),), float(w), requires_grad=True)
    h = torch.tensor(h_0)
    for w_t, u_t in zip(weights, torch.tensor(u), strict=True):
        h = tanh(w_t * h + u_t)
    h.backward()
    return weights.grad


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
