"""The folder that a worker may write to, gone after the run, also after one that was killed.

A run holds a lock on its folder, which the kernel takes from a process that ends, however it ends.
A folder under the final name that nobody holds is therefore left over, and the next run removes it.
"""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "coursekit-box-"
NEW = "coursekit-new-"  # until it is locked


class Scratch:
    """A locked folder among the temporary files; removes what killed runs of this user left.

    Attributes:
        path: of the folder.
    """

    def __init__(self) -> None:
        remove_leftovers()
        made = Path(tempfile.mkdtemp(prefix=NEW))
        self._lock = os.open(made, os.O_RDONLY)
        _lock(self._lock)
        self.path = made.rename(made.with_name(PREFIX + made.name.removeprefix(NEW)))

    def remove(self) -> None:
        """Remove the folder and let go of it; more than once does no harm."""
        if self._lock >= 0:
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self._lock)
            self._lock = -1


def remove_leftovers() -> None:
    """Remove every such folder of this user that no run holds."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(fd).st_uid == os.geteuid() and _lock(fd):
                    shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(fd)


def _lock(fd: int) -> bool:
    """Lock a folder that nobody holds; False where that cannot be done, or somebody does."""
    try:
        import fcntl

        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return False
    return True
