"""The backward pass that chapter 07 teaches: right, and its mutants are noticed."""

import dataclasses

import numpy as np
import pytest
import torch
from notebook_code import definitions, load, spoil
from torch.nn.functional import cross_entropy

CHAPTER = definitions("07-backpropagation-through-time")
T, D, N, K = 7, 3, 5, 6


def problem(space, seed=0):
    """A random model, inputs, targets and start state, in the chapter's own types."""
    rng = np.random.default_rng(seed)
    shapes = {"W_u": (N, D), "W_h": (N, N), "b_h": (N,), "Q": (K, N), "b_Q": (K,)}
    p = space.Parameters(**{name: rng.normal(scale=0.7, size=s) for name, s in shapes.items()})
    u = [None, *rng.normal(size=(T, D))]
    target = [None, *map(int, rng.integers(K, size=T))]
    return p, u, target, rng.normal(size=N)


def oracle(p, u, target, h_0):
    """Losses by step in torch, and the leaves they depend on."""
    leaves = {f.name: torch.tensor(getattr(p, f.name)) for f in dataclasses.fields(p)}
    leaves |= {"u": torch.tensor(np.stack(u[1:])), "h_0": torch.tensor(h_0)}
    for leaf in leaves.values():
        leaf.requires_grad_()
    h, losses = leaves["h_0"], []
    for t in range(T):
        h = torch.tanh(leaves["W_u"] @ leaves["u"][t] + leaves["W_h"] @ h + leaves["b_h"])
        losses.append(cross_entropy(leaves["Q"] @ h + leaves["b_Q"], torch.tensor(target[t + 1])))
    return torch.stack(losses), leaves


def worst_error(source):
    """Largest relative error of the seven gradients, and of the triangle's columns."""
    space = load(source)
    p, u, target, h_0 = problem(space)
    h, y, loss = space.forward(p, u, target, h_0)
    g, du, dh_0 = space.backward(p, target, u, h, y)
    losses, leaves = oracle(p, u, target, h_0)
    losses.mean().backward(retain_graph=True)
    du = np.stack([np.zeros(D) if value is None else value for value in du[1:]])
    ours = {**vars(g), "u": du, "h_0": dh_0}
    pairs = [(ours[name], leaf.grad.numpy()) for name, leaf in leaves.items()]
    cells = space.shares(p, target, h, y)
    for t in range(1, T + 1):
        (truth,) = torch.autograd.grad(losses[t - 1], leaves["W_h"], retain_graph=True)
        pairs.append((sum(cells[i, t] for i in range(1, t + 1)), truth.numpy()))
    errors = [np.abs(a - b).max() / np.abs(b).max() for a, b in pairs]
    return max(*errors, abs(loss - losses.mean().item()))


def test_gradients_and_shares_equal_autograd():
    assert worst_error(CHAPTER) < 1e-12


MUTANTS = {
    "transposed Jacobian": ("p.W_h.T @ da_next  #", "p.W_h @ da_next  #"),
    "transposed Jacobian in the triangle": ("dh = p.W_h.T @ da\n", "dh = p.W_h @ da\n"),
    "transposed Jacobian at the start": ("p.W_h.T @ da_next\n", "p.W_h @ da_next\n"),
    "misplaced factor": (
        "da = (1 - h[t] ** 2) * dh  # F2 (n)\n",
        "da = p.Q.T @ dz + (1 - h[t] ** 2) * (p.W_h.T @ da_next)\n",
    ),
    "recurrent step dropped": ("+ p.W_h.T @ da_next  #", "#"),
    "first time step dropped": (
        "for t in range(T, 0, -1):\n        dz",
        "for t in range(T, 1, -1):\n        dz",
    ),
    "last time step dropped": (
        "for t in range(T, 0, -1):\n        dz",
        "for t in range(T - 1, 0, -1):\n        dz",
    ),
    "index shifted": ("np.outer(da, h[t - 1])  # F1", "np.outer(da, h[t])  # F1"),
    "index shifted in the triangle": ("np.outer(da, h[i - 1])", "np.outer(da, h[i])"),
    "tanh forgotten": ("da = (1 - h[t] ** 2) * dh", "da = dh"),
    "tanh of the wrong step": ("da = (1 - h[t] ** 2) * dh", "da = (1 - h[t - 1] ** 2) * dh"),
    "shares overwritten": ("g.W_h += np.outer", "g.W_h = np.outer"),
    "mean of losses forgotten": ("dz[target[t]] -= 1 / T", "dz[target[t]] -= 1"),
    "target forgotten": ("        dz[target[t]] -= 1 / T\n", ""),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_mistake_is_noticed(name):
    assert worst_error(spoil(CHAPTER, *MUTANTS[name])) > 1e-3


@pytest.mark.parametrize("step", range(1, T + 1))
def test_a_share_is_what_a_separate_weight_at_that_step_gets(step):
    space = load(CHAPTER)
    p, u, target, h_0 = problem(space, seed=1)
    h, y, _ = space.forward(p, u, target, h_0)
    uses = [torch.tensor(p.W_h, requires_grad=True) for _ in range(T)]
    state = torch.tensor(h_0)
    for t in range(1, step + 1):
        state = torch.tanh(torch.tensor(p.W_u @ u[t] + p.b_h) + uses[t - 1] @ state)
    logits = torch.tensor(p.Q) @ state + torch.tensor(p.b_Q)
    cross_entropy(logits, torch.tensor(target[step])).backward()
    cells = space.shares(p, target, h, y)
    for i in range(1, step + 1):
        np.testing.assert_allclose(cells[i, step], uses[i - 1].grad.numpy(), rtol=1e-10, atol=1e-14)


def test_the_chapters_own_mutants_change_the_source_they_name():
    """`plant` asserts it too, but only where the chapter runs."""
    backward = CHAPTER[CHAPTER.index("def backward(") :]
    backward = backward[: backward.index("\n\ndef ")]
    assert backward.count("p.W_h.T @ da_next  #") == 1
    assert backward.count("np.outer(da, h[t - 1])") == 1
