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
    """Torch for the numbers; the chain rule is written out."""

    def __init__(self, data, edges=()):
        self.data = torch.as_tensor(data, dtype=torch.float64)
        self.grad = torch.zeros((), dtype=torch.float64)
        self.edges = edges

    def __add__(self, other):
        return Number(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        return Number(self.data * other.data, ((self, other.data), (other, self.data)))

    def tanh(self):
        out = torch.tanh(self.data)
        return Number(out, ((self, 1 - out**2),))

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for source, _ in node.edges:
                    visit(source)
                order.append(node)

        visit(self)
        for node in order:
            node.grad = torch.zeros((), dtype=torch.float64)
        self.grad = torch.ones((), dtype=torch.float64)
        for node in reversed(order):
            for source, local in node.edges:
                source.grad = source.grad + node.grad * local
