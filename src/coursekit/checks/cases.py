"""What a question asks: cases made of steps, in plain data that can travel without the answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["function", "class", "value", "model", "text"]

ANSWER = "answer"  # the first part of a target that means the student's own thing


@dataclass(frozen=True)
class Step:
    """One thing to do with an answer.

    Attributes:
        do: call the target, get its value, or set it (tensors and parameters keep their identity).
        target: dotted path; its first part is ``"answer"`` or the name an earlier step kept.
        args: positional arguments; for ``set`` the one new value.
        kwargs: keyword arguments.
        keep: name under which later steps find the result.
        judged: whether the result is compared.
    """

    do: Literal["call", "get", "set"] = "call"
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
            "args": list(self.args),
            "kwargs": self.kwargs,
            "keep": self.keep,
            "judged": self.judged,
        }


@dataclass(frozen=True)
class Case:
    """Steps that are judged together, and the group whose points they decide.

    Attributes:
        group: one of the question's groups; all its cases must pass for its points.
        steps: what to do.
        note: what a student may be told about the input, for example "a batch of one".
    """

    group: str
    steps: tuple[Step, ...]
    note: str = ""

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
        scorer: for kind ``model``, the name of the measure and its threshold, for feedback.
    """

    name: str
    kind: Kind
    groups: dict[str, float]
    tolerance: Tolerance = Tolerance()
    forbidden: tuple[str, ...] = ()
    scorer: str = ""

    @property
    def points(self) -> float:
        """Points for a complete answer."""
        return sum(self.groups.values())


def call(*args: Any, **kwargs: Any) -> tuple[Step, ...]:
    """The steps of a case that calls a function once."""
    return (Step("call", ANSWER, args, kwargs),)


def get() -> tuple[Step, ...]:
    """The steps of a case that looks at a value."""
    return (Step("get"),)


def steps_from_plain(plain: Sequence[dict[str, Any]]) -> tuple[Step, ...]:
    """Rebuild steps from plain data."""
    return tuple(Step(**{**step, "args": tuple(step["args"])}) for step in plain)
