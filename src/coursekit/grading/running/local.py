"""Run many submissions, here or elsewhere; who runs them sees inputs, never right answers."""

import os
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from coursekit.checks.limits import Limits
from coursekit.closing import Closing
from coursekit.grading.box.handle import BoxFault
from coursekit.grading.box.worker import Worker
from coursekit.grading.intake.submission import Submission
from coursekit.grading.running.replies import Inquiry, Run
from coursekit.grading.running.session import Session

ATTEMPTS = 3  # for failures of the box, which are never the submission's


@dataclass(frozen=True)
class Done:
    """One submission that was run; ``run`` is None when the machinery failed, as ``fault`` says."""

    submission: Submission
    run: Run | None
    seconds: float = 0.0
    fault: str = ""


class Runner(Protocol):
    """Something that runs submissions and yields each as it is done, in any order."""

    def start(self) -> None:
        """Begin to get ready; returns at once."""

    def run_all(
        self, submissions: Sequence[Submission], inquiries: Sequence[Inquiry]
    ) -> Iterator[Done]:
        """Run every submission."""

    def close(self) -> None:
        """End everything that was started."""


class LocalRunner(Closing):
    """One warm worker on this machine, asked by several threads at once.

    Args:
        level: of the walls.
        limits: of one submission.
        jobs: submissions at a time; by default the number of processors.
        account: number of the user to run student code as; by default the grader's own.
    """

    def __init__(
        self, level: str, limits: Limits, jobs: int = 0, account: int | None = None
    ) -> None:
        self.level, self.limits, self.account = level, limits, account
        self.jobs = jobs or len(os.sched_getaffinity(0))
        self._guard = threading.Lock()
        self._worker: Worker | None = None
        self._warm = False
        # bubblewrap dies with the thread that started it, so that thread must live as long.
        self._starter = ThreadPoolExecutor(1)

    def start(self) -> None:
        """Start the worker, which gets warm while the caller goes on."""
        self._worker = self._new_worker()

    def _new_worker(self) -> Worker:
        return self._starter.submit(Worker, self.level, self.limits, self.account).result()

    def run_all(
        self, submissions: Sequence[Submission], inquiries: Sequence[Inquiry]
    ) -> Iterator[Done]:
        """Run every submission, ``jobs`` at a time."""
        waiting: queue.SimpleQueue[Submission] = queue.SimpleQueue()
        done: queue.SimpleQueue[Done] = queue.SimpleQueue()
        for submission in submissions:
            waiting.put(submission)
        stop = threading.Event()

        def work() -> None:
            while not stop.is_set():
                try:
                    submission = waiting.get_nowait()
                except queue.Empty:
                    return
                done.put(self.run_one(submission, inquiries))

        threads = [threading.Thread(target=work, daemon=True) for _ in range(self.jobs)]
        for thread in threads:
            thread.start()
        try:
            for _ in submissions:
                yield done.get()
        finally:
            stop.set()

    def run_one(self, submission: Submission, inquiries: Sequence[Inquiry]) -> Done:
        """Run one submission, on a new worker if the box itself fails."""
        began = time.monotonic()
        fault = ""
        for _ in range(ATTEMPTS):
            worker = None
            try:
                worker = self.ready()
                run = Session(worker, submission.code).answer(inquiries)
                return Done(submission, run, time.monotonic() - began)
            except BoxFault as error:
                fault = str(error)
                self._replace(worker)
            except Exception as error:
                fault = f"{type(error).__name__}: {error}"
        return Done(submission, None, time.monotonic() - began, fault)

    def ready(self) -> Worker:
        """The worker, warm."""
        with self._guard:
            if self._worker is None:
                self._worker = self._new_worker()
                self._warm = False
            if not self._warm:
                self._worker.ready()
                self._warm = True
            return self._worker

    def _replace(self, broken: Worker | None) -> None:
        """Drop a worker that failed, unless another thread has done so already."""
        with self._guard:
            if self._worker is not None and (broken is self._worker or broken is None):
                self._worker.close()
                self._worker = None

    def close(self) -> None:
        """End the worker."""
        with self._guard:
            if self._worker is not None:
                self._worker.close()
                self._worker = None
        self._starter.shutdown()
