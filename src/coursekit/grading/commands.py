"""The grading commands of ``coursekit``: thin calls, one progress bar, one line for each fault."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

FAULT = 2  # exit code: nothing was done
INCOMPLETE = 1  # exit code: not everything was graded


def one_line(command: Callable[..., None]) -> Callable[..., None]:
    """Turn every foreseen fault into one line on standard error and an exit code."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        from coursekit.authoring.key import KeyFault
        from coursekit.grading.box.levels import NoWalls
        from coursekit.grading.box.worker import BoxFault
        from coursekit.grading.intake.collect import IntakeFault
        from coursekit.grading.intake.roster import RosterFault
        from coursekit.grading.marks.late import RuleFault
        from coursekit.grading.marks.ledger import RecordsFault
        from coursekit.grading.marks.marking import MarkingFault

        ours = (BoxFault, IntakeFault, KeyFault, MarkingFault, NoWalls, RecordsFault)
        try:
            command(*args, **kwargs)
        except (*ours, RosterFault, RuleFault) as fault:
            typer.echo(f"coursekit: {fault}", err=True)
            raise typer.Exit(FAULT) from None

    return run


Folder = Annotated[Path, typer.Argument(help="The folder that `coursekit grade -o` wrote.")]


@one_line
def grade(
    submissions: Annotated[Path, typer.Argument(help="Folder or zip of what was handed in.")],
    key: Annotated[Path, typer.Option("--key", help="The solution notebook with the answer key.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for marks and pages.")],
    roster: Annotated[Path | None, typer.Option(help="Class list, CSV.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of the cases; by default random.")] = None,
    jobs: Annotated[int, typer.Option(help="Submissions at a time; 0 is one a processor.")] = 0,
    timeout: Annotated[float, typer.Option(help="Seconds a cell may compute.")] = 20.0,
    due: Annotated[str, typer.Option(help="Deadline, such as 2026-11-20T23:59.")] = "",
    late: Annotated[str, typer.Option(help="Such as '10% per day, at most 50%'.")] = "",
    scheduler: Annotated[str, typer.Option(help="Address of a dask scheduler.")] = "",
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Grade all again; say who changed.")
    ] = False,
    unsafe: Annotated[
        bool, typer.Option("--unsafe-no-sandbox", help="Grade without namespaces: code you trust.")
    ] = False,
) -> None:
    """Grade a class.

    Examples:
        coursekit grade downloads/ --key solutions/02-perplexity.ipynb -o grades/

        coursekit grade canvas.zip --key solutions/02-perplexity.ipynb -o grades/ --roster class.csv

    A run that was stopped goes on where it was when the same command is given again.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from coursekit.grading.grade import Settings
    from coursekit.grading.grade import grade as run

    settings = Settings(
        submissions, key, out, roster, seed, jobs, timeout, due, late, scheduler, regrade, unsafe
    )
    console = Console(stderr=True)
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("getting warm", total=None)

        def show(done: int, total: int, student: str) -> None:
            bar.update(task, completed=done, total=total, description=student)

        outcome = run(settings, show)
        bar.update(task, description="")
    for line in outcome.problems:
        typer.echo(line)
    for change in outcome.changes:
        typer.echo("{student}: {question}: {before:g} -> {after:g} ({why})".format(**change))
    if outcome.level != "full":
        left = "with no walls" if outcome.level == "none" else "behind Landlock and seccomp only"
        typer.echo(f"graded WITHOUT a sandbox, {left}; every result says so")
    graded = sum(r["status"] == "graded" for r in outcome.records)
    typer.echo(
        f"{graded} of {len(outcome.records)} graded, {outcome.fresh} now: {out / 'report.html'}"
    )
    if not outcome.complete:
        raise typer.Exit(INCOMPLETE)


@one_line
def report(
    grades: Folder,
    marks: Annotated[
        Path | None, typer.Option(help="A filled-in marking sheet to take over first.")
    ] = None,
) -> None:
    """Rebuild grades.csv, the feedback pages, the class report and the marking sheet.

    Examples:
        coursekit report grades/

        coursekit report grades/ --marks grades/marking.csv
    """
    from coursekit.grading.marks.marking import merge
    from coursekit.grading.reporting.report import write_pages

    if marks is not None:
        typer.echo(f"{merge(grades, marks)} written answers marked")
    typer.echo(f"{len(write_pages(grades))} files: {grades / 'report.html'}")


@one_line
def export(
    grades: Folder,
    to: Annotated[str, typer.Option("--to", help="canvas, moodle, gradescope or nbgrader.")],
) -> None:
    """Write the marks in a platform's import format.

    Example:
        coursekit export grades/ --to canvas
    """
    from coursekit.grading.marks.ledger import RecordsFault
    from coursekit.grading.platforms.exports import FORMATS
    from coursekit.grading.reporting.report import export as run

    if to not in FORMATS:
        raise RecordsFault(f"--to {to}: one of {', '.join(FORMATS)}")
    written = run(grades, to)
    if not written:
        typer.echo("nothing to export")
    elif len(written) == 1:
        typer.echo(f"wrote {written[0]}")
    else:
        typer.echo(f"wrote {len(written)} files in {written[0].parent}")


@one_line
def gradescope(
    key: Annotated[Path, typer.Argument(help="The solution notebook with the answer key.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The zip to write.")],
    seed: Annotated[int | None, typer.Option(help="Of the cases; by default random.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds a cell may compute.")] = 20.0,
    visibility: Annotated[
        str, typer.Option(help="When students see what failed: visible, after_due_date, …")
    ] = "after_due_date",
    torch_index: Annotated[
        str, typer.Option(help="Address of CPU builds of torch (pytorch.org names it); saves 2 GB.")
    ] = "",
) -> None:
    """Make an autograder zip for a Gradescope programming assignment.

    Example:
        coursekit gradescope solutions/02-perplexity.ipynb -o autograder.zip
    """
    from coursekit.grading.platforms.gradescope.bundle import write_bundle

    exam = write_bundle(
        key, out, seed=seed, timeout=timeout, visibility=visibility, torch_index=torch_index
    )
    written = sum(i.question.points for i in exam.items if i.question.kind == "text")
    typer.echo(f"{out}: {exam.title}, {exam.possible - written:g} points")
    if written:
        typer.echo(f"{written:g} more points are for written answers: mark them in Gradescope")


@one_line
def classroom(
    exercise: Annotated[Path, typer.Argument(help="An exercise notebook, as students get it.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="A new folder: the starter repository.")],
) -> None:
    """Make a starter repository for a GitHub Classroom assignment, checked on every push.

    Example:
        coursekit classroom exercises/02-perplexity.ipynb -o starter
    """
    from coursekit.grading.platforms.github_starter import write_starter

    for path in write_starter(exercise, out):
        typer.echo(f"wrote {path}")


def doctor() -> None:
    """Say which walls this machine can put up around student code, and what to install.

    Example:
        coursekit doctor
    """
    from coursekit.grading.box.levels import best_level, layers

    found = layers()
    for layer in found:
        typer.echo(f"{'yes' if layer.works else 'NO ':4}{layer.name}: {layer.says}")
    level = best_level(found)
    meaning = {
        "full": "full walls: namespaces, limits, Landlock, seccomp",
        "landlock": "Landlock and seccomp only, no namespaces",
        "none": "no walls",
    }
    typer.echo(meaning[level])
    if level != "full":
        typer.echo("`coursekit grade` refuses here unless told --unsafe-no-sandbox")
        raise typer.Exit(INCOMPLETE)


def register(app: typer.Typer) -> None:
    """Add the grading commands to the app."""
    for command in (grade, report, export, gradescope, classroom, doctor):
        app.command()(command)
