"""What a submission is asked, and what it did: all that goes into the box and comes out of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from coursekit.checks.cells import CellFault


@dataclass(frozen=True)
class Reply:
    """What one case gave: the child's ``outcome``, or else the ``failure`` and its detail."""

    outcome: Any = None
    failure: str = ""
    message: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Inquiry:
    """One question as the child sees it: the name to look up and cases without answers.

    Attributes:
        name: of the answer.
        cases: plain steps of each case.
        forbidden: dotted names that raise when they are used.
        seconds: CPU-seconds that one case may take; 0 for the usual limit of a call.
        functions: for each case, functions that stay on this side; the child may have them called.
    """

    name: str
    cases: Sequence[Any]
    forbidden: Sequence[str] = ()
    seconds: float = 0.0
    functions: Sequence[Sequence[Any]] = ()


@dataclass
class Run:
    """Everything a submission did.

    Attributes:
        replies: for each inquiry's name, one reply a case.
        faults: cells that did not run to their end.
        cpu: CPU-seconds of all children.
        memory: peak resident bytes of the largest child.
        limits: which limits were hit.
    """

    replies: dict[str, list[Reply]] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)
    cpu: float = 0.0
    memory: int = 0
    limits: list[str] = field(default_factory=list)
