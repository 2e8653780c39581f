"""What the commands share: arguments and options, and one line for each fault."""

import errno
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from coursekit.faults import Fault

FAULT = 2  # exit code: nothing was done
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # EFBIG: a limit on the size of files
DISK = (*FULL, errno.EROFS, errno.EACCES, errno.EPERM)  # full, or read-only


def one_line(command: Callable[..., None]) -> Callable[..., None]:
    """Turn every foreseen fault into one line on standard error and an exit code."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except Fault as fault:
            typer.echo(f"coursekit: {fault}", err=True)
            raise typer.Exit(FAULT) from None
        except OSError as error:
            if error.errno not in DISK:
                raise
            what = f"{error.filename}: " if error.filename else ""
            again = "what was written stays; give the same command again once that is put right"
            typer.echo(f"coursekit: {what}{error.strerror}; {again}", err=True)
            raise typer.Exit(FAULT) from None

    return run


Folder = Annotated[Path, typer.Argument(help="The folder that `coursekit grade -o` wrote.")]
Key = Annotated[Path, typer.Argument(help="The solution notebook with the answer key.")]
KeyOption = Annotated[
    Path, typer.Option("--key", help="The solution notebook with the answer key.")
]
Seed = Annotated[
    int | None,
    typer.Option(
        help="The number from which the hidden cases are drawn; by default a random one. "
        "Anyone who guesses it can make the same cases.",
        show_default=False,
    ),
]
Timeout = Annotated[
    float,
    typer.Option(
        help="CPU-seconds that one cell may take; all of a notebook at most 15 times that."
    ),
]
Due = Annotated[
    str,
    typer.Option(
        help="The deadline, for example '2026-11-20 23:59 Europe/Berlin'. "
        "Without a time zone, that of this machine counts."
    ),
]
Late = Annotated[
    str,
    typer.Option(
        help="What lateness costs, for example '10% per day, at most 50%'. "
        "Without --due, it applies to what the platform marks as late."
    ),
]
Extensions = Annotated[
    Path | None,
    typer.Option(help="A CSV file with the columns student and due: deadlines of single students."),
]
Groups = Annotated[
    Path | None,
    typer.Option(
        help="A CSV file with the columns student and group: who hands in one work together."
    ),
]
Scheduler = Annotated[
    str, typer.Option(help="The address of a dask scheduler that distributes the work.")
]
Regrade = Annotated[
    bool, typer.Option("--regrade", help="Grade everything again and report what changed.")
]
Unsafe = Annotated[
    bool,
    typer.Option(
        "--unsafe-no-sandbox",
        help="Grade without the strongest wall, namespaces. "
        "Only for code that you would run yourself.",
    ),
]
