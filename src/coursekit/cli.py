"""The ``coursekit`` command: each command is a thin call into a room of the package."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coursekit.faults import Fault
from coursekit.grading import commands
from coursekit.grading.options import FAULT, Key, KeyOption, Seed, one_line

if TYPE_CHECKING:  # a command loads what it needs when it is given
    from rich.console import Console
    from rich.table import Table

    from coursekit.checks.whole import Report

UNFINISHED = 1  # exit code: not every question is solved

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Release exercises, check a notebook, grade a class.",
)


@app.callback()
def options() -> None:
    """Release exercises, check a notebook, grade a class."""


@app.command()
@one_line
def check(
    notebook: Annotated[Path, typer.Argument(help="Your notebook, as downloaded.")],
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show all feedback, not only the points.")
    ] = False,
) -> None:
    """Check a whole exercise notebook with its public cases.

    Example: `coursekit check 02-perplexity.ipynb`

    The exit code is 0 only when every question is solved.
    """
    from rich.console import Console

    console = Console()
    report = _run_check(notebook, console)
    console.print(_points(report))
    for cell in report.faults:
        text = f"Code cell {cell.cell + 1} does not run: {cell}"
        console.print(text, markup=False, soft_wrap=True)
    if verbose:
        for feedback in report.feedback:
            if not feedback.passed:
                console.print(f"\n{feedback!r}", markup=False, highlight=False, soft_wrap=True)
    elif any(
        f.state in ("wrong", "partly right") and f.name not in report.written
        for f in report.feedback
    ):
        text = f"What is wrong: coursekit check --verbose {notebook}"
        console.print(text, markup=False, soft_wrap=True)
    raise typer.Exit(0 if report.points == report.worth else UNFINISHED)


def _run_check(notebook: Path, console: "Console") -> "Report":
    """Check a notebook, and say meanwhile what is being done."""
    from coursekit.checks.whole import Report, check_notebook

    with console.status("reading") as status:
        for progress in check_notebook(notebook):
            if isinstance(progress, Report):
                return progress
            status.update(progress)
    raise AssertionError("check_notebook yields a report last")


def _points(report: "Report") -> "Table":
    """A line a question: points and what became of it."""
    from rich.table import Table

    table = Table(title=report.exercise, title_justify="left")
    table.add_column("question")
    table.add_column("points", justify="right")
    table.add_column("")
    for feedback in report.feedback:
        if feedback.name in report.written:
            table.add_row(feedback.name, "", "a person reads it")
        else:
            earned = f"{feedback.points:g} of {feedback.worth:g}"
            table.add_row(feedback.name, earned, feedback.state)
    table.add_row("together", f"{report.points:g} of {report.worth:g}", "", style="bold")
    return table


@app.command()
def release(
    sources: Annotated[list[Path], typer.Argument(help="Solution notebooks.")],
    last_hints: Annotated[
        bool, typer.Option(help="Let students open the hints that are most of an answer.")
    ] = True,
) -> None:
    """Make the students' notebooks and the recorded cases from solution sources.

    Example: `coursekit release solutions/*.ipynb`

    An exercise whose checks would not do their work is refused, with every reason.
    """
    from coursekit.authoring.release import release as make

    refused = False
    for source in sources:
        try:
            for written in make(source, last_hints):
                typer.echo(f"wrote {_from_here(written)}")
        except Fault as fault:
            typer.echo(f"coursekit: {fault}", err=True)
            refused = True
    raise typer.Exit(FAULT if refused else 0)


@app.command()
@one_line
def nbgrader(
    key: Key,
    course: Annotated[Path, typer.Option("--course", help="The folder of the nbgrader course.")],
    seed: Seed = None,
) -> None:
    """Make an nbgrader assignment: solutions, points and hidden cases.

    Example: `coursekit nbgrader solutions/02-perplexity.ipynb --course course`

    Then, in the course's folder, `nbgrader generate_assignment 02-perplexity`.
    """
    import secrets

    from coursekit.authoring.nbgrader import write_source

    seed = secrets.randbits(48) if seed is None else seed
    typer.echo(f"wrote {write_source(key, course, seed)}, hidden cases of seed {seed}")


def _from_here(path: Path) -> Path:
    """A path as one would type it here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


@app.command()
@one_line
def address(
    repository: Annotated[str, typer.Argument(help="The repository on GitHub: owner/name.")],
    site: Annotated[
        str, typer.Option(help="Where the book is published, if not on GitHub's page.")
    ] = "",
) -> None:
    """Tell the course where it is published: configuration, set-up cells and links to Colab.

    Example: `coursekit address our-school/rnn`

    Says what it changed. Until it has been given, no page of the book has a link to Colab or to the
    repository.
    """
    from coursekit.authoring.address import set_address
    from coursekit.authoring.notebooks.files import repository_root

    changed = list(set_address(repository_root(Path.cwd()), repository, site))
    for path, lines in changed:
        typer.echo(f"{_from_here(path)}: {lines} line{'s' * (lines > 1)}")
    typer.echo(f"{len(changed)} files changed" if changed else "That is the address already.")


@app.command("sample-class")
@one_line
def sample(
    folder: Annotated[Path, typer.Argument(help="A new folder for submissions and roster.")],
    key: KeyOption,
    students: Annotated[
        int, typer.Option(min=1, max=600, help="How many students there are.")
    ] = 60,
) -> None:
    """Make a class to try the grader on: right, wrong, broken and hostile notebooks.

    Example: `coursekit sample-class demo --key solutions/02-perplexity.ipynb`
    """
    from coursekit.authoring.sample_class import sample_class

    group = sample_class(key, folder, students)
    typer.echo(f"{len(group)} students in {folder}/submissions, their names in {folder}/roster.csv")


commands.register(app)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
