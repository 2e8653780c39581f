"""Run a notebook in a fresh kernel and store its outputs."""

import os
import re
import resource
from pathlib import Path

from coursekit.authoring.notebooks.files import NotebookFault, read, repository_root, write
from coursekit.authoring.notebooks.form import normalise, source_hash

COLOURS = re.compile(r"\x1b\[[0-9;]*m")


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
