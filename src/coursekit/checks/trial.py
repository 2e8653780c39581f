"""Run the cases of a question in the process that holds the answer, here a student's notebook.

Whatever an answer does, the next cell finds everything as it was: random numbers, warnings, output.
A case that takes too long is stopped, and so is one that the student interrupts.
"""

import contextlib
import io
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from coursekit.checks import ends
from coursekit.checks.cases import Case
from coursekit.checks.clock import TimeUp, interrupt_after
from coursekit.checks.errors import last_line
from coursekit.checks.forbidden import closed, judged
from coursekit.checks.limits import STRIKES, Limits
from coursekit.checks.recorded import Recorded
from coursekit.checks.run import quiet, random_state_kept, run_case
from coursekit.checks.trained import weigh

PRINTED = 5  # lines of the answer's own output that are shown
PATIENCE = 10.0  # seconds that a case may take in a notebook, if its question says nothing else
SLACK = 1.5  # seconds by the clock for each of those: whoever sleeps does not compute
SHORT = 2.0  # seconds for each of the others, once a case has taken too long


@dataclass
class Trial:
    """What an answer did.

    Attributes:
        outcomes: of each case, weighed if it is a model.
        printed: what the answer printed in each case.
        seconds: CPU-seconds of each case.
    """

    outcomes: list[dict[str, Any]] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Watch:
    """How long one case may take.

    Attributes:
        cpu: CPU-seconds.
        wall: seconds by the clock on the wall.
        short: seconds for each case after one that took too long; 0 for no less than before.
    """

    cpu: float
    wall: float
    short: float = 0.0

    @property
    def after(self) -> "Watch":
        """The limit for the cases after one that took too long."""
        return Watch(self.short, self.short * Limits.slack) if self.short else self


def watch(recorded: Recorded, seconds: float) -> Watch:
    """The limit for a case: a given number of CPU-seconds, or for 0 that of the notebook."""
    asked = seconds or recorded.question.seconds
    return Watch(asked, asked * Limits.slack) if asked else Watch(PATIENCE, PATIENCE * SLACK, SHORT)


def run_cases(recorded: Recorded, thing: Any, limit: Watch) -> Trial:
    """Every case's outcome; after two that ran too long, or an interruption, no other is tried."""
    trial = Trial()
    strikes = 0
    over = ""  # why no other case is tried
    with _apart(), closed(recorded.question.forbidden, thing) as used:
        for case in recorded.cases:
            began, out = time.process_time(), io.StringIO()
            if over:
                outcome = ends.outcome(over)
            else:
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                    outcome = _within(limit, thing, case)
                if ends.is_end(outcome, ends.TIME_UP):
                    strikes += 1
                    limit = limit.after
                over = ends.STRIKES if strikes >= STRIKES else ""
                over = ends.AFTER if ends.is_end(outcome, ends.INTERRUPTED) else over
            trial.outcomes.append(weigh(case, judged(outcome, used)))
            trial.printed.append("\n".join(out.getvalue().rstrip().split("\n")[:PRINTED]))
            trial.seconds.append(time.process_time() - began)
    return trial


def again(
    recorded: Recorded, thing: Any, number: int, seed: int = 0, **errors: Any
) -> dict[str, Any]:
    """The outcome of one case once more.

    Args:
        recorded: the question.
        thing: the answer.
        number: of the case.
        seed: of random numbers; the cases are run with 0.
        errors: what NumPy does about errors, as for ``np.errstate``.
    """
    out = io.StringIO()
    with (
        _apart(),
        closed(recorded.question.forbidden, thing),
        np.errstate(**errors),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(out),
    ):
        return _within(watch(recorded, 0.0), thing, recorded.cases[number], seed)


@contextlib.contextmanager
def _apart() -> Iterator[None]:
    """Nothing that an answer does to its surroundings stays."""
    with random_state_kept(), quiet(), _no_way_out():
        yield


def _within(limit: Watch, thing: Any, case: Case, seed: int = 0) -> dict[str, Any]:
    """The outcome of a case, which is stopped where it takes too long or is interrupted."""
    try:
        with interrupt_after(limit.cpu, limit.wall):
            return run_case(thing, case.to_plain(), seed, reach=case.evaluate)
    except KeyboardInterrupt as stop:
        end = ends.TIME_UP if isinstance(stop, TimeUp) else ends.INTERRUPTED
        line, text = last_line(stop.__traceback__)
        return ends.outcome(end, line, text, limit.cpu)


@contextlib.contextmanager
def _no_way_out() -> Iterator[None]:
    """IPython's ``quit()`` ends a kernel after the cell; inside an answer it is an exception."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython else None
    if shell is None or "ask_exit" in vars(shell):
        yield
        return

    def refuse() -> None:
        raise SystemExit("the answer called quit() or exit()")

    shell.ask_exit = refuse
    try:
        yield
    finally:
        del shell.ask_exit
