"""Interrupt code that takes too long, from inside; the trusted side kills what ignores this."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TimeUp(KeyboardInterrupt):
    """The time of a cell or a call is over."""


def _ring(signum: int, frame: FrameType | None) -> None:
    raise TimeUp


@contextmanager
def interrupt_after(cpu: float, wall: float) -> Iterator[None]:
    """Raise ``TimeUp`` in the block after ``cpu`` CPU-seconds or ``wall`` seconds.

    Where the system has no such clock, as on Windows, nothing interrupts the block.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGPROF, _ring)
    signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_PROF, cpu)
    signal.setitimer(signal.ITIMER_REAL, wall)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
