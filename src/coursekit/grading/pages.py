"""The pages people read: feedback for each student, one report for the class.

Each is one HTML file that needs nothing else and runs nothing: a content policy in its head forbids
scripts and requests, and every text that came from a student is escaped.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from coursekit import style
from coursekit.checks.ends import sentence
from coursekit.grading.ranking import rankings
from coursekit.grading.records import Record
from coursekit.grading.similar import Alike
from coursekit.grading.statistics import Bin, Summary

TEMPLATES = Path(__file__).parent / "templates"
WORDS = {
    "right": ("right", "good"),
    "partly": ("partly right", "half"),
    "wrong": ("not right yet", "bad"),
    "unsolved": ("not written yet", "calm"),
    "missing": ("not found", "calm"),
    "failed": ("stops with an error", "bad"),
    "forbidden": ("uses what is not allowed", "bad"),
    "waiting": ("to be marked", "calm"),
    "marked": ("marked", "good"),
}
CODE_LINES = 120


def number(value: float) -> str:
    """A number with at most two decimals and no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def word(question: Record) -> str:
    """A question's status in words."""
    return WORDS.get(question["status"], (question["status"], ""))[0]


def tone(question: Record) -> str:
    """The CSS class of a question's status."""
    if question["status"] == "marked" and question["points"] < question["possible"]:
        return "half"
    return WORDS.get(question["status"], ("", "calm"))[1]


def fault_text(fault: Record) -> str:
    """What happened in a cell that did not run, in a sentence."""
    return sentence(fault["error"], fault["message"])


@cache
def environment() -> Environment:
    """Jinja with escaping on and undefined names an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    colours = {
        "light": Markup("".join(f"--{k}:{v};" for k, v in style.LIGHT.items())),
        "dark": Markup("".join(f"--{k}:{v};" for k, v in style.DARK.items())),
    }
    made.globals.update(
        css=Markup((TEMPLATES / "page.css").read_text("utf8")),
        colours=colours,
        number=number,
        word=word,
        tone=tone,
        fault_text=fault_text,
    )
    return made


def feedback_page(exercise: str, record: Record, code: Mapping[str, str]) -> str:
    """One student's page.

    Args:
        exercise: its title.
        record: the student's line of ``results.jsonl``.
        code: source of each answer by its name.
    """
    shown = {q["name"]: highlight(code.get(q["name"], "")) for q in record["questions"]}
    page = environment().get_template("feedback.html")
    return page.render(exercise=exercise, record=record, code=shown)


def report_page(
    exercise: str,
    identity: Record,
    records: Sequence[Record],
    summary: Summary,
    pages: Mapping[str, str],
    seconds: Mapping[str, float],
    similar: Sequence[Alike],
    problems: Sequence[Record],
    missing: Sequence[str],
) -> str:
    """The class report."""
    levels = {r["provenance"]["sandbox"] for r in records if r.get("provenance")}
    return (
        environment()
        .get_template("report.html")
        .render(
            exercise=exercise,
            identity=identity,
            records=records,
            s=summary,
            pages=pages,
            shown={r["student"]: r["name"] or r["student"] for r in records},
            seconds=seconds,
            similar=similar,
            rankings=rankings(records),
            problems=problems,
            missing=missing,
            unwalled=bool(levels - {"full"}),
            histogram=histogram(summary.bins),
        )
    )


def histogram(bins: Sequence[Bin]) -> Markup:
    """Columns as inline SVG."""
    width, height, foot, head = 720, 220, 40, 18
    step, base = width / len(bins), height - foot
    parts = [f'<line class="line" x1="0" x2="{width}" y1="{base}" y2="{base}"/>']

    def text(x: float, y: float, words: object, kind: str = "axis") -> None:
        parts.append(f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{words}</text>')

    for i, column in enumerate(bins):
        tall = (base - head) * column.count / max(1, *(b.count for b in bins))
        place = f'x="{i * step + 4:.1f}" y="{base - tall:.1f}" width="{step - 8:.1f}"'
        parts.append(f'<rect class="column" {place} height="{tall:.1f}" rx="3"/>')
        middle = (i + 0.5) * step
        if column.count:
            text(middle, base - tall - 5, column.count, "value")
        text(middle, base + 18, column.label)
    text(width / 2, height - 4, "points")
    label = ", ".join(f"{b.count} students with {b.label} points" for b in bins if b.count)
    head_tag = f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="Marks: {label}">'
    return Markup(head_tag + "".join(parts) + "</svg>")


@lru_cache(maxsize=4096)  # half a class writes the same few lines
def highlight(source: str) -> Markup:
    """Python source as escaped HTML with a few token classes."""
    lines = source.split("\n")
    if len(lines) > CODE_LINES:
        lines = [*lines[:CODE_LINES], "# … (cut)"]
    text = "\n".join(line[:400] for line in lines)
    if not text.strip():
        return Markup("")
    from pygments.lexers.python import PythonLexer
    from pygments.token import Comment, Keyword, Name, Number, String

    kinds = {
        Keyword: "k",
        String: "s",
        Comment: "c",
        Number: "m",
        Name.Function: "f",
        Name.Class: "f",
    }
    parts = []
    for token, value in PythonLexer(stripnl=False).get_tokens(text):
        style_class = next((c for kind, c in kinds.items() if token in kind), "")
        body = escape(value)
        parts.append(Markup(f'<span class="{style_class}">{body}</span>') if style_class else body)
    return Markup("").join(parts)


def page_names(students: Iterable[str]) -> dict[str, str]:
    """A safe, unique file name for each student's page."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for student in students:
        base = re.sub(r"[^\w.@-]+", "_", student, flags=re.ASCII).strip("._") or "student"
        name, n = base[:80], 2
        while name.casefold() in taken:
            name, n = f"{base[:80]}-{n}", n + 1
        taken.add(name.casefold())
        names[student] = f"{name}.html"
    return names
