"""The record of one submission: what it earned and why, and what produced the mark.

A record is stored as one line of JSON that names its version; a line that names none is of version
1. A field that is added has a default, so older lines stay readable. A field that changes its
meaning raises the version, and ``Record.from_plain`` then brings older lines into the new form. A
line of a version that this package does not know is refused: half a record is worth less than the
advice to update.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from coursekit.checks.cells import CellFault
from coursekit.faults import Fault
from coursekit.grading.judging.marked import NEEDS, MarkedQuestion

VERSION = 1

Status = Literal[
    "graded",
    "damaged",  # no file of this student could be read
    "infrastructure",  # the machinery failed; it will be graded again
]


class RecordsFault(Fault):
    """The grades folder cannot be used; the text says why in one line."""


@dataclass(frozen=True)
class Rules:
    """What the instructor chose that marks depend on: seconds a cell may compute, and lateness."""

    timeout: float = 20.0
    due: str = ""
    late: str = ""


@dataclass(frozen=True)
class Identity:
    """What the marks of a class depend on, beside the submissions.

    Attributes:
        key: fingerprint of the answer key.
        seed: from which the cases are drawn.
        rules: time limit and lateness.
        exercise: its title.
    """

    key: str
    seed: int
    rules: Rules = field(default_factory=Rules)
    exercise: str = ""

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Identity":
        """Inverse of ``to_plain``.

        Raises:
            RecordsFault: it was written by a newer version.
        """
        rest = _without_version(plain)
        return cls(**(rest | {"rules": Rules(**rest["rules"])}))

    def to_plain(self) -> dict[str, Any]:
        """As plain data, with its version."""
        return {"version": VERSION, **asdict(self)}


@dataclass
class Provenance:
    """What produced a mark, beside the submission itself.

    Attributes:
        key: fingerprint of the answer key.
        seed: from which the cases were drawn.
        rules: time limit and lateness.
        sandbox: level of the walls that were up.
        coursekit: version of this package; likewise ``python``, ``numpy`` and ``torch``.
        limits: which limits the submission reached.
    """

    key: str = ""
    seed: int = 0
    rules: Rules = field(default_factory=Rules)
    sandbox: str = "full"
    coursekit: str = ""
    python: str = ""
    numpy: str = ""
    torch: str = ""
    limits: list[str] = field(default_factory=list)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Provenance":
        """Inverse of ``dataclasses.asdict``."""
        return cls(**(plain | {"rules": Rules(**plain["rules"])}))

    def is_of(self, identity: Identity) -> bool:
        """Whether key, seed and rules are those of a run."""
        theirs = (identity.key, identity.seed, identity.rules)
        return (self.key, self.seed, self.rules) == theirs


@dataclass
class Record:
    """What is known of one student's submission.

    Attributes:
        student: identifier, from the roster where it is known there.
        name: the person's name, or ``""``.
        email: from the roster, or ``""``.
        login: on the platform, from the roster, or ``""``.
        platform: the identifier that the learning platform used.
        layout: which platform's layout the file was found in.
        when: when it was handed in (ISO 8601), or None.
        file: path as the instructor sees it.
        digest: fingerprint of the cells; ``""`` for a file that could not be read.
        status: whether there is a mark.
        questions: one each, in the exercise's order.
        cells: cells that did not run to their end.
        earned: points before the penalty.
        points: points after it.
        possible: points of the exercise.
        penalty: share taken off for lateness, in [0, 1].
        notes: what the student should know.
        provenance: what produced the mark.
        said: what the student wrote to the marker on the platform, beside the work.
    """

    student: str
    name: str = ""
    email: str = ""
    platform: str = ""
    layout: str = "plain"
    when: str | None = None
    file: str = ""
    digest: str = ""
    status: Status = "graded"
    questions: list[MarkedQuestion] = field(default_factory=list)
    cells: list[CellFault] = field(default_factory=list)
    earned: float = 0.0
    points: float = 0.0
    possible: float = 0.0
    penalty: float = 0.0
    notes: list[str] = field(default_factory=list)
    provenance: Provenance = field(default_factory=Provenance)
    login: str = ""
    said: str = ""

    @property
    def needs(self) -> str:
        """The newer Python without which its marks are too low, or ``""``."""
        return max((q.status for q in self.questions if q.status.startswith(NEEDS)), default="")

    @property
    def work(self) -> tuple[str, str] | None:
        """Equal for those who handed in one file together; None where none could be read."""
        return (self.file, self.digest) if self.digest else None

    def add_up(self) -> None:
        """Bring the sums up to date with the questions' points and the penalty."""
        self.earned = round(sum(q.points for q in self.questions), 6)
        self.points = round(self.earned * (1 - self.penalty), 6)

    def to_plain(self) -> dict[str, Any]:
        """As plain data, with its version."""
        return {"version": VERSION, **asdict(self)}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Record":
        """Inverse of ``to_plain``; reads what older versions wrote, too.

        Raises:
            RecordsFault: it was written by a newer version, or lacks a field.
        """
        try:
            rest = _without_version(plain)
            parts = {
                "questions": [MarkedQuestion.from_plain(q) for q in rest["questions"]],
                "cells": [CellFault(**c) for c in rest["cells"]],
                "provenance": Provenance.from_plain(rest["provenance"]),
            }
            return cls(**(rest | parts))
        except (TypeError, KeyError, AttributeError) as error:
            raise RecordsFault(f"not a record of version {VERSION}: {error}") from error


def too_low(records: Iterable[Record]) -> list[str]:
    """A line for each submission that has to be graded with a newer Python."""
    advice = "grade with it and --regrade, until then its marks are too low"
    return [f"{r.student}: {r.file}: {r.needs}; {advice}" for r in records if r.needs]


def _without_version(plain: dict[str, Any]) -> dict[str, Any]:
    """The fields alone.

    Raises:
        RecordsFault: they are of a version that this package does not know.
    """
    rest = dict(plain)
    version = rest.pop("version", 1)
    if version > VERSION:
        raise RecordsFault(
            f"written by a newer coursekit (records of version {version}, not {VERSION}): update it"
        )
    return rest
