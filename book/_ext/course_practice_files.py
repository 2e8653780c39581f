"""The files behind exercises solved in the page: bundles, archives of Python modules, Pyodide.

They are made in ``_build/practice`` and copied into the book under names that carry their content
or version, so that a server may let browsers keep them for ever.
"""

import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import course_pyodide
from course_minify import esbuild, run
from course_practice_course import course, todo

Names = dict[str, str]
BUNDLES = {"start": "iife", "page": "esm", "worker": "iife", "progress": "iife", "ticks": "iife"}
# What `check` needs of the package; commands, notebooks and processes stay behind. The recorded
# cases are much larger than the code: a page gets those of its own exercise.
PARTS = ("__init__.py", "faults.py", "checks/**/*.py")
DATA = "coursekit/checks/data"
ARCHIVES = ("python", "numpy", "coursekit")  # with bytecode, which starts twice as fast as source
COMPILED = {"python_stdlib.zip"}  # of Pyodide's core: the page gets "python" instead
LEFT = {
    *("attempt.py", "cells.py", "classroom.py", "home.py"),
    *("notebookfile.py", "shell.py", "whole.py"),
}


def make(root: Path) -> Names:
    """Make all files; the names under which pages find them in ``_static/practice``.

    Raises:
        Refused: esbuild is missing or refuses the sources.
        NotFound: Pyodide cannot be had.
    """
    folder = root / "_build" / "practice"
    folder.mkdir(parents=True, exist_ok=True)
    course_pyodide.collect(root, folder / "pyodide")
    names = {stem: _bundle(root, folder, stem) for stem in BUNDLES}
    for stem, content in _compiled(root, folder).items():
        names[stem] = _named(folder, stem, ".zip", content)
    for file in sorted((root / "src" / DATA).glob("*.json")):
        content = archive({file: f"{DATA}/{file.name}"})
        names[file.stem] = _named(folder, file.stem, ".zip", content)
    names["pyodide"] = f"pyodide-{course_pyodide.VERSION}/"
    return names


def install(root: Path, target: Path, names: Names) -> None:
    """Copy what is not there yet into the built book; what an older build left goes."""
    source = root / "_build" / "practice"
    target.mkdir(parents=True, exist_ok=True)
    for old in target.iterdir():
        if old.is_file() and old.name not in names.values():
            old.unlink()
    for name in names.values():
        if not name.endswith("/"):
            shutil.copy2(source / name, target / name)
    pyodide = target / names["pyodide"]
    pyodide.mkdir(exist_ok=True)
    core = course_pyodide.CORE.keys() - COMPILED
    for old in pyodide.iterdir():
        if old.name not in core:
            old.unlink()
    for name in core - {file.name for file in pyodide.iterdir()}:
        shutil.copy2(source / "pyodide" / name, pyodide / name)


def _compiled(root: Path, folder: Path) -> dict[str, bytes]:
    """The standard library, NumPy and the checks with bytecode, as ``bytecode.mjs`` says."""
    checks = archive(code(root))
    scripts = [Path(__file__).with_name(name) for name in ("bytecode.mjs", "bytecode.py")]
    made_from = [checks, course_pyodide.VERSION.encode(), *(s.read_bytes() for s in scripts)]
    target = folder / f"bytecode-{hashlib.sha256(b''.join(made_from)).hexdigest()[:10]}"
    if not target.is_dir():
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            given = Path(scratch, "given.zip")
            given.write_bytes(checks)
            made = Path(scratch, "made")
            made.mkdir()
            run(root, ["node", scripts[0], folder / "pyodide", given, made])
            made.rename(target)
    return {stem: (target / f"{stem}.zip").read_bytes() for stem in ARCHIVES}


def _bundle(root: Path, folder: Path, stem: str) -> str:
    entry = root / "book" / "practice" / f"{stem}.js"
    whole = course(root)
    words = [f"--define:COURSE={json.dumps(whole)}", f"--define:TODO={json.dumps(todo(whole))}"]
    kinds = [f"--format={BUNDLES[stem]}", "--loader:.css=text"]
    return _named(folder, stem, ".js", esbuild(root, [entry, "--bundle", *kinds, *words]))


def code(root: Path) -> dict[Path, str]:
    """The modules that ``check`` needs, the runner of the pages, and where each goes."""
    source = root / "src"
    found = sorted(f for part in PARTS for f in (source / "coursekit").glob(part))
    kept = {f: f.relative_to(source).as_posix() for f in found if f.name not in LEFT}
    runner = root / "book" / "practice" / "page_runner.py"
    return kept | {
        runner: f"coursekit/{runner.name}"
    }  # where `check` knows that it is not the reader's


def archive(files: Mapping[Path, str]) -> bytes:
    """Files under the names that they get, the same bytes for the same content."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for file, name in files.items():
            made.writestr(zipfile.ZipInfo(name), file.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return content.getvalue()


def _named(folder: Path, stem: str, ending: str, content: bytes) -> str:
    name = f"{stem}-{hashlib.sha256(content).hexdigest()[:10]}{ending}"
    (folder / name).write_bytes(content)
    return name
