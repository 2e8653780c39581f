"""One process at a time writes into a grades folder; its lock tells whether grading was ended."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from coursekit.grading.marks.record import RecordsFault

LOCK = ".lock"


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Hold the folder; the kernel lets go of it when the process ends, however it ends.

    Yields:
        The file descriptor of the lock.

    Raises:
        RecordsFault: another process holds it.
    """
    fd = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with contextlib.suppress(ImportError):
            import fcntl

            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise RecordsFault(
                    f"{folder}: another run is writing there; wait until it is done"
                ) from error
        yield fd
    finally:
        os.close(fd)


def say_unfinished(fd: int, unfinished: bool) -> None:
    """Note in the lock file that grading has begun, or that it has come to its end."""
    os.ftruncate(fd, 0)
    if unfinished:
        os.pwrite(fd, b"grading\n", 0)


def is_unfinished(folder: Path) -> bool:
    """Whether grading began in this folder and did not come to its end."""
    path = folder / LOCK
    return path.exists() and path.stat().st_size > 0
