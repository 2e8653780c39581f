"""Hidden cases inside a check cell: how nbgrader grades with cases that no student has seen.

``coursekit nbgrader`` puts a call of :func:`check_hidden` between nbgrader's marks of hidden tests.
The cases travel in the call as text, so that neither the notebook nor the grader needs a file.
"""

import base64
import json
import zlib
from typing import Any

from coursekit.checks.feedback import Feedback
from coursekit.checks.judge import judge
from coursekit.checks.recorded import Recorded, from_record, to_record


def pack(recorded: Recorded) -> str:
    """A question with its cases as one line of letters, digits and signs, without quotes."""
    record = json.dumps(to_record(recorded), ensure_ascii=False).encode()
    return base64.b85encode(zlib.compress(record, 9)).decode("ascii")


def unpack(text: str) -> Recorded:
    """The inverse of :func:`pack`."""
    return from_record(json.loads(zlib.decompress(base64.b85decode(text))))


def check_hidden(answer: Any, packed: str) -> Feedback:
    """Feedback on an answer from packed cases; no text of it shows an expected value.

    Args:
        answer: what the student wrote.
        packed: the cases.
    """
    return judge(unpack(packed), answer, hidden=True)
