"""What platforms write beside the notebooks: who sent a folder, and when."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import yaml

from coursekit.grading.intake.found import METADATA, TIMESTAMP, FoundFile, Problem
from coursekit.grading.intake.layouts import Sender

EVENTS = 400_000  # of a YAML file: a class of 500 with the results of an autograder has fewer
NESTED = 20  # levels of a YAML file

# The parser in C is ten times as fast; it is missing where PyYAML was built without it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def gradescope_senders(
    files: Iterable[FoundFile], problems: list[Problem]
) -> dict[PurePosixPath, Sender]:
    """Senders by folder, from Gradescope's ``submission_metadata.yml``."""
    senders: dict[PurePosixPath, Sender] = {}
    for file in files:
        if file.path.name != METADATA:
            continue
        told = plain_yaml(file.data)
        if told is None:
            text = "not read, so senders are known by their folders: damaged, or too large"
            problems.append(Problem("", str(file.path), text, name="Gradescope"))
        for folder, about in told.items() if isinstance(told, dict) else ():
            people = about.get(":submitters") if isinstance(about, dict) else None
            first = people[0] if isinstance(people, list) and people else None
            if isinstance(first, dict):
                sid = first.get(":sid") or first.get(":email") or folder
                name = str(first.get(":name") or "")
                senders[file.path.parent / str(folder)] = Sender(
                    str(sid), name, (0,), False, "gradescope"
                )
    return senders


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


def nbgrader_timestamps(files: Iterable[FoundFile]) -> dict[PurePosixPath, datetime]:
    """Times by folder, from nbgrader's ``timestamp.txt``."""
    stamps = {}
    for file in files:
        if file.path.name != TIMESTAMP:
            continue
        text = file.data[:100].decode("utf-8", "replace").strip()
        text = re.sub(r" (UTC|GMT)$", "+00:00", text)
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            continue
        stamps[file.path.parent] = when if when.tzinfo else when.replace(tzinfo=UTC)
    return stamps
