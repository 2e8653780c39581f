"""The pages for teachers: every link leads somewhere, every figure is there, minutes add up."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\]\(([^)#]+)(?:#([^)]+))?\)")
ROW = re.compile(r"^\|(?!-)(.*)\|$", re.MULTILINE)
TIME = re.compile(r"\*\*Reading time\*\* (\d+) minutes")
QUESTION = re.compile(r"## Question (\d+\.\d+):[^\n]*\n\n\*[^·]* · (\d+) minutes?")


@cache
def text(path: Path, kind: str = "markdown") -> str:
    """The text of a page or of the cells of a notebook."""
    if path.suffix == ".md":
        return path.read_text("utf8")
    cells = json.loads(path.read_text("utf8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == kind)


def anchors(path: Path) -> set[str]:
    """The ids of a page's headings, as the book makes them."""
    headings = re.findall(r"^#{1,4} (.*)$", text(path), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def tables(page: str) -> dict[str, list[list[str]]]:
    """The rows of the plan below each heading of a page, its head left out."""
    found = {}
    for part in text(ROOT / "book" / page).split("\n## ")[1:]:
        rows = [[cell.strip() for cell in row.split("|")] for row in ROW.findall(part)]
        if len(rows) > 1 and len(rows[0]) >= 5:
            found[part.splitlines()[0]] = rows[1:]
    return found


def linked(cell: str) -> Path:
    link = LINK.search(cell)
    assert link, cell
    return (ROOT / "book" / link[1]).resolve()


@pytest.mark.parametrize("page", ["teaching.md", "ways.md"])
def test_every_link_leads_to_a_heading_and_every_figure_is_there(page: str) -> None:
    assert LINK.findall(text(ROOT / "book" / page))
    for address, anchor in LINK.findall(text(ROOT / "book" / page)):
        target = (ROOT / "book" / address).resolve()
        assert target.is_file(), address
        assert not anchor or anchor in anchors(target), f"{address}#{anchor}"
    for row in (row for rows in tables(page).values() for row in rows if "[" in " ".join(row)):
        chapter = linked(next(cell for cell in row if "[" in cell))
        for figure in re.findall(r"`(\w+)`", row[3]):
            assert f"figures.{figure}(" in text(chapter, "code"), f"{chapter.name}: {figure}"


@pytest.mark.parametrize(
    ("page", "plan"),
    [("teaching.md", "Two hours"), ("ways.md", "Two hours, without gradients")],
)
def test_a_lecture_takes_two_hours(page: str, plan: str) -> None:
    passed = 0
    for begins, minutes, *_ in tables(page)[plan]:
        assert int(begins) == passed
        passed += int(minutes)
    assert passed == 120


@pytest.mark.parametrize(
    "plan", [plan for plan in tables("ways.md") if not plan.startswith("Two hours")]
)
def test_the_minutes_of_a_course_are_those_that_its_pages_state(plan: str) -> None:
    *rows, total = tables("ways.md")[plan]
    sums = [0, 0]
    for _, chapter, reading, _, asked, working in rows:
        stated = TIME.search(text(linked(chapter)))
        assert stated, chapter
        assert int(stated[1]) == int(reading), chapter
        minutes = dict(QUESTION.findall(text(linked(asked))))
        names = re.findall(r"\d+\.\d+", asked.split("](")[0])
        assert sum(int(minutes[name]) for name in names) == int(working), asked
        sums = [sums[0] + int(reading), sums[1] + int(working)]
    assert [int(total[2]), int(total[5])] == sums
    weeks = [int(row[0]) for row in rows]
    assert weeks == sorted(weeks)
    assert set(weeks) == set(range(1, weeks[-1] + 1))
