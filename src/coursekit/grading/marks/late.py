"""What lateness costs: a deadline, a rule such as ``10% per day, at most 50%``, and extensions.

Only a time that a platform vouches for can cost a point. There is one time zone, that of the
deadline: times without a zone of their own are read in it, and days and weeks of lateness are those
of its clocks, so that a night in which the clocks are set back is no longer than others. Times
count in whole seconds; work handed in at the very second of the deadline is on time.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from math import ceil
from pathlib import Path
from zoneinfo import ZoneInfo

from coursekit.faults import Fault
from coursekit.grading.intake.roster import Roster, plain
from coursekit.grading.intake.submission import Submission
from coursekit.grading.marks.spreadsheet import read_table

RULE = re.compile(
    r"^\s*(?P<percent>\d+(?:\.\d+)?)\s*%\s*(?:(?:per|/|a|an)\s*(?P<unit>hour|day|week))?"
    r"(?:\s*,?\s*(?:at\s+most|max(?:imum)?)\s*(?P<most>\d+(?:\.\d+)?)\s*%)?\s*$",
    re.IGNORECASE,
)
SECONDS = {"hour": 3600, "day": 86400, "week": 604800}
ZONE = re.compile(r"\s+(?P<zone>[A-Za-z][\w+-]*(?:/[\w+-]+)*)$")


class RuleFault(Fault):
    """A deadline, a rule or a table of extensions that cannot be read."""


@dataclass(frozen=True)
class Lateness:
    """What lateness costs one submission.

    Attributes:
        penalty: the share taken off, in [0, 1].
        note: what the student should know, or "".
        known: whether the platform says when it was handed in, or whether it is late.
    """

    penalty: float = 0.0
    note: str = ""
    known: bool = True


@dataclass(frozen=True)
class LateRule:
    """A deadline and what is taken off after it.

    Attributes:
        due: the deadline, with a time zone; None where only the platform knows it.
        percent: taken off once (no unit) or for each started unit.
        unit: seconds of a unit, or 0 for once.
        most: the most that is ever taken off, in percent.
        zone: of the deadline; None for that of this machine.
        extensions: deadlines of single students.
    """

    due: datetime | None
    percent: float
    unit: int = 0
    most: float = 100.0
    zone: tzinfo | None = field(default=None, compare=False)
    extensions: Mapping[str, datetime] = field(default_factory=dict)

    def penalty(
        self, when: datetime | None, marked_late: bool, due: datetime | None = None
    ) -> float:
        """The share taken off, in [0, 1]; work that only a platform calls late costs one unit.

        Args:
            when: when it was handed in, if a platform says so.
            marked_late: whether a platform says that it is late.
            due: another deadline than that of all.
        """
        units = self._units_late(when, due or self.due)
        if not units:
            units = int(marked_late)
        return min(self.percent * units, self.most, 100.0) / 100

    def _units_late(self, when: datetime | None, due: datetime | None) -> int:
        """Units that have begun since the deadline."""
        if when is None or due is None:
            return 0
        when = _in_zone(when, self.zone).replace(microsecond=0)
        passed = (when - due).total_seconds()
        if passed <= 0:
            return 0
        if self.unit >= SECONDS["day"]:  # by the clock on the wall
            began, ended = (m.astimezone(self.zone).replace(tzinfo=None) for m in (due, when))
            passed = (ended - began).total_seconds()
        return max(1, ceil(passed / self.unit)) if self.unit else 1

    def lateness(self, submission: Submission) -> Lateness:
        """What lateness costs a submission, and the words for it."""
        own = self.extensions.get(submission.student)
        due = own or self.due
        when = submission.when
        if when is not None and due is not None:
            penalty = self.penalty(when, False, due)
            said = f"Handed in at {self.shown(when)}; the deadline was {self.shown(due)}."
            return Lateness(penalty, said if penalty else "")
        if submission.late and own is None:
            said = "Marked as late by the platform, which does not say by how much."
            return Lateness(self.penalty(None, True), said)
        # Canvas says of everything whether it is late: what it does not mark is on time.
        return Lateness(known=submission.layout == "canvas" and not submission.late)

    def shown(self, when: datetime) -> str:
        """A time in the zone of the deadline."""
        return str(_in_zone(when, self.zone).astimezone(self.zone).replace(microsecond=0))

    def __str__(self) -> str:
        """The deadline, and the one time zone in which everything is read."""
        if self.due is None:
            return "no --due: only what the platform marks as late costs points"
        zone = self.zone or self.due.astimezone().tzname()
        return f"deadline: {self.shown(self.due)}, time zone {zone}"


def read_rule(due: str, rule: str) -> LateRule:
    """Read ``--due "2026-11-20 23:59 Europe/Berlin"`` and ``--late "10% per day, at most 50%"``.

    Raises:
        RuleFault: one of them cannot be read.
    """
    zone, moment = None, None
    if due:
        try:
            zone = _zone_of(due)
            moment = read_moment(due, zone)
        except ValueError as error:
            example = "a date and time like 2026-11-20T23:59 or '2026-11-20 23:59 Europe/Berlin'"
            raise RuleFault(f"--due {due!r}: not {example}") from error
    match = RULE.match(rule)
    if match is None:
        raise RuleFault(f"--late {rule!r}: not a rule like '10% per day, at most 50%'")
    unit = SECONDS[match["unit"].lower()] if match["unit"] else 0
    return LateRule(moment, float(match["percent"]), unit, float(match["most"] or 100), zone)


def _zone_of(text: str) -> tzinfo | None:
    """The time zone that a deadline names, as an area or as an offset; None for this machine's.

    Raises:
        ValueError: there is no such zone.
    """
    if named := ZONE.search(text):
        try:
            return ZoneInfo(named["zone"])
        except (KeyError, OSError) as error:
            raise ValueError(f"no time zone {named['zone']}") from error
    return datetime.fromisoformat(text.strip()).tzinfo


def read_moment(text: str, zone: tzinfo | None) -> datetime:
    """A date and time; a date alone is the last second of that day.

    Raises:
        ValueError: it is neither.
    """
    told = ZONE.sub("", text.strip())
    moment = datetime.fromisoformat(told)
    if len(told) <= len("2026-11-20"):
        moment += timedelta(days=1, seconds=-1)
    return _in_zone(moment, zone)


def _in_zone(moment: datetime, zone: tzinfo | None) -> datetime:
    """A time in UTC, read in a zone; of an hour that the clocks show twice, the later one.

    In UTC, since a day has 24 hours there, and any two times can be compared.
    """
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    return max(moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def read_extensions(
    path: Path, rule: LateRule, submissions: list[Submission], roster: Roster | None
) -> tuple[dict[str, datetime], list[str]]:
    """Deadlines of single students, from a table with the columns ``student`` and ``due``.

    Args:
        path: of the table; a student stands there under any name that roster or platform knows.
        rule: for the time zone.
        submissions: what was handed in.
        roster: the class list.

    Returns:
        Deadlines by student, never before that of all, and a line for all that is odd: names that
        are nobody's here, students who stand there twice, dates that are no extension.

    Raises:
        RuleFault: the table cannot be read.
    """
    columns, rows, _ = read_table(path, RuleFault)
    named = {plain(c): c for c in columns}
    if not {"student", "due"} <= named.keys():
        raise RuleFault(f"{path}: needs the columns student and due")
    found: dict[str, datetime] = {}
    lines = []
    for line, row in enumerate(rows, 2):
        who, due = row[named["student"]], row[named["due"]]
        if not who and not due:
            continue
        try:
            moment = read_moment(due, _zone_of(due) or rule.zone)
        except ValueError as error:
            raise RuleFault(f"{path}, line {line}: {due!r} is not a date and time") from error
        if rule.due is not None and moment < rule.due:
            lines.append(f"{path}: {who}: {due} is before the deadline, which counts")
            moment = rule.due
        students = _called(who, submissions, roster)
        if not students:
            lines.append(f"{path}: {who} is nobody in this class")
        if twice := [s for s in students if found.get(s, moment) != moment]:
            lines.append(f"{path}: {', '.join(twice)} stands there twice; the later date counts")
        found |= {s: max(moment, found.get(s, moment)) for s in students}
    return found, lines


def _called(who: str, submissions: list[Submission], roster: Roster | None) -> list[str]:
    """Students of this name: the one on the roster, or those who handed in."""
    person = roster.find(who) if roster else None
    if person is not None:
        return [person.student]
    wanted = plain(who)
    return [
        s.student
        for s in submissions
        if wanted and wanted in {plain(n) for n in (s.student, s.platform, s.name, s.email)}
    ]
