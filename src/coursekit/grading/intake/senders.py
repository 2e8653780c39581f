"""Who sent a notebook, told by names that its sender has not chosen."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from coursekit.grading.intake.found import FoundFile
from coursekit.grading.intake.layouts import Sender, sender_of


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
        or all(path.is_relative_to(file.path.parent) for path in notebooks)
    ]


def true_sender(
    path: PurePosixPath,
    archive: PurePosixPath | None,
    senders: Mapping[PurePosixPath, Sender],
    level: int,
) -> Sender:
    """Who sent a notebook. The outermost name counts: what is in it, its sender has named.

    Args:
        path: of the notebook.
        archive: that it was handed in with.
        senders: by folder, where a platform names them.
        level: of the folders that name the students.
    """
    for folder in reversed(path.parents):
        if folder in senders:
            return senders[folder]
    return sender_of(path, level, archive)
