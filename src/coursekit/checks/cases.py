"""What a question asks: cases made of steps, in plain data that can travel without the answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Kind = Literal["function", "class", "value", "model", "text"]

MOST = 100_000  # numbers that a distant function takes at once
ANSWER = "answer"  # the first part of a target that means the student's own thing
_KEPT = "$kept"  # marks in plain data a value that an earlier step kept
_DISTANT = "$distant"  # and a function that stays with the judge


@dataclass(frozen=True)
class Kept:
    """An argument that is the result which an earlier step kept under this name."""

    name: str


@dataclass(frozen=True)
class Distant:
    """An argument that is a function which stays with the judge: it can be called, not looked into.

    Attributes:
        number: which of the case's functions.
    """

    number: int


@dataclass(frozen=True)
class Step:
    """One thing to do with an answer.

    Attributes:
        do: call the target, call it for each item of the one argument (the result is the list of
            results), get its value, or set it. Setting a tensor that exists copies into it; setting
            a bare new name keeps the value under that name.
        target: dotted path; its first part is ``"answer"`` or the name an earlier step kept. A part
            that is a number is an index.
        args: positional arguments, among them :class:`Kept`; for ``set`` the one new value.
        kwargs: keyword arguments.
        keep: name under which later steps find the result.
        judged: whether the result is compared.
    """

    do: Literal["call", "each", "get", "set"] = "call"
    target: str = ANSWER
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    keep: str = ""
    judged: bool = True

    def to_plain(self) -> dict[str, Any]:
        """The step as plain data."""
        return {
            "do": self.do,
            "target": self.target,
            "args": [_to_plain(arg) for arg in self.args],
            "kwargs": _to_plain(self.kwargs),
            "keep": self.keep,
            "judged": self.judged,
        }


@dataclass(frozen=True)
class Hidden:
    """What stays with the judge of a trained model; it never travels with the steps.

    Attributes:
        targets: number of the word that really came at each place, int, shape (places,).
        words: vocabulary size k, the length of each distribution.
        bounds: for each group, the highest perplexity that earns its points.
        probed: after one context for each target come contexts that are asked again, as many as
            ``again``, and then probes: the contexts of these numbers with another last word.
        again: how many of the first contexts are asked twice.
    """

    targets: np.ndarray
    words: int
    bounds: dict[str, float]
    probed: np.ndarray
    again: int


@dataclass(frozen=True)
class Case:
    """Steps that are judged together, and the group whose points they decide.

    Attributes:
        group: one of the question's groups; all its cases must pass for its points.
        steps: what to do.
        note: what a student may be told about the input, for example "a batch of one".
        hidden: for a trained model, what its distributions are judged by; its bounds name the
            groups then, and ``group`` is empty.
        functions: what each :class:`Distant` computes. A matrix M of shape (T, T) stands for the
            function X -> M @ X of inputs of shape (T, …), one of shape (T, e, T, d) for the linear
            function from inputs (T, d) to outputs (T, e). A stack of matrices (M, A), shape
            (2, T, T), stands for X -> M @ X + relu(A @ X - 2), and (M, A, B) for
            X -> M @ X + (A @ X) * (B @ X).
    """

    group: str
    steps: tuple[Step, ...]
    note: str = ""
    hidden: Hidden | None = None
    functions: tuple[np.ndarray, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups whose points this case decides."""
        return (self.group,) if self.hidden is None else tuple(self.hidden.bounds)

    def evaluate(self, number: int, given: Any) -> np.ndarray:
        """The value of a distant function; see :func:`apply`."""
        return apply(self.functions, number, given)

    def to_plain(self) -> list[dict[str, Any]]:
        """The steps as plain data, all that the process of the student gets to see."""
        return [step.to_plain() for step in self.steps]


@dataclass(frozen=True)
class Tolerance:
    """How far a number may be off: ``|got - expected| <= atol + rtol * |expected|``."""

    rtol: float = 1e-6
    atol: float = 1e-9


@dataclass(frozen=True)
class Question:
    """One question: a name defined in code, and how answers to it are judged.

    Attributes:
        name: the function, class or value the student defines.
        kind: what it is.
        groups: points for each case group, in the order they are shown.
        tolerance: for numbers in results.
        forbidden: dotted names the answer must not use, for example ``torch.nn.LSTMCell``.
        seconds: CPU-seconds that one case may take; 0 leaves it to the grader.
        words: least and most words of a written answer; 0 and 0 leave it open.
    """

    name: str
    kind: Kind
    groups: dict[str, float]
    tolerance: Tolerance = Tolerance()
    forbidden: tuple[str, ...] = ()
    seconds: float = 0.0
    words: tuple[int, int] = (0, 0)

    @property
    def points(self) -> float:
        """Points for a complete answer."""
        return sum(self.groups.values())


def apply(functions: Sequence[np.ndarray], number: int, given: Any) -> np.ndarray:
    """The value of a case's distant function at ``given``, of which nothing is taken for granted.

    Raises:
        ValueError: ``given`` is no array of real numbers of the right shape.
    """
    matrix = functions[number]
    try:
        inputs = np.asarray(given)
    except ValueError as error:
        raise ValueError("the model wants an array of numbers") from error
    if inputs.dtype.kind not in "biuf":
        raise ValueError("the model wants an array of real numbers")
    steps = matrix.shape[-1] if matrix.ndim == 3 else len(matrix)
    if inputs.ndim == 0 or len(inputs) != steps or inputs.size > MOST:
        raise ValueError(f"the model wants {steps} inputs, not shape {inputs.shape}")
    if matrix.ndim == 4 and inputs.shape != matrix.shape[2:]:
        raise ValueError(f"the model wants inputs of shape {matrix.shape[2:]}, not {inputs.shape}")
    if matrix.ndim == 3:
        return _bent(matrix, inputs)
    axes = 1 if matrix.ndim == 2 else 2
    value: np.ndarray = np.tensordot(matrix, inputs, axes=axes)  # (T, …) or (T, e)
    return value


def _bent(stack: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """A function that is not linear: with a dead zone, or with a product of inputs."""
    straight, *bends = (np.tensordot(matrix, inputs, axes=1) for matrix in stack)
    bend = np.maximum(bends[0] - 2, 0) if len(bends) == 1 else bends[0] * bends[1]
    value: np.ndarray = straight + bend
    return value


def call(*args: Any, **kwargs: Any) -> tuple[Step, ...]:
    """The steps of a case that calls a function once."""
    return (Step("call", ANSWER, args, kwargs),)


def get() -> tuple[Step, ...]:
    """The steps of a case that looks at a value."""
    return (Step("get"),)


def change(target: str, value: Any) -> Step:
    """A step that sets a weight of an object, or keeps an input under a new name; not judged."""
    return Step("set", target, (value,), judged=False)


def steps_from_plain(plain: Sequence[dict[str, Any]]) -> tuple[Step, ...]:
    """Rebuild steps from plain data."""
    return tuple(
        Step(
            step["do"],
            step["target"],
            tuple(_from_plain(arg) for arg in step["args"]),
            _from_plain(step["kwargs"]),
            step["keep"],
            step["judged"],
        )
        for step in plain
    )


def _to_plain(value: Any) -> Any:
    """Arguments with each :class:`Kept` and :class:`Distant` as a marked dictionary."""
    if isinstance(value, Kept):
        return {_KEPT: value.name}
    if isinstance(value, Distant):
        return {_DISTANT: value.number}
    return _rebuild(value, _to_plain)


def _from_plain(value: Any) -> Any:
    """The inverse of :func:`_to_plain`."""
    if isinstance(value, dict) and list(value) == [_KEPT]:
        return Kept(value[_KEPT])
    if isinstance(value, dict) and list(value) == [_DISTANT]:
        return Distant(value[_DISTANT])
    return _rebuild(value, _from_plain)


def _rebuild(value: Any, item: Callable[[Any], Any]) -> Any:
    """A container with ``item`` applied to what it holds; anything else as it is."""
    if isinstance(value, (list, tuple)):
        return type(value)(item(v) for v in value)
    if isinstance(value, dict):
        return {key: item(v) for key, v in value.items()}
    return value
