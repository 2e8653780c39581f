"""Collect what a class handed in: one submission for each student, the version that counts."""

from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from coursekit.faults import Fault
from coursekit.grading.intake.candidates import Candidate, Candidates, Others, candidates
from coursekit.grading.intake.choose import choose
from coursekit.grading.intake.found import Problem
from coursekit.grading.intake.others import listed
from coursekit.grading.intake.roster import Person, Roster, plain
from coursekit.grading.intake.submission import Sought, Submission

ANY = Sought()
NOBODY = "it bears the exercise's own name, which does not say whose it is"


class IntakeFault(Fault):
    """There is nothing to grade; the text says why in one line."""


@dataclass
class Collection:
    """What was found.

    Attributes:
        submissions: in order of student.
        problems: a line each for what an instructor should look at.
        missing: people on the roster who handed in nothing.
        unread: files beside notebooks that are none themselves.
    """

    submissions: list[Submission] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    missing: list[Person] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def students(self) -> list[str]:
        """Everybody of whom there is a file, readable or not."""
        return [s.student for s in self.submissions] + [
            p.student for p in self.problems if p.student
        ]


def collect(source: Path, roster: Roster | None = None, sought: Sought = ANY) -> Collection:
    """Read every submission below a folder or in a zip.

    Args:
        source: folder, zip, or a single notebook.
        roster: who should be there.
        sought: what the exercise asks for.

    Raises:
        IntakeFault: no such folder, or no notebook in it.
    """
    if not source.exists():
        raise IntakeFault(f"{source}: no such file or folder")
    found = Collection()
    notebooks, others = candidates(source, roster, sought, found.problems)
    if not notebooks:
        beside = [b.file for b in chain(*others.values())]
        seen = [p.text for p in found.problems] or [listed(beside)]
        why = f" ({seen[0]})" if seen[0] else ""
        raise IntakeFault(f"{source}: no notebook (.ipynb) in it{why}")
    for student in sorted(notebooks):
        beside = [b.file for b in others.pop(student, [])]
        found.unread += [str(file.path) for file in beside if not file.of_platform]
        submission = choose(student, notebooks[student], beside, found.problems, sought)
        if submission is not None:
            found.submissions.append(submission)
    found.problems += _without_notebook(others)
    found.problems += _named_by_nobody(found.submissions, sought.exercise)
    found.problems += _groups_without_work(found, sought)
    found.problems += _alike(list(dict.fromkeys(found.students)))
    if roster is not None:
        _compare_with_roster(found, notebooks, others, roster)
    return found


def _without_notebook(others: Others) -> list[Problem]:
    """A line for each student, or nobody, of whom there are files but no notebook."""
    lines = []
    for student, beside in sorted(others.items()):
        first, *rest = (b.file for b in beside)
        also = f"; also {listed(rest)}" if rest else ""
        said = f"; it says: {' '.join(first.said.split())}" if first.said else ""
        text = f"no notebook: {first.what}{said}{also}"
        lines.append(Problem(student, str(first.path), text, **beside[0].about))
    return lines


def _named_by_nobody(submissions: list[Submission], exercise: str) -> list[Problem]:
    """A line for each of several files that bear only the exercise's own name."""
    loose = [s for s in submissions if s.layout == "plain" and s.name == ""]
    own = [s for s in loose if exercise and plain(exercise) in plain(s.student)]
    return [Problem(s.student, s.file, NOBODY) for s in own if len(submissions) > 1]


def _groups_without_work(found: Collection, sought: Sought) -> list[Problem]:
    """A line for each group of whose members there is no file."""
    sent = set(found.students)
    absent = {
        group: [s for s, g in sought.groups.items() if g == group]
        for group in dict.fromkeys(sought.groups.values())
    }
    return [
        Problem("", group, f"a group without any work: {', '.join(members)}")
        for group, members in absent.items()
        if not sent.intersection(members)
    ]


def _alike(students: list[str]) -> list[Problem]:
    """A line for names that differ in case, accents or signs only: of one student, or of two."""
    named: dict[str, list[str]] = {}
    for student in students:
        named.setdefault(plain(student), []).append(student)
    return [
        Problem("", same[0], f"almost called like {', '.join(same[1:])}: one student, or several?")
        for same in named.values()
        if len(same) > 1
    ]


def _unknown(candidate: Candidate, roster: Roster) -> str:
    """Why a sender is not known by the roster."""
    namesakes = roster.called(candidate.sender.name or candidate.sender.student)
    if len(namesakes) < 2:
        return "not on the roster"
    who = " or ".join(p.student for p in namesakes)
    return f"{who}? Both have this name on the roster; put the number into the name of the file"


def _compare_with_roster(
    found: Collection, notebooks: Candidates, others: Others, roster: Roster
) -> None:
    """Report unknown senders, and people who handed in nothing."""
    graded = {s.student for s in found.submissions}
    for student, versions in sorted(notebooks.items()):
        if versions[0].person is None:
            last = versions[-1]
            text = _unknown(last, roster) + " (graded all the same)" * (student in graded)
            found.problems.append(Problem(student, str(last.file.path), text, **last.about))
    sent = notebooks.keys() | others.keys()
    found.missing = [p for p in roster.people if p.student not in sent]
