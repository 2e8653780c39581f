"""The kernel provisioner: what Jupyter clients use to start a warm kernel."""

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

MODULE = "ipykernel_launcher"
START = 60.0  # seconds the parent may take to import everything


class Forked:
    """A kernel forked by the warm parent, with the part of ``subprocess.Popen`` Jupyter uses."""

    stdin = stdout = stderr = None
    cpu_of_all = 0.0  # CPU-seconds of all kernels that have ended

    def __init__(self, connection: socket.socket, pid: int) -> None:
        """Keep ``connection`` open for as long as the kernel ``pid`` should live."""
        self.connection = connection
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, or None while the kernel runs."""
        if self.returncode is None:
            try:
                self.finish(self.connection.recv(64, socket.MSG_DONTWAIT))
            except BlockingIOError:
                return None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit code."""
        if self.returncode is None:
            self.connection.settimeout(timeout)
            self.finish(self.connection.recv(64))
        assert self.returncode is not None
        return self.returncode

    def finish(self, message: bytes) -> None:
        """Take the exit code; an empty message means that the parent is gone."""
        code, _, cpu = message.decode().partition(" ")
        self.returncode = int(code) if code else -signal.SIGKILL
        Forked.cpu_of_all += float(cpu or 0)
        self.connection.close()

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the kernel at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


@cache
def warm_parent() -> str | None:
    """Start this process's warm parent; the path of its socket, or None when it cannot start."""
    folder = Path(tempfile.mkdtemp(prefix="coursekit-warm-"))
    path = folder / "socket"
    single = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    parent = subprocess.Popen(
        [sys.executable, "-m", "coursekit.authoring.warm.parent", str(path)],
        stdin=subprocess.PIPE,
        env={**os.environ, **single},
        start_new_session=True,
    )
    atexit.register(stop, parent, folder)
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and parent.poll() is None:
        if Path(f"{path}.ready").exists():
            return str(path)
        time.sleep(0.02)
    return None


def stop(parent: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Close the parent's standard input, which ends it and its kernels."""
    if parent.stdin:
        parent.stdin.close()
    parent.wait()
    shutil.rmtree(folder, ignore_errors=True)


def fork(path: str, argv: list[str], env: dict[str, str], cwd: str) -> Forked:
    """Ask the parent at ``path`` for a kernel."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.connect(path)
    request = json.dumps({"argv": argv, "env": env, "cwd": cwd}).encode()
    with open(os.devnull, "rb") as nothing:
        socket.send_fds(connection, [request], [nothing.fileno(), 1, 2])
    return Forked(connection, int(connection.recv(64)))


class WarmProvisioner(LocalProvisioner):
    """Forks kernels from the warm parent; starts them the ordinary way where it cannot."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel for ``cmd`` and return its connection info."""
        path = warm_parent() if sys.platform == "linux" and MODULE in cmd else None
        if path is None:
            return await super().launch_kernel(cmd, **kwargs)
        argv = cmd[cmd.index(MODULE) + 1 :]
        env = dict(kwargs.get("env", os.environ))
        kernel = fork(path, argv, env, str(kwargs.get("cwd") or os.getcwd()))
        self.process = cast("subprocess.Popen[bytes]", kernel)  # the part of it that is used
        self.pid = self.pgid = kernel.pid
        return self.connection_info
