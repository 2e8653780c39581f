"""What keeps a notebook from being committed: all that a reader, Colab or nbval would trip over."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from coursekit.authoring import references
from coursekit.authoring.notebooks.files import read, repository_root
from coursekit.authoring.notebooks.form import normalise, source_hash
from coursekit.authoring.notebooks.numbers import unprinted

SCREEN = 45  # lines of one code cell
MYST = re.compile(r"^(```|:::)\{|(?<!`)\{[a-z:-]+\}`", re.MULTILINE)
WIDGET = "application/vnd.jupyter.widget-view+json"
IMAGES = ("image/png", "image/jpeg", "image/svg+xml")


def faults(path: Path) -> Iterator[str]:
    """Everything that is wrong with a committed notebook, one line each."""
    nb, root = read(path), repository_root(path.parent)
    released = path.resolve().parent.name == "exercises"
    twin = normalise(read(path), root)
    if nbformat.writes(nb, version=4) != nbformat.writes(twin, version=4):
        yield f"not in normal form: run `python -m coursekit.authoring.notebooks normalise {path}`"
    if not released and nb.metadata.get("coursekit", {}).get("source_hash") != source_hash(nb):
        yield f"outputs are stale: run `python -m coursekit.authoring.notebooks execute {path}`"
    for number, cell in enumerate(nb.cells):
        for fault in cell_faults(cell):
            yield f"cell {number}: {fault}"
    yield from references.faults(nb, path.parent, root)
    yield from unprinted(nb, path)


def cell_faults(cell: NotebookNode) -> Iterator[str]:
    """What is wrong with one cell."""
    if cell.cell_type == "markdown":
        text = re.sub(r"(`+)[^`]+?\1(?!`)", "", cell.source)
        if MYST.search(cell.source) and MYST.search(text):
            yield "MyST syntax, which Colab and GitHub show raw"
        return
    if cell.cell_type != "code":
        return
    tags = cell.metadata.get("tags", [])
    if cell.source.rstrip().endswith(";"):
        yield "ends in ';', which nbval does not honour: assign the result to `_` instead"
    if "pip install coursekit" in cell.source:
        yield "'coursekit' on the package index is somebody else's package"
    if cell.source.count("\n") + 1 > SCREEN and not {
        "hide-input",
        "remove-input",
        "answer-key",
    } & set(tags):
        yield f"longer than {SCREEN} lines"
    for out in cell.outputs:
        yield from output_faults(cell, out, tags)


def output_faults(cell: NotebookNode, out: NotebookNode, tags: list[str]) -> Iterator[str]:
    """What is wrong with one stored output."""
    if out.output_type == "stream" and out.name == "stderr":
        yield f"text on stderr: {out.text.strip()[:80]!r}"
    if out.output_type == "error" and "raises-exception" not in tags:
        yield f"a stored error: {out.ename}"
    data: dict[str, Any] = out.get("data", {})
    if WIDGET in data:
        yield "a stored widget: execute it with COURSEKIT_STATIC=1"
    if any(kind in data for kind in IMAGES) and not image_alt(cell):
        yield 'an image without alt text: metadata {"mystnb": {"image": {"alt": …}}}'


def image_alt(cell: NotebookNode) -> str:
    """The alt text that a cell's metadata gives to its image."""
    return str(cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")).strip()
