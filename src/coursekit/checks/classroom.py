"""Check a notebook in a GitHub workflow: a table for people, points for GitHub Classroom.

``python -m coursekit.checks.classroom NOTEBOOK`` judges by the public cases, as ``coursekit check``
does. The payload is the one that the actions of classroom-resources exchange: base64 of a JSON
object with ``max_score`` and a list of ``tests``, under the step's output ``result``.
"""

import base64
import json
import os
import sys
from pathlib import Path
from typing import Any

from coursekit.checks.feedback import Feedback
from coursekit.checks.whole import NotebookFault, Report, check_notebook


def main(arguments: list[str]) -> int:
    """Check one notebook; 0 when it is solved, 1 when it is not, 2 when it cannot be read."""
    notebook = Path(arguments[0])
    try:
        report = next(step for step in check_notebook(notebook) if isinstance(step, Report))
    except NotebookFault as fault:
        print(f"coursekit: {fault}", file=sys.stderr)
        publish({"version": 1, "status": "error", "max_score": 0, "tests": []}, f"{fault}\n")
        return 2
    print("\n\n".join(repr(feedback) for feedback in report.feedback))
    publish(payload(report), summary(report))
    return 0 if report.points == report.worth else 1


def payload(report: Report) -> dict[str, Any]:
    """What the reporter of GitHub Classroom adds up."""
    judged = [f for f in report.feedback if f.name not in report.written]
    tests = [_test(feedback) for feedback in judged]
    status = "pass" if report.points == report.worth else "fail"
    return {"version": 1, "status": status, "max_score": report.worth, "tests": tests}


def _test(feedback: Feedback) -> dict[str, Any]:
    return {
        "name": feedback.name,
        "status": "pass" if feedback.passed else "fail",
        "score": feedback.points,
        "message": repr(feedback),
        "test_code": f"check({feedback.name})",
        "filename": "",
        "line_no": 0,
        "execution_time": "0s",
    }


def summary(report: Report) -> str:
    """A table in Markdown for the page of the run."""
    lines = [f"### {report.exercise}", "", "| question | points |", "|---|---|"]
    for f in report.feedback:
        earned = "a person reads it" if f.name in report.written else f"{f.points:g} of {f.worth:g}"
        lines.append(f"| {f.name} | {earned} |")
    lines += [f"| **together** | **{report.points:g} of {report.worth:g}** |", ""]
    lines += [f"Code cell {f.cell + 1} does not run: `{f}`\n" for f in report.faults]
    return "\n".join(lines)


def publish(result: dict[str, Any], table: str) -> None:
    """Hand the points to the next step and the table to the page, where a workflow runs this."""
    encoded = base64.b64encode(json.dumps(result).encode()).decode()
    for variable, text in (("GITHUB_OUTPUT", f"result={encoded}"), ("GITHUB_STEP_SUMMARY", table)):
        if path := os.environ.get(variable):
            with Path(path).open("a", encoding="utf8") as file:
                file.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
