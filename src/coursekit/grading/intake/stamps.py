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
from pathlib import PurePosixPath

BLACKBOARD = re.compile(r"_(?P<id>[^_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:[_.]|$)")
BRIGHTSPACE = re.compile(
    r"^(?P<id>\d+)-\d+ - (?P<name>.+) - (?P<when>\w+ \d{1,2}, \d{4} \d{3,4} [AP]M)$"
)
NBGRADER = re.compile(r"^(?P<id>[^+]+)\+[^+]+\+(?P<when>[^+]+ UTC)(?:\+|$)")
WRITTEN = (
    "%Y-%m-%d-%H-%M-%S",  # Blackboard
    "%b %d, %Y %I%M %p",  # Brightspace
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


def stamp_in(path: PurePosixPath) -> datetime | None:
    """The time in the names that a platform gave to a file or its folders, outermost first.

    A file's own name counts only where the platform puts its stamp before what the student chose.
    """
    for part in path.parts[:-1]:
        if match := BRIGHTSPACE.match(part) or NBGRADER.match(part):
            return read_stamp(match["when"])
    for part in path.parts:
        if match := BLACKBOARD.search(part):
            return read_stamp(match["when"])
    return None


def sortable(when: datetime | None) -> datetime:
    """A time to compare others with; what has none is the oldest."""
    if when is None:
        return datetime.min.replace(tzinfo=UTC)
    return when if when.tzinfo else when.replace(tzinfo=UTC)
