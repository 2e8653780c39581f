"""Wall a freshly forked child in, from the inside, before any student code runs.

The order matters: descriptors, namespaces, mounts, limits, privileges, Landlock, system calls. Each
step takes away the means to undo an earlier one. Every step that the level calls for must succeed;
a child that cannot be walled in exits without running anything.

Levels, from strong to weak:

* ``full``: inside bubblewrap; the child has process, mount, IPC and host-name namespaces of its
  own, a scratch disk of limited size, no /proc, and all that ``landlock`` has;
* ``landlock``: no namespaces; limits, Landlock and the system-call filter. No scratch disk;
* ``none``: limits only. Only for code that one trusts as one's own.
"""

import os
import resource
import signal
from dataclasses import dataclass
from pathlib import Path

from coursekit.checks.limits import Limits
from coursekit.grading.box import kernel

FULL, LANDLOCK, NONE = "full", "landlock", "none"
SCRATCH = "/box"  # an odd name that hides no interpreter when a disk is mounted over it
CHANNEL_FD = 3


@dataclass(frozen=True)
class Walls:
    """What the warm worker prepares once for all its children.

    Attributes:
        level: ``FULL``, ``LANDLOCK`` or ``NONE``.
        readable: paths that Landlock leaves readable.
        programs: seccomp programs.
        limits: what a child may use.
        mapped: bytes of address space the warm worker maps itself.
    """

    level: str
    readable: tuple[str, ...]
    programs: tuple[bytes, ...]
    limits: Limits
    mapped: int


def confine(walls: Walls) -> None:
    """Apply every wall of the level but the first, ``keep_only``.

    Raises:
        OSError: a wall could not be put up.
    """
    if walls.level == FULL:
        _private_namespaces(walls.limits)
    _limit(walls)
    if walls.level == NONE:
        return
    kernel.drop_capabilities()
    kernel.prctl(kernel.DUMPABLE, 0)
    kernel.prctl(kernel.PDEATHSIG, signal.SIGKILL)
    kernel.prctl(kernel.NO_NEW_PRIVS, 1)
    _landlock(walls)
    for program in walls.programs:
        kernel.install_filter(program)


def keep_only(channel: int) -> None:
    """Leave the worker's session and files: ``channel`` becomes descriptor 3, all others close.

    The standard streams read nothing and lead nowhere.
    """
    os.setsid()
    if channel != CHANNEL_FD:
        os.dup2(channel, CHANNEL_FD)
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.closerange(CHANNEL_FD + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _private_namespaces(limits: Limits) -> None:
    """Mounts, IPC and host name of the child's own; its process namespace came with the fork."""
    kernel.unshare(kernel.NEW_MOUNTS | kernel.NEW_IPC | kernel.NEW_UTS)
    kernel.mount("none", "/", None, kernel.MOUNT_REC | kernel.MOUNT_PRIVATE)
    options = f"size={limits.disk},nr_inodes=4096,mode=0700"
    kernel.mount("tmpfs", SCRATCH, "tmpfs", kernel.MOUNT_NOSUID | kernel.MOUNT_NODEV, options)
    kernel.unmount("/proc")
    os.chdir(SCRATCH)


def _limit(walls: Walls) -> None:
    """Limits of the process that the kernel enforces."""
    limits = walls.limits
    seconds = int(limits.total) + 1
    wanted = {
        resource.RLIMIT_AS: walls.mapped + limits.memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: limits.disk,
        resource.RLIMIT_NOFILE: limits.files,
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in wanted.items():
        hard = resource.getrlimit(kind)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, bound))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a full file is an error, not a death


def _landlock(walls: Walls) -> None:
    """Deny reading outside the runtime, writing outside the scratch disk, and reaching others."""
    from landlockpy import AccessFS, Ruleset, Scope

    look = AccessFS.READ_FILE | AccessFS.READ_DIR | AccessFS.EXECUTE
    with Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET) as rules:
        for path in walls.readable:
            if Path(path).is_dir():
                rules.allow_path(path, look)
            else:
                rules.allow_path(path, AccessFS.READ_FILE)
        for device in ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"):
            if os.path.exists(device):
                rules.allow_path(device, AccessFS.READ_FILE | AccessFS.WRITE_FILE)
        if walls.level == FULL:
            devices = AccessFS.MAKE_CHAR | AccessFS.MAKE_BLOCK | AccessFS.MAKE_SOCK
            rules.allow_path(SCRATCH, rules.handled_fs & ~devices)
        rules.restrict()
