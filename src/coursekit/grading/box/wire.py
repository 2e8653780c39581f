"""Requests and replies between grader and child: plain data, in the encoding of the checks."""

from typing import Any

from coursekit.checks import values

REQUEST_LIMIT = 64 << 20  # the trusted side sends inputs, not threats


class BadReply(Exception):
    """A reply that is not what the protocol allows; the text says how."""


def pack(message: dict[str, Any]) -> bytes:
    """Encode a message."""
    return values.encode(message)


def unpack(body: bytes) -> dict[str, Any]:
    """Decode a message.

    Raises:
        BadReply: it is malformed.
    """
    try:
        message = values.decode(body)
    except values.EncodingError as error:
        raise BadReply(f"malformed ({error})") from error
    if not isinstance(message, dict):
        raise BadReply("malformed (not a message)")
    return message
