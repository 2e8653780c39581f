"""The grading commands of ``coursekit``: thin calls, one progress bar, one line for each fault."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coursekit.grading.marks.record import RecordsFault
from coursekit.grading.options import (
    Due,
    Extensions,
    Folder,
    Groups,
    Key,
    KeyOption,
    Late,
    Regrade,
    Scheduler,
    Seed,
    Timeout,
    Unsafe,
    one_line,
)
from coursekit.grading.platforms import Platform
from coursekit.grading.platforms.gradescope import Visibility

if TYPE_CHECKING:  # what grades is loaded only when something is graded
    from coursekit.grading.grade import Outcome, Progress

INCOMPLETE = 1  # exit code: not everything was graded
HELD_BACK = {  # what held student code back, by the level of the walls
    "landlock": "Landlock and the system-call filter alone held student code back",
    "none": "nothing held student code back",
}


@one_line
def grade(
    submissions: Annotated[
        Path, typer.Argument(help="The folder or zip that holds what was handed in.")
    ],
    key: KeyOption,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="The folder to write marks and pages to.")
    ],
    roster: Annotated[
        Path | None, typer.Option(help="The class list, a CSV file with a header.")
    ] = None,
    seed: Seed = None,
    jobs: Annotated[
        int, typer.Option(help="How many submissions run at a time; 0 means one per processor.")
    ] = 0,
    timeout: Timeout = 20.0,
    due: Due = "",
    late: Late = "",
    extensions: Extensions = None,
    groups: Groups = None,
    scheduler: Scheduler = "",
    regrade: Regrade = False,
    unsafe: Unsafe = False,
) -> None:
    """Grade a class.

    Examples:
        coursekit grade downloads/ --key solutions/02-perplexity.ipynb -o grades/

        coursekit grade canvas.zip --key solutions/02-perplexity.ipynb -o grades/ --roster class.csv

    A run that was stopped goes on where it was when the same command is given again.
    """
    from coursekit.grading.grade import GradeSettings
    from coursekit.grading.grade import grade as run

    settings = GradeSettings(
        submissions,
        key,
        out,
        roster=roster,
        seed=seed,
        jobs=jobs,
        timeout=timeout,
        due=due,
        late=late,
        extensions=extensions,
        groups=groups,
        scheduler=scheduler,
        regrade=regrade,
        unsafe=unsafe,
    )
    with _progress_bar() as show:
        outcome = run(settings, show)
    _say(outcome, out)
    if not outcome.complete:
        raise typer.Exit(INCOMPLETE)


@contextmanager
def _progress_bar() -> "Iterator[Progress]":
    """A bar on standard error, and the function that moves it."""
    from rich import progress
    from rich.console import Console

    columns = (
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        progress.TextColumn("{task.description}"),
    )
    with progress.Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("getting warm", total=None)

        def show(done: int, total: int, student: str) -> None:
            bar.update(task, completed=done, total=total, description=student)

        yield show
        bar.update(task, description="")


def _say(outcome: "Outcome", out: Path) -> None:
    """Print what a run did."""
    for line in (*outcome.problems, *outcome.remarks):
        typer.echo(line)
    for c in outcome.changes:
        typer.echo(f"{c.student}: {c.question}: {c.before:g} -> {c.after:g} ({c.why})")
    if outcome.level != "full":
        typer.echo(f"graded WITHOUT a sandbox: {HELD_BACK[outcome.level]}; every result says so")
    typer.echo(
        f"{outcome.graded} of {len(outcome.records)} graded, {outcome.fresh} now: "
        f"{out / 'report.html'}"
    )


@one_line
def report(
    grades: Folder,
    marks: Annotated[
        Path | None, typer.Option(help="A marking sheet that has been filled in, to take over.")
    ] = None,
    earlier: Annotated[
        Path | None,
        typer.Option(help="The grades folder of an earlier run, for the report to compare with."),
    ] = None,
) -> None:
    """Rebuild grades.csv, the feedback pages, the class report and the marking sheet.

    Examples:
        coursekit report grades/

        coursekit report grades/ --marks grades/marking.csv

        coursekit report grades/ --earlier last-year/grades/
    """
    from coursekit.grading.marks.ledger import REGRADING, load
    from coursekit.grading.marks.lock import is_unfinished
    from coursekit.grading.marks.marking import merge, notices
    from coursekit.grading.marks.record import too_low
    from coursekit.grading.reporting.report import rebuild
    from coursekit.grading.reporting.words import count

    if marks is not None:
        merged = merge(grades, marks)
        typer.echo(f"{count(merged.marked, 'written answer')} marked")
        for line in merged.replaced:
            typer.echo(line)
    written = rebuild(grades, earlier)
    book = load(grades)
    if is_unfinished(grades) or (grades / REGRADING).exists():
        typer.echo(f"{grades}: grading was stopped; give `coursekit grade` again first")
    for line in (*too_low(book.records), *notices(book)):
        typer.echo(line)
    typer.echo(f"{len(written)} files: {grades / 'report.html'}")


@one_line
def mark(grades: Folder) -> None:
    """Open the marking desk: a page in the browser on which answers are read and marked.

    Written answers stand side by side, similar ones together, without names; every mark is kept as
    soon as it is given. Answers that the cases judged can be set right there, with a reason.

    Example:
        coursekit mark grades/
    """
    try:
        from coursekit.grading.desk.server import serve
    except ModuleNotFoundError as error:
        if error.name != "tornado":
            raise
        raise RecordsFault("the marking desk needs one more package: pip install tornado") from None
    serve(grades, typer.echo)


@one_line
def history(
    grades: Folder,
    student: Annotated[str, typer.Argument(help="The student, as grades.csv names them.")],
) -> None:
    """Say how a student's marks came about: every change, when and why.

    Example:
        coursekit history grades/ ada
    """
    from coursekit.grading.reporting.story import story

    for line in story(grades, student):
        typer.echo(line)


@one_line
def export(
    grades: Folder,
    to: Annotated[Platform, typer.Option("--to", help="The platform that the marks are for.")],
    maximum: Annotated[
        float | None,
        typer.Option(help="The platform's maximum, to which the points are scaled."),
    ] = None,
    column: Annotated[
        str,
        typer.Option(
            help="The heading of the assignment's column on Canvas, Brightspace or Blackboard, "
            "for example 'Homework 2 (777)'; by default the exercise's title."
        ),
    ] = "",
) -> None:
    """Write the marks in a platform's format, and say what it will take them for.

    For Moodle and Canvas, whose own downloads say whose each file is, students' feedback pages are
    written as well, in a zip that the platform takes back.

    Examples:
        coursekit export grades/ --to canvas

        coursekit export grades/ --to moodle --maximum 100

        coursekit export grades/ --to canvas --column "Homework 2 (777)"
    """
    from coursekit.grading.platforms.exports import export as run
    from coursekit.grading.platforms.exports import remarks

    written = run(grades, to, maximum, column)
    for line in remarks(grades, to, maximum):
        typer.echo(line)
    if not written:
        typer.echo("nothing to export")
    elif len(written) == 1:
        typer.echo(f"wrote {written[0]}")
    else:
        typer.echo(f"wrote {len(written)} files in {written[0].parent}")


@one_line
def gradescope(
    key: Key,
    out: Annotated[Path, typer.Option("-o", "--out", help="The zip to write.")],
    seed: Seed = None,
    timeout: Timeout = 20.0,
    visibility: Annotated[
        Visibility, typer.Option(help="When students see what the hidden cases say.")
    ] = Visibility.AFTER_DUE_DATE,
    torch_index: Annotated[
        str,
        typer.Option(
            help="The address of torch's CPU builds, which pytorch.org names. "
            "They make the image 2 GB smaller."
        ),
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
    out: Annotated[
        Path, typer.Option("-o", "--out", help="A new folder for the starter repository.")
    ],
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

    Also which Python and packages student code meets here, and what Colab has instead.

    Example:
        coursekit doctor
    """
    from coursekit.grading.box.levels import best_level, layers
    from coursekit.grading.box.packages import packages, python

    for package in (python(), *packages()):
        typer.echo(f"{'yes' if package.here else 'NO ':4}{package.name}: {package.says}")
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
    for command in (grade, report, mark, history, export, gradescope, classroom, doctor):
        app.command()(command)
