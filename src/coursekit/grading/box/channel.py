"""One stream of framed messages between the trusted grader and an untrusted child.

A frame is four bytes of length (big-endian) and a body. The reader names the largest body it takes
and the moment at which it gives up, so a peer that sends half a frame, too long a frame or nothing
costs a bounded time and no memory. The bodies are somebody else's concern
(``coursekit.checks.values``).
"""

import socket
import struct
import time

HEADER = struct.Struct(">I")
CHUNK = 1 << 16


class ChannelFault(Exception):
    """The peer broke the channel; ``reason`` is one of ``closed``, ``late``, ``oversized``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Channel:
    """Frames over a connected stream socket, which the channel owns."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def send(self, body: bytes, seconds: float | None = None) -> None:
        """Send one frame within ``seconds`` (for ever when None)."""
        try:
            self.sock.settimeout(seconds)
            self.sock.sendall(HEADER.pack(len(body)) + body)
        except TimeoutError as error:
            raise ChannelFault("late") from error
        except OSError as error:
            raise ChannelFault("closed") from error

    def receive(self, limit: int, seconds: float | None = None) -> bytes:
        """Receive one frame of at most ``limit`` bytes within ``seconds`` in all."""
        end = None if seconds is None else time.monotonic() + seconds
        (length,) = HEADER.unpack(self._exactly(HEADER.size, end))
        if length > limit:
            raise ChannelFault("oversized")
        return self._exactly(length, end)

    def _exactly(self, count: int, end: float | None) -> bytes:
        """Read ``count`` bytes before the moment ``end``; memory grows only as bytes arrive."""
        parts = bytearray()
        while len(parts) < count:
            left = None if end is None else end - time.monotonic()
            if left is not None and left <= 0:
                raise ChannelFault("late")
            try:
                self.sock.settimeout(left)
                piece = self.sock.recv(min(CHUNK, count - len(parts)))
            except TimeoutError as error:
                raise ChannelFault("late") from error
            except OSError as error:
                raise ChannelFault("closed") from error
            if not piece:
                raise ChannelFault("closed")
            parts += piece
        return bytes(parts)

    def close(self) -> None:
        """Close the socket; the peer sees the end of the stream."""
        self.sock.close()
