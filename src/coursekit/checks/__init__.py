"""Student side: check an answer at once and say what is wrong with it."""

from typing import Any


def check(*answer: Any, **named: Any) -> Any:
    """Check one answer, ``check(my_function)`` or ``check(name=value)``; see :mod:`.judge`."""
    from coursekit.checks.judge import check as run

    return run(*answer, **named)
