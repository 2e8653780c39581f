"""The ``coursekit`` command: each command is a thin call into a room of the package."""

from pathlib import Path
from typing import Annotated

import typer

from coursekit.grading import commands

FAULT = 2  # exit code: nothing was done
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
def check(
    notebook: Annotated[Path, typer.Argument(help="Your notebook, as downloaded.")],
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="All feedback, not only points.")
    ] = False,
) -> None:
    """Check a whole exercise notebook with its public cases.

    Example: `coursekit check 02-perplexity.ipynb`

    The exit code is 0 only when every question is solved.
    """
    from rich.console import Console
    from rich.table import Table

    from coursekit.checks.whole import NotebookFault, Report, check_notebook

    console = Console()
    report = None
    try:
        with console.status("reading") as status:
            for progress in check_notebook(notebook):
                if isinstance(progress, Report):
                    report = progress
                else:
                    status.update(progress)
    except NotebookFault as fault:
        typer.echo(f"coursekit: {fault}", err=True)
        raise typer.Exit(FAULT) from None
    assert report is not None
    table = Table(title=report.exercise, title_justify="left")
    table.add_column("question")
    table.add_column("points", justify="right")
    table.add_column("")
    for feedback in report.feedback:
        earned = f"{feedback.points:g} of {feedback.worth:g}"
        mark = feedback.state
        if feedback.name in report.written:
            earned, mark = "", "a person reads it"
        table.add_row(feedback.name, earned, mark)
    table.add_row("together", f"{report.points:g} of {report.worth:g}", "", style="bold")
    console.print(table)
    marked = [f for f in report.feedback if f.name not in report.written]
    for cell in report.faults:
        console.print(
            f"Code cell {cell.cell + 1} does not run: {cell}", markup=False, soft_wrap=True
        )
    if not verbose and any(f.state in ("wrong", "partly right") for f in marked):
        console.print(
            f"What is wrong: coursekit check --verbose {notebook}", markup=False, soft_wrap=True
        )
    if verbose:
        for feedback in report.feedback:
            if not feedback.passed:
                console.print(f"\n{feedback!r}", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(0 if report.points == report.worth else UNFINISHED)


@app.command()
def release(
    sources: Annotated[list[Path], typer.Argument(help="Solution notebooks.")],
) -> None:
    """Make the students' notebooks and the recorded cases from solution sources.

    Example: `coursekit release solutions/*.ipynb`

    An exercise whose checks would not do their work is refused, with every reason.
    """
    from coursekit.authoring.key import KeyFault
    from coursekit.authoring.notebooks import NotebookFault
    from coursekit.authoring.release import ReleaseRefused
    from coursekit.authoring.release import release as make

    refused = False
    for source in sources:
        try:
            for written in make(source):
                typer.echo(f"wrote {_from_here(written)}")
        except (KeyFault, NotebookFault, ReleaseRefused) as fault:
            typer.echo(f"coursekit: {fault}", err=True)
            refused = True
    raise typer.Exit(FAULT if refused else 0)


@app.command()
def nbgrader(
    key: Annotated[Path, typer.Argument(help="A solution notebook.")],
    course: Annotated[Path, typer.Option("--course", help="Folder of the nbgrader course.")],
    seed: Annotated[int | None, typer.Option(help="Of the hidden cases; else random.")] = None,
) -> None:
    """Make an nbgrader assignment: solutions, points and hidden cases.

    Example: `coursekit nbgrader solutions/02-perplexity.ipynb --course course`

    Then, in the course's folder, `nbgrader generate_assignment 02-perplexity`.
    """
    import secrets

    from coursekit.authoring.key import KeyFault
    from coursekit.authoring.nbgrader import write_source
    from coursekit.authoring.notebooks import NotebookFault

    seed = secrets.randbits(48) if seed is None else seed
    try:
        typer.echo(f"wrote {write_source(key, course, seed)}, hidden cases of seed {seed}")
    except (KeyFault, NotebookFault) as fault:
        typer.echo(f"coursekit: {fault}", err=True)
        raise typer.Exit(FAULT) from None


def _from_here(path: Path) -> Path:
    """A path as one would type it here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


@app.command("sample-class")
def sample(
    folder: Annotated[Path, typer.Argument(help="A new folder for submissions and roster.")],
    key: Annotated[Path, typer.Option("--key", help="A solution notebook.")],
    students: Annotated[int, typer.Option(min=1, max=600, help="Size of the class.")] = 60,
) -> None:
    """Make a class to try the grader on: right, wrong, broken and hostile notebooks.

    Example: `coursekit sample-class demo --key solutions/02-perplexity.ipynb`
    """
    from coursekit.authoring.key import KeyFault
    from coursekit.authoring.sample_class import SampleFault, sample_class

    try:
        group = sample_class(key, folder, students)
    except (KeyFault, SampleFault) as fault:
        typer.echo(f"coursekit: {fault}", err=True)
        raise typer.Exit(FAULT) from None
    typer.echo(f"{len(group)} students in {folder}/submissions, their names in {folder}/roster.csv")


commands.register(app)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
