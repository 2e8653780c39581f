"""What judging says about one question: points, and the words that explain them."""

from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal[
    "right",
    "partly",
    "wrong",
    "unsolved",  # nothing is written yet
    "missing",  # the notebook defines no such name
    "failed",  # every case ends in an error
    "forbidden",  # it uses what the question rules out
    "waiting",  # a written answer that nobody has read yet
    "marked",  # by a person
    # The notebook has syntax that the grader's Python does not know.
    "needs Python 3.12",
    "needs Python 3.13",
    "needs Python 3.14",
]
NEEDS = "needs Python "


@dataclass(frozen=True)
class Verdict:
    """What became of an answer before a person gave it a mark: status and points."""

    status: Status
    points: float


@dataclass
class MarkedGroup:
    """One group of cases as students see it.

    Attributes:
        title: of the group.
        points: earned.
        possible: points of the group.
        passed: cases that are right.
        tried: cases there are.
        say: why it failed.
        input: the calls it failed on, as one would write them.
    """

    title: str
    points: float
    possible: float
    passed: int
    tried: int
    say: str = ""
    input: str = ""


@dataclass
class MarkedQuestion:
    """One question of one submission.

    Attributes:
        name: the name that students define.
        title: as students read it.
        possible: points of the question.
        points: earned.
        status: what became of it.
        groups: its groups of cases; empty where none was run.
        misconception: the known mistake that explains it.
        hint: what goes with that mistake.
        say: what else the student should read.
        comment: of the person who gave a mark.
        judged: what stood there before that person gave it; None where nobody did.
        doubt: why that person's mark may no longer fit the answer; ``""`` while it does.
        asked: fingerprint of a written question as students read it; ``""`` for any other.
        code: the answer's source.
        answer: a written answer; None for any other question.
        perplexity: of a trained model on hidden text; None where some word had probability 0 or no
            row came.
        bounds: of a question that trains a model, by group the perplexity below which its points
            begin; None for any other question.
    """

    name: str
    title: str
    possible: float
    points: float = 0.0
    status: Status = "wrong"
    groups: list[MarkedGroup] = field(default_factory=list)
    misconception: str = ""
    hint: str = ""
    say: str = ""
    comment: str = ""
    doubt: str = ""
    asked: str = ""
    code: str = ""
    answer: str | None = None
    perplexity: float | None = None
    bounds: dict[str, float] | None = None
    judged: Verdict | None = None

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "MarkedQuestion":
        """Inverse of ``dataclasses.asdict``."""
        groups, judged = plain["groups"], plain.get("judged")
        parts = {
            "groups": [MarkedGroup(**g) for g in groups],
            "judged": Verdict(**judged) if judged else None,
        }
        return cls(**(plain | parts))
