"""A public case in a student's hands: its input, what is right, and a way to run it again."""

from dataclasses import dataclass
from textwrap import indent
from typing import Any

from coursekit.checks.calls import show_steps
from coursekit.checks.cases import Case, Kept
from coursekit.checks.digits import digits
from coursekit.checks.recorded import Recorded, look_up
from coursekit.checks.run import copied, replay


@dataclass(frozen=True)
class PublicCase:
    """One case on which ``check`` tries an answer.

    >>> case = check(perplexity).case        # doctest: +SKIP
    >>> perplexity(*case.arguments)          # doctest: +SKIP
    >>> case.expected                        # doctest: +SKIP

    Every access gives fresh copies, so an answer may change what it gets. The input is exact to the
    last bit; a computed result is stored to a hundredth of the tolerance it is compared with, since
    its last digits differ from one processor to the next. What is printed says how many are right.

    Attributes:
        name: of the question.
        number: of the case, from 0.
    """

    name: str
    number: int

    @property
    def arguments(self) -> tuple[Any, ...]:
        """The arguments of the case's first call; of a class, those it is made with."""
        steps = self._case.steps
        first = next((n for n, step in enumerate(steps) if step.do == "call"), 0)
        return self.given(first)

    @property
    def expected(self) -> Any:
        """The right result; of a case with several steps, the list of their right results.

        Computed numbers in it are right to :attr:`digits`: compare with ``np.allclose``, not with
        ``==``.

        A trained model is judged by words that stay hidden, and a value would give itself away: for
        these it is None.
        """
        question = self._recorded.question
        if question.kind in ("model", "value", "text"):
            return None
        results = list(self._recorded.expected[self.number].results)
        return results[0] if len(results) == 1 else results

    @property
    def digits(self) -> str:
        """To what :attr:`expected` is right, such as "8 digits"; empty where it is exact."""
        return digits(self.expected, self._recorded.question.tolerance)

    @property
    def code(self) -> str:
        """The case as calls that can be pasted."""
        return show_steps(self._case.steps, self.name, self.number)

    def run(self, answer: Any) -> Any:
        """Do what the case does with an answer; the result has the form of :attr:`expected`.

        An exception of the answer comes through, so that a debugger finds it.
        """
        results = replay(answer, self._case)
        return results[0] if len(results) == 1 else results

    def given(self, step: int) -> tuple[Any, ...]:
        """The positional arguments of a step, what earlier steps have set put in."""
        case = self._case
        known = {s.target: s.args[0] for s in case.steps[:step] if s.do == "set"}
        args = (
            known.get(arg.name, arg) if isinstance(arg, Kept) else arg
            for arg in case.steps[step].args
        )
        return tuple(copied(arg, case) for arg in args)

    def __repr__(self) -> str:
        shown = self.code
        if self.expected is not None:
            to = f", to {self.digits}" if self.digits else ""
            shown += "\n" + indent(f"expected{to}: {self.expected!r}", "# ", lambda line: True)
        return shown

    @property
    def _recorded(self) -> Recorded:
        recorded = look_up(self.name)
        if recorded is None:
            raise KeyError(f"there is no question called {self.name!r}")
        return recorded

    @property
    def _case(self) -> Case:
        return self._recorded.cases[self.number]
