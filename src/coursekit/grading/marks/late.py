"""What lateness costs: a deadline and a rule such as ``10% per day, at most 50%``."""

import re
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from coursekit.faults import Fault

RULE = re.compile(
    r"^\s*(?P<percent>\d+(?:\.\d+)?)\s*%\s*(?:(?:per|/|a|an)\s*(?P<unit>hour|day|week))?"
    r"(?:\s*,?\s*(?:at\s+most|max(?:imum)?)\s*(?P<most>\d+(?:\.\d+)?)\s*%)?\s*$",
    re.IGNORECASE,
)
SECONDS = {"hour": 3600, "day": 86400, "week": 604800}


class RuleFault(Fault):
    """A deadline or rule that cannot be read."""


@dataclass(frozen=True)
class LateRule:
    """A deadline and what is taken off after it.

    Attributes:
        due: the deadline, with a time zone.
        percent: taken off once (no unit) or for each started unit.
        unit: seconds of a unit, or 0 for once.
        most: the most that is ever taken off, in percent.
    """

    due: datetime
    percent: float
    unit: int = 0
    most: float = 100.0

    def penalty(self, when: datetime | None, marked_late: bool) -> float:
        """The share taken off, in [0, 1]; work that only a platform calls late costs one unit."""
        late = 0.0 if when is None else (when - self.due).total_seconds()
        if late <= 0:
            return min(self.percent, self.most) / 100 if marked_late else 0.0
        times = ceil(late / self.unit) if self.unit else 1
        return min(self.percent * times, self.most, 100.0) / 100


def read_rule(due: str, rule: str) -> LateRule:
    """Read ``--due 2026-11-20T23:59+01:00`` and ``--late "10% per day, at most 50%"``.

    Raises:
        RuleFault: one of them cannot be read.
    """
    try:
        moment = datetime.fromisoformat(due)
    except ValueError as error:
        raise RuleFault(f"--due {due!r}: not a date and time like 2026-11-20T23:59") from error
    match = RULE.match(rule)
    if match is None:
        raise RuleFault(f"--late {rule!r}: not a rule like '10% per day, at most 50%'")
    unit = SECONDS[match["unit"].lower()] if match["unit"] else 0
    moment = moment if moment.tzinfo else moment.astimezone()
    return LateRule(moment, float(match["percent"]), unit, float(match["most"] or 100))
