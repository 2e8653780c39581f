"""The command line: execute, normalise and check notebooks."""

from pathlib import Path
from typing import Annotated

import typer

from coursekit.authoring import notebooks
from coursekit.authoring.notebooks.execution import execute
from coursekit.authoring.notebooks.files import NotebookFault, expand, read, repository_root, write
from coursekit.authoring.notebooks.fitness import faults
from coursekit.authoring.notebooks.form import normalise

CPU_BUDGET = 60.0  # CPU-seconds a notebook may take on one thread
BUDGET_SLACK = 1.5  # shared machines are slower than the one a chapter was written on

# \b: a paragraph whose lines click must not join.
HELP = (notebooks.__doc__ or "").replace("::\n\n", ":\n\n\b\n").replace("``", "")
app = typer.Typer(add_completion=False, no_args_is_help=True, help=HELP, rich_markup_mode=None)
Paths = Annotated[list[Path], typer.Argument(help="notebooks, or folders of them")]


@app.command("execute")
def execute_command(paths: Paths) -> None:
    """Run notebooks in fresh kernels and store their outputs."""
    over = False
    for path in expand(paths):
        spent = execute(path)
        over |= spent > CPU_BUDGET * BUDGET_SLACK
        print(f"{path}: {spent:.1f} CPU-seconds (budget {CPU_BUDGET:.0f})", flush=True)
    raise typer.Exit(int(over))


@app.command("normalise")
def normalise_command(paths: Paths) -> None:
    """Bring notebooks into normal form without running them."""
    for path in expand(paths):
        write(normalise(read(path), repository_root(path.parent)), path)


@app.command("check")
def check_command(paths: Paths) -> None:
    """Fail when a notebook is not fit to be committed."""
    bad, found = 0, expand(paths)
    for path in found:
        for fault in faults(path):
            print(f"{path}: {fault}")
            bad += 1
    if not bad:
        print(f"fit to be committed: {len(found)} notebook{'s' * (len(found) > 1)}")
    raise typer.Exit(int(bad > 0))


def main() -> None:
    """Run the command line; a fault is one line, not a traceback."""
    try:
        app()
    except NotebookFault as fault:
        raise SystemExit(str(fault)) from fault


if __name__ == "__main__":
    main()
