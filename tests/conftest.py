"""Prints the table of the exercises after the tests, also when several processes ran them."""

import pytest

COLUMNS = (
    "kind",
    "points",
    "cases",
    "starter",
    "misconceptions",
    "right answers",
    "seeds",
    "changes caught",
    "ms",
)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each question, from what the tests of test_exercises.py recorded."""
    table: dict[tuple[str, str], dict[str, str]] = {}
    for report in terminalreporter.getreports("passed"):
        for key, value in report.user_properties:
            if isinstance(key, str) and key.startswith("question:"):
                _, stem, name, column = key.split(":")
                table.setdefault((stem, name), {})[column] = value
    if not table:
        return
    terminalreporter.section("exercises")
    terminalreporter.line(f"{'exercise':38} {'question':26} " + " ".join(COLUMNS))
    for (stem, name), row in sorted(table.items()):
        cells = " ".join(f"{row.get(c, '-'):>{len(c)}}" for c in COLUMNS)
        terminalreporter.line(f"{stem:38} {name:26} {cells}")
    caught = sum(int(row.get("misconceptions", 0)) for row in table.values())
    terminalreporter.line(f"{len(table)} questions, {caught} misconceptions caught by their hints")
    tried = [row["changes caught"].split("/") for row in table.values() if "changes caught" in row]
    noticed, of = (sum(int(pair[i]) for pair in tried) for i in (0, 1))
    if of:
        terminalreporter.line(f"{noticed} of {of} one-edit changes of the references caught")
