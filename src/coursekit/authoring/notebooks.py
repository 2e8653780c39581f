"""Execute, normalise and check the course's notebooks.

A notebook is committed with its outputs, and the book shows exactly those. Three commands keep
that honest::

    python -m coursekit.authoring.notebooks execute chapters/01-language-models.ipynb
    python -m coursekit.authoring.notebooks normalise chapters/*.ipynb
    python -m coursekit.authoring.notebooks check chapters solutions exercises

``execute`` runs a notebook in a fresh kernel (one thread, figures static) and stores its outputs;
``normalise`` gives it the one form that diffs well; ``check`` fails on anything that is not in that
form, on stale outputs and on what a reader, Colab or nbval would trip over.
"""

import hashlib
import os
import re
import resource
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import nbformat
import typer
import yaml
from nbformat import NotebookNode

from coursekit.authoring import references
from coursekit.authoring.source import KeyFault, read_source
from coursekit.checks.cells import SETUP as MARK
from coursekit.checks.cells import is_setup
from coursekit.faults import Fault

CPU_BUDGET = 60.0  # CPU-seconds a notebook may take on one thread
BUDGET_SLACK = 1.5  # shared machines are slower than the one a chapter was written on
SCREEN = 45  # lines of one code cell

SETUP = """\
{mark} fetch the course's helper package when it is missing (as in Colab); change nothing else.
import importlib.util
import os
import subprocess
import sys

if importlib.util.find_spec("coursekit") is None:
    archive = "{repository}/archive/refs/heads/{branch}.zip"
    source = os.environ.get("COURSEKIT_SOURCE", f"rnn-coursekit[corpora] @ {{archive}}")
    quick = ["--no-input", "--retries=1", "--no-warn-conflicts", "--disable-pip-version-check"]
    pip = [sys.executable, "-m", "pip", "install", *quick, source]
    plain = os.environ | {{"TERM": "dumb"}}  # a notebook would show pip's colours as codes
    done = subprocess.run(pip, capture_output=True, text=True, env=plain)
    importlib.invalidate_caches()
    if done.returncode:
        said = (done.stderr.strip() or "pip gave no reason").splitlines()
        causes = [line for line in map(str.strip, said) if line.startswith(("ERROR: ", "× "))]
        why = next((line for line in causes if line != "ERROR: Exception:"), said[-1])
        print("coursekit could not be fetched. Check that you are online, run this cell again.")
        print("If that does not help, send your instructor this line:", why[:300])
    else:
        print(done.stdout.strip().splitlines()[-1])
else:
    print("coursekit is ready.")
"""

KEPT_CELL_METADATA = ("tags", "mystnb", "nbgrader")
MYST = re.compile(r"^(```|:::)\{|(?<!`)\{[a-z:-]+\}`", re.MULTILINE)
WIDGET = "application/vnd.jupyter.widget-view+json"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
IMAGES = ("image/png", "image/jpeg", "image/svg+xml")


class NotebookFault(Fault):
    """A notebook cannot be read or run; the message says which and what to do."""


def repository_root(start: Path) -> Path:
    """The folder at or above ``start`` that holds ``_config.yml``."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / "_config.yml").is_file():
            return folder
    raise NotebookFault(f"{start}: no _config.yml in this folder or above it")


def setup_source(root: Path) -> str:
    """The first code cell of every notebook, made from the one repository address."""
    place = yaml.safe_load((root / "_config.yml").read_text("utf8"))["repository"]
    return SETUP.format(mark=MARK, repository=place["url"], branch=place["branch"]).rstrip("\n")


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


def place_setup_cell(nb: NotebookNode, source: str) -> None:
    """Put the generated set-up cell before all other code, in place of an older one."""
    old = [c for c in nb.cells if c.cell_type == "code" and is_setup(c.source)]
    if old:
        cell = old[0]  # what it printed stays: with coursekit there it is the same in any wording
        cell.source = source
    else:
        cell = nbformat.v4.new_code_cell(source)
    cell.metadata = NotebookNode(tags=["remove-cell"])
    rest = [c for c in nb.cells if c not in old]
    first = next((i for i, c in enumerate(rest) if c.cell_type == "code"), len(rest))
    nb.cells = [*rest[:first], cell, *rest[first:]]


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


def execute(path: Path) -> float:
    """Run a notebook in a fresh kernel, store outputs and fingerprint, return CPU-seconds.

    The kernel is forked from a warm parent where the system has one (``coursekit.authoring.warm``);
    the imports done there are not counted.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    root = repository_root(path.parent)
    nb = normalise(read(path), root)
    os.environ.update(COURSEKIT_STATIC="1", OMP_NUM_THREADS="1", PYTHONHASHSEED="0")
    os.environ.setdefault("JUPYTER_DEFAULT_PROVISIONER_NAME", "coursekit-warm")
    before = kernels_cpu()
    client = NotebookClient(
        nb,
        timeout=600,
        kernel_name="python3",
        record_timing=False,
        shutdown_kernel="immediate",
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise NotebookFault(f"{path} is as it was: {COLOURS.sub('', str(error))}") from error
    spent = kernels_cpu() - before
    nb.metadata["coursekit"] = {"source_hash": source_hash(nb)}
    write(normalise(nb, root), path)
    return spent


def kernels_cpu() -> float:
    """CPU-seconds of all kernels that have ended, forked ones and ordinary child processes."""
    from coursekit.authoring.warm.provisioner import Forked

    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime + Forked.cpu_of_all


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


def expand(paths: Iterable[Path]) -> list[Path]:
    """Notebooks among ``paths``; a folder stands for the notebooks in it."""
    found = [n for p in paths for n in (sorted(p.glob("*.ipynb")) if p.is_dir() else [p])]
    missing = [str(p) for p in found if not p.is_file()]
    if missing:
        raise NotebookFault(f"no such notebook: {', '.join(missing)}")
    return found


# \b: a paragraph whose lines click must not join.
HELP = (__doc__ or "").replace("::\n\n", ":\n\n\b\n").replace("``", "")
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
    bad, notebooks = 0, expand(paths)
    for path in notebooks:
        for fault in faults(path):
            print(f"{path}: {fault}")
            bad += 1
    if not bad:
        print(f"fit to be committed: {len(notebooks)} notebook{'s' * (len(notebooks) > 1)}")
    raise typer.Exit(int(bad > 0))


def main() -> None:
    """Run the command line; a fault is one line, not a traceback."""
    try:
        app()
    except NotebookFault as fault:
        raise SystemExit(str(fault)) from fault


if __name__ == "__main__":
    main()
