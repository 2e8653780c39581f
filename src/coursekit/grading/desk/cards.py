"""What the desk shows: each answer to a question, similar ones side by side."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from coursekit.grading.judging.marked import MarkedQuestion
from coursekit.grading.marks.hand import judged, version
from coursekit.grading.marks.record import Record

ALIKE = 0.7  # share of the words of two answers that both have
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Card:
    """One answer, of a student or of a group whose members all have the same mark.

    Attributes:
        record: the student's, or one member's: a mark for it reaches the others.
        question: with answer, verdict and what a person gave.
        number: on the desk, from 1; it says nothing about the student.
        same: fingerprint that is equal for answers in the same words.
        size: answers in these words.
        names: of the student, or of all members of the group.
    """

    record: Record
    question: MarkedQuestion
    number: int
    same: str
    size: int
    names: str

    @property
    def found(self) -> MarkedQuestion:
        """The question as the cases judged it, whatever a person gave."""
        verdict = judged(self.question)
        return replace(self.question, status=verdict.status, points=verdict.points)

    @property
    def version(self) -> str:
        """Of what is read here: a mark for another one is not taken."""
        return version(self.question)

    @property
    def points(self) -> str:
        """What a person gave, as typed; "" where nobody has marked it yet."""
        return f"{self.question.points:g}" if self.question.status == "marked" else ""


@dataclass(frozen=True)
class Pile:
    """The answers to one question.

    Attributes:
        name: of the question.
        title: as students read it.
        written: a person marks it; else a person may set right what the cases gave.
        answers: how many there are.
        waiting: written answers that nobody has marked.
    """

    name: str
    title: str
    written: bool
    answers: int
    waiting: int


def piles(records: Sequence[Record]) -> list[Pile]:
    """Every question of the exercise, in its order."""
    names = {q.name: q.title for r in records for q in r.questions}
    found = []
    for name, title in names.items():
        questions = [q for (_, q), *_ in _works(records, name)]
        there = [q for q in questions if content(q)]
        written = any(is_written(q) for q in questions)
        waiting = sum(q.status == "waiting" for q in questions)
        found.append(Pile(name, title, written, len(there), waiting))
    return found


def is_written(question: MarkedQuestion) -> bool:
    """Whether a person marks it."""
    return question.answer is not None


def content(question: MarkedQuestion) -> str:
    """What the student wrote: text, or code."""
    return (question.answer if is_written(question) else question.code) or ""


def cards(records: Sequence[Record], name: str) -> list[Card]:
    """The answers to a question, alike ones together, else in an order that tells nothing."""
    works = [work for work in _works(records, name) if content(work[0][1])]
    works.sort(key=lambda work: hashlib.sha256(work[0][0].student.encode()).digest())
    answers = [work[0] for work in works]
    words = [_words(q) for _, q in answers]
    counts = Counter(words)
    order = (i for heap in _heaps([content(q) for _, q in answers]) for i in heap)
    return [
        Card(
            *answers[i],
            number,
            hashlib.sha256(words[i].encode()).hexdigest(),
            counts[words[i]],
            ", ".join(r.name or r.student for r, _ in works[i]),
        )
        for number, i in enumerate(order, 1)
    ]


def _works(records: Sequence[Record], name: str) -> list[list[tuple[Record, MarkedQuestion]]]:
    """The answers to a question; a group's stands there once, with all who have the same mark."""
    works: dict[tuple[object, ...], list[tuple[Record, MarkedQuestion]]] = {}
    for record in records:
        for q in (q for q in record.questions if q.name == name):
            of = (record.work or record.student, q.status, q.points, q.comment, q.doubt)
            works.setdefault(of, []).append((record, q))
    return list(works.values())


def _words(question: MarkedQuestion) -> str:
    """Equal for answers that differ in nothing that matters: a word more may mean the opposite."""
    if is_written(question):
        return " ".join(content(question).casefold().split()).removesuffix(".")
    return "\n".join(line.rstrip() for line in content(question).split("\n"))


def _heaps(texts: Sequence[str]) -> list[list[int]]:
    """Places of similar texts, each heap around its first; the largest heaps first."""
    words = [set(WORD.findall(text.casefold())) for text in texts]
    heaps: list[list[int]] = []
    for i, own in enumerate(words):
        near = (heap for heap in heaps if _shared(own, words[heap[0]]) >= ALIKE)
        heap = next(near, None)
        if heap is None:
            heaps.append([i])
        else:
            heap.append(i)
    return sorted(heaps, key=lambda heap: -len(heap))


def _shared(one: set[str], other: set[str]) -> float:
    """Share of words in both among the words in either."""
    return len(one & other) / max(1, len(one | other))
