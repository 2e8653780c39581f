"""What platforms write beside the notebooks: who sent a folder, and when."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import yaml

from coursekit.grading.intake.found import METADATA, TIMESTAMP, FoundFile, Problem
from coursekit.grading.intake.layouts import GRADESCOPE, SUBMITTED, Sender
from coursekit.grading.intake.stamps import read_stamp

EVENTS = 400_000  # of a YAML file: a class of 500 with the results of an autograder has fewer
NESTED = 20  # levels of a YAML file

# The parser in C is ten times as fast; it is missing where PyYAML was built without it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def gradescope_senders(
    files: Iterable[FoundFile], problems: list[Problem]
) -> dict[PurePosixPath, tuple[Sender, ...]]:
    """Senders by folder, from Gradescope's ``submission_metadata.yml``; of a group, all of them."""
    senders: dict[PurePosixPath, tuple[Sender, ...]] = {}
    for file in files:
        inside = any(GRADESCOPE.match(part) for part in file.path.parts)
        if file.path.name != METADATA or inside:
            continue  # one inside a submission is the student's own
        told = plain_yaml(file.data)
        if told is None:
            text = "not read, so senders are known by their folders: damaged, or too large"
            problems.append(Problem("", str(file.path), text, name="Gradescope"))
        for folder, about in told.items() if isinstance(told, dict) else ():
            people = about.get(":submitters") if isinstance(about, dict) else None
            found = [p for p in people if isinstance(p, dict)] if isinstance(people, list) else []
            when = _time(about.get(":created_at")) if found else None
            if found:
                senders[file.path.parent / str(folder)] = tuple(
                    _submitter(person, str(folder), when) for person in found
                )
    return senders


def _submitter(person: dict[str, object], folder: str, when: datetime | None) -> Sender:
    """One of the people whom Gradescope names for a folder."""
    sid = person.get(":sid") or person.get(":email") or folder
    name = " ".join(str(person.get(":name") or "").split())  # its owner has chosen it
    return Sender(str(sid), name, (0,), False, "gradescope", when)


def _time(told: object) -> datetime | None:
    """A time of a YAML file, in UTC where it names no zone."""
    when = read_stamp(told) if isinstance(told, str) else told
    if not isinstance(when, datetime):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def plain_yaml(data: bytes) -> Any:
    """What a YAML file says; None if it is damaged, too large, or repeats parts by reference.

    References are what makes a few bytes stand for gigabytes, and no platform writes them.
    """
    try:
        depth = 0
        for count, event in enumerate(yaml.parse(data, Loader=_Loader)):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or count > EVENTS or depth > NESTED:
                return None
        return yaml.load(data, Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError):
        return None


def nbgrader_timestamps(files: Iterable[FoundFile], deepest: int) -> dict[PurePosixPath, datetime]:
    """Times by folder, from nbgrader's ``timestamp.txt`` in ``submitted/STUDENT/ASSIGNMENT``.

    A file of that name anywhere else is the student's own.

    Args:
        files: beside the notebooks.
        deepest: level of the deepest name that may be a platform's.
    """
    stamps = {}
    for file in files:
        *above, submitted, _, _, name = ("", "", "", *file.path.parts)
        if (name, submitted) != (TIMESTAMP, SUBMITTED) or len(above) - 3 > deepest:
            continue
        when = _time(file.data[:100].decode("utf-8", "replace"))
        if when is not None:
            stamps[file.path.parent] = when
    return stamps
