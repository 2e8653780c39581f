"""Interrupt code that takes too long, from inside; the trusted side kills what ignores this."""

import math
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from coursekit.checks.errors import FOREIGN

AGAIN = 0.2  # seconds until the next interrupt, where code has caught the one before


class TimeUp(KeyboardInterrupt):
    """The time of a cell or a call is over."""


_rung = [0]  # how often the present block has been interrupted
_until = [math.inf]  # when the time of the present block is over, in a browser


def _ring(signum: int, frame: FrameType | None) -> None:
    """Interrupt; code that has caught one interrupt is interrupted in every line from now on."""
    _rung[0] += 1
    if _rung[0] > 1:
        sys.settrace(_refuse)
        while frame is not None:
            if not frame.f_code.co_filename.startswith(FOREIGN):
                frame.f_trace = _refuse
            frame = frame.f_back
    raise TimeUp


def _refuse(frame: FrameType, event: str, arg: Any) -> Any:
    """Let no line of code that is neither ours nor installed run."""
    if frame.f_code.co_filename.startswith(FOREIGN):
        return None
    if event in ("line", "call"):
        raise TimeUp
    return _refuse


@contextmanager
def interrupt_after(cpu: float, wall: float) -> Iterator[None]:
    """Raise ``TimeUp`` in the block after ``cpu`` CPU-seconds or ``wall`` seconds.

    Where the system has no such clock, as on Windows, and outside of the main thread, nothing
    interrupts the block. In a browser the code that gets signals has to call ``ring_if_late``.
    """
    if sys.platform == "emscripten":
        with _awaited(cpu):
            yield
        return
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):
        yield
        return
    _rung[0], tracing = 0, sys.gettrace()
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
        if _rung[0] > 1:
            sys.settrace(tracing)


@contextmanager
def _awaited(seconds: float) -> Iterator[None]:
    """The block has this long, should anybody ask."""
    _rung[0], before, tracing = 0, _until[0], sys.gettrace()
    _until[0] = time.monotonic() + seconds
    try:
        yield
    finally:
        _until[0] = before
        if _rung[0] > 1:
            sys.settrace(tracing)


def ring_if_late(signum: int, frame: FrameType | None) -> None:
    """Interrupt the present block if its time is over; for a signal that comes now and then."""
    if time.monotonic() > _until[0]:
        _ring(signum, frame)
