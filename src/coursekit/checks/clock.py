"""Interrupt code that takes too long, from inside; the trusted side kills what ignores this."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN = 0.5  # seconds until the next interrupt, where code has caught the one before


class TimeUp(KeyboardInterrupt):
    """The time of a cell or a call is over."""


def _ring(signum: int, frame: FrameType | None) -> None:
    raise TimeUp


@contextmanager
def interrupt_after(cpu: float, wall: float) -> Iterator[None]:
    """Raise ``TimeUp`` in the block after ``cpu`` CPU-seconds or ``wall`` seconds.

    Where the system has no such clock, as on Windows or in a browser, and outside of the main
    thread, nothing interrupts the block.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer") or sys.platform == "emscripten":
        yield
        return
    before = [(s, signal.signal(s, _ring)) for s in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, cpu, AGAIN)
    signal.setitimer(signal.ITIMER_REAL, wall, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before:
            signal.signal(number, handler)
