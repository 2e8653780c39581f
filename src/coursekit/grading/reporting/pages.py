"""The pages people read: feedback for each student, one report for the class.

Each is one HTML file that needs nothing else and runs nothing: a content policy in its head forbids
scripts and requests, and every text that came from a student is escaped.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from coursekit import style
from coursekit.grading.marks.hand import doubts
from coursekit.grading.marks.ledger import Gradebook
from coursekit.grading.marks.record import Record
from coursekit.grading.reporting.earlier import compared
from coursekit.grading.reporting.notes import ClassNotes
from coursekit.grading.reporting.ranking import rankings
from coursekit.grading.reporting.similar import ENOUGH, SHARE, SHORTEST, Alike, Taken
from coursekit.grading.reporting.statistics import Bin, Summary, need_a_word, teach_again
from coursekit.grading.reporting.words import count, fault_text, number, tone, word

TEMPLATES = Path(__file__).parent / "templates"
CODE_LINES = 120


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
        count=count,
        number=number,
        word=word,
        tone=tone,
        fault_text=fault_text,
    )
    return made


def feedback_page(exercise: str, record: Record) -> str:
    """One student's page.

    Args:
        exercise: its title.
        record: the student's.
    """
    shown = {q.name: highlight(q.code) for q in record.questions}
    page = environment().get_template("feedback.html")
    return page.render(exercise=exercise, record=record, code=shown)


def student_page(exercise: str, record: Record, page: str, history: Sequence[str]) -> str:
    """One student's page for office hours, which the student does not see.

    Args:
        exercise: its title.
        record: the student's.
        page: name of the student's own page.
        history: how the marks came about.
    """
    return (
        environment()
        .get_template("student.html")
        .render(
            exercise=exercise,
            record=record,
            code={q.name: highlight(q.code) for q in record.questions},
            page=page,
            history=history,
            met=[q for q in record.questions if q.misconception],
        )
    )


def report_page(
    book: Gradebook,
    summary: Summary,
    similar: Sequence[Alike],
    taken: Sequence[Taken],
    notes: ClassNotes,
) -> str:
    """The class report."""
    page = environment().get_template("report.html")
    return page.render(
        exercise=book.identity.exercise,
        identity=book.identity,
        records=book.records,
        s=summary,
        again=teach_again(summary),
        words=need_a_word(book.records, notes.given),
        compared=compared(book.records, notes.earlier),
        highlight=highlight,
        pages=page_names(r.student for r in book.records),
        shown={r.student: r.name or r.student for r in book.records},
        seconds=book.seconds,
        similar=similar,
        taken=taken,
        share=SHARE,
        shortest=SHORTEST,
        enough=ENOUGH,
        codes={(r.student, q.name): q.code for r in book.records for q in r.questions},
        rankings=rankings(book.records),
        problems=notes.problems,
        missing=notes.missing,
        doubts=doubts(book.records, book.hand),
        unwalled=any(r.provenance.sandbox != "full" for r in book.records),
        histogram=histogram(summary.bins),
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
    from pygments import format as formatted
    from pygments.formatters import HtmlFormatter
    from pygments.lexers.python import PythonLexer
    from pygments.token import Comment, Keyword, Name, Number, String, Text

    # Five colours are enough. What has none gets no tag, or the HTML would be three times as long.
    kinds = (Keyword, String, Comment, Number, Name.Function, Name.Class)
    tokens = (
        (next((kind for kind in kinds if token in kind), Text), value)
        for token, value in PythonLexer(stripnl=False).get_tokens(text)
    )
    return Markup(formatted(tokens, HtmlFormatter(nowrap=True)))


def page_names(students: Iterable[str]) -> dict[str, str]:
    """A safe, unique file name for each student's page."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for student in students:
        base = re.sub(r"[^\w.@-]+", "_", unicodedata.normalize("NFC", student)).strip("._")
        base = base[:60] or "student"  # no file system takes more than 255 bytes
        name, n = base, 2
        while name.casefold() in taken:
            name, n = f"{base}-{n}", n + 1
        taken.add(name.casefold())
        names[student] = f"{name}.html"
    return names
