"""Who handed in a file, told from its path, in the layouts of the common platforms.

Each platform names what it exports in its own way; a path is tried against them in turn:

* Moodle: ``Ada Lovelace_1234_assignsubmission_file_/rnn.ipynb``, or all in one file name; marked
  blindly, ``Participant_1234_assignsubmission_file_``;
* Canvas: ``lovelaceada_[LATE_]4321_98765_rnn-2.ipynb`` (user, submission, the platform's version),
  anonymous ``[LATE_]anon_aB3dE_98765_rnn-2.ipynb``;
* Gradescope: ``submission_555/rnn.ipynb`` beside a ``submission_metadata.yml``;
* Brightspace: ``111-222 - Ada Lovelace - Nov 19, 2026 1015 PM/rnn.ipynb``, a folder an attempt;
* Blackboard: ``rnn_alove_attempt_2026-11-20-22-15-00_my file.ipynb``;
* nbgrader: ``submitted/ada/ps4/rnn.ipynb`` beside a ``timestamp.txt``, or the exchange's
  ``ada+ps4+2026-11-20 22:15:00.000000 UTC+x1/rnn.ipynb``;
* plain: one folder for each student, or one file for each student.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from coursekit.grading.intake.stamps import BLACKBOARD, BRIGHTSPACE, NBGRADER, read_stamp

MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_|$)")
CANVAS = re.compile(
    r"^(?P<name>[^_\W][\w'’.-]*?)_(?P<late>LATE_)?(?P<id>\d+)_(?P<submission>\d+)_(?P<file>.+)$"
)
CANVAS_ANONYMOUS = re.compile(
    r"^(?P<late>LATE_)?anon(?P<name>)_(?P<id>[A-Za-z0-9]{5})_(?P<submission>\d+)_(?P<file>.+)$"
)
SUBMITTED = "submitted"  # nbgrader's folder
GRADESCOPE = re.compile(r"^submission_(?P<id>\d+)$")
COPY = re.compile(r"(?:\s*\((?P<a>\d+)\)|\s+-\s+[Cc]opy|-Copy(?P<b>\d+)|_copy)$")
COPY_OF = r"(?:(?:copy of|kopie von|kopie van|copie de|copia de|copia di|cópia de) )*"  # in Drive
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

    @property
    def certain(self) -> bool:
        """Whether a platform says which version is the later one."""
        return self.when is not None or self.layout == "canvas"

    @property
    def numbered(self) -> bool:
        """Whether ``student`` is a number that the platform gave out itself.

        It may be the number of another student in the university's own lists.
        """
        return self.layout in ("canvas", "moodle", "brightspace")


def student_level(paths: list[PurePosixPath], archive: str = "", exercise: str = "") -> int:
    """Which folder level names the students: the one with the most different names.

    ``ada/ps4/rnn`` and ``bob/ps4/rnn`` have it at 0, ``monday/ada/rnn`` and ``tuesday/bob/rnn`` at
    1. A single folder around files is only a wrapping: -1 says that the file names count. So is a
    folder that bears the name of the archive it came in, as systems and drives name both alike:
    ``hw2/ada/rnn`` from ``hw2.zip`` or ``hw2-20261120T0900-001.zip`` is ada's. No student's own
    folders decide: a level counts where half of the folders above it hold several names. A single
    folder is a student's where the exercise lies in it under its own name, with one more file.

    Args:
        paths: of the notebooks.
        archive: name, without its ending, of the archive that is the whole collection.
        exercise: name of the exercise's file without its ending.
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
    one_persons = exercise in stems and len(stems) == 2
    return -1 if counts[best] == 1 and len(stems) > 1 and not one_persons else best


def _branches(folders: list[tuple[str, ...]], level: int) -> bool:
    """Whether at least half of the folders above a level hold several names at it."""
    names: dict[tuple[str, ...], set[str]] = {}
    for folder in folders:
        names.setdefault(folder[:level], set()).add(folder[level])
    return 2 * sum(len(n) > 1 for n in names.values()) >= len(names)


def platform_level(paths: Sequence[PurePosixPath]) -> int:
    """How deep a name may stand that a platform gave: deeper ones are the students' own.

    Names of the first level come from the person who collected the class. A deeper level counts
    where most of the folders above it hold such a name: ``all/Ada_1_assignsubmission_file_/x``
    does, one such folder in one student's work does not.

    Args:
        paths: of the notebooks.
    """
    for level in range(1, max((len(p.parts) for p in paths), default=1)):
        above: dict[tuple[str, ...], bool] = {}
        for path in (p for p in paths if len(p.parts) > level):
            named = _at(path, level, path) is not None
            folder = path.parts[:level]
            above[folder] = above.get(folder, False) or named
        if 2 * sum(above.values()) > len({p.parts[:level] for p in paths}):
            return level
    return 0


def sender_of(
    path: PurePosixPath,
    level: int = 0,
    archive: PurePosixPath | None = None,
    deepest: int | None = None,
) -> Sender:
    """Read the sender from a path relative to the submissions folder.

    What a platform wrote stands before what a student chose, so the outermost and leftmost name
    that a platform may have given decides: no name in a student's own zip makes it another's.

    Args:
        path: the file.
        level: of the plain layout, from ``student_level``.
        archive: path of the archive that the file came in.
        deepest: level of the deepest name that may be a platform's, from ``platform_level``.
    """
    outermost = [archive] if archive is not None else []
    for named in (*outermost, path):
        for depth in range(len(named.parts) if deepest is None else deepest + 1):
            if depth < len(named.parts) and (found := _at(named, depth, path)):
                return found
    if len(path.parts) > 1 and level >= 0:
        return Sender(path.parts[min(level, len(path.parts) - 2)].strip(), "", _copies(path))
    return Sender(_without_copies(stem(path)), "", _copies(path))


def _at(named: PurePosixPath, depth: int, file: PurePosixPath) -> Sender | None:
    """The sender as a platform names one at a level of a path, or None."""
    part = named.parts[depth]
    if part == SUBMITTED and depth < len(named.parts) - 2:
        return Sender(named.parts[depth + 1], "", _copies(file), layout="nbgrader")
    return _of_part(part, file, last=depth == len(named.parts) - 1)


def _of_part(part: str, file: PurePosixPath, last: bool) -> Sender | None:
    """The sender as a platform names one in a part of a path, or None.

    Args:
        part: the name of a folder or a file.
        file: the notebook, for the number of a copy.
        last: the part is the last of its path; Canvas writes only these, others only folders.
    """
    moodle = MOODLE.match(part)
    canvas = (CANVAS.match(part) or CANVAS_ANONYMOUS.match(part)) if last else None
    if canvas and (moodle is None or canvas.start("id") < moodle.start("id")):
        stem = PurePosixPath(canvas["file"]).stem
        number = CANVAS_VERSION.search(stem)
        # Canvas counts all files that it is sent; the number after a name may be the student's own.
        version = (int(canvas["submission"]), int(number[1]) if number else 0)
        return Sender(canvas["id"], canvas["name"], version, bool(canvas["late"]), "canvas")
    if moodle:
        return Sender(moodle["id"], moodle["name"].strip(), _copies(file), layout="moodle")
    gradescope = GRADESCOPE.match(part)
    if gradescope and not last:
        return Sender(f"submission_{gradescope['id']}", "", _copies(file), layout="gradescope")
    return _stamped(part, last)


def _stamped(part: str, last: bool) -> Sender | None:
    """The sender as platforms name one that write the time into the name, or None.

    Args:
        part: of a path.
        last: it is the file's own; Brightspace and nbgrader name folders.
    """
    if blackboard := BLACKBOARD.match(part):
        when = read_stamp(blackboard["when"])
        return Sender(blackboard["id"], "", (), False, "blackboard", when)
    if not last and (brightspace := BRIGHTSPACE.match(part)):
        number, name, when = brightspace["id"], brightspace["name"], read_stamp(brightspace["when"])
        return Sender(number, name.strip(), (), False, "brightspace", when)
    if not last and (nbgrader := NBGRADER.match(part)):
        return Sender(nbgrader["id"], "", (), False, "nbgrader", read_stamp(nbgrader["when"]))
    return None


def stem(path: PurePosixPath) -> str:
    """A file's name without its endings, as in ``rnn.ipynb.txt``."""
    return re.sub(r"\.ipynb$", "", path.stem, flags=re.I)


def _without_copies(stem: str) -> str:
    """``rnn (1)``, ``rnn-Copy2`` and ``Kopie von rnn`` are copies of ``rnn``."""
    stem = re.sub(rf"^{COPY_OF}", "", stem, flags=re.I)
    while match := COPY.search(stem):
        if match.start() == 0:
            break
        stem = stem[: match.start()]
    return stem.strip()


def _copies(path: PurePosixPath) -> tuple[int, ...]:
    """The copy number a browser or Jupyter added to a file name."""
    match = COPY.search(stem(path))
    if match is None:
        return (0,)
    return (int(match["a"] or match["b"] or 1),)
