"""The trusted side of the warm worker: start it behind the outer wall, have it fork children."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from coursekit.checks.limits import Limits
from coursekit.closing import Closing
from coursekit.grading.box.channel import Channel
from coursekit.grading.box.confine import FULL
from coursekit.grading.box.handle import BoxFault, Child
from coursekit.grading.box.scratch import Scratch
from coursekit.grading.box.wall import (
    SETTINGS,
    SYSTEM,
    as_account,
    bubblewrap,
    environment,
    import_paths,
    runtime_paths,
    wall,
)
from coursekit.grading.box.withheld import withhold

START_SECONDS = 120.0
START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); \
from coursekit.grading.box.zygote import main; main(int(sys.argv[2]), sys.argv[3])"


class Worker(Closing):
    """A warm worker behind a wall of the given level. Safe to use from several threads.

    Args:
        level: ``full``, ``landlock`` or ``none`` (see ``confine``).
        limits: what one submission may use.
        account: number of another user to run as; only root can do that.

    Raises:
        BoxFault: the worker did not start.
    """

    def __init__(self, level: str, limits: Limits, account: int | None = None) -> None:
        self.level, self.limits, self.account = level, limits, account
        self._lock = threading.Lock()
        ours, theirs = socket.socketpair()
        self._control = ours
        self._scratch = Scratch()
        with theirs:
            self._process = self._start(theirs.fileno())

    def _start(self, fd: int) -> "subprocess.Popen[bytes]":
        seen = [p for p in (*SYSTEM, *SETTINGS, *runtime_paths()) if os.path.exists(p)]
        readable = ["/"] if self.level == FULL else seen
        told = {"level": self.level, "readable": readable, "limits": self.limits.to_json()}
        program = [sys.executable, "-I", "-c", START, json.dumps(import_paths())]
        program += [str(fd), json.dumps(told)]
        if self.level == FULL:
            found = bubblewrap()
            if found is None:
                raise BoxFault("bubblewrap is not installed")
            data = Path(self._scratch.path) / "data"
            data.mkdir()
            program = [*wall(found, withhold(data)), *program]
        if self.account is not None:
            os.chown(self._scratch.path, self.account, self.account)
        return subprocess.Popen(
            program,
            pass_fds=[fd],
            env=environment(str(self._scratch.path)),
            cwd=self._scratch.path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            **as_account(self.account),
        )

    def ready(self) -> "Worker":
        """Wait until the worker is warm."""
        self._control.settimeout(START_SECONDS)
        try:
            said = self._control.recv(4096)
        except TimeoutError:
            said = b"it did not start in time"
        self._control.settimeout(None)
        if said != b"ready":
            self.close()
            errors = (
                self._process.stderr.read().decode(errors="replace") if self._process.stderr else ""
            )
            reason = (said.decode(errors="replace") or errors).strip().splitlines() or [
                "no reason given"
            ]
            raise BoxFault(f"the warm worker did not start: {reason[-1]}")
        return self

    def spawn(self) -> Child:
        """Fork a confined child for one submission.

        Raises:
            BoxFault: the worker is gone, or the walls of the child could not be put up.
        """
        here, there = socket.socketpair()
        status, theirs = socket.socketpair()
        with there, theirs:
            try:
                with self._lock:
                    socket.send_fds(self._control, [b"f"], [there.fileno(), theirs.fileno()])
            except OSError as error:
                raise BoxFault(f"the warm worker is gone{self._last_words()}") from error
        child = Child(Channel(here), status, self.limits)
        try:
            child.expect_walls()
        except BoxFault as error:
            raise BoxFault(f"{error}{self._last_words()}") from error
        return child

    def _last_words(self) -> str:
        """What a worker that is ending said last, or nothing."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2)
        if self._process.poll() is None or self._process.stderr is None:
            return ""
        said = self._process.stderr.read().decode(errors="replace").strip().splitlines()
        return f" ({said[-1]})" if said else f" (exit code {self._process.returncode})"

    def close(self) -> None:
        """End the worker and all its children."""
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._scratch.remove()
