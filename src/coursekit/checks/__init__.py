"""Student side: check an answer at once and say what is wrong with it."""

from typing import Any


def check(*answer: Any, **named: Any) -> Any:
    """Check one answer, ``check(my_function)`` or ``check(name=value)``; see :mod:`.judge`."""
    from coursekit.checks.judge import check as run

    return run(*answer, **named)


def given(name: str) -> tuple[Any, ...]:
    """The arguments that the first public case of a question hands to an answer, to try it on.

    >>> text, k = given("learn_counts")     # doctest: +SKIP

    Raises:
        KeyError: there is no question of that name.
    """
    from coursekit.checks.recorded import look_up

    recorded = look_up(name)
    if recorded is None:
        raise KeyError(f"there is no question called {name!r}")
    return recorded.cases[0].steps[0].args
