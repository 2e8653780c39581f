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
import unicodedata
from datetime import UTC, datetime

BLACKBOARD = re.compile(  # the first attempt is Blackboard's; what follows, its sender has named
    r"^(?P<before>.+?_(?P<id>[^_]+))_attempt_(?P<when>\d{4}(?:-\d\d){5})(?P<rest>[_.].*|$)"
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


# German, French, Spanish, Italian, Dutch, Portuguese; without accents.
MONTHS = (
    "januar janvier enero gennaio januari janeiro",
    "februar fevrier febrero febbraio februari fevereiro",
    "marz mars marzo maart marco",
    "april avril abril aprile",
    "mai mayo maggio mei maio",
    "juni juin junio giugno junho",
    "juli juillet julio luglio julho",
    "august aout agosto augustus",
    "september septembre septiembre settembre setembro",
    "oktober octobre octubre ottobre outubro",
    "november novembre noviembre novembro",
    "dezember decembre diciembre dicembre december dezembro",
)
MONTH = {name: number for number, names in enumerate(MONTHS, 1) for name in names.split()}
DATED = re.compile(  # "samedi 21 novembre 2026, 00:30", "Samstag, 21. November 2026, 00:30"
    r"(?:[^\W\d]+(?:-feira)?,?\s+)?(?P<day>\d{1,2})\.?\s+(?:de\s+)?(?P<month>[^\W\d]+)\s+(?:de\s+)?"
    r"(?P<year>\d{4})(?:,|\s+à)?\s+(?P<hour>\d{1,2})[:h](?P<minute>\d{2})"
)


def read_stamp(text: str) -> datetime | None:
    """A time as some platform writes it; without a zone where the text names none."""
    text = re.sub(r"\s*\b(UTC|GMT)$", "+00:00", text.strip())
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(text)
    for form in WRITTEN:
        with contextlib.suppress(ValueError):
            return datetime.strptime(text, form)
    return _in_another_language(text)


def _in_another_language(text: str) -> datetime | None:
    """A time with the name of a month, as Moodle writes it outside English; with 24 hours only."""
    found = DATED.fullmatch(text)
    if found is None:
        return None
    letters = unicodedata.normalize("NFKD", found["month"].casefold())
    month = MONTH.get("".join(c for c in letters if not unicodedata.combining(c)))
    day, year, hour, minute = (int(found[part]) for part in ("day", "year", "hour", "minute"))
    with contextlib.suppress(ValueError):
        return datetime(year, month, day, hour, minute) if month else None
    return None


def sortable(when: datetime | None) -> datetime:
    """A time to compare others with; what has none is the oldest."""
    if when is None:
        return datetime.min.replace(tzinfo=UTC)
    return when if when.tzinfo else when.replace(tzinfo=UTC)
