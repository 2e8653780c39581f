"""Jacobian products, bounds and shares against autograd, and mutants that must be caught."""

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from coursekit.probes import gradients

PHI = {"identity": lambda a: a, "tanh": torch.tanh, "logistic": torch.sigmoid}
N, T, B = 5, 7, 3


def chain(rng, activation, n=N, steps=T, radius=1.1):
    w_h = gradients.random_matrix(n, radius, rng)
    z, h_0 = rng.normal(scale=0.5, size=(steps, n)), rng.normal(size=n)
    h = gradients.states(w_h, z, h_0, activation)
    return w_h, z, h_0, h, gradients.slopes(h, activation)


def torch_state(w_h, z, activation, h_0):
    h = h_0
    for z_t in torch.tensor(z):
        h = PHI[activation](z_t + torch.tensor(w_h) @ h)
    return h


@pytest.mark.parametrize("activation", gradients.ACTIVATIONS)
def test_product_of_jacobians_is_the_jacobian_of_the_whole_stretch(activation):
    w_h, z, h_0, _, slopes = chain(np.random.default_rng(0), activation)
    truth = torch.autograd.functional.jacobian(
        lambda h: torch_state(w_h, z, activation, h), torch.tensor(h_0)
    ).numpy()
    js = gradients.jacobians(w_h, slopes)
    product = np.linalg.multi_dot([*js[::-1]])
    np.testing.assert_allclose(product, truth, rtol=1e-12, atol=1e-14)
    assert gradients.product_norms(js)[-1] == pytest.approx(np.linalg.norm(truth, 2), rel=1e-12)
    reversed_order = np.linalg.multi_dot([*js])
    if activation != "identity":  # there all the factors are the same matrix
        assert np.abs(reversed_order - truth).max() > 1e-3 * np.abs(truth).max()


@pytest.mark.parametrize("activation", gradients.ACTIVATIONS)
def test_pushing_back_equals_autograd_at_every_step(activation):
    rng = np.random.default_rng(1)
    w_h, z, _, h, slopes = chain(rng, activation)
    g = rng.normal(size=N)
    found = list(gradients.pushed_back(g, w_h, slopes))
    assert len(found) == T + 1
    for lag, gradient in enumerate(found):
        start = torch.tensor(h[T - lag], requires_grad=True)
        (torch_state(w_h, z[T - lag :], activation, start) @ torch.tensor(g)).backward()
        np.testing.assert_allclose(gradient, start.grad.numpy(), rtol=1e-12, atol=1e-14)


def test_mutants_of_pushing_back_are_caught():
    rng = np.random.default_rng(2)
    w_h, z, h_0, _, slopes = chain(rng, "tanh")
    g = rng.normal(size=N)
    start = torch.tensor(h_0, requires_grad=True)
    (torch_state(w_h, z, "tanh", start) @ torch.tensor(g)).backward()
    truth = start.grad.numpy()
    mutants = {
        "transposed": lambda g, s: s * (w_h @ g),
        "slope after": lambda g, s: s * (w_h.T @ g),
        "no slope": lambda g, s: w_h.T @ g,
    }
    for name, step in mutants.items():
        wrong = g
        for slope in slopes[::-1]:
            wrong = step(wrong, slope)
        assert np.abs(wrong - truth).max() > 1e-2 * np.abs(truth).max(), name
    dropped = list(gradients.pushed_back(g, w_h, slopes[1:]))[-1]
    assert np.abs(dropped - truth).max() > 1e-2 * np.abs(truth).max()


@pytest.mark.parametrize("activation", gradients.ACTIVATIONS)
@pytest.mark.parametrize("radius", [0.5, 1.0, 1.5])
def test_the_bound_is_never_exceeded(activation, radius):
    w_h, _, _, _, slopes = chain(np.random.default_rng(3), activation, 20, 30, radius)
    norms = gradients.product_norms(gradients.jacobians(w_h, slopes))
    bound = gradients.norm_bound(w_h, activation, np.arange(31))
    assert (norms <= bound * (1 + 1e-9)).all()


@pytest.mark.parametrize("name", gradients.ACTIVATIONS)
def test_slopes_and_their_bounds(name):
    phi = gradients.ACTIVATIONS[name]
    a = torch.linspace(-4, 4, 401, dtype=torch.float64, requires_grad=True)
    PHI[name](a).sum().backward()
    slope = phi.slope(phi.apply(a.detach().numpy()))
    np.testing.assert_allclose(slope, a.grad.numpy(), rtol=1e-12)
    assert slope.max() == pytest.approx(phi.steepest)


def test_radius_and_singular_value():
    w = np.array([[0.9, 10.0], [0.0, 0.9]])
    assert gradients.spectral_radius(w) == pytest.approx(0.9)
    assert gradients.largest_singular_value(w) == pytest.approx(10.08, abs=0.01)
    norms = gradients.product_norms(np.tile(w, (80, 1, 1)))
    assert norms.argmax() == 9
    assert norms.max() == pytest.approx(38.7, abs=0.1)
    assert np.flatnonzero(norms[1:] < 1)[0] + 1 == 63


@pytest.mark.parametrize("kind", ["gaussian", "orthogonal", "triangular"])
def test_random_matrices_have_the_radius_asked_for(kind):
    w = gradients.random_matrix(30, 0.8, np.random.default_rng(4), kind)
    assert gradients.spectral_radius(w) == pytest.approx(0.8)
    if kind == "orthogonal":
        np.testing.assert_allclose(w @ w.T, 0.64 * np.eye(30), atol=1e-12)
    if kind == "triangular":
        assert not np.tril(w, -1).any()


def test_unknown_kind_of_matrix_is_refused():
    with pytest.raises(ValueError, match="kinds"):
        gradients.random_matrix(3, 1.0, np.random.default_rng(0), "symetric")


def language_model(rng, k=4):
    """One batch of a small model: what by-lag needs, and autograd's dL/dW_h per pair (i, t)."""
    w_h = torch.tensor(rng.normal(size=(N, N)) * 0.5)
    uses = [w_h.clone().requires_grad_() for _ in range(T)]  # one copy for each step
    q, z = torch.tensor(rng.normal(size=(k, N))), torch.tensor(rng.normal(size=(B, T, N)))
    targets = torch.tensor(rng.integers(k, size=(B, T)))
    h = [torch.zeros(B, N, dtype=torch.float64)]
    h[0] = torch.tensor(rng.normal(size=(B, N)))
    losses = []
    for t in range(T):
        h.append(torch.tanh(z[:, t] + h[-1] @ uses[t].T))
        losses.append(cross_entropy(h[-1] @ q.T, targets[:, t], reduction="sum"))
    states = torch.stack(h, 1).detach().numpy()
    p = torch.softmax(torch.tensor(states[:, 1:]) @ q.T, -1).numpy()
    errors = (p - np.eye(k)[targets.numpy()]) @ q.numpy()  # (b, t, n)
    pairs = np.zeros((T, T, N, N))
    for t, loss in enumerate(losses):
        grads = torch.autograd.grad(loss, uses[: t + 1], retain_graph=True)
        for i, grad in enumerate(grads):
            pairs[i, t] = grad.numpy()
    return errors, 1 - states[:, 1:] ** 2, states, w_h.numpy(), pairs


def test_gradient_by_lag_is_the_triangle_summed_along_its_diagonals():
    errors, slopes, states, w_h, pairs = language_model(np.random.default_rng(5))
    found = gradients.gradient_by_lag(errors, slopes, states, w_h)
    for lag in range(T):
        truth = sum(pairs[t - lag, t] for t in range(lag, T))
        np.testing.assert_allclose(found[lag], truth, rtol=1e-10, atol=1e-12)


def test_shares_add_up_to_one():
    errors, slopes, states, w_h, pairs = language_model(np.random.default_rng(6))
    shares = gradients.share_of_last(gradients.gradient_by_lag(errors, slopes, states, w_h))
    assert shares[-1] == pytest.approx(1.0)
    full = pairs.sum((0, 1))
    last_two = sum(pairs[t - lag, t] for lag in (0, 1) for t in range(lag, T))
    assert shares[1] == pytest.approx((last_two * full).sum() / (full**2).sum())
