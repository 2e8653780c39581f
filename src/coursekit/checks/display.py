"""Feedback is shown also where ``check(...)`` is not the last line of its cell.

IPython shows the value of the last line only. What ``check`` has returned and nothing has shown by
the end of the cell is shown then, unless it was kept under a name.
"""

import sys
from typing import Any

_waiting: list[Any] = []  # feedback that nobody has looked at yet
_watched: list[Any] = []  # shells that call back after every cell


def shown_later(feedback: Any) -> None:
    """Should the cell not show the feedback, it is shown at the cell's end."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        if shell not in _watched:
            shell.events.register("post_run_cell", _show)
            _watched.append(shell)
        _waiting.append(feedback)


def seen(feedback: Any) -> None:
    """Somebody has looked at the feedback."""
    _waiting[:] = [other for other in _waiting if other is not feedback]


def _show(*args: Any) -> None:
    """Show what is waiting and has no name."""
    from IPython.display import display

    kept = {id(value) for shell in _watched for value in shell.user_ns.values()}
    left = [feedback for feedback in _waiting if id(feedback) not in kept]
    _waiting.clear()
    for feedback in left:
        display(feedback)
