"""What the records do not hold and the class report tells all the same."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from coursekit.grading.intake.found import Problem
from coursekit.grading.marks.files import write_whole
from coursekit.grading.reporting.earlier import Earlier

CLASS = "class.json"


@dataclass
class ClassNotes:
    """What a run learnt about a class beside its marks.

    Attributes:
        problems: what intake reported.
        missing: people who handed in nothing.
        given: the answers as students got them, by question.
        earlier: questions of an earlier run, to compare with.
    """

    problems: list[Problem] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    earlier: list[Earlier] = field(default_factory=list)

    def save(self, folder: Path) -> None:
        """Keep them in a grades folder, for a later ``coursekit report``."""
        text = json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        write_whole(folder / CLASS, text)


def read_notes(folder: Path) -> ClassNotes:
    """The notes in a grades folder; empty ones where there are none."""
    path = folder / CLASS
    if not path.exists():
        return ClassNotes()
    plain = json.loads(path.read_text("utf8"))
    parts = {
        "problems": [Problem(**p) for p in plain["problems"]],
        "earlier": [Earlier(**e) for e in plain.get("earlier", [])],
    }
    return ClassNotes(**(plain | parts))
