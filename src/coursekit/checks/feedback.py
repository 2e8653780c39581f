"""What a student sees after ``check(answer)``: plain text for nbval, HTML for people."""

import html
import os
from dataclasses import dataclass

from coursekit.checks.diagnose import Diagnosis
from coursekit.checks.display import seen
from coursekit.checks.ends import untried
from coursekit.checks.public import PublicCase
from coursekit.checks.recorded import look_up

GOOD, BAD, OPEN = "#3c8a58", "#c05058", "#8a8f98"  # readable on white and on Colab's dark page
NBGRADER = "NBGRADER_EXECUTION"  # what nbgrader sets while it grades or validates
NOT_YET = "not written yet"
NOT_DEFINED = "not defined by any cell that runs"
TO_WRITE = "Not written yet: replace the line `{starter}` in the cell above, run it, check again."
STARTERS = {"value": "name = ...", "text": 'name = ""'}
BOX = "border-left:4px solid {};padding:.4em .9em;margin:.3em 0;line-height:1.5;max-width:60em"
CODE = "font-family:monospace;font-size:.95em;white-space:pre-wrap;overflow-wrap:anywhere"


@dataclass(frozen=True)
class Feedback:
    """The feedback on one answer. Show it by making ``check(...)`` the last line of a cell.

    Attributes:
        name: the question.
        diagnosis: verdicts by group, hint and remark; None when there was nothing to judge.
        headline: one sentence that stands in for the table when there is nothing to judge.
        points: points earned.
        worth: points of the question.
        number: of the first case that failed, from 0.
        call: code that shows the first failure again.
        printed: what the answer printed in that case.
        measured: what was measured of a trained model.
        remarks: what is worth knowing, also about an answer that passes.
    """

    name: str
    diagnosis: Diagnosis | None = None
    headline: str = ""
    points: float = 0.0
    worth: float = 0.0
    number: int | None = None
    call: str = ""
    printed: str = ""
    measured: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the answer is complete."""
        return self.diagnosis is not None and self.worth > 0 and self.points == self.worth

    @property
    def case(self) -> PublicCase | None:
        """The first case that failed, in your hands; None where none has, or it is secret."""
        seen(self)
        return None if self.number is None else PublicCase(self.name, self.number)

    @property
    def cases(self) -> tuple[PublicCase, ...]:
        """Every public case of the question."""
        seen(self)
        recorded = look_up(self.name)
        count = len(recorded.cases) if recorded else 0
        return tuple(PublicCase(self.name, number) for number in range(count))

    @property
    def unwritten(self) -> bool:
        """Whether there was no answer yet."""
        return self.headline.lower().startswith(NOT_YET)

    @property
    def state(self) -> str:
        """In a few words, for a table of all questions."""
        if self.passed:
            return "solved"
        if self.headline == NOT_DEFINED:
            return "not defined"
        if self.unwritten:
            return NOT_YET
        return "partly right" if self.points else "wrong"

    def title(self) -> str:
        """Name and points."""
        if not self.worth:
            return self.name
        return f"{self.name}: {points(self.points)} of {points(self.worth)} points"

    def lines(self) -> list[tuple[str, str]]:
        """What there is to say, in pairs of a kind (pass, fail, reason, hint, …) and a text."""
        if self.headline or self.diagnosis is None:
            return [("note", self.headline)]
        shown = []
        reasons: set[str] = set()
        for group in self.diagnosis.groups:
            worth = f"{points(group.points)} of {points(group.worth)}"
            shown.append(("pass" if group.passed else "fail", f"{group.group} ({worth})"))
            if not group.passed and (group.reason not in reasons or untried(group.reason)):
                shown.append(("reason", f"{group.note}: {group.reason}".removeprefix(": ")))
                if self.call and group.case == self.number:
                    shown.append(("call", self.call))
                reasons.add(group.reason)
        if self.measured and not self.measured.startswith("Perplexity inf"):
            shown.append(("note", self.measured))
        shown += [("hint", hint) for hint in self.diagnosis.hints]
        shown += [("note", remark) for remark in self.remarks]
        if not self.passed and self.printed:
            shown.append(("printed", self.printed))
        return shown

    def __repr__(self) -> str:
        seen(self)
        if self.worth and NBGRADER in os.environ:
            return str(float(self.points))  # nbgrader reads points from a cell's plain text
        return "\n".join([self.title(), *(_plain(kind, text) for kind, text in self.lines())])

    def _repr_html_(self) -> str:
        seen(self)
        colour = GOOD if self.passed else OPEN if self.headline else BAD
        rows = "".join(_row(kind, text) for kind, text in self.lines())
        title = f"<strong>{html.escape(self.title())}</strong>"
        return f'<div style="{BOX.format(colour)}">{title}{rows}</div>'


LABELS = {"hint": "Hint", "call": "Case", "printed": "Your code printed"}
MARKS = {"pass": "✓", "fail": "✗"}


def _plain(kind: str, text: str) -> str:
    if kind in MARKS:
        return f"  {MARKS[kind]} {text}"
    label = f"{LABELS[kind]}: " if kind in LABELS else ""
    indent = "  " if kind in ("hint", "note") else "      "
    return "\n".join(indent + line for line in f"{label}{text}".split("\n"))


def _row(kind: str, text: str) -> str:
    said = _marked_up(text)
    if kind in MARKS:
        colour = GOOD if kind == "pass" else BAD
        style = f"color:{colour};font-weight:700;display:inline-block;width:1.6em"
        return f'<div><span style="{style}">{MARKS[kind]}</span>{said}</div>'
    if kind in ("call", "printed"):
        said = f'<span style="{CODE}">{html.escape(text)}</span>'
    if kind == "call":
        summary = '<summary style="cursor:pointer">Show this case</summary>'
        return f'<details style="margin-left:1.6em">{summary}{said}</details>'
    if kind == "hint":
        box = f"margin:.4em 0 .1em;padding:.3em .7em;border:1px solid {OPEN};border-radius:4px"
        return f'<div style="{box}"><strong>Hint.</strong> {said}</div>'
    label = f"{LABELS[kind]}: " if kind in LABELS else ""
    margin = "0" if kind == "note" else "1.6em"
    return f'<div style="margin-left:{margin}">{label}{said}</div>'


def _marked_up(text: str) -> str:
    """Text with what stands between backquotes set as code."""
    parts = html.escape(text).split("`")
    if len(parts) % 2 == 0:
        return "`".join(parts)
    code = f'<code style="{CODE}">'
    return "".join(f"{code}{p}</code>" if i % 2 else p for i, p in enumerate(parts))


def points(value: float) -> str:
    """Points without a needless decimal part."""
    return f"{value:g}"
