"""Marks in the formats that platforms import. Each format was read from the importer's own source.

* Canvas, ``lib/gradebook_importer.rb``: first columns Student, ID, [SIS User ID, SIS Login ID],
  Section, then one column an assignment; a row named "Points Possible". A student is found by ID,
  else by SIS ids, else by name.
* Moodle, ``mod/assign/feedback/offline/importgradeslib.php``: needs Identifier ("Participant 123"),
  Grade and "Last modified (grade)"; "Feedback comments" is taken when present.
* Gradescope: one ``results.json`` a student, as its autograder specification has it.
* nbgrader: the columns of ``nbgrader export``.
"""

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from coursekit.grading.marks.ledger import Record, write_whole
from coursekit.grading.reporting.pages import number, page_names, word
from coursekit.grading.reporting.ranking import Place, rankings

NBGRADER = """assignment duedate timestamp student_id last_name first_name email raw_score
    late_submission_penalty score max_score"""


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """CSV text with Unix line ends."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def grades_csv(records: Sequence[Record]) -> str:
    """``grades.csv``: one line a student, one column a question, ranks of trained models last."""
    ranked = rankings(records)
    ranks = [{p.student: p for p in ranking.lines if p.student} for ranking in ranked]
    questions: list[list[Record]] = [r["questions"] for r in records]
    names = [q["name"] for q in max(questions, key=len, default=[])]
    header = [
        "student",
        "name",
        "email",
        "points",
        "possible",
        "late_penalty",
        "status",
        *names,
        "file",
        *(f"{r.name}_{column}" for r in ranked for column in ("perplexity", "place")),
    ]
    rows = []
    for r in records:
        marks = {q["name"]: q["points"] for q in r["questions"]}
        person = [harmless(r[k]) for k in ("student", "name", "email")]
        sums = [number(r["points"]), number(r["possible"]), number(r["penalty"]), r["status"]]
        each = [number(marks[n]) if n in marks else "" for n in names]
        models = [column for places in ranks for column in _rank(places.get(r["student"]))]
        rows.append([*person, *sums, *each, harmless(r["file"]), *models])
    return table(header, rows)


def _rank(place: Place | None) -> list[str]:
    """Perplexity and place of one model, as far as there are any."""
    if place is None:
        return ["", ""]
    value = "" if place.perplexity is None else f"{place.perplexity:.4f}"
    return [value, str(place.place)]


def canvas(exercise: str, records: Sequence[Record], folder: Path) -> list[Path]:
    """One gradebook file for *Grades → Import*."""
    possible = max((r["possible"] for r in records), default=0)
    rows: list[list[object]] = [["    Points Possible", "", "", "", "", number(possible)]]
    for r in _final(records):
        own = r["platform"] if r["layout"] == "canvas" else ""
        login = r["email"].split("@")[0] if r["email"] else r["student"]
        rows.append(
            [harmless(r["name"] or r["student"]), own, r["student"], login, "", number(r["points"])]
        )
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", exercise]
    return [_write(folder / "canvas.csv", table(header, rows))]


def moodle(exercise: str, records: Sequence[Record], folder: Path) -> list[Path]:
    """One grading worksheet for *Upload grading worksheet*."""
    header = ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade"]
    header += ["Grade can be changed", "Last modified (grade)", "Feedback comments"]
    rows = []
    for r in _final(records):
        own = r["platform"] if r["layout"] == "moodle" else r["student"]
        said = "; ".join(
            f"{q['title']}: {word(q)}, {number(q['points'])} of {number(q['possible'])}"
            for q in r["questions"]
        )
        person = [f"Participant {own}", harmless(r["name"]), r["email"], "Submitted for grading"]
        rows.append(
            [*person, number(r["points"]), number(r["possible"]), "Yes", "", harmless(said)]
        )
    return [_write(folder / "moodle.csv", table(header, rows))]


def gradescope(exercise: str, records: Sequence[Record], folder: Path) -> list[Path]:
    """One results file a student."""
    names = page_names(r["student"] for r in records)
    written = []
    for r in _final(records):
        path = folder / "gradescope" / names[r["student"]].replace(".html", ".json")
        text = json.dumps(gradescope_results(r), indent=2, ensure_ascii=False) + "\n"
        written.append(_write(path, text))
    return written


def gradescope_results(record: Record) -> Record:
    """A record in the shape of Gradescope's ``results.json``."""
    tests = []
    for n, q in enumerate(record["questions"], 1):
        said = [q.get("say", ""), q.get("hint", "")]
        said += [
            f"{g['title']}: {g['passed']} of {g['tried']} cases. {g['say']}" for g in q["groups"]
        ]
        passed = q["points"] >= q["possible"]
        tests.append(
            {
                "name": q["title"],
                "number": str(n),
                "score": q["points"],
                "max_score": q["possible"],
                "status": "passed" if passed else "failed",
                "output": "\n".join(s.strip() for s in said if s.strip()),
                "output_format": "text",
                "visibility": "visible",
            }
        )
    return {
        "score": record["points"],
        "output": " ".join(record["notes"]),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
    }


def nbgrader(exercise: str, records: Sequence[Record], folder: Path) -> list[Path]:
    """One file with the columns of ``nbgrader export``."""
    rows = []
    for r in _final(records):
        *first, last = r["name"].split() or [""]
        raw = number(r["earned"])
        taken = number(r["earned"] - r["points"])
        person = [r["student"], harmless(last), harmless(" ".join(first)), r["email"]]
        marks = [raw, taken, number(r["points"]), number(r["possible"])]
        rows.append([exercise, "", r["when"] or "", *person, *marks])
    return [_write(folder / "nbgrader.csv", table(NBGRADER.split(), rows))]


FORMATS: dict[str, Callable[[str, Sequence[Record], Path], list[Path]]] = {
    "canvas": canvas,
    "moodle": moodle,
    "gradescope": gradescope,
    "nbgrader": nbgrader,
}


def _final(records: Sequence[Record]) -> list[Record]:
    """Records with a mark that can be sent out: a machine's failure is no mark."""
    return [r for r in records if r["status"] in ("graded", "damaged")]


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text)
    return path
