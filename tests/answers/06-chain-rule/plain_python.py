"""Lists and loops, no NumPy where it can be done without."""

import math

import numpy as np


def two_paths(t):
    return [6 * t, 2 * t - 2, 8 * t - 2]


def product_of_paths(t):
    if isinstance(t, np.ndarray):
        return [product_of_paths(float(s)) for s in t]
    return math.exp(2 * t) * (2 * math.cos(t) - math.sin(t))


def node_gradients(edges, n):
    known = {}

    def gradient(i):
        if i == n:
            return 1
        if i not in known:
            known[i] = sum(local * gradient(j) for start, j, local in edges if start == i)
        return known[i]

    return [gradient(i) for i in range(n + 1)]


def weight_shares(w, h_0, u):
    def run(weights):
        h, made = h_0, []
        for w_t, u_t in zip(weights, u, strict=True):
            h = math.tanh(w_t * h + u_t)
            made.append(h)
        return made

    h = [h_0, *run([w] * len(u))]
    shares = []
    for t in range(1, len(u) + 1):
        share = h[t - 1] * (1 - h[t] ** 2)
        for later in range(t + 1, len(u) + 1):
            share *= w * (1 - h[later] ** 2)
        shares.append(share)
    return shares


class Number:
    def __init__(self, data):
        self.data, self.grad, self.parents, self.push = data, 0, (), lambda g: None

    def __add__(self, other):
        out = Number(self.data + other.data)
        out.parents = (self, other)

        def push(g):
            self.grad += g
            other.grad += g

        out.push = push
        return out

    def __mul__(self, other):
        out = Number(self.data * other.data)
        out.parents = (self, other)

        def push(g):
            self.grad += g * other.data
            other.grad += g * self.data

        out.push = push
        return out

    def tanh(self):
        out = Number(math.tanh(self.data))
        out.parents = (self,)

        def push(g):
            self.grad += g / math.cosh(self.data) ** 2

        out.push = push
        return out

    def backward(self):
        listed = []

        def visit(node):
            if node not in listed:
                for parent in node.parents:
                    visit(parent)
                listed.append(node)

        visit(self)
        for node in listed:
            node.grad = 0
        self.grad = 1
        for node in listed[::-1]:
            node.push(node.grad)
