"""One student's work as the other rooms get it, and what is asked of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from coursekit.checks.notebookfile import Cell


@dataclass(frozen=True)
class Sought:
    """What submissions are looked through for.

    Attributes:
        names: that the exercise's questions define; none to take every notebook.
        exercise: name of the exercise's file without its ending, which names no student.
        groups: by student, the group that hands in one work.
    """

    names: frozenset[str] = frozenset()
    exercise: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Submission:
    """What counts for one student.

    Attributes:
        student: identifier, from the roster where it is known there.
        name: the person's name, or ``""``.
        email: from the roster or the platform, or ``""``.
        file: path as the instructor sees it.
        cells: the notebook, the text of its other cells than code cut.
        digest: fingerprint of all its cells; equal work has equal fingerprints.
        when: when it was handed in, where a platform says so; without a time zone where the
            platform names none.
        late: the platform marked it late.
        notes: what the student should know (several versions, a renamed file).
        said: what the student wrote to the marker on the platform, beside the work.
        login: on the platform, from the roster, or ``""``.
        platform: the identifier that the learning platform used.
        layout: which platform's layout the file was found in.
    """

    student: str
    name: str
    email: str
    file: str
    cells: tuple[Cell, ...]
    digest: str
    when: datetime | None = None
    late: bool = False
    notes: tuple[str, ...] = ()
    platform: str = ""
    layout: str = "plain"
    login: str = ""
    said: str = ""

    @cached_property
    def code(self) -> tuple[str, ...]:
        """Sources of the code cells."""
        return code_of(self.cells)


def code_of(cells: tuple[Cell, ...]) -> tuple[str, ...]:
    """Sources of the code cells."""
    return tuple(c.source for c in cells if c.kind == "code")


def fingerprint(cells: tuple[Cell, ...]) -> str:
    """Hash of kinds and sources of all cells."""
    text = "\0".join(f"{c.kind}\1{c.source}" for c in cells)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
