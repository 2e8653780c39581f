"""Student side: check an answer at once and say what is wrong with it."""

from typing import Any


def check(*answer: Any, **named: Any) -> Any:
    """Check one answer, ``check(my_function)`` or ``check(name=value)``; see :mod:`.judge`."""
    from coursekit.checks.judge import check as run

    return run(*answer, **named)


def hint(question: Any) -> Any:
    """The last hint of a question, most of its answer; see :mod:`.lasthint`."""
    from coursekit.checks.lasthint import hint as show

    return show(question)


def given(name: str, case: int = 0, step: int = 0) -> tuple[Any, ...]:
    """The arguments that a public case of a question hands to an answer, to try it on.

    >>> text, k = given("learn_counts")     # doctest: +SKIP

    Args:
        name: of the question.
        case: which of its public cases, from 0.
        step: which step of that case, from 0; most cases have only one.

    Raises:
        KeyError: there is no question of that name.
        IndexError: it has no such case, or the case no such step.
    """
    from coursekit.checks.public import PublicCase

    return PublicCase(name, case).given(step)
