"""NumPy in single precision; forward accumulation where one would go backward."""

import numpy as np

f4 = np.float32


def two_paths(t):
    J_f = np.array([3, 2 * (t - 1)], f4)
    J_t = np.array([2 * t, 1], f4)
    return (*(J_f * J_t), J_f @ J_t)


def product_of_paths(t):
    t = np.asarray(t, dtype=f4)
    return 2 * np.exp(2 * t) * np.cos(t) - np.exp(2 * t) * np.sin(t)


def node_gradients(edges, n):
    direct = np.zeros((n + 1, n + 1))
    for i, j, local in edges:
        direct[i, j] += local
    return np.linalg.inv(np.eye(n + 1) - direct)[:, n].astype(f4)


def weight_shares(w, h_0, u):
    # Each weight's tangent is carried forward beside the state.
    h, tangents = f4(h_0), np.zeros(len(u), f4)
    for t, u_t in enumerate(u):
        direct = np.zeros(len(u), f4)
        direct[t] = h
        h = np.tanh(f4(w) * h + f4(u_t))
        tangents = (1 - h * h) * (w * tangents + direct)
    return tangents


class Number:
    counter = 0

    def __init__(self, data, made_from=()):
        self.data = f4(data)
        self.grad = f4(0)
        self.made_from = list(made_from)
        Number.counter += 1
        self.born = Number.counter

    def __add__(self, other):
        return Number(self.data + other.data, [(self, 1), (other, 1)])

    def __mul__(self, other):
        return Number(self.data * other.data, [(self, other.data), (other, self.data)])

    def tanh(self):
        return Number(np.tanh(self.data), [(self, 1 - np.tanh(self.data) ** 2)])

    def backward(self):
        gradients, alive = {self: f4(1)}, [self]
        while alive:
            node = max(alive, key=lambda a: a.born)
            alive.remove(node)
            node.grad = gradients[node]
            for source, local in node.made_from:
                if source not in gradients:
                    gradients[source] = f4(0)
                    alive.append(source)
                gradients[source] += node.grad * f4(local)
