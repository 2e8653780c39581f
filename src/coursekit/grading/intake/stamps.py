"""When work was handed in, as far as a platform vouches for it.

The time of a file, or of an entry in a zip, says when somebody downloaded, unpacked or copied it.
It helps to tell the later of two versions, and is evidence of nothing else. A platform's own stamp
is evidence: Blackboard, Brightspace and nbgrader write it into the names of what they export,
Gradescope and nbgrader into a file beside it, Moodle and GitHub Classroom into a table that serves
as the roster.

A stamp that names no time zone is read in that of the deadline (``marks/late``), so it stays
without one here.
"""

import contextlib
import re
from datetime import UTC, datetime

BLACKBOARD = re.compile(
    r"^(?P<before>.+_(?P<id>[^_]+))_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:[_.]|$)"
)
BRIGHTSPACE = re.compile(
    r"^(?P<id>\d+)-\d+ - (?P<name>.+) - (?P<when>[^-]*\b\d{4}\b[^-]*)$"  # as its language has it
)
NBGRADER = re.compile(r"^(?P<id>[^+]+)\+[^+]+\+(?P<when>[^+]+ UTC)(?:\+|$)")
WRITTEN = (
    "%Y-%m-%d-%H-%M-%S",  # Blackboard
    "%b %d, %Y %I%M %p",  # Brightspace
    "%b %d, %Y %H%M",
    "%A, %d %B %Y, %I:%M %p",  # Moodle in English, in the languages of the USA and elsewhere
    "%A, %B %d, %Y, %I:%M %p",
    "%A, %d %B %Y, %H:%M",
    "%d %B %Y, %I:%M %p",
    "%d %B %Y, %H:%M",
)


def read_stamp(text: str) -> datetime | None:
    """A time as some platform writes it; without a zone where the text names none."""
    text = re.sub(r"\s*\b(UTC|GMT)$", "+00:00", text.strip())
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(text)
    for form in WRITTEN:
        with contextlib.suppress(ValueError):
            return datetime.strptime(text, form)
    return None


def sortable(when: datetime | None) -> datetime:
    """A time to compare others with; what has none is the oldest."""
    if when is None:
        return datetime.min.replace(tzinfo=UTC)
    return when if when.tzinfo else when.replace(tzinfo=UTC)
