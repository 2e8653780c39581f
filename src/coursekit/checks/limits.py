"""What one submission may use."""

import contextlib
import dataclasses
import json
import os
from dataclasses import dataclass

MEGABYTE = 1 << 20
STRIKES = 2  # cases of one question that may kill the process or run too long


@dataclass(frozen=True)
class Limits:
    """Limits of one submission. Time is CPU time where a clock of its own is named, else wall.

    CPU time is limited tightly and wall time loosely, because a fair student on a busy machine
    waits several times longer than she computes.

    Attributes:
        cell: CPU-seconds of one cell; a sleeping cell gets ``slack`` times as many by the wall.
        call: CPU-seconds of one case of one question.
        total: wall seconds of the whole submission, with all its cells, questions and reruns; what
            has not been tried by then is not tried.
        slack: wall seconds allowed for each CPU-second.
        grace: seconds between the interrupt, which code can catch, and the kill.
        memory: bytes of address space above what the warm worker already maps.
        disk: bytes of scratch space, and of any one file.
        files: open file descriptors.
        reply: bytes of one answer.
    """

    cell: float = 20.0
    call: float = 5.0
    total: float = 300.0
    slack: float = 3.0
    grace: float = 1.0
    memory: int = 1024 * MEGABYTE
    disk: int = 32 * MEGABYTE
    files: int = 128
    reply: int = 16 * MEGABYTE

    @classmethod
    def from_timeout(cls, seconds: float) -> "Limits":
        """The limits that go with one number: the seconds a cell may compute."""
        return cls(cell=seconds, call=max(seconds / 4, 1.0), total=15 * seconds)

    @property
    def cells(self) -> float:
        """Wall seconds within which the cells are run, so that time is left for the questions."""
        return self.total * 2 / 3

    def to_json(self) -> str:
        """As text for the worker's command line."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Limits":
        """Inverse of ``to_json``."""
        return cls(**json.loads(text))


def hold_memory(limits: Limits) -> None:
    """Let this process map ``limits.memory`` bytes more than it does now, like a child of the box.

    Only Linux says how many it maps now, and keeps to such a limit; elsewhere nothing is limited.
    """
    with contextlib.suppress(ImportError, OSError), open("/proc/self/statm") as file:
        import resource

        mapped = int(file.read().split()[0]) * os.sysconf("SC_PAGESIZE")
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        wanted = mapped + limits.memory
        bound = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
