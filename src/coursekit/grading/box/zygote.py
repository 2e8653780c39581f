"""The warm worker: import everything once, then fork one confined child for each submission.

It runs inside the outer wall with a clean environment, one thread and one inherited descriptor, and
knows nothing but the limits. It never runs student code itself: it forks, waits, kills and reports.

On the control socket each request is one byte with two descriptors: the child's channel and a
status socket. Closing the status socket kills the child; when the child has gone, its end is
reported there. Control closed means that the grader is gone, and so is everything here (children
die with their parent).
"""

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
import traceback
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from coursekit.checks.home import Home
from coursekit.checks.limits import Limits
from coursekit.checks.shell import make_shell
from coursekit.grading.box import child, confine, kernel, syscalls
from coursekit.grading.box.channel import Channel


def warm() -> InteractiveShell:
    """Import what notebooks import and use each once, so that a child starts with it in place."""
    import matplotlib.pyplot as plt
    import numpy as np
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(1)
    cell = torch.nn.LSTMCell(2, 2)
    h, _ = cell(torch.zeros(1, 2))  # (b, n)
    F.cross_entropy(h, torch.zeros(1, dtype=torch.long)).backward()
    torch.optim.Adam(cell.parameters()).step()
    torch.manual_seed(0)
    np.random.default_rng(0).normal(size=2)
    plt.close(plt.figure())
    shell: InteractiveShell = make_shell()
    shell.run_cell("1 + 1", store_history=False, silent=True)
    shell.run_cell("1 / 0", store_history=False, silent=True)
    child.warm()
    shell.reset(new_session=False)  # keeps ``__name__``, which is "__main__"
    return shell


def threads() -> int:
    """Threads of this process; where the system does not tell, one is assumed."""
    with contextlib.suppress(OSError):
        return len(os.listdir("/proc/self/task"))
    return 1


class Zygote:
    """The select loop and the table of living children."""

    def __init__(
        self, control: socket.socket, walls: confine.Walls, shell: InteractiveShell
    ) -> None:
        self.control, self.walls, self.shell = control, walls, shell
        self.home = Home()
        self.selector = selectors.DefaultSelector()
        self.children: dict[int, socket.socket] = {}
        self.pids: dict[socket.socket, int] = {}
        self.processes = os.open("/proc/self/ns/pid", os.O_RDONLY) if self._nested else -1

    @property
    def _nested(self) -> bool:
        return self.walls.level == confine.FULL

    def serve(self) -> None:
        """Answer until the control socket closes."""
        woken, wake = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(woken, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self.selector.register(self.control, selectors.EVENT_READ, "control")
        self.selector.register(woken, selectors.EVENT_READ, "woken")
        while True:
            for key, _ in self.selector.select():
                if key.data == "woken":
                    with contextlib.suppress(BlockingIOError):
                        os.read(woken, 4096)
                    self._reap()
                elif key.data == "control":
                    if not self._admit():
                        return
                else:
                    self._kill(key.data)

    def _admit(self) -> bool:
        """Take one request and fork. False when the grader has closed the control socket."""
        message, fds, _, _ = socket.recv_fds(self.control, 1, 2)
        if not message:
            return False
        channel, status = fds
        pid = self._fork(channel)
        os.close(channel)
        sock = socket.socket(fileno=status)
        sock.setblocking(False)
        self.children[pid], self.pids[sock] = sock, pid
        self.selector.register(sock, selectors.EVENT_READ, sock)
        return True

    def _fork(self, channel: int) -> int:
        if threads() != 1:
            raise RuntimeError("the warm worker has a second thread; a fork could hang")
        if self._nested:
            # A second unshare fails unless the first has been taken back.
            kernel.setns(self.processes, kernel.NEW_PIDS)
            kernel.unshare(kernel.NEW_PIDS)
        pid = os.fork()
        if pid == 0:
            self._become_child(channel)
        return pid

    def _become_child(self, channel: int) -> None:
        """Confine this fresh process and serve; never returns."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            fault = ""
            confine.keep_only(channel)
            link = Channel(socket.socket(fileno=confine.CHANNEL_FD))
            try:
                confine.confine(self.walls)
            except BaseException as error:
                fault = f"{type(error).__name__}: {error}"
            child.serve(link, self.shell, self.walls.limits, self.home, fault)
        finally:
            os._exit(0)

    def _kill(self, sock: socket.socket) -> None:
        """The grader has closed or written to a child's status socket: end the child."""
        pid = self.pids.get(sock)
        if pid is not None:  # else it has ended and been reported a moment ago
            self.selector.unregister(sock)
            # A child walled in by ``full`` is the first process of its namespace: all die with it.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            if not self._nested:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, signal.SIGKILL)

    def _reap(self) -> None:
        """Report the end of every child that has gone."""
        for pid in list(self.children):
            done, status, usage = os.wait4(pid, os.WNOHANG)
            if done == 0:
                continue
            sock = self.children.pop(pid)
            del self.pids[sock]
            with contextlib.suppress(KeyError):
                self.selector.unregister(sock)
            scale = 1 if sys.platform == "darwin" else 1024
            end: dict[str, Any] = {
                "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
                "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0,
                "cpu": round(usage.ru_utime + usage.ru_stime, 4),
                "memory": usage.ru_maxrss * scale,
            }
            with contextlib.suppress(OSError):
                sock.send(json.dumps(end).encode())
            sock.close()


def mapped() -> int:
    """Bytes of address space this process maps."""
    with contextlib.suppress(OSError), open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGESIZE")
    return 4 << 30


def main(fd: int, config: str) -> None:
    """Entry point: ``config`` is JSON with ``level``, ``readable`` and ``limits``."""
    control = socket.socket(fileno=fd)
    told = json.loads(config)
    try:
        shell = warm()
        level = told["level"]
        programs = () if level == confine.NONE else tuple(syscalls.program())
        if level != confine.NONE:
            kernel.prctl(kernel.DUMPABLE, 0)
            kernel.prctl(kernel.PDEATHSIG, signal.SIGKILL)
            _rehearse_landlock()
        limits = Limits.from_json(told["limits"])
        walls = confine.Walls(level, tuple(told["readable"]), programs, limits, mapped())
        zygote = Zygote(control, walls, shell)
        gc.collect()
        gc.freeze()
    except BaseException:
        control.send(traceback.format_exc()[-2000:].encode())
        raise
    control.send(b"ready")
    zygote.serve()


def _rehearse_landlock() -> None:
    """Build a rule set and drop it: its first use costs far more than later ones."""
    from landlockpy import AccessFS, Ruleset, Scope

    with Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET) as rules:
        rules.allow_path("/", AccessFS.READ_FILE | AccessFS.READ_DIR | AccessFS.EXECUTE)
