"""Collect what a class handed in: one submission for each student, the version that counts."""

from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from coursekit.faults import Fault
from coursekit.grading.intake.candidates import Candidates, Others, candidates
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
        seen = [p.text for p in found.problems] or [listed(list(chain(*others.values())))]
        why = f" ({seen[0]})" if seen[0] else ""
        raise IntakeFault(f"{source}: no notebook (.ipynb) in it{why}")
    for student in sorted(notebooks):
        beside = others.pop(student, [])
        found.unread += [str(file.path) for file in beside if not file.of_platform]
        submission = choose(student, notebooks[student], beside, found.problems, sought)
        if submission is not None:
            found.submissions.append(submission)
    found.problems += _without_notebook(others)
    found.problems += _named_by_nobody(found.submissions, sought.exercise)
    found.problems += _groups_without_work(found, sought)
    if roster is not None:
        _compare_with_roster(found, notebooks, others, roster)
    return found


def _without_notebook(others: Others) -> list[Problem]:
    """A line for each student, or nobody, of whom there are files but no notebook."""
    lines = []
    for student, (first, *rest) in sorted(others.items()):
        also = f"; also {listed(rest)}" if rest else ""
        said = f"; it says: {' '.join(first.said.split())}" if first.said else ""
        lines.append(Problem(student, str(first.path), f"no notebook: {first.what}{said}{also}"))
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


def _compare_with_roster(
    found: Collection, notebooks: Candidates, others: Others, roster: Roster
) -> None:
    """Report unknown senders, and people who handed in nothing."""
    graded = {s.student for s in found.submissions}
    for student, versions in sorted(notebooks.items()):
        if versions[0].person is None:
            last = versions[-1]
            text = "not on the roster" + " (graded all the same)" * (student in graded)
            found.problems.append(Problem(student, str(last.file.path), text, **last.about))
    sent = notebooks.keys() | others.keys()
    found.missing = [p for p in roster.people if p.student not in sent]
