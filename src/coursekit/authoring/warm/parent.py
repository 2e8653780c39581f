"""The warm parent: imports the heavy libraries once and forks a Jupyter kernel for each request.

Run as ``python -m coursekit.authoring.warm.parent SOCKET``; it leaves when its standard input
closes, so it never outlives the process that started it. One connection is one kernel: the
request is a JSON object with the kernel's arguments, environment and folder, sent together with
its three standard streams; the first reply is its process id, the second its exit code and
CPU-seconds. A connection that closes kills its kernel.
"""

import contextlib
import gc
import importlib
import json
import os
import random
import selectors
import signal
import socket
import sys
import types
from pathlib import Path

MESSAGE = 1 << 20  # bytes; an environment fits easily
STREAMS = 3
WARM = (
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "matplotlib.figure",
    "matplotlib.pyplot",
    "numpy",
    "torch",
)


def import_everything() -> None:
    """Import what notebooks import. ipykernel reads its parent's id when it is imported."""
    os.environ["JPY_PARENT_PID"] = str(os.getpid())
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    for name in WARM:
        importlib.import_module(name)
    import numpy
    import torch

    torch.nn.functional.cross_entropy(torch.zeros(1, 2), torch.zeros(1, dtype=torch.long))
    numpy.linalg.svd(numpy.eye(2))


def threads() -> int:
    """Number of threads of this process."""
    return len(os.listdir("/proc/self/task"))


def become_kernel(request: dict[str, object], streams: list[int]) -> None:
    """In the forked child: take the request's streams, folder and environment, run the kernel."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    os.setsid()
    for target, stream in enumerate(streams):
        os.dup2(stream, target)
    environment = request["env"]
    assert isinstance(environment, dict)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(str(request["cwd"]))
    sys.modules["__main__"] = types.ModuleType("__main__")
    sys.argv = ["ipykernel_launcher", *map(str, request["argv"])]  # type: ignore[call-overload]
    reseed()
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=sys.argv[1:])


def reseed() -> None:
    """Fresh random state: all children would otherwise share the parent's."""
    import numpy
    import torch

    random.seed()
    numpy.random.seed()
    torch.manual_seed(int.from_bytes(os.urandom(7), "little"))


class Parent:
    """Accepts requests, forks kernels, reports their exits."""

    def __init__(self, path: str) -> None:
        """Listen on the unix socket ``path``."""
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(path)
        self.listener.listen()
        self.selector = selectors.DefaultSelector()
        self.kernels: dict[int, socket.socket] = {}
        wake_in, wake_out = socket.socketpair()
        wake_out.setblocking(False)
        wake_in.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_out.fileno(), warn_on_full_buffer=False)
        self.wake_in, self.wake_out = wake_in, wake_out
        for readable in (self.listener, wake_in, sys.stdin):
            self.selector.register(readable, selectors.EVENT_READ)

    def serve(self) -> None:
        """Work until standard input closes, then take all kernels down."""
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is sys.stdin:
                    return self.close()
                if key.fileobj is self.listener:
                    self.start()
                elif key.fileobj is self.wake_in:
                    self.reap()
                else:
                    self.drop(int(key.data))

    def start(self) -> None:
        """Accept one connection and fork its kernel."""
        connection, _ = self.listener.accept()
        body, streams, _, _ = socket.recv_fds(connection, MESSAGE, STREAMS)
        if not body:
            return connection.close()
        if threads() != 1:
            raise SystemExit("the warm parent has threads: a fork of it would not be safe")
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                self.let_go()
                become_kernel(json.loads(body), streams)
                code = 0
            except SystemExit as left:
                code = left.code if isinstance(left.code, int) else int(left.code is not None)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        for stream in streams:
            os.close(stream)
        connection.send(str(pid).encode())
        self.kernels[pid] = connection
        self.selector.register(connection, selectors.EVENT_READ, pid)

    def let_go(self) -> None:
        """In the child: close everything that belongs to the parent."""
        self.selector.close()
        for held in (self.listener, self.wake_in, self.wake_out, *self.kernels.values()):
            held.close()

    def reap(self) -> None:
        """Tell the owners of finished kernels how they ended and what they used."""
        self.wake_in.recv(4096)
        for pid in list(self.kernels):
            done, status, used = os.wait4(pid, os.WNOHANG)
            if done:
                connection = self.kernels.pop(pid)
                self.selector.unregister(connection)
                told = f"{os.waitstatus_to_exitcode(status)} {used.ru_utime + used.ru_stime:.3f}"
                with contextlib.suppress(OSError):  # the owner may have gone
                    connection.send(told.encode())
                connection.close()

    def drop(self, pid: int) -> None:
        """The owner closed its connection: its kernel has no purpose left."""
        if pid in self.kernels:
            self.selector.unregister(self.kernels[pid])
            self.kernels.pop(pid).close()
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def close(self) -> None:
        """Kill every kernel that still runs."""
        for pid in list(self.kernels):
            self.drop(pid)


def main() -> None:
    """Warm up, listen, say so, serve."""
    import_everything()
    parent = Parent(sys.argv[1])
    gc.collect()
    gc.freeze()
    Path(sys.argv[1] + ".ready").touch()
    parent.serve()


if __name__ == "__main__":
    main()
