"""The files that are no notebooks: each is named, with what it seems to be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from coursekit.grading.intake.found import CHECKPOINTS, FoundFile
from coursekit.grading.intake.stamps import BLACKBOARD

KINDS = {
    ".py": "a Python file",
    ".pdf": "a PDF",
    ".html .htm": "a web page",
    ".tar .tgz .gz .bz2 .xz .rar .7z": "an archive of a kind that is not opened; ask for a .zip",
    ".png .jpg .jpeg .gif .heic .webp .svg": "a picture",
    ".doc .docx .odt .rtf .pages": "a text document",
    ".txt .md .url .webloc .gdoc": "a text",
    ".csv .tsv .xlsx .xls .ods": "a table",
    ".json": "JSON, but no notebook",
}
COLAB = (b"colab.research.google.com", b"drive.google.com")
LINK = "a link to Colab; ask for the notebook itself: File > Download > Download .ipynb"
CHECKPOINT = "a copy that Jupyter made for itself; ask for the notebook"
LIST = re.compile(r"index\.html?")  # Brightspace's, of all that is in a download
EMPTY = re.compile(r"There (?:is|are) no student (?:submission text data|comments) for this .+")
SHOWN = 5  # names in one line


@dataclass(frozen=True)
class Other:
    """A file that is no notebook.

    Attributes:
        path: of the file.
        what: it seems to be.
        of_platform: a platform has put it beside the work.
        said: what the student wrote into the platform's own fields.
        login: of the sender, as the platform itself names it there.
    """

    path: PurePosixPath
    what: str
    of_platform: bool = False
    said: str = ""
    login: str = ""


def other(file: FoundFile) -> Other | None:
    """What a file is that is no notebook; None for the list of a download."""
    if LIST.fullmatch(file.path.name):
        return None
    if file.is_checkpoint:
        above = file.path.parts[: file.path.parts.index(CHECKPOINTS)]
        return Other(PurePosixPath(*above, file.path.name), CHECKPOINT, True)
    if (attempt := BLACKBOARD.match(file.path.name)) and attempt["rest"] == ".txt":
        what = "Blackboard's note of an attempt; no file came with it"
        login = blackboard_login(file.data) if file.archive is None else ""
        return Other(file.path, what, True, blackboard_fields(file.data), login)
    if any(address in file.data for address in COLAB):
        return Other(file.path, LINK)
    ending = file.path.suffix.lower()
    known = (what for endings, what in KINDS.items() if ending in endings.split())
    return Other(file.path, next(known, f"a file of type {ending}" if ending else "a file"))


def blackboard_login(data: bytes) -> str:
    """The login in the first line of Blackboard's note of an attempt, ``Name: Ada (alove)``."""
    first = data[:1000].decode("utf-8-sig", "replace").split("\n", 1)[0]
    named = re.fullmatch(r"Name:.*\(([^()]+)\)\s*", first)
    return named[1].strip() if named else ""


def blackboard_fields(data: bytes) -> str:
    """What a student typed beside the files, from Blackboard's note of an attempt.

    The note has a heading on a line of its own before the text and before the comments, and a
    sentence of Blackboard's where a field was left empty.
    """
    note = data.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    fields = re.search(
        r"^Submission Field:\n(.*?)^Comments:\n(.*?)(?:^Files:$|\Z)", note, re.M | re.S
    )
    typed = (field.strip() for field in fields.groups()) if fields else ()
    return "\n".join(field for field in typed if field and not EMPTY.fullmatch(field))


def listed(files: Sequence[Other]) -> str:
    """Files with what they seem to be, on one line."""
    names = [f"{file.path} ({file.what})" for file in files[:SHOWN]]
    return ", ".join(names) + (f" and {len(files) - SHOWN} more" if len(files) > SHOWN else "")
