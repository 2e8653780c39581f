"""Written answers are found where students put them."""

import pytest

from coursekit.checks.notebookfile import Cell
from coursekit.grading.judging.written import written_answer

PROMPT = Cell("markdown", "## Question 2.9: why not?\n\nSay why.")
EMPTY = Cell("code", 'why = ""  # your answer')
CHECK = Cell("code", "check(why=why)")
NEXT = Cell("markdown", "## Before you hand in\n\nRestart.")


def text(source: str) -> Cell:
    return Cell("markdown", source)


@pytest.mark.parametrize(
    ("result", "cells", "found"),
    [
        ("  Because. ", [PROMPT, EMPTY, CHECK, text("more"), NEXT], "Because."),
        (("One.", "Two.", 3), [PROMPT, EMPTY], "One.\nTwo."),
        ("", [PROMPT, EMPTY, CHECK, NEXT], ""),
        ("", [PROMPT, EMPTY, CHECK, text("Because."), NEXT], "Because."),
        ("", [PROMPT, EMPTY, text("Because."), CHECK], "Because."),
        ("", [PROMPT, text("Because."), EMPTY, CHECK, NEXT], "Because."),
        ("", [PROMPT, text("A."), EMPTY, CHECK, text("B."), NEXT, text("not this")], "A.\n\nB."),
        ("", [PROMPT, Cell("code", '# Because\n# of this.\nwhy = ""'), CHECK], "Because\nof this."),
        ("", [PROMPT, Cell("code", 'why = ""  # Because.'), CHECK], "Because."),
        (None, [PROMPT, EMPTY, CHECK], ""),
        (7, [PROMPT, EMPTY, CHECK], ""),
        (None, [PROMPT, CHECK, NEXT], ""),
        (None, [PROMPT, Cell("code", "why = (")], ""),
        ("", [EMPTY], ""),
        ("x" * 30_000, [EMPTY], "x" * 20_000),
    ],
)
def test_a_written_answer_is_found(result: object, cells: list[Cell], found: str) -> None:
    assert written_answer(result, cells, "why") == found
