"""PyTorch where one would use NumPy."""

import torch

left_by_hand = torch.full((10,), 0.8).prod()


def two_numbers(W):
    W = torch.as_tensor(W)
    return torch.linalg.eigvals(W).abs().max(), torch.linalg.matrix_norm(W, ord=2)


def power_norms(W, steps):
    W = torch.as_tensor(W)
    powers = torch.stack([torch.linalg.matrix_power(W, lag) for lag in range(steps + 1)])
    return torch.linalg.matrix_norm(powers, ord=2)


def norms_back(g, W_h, states):
    g, W_h, states = map(torch.as_tensor, (g, W_h, states))
    norms = [g.norm()]
    for h in states[1:].flip(0):
        g = (g - g * h.square()) @ W_h
        norms.append(g.norm())
    return torch.stack(norms)


def verdict(W_h, activation):
    radius, largest = two_numbers(W_h)
    match activation:
        case "identity":
            return "vanishes" if radius < 1 else "explodes"
        case "tanh":
            return "vanishes" if largest < 1 else "open"
    return "vanishes" if largest / 4 < 1 else "open"


def scaled_to(W, radius):
    W = torch.as_tensor(W)
    present = two_numbers(W)[0]
    return W if present < 1e-12 else W.mul(radius).div(present)


def gradient_horizon(norms, left):
    norms = torch.as_tensor(norms)
    return torch.nonzero(norms.ge(left * norms[0])).max()


def proved_gone(W_h, slope, left):
    factor = slope * two_numbers(W_h)[1]
    if factor >= 1:
        return float("inf")
    steps = torch.log(torch.tensor(left, dtype=torch.float64)) / torch.log(factor)
    return steps.ceil().clamp(min=1)


def shares(parts):
    parts = torch.as_tensor(parts)
    G = parts.sum(0)
    return torch.einsum("tij,ij->t", parts, G) / torch.einsum("ij,ij->", G, G)
