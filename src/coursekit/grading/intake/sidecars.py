"""What platforms write beside the notebooks: who sent a folder, and when."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import PurePosixPath

import yaml

from coursekit.grading.intake.found import FoundFile
from coursekit.grading.intake.layouts import Sender


def gradescope_senders(files: Iterable[FoundFile]) -> dict[str, Sender]:
    """Senders by folder, from Gradescope's ``submission_metadata.yml``."""
    senders: dict[str, Sender] = {}
    for file in files:
        if file.path.name != "submission_metadata.yml":
            continue
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
                senders[str(folder)] = Sender(str(sid), name, (0,), False, "gradescope")
    return senders


def nbgrader_timestamps(files: Iterable[FoundFile]) -> dict[PurePosixPath, datetime]:
    """Times by folder, from nbgrader's ``timestamp.txt``."""
    stamps = {}
    for file in files:
        if file.path.name != "timestamp.txt":
            continue
        text = file.data[:100].decode("utf-8", "replace").strip()
        text = re.sub(r" (UTC|GMT)$", "+00:00", text)
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            continue
        stamps[file.path.parent] = when if when.tzinfo else when.replace(tzinfo=UTC)
    return stamps
