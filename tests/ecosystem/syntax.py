"""Compile every source, notebook cells included, with the real Python 3.11, 3.12, 3.13 and 3.14.

3.11 is the interpreter of the tests. The later ones are Pyodide's builds of CPython: they run in
Node, so that no machine has to install them. Syntax that a version lacks is a fault, and so is
syntax that it warns of.
"""

import json
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import nbformat
from environments import ROOT, BuildFault, run

FOLDERS = (
    *("src", "tests", "benchmarks", "experiments", "book"),
    *("chapters", "exercises", "solutions"),
)
INTERPRETERS = {"3.12": "0.27.7", "3.13": "0.29.4", "3.14": "314.0.7"}  # Pyodide's versions
CANARY = {"canary": "def f():\n    return '\\d'\n"}


def sources() -> dict[str, str]:
    """Python files and code cells, by a name that says where they stand."""
    found = {}
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*")):
        name = str(path.relative_to(ROOT))
        if path.suffix == ".py":
            found[name] = path.read_text("utf8")
        elif path.suffix == ".ipynb" and ".ipynb_checkpoints" not in path.parts:
            for number, cell in enumerate(nbformat.read(path, as_version=4).cells):
                if cell.cell_type == "code":
                    found[f"{name}, cell {number}"] = cell.source
    return found


def try_all(folder: Path) -> Iterator[tuple[str, int, list[str]]]:
    """Version, number of sources compiled, and faults, for each interpreter.

    Args:
        folder: where the interpreters of Node stand; fetched when missing.

    Raises:
        BuildFault: there is no npm, or it cannot fetch them.
    """
    given = sources()
    yield compile_here(given)
    interpreters(folder)
    asked = folder / "sources.json"
    asked.write_text(json.dumps(given | CANARY), "utf8")
    for version in INTERPRETERS:
        node = ["node", str(Path(__file__).with_name("syntax.mjs")), package(version), str(asked)]
        done = subprocess.run(node, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise BuildFault(f"node: {done.stderr[-500:]}")
        said = json.loads(done.stdout)
        faults = [fault for fault in said["faults"] if not fault.startswith("canary")]
        if len(faults) == len(said["faults"]) or not said["version"].startswith(version):
            faults.append(f"this check finds nothing: {done.stdout[:200]}")
        yield said["version"], said["compiled"], faults


def compile_here(given: dict[str, str]) -> tuple[str, int, list[str]]:
    """The same with the interpreter that runs this."""
    faults = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, source in given.items():
            try:
                compile(source, name, "exec", dont_inherit=True)
            except (SyntaxError, SyntaxWarning) as error:
                faults.append(f"{name}: {error}")
    return sys.version.split()[0], len(given) - len(faults), faults


def interpreters(folder: Path) -> None:
    """Fetch the interpreters, each under a name of its own."""
    wanted = [f"{package(v)}@npm:pyodide@{release}" for v, release in INTERPRETERS.items()]
    mark = folder / "made-from"
    if mark.is_file() and mark.read_text("utf8") == "\n".join(wanted):
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n', "utf8")
    try:
        run("npm", "install", "--no-audit", "--no-fund", "--silent", *wanted, cwd=folder)
    except FileNotFoundError as fault:
        raise BuildFault("there is no npm here: Debian's package is called npm") from fault
    mark.write_text("\n".join(wanted), "utf8")


def package(version: str) -> str:
    """Name of an interpreter's package: python3.12."""
    return f"python{version}"
