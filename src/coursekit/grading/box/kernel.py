"""The few kernel calls for which Python 3.11 has no function: namespaces, mounts, privileges."""

import ctypes
import os
import platform
import struct

NEW_MOUNTS = 0x00020000
NEW_IPC = 0x08000000
NEW_UTS = 0x04000000
NEW_PIDS = 0x20000000

MOUNT_NOSUID, MOUNT_NODEV, MOUNT_REC, MOUNT_PRIVATE = 2, 4, 1 << 14, 1 << 18
DETACH = 2

PDEATHSIG, DUMPABLE, SECCOMP, NO_NEW_PRIVS, CAP_AMBIENT = 1, 4, 22, 38, 47
SECCOMP_FILTER = 2
CLEAR_ALL = 4
CAPABILITIES_V3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True) if platform.system() == "Linux" else None


def _call(name: str, *args: object) -> int:
    """Call a C library function; a negative result becomes OSError."""
    if _libc is None:
        raise OSError(f"{name}: not a Linux machine")
    result: int = getattr(_libc, name)(*args)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """Leave the named namespaces for fresh ones (``NEW_PIDS``: children only)."""
    _call("unshare", flags)


def setns(fd: int, kind: int) -> None:
    """Enter the namespace that ``fd`` refers to."""
    _call("setns", fd, kind)


def mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """Mount ``source`` at ``target``."""
    _call(
        "mount",
        source.encode(),
        target.encode(),
        kind.encode() if kind else None,
        ctypes.c_ulong(flags),
        options.encode() or None,
    )


def unmount(target: str) -> None:
    """Detach whatever is mounted at ``target``."""
    _call("umount2", target.encode(), DETACH)


def prctl(option: int, *values: int) -> None:
    """Set a property of this process."""
    padded = [ctypes.c_ulong(v) for v in (*values, 0, 0, 0, 0)[:4]]
    _call("prctl", option, *padded)


def drop_capabilities() -> None:
    """Give up every capability, for good."""
    prctl(CAP_AMBIENT, CLEAR_ALL)
    header = struct.pack("Ii", CAPABILITIES_V3, 0)
    _call("capset", header, struct.pack("6I", *[0] * 6))


def install_filter(program: bytes) -> None:
    """Install a seccomp program (packed ``sock_filter`` instructions, eight bytes each)."""
    code = ctypes.create_string_buffer(program, len(program))
    pointer = ctypes.addressof(code)
    head = struct.pack("HxxxxxxQ", len(program) // 8, pointer)
    block = ctypes.create_string_buffer(head, len(head))
    prctl(NO_NEW_PRIVS, 1)
    prctl(SECCOMP, SECCOMP_FILTER, ctypes.addressof(block))
