"""Why marks are what they are: ``history.jsonl``, to which lines are added and never changed.

A line says which points a student had for a question, which came after them, and why. The first
marks of a student make no line; from then on each line of a question begins where the one before
ended. What a person gave stands in the line that says so, in full: this file, and not the results
made from it, is where hand marks are kept. A line is on disk before the mark that it explains.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from coursekit.grading.judging.marked import MarkedQuestion
from coursekit.grading.marks.files import append_lines, dump, now, read_lines
from coursekit.grading.marks.hand import HandMark
from coursekit.grading.marks.record import Record, RecordsFault

HISTORY = "history.jsonl"
LATENESS = "late penalty"  # in place of a question's name: the share taken off


@dataclass(frozen=True)
class Entry:
    """One change.

    Attributes:
        student: whose.
        question: its name, or ``LATENESS``.
        before: points before it; None where there was no such answer.
        after: points after it; None where there is none any more.
        why: the reason.
        at: when it was written.
        hand: what a person gave, where it was a person.
    """

    student: str
    question: str
    before: float | None
    after: float | None
    why: str
    at: str = ""
    hand: HandMark | None = None

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Entry":
        """Inverse of ``dataclasses.asdict``."""
        hand = plain.get("hand")
        return cls(**(plain | {"hand": HandMark(**hand) if hand else None}))


class History:
    """The history of a grades folder.

    Attributes:
        entries: oldest first.
        hand: by student and question, what a person gave last.
    """

    def __init__(self, folder: Path) -> None:
        """Read it.

        Raises:
            RecordsFault: a line cannot be understood.
        """
        self.path = folder / HISTORY
        self.entries: list[Entry] = []
        self.hand: dict[tuple[str, str], HandMark] = {}
        self._latest: dict[str, dict[str, Entry]] = {}
        lines, self._cut = read_lines(self.path)
        try:
            self._take(Entry.from_plain(line) for line in lines)
        except (TypeError, AttributeError) as error:
            raise RecordsFault(f"{self.path}: not understood ({error})") from error

    def _take(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self.entries.append(entry)
            self._latest.setdefault(entry.student, {})[entry.question] = entry
            of = (entry.student, entry.question)
            if entry.hand is not None:
                self.hand[of] = entry.hand
                if entry.hand.is_nothing:
                    del self.hand[of]  # it was taken back, or handed on

    def write(self, entries: Sequence[Entry]) -> None:
        """Add entries, durably, all of them in one step."""
        if not entries:
            return
        lines = [dump(asdict(e) | {"at": e.at or now()}) for e in entries]
        # A line that was cut by a power failure is ended, not removed.
        append_lines(self.path, ["", *lines] if self._cut else lines)
        self._cut = False
        self._take(entries)

    def of(self, student: str) -> list[Entry]:
        """What happened to one student's marks, oldest first."""
        return [e for e in self.entries if e.student == student]

    def given(self) -> dict[tuple[str, str], list[HandMark]]:
        """By student and question, all that persons ever gave, oldest first."""
        marks: dict[tuple[str, str], list[HandMark]] = {}
        for entry in self.entries:
            if entry.hand is not None:
                marks.setdefault((entry.student, entry.question), []).append(entry.hand)
        return marks

    def differences(self, before: Record | None, after: Record, cause: str) -> list[Entry]:
        """An entry for everything in which a new record differs from what was last known.

        Args:
            before: the record that is replaced.
            after: the new one.
            cause: of the change.
        """
        latest = self._latest.get(after.student, {})
        if before is None and not latest:
            return []  # the first marks
        was = _standing(before) | {name: entry.after for name, entry in latest.items()}
        is_now = _standing(after)
        reasons = {q.name: reason(q) for q in after.questions}
        return [
            Entry(after.student, name, was.get(name), is_now.get(name), _told(cause, name, reasons))
            for name in sorted(was.keys() | is_now.keys())
            if was.get(name) != is_now.get(name)
        ]


def _standing(record: Record | None) -> dict[str, float | None]:
    """Points by question, and the penalty where there is one."""
    if record is None:
        return {}
    points: dict[str, float | None] = {q.name: q.points for q in record.questions}
    return points | ({LATENESS: record.penalty} if record.penalty else {})


def _told(cause: str, name: str, reasons: dict[str, str]) -> str:
    said = reasons.get(name)
    return f"{cause}: {said}" if said else cause


def cause_of(before: Record | None, after: Record) -> str:
    """Why a student was graded anew, in a few words."""
    if before is None:
        return "handed in again"
    if after.status == "infrastructure":
        return "the grading machine failed"
    if before.status == "infrastructure":
        return "graded after the grading machine had failed"
    if after.digest != before.digest:
        return f"another version counts, {after.file}"
    old, new = before.provenance, after.provenance
    if old.key != new.key:
        return "another answer key"
    if old.seed != new.seed:
        return "other cases"
    return "graded again" if old.rules == new.rules else "other rules"


def reason(question: MarkedQuestion) -> str:
    """The most telling thing that is said about a question now."""
    reasons = [g.say for g in question.groups if g.say]
    return question.say or question.hint or "; ".join(reasons) or question.status
