"""Pairs of students whose answers are alike, by copydetect's winnowed fingerprints.

Fingerprints are of token kinds, not of names (Schleimer, Wilkerson and Aiken 2003), so renaming
variables does not hide a copy. What the exercise gave to everybody is taken out first.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TOKENS = 20  # shortest run of tokens that counts
WINDOW = 5
SHARE = 0.8  # share of the shorter answer
SHORTEST = 60  # tokens an answer needs to be compared at all
SHOWN = 30


@dataclass(frozen=True)
class Pair:
    """Two students, the question, and the share of the answer that also stands in the other's."""

    first: str
    second: str
    question: str
    share: float


def similar_answers(
    answers: Mapping[str, Mapping[str, str]], given: Mapping[str, str]
) -> list[Pair]:
    """The most similar pairs.

    Args:
        answers: source by question, by student.
        given: what the exercise already contained, by question.

    Returns:
        Pairs above ``SHARE``, most similar first; empty when copydetect is not installed.
    """
    try:
        import copydetect
    except ImportError:
        return []
    pairs = []
    for question in sorted({q for a in answers.values() for q in a}):
        start = _fingerprint(copydetect, given.get(question, ""), [])
        own = {s: a[question] for s, a in sorted(answers.items()) if question in a}
        made = {c: _fingerprint(copydetect, c, list(start.hashes)) for c in set(own.values())}
        prints = {student: made[source] for student, source in own.items()}
        long = [(s, p) for s, p in prints.items() if p.token_coverage >= SHORTEST]
        known: dict[tuple[frozenset[int], frozenset[int]], float] = {}
        for i, (first, a) in enumerate(long):
            for second, b in long[i + 1 :]:
                both = (frozenset(a.hashes), frozenset(b.hashes))
                if both not in known:  # in a large class most answers come in a few forms
                    known[both] = _share(copydetect, a, b)
                if known[both] >= SHARE:
                    pairs.append(Pair(first, second, question, known[both]))
    return sorted(pairs, key=lambda p: (-p.share, p.question, p.first, p.second))[:SHOWN]


def _share(copydetect: Any, a: Any, b: Any) -> float:
    """The smaller of the shares of two answers that stand in the other."""
    if len(a.hashes & b.hashes) < SHARE * 0.5 * min(len(a.hashes), len(b.hashes)):
        return 0.0
    _, shares, _ = copydetect.compare_files(a, b)
    return min(1.0, float(min(shares)))


def _fingerprint(copydetect: Any, source: str, boilerplate: list[int]) -> Any:
    make = copydetect.CodeFingerprint
    return make("answer.py", TOKENS, WINDOW, boilerplate, language="python", fp=io.StringIO(source))
