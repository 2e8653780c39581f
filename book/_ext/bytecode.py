"""Compile what a page's Python imports before its first check. Run by ``bytecode.mjs`` in Pyodide.

What is imported is found by importing it. In the standard library and NumPy the code of such a
module takes the place of its source; the checks keep theirs, for tracebacks. The rest stays source.
"""

import importlib
import importlib.util
import sys
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc  # as py_compile does
from pathlib import PurePath

# Nobody can compile C or reads stubs in a page, and tests are for those who change NumPy.
LEFT = (".a", ".c", ".h", ".pc", ".pxd", ".pyi", ".pyx")


def load(folder: str) -> set[str | None]:
    """Import NumPy and the checks; the paths of all modules that this has loaded."""
    for name in ("numpy", "coursekit"):
        with zipfile.ZipFile(f"/tmp/{name}.zip") as archive:
            archive.extractall(folder)
    sys.path.insert(0, folder)
    for name in ("numpy", "numpy.fft", "numpy.ma", "numpy.polynomial", "numpy.random"):
        importlib.import_module(name)
    with zipfile.ZipFile("/tmp/coursekit.zip") as archive:
        for path in map(PurePath, archive.namelist()):
            parts = path.with_suffix("").parts
            importlib.import_module(".".join(part for part in parts if part != "__init__"))
    return {getattr(module, "__file__", None) for module in sys.modules.values()}


def compiled(source: bytes, name: str) -> bytes:
    """A module's code as a file whose source nobody looks for."""
    code = compile(source, name, "exec", dont_inherit=True)
    return bytes(_code_to_hash_pyc(code, importlib.util.source_hash(source), False))


def convert(name: str, folder: str, loaded: set[str | None], keep_source: bool = False) -> None:
    """Write an archive anew, with bytecode for the modules that were loaded from ``folder``."""
    with zipfile.ZipFile(f"/tmp/{name}.zip") as old, zipfile.ZipFile(f"{name}.zip", "w") as new:
        for entry in old.namelist():
            if entry.endswith(("/", *LEFT)) or "/tests/" in entry:
                continue
            content = old.read(entry)
            known = entry.endswith(".py") and f"{folder}/{entry}" in loaded
            if keep_source or not known:
                add(new, entry, content)
            if known:
                path = importlib.util.cache_from_source(entry) if keep_source else f"{entry}c"
                add(new, path, compiled(content, f"{folder}/{entry}"))


def add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """The same bytes for the same content."""
    archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 9)


COURSE = "/home/pyodide/course"
LOADED = load(COURSE)
convert("python", next(path for path in sys.path if path.endswith(".zip")), LOADED)
convert("numpy", COURSE, LOADED)
convert("coursekit", COURSE, LOADED, keep_source=True)
