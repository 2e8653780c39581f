"""Write and rebuild what people read from a grades folder: marks, feedback pages, class report."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from coursekit.grading.marks.ledger import BEFORE, TIMINGS, Record, load, read_lines, write_whole
from coursekit.grading.marks.marking import SHEET, sheet, written_answers
from coursekit.grading.platforms.exports import FORMATS, grades_csv, table
from coursekit.grading.reporting.pages import feedback_page, page_names, report_page
from coursekit.grading.reporting.similar import similar_answers
from coursekit.grading.reporting.statistics import summarise

CLASS = "class.json"


def write_pages(
    folder: Path,
    problems: Sequence[Record] | None = None,
    missing: Sequence[str] | None = None,
    given: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write ``grades.csv``, ``feedback/*.html`` and ``report.html`` from the folder's records.

    Args:
        folder: a grades folder.
        problems: what intake reported; remembered in the folder when given.
        missing: people who handed in nothing; remembered likewise.
        given: the answers as students got them, by question; remembered likewise.

    Raises:
        RecordsFault: there are no grades in the folder.
    """
    identity, records = load(folder)
    about = _about(folder, problems, missing, given)
    exercise = identity["exercise"]
    names = page_names(r["student"] for r in records)
    written = [folder / "grades.csv", folder / "report.html"]
    (folder / "feedback").mkdir(exist_ok=True)
    for record in records:
        path = folder / "feedback" / names[record["student"]]
        code = {q["name"]: q["code"] for q in record["questions"]}
        write_whole(path, feedback_page(exercise, record, code))
        written.append(path)
    for stale in set((folder / "feedback").glob("*.html")) - set(written):
        stale.unlink()
    seconds = _seconds(folder)
    answers = {
        r["student"]: {q["name"]: q["code"] for q in r["questions"] if q["points"] and q["code"]}
        for r in records
    }
    report = report_page(
        exercise,
        identity,
        records,
        summarise(records, seconds),
        names,
        seconds,
        similar_answers(answers, about["given"]),
        about["problems"],
        about["missing"],
    )
    _write_changes(folder, records)
    write_whole(written[0], grades_csv(records))
    if written_answers(records):
        write_whole(folder / SHEET, sheet(records))
    write_whole(written[1], report)
    return written


def _write_changes(folder: Path, records: Sequence[Record]) -> None:
    """``changes.csv``: what a regrade changed, for whom, and why."""
    changes = compare_records(read_lines(folder / BEFORE)[0], records)
    if (folder / BEFORE).exists():
        rows = [list(c.values()) for c in changes]
        text = table(["student", "question", "before", "after", "why"], rows)
        write_whole(folder / "changes.csv", text)


def compare_records(old: Sequence[Record], new: Sequence[Record]) -> list[Record]:
    """Who has other marks than before, question by question, and what is now said about it."""
    before = {r["student"]: {q["name"]: q for q in r["questions"]} for r in old}
    changes = []
    for record in new:
        was = before.get(record["student"], {})
        for q in record["questions"]:
            then = was.get(q["name"], {"points": 0.0 if was else q["points"]})["points"]
            if then != q["points"]:
                reasons = [g["say"] for g in q["groups"] if g["say"]]
                why = q["say"] or q["hint"] or "; ".join(reasons) or q["status"]
                change = {"student": record["student"], "question": q["name"], "before": then}
                changes.append(change | {"after": q["points"], "why": why})
    return changes


def _about(
    folder: Path,
    problems: Sequence[Record] | None,
    missing: Sequence[str] | None,
    given: Mapping[str, str] | None,
) -> Record:
    """What the records do not hold, from the arguments or from the run before."""
    path = folder / CLASS
    about: Record = {"problems": [], "missing": [], "given": {}}
    if path.exists():
        about |= json.loads(path.read_text("utf8"))
    new = {"problems": problems, "missing": missing, "given": given}
    fresh = {k: v for k, v in new.items() if v is not None}
    if fresh:
        about |= fresh
        write_whole(path, json.dumps(about, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return about


def _seconds(folder: Path) -> dict[str, float]:
    """CPU-seconds by student, of the latest time each was run."""
    lines = read_lines(folder / TIMINGS)[0]
    return {t["student"]: t["cpu"] for t in lines if t.get("cpu") is not None}


def export(folder: Path, format_name: str) -> list[Path]:
    """Write the marks in a platform's format to ``folder/exports``.

    Raises:
        RecordsFault: there are no grades in the folder.
    """
    identity, records = load(folder)
    return FORMATS[format_name](identity["exercise"], records, folder / "exports")
