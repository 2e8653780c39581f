"""The one form in which a notebook is committed, and the fingerprint of its code."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from nbformat import NotebookNode

from coursekit.authoring.notebooks.setup_cell import place_setup_cell, setup_source
from coursekit.checks.cells import is_setup

KEPT_CELL_METADATA = ("tags", "mystnb", "nbgrader", "present")


def source_hash(nb: NotebookNode) -> str:
    """Fingerprint of the code cells: outputs stored for another fingerprint are stale.

    The set-up cell is left out, so that a new repository address makes no output stale.
    """
    code = [c.source for c in nb.cells if c.cell_type == "code" and not is_setup(c.source)]
    return hashlib.sha256("\0".join(code).encode()).hexdigest()[:16]


def normalise(nb: NotebookNode, root: Path) -> NotebookNode:
    """Bring a notebook into the one form that is committed. Works in place; returns ``nb``."""
    place_setup_cell(nb, setup_source(root))
    stored = nb.metadata.get("coursekit", {})
    nb.metadata = NotebookNode(
        kernelspec={"name": "python3", "display_name": "Python 3", "language": "python"},
        language_info={"name": "python"},
        **({"coursekit": stored} if stored else {}),
    )
    nb.nbformat, nb.nbformat_minor = 4, 5
    taken: set[str] = set()
    count = 0
    for cell in nb.cells:
        cell.source = "\n".join(line.rstrip() for line in cell.source.strip("\n").split("\n"))
        cell.metadata = NotebookNode(
            {k: v for k, v in cell.metadata.items() if k in KEPT_CELL_METADATA}
        )
        cell.pop("attachments", None)
        cell.id = fresh_id(cell, taken)
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count if stored else None
            cell.outputs = normal_outputs(cell.outputs, cell.execution_count)
    return nb


def fresh_id(cell: NotebookNode, taken: set[str]) -> str:
    """A cell id made from the cell's text, so that moving cells changes no id."""
    digest = hashlib.sha256(f"{cell.cell_type}\0{cell.source}".encode()).hexdigest()
    ids = (digest[i : i + 8] for i in range(len(digest) - 8))
    name = next(i for i in ids if i not in taken)
    taken.add(name)
    return name


def normal_outputs(
    outputs: Iterable[NotebookNode], execution_count: int | None
) -> list[NotebookNode]:
    """Join neighbouring pieces of one stream, drop metadata that varies from run to run."""
    result: list[NotebookNode] = []
    for out in outputs:
        if out.output_type == "stream" and result and result[-1].get("name") == out.name:
            result[-1].text += out.text
            continue
        if out.output_type == "execute_result":
            out.execution_count = execution_count
        if "metadata" in out:
            out.metadata = NotebookNode()
        result.append(out)
    return result
