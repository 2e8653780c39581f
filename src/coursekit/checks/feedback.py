"""What a student sees after ``check(answer)``: plain text for nbval, HTML for people."""

import html
from dataclasses import dataclass

from coursekit.checks.diagnose import Diagnosis

GOOD, BAD = "#3c8a58", "#c05058"  # readable on white and on Colab's dark page alike


@dataclass(frozen=True)
class Feedback:
    """The feedback on one answer. Show it by making ``check(...)`` the last line of a cell.

    Attributes:
        name: the question.
        diagnosis: verdicts by group, hint and remark; None when there was nothing to judge.
        headline: one sentence that stands in for the table when there is nothing to judge.
        points: points earned.
        worth: points of the question.
    """

    name: str
    diagnosis: Diagnosis | None = None
    headline: str = ""
    points: float = 0.0
    worth: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether the answer is complete."""
        return self.diagnosis is not None and self.worth > 0 and self.points == self.worth

    def lines(self) -> list[tuple[bool | None, str]]:
        """Verdicts as (passed or None, text)."""
        if self.diagnosis is None:
            return [(None, self.headline)]
        d = self.diagnosis
        shown: list[tuple[bool | None, str]] = []
        reasons: set[str] = set()
        for g in d.groups:
            shown.append((g.passed, f"{g.group} ({points(g.points)} of {points(g.worth)})"))
            if not g.passed and g.reason not in reasons:
                reasons.add(g.reason)
                shown.append((None, f"{g.note}: {g.reason}" if g.note else g.reason))
        if d.hint:
            shown.append((None, f"Hint: {d.hint}"))
        if d.remark and not d.hint:
            shown.append((None, d.remark))
        return shown

    def title(self) -> str:
        """Name and points."""
        if self.diagnosis is None:
            return self.name
        return f"{self.name}: {points(self.points)} of {points(self.worth)} points"

    def __repr__(self) -> str:
        marks = {True: "  ✓ ", False: "  ✗ ", None: "      "}
        return "\n".join([self.title(), *(f"{marks[ok]}{text}" for ok, text in self.lines())])

    def _repr_html_(self) -> str:
        colour = GOOD if self.passed else BAD
        rows = "".join(_row(ok, text) for ok, text in self.lines())
        return (
            f'<div style="border-left:4px solid {colour};padding:.4em .9em;margin:.3em 0;'
            f'line-height:1.45;font-family:system-ui,sans-serif">'
            f"<strong>{html.escape(self.title())}</strong>{rows}</div>"
        )


def _row(passed: bool | None, text: str) -> str:
    if passed is None:
        hint = text.startswith("Hint: ")
        label = "<strong>Hint.</strong> " if hint else ""
        body = html.escape(text.removeprefix("Hint: "))
        return f'<div style="margin-left:1.6em">{label}{body}</div>'
    mark, colour = ("✓", GOOD) if passed else ("✗", BAD)
    return (
        f'<div><span style="color:{colour};font-weight:700;display:inline-block;width:1.6em">'
        f"{mark}</span>{html.escape(text)}</div>"
    )


def points(value: float) -> str:
    """Points without a needless decimal part."""
    return f"{value:g}"
