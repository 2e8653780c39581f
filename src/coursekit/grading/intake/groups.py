"""Who works together: groups that hand in one work."""

from pathlib import Path

from coursekit.faults import Fault
from coursekit.grading.intake.roster import Roster, plain, read_lines

GROUP, STUDENT = ("group", "groupname", "team"), ("student", "studentid", "name", "email", "login")


class GroupsFault(Fault):
    """The table of groups cannot be used; the text says why."""


def read_groups(path: Path, roster: Roster | None) -> dict[str, str]:
    """The group of each student, from a CSV file with the columns ``student`` and ``group``.

    Args:
        path: of the table.
        roster: under whose identifiers students are known.

    Raises:
        GroupsFault: a column is missing, or somebody is in two groups or not on the roster.
    """
    names, rows = read_lines(path)
    there = {plain(name): name for name in names}
    of_group = next((there[n] for n in GROUP if n in there), None)
    of_student = next((there[n] for n in STUDENT if n in there), None)
    if of_group is None or of_student is None:
        raise GroupsFault(f"{path}: needs the columns student and group in its first line")
    groups: dict[str, str] = {}
    for row in rows:
        student, group = ((row[c] or "").strip() for c in (of_student, of_group))
        if not student or not group:
            continue
        person = roster.find(student) if roster else None
        if roster and person is None:
            raise GroupsFault(f"{path}: {student}: not on the roster")
        student = person.student if person else student
        if groups.setdefault(student, group) != group:
            raise GroupsFault(f"{path}: {student}: in two groups, {groups[student]} and {group}")
    return groups
