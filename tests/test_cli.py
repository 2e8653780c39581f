"""The command line as a student and an author use it."""

from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from coursekit.cli import app

ROOT = Path(__file__).parents[1]
SOLVED = sorted((ROOT / "solutions").glob("*.ipynb"))[0]


def run(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments], env={"COLUMNS": "100"})


def test_check_gives_full_points_to_a_solved_notebook_and_none_to_the_starter() -> None:
    solved, starter = run("check", SOLVED), run("check", ROOT / "exercises" / SOLVED.name)
    assert solved.exit_code == 0
    assert " solved " in solved.stdout
    assert " not written yet " not in solved.stdout
    assert starter.exit_code == 1
    assert " not written yet " in starter.stdout
    assert " solved " not in starter.stdout
    assert "--verbose" not in solved.stdout + starter.stdout


WRONG = {
    "def perplexity(": ("return 1 / np.prod(p)", "│ 1 of 4 │ partly right"),
    "def next_word_losses(": ("return 3", "│ 0 of 3 │ wrong"),
    "def pooled_perplexity(": ("return 1 +* 2", "│ 0 of 3 │ not defined"),
}


def test_check_tells_wrong_from_unwritten_and_where_to_read_more(tmp_path) -> None:
    nb = nbformat.read(ROOT / "exercises" / "02-perplexity.ipynb", as_version=4)
    for cell in nb.cells:
        for head, (body, _) in WRONG.items():
            if cell.source.startswith(head):
                cell.source = cell.source.splitlines()[0] + f"\n    {body}"
    nbformat.write(nb, tmp_path / "mine.ipynb")
    said = " ".join(run("check", tmp_path / "mine.ipynb").stdout.split())
    for _, row in WRONG.values():
        assert row in said
    assert "does not run: SyntaxError: invalid syntax, line 2 What is wrong" in said
    assert f"What is wrong: coursekit check --verbose {tmp_path}/mine.ipynb" in said


def test_check_names_a_cell_that_does_not_run_and_judges_the_rest(tmp_path) -> None:
    nb = nbformat.read(SOLVED, as_version=4)
    nb.cells.insert(3, nbformat.v4.new_code_cell("for for for"))
    nbformat.write(nb, tmp_path / "mine.ipynb")
    result = run("check", tmp_path / "mine.ipynb")
    assert result.exit_code == 0
    assert "does not run: SyntaxError" in result.stdout


def test_check_is_not_misled_by_a_name_within_another_name(monkeypatch, tmp_path) -> None:
    from coursekit.checks import whole

    known = {"top_k": ("11-generation", {}), "top_k_accuracy": ("16-measures", {})}
    monkeypatch.setattr(whole, "index", lambda: known)
    monkeypatch.setattr(whole, "from_record", lambda record, exercise: exercise)
    assert whole.exercise_of(["def top_k_accuracy(y):", "pass"]) == ["16-measures"]


def test_check_verbose_shows_the_feedback(tmp_path) -> None:
    result = run("check", "-v", ROOT / "exercises" / SOLVED.name)
    assert "raise NotImplementedError" in result.stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "no such file"),
        ("<html>", "a web page"),
        (nbformat.writes(nbformat.v4.new_notebook()), "no question"),
    ],
)
def test_check_says_in_one_line_what_is_wrong_with_the_file(text, says, tmp_path) -> None:
    path = tmp_path / "mine.ipynb"
    if text is not None:
        path.write_text(text)
    result = run("check", path)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_release_refuses_what_is_no_solution_source(tmp_path) -> None:
    (tmp_path / "_config.yml").write_text("repository: {url: https://example.org/x}\n")
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "empty.ipynb")
    result = run("release", tmp_path / "empty.ipynb")
    assert result.exit_code == 2
    assert "no question" in result.stderr
