"""Who sent a notebook, told by names that its sender has not chosen."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from coursekit.grading.intake.found import FoundFile
from coursekit.grading.intake.layouts import Sender, sender_of, stem

EMAIL = re.compile(r"^[^_\s]+@[^_\s]+")


def above_students(
    beside: Iterable[FoundFile], notebooks: Sequence[PurePosixPath], level: int
) -> list[FoundFile]:
    """The files that speak about students; one that a student has handed in speaks about nobody.

    Args:
        beside: files that stand beside notebooks.
        notebooks: paths of all notebooks.
        level: of the folders that name the students, from ``student_level``.
    """
    return [
        file
        for file in beside
        if len(file.path.parts) - 1 <= max(level, 0)
        or (
            all(path.is_relative_to(file.path.parent) for path in notebooks)
            and sender_of(file.path.parent / "x").layout == "plain"
        )
    ]


def true_senders(
    path: PurePosixPath,
    archive: PurePosixPath | None,
    senders: Mapping[PurePosixPath, Sequence[Sender]],
    level: int,
    deepest: int,
) -> Sequence[Sender]:
    """Who sent a file. The outermost name counts: what is in it, its sender has named.

    Args:
        path: of the file.
        archive: that it was handed in with.
        senders: by folder, where a platform names them.
        level: of the folders that name the students.
        deepest: level of the deepest name that may be a platform's.
    """
    for folder in reversed(path.parents):
        if folder in senders:
            return senders[folder]
    return (sender_of(path, level, archive, deepest),)


def level_of_people(
    paths: Sequence[PurePosixPath], level: int, known: Callable[[str], bool]
) -> int:
    """The level of the folders that name the students, corrected by the roster.

    It is an outer one where somebody is known there and nobody at the level itself. It is a deeper
    one where all folders there are somebody's, each in one place: that no single student can bring
    about. So ``mon/ada/rnn`` and ``tue/bob/rnn`` are ada's and bob's.

    Args:
        paths: of all notebooks.
        level: from ``student_level``.
        known: whether a name is on the roster.
    """
    folders = [path.parts[:-1] for path in paths if len(path.parts) > 1]
    if level < 0 or any(known(f[min(level, len(f) - 1)]) for f in folders):
        return level
    for outer in range(level):
        if any(known(f[outer]) for f in folders):
            return outer  # what lies deeper, the students have named
    for deeper in range(level + 1, min(map(len, folders), default=0)):
        places = {f[: deeper + 1] for f in folders}
        names = {place[-1] for place in places}
        if len(names) == len(places) and all(map(known, names)):
            return deeper
    return level


def is_wrapping(paths: Sequence[PurePosixPath], level: int) -> bool:
    """Whether there is a single folder around everything, which may name nobody."""
    return level < 0 or len({p.parts[: level + 1] for p in paths}) == 1


def repository_prefix(names: Collection[str], known: Callable[[str], bool]) -> str:
    """What GitHub Classroom puts before each login, as ``perplexity-`` in ``perplexity-ada-l``.

    Logins hold hyphens as well, so of all beginnings that the names share it is the one after
    which most of them are known.

    Args:
        names: of the folders that name the students.
        known: whether a name is on the roster.
    """
    cuts = shared_beginnings(names, "-")
    counts = {cut: sum(known(name.removeprefix(cut)) for name in names) for cut in cuts}
    best = max(cuts, key=lambda cut: counts[cut], default="")  # the shortest of equals
    return best if counts.get(best) else ""


def shared_beginnings(names: Collection[str], sign: str) -> list[str]:
    """What all names begin with, up to each of the signs in it; the shortest first."""
    first = min(names, default="")
    cuts = [first[: at + 1] for at, letter in enumerate(first) if letter == sign]
    return [cut for cut in cuts if all(name.startswith(cut) for name in names)]


def guesses(path: PurePosixPath, level: int, wrapped: bool, prefix: str = "") -> list[str]:
    """Parts of a path that may name a person, for the roster to recognise.

    Below a folder that names a student all names are that student's own, and could be another's.

    Args:
        path: of the notebook.
        level: of the folders that name the students.
        wrapped: whether a single folder is around everything.
        prefix: of the folders' names, from ``repository_prefix``.
    """
    folders = [name.removeprefix(prefix) for name in path.parts[:-1]]
    if wrapped:
        # Google Classroom names a file "Ada Lovelace - 02-perplexity", PrairieLearn begins with the
        # address, "ada@x.edu_1_…".
        name = stem(path)
        return [name, name.split(" - ")[0], *EMAIL.findall(name), *folders]
    return folders[: level + 1]
