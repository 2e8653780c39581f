"""Answers that are alike, and answers that stand in the package, by winnowed fingerprints.

Fingerprints are of token kinds, not of names (Schleimer, Wilkerson and Aiken 2003), so renaming
variables does not hide a copy. What the exercise gave to everybody is taken out first.
"""

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx

import coursekit

TOKENS = 20  # shortest run of tokens that counts
WINDOW = 5
SHARE = 0.8  # share of the shorter answer
SHORTEST = 60  # tokens an answer needs to be compared at all
ENOUGH = 10  # answers of which one learns how alike others are
SHOWN = 30
PACKAGE = Path(coursekit.__file__).parent
NOT_TAUGHT = ("authoring", "checks", "figures", "grading", "zoo")  # rooms that answer no question


@dataclass(frozen=True)
class Alike:
    """Students whose answers to one question resemble one another.

    Attributes:
        students: two or more, in order.
        question: its name.
        share: the smallest share of an answer that stands in its nearest of the others; 1 when all
            are the same but for names and layout.
        alike: pairs of the answers that were compared that share ``SHARE`` or more.
        compared: answers to the question that are long enough to be compared.
        answers: to the question, of any length.
    """

    students: tuple[str, ...]
    question: str
    share: float
    alike: int = 0
    compared: int = 0
    answers: int = 0

    @property
    def pairs(self) -> int:
        """Pairs that were compared."""
        return math.comb(self.compared, 2)

    @property
    def says_chance(self) -> bool:
        """Whether enough answers were compared to say what is expected by chance."""
        return self.compared >= ENOUGH


@dataclass(frozen=True)
class Taken:
    """An answer of which most stands in a module of the package: whose, which, where, how much."""

    student: str
    question: str
    module: str
    share: float


def similar_answers(
    answers: Mapping[str, Mapping[str, str]], given: Mapping[str, str]
) -> list[Alike]:
    """Groups of students with similar answers.

    Args:
        answers: source by question, by student.
        given: what the exercise already contained, by question.

    Returns:
        Groups linked by shares above ``SHARE``, the smallest and most similar first: what two
        people share says more than what twenty do. Empty when copydetect is not installed.
    """
    try:
        import copydetect
    except ImportError:
        return []
    found = []
    for question in sorted({q for a in answers.values() for q in a}):
        own = {s: a[question] for s, a in sorted(answers.items()) if question in a}
        found += _groups(copydetect, question, own, given.get(question, ""))
    return sorted(found, key=lambda g: (len(g.students), -g.share, g.question, g.students))[:SHOWN]


def _groups(copydetect: Any, question: str, own: Mapping[str, str], given: str) -> list[Alike]:
    """The groups of one question: forms of the answer are nodes, strong shares are links."""
    start = list(_fingerprint(copydetect, given, []).hashes)
    made = {code: _fingerprint(copydetect, code, start) for code in sorted(set(own.values()))}
    students: dict[frozenset[int], list[str]] = {}
    forms: dict[frozenset[int], Any] = {}  # in a large class most answers come in a few forms
    for student, code in own.items():
        if made[code].token_coverage >= SHORTEST:
            form = frozenset(made[code].hashes)
            forms.setdefault(form, made[code])
            students.setdefault(form, []).append(student)
    links = networkx.Graph()
    links.add_nodes_from(forms)
    for a, b in combinations(forms, 2):
        share = _share(copydetect, forms[a], forms[b])
        if share >= SHARE:
            links.add_edge(a, b, weight=share)
    sizes = {form: len(students[form]) for form in forms}
    counts = sum(sizes.values()), len(own)
    alike = sum(math.comb(size, 2) for size in sizes.values())
    alike += sum(sizes[a] * sizes[b] for a, b in links.edges)
    groups = []
    for together in networkx.connected_components(links):
        people = sorted(s for form in together for s in students[form])
        nearest = [max((d["weight"] for d in links[form].values()), default=1) for form in together]
        if len(people) > 1:
            groups.append(Alike(tuple(people), question, min(nearest), alike, *counts))
    return groups


def taken_from_package(answers: Mapping[str, Mapping[str, str]]) -> list[Taken]:
    """Answers of which most stands in one module of the package, whatever the names in them.

    No question can forbid source text that was pasted in, and none of the course's own reference
    answers is so like the package, so it is worth a look.

    Args:
        answers: source by question, by student.
    """
    try:
        import copydetect
    except ImportError:
        return []
    modules = {
        path.relative_to(PACKAGE.parent).as_posix(): _fingerprint(copydetect, path.read_text(), [])
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).parts[0] not in NOT_TAUGHT
    }
    found = []
    for student, question, code in (
        (student, question, code)
        for student, own in answers.items()
        for question, code in own.items()
    ):
        made = _fingerprint(copydetect, code, [])
        if made.token_coverage >= SHORTEST:
            shares = {name: _part(copydetect, made, module) for name, module in modules.items()}
            module = max(shares, key=lambda name: shares[name])
            if shares[module] >= SHARE:
                found.append(Taken(student, question, module, shares[module]))
    return sorted(found, key=lambda taken: (taken.question, taken.student))


def _part(copydetect: Any, answer: Any, module: Any) -> float:
    """The share of an answer that stands in a module."""
    if len(answer.hashes & module.hashes) < SHARE * 0.5 * len(answer.hashes):
        return 0.0
    return min(1.0, float(copydetect.compare_files(answer, module)[1][0]))


def _share(copydetect: Any, a: Any, b: Any) -> float:
    """The smaller of the shares of two answers that stand in the other."""
    if len(a.hashes & b.hashes) < SHARE * 0.5 * min(len(a.hashes), len(b.hashes)):
        return 0.0
    _, shares, _ = copydetect.compare_files(a, b)
    return min(1.0, float(min(shares)))


def _fingerprint(copydetect: Any, source: str, boilerplate: list[int]) -> Any:
    make = copydetect.CodeFingerprint
    return make("answer.py", TOKENS, WINDOW, boilerplate, language="python", fp=io.StringIO(source))
