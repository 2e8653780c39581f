"""Try the course where its users are: ``python tests/ecosystem FOLDER [PART…]``.

Parts are syntax, colab, floors and nbgrader; without any, all of them. FOLDER holds their
environments and may lie anywhere; they take about 12 GB and are kept, so that only the first run
builds them. What each part tries stands in the module of its name.
"""

import os
import sys
import time
from pathlib import Path

import nbgrader_points
import notebooks
import set_up_cell
import syntax as compiling
from environments import ROOT, BuildFault, build, floors, recorded, run, wheelhouse
from versions import wrong_versions

# Tests of what students and graders use; those of the book and the authors' tools are left out.
STUDENT_SIDE = """autodiff bptt checks derivatives figures gradient_figures models ngrams package
    parity perplexity probes_behaviour probes_gradients probes_memory sampling text training zoo"""
GRADER = """classroom cli gradescope grading_cluster grading_intake grading_parts
    grading_records grading_run marks platform_files who_sent_it"""


class Report:
    """Prints a line for each thing tried, and counts what failed."""

    def __init__(self) -> None:
        self.failed = 0

    def line(self, what: str, faults: list[str], told: str = "") -> None:
        """One result."""
        self.failed += bool(faults)
        print(f"{'FAIL' if faults else 'ok':5}{what:52}{told}", *faults, sep="\n     ", flush=True)


def syntax(folder: Path, wheels: Path, report: Report) -> None:
    """Every source compiled by every Python that the package allows."""
    for version, compiled, faults in compiling.try_all(folder / "syntax"):
        report.line(f"Python {version}", faults, f"{compiled} sources compiled")


def colab(folder: Path, wheels: Path, report: Report) -> None:
    """Every notebook from its own set-up cell, and the set-up cell in every situation."""
    python = build("colab", folder)
    report.line("versions are Colab's", wrong_versions(python, recorded()))
    try_notebooks(python, wheels, notebooks.everything(), report)
    for what, seconds, faults in set_up_cell.try_all(python, wheels):
        report.line(f"set-up cell: {what}", faults, f"{seconds:6.1f} s")


def floor_versions(folder: Path, wheels: Path, report: Report) -> None:
    """The oldest versions that pyproject.toml allows: every notebook, the tests of users' sides."""
    python = build("floors", folder)
    brought = tuple(notebooks.NEW)  # the set-up cell's part, taken away between notebooks
    here = [line for line in floors() if not line.startswith(brought)]
    report.line("versions are the floors", wrong_versions(python, here))
    try_notebooks(python, wheels, notebooks.everything(), report)
    install = ["pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    run(python, "-m", *install, "--force-reinstall", *wheels.glob("*.whl"))
    for side, names in {"student side": STUDENT_SIDE, "grader": GRADER}.items():
        tests = [ROOT / "tests" / f"test_{name}.py" for name in names.split()]
        pytest = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", *tests]
        try:
            said, faults = run(*pytest, OMP_NUM_THREADS="1", cwd=ROOT).strip(), []
        except BuildFault as fault:
            said, faults = "", str(fault).splitlines()[-10:]
        report.line(f"unit tests of the {side}", faults, said.splitlines()[-1] if said else "")


def nbgrader(folder: Path, wheels: Path, report: Report) -> None:
    """Points of the real nbgrader and of coursekit, on the same submissions."""
    python = build("nbgrader", folder)
    for exercise, marks, faults in nbgrader_points.compare_all(python, wheels):
        report.line(f"nbgrader: {exercise}", faults, f"{marks} marks compared")


def try_notebooks(python: Path, wheels: Path, chosen: list[Path], report: Report) -> None:
    """A line for each notebook."""
    for path in chosen:
        (trial,) = notebooks.try_notebooks(python, wheels, [path])
        told = f"set-up {trial.setup:4.1f} s ({trial.cpu:.1f} of CPU), all {trial.whole:5.1f} s"
        report.line(trial.name, trial.faults, told)


PARTS = {"syntax": syntax, "colab": colab, "floors": floor_versions, "nbgrader": nbgrader}


def main() -> None:
    """Run the parts that are asked for, all by default."""
    first, *rest = sys.argv[1:] or [""]
    if not first or not set(rest) <= set(PARTS):
        raise SystemExit(__doc__)
    folder, report = Path(first).absolute(), Report()
    os.environ.pop("COURSEKIT_STATIC", None)  # figures are live in a kernel
    wheels = wheelhouse(folder)
    for name in rest or PARTS:
        print(f"== {name}", flush=True)
        start = time.monotonic()
        try:
            PARTS[name](folder, wheels, report)
        except BuildFault as fault:
            report.line(name, str(fault).splitlines())
        print(f"== {name}: {time.monotonic() - start:.0f} s", flush=True)
    raise SystemExit(f"{report.failed} failed" if report.failed else 0)


if __name__ == "__main__":
    main()
