"""Marks that a person gave: what was marked, and whether the mark still fits.

A program never changes such a mark; who gave it can take it back. It is laid over whatever
grading makes of the answer, again after each regrade. Where answer or question are no longer those
that the person read, the mark stays and is called doubtful, until the person gives it again.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from coursekit.grading.judging.marked import MarkedQuestion, Status, Verdict
from coursekit.grading.marks.record import Record

GONE = "No file of this student was among the submissions when the class was last graded."


@dataclass(frozen=True)
class HandMark:
    """What a person gave for one answer.

    Attributes:
        points: None for a comment without points.
        comment: for the student.
        possible: points that the question was worth.
        answer: fingerprint of the answer that was marked.
        asked: fingerprint of the question that was asked; "" where it is not known.
    """

    points: float | None
    comment: str
    possible: float
    answer: str
    asked: str = ""

    @classmethod
    def of(
        cls, question: MarkedQuestion, points: float | None, comment: str, answer: str | None = None
    ) -> "HandMark":
        """A mark for a question as it stands, or for another answer to it."""
        read = _read(question) if answer is None else answer
        return cls(points, comment, question.possible, fingerprint(read), question.asked)

    @classmethod
    def of_version(cls, read: str, points: float | None, comment: str) -> "HandMark":
        """A mark for what a person read, which may have changed since.

        Raises:
            ValueError: it is not what ``version`` returns.
        """
        answer, possible, asked = read.split(" ")
        return cls(points, comment, float(possible), answer, asked)

    @property
    def is_nothing(self) -> bool:
        """Whether it takes back what was given before."""
        return self.points is None and not self.comment

    def doubt(self, question: MarkedQuestion) -> str:
        """Why the mark may not fit any more, or ``""``."""
        if self.answer != fingerprint(_read(question)):
            return "given for another answer"
        if self.possible != question.possible:
            return f"given when the question was worth {self.possible:g} points"
        if self.asked and question.asked and self.asked != question.asked:
            return "given for another wording of the question"
        return ""


@dataclass(frozen=True)
class Doubt:
    """A hand mark that a person should look at again."""

    student: str
    question: str
    mark: HandMark
    why: str

    def __str__(self) -> str:
        what = "a comment" if self.mark.points is None else f"{self.mark.points:g} points"
        return f"{self.student}: {self.question}: {what} given by hand: {self.why}"


def _read(question: MarkedQuestion) -> str | None:
    """What a person read before giving a mark: the written answer, or the code."""
    return question.code if question.answer is None else question.answer


def version(question: MarkedQuestion) -> str:
    """Equal as long as what a person reads before giving a mark is the same."""
    return f"{fingerprint(_read(question))} {question.possible!r} {question.asked}"


HandMarks = Mapping[tuple[str, str], HandMark]  # by student and question


def fingerprint(answer: str | None) -> str:
    """Equal for answers that differ in white space only, as spreadsheets change it."""
    words = " ".join((answer or "").split())
    return hashlib.sha256(words.encode("utf8", "replace")).hexdigest()[:32]


def lay_over(record: Record, marks: HandMarks) -> None:
    """Put what a person gave into a record, and bring its sums up to date.

    What was laid over it earlier is lifted first: it may have been taken back since.
    """
    before = [q.points for q in record.questions]
    for question in record.questions:
        if question.judged is not None:
            question.status, question.points = question.judged.status, question.judged.points
            question.comment, question.doubt, question.judged = "", "", None
        mark = marks.get((record.student, question.name))
        if mark is not None:
            _lay(question, mark)
            question.doubt = GONE if GONE in record.notes else mark.doubt(question)
    if [q.points for q in record.questions] != before:
        record.add_up()


def _lay(question: MarkedQuestion, mark: HandMark) -> None:
    question.judged, question.comment = judged(question), mark.comment
    if mark.points is None:
        question.status, question.points = question.judged.status, question.judged.points
    else:
        question.status, question.points = "marked", mark.points


def judged(question: MarkedQuestion) -> Verdict:
    """What stands, or would stand, without a person's mark."""
    if question.judged is not None:
        return question.judged
    if question.status != "marked":
        return Verdict(question.status, question.points)
    # Of a time when a mark replaced the verdict: the groups still say how many points it gave.
    if question.answer is not None:
        return Verdict("waiting", 0.0)
    points = round(sum(group.points for group in question.groups), 6)
    status: Status = "right" if points == question.possible else "partly" if points else "wrong"
    return Verdict(status, points)


def doubts(records: list[Record], marks: HandMarks) -> list[Doubt]:
    """Every hand mark that is doubtful, or has no answer any more, in order of student."""
    found = {(r.student, q.name): q for r in records for q in r.questions}
    listed = []
    for (student, name), mark in sorted(marks.items()):
        question = found.get((student, name))
        why = "there is no such answer now" if question is None else question.doubt
        if why:
            listed.append(Doubt(student, name, mark, why))
    return listed
