"""Reverse-mode differentiation of scalars, in fewer than 100 lines, this one included.

The job of a `Value` is to remember how it was computed: which values went in, and the derivative
with respect to each of them. `backward` then walks the graph from the result to the leaves and
*adds* to every node the gradient that arrives over each edge, which is the chain rule for several
paths (Linnainmaa 1976; Rumelhart, Hinton & Williams 1986). Each derivative stands within five
lines of its forward formula. Only scalars; anything else is refused by `float`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable


class Value:
    """A number, its gradient, and the edges (input, local derivative) it was computed from."""

    def __init__(self, data: float, edges: Iterable[tuple[Value, float]] = (), label: str = ""):
        self.data = float(data)
        self.grad = 0.0
        self.edges = tuple(edges)
        self.label = label

    def __repr__(self) -> str:
        return f"Value({self.data:g}, grad={self.grad:g})"

    def __add__(self, other: Value | float) -> Value:
        other = _value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)], "+")

    def __mul__(self, other: Value | float) -> Value:
        other = _value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)], "·")

    def __pow__(self, power: float) -> Value:
        local = power * self.data ** (power - 1)
        return Value(self.data**power, [(self, local)], f"^{power:g}")

    def exp(self) -> Value:
        """The exponential, which is its own derivative."""
        result = math.exp(self.data)
        return Value(result, [(self, result)], "exp")

    def log(self) -> Value:
        """The natural logarithm of a positive value."""
        return Value(math.log(self.data), [(self, 1 / self.data)], "log")

    def tanh(self) -> Value:
        """The hyperbolic tangent."""
        result = math.tanh(self.data)
        return Value(result, [(self, 1 - result**2)], "tanh")

    def __neg__(self) -> Value:
        return self * -1

    def __sub__(self, other: Value | float) -> Value:
        return self + -_value(other)

    def __truediv__(self, other: Value | float) -> Value:
        return self * _value(other) ** -1

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: float) -> Value:
        return -self + other

    def __rtruediv__(self, other: float) -> Value:
        return self**-1 * other

    def sorted(self) -> list[Value]:
        """All nodes this one depends on, inputs before results, without recursion."""
        order: list[Value] = []
        seen: set[int] = set()
        stack = [(self, False)]
        while stack:
            node, inputs_done = stack.pop()
            if inputs_done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((source, False) for source, _ in node.edges)
        return order

    def backward(self) -> None:
        """Set `grad` of every node below to the derivative of this one with respect to it."""
        order = self.sorted()
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            for source, local in node.edges:
                source.grad += node.grad * local


def _value(number: Value | float) -> Value:
    return number if isinstance(number, Value) else Value(number)
