"""Hand submissions to an existing dask cluster: one warm worker, behind its walls, a dask worker.

What travels to the cluster are the cells and the inputs; what comes back are values, encoded
strictly. The key, right answers and judging stay here. A task is pure, so a killed dask worker
costs a retry: dask runs it again elsewhere, and what dask gives up is handed out anew. Each future
is released as soon as its result is on record, or dask would compute finished work again after
losing the worker that held it.
"""

import contextlib
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from coursekit.checks import values
from coursekit.checks.cells import CellFault
from coursekit.checks.limits import Limits
from coursekit.grading.box.handle import BoxFault
from coursekit.grading.intake.submission import Submission
from coursekit.grading.running.local import Done, LocalRunner
from coursekit.grading.running.replies import Inquiry, Reply, Run

ATTEMPTS = 4  # to run a submission; each may cost dask several workers
PATIENCE = 20.0  # seconds without any result, before it is asked whether workers are left
PLUGIN = "coursekit-warm-worker"


def pack_run(run: Run) -> bytes:
    """A run as bytes in the strict encoding."""
    plain = vars(run) | {
        "faults": [vars(f) for f in run.faults],
        "replies": {name: [vars(r) for r in replies] for name, replies in run.replies.items()},
    }
    return values.encode(plain)


def unpack_run(body: bytes) -> Run:
    """Inverse of ``pack_run``."""
    plain = values.decode(body)
    faults = [CellFault(**f) for f in plain["faults"]]
    replies = {name: [Reply(**r) for r in found] for name, found in plain["replies"].items()}
    return Run(**(plain | {"faults": faults, "replies": replies}))


def run_remotely(submission: Submission, inquiries: bytes) -> tuple[bytes | None, float, str]:
    """The task, run on a dask worker: packed run (or None), seconds, fault."""
    from distributed import get_worker

    plugin: Any = get_worker().plugins[PLUGIN]
    runner: LocalRunner = plugin.runner
    asked = [Inquiry(**plain) for plain in values.decode(inquiries)]
    done = runner.run_one(submission, asked)
    return (pack_run(done.run) if done.run else None, done.seconds, done.fault)


def warm_plugin(level: str, limits: Limits) -> Any:
    """A dask worker plugin that keeps one warm worker."""
    from distributed import WorkerPlugin

    class WarmWorker(WorkerPlugin):
        """Starts with the dask worker, ends with it."""

        name = PLUGIN

        def setup(self, worker: Any) -> None:
            """Start the warm worker."""
            self.runner = LocalRunner(level, limits, jobs=1)
            self.runner.start()

        def teardown(self, worker: Any) -> None:
            """End it."""
            self.runner.close()

    return WarmWorker()


def _arrived(submission: Submission, body: bytes | None, seconds: float, fault: str) -> Done:
    """What a task brought back."""
    return Done(submission, unpack_run(body) if body is not None else None, seconds, fault)


class ClusterRunner:
    """Runs submissions on a dask cluster.

    Args:
        address: of the scheduler, for example ``tcp://10.0.0.1:8786``.
        level: of the walls, the same on every machine.
        limits: of one submission.

    Raises:
        BoxFault: dask is not installed, or no scheduler answers there.
    """

    def __init__(self, address: str, level: str, limits: Limits) -> None:
        try:
            from distributed import Client
        except ModuleNotFoundError as error:
            raise BoxFault("--scheduler: dask is not installed; pip install distributed") from error

        make: Any = Client

        try:
            self._client: Any = make(address, timeout="10s", set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise BoxFault(f"--scheduler {address}: no dask scheduler answers there") from error
        self._plugin = warm_plugin(level, limits)

    def start(self) -> None:
        """Give every dask worker, present and future, its warm worker."""
        self._client.register_plugin(self._plugin)

    def run_all(
        self, submissions: Sequence[Submission], inquiries: Sequence[Inquiry]
    ) -> Iterator[Done]:
        """Run every submission somewhere.

        Raises:
            BoxFault: the cluster has no workers left. What was yielded before stays graded.
        """
        import distributed

        wait: Any = distributed.wait

        asked = values.encode([{**vars(i), "forbidden": list(i.forbidden)} for i in inquiries])
        waiting = deque((submission, 1) for submission in submissions)
        flying: dict[Any, tuple[Submission, int]] = {}
        while waiting or flying:
            while waiting and len(flying) < self._room():
                submission, attempt = waiting.popleft()
                flying[self._send(submission, attempt, asked)] = (submission, attempt)
            try:
                with self._client.as_current():
                    landed = wait(list(flying), PATIENCE, "FIRST_COMPLETED").done
            except TimeoutError as error:
                if self._client.nthreads():
                    continue  # long submissions
                raise BoxFault("the dask cluster has no workers; start some, then go on") from error
            for future in landed:
                submission, attempt = flying.pop(future)
                if future.status == "finished":
                    yield _arrived(submission, *future.result())
                elif attempt < ATTEMPTS:
                    waiting.append((submission, attempt + 1))
                else:
                    yield Done(submission, None, 0.0, f"{ATTEMPTS} dask workers died over it")
                future.release()

    def _room(self) -> int:
        """How many tasks to hand out at once.

        Dask blames a dead worker's death on every task it had been given, and gives a task up at
        the fourth blame: a class handed out whole would not survive four deaths.
        """
        threads: dict[str, int] = self._client.nthreads()
        return 2 * max(1, sum(threads.values()))

    def _send(self, submission: Submission, attempt: int, asked: bytes) -> Any:
        key = f"{submission.student}-{submission.digest}-{attempt}"
        return self._client.submit(run_remotely, submission, asked, key=key, pure=False)

    def close(self) -> None:
        """Take the warm workers off the cluster and leave it."""
        with contextlib.suppress(Exception):
            self._client.unregister_worker_plugin(PLUGIN)
        self._client.close()
