"""What stands under every prompt: which rules an answer is held to, written from the key.

What the key forbids, how near a number has to be, and what the inputs may be are read off the
question and its cases, so that a prompt can promise no more and no less than is checked.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from coursekit.checks.cases import Case, Question, Step
from coursekit.checks.compare import is_tensor
from coursekit.checks.recorded import Recorded

ONE_VALUE = "3.0 counts as 3"
INDEX = "__index__"  # what a case asks of a result that has to be an integer
SMALL = 1e-6  # an absolute tolerance up to here goes without saying


def contract(drawn: Iterable[Recorded]) -> str:
    """The rules of a question in a few short sentences, from some draws of its cases."""
    drawn = list(drawn)
    question = drawn[0].question
    if question.kind == "text":
        return ""
    cases = [case for one in drawn for case in one.cases]
    results = [result for one in drawn for right in one.expected for result in right.results]
    says = [_libraries(question), _precision(question, list(_leaves(results)), _counts(cases))]
    if question.kind != "value":
        says.append(_inputs(cases))
    return " ".join(sentence for sentence in ("**Rules.**", *says) if sentence)


def _libraries(question: Question) -> str:
    """What an answer may use."""
    if question.kind == "value":
        return ""
    if not question.forbidden:
        return "No function or library is ruled out."
    names = _listed([f"`{name}`" for name in question.forbidden], "and")
    return f"Not allowed, under any name: {names}. Everything else is allowed."


def _counts(cases: list[Case]) -> str:
    """Whether a whole number may be written with a decimal point; no index may."""
    indices = any(step.target.endswith(INDEX) for case in cases for step in case.steps)
    return "" if indices else ONE_VALUE


def _precision(question: Question, results: list[Any], counts: str) -> str:
    """How near a number has to be."""
    if question.kind == "model":
        return f"Learning and answering may take {question.seconds:g} CPU-seconds together."
    tolerance = question.tolerance
    parts = [f"{_plain(100 * tolerance.rtol)} %"] if tolerance.rtol else []
    parts += [_plain(tolerance.atol)] if tolerance.atol > SMALL else []
    whole = any(_is_whole(result) for result in results)
    if not parts or not any(_is_float(result) for result in results):
        return "The result must be exactly right" + (f"; {counts}." if whole and counts else ".")
    more = ["whole numbers must be exact", *([counts] if counts else [])] if whole else []
    return "; ".join([f"Numbers may be off by {' or by '.join(parts)}", *more]) + "."


def _inputs(cases: list[Case]) -> str:
    """What the inputs may be, and whether they may be changed."""
    arguments = [arg for case in cases for step in case.steps for arg in _arguments(step)]
    given = [leaf for arg in arguments for leaf in _leaves(arg)]
    numbers = [np.asarray(leaf) for leaf in given if _is_float(leaf)]
    marks = {
        "empty": any(np.size(leaf) == 0 for leaf in given if not isinstance(leaf, str)),
        "NaN": any(np.isnan(x).any() for x in numbers),
        "infinite": any(np.isinf(x).any() for x in numbers),
    }
    never = _listed([name for name, found in marks.items() if not found], "or")
    some = _listed([name for name, found in marks.items() if found], "or")
    says = f"Inputs may be {some}" + (f", but not {never}" if never else "")
    says = says if some else f"No input is {never}"
    if all(np.isscalar(arg) for arg in arguments):
        return f"{says}."
    watched = any(_is_looked_at(case) for case in cases)
    return f"{says}; {'leave the inputs as they are' if watched else 'you may change the inputs'}."


def _listed(names: list[str], word: str) -> str:
    """Names with commas, and a word before the last."""
    return f" {word} ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def _plain(number: float) -> str:
    """A small number without an exponent."""
    return f"{number:.8f}".rstrip("0").rstrip(".")


def _is_looked_at(case: Case) -> bool:
    """Whether a case looks at an input after the call."""
    given = {step.target for step in case.steps if step.do == "set" and "." not in step.target}
    return any(step.do == "get" and step.target in given for step in case.steps)


def _arguments(step: Step) -> list[Any]:
    """What a step hands to the answer."""
    if step.do == "set" and "." in step.target:  # a weight, not an input
        return []
    return [*step.args, *step.kwargs.values()]


def _leaves(value: Any) -> Iterator[Any]:
    """What is no list, tuple or dictionary; an empty one of these counts as itself."""
    if isinstance(value, (list, tuple)) and value:
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict) and value:
        for item in value.values():
            yield from _leaves(item)
    else:
        yield value.numpy() if is_tensor(value) else value


def _is_float(value: Any) -> bool:
    return isinstance(value, float) or (
        isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "fc"
    )


def _is_whole(value: Any) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "iu"
    )
