"""What the tools say to an author who has made a mistake."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from coursekit.authoring import notebooks

CONFIG = "repository: {url: https://example.org/course, branch: main}\n"
PAPERS = "@article{bengio1994learning,\n  url = {https://doi.org/10.1109/72.279181}\n}\n"
RIGHT = """# 16. Forgetting

$$ h = w\\, h \\tag{16.1} $$

By (16.1) and (4.2), see [the notes](../book/notes.md#start), (0.5) as in
[Bengio et al. 1994](https://doi.org/10.1109/72.279181) and [a page](https://example.org)."""


@pytest.fixture
def chapter(tmp_path: Path) -> Path:
    (tmp_path / "_config.yml").write_text(CONFIG)
    for folder in ("book", "chapters"):
        (tmp_path / folder).mkdir()
    (tmp_path / "book" / "references.bib").write_text(PAPERS)
    (tmp_path / "book" / "notes.md").write_text("# Notes")
    return tmp_path / "chapters" / "16-forgetting.ipynb"


def write(path: Path, text: str, code: str = "print(1)") -> None:
    cells = [nbformat.v4.new_markdown_cell(text), nbformat.v4.new_code_cell(code)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def about_text(path: Path) -> list[str]:
    return [fault for fault in notebooks.faults(path) if fault.startswith("cell 0")]


def test_references_that_lead_somewhere_are_no_faults(chapter: Path) -> None:
    write(chapter, RIGHT)
    assert about_text(chapter) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("notes.md", "note.md", "a link to ../book/note.md#start, which does not exist"),
        (
            "72.279181",
            "72.1",
            "no entry of book/references.bib has the url https://doi.org/10.1109",
        ),
        ("By (16.1)", "By (16.2)", "(16.2), and no equation has \\tag{16.2}"),
    ],
)
def test_references_that_lead_nowhere_are_named(
    chapter: Path, right: str, wrong: str, said: str
) -> None:
    write(chapter, RIGHT.replace(right, wrong))
    (fault,) = about_text(chapter)
    assert said in fault


def test_what_is_to_be_done_is_a_command_that_does_it(chapter: Path) -> None:
    write(chapter, RIGHT)
    say = "python -m coursekit.authoring.notebooks"
    form, stale = notebooks.faults(chapter)
    assert f"{say} normalise {chapter}" in form
    assert f"{say} execute {chapter}" in stale
    notebooks.write(notebooks.normalise(notebooks.read(chapter), chapter.parents[1]), chapter)
    assert all(said == stale for said in notebooks.faults(chapter))


def test_a_chapter_that_fails_says_why_without_colour_codes_and_stays(chapter: Path) -> None:
    write(chapter, RIGHT, "from coursekit import figures\nfigures.half_live")
    before = chapter.read_bytes()
    with pytest.raises(notebooks.NotebookFault, match="no figure 'half_live'") as fault:
        notebooks.execute(chapter)
    assert f"{chapter} is as it was" in str(fault.value)
    assert "\x1b" not in str(fault.value)
    assert chapter.read_bytes() == before


@pytest.mark.parametrize("asked", [[], ["half_live"]])
def test_an_unknown_figure_is_answered_with_those_there_are(asked: list[str]) -> None:
    command = [sys.executable, "-m", "coursekit.figures.framework", *asked]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "usage: " in done.stderr
    assert "pooling" in done.stderr
    assert "Traceback" not in done.stderr
