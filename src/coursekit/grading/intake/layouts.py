"""Who handed in a file, told from its path, in the layouts of the common platforms.

Each platform names what it exports in its own way; a path is tried against them in turn:

* Moodle: ``Ada Lovelace_1234_assignsubmission_file_/rnn.ipynb``, or all in one file name;
* Canvas: ``lovelaceada_[LATE_]4321_98765_rnn-2.ipynb`` (user, submission, the platform's version),
  anonymous ``[LATE_]anon_aB3dE_98765_rnn-2.ipynb``;
* Gradescope: ``submission_555/rnn.ipynb`` beside a ``submission_metadata.yml``;
* nbgrader: ``submitted/ada/ps4/rnn.ipynb`` beside a ``timestamp.txt``;
* plain: one folder for each student, or one file for each student.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_|$)")
CANVAS = re.compile(
    r"^(?P<name>[^_\W][\w'’.-]*?)_(?P<late>LATE_)?(?P<id>\d+)_(?P<submission>\d+)_(?P<file>.+)$"
)
CANVAS_ANONYMOUS = re.compile(
    r"^(?P<late>LATE_)?anon(?P<name>)_(?P<id>[A-Za-z0-9]{5})_(?P<submission>\d+)_(?P<file>.+)$"
)
GRADESCOPE = re.compile(r"^submission_(?P<id>\d+)$")
COPY = re.compile(r"(?:\s*\((?P<a>\d+)\)|\s+-\s+[Cc]opy|-Copy(?P<b>\d+)|_copy)$")
CANVAS_VERSION = re.compile(r"-(\d+)$")


@dataclass(frozen=True)
class Sender:
    """What a path says about who sent it.

    Attributes:
        student: the best identifier that the path holds.
        name: the person's name where the path holds one.
        version: larger is later, where the path tells.
        late: the platform marked it late.
        layout: which layout matched.
        when: when it was handed in, where the platform says so.
    """

    student: str
    name: str = ""
    version: tuple[int, ...] = ()
    late: bool = False
    layout: str = "plain"
    when: datetime | None = None


def student_level(paths: list[PurePosixPath], archive: str = "") -> int:
    """Which folder level names the students: the one with the most different names.

    ``ada/ps4/rnn`` and ``bob/ps4/rnn`` have it at 0, ``monday/ada/rnn`` and ``tuesday/bob/rnn`` at
    1. A single folder around files is only a wrapping: -1 says that the file names count. So is a
    folder that bears the name of the archive it came in, as systems and drives name both alike:
    ``hw2/ada/rnn`` from ``hw2.zip`` or ``hw2-20261120T0900-001.zip`` is ada's. No student's own
    folders decide: a level counts where half of the folders above it hold several names.

    Args:
        paths: of the notebooks.
        archive: name, without its ending, of the archive that is the whole collection.
    """
    folders = [p.parts[:-1] for p in paths if len(p.parts) > 1]
    if not folders:
        return -1
    depth = min(map(len, folders))
    wrapped = depth > 1 and all(archive.startswith(f[0]) for f in folders)
    first = int(wrapped)
    levels = [lv for lv in range(first, depth) if lv == first or _branches(folders, lv)]
    counts = {lv: len({f[lv] for f in folders}) for lv in levels}
    best = max(counts, key=lambda level: counts[level])  # the outermost of equals
    stems = {_without_copies(p.stem) for p in paths if len(p.parts) > 1}
    return -1 if counts[best] == 1 and len(stems) > 1 else best


def _branches(folders: list[tuple[str, ...]], level: int) -> bool:
    """Whether at least half of the folders above a level hold several names at it."""
    names: dict[tuple[str, ...], set[str]] = {}
    for folder in folders:
        names.setdefault(folder[:level], set()).add(folder[level])
    return 2 * sum(len(n) > 1 for n in names.values()) >= len(names)


def sender_of(path: PurePosixPath, level: int = 0, archive: PurePosixPath | None = None) -> Sender:
    """Read the sender from a path relative to the submissions folder.

    What a platform wrote stands before what a student chose, so the outermost and leftmost name
    that a platform may have given decides: no name in a student's own zip makes it another's.

    Args:
        path: the file.
        level: of the plain layout, from ``student_level``.
        archive: path of the archive that the file came in.
    """
    if archive is not None:
        outside = _of_platform(archive, path)
        if outside is not None:
            return outside
    found = _of_platform(path, path)
    if found is not None:
        return found
    if "submitted" in path.parts[:-2]:
        student = path.parts[path.parts.index("submitted") + 1]
        return Sender(student, "", _copies(path), layout="nbgrader")
    if len(path.parts) > 1 and level >= 0:
        return Sender(path.parts[min(level, len(path.parts) - 2)].strip(), "", _copies(path))
    return Sender(_without_copies(path.stem), "", _copies(path))


def _of_platform(named: PurePosixPath, file: PurePosixPath) -> Sender | None:
    """The sender as Moodle, Gradescope or Canvas name one, or None.

    Args:
        named: a path with the names to look at; Canvas writes the last of them.
        file: the notebook, for the number of a copy.
    """
    for part in named.parts:
        moodle = MOODLE.match(part)
        last = part == named.name
        canvas = (CANVAS.match(part) or CANVAS_ANONYMOUS.match(part)) if last else None
        if canvas and (moodle is None or canvas.start("id") < moodle.start("id")):
            stem = PurePosixPath(canvas["file"]).stem
            number = CANVAS_VERSION.search(stem)
            version = (int(number[1]) if number else 0, int(canvas["submission"]))
            return Sender(canvas["id"], canvas["name"], version, bool(canvas["late"]), "canvas")
        if moodle:
            return Sender(moodle["id"], moodle["name"].strip(), _copies(file), layout="moodle")
        gradescope = GRADESCOPE.match(part)
        if gradescope and not last:
            return Sender(f"submission_{gradescope['id']}", "", _copies(file), layout="gradescope")
    return None


def _without_copies(stem: str) -> str:
    """``rnn (1)`` and ``rnn-Copy2`` are copies of ``rnn``."""
    while match := COPY.search(stem):
        if match.start() == 0:
            break
        stem = stem[: match.start()]
    return stem.strip()


def _copies(path: PurePosixPath) -> tuple[int, ...]:
    """The copy number a browser or Jupyter added to a file name."""
    match = COPY.search(path.stem)
    if match is None:
        return (0,)
    return (int(match["a"] or match["b"] or 1),)
