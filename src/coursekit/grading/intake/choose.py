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
    words = _words(sought.names)
    ours = [c for c in readable if any(map(words.search, _code(c.file.cells)))]
    if not ours:
        problems.append(_problem(student, readable[-1], FOREIGN))
        return None
    chosen = ([c for c in ours if _begun(c.file.cells, sought.names)] or ours)[-1]
    notes = []
    if chosen.partners:
        notes.append(f"Handed in together with {', '.join(chosen.partners)}.")
    if others := [c for c in candidates if c is not chosen]:
        names = ", ".join(str(c.file.path) for c in others)
        notes.append(
            f"{len(candidates)} files were handed in; {chosen.file.path} counts, not {names}."
        )
        if chosen is not readable[-1] or any(_undecided(c, chosen) for c in others):
            problems.append(_problem(student, chosen, f"counts, not {names}"))
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
        **chosen.about,
    )


def _undecided(one: Candidate, other: Candidate) -> bool:
    """Whether nothing but their names says which of two different notebooks is the later."""
    return one.age[:2] == other.age[:2] and one.file.digest != other.file.digest


def _problem(student: str, candidate: Candidate, text: str) -> Problem:
    return Problem(student, str(candidate.file.path), text, **candidate.about)


def _words(names: frozenset[str]) -> re.Pattern[str]:
    """Finds any of the names as a word; without names, anything."""
    return re.compile(r"\b(" + "|".join(map(re.escape, sorted(names))) + r")\b" if names else "")


def _code(cells: Sequence[Cell]) -> list[str]:
    return [c.source for c in cells if c.kind == "code"] or [""]


def _begun(cells: Sequence[Cell], names: frozenset[str]) -> bool:
    """Whether any answer is more than what students were given in its place."""
    either = "|".join(map(re.escape, sorted(names))) or r"\w+"
    answer = re.compile(rf"^[ \t]*(def|class)\s+({either})\b|^({either})\s*(:[^=\n]+)?=", re.M)
    return any(answer.search(source) and not STARTER.search(source) for source in _code(cells))
