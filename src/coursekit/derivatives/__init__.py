r"""The registry of displayed derivatives: every formula for a derivative in the book, executable.

A chapter writes a formula and, directly below it, its id in a comment that no reader sees::

    $$ \frac{d}{da} \tanh(a) = 1 - \tanh^2(a) $$
    <!-- derivative: chain_rule.tanh -->

The id names a function decorated with `derivative`, which makes a `Claim`: a point, the function
that is differentiated, and the formula as NumPy code. `measure` compares the formula with two
oracles that share nothing with it: PyTorch's autograd, and finite differences of the function's
values. The first part of an id is the module of this package that holds the check.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

__all__ = [
    "CHAPTERS",
    "Agreement",
    "Claim",
    "Entry",
    "compare",
    "derivative",
    "finite_differences",
    "ids",
    "measure",
    "relative_error",
    "show",
]

Array = npt.NDArray[np.float64]

#: Module of this package (and first part of an id): the chapter whose formulas it checks.
CHAPTERS = {
    "chain_rule": "06-chain-rule",
    "bptt": "07-backpropagation-through-time",
    "triangle": "07-backpropagation-through-time",
    "vanishing": "08-vanishing-and-exploding-gradients",
    "clipping": "09-gradient-clipping",
}

# Bounds that `show` prints. Autograd differs by rounding alone; the rounding of finite differences
# varies between machines up to about 1e-11, so that nothing finer can be shown.
_AUTOGRAD_BOUNDS = (1e-12, 1e-9, 1e-6)
_FINITE_BOUNDS = (1e-10, 1e-8, 1e-6)
_REGISTRY: dict[str, Entry] = {}


@dataclass(frozen=True)
class Claim:
    """One numerical instance of a displayed derivative.

    Attributes:
        at: the point at which to differentiate, shape s (float64; a scalar has shape ()).
        function: what is differentiated: a float64 tensor of shape s in, a tensor of shape r out.
        formula: the displayed formula in NumPy; its value at the point has shape r + s.
    """

    at: Array
    function: Callable[[torch.Tensor], torch.Tensor]
    formula: Callable[[Array], npt.ArrayLike]


@dataclass(frozen=True)
class Entry:
    """A registered derivative: its id, the formula as displayed, and what makes its instances."""

    id: str
    tex: str
    make: Callable[[np.random.Generator], Claim]


@dataclass(frozen=True)
class Agreement:
    """How far a formula is from each oracle: largest relative error over the instances tried."""

    id: str
    autograd: float
    finite_differences: float


def derivative(
    name: str, *, tex: str
) -> Callable[[Callable[[np.random.Generator], Claim]], Callable[[np.random.Generator], Claim]]:
    """Register the decorated function as the check of the displayed formula `name`.

    Args:
        name: "module.formula", the id that the chapter writes below the formula.
        tex: the formula as the chapter displays it (white space does not matter). A test compares
            the two, so that nobody changes the formula and leaves its check behind.

    Raises:
        ValueError: the id is already taken or begins with no chapter's module.
    """
    if name in _REGISTRY:
        raise ValueError(f"two checks for the derivative {name!r}")
    if name.partition(".")[0] not in CHAPTERS:
        raise ValueError(f"{name!r} must begin with one of {', '.join(CHAPTERS)}")

    def register(
        make: Callable[[np.random.Generator], Claim],
    ) -> Callable[[np.random.Generator], Claim]:
        _REGISTRY[name] = Entry(name, tex, make)
        return make

    return register


def ids() -> dict[str, Entry]:
    """All registered derivatives of all chapters, by id."""
    for module in CHAPTERS:
        _load(module)
    return dict(_REGISTRY)


def measure(name: str, *, trials: int = 3, seed: int = 0) -> Agreement:
    """Evaluate a registered formula at random points and compare it with both oracles.

    Args:
        name: the id of the derivative.
        trials: how many instances to draw; the worst one counts.
        seed: where the random instances start.

    Raises:
        KeyError: no check is registered under this id.
        ValueError: the formula's value has a shape other than that of the Jacobian.
    """
    _load(name.partition(".")[0])
    make = _REGISTRY[name].make
    errors = [compare(make(np.random.default_rng([seed, trial]))) for trial in range(trials)]
    return Agreement(name, max(a for a, _ in errors), max(f for _, f in errors))


def compare(claim: Claim) -> tuple[float, float]:
    """Relative error of one instance's formula against autograd and finite differences.

    Raises:
        ValueError: the formula's value has a shape other than that of the Jacobian.
    """
    found = np.asarray(claim.formula(claim.at), dtype=np.float64)
    tensor = torch.tensor(claim.at)
    autograd = torch.autograd.functional.jacobian(claim.function, tensor).numpy()
    if found.shape != autograd.shape:
        raise ValueError(f"the formula has shape {found.shape}, the Jacobian {autograd.shape}")
    numeric = finite_differences(claim.function, claim.at)
    return relative_error(found, autograd), relative_error(found, numeric)


def show(*names: str) -> None:
    """Print, for each id, a bound on its error that does not change from machine to machine."""
    width = max(len(name) for name in names)
    for name in names:
        found = measure(name)
        print(
            f"{name:<{width}}  autograd {_bound(found.autograd, _AUTOGRAD_BOUNDS)}"
            f"   finite differences {_bound(found.finite_differences, _FINITE_BOUNDS)}"
        )


def finite_differences(
    function: Callable[[torch.Tensor], torch.Tensor], at: Array, step: float = 1e-3
) -> Array:
    """The Jacobian by central differences of fourth order, shape r + s.

    The five-point rule has truncation error O(step⁴) and rounding error O(1e-16 / step): about
    1e-12 each for smooth functions of ordinary size, which leaves six digits to spare.
    """
    result = np.empty((*function(torch.tensor(at)).shape, at.size))
    for j in range(at.size):
        values = []
        for shift in (-2, -1, 1, 2):
            moved = at.copy()
            moved.flat[j] += shift * step
            values.append(function(torch.tensor(moved)).numpy())
        difference = values[0] - 8 * values[1] + 8 * values[2] - values[3]
        result[..., j] = difference / (12 * step)
    return result.reshape((*result.shape[:-1], *at.shape))


def relative_error(found: Array, truth: Array) -> float:
    """Largest absolute difference over the largest absolute value of the truth (NaN counts inf)."""
    scale = max(float(np.abs(truth).max()), float(np.finfo(np.float64).tiny))
    error = float(np.abs(found - truth).max()) / scale
    return error if np.isfinite(error) else float("inf")


def _bound(error: float, bounds: tuple[float, ...]) -> str:
    for bound in bounds:
        if error < bound:
            return f"< {bound:.0e}"
    return f"= {error:.1e}, WRONG"


def _load(module: str) -> None:
    if module in CHAPTERS and importlib.util.find_spec(f"{__name__}.{module}"):
        importlib.import_module(f"{__name__}.{module}")
