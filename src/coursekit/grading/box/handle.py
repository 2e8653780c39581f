"""The trusted handle of one confined child: ask it, and find out how it ended."""

import contextlib
import json
import secrets
import socket
import time
from collections.abc import Callable
from typing import Any

from coursekit.checks import ends
from coursekit.checks.limits import Limits
from coursekit.faults import Fault
from coursekit.grading.box import wire
from coursekit.grading.box.channel import Channel, ChannelFault

Oracle = Callable[[Any], Any]  # what a child may have computed on the trusted side


class BoxFault(Fault):
    """The box itself failed (never the student's code); the text says how."""


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

    def ask(self, request: dict[str, Any], oracle: Oracle | None = None) -> dict[str, Any]:
        """Send a request and return the reply, which is untrusted data of the right form.

        Args:
            request: the request, without its id. Its ``wall`` are the seconds after which the child
                interrupts itself, its ``seconds`` likewise, counted by the processor's clock.
            oracle: answers what the child asks back before it replies.

        Raises:
            Gone: dead, late, or an answer that breaks the protocol. The child has been killed.
        """
        token = secrets.token_hex(8)
        patience = request["wall"] + self.limits.grace
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
