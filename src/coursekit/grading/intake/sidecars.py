"""What platforms write beside the notebooks: who sent a folder, and when."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import PurePosixPath

import yaml

from coursekit.grading.intake.found import FoundFile
from coursekit.grading.intake.layouts import GRADESCOPE, Sender
from coursekit.grading.intake.stamps import read_stamp


def gradescope_senders(files: Iterable[FoundFile]) -> dict[str, Sender]:
    """Senders by folder, from Gradescope's ``submission_metadata.yml``."""
    senders: dict[str, Sender] = {}
    for file in files:
        inside = any(GRADESCOPE.match(part) for part in file.path.parts)
        if file.path.name != "submission_metadata.yml" or inside:
            continue  # one inside a submission is the student's own
        try:
            told = yaml.safe_load(file.data)
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
            continue
        for folder, about in told.items() if isinstance(told, dict) else ():
            people = about.get(":submitters") if isinstance(about, dict) else None
            first = people[0] if isinstance(people, list) and people else None
            if isinstance(first, dict):
                sid = first.get(":sid") or first.get(":email") or folder
                name = str(first.get(":name") or "")
                when = _time(about.get(":created_at"))
                senders[str(folder)] = Sender(str(sid), name, (0,), False, "gradescope", when)
    return senders


def _time(told: object) -> datetime | None:
    """A time of a YAML file, in UTC where it names no zone."""
    when = read_stamp(told) if isinstance(told, str) else told
    if not isinstance(when, datetime):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def nbgrader_timestamps(files: Iterable[FoundFile]) -> dict[PurePosixPath, datetime]:
    """Times by folder, from nbgrader's ``timestamp.txt`` in ``submitted/STUDENT/ASSIGNMENT``.

    A file of that name anywhere else is the student's own.
    """
    stamps = {}
    for file in files:
        if file.path.name != "timestamp.txt" or file.path.parts[-4:-3] != ("submitted",):
            continue
        when = _time(file.data[:100].decode("utf-8", "replace"))
        if when is not None:
            stamps[file.path.parent] = when
    return stamps
