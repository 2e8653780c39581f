"""Of several notebooks of one student, the one that counts."""

import re
from collections.abc import Sequence

from coursekit.checks.notebookfile import Cell
from coursekit.grading.intake.candidates import Candidate
from coursekit.grading.intake.found import Problem
from coursekit.grading.intake.others import Other, listed
from coursekit.grading.intake.submission import Sought, Submission

FOREIGN = "answers no question of this exercise"
STARTER = re.compile(  # what students find in the place of an answer
    r"^\s*raise NotImplementedError|^\w+\s*=\s*(\.\.\.|\"\"|'')\s*(#.*)?$", re.M
)


def choose(
    student: str,
    candidates: Sequence[Candidate],
    beside: Sequence[Other],
    problems: list[Problem],
    sought: Sought,
) -> Submission | None:
    """The version that counts: the latest readable one in which this exercise has been begun.

    Args:
        student: whose they are.
        candidates: notebooks, at least one.
        beside: files that are no notebooks.
        problems: gets a line for each file that could not be read, and for a doubtful choice.
        sought: what the exercise asks for.
    """
    readable: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda c: c.age):
        if candidate.file.damage:
            problems.append(_problem(student, candidate, candidate.file.damage))
        else:
            readable.append(candidate)
    if not readable:
        return None
    ours = [c for c in readable if _defined(c.file.cells, sought.names)]
    if sought.names and not ours:
        problems.append(_problem(student, readable[-1], FOREIGN))
        return None
    chosen = max(ours or readable, key=lambda c: (*fitness(c.file.cells, sought.names), c.age))
    notes = []
    if chosen.partners:
        notes.append(f"Handed in together with {', '.join(chosen.partners)}.")
    if others := [c for c in candidates if c is not chosen]:
        names = ", ".join(str(c.file.path) for c in others)
        notes.append(
            f"{len(candidates)} files were handed in; {chosen.file.path} counts, not {names}."
        )
        if chosen is not readable[-1] or any(_undecided(c, chosen) for c in readable):
            problems.append(_problem(student, chosen, f"counts, not {names}"))
    there = len(_defined(chosen.file.cells, sought.names))
    if 2 * there < len(sought.names):
        text = f"holds {there} of the {len(sought.names)} answers of this exercise"
        problems.append(_problem(student, chosen, text))
    name = chosen.file.path.name
    said = [file.said for file in beside if file.said and name.startswith(file.path.stem)]
    beside = [file for file in beside if not file.of_platform]
    if beside:
        notes.append(f"Not read: {listed(beside)}.")
    return Submission(
        student=student,
        file=str(chosen.file.path),
        cells=chosen.file.cells,
        digest=chosen.file.digest,
        when=chosen.handed_in,
        late=chosen.sender.late,
        notes=tuple(notes),
        said="\n".join(said),
        **chosen.about,
    )


def _undecided(one: Candidate, other: Candidate) -> bool:
    """Whether no platform, but a file's time, number or name, says which notebook is the later."""
    same = one.file.digest == other.file.digest
    return not same and not (one.sender.certain or one.stamp)


def _problem(student: str, candidate: Candidate, text: str) -> Problem:
    return Problem(student, str(candidate.file.path), text, **candidate.about)


def fitness(cells: Sequence[Cell], names: frozenset[str]) -> tuple[bool, bool]:
    """Whether a notebook is this exercise, and whether an answer is begun in it; larger counts.

    Of notebooks that are equal in this, the latest counts.
    """
    return 2 * len(_defined(cells, names)) >= len(names), _begun(cells, names)


def _code(cells: Sequence[Cell]) -> list[str]:
    return [c.source for c in cells if c.kind == "code"]


def _defined(cells: Sequence[Cell], names: frozenset[str]) -> set[str]:
    """Those of the names that code defines, as far as one can see without running it."""
    return (
        {
            name
            for found in _definitions(names).finditer("\n".join(_code(cells)))
            for name in found.groups()
            if name
        }
        if names
        else set()
    )


def _begun(cells: Sequence[Cell], names: frozenset[str]) -> bool:
    """Whether any answer is more than what students were given in its place."""
    answer = _definitions(names)
    return any(answer.search(source) and not STARTER.search(source) for source in _code(cells))


def _definitions(names: frozenset[str]) -> re.Pattern[str]:
    """Finds definitions of any of the names; without names, of anything."""
    either = "|".join(map(re.escape, sorted(names, key=len, reverse=True))) or r"\w+"
    return re.compile(
        rf"^[ \t]*(?:async )?(?:def|class)\s+({either})\b"
        rf"|^[ \t]*({either})\s*(?::[^=\n]+)?=(?!=)"
        rf"|^[ \t]*(?:from .+ )?import .*\b({either})\b",
        re.M,
    )
