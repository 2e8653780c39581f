"""The ``coursekit`` command: each command is a thin call into a room of the package."""

import typer

from coursekit.grading import commands

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Release exercises, check a notebook, grade a class.",
)


commands.register(app)


@app.callback()
def options() -> None:
    """Release exercises, check a notebook, grade a class."""


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
