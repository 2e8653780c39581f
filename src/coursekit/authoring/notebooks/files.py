"""Notebooks as files: find, read and write them."""

from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from coursekit.authoring.source import KeyFault, read_source
from coursekit.faults import Fault


class NotebookFault(Fault):
    """A notebook cannot be read or run; the message says which and what to do."""


def repository_root(start: Path) -> Path:
    """The folder at or above ``start`` that holds ``_config.yml``."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / "_config.yml").is_file():
            return folder
    raise NotebookFault(f"{start}: no _config.yml in this folder or above it")


def expand(paths: Iterable[Path]) -> list[Path]:
    """Notebooks among ``paths``; a folder stands for the notebooks in it."""
    found = [n for p in paths for n in (sorted(p.glob("*.ipynb")) if p.is_dir() else [p])]
    missing = [str(p) for p in found if not p.is_file()]
    if missing:
        raise NotebookFault(f"no such notebook: {', '.join(missing)}")
    return found


def read(path: Path) -> NotebookNode:
    """Read a notebook as nbformat 4.5.

    Raises:
        NotebookFault: there is none.
    """
    try:
        return read_source(path)
    except KeyFault as fault:
        raise NotebookFault(str(fault)) from fault


def write(nb: NotebookNode, path: Path) -> None:
    """Write a notebook with sorted keys and a final newline, replacing the file in one step."""
    scratch = path.with_suffix(".ipynb.part")
    scratch.write_text(nbformat.writes(nb, version=4) + "\n", "utf8")
    scratch.replace(path)
