"""Run a student's notebook in a process of its own and judge its questions there.

The notebook may loop for ever, end the process or leave threads behind; here that becomes a fault
of a cell or of a question. The cells are run and forgiven exactly as the grader does it
(:mod:`.cells`, :mod:`.shell`, :mod:`.limits`), but without walls: it is the student's own machine.
"""

import contextlib
import mmap
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from coursekit.checks import ends
from coursekit.checks.cells import RERUNS, CellFault, Cells
from coursekit.checks.feedback import NOT_DEFINED, Feedback
from coursekit.checks.home import Home
from coursekit.checks.limits import MEGABYTE, Limits, hold_memory
from coursekit.checks.recorded import Recorded, look_up

BEGIN = 120.0  # seconds in which the process has to begin with the first cell
JUDGING = 128 * MEGABYTE  # of address space, kept for judging whatever the cells leave of it
Event = tuple[str, Any]  # "cell" and number, "faults", "question" and name, "feedback", "end"


class _Died(Exception):
    """The process has ended, or was ended; the text is an end of :mod:`.ends`."""


class Attempt:
    """A notebook and the questions that it is to be judged by.

    Attributes:
        faults: of the cells that did not run to their end, known when the questions begin.
        feedback: by question, as far as they have been judged.
    """

    def __init__(
        self, cells: Cells, folder: Path, questions: Sequence[Recorded], limits: Limits
    ) -> None:
        self.cells, self.folder, self.limits = cells, folder, limits
        self.waiting = {q.question.name: q for q in questions}
        self.faults: list[CellFault] = []
        self.feedback: dict[str, Feedback] = {}
        self.deadline = time.monotonic() + limits.total
        self.deaths = 0
        self.at: Event = ("", None)  # what the process is busy with

    def run(self) -> Iterator[str]:
        """Run the notebook, in as many processes as it takes; yields what is being done.

        Raises:
            ChildProcessError: a process ended before it had begun with the notebook.
        """
        while self.waiting and time.monotonic() < self.deadline:
            try:
                yield from self._once()
            except _Died as died:
                self._forgive(str(died))
        for name in list(self.waiting):
            self._judged(self._failed(name, ends.NO_TIME))

    def _once(self) -> Iterator[str]:
        """Run and judge in one process, as far as it comes."""
        self.at = ("", None)
        for kind, what in self._events():
            if kind == "feedback":
                self._judged(what)
            elif kind == "faults":
                self.faults = what
            else:
                self.at = (kind, what)
                yield f"running cell {what + 1}" if kind == "cell" else f"checking {what}"

    def _forgive(self, reason: str) -> None:
        """A process has died: see to it that the next one comes further."""
        kind, what = self.at
        if kind == "cell":
            self.deaths += 1
            self.cells.killed(what, reason)
            if self.deaths > RERUNS:
                self.cells.give_up()
        elif kind == "question":
            self._judged(self._failed(what, reason))
        else:
            raise ChildProcessError(ends.in_words(reason))

    def _judged(self, feedback: Feedback) -> None:
        self.feedback[feedback.name] = feedback
        self.waiting.pop(feedback.name, None)

    def _failed(self, name: str, end: str) -> Feedback:
        worth = self.waiting[name].question.points
        return Feedback(name, headline=ends.sentence(end), worth=worth)

    def _events(self) -> Iterator[Event]:
        """What one process says until it is done; it is gone afterwards.

        Raises:
            _Died: it ended before, or fell silent.
        """
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe(duplex=False)
        ends_in = self.deadline - time.monotonic() - self.limits.total + self.limits.cells
        told = (there, self.cells, self.folder, list(self.waiting), self.limits, ends_in)
        process = context.Process(target=_serve, args=told)
        process.start()
        there.close()
        patience = BEGIN
        try:
            while True:
                if not here.poll(patience):
                    raise _Died(ends.TIME_UP)
                try:
                    kind, what = here.recv()
                except EOFError:
                    process.join(self.limits.grace)
                    raise _Died(ends.reason(-min(process.exitcode or 0, 0))) from None
                if kind == "end":
                    return
                yield kind, what
                patience = self._patience(kind, what)
        finally:
            process.kill()  # it may have left threads behind
            process.join()
            here.close()

    def _patience(self, kind: str, what: Any) -> float:
        """Wall seconds until the next event: what the process interrupts itself has long come."""
        seconds = self.limits.cell
        if kind == "question":
            seconds = 2 * _seconds(self.waiting[what], self.limits) + self.limits.cell
        longest = max(self.deadline - time.monotonic(), 1.0)
        return min(seconds * self.limits.slack, longest) + self.limits.grace


def _seconds(recorded: Recorded, limits: Limits) -> float:
    """CPU-seconds that one case of a question may take."""
    return recorded.question.seconds or limits.call


def _silence() -> None:
    """Connect the three streams of this process to nothing."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)


def _undefined(faults: Sequence[CellFault]) -> str:
    """Why a name is not there: no time was left for its cell, or no cell defines it."""
    untried = any(fault.error == ends.NO_TIME for fault in faults)
    return ends.sentence(ends.NO_TIME) if untried else NOT_DEFINED


def _runner(
    pipe: Connection, shell: Any, limits: Limits, home: Home, cells_end: float
) -> Callable[[int, str, bool], CellFault | None]:
    """What runs one cell within its time, and says so before; it returns the cell's fault."""
    from coursekit.checks.clock import TimeUp, interrupt_after
    from coursekit.checks.shell import run_cell

    def run(number: int, source: str, only_harmless: bool) -> CellFault | None:
        pipe.send(("cell", number))
        left = cells_end - time.monotonic()
        if left <= 0:
            return CellFault(number, ends.NO_TIME)
        try:
            with interrupt_after(limits.cell, min(limits.cell * limits.slack, left)):
                told = run_cell(shell, source, only_harmless)
        except TimeUp:
            return CellFault(number, ends.TIME_UP)
        finally:
            home.restore()
        if told["ok"]:
            return None
        if told["error"] == ends.TIME_UP:
            return CellFault(number, ends.TIME_UP)
        return CellFault(number, told["error"], told["message"], told["line"])

    return run


def _serve(
    pipe: Connection,
    cells: Cells,
    folder: Path,
    names: Sequence[str],
    limits: Limits,
    seconds_for_cells: float,
) -> None:
    """Run the cells and judge the questions; what happens is said before it happens."""
    cells_end = time.monotonic() + seconds_for_cells
    _silence()
    os.environ.setdefault("MPLBACKEND", "agg")
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # the box has no GPU, whose driver maps all memory
    import torch

    from coursekit.checks.judge import judge
    from coursekit.checks.run import seed_everything
    from coursekit.checks.shell import SEED, make_shell

    shell = make_shell()
    sys.modules["__main__"] = shell.user_module
    home = Home()
    seed_everything(SEED)
    torch.set_num_threads(1)  # as in the box: every thread maps memory
    kept = mmap.mmap(-1, JUDGING)  # mapped and never touched, so it costs no memory
    hold_memory(limits)
    os.chdir(folder)
    sys.path.insert(0, os.getcwd())  # as in a notebook: files beside it can be imported

    faults = cells.play(_runner(pipe, shell, limits, home, cells_end))
    kept.close()
    pipe.send(("faults", faults))
    for name in names:
        pipe.send(("question", name))
        recorded = look_up(name)
        assert recorded is not None
        if name in shell.user_ns:
            seconds = _seconds(recorded, limits)
            feedback = judge(recorded, shell.user_ns[name], seconds=seconds)
        else:
            feedback = Feedback(name, headline=_undefined(faults), worth=recorded.question.points)
        home.restore()
        pipe.send(("feedback", feedback))
    pipe.send(("end", None))
    with contextlib.suppress(OSError):  # stay until the other side has read everything
        pipe.close()
