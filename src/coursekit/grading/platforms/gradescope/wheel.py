"""A wheel of the installed package itself, made without a build tool or a network.

``wheel.wheelfile.WheelFile`` would spare the lines about RECORD, but dates that file by the clock,
unless an environment variable says otherwise: the same package would not give the same bytes.
"""

import base64
import hashlib
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import coursekit

NAME = "rnn-coursekit"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: same package, same bytes
KIND = "Wheel-Version: 1.0\nGenerator: coursekit\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def write_wheel(folder: Path) -> Path:
    """Write the wheel of the package that is running into a folder; the file's path."""
    found = distribution(NAME)
    stem = f"{NAME.replace('-', '_')}-{found.version}"
    path = folder / f"{stem}-py3-none-any.whl"
    record = ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, body in (*_package(), *_metadata(f"{stem}.dist-info")):
            add(wheel, name, body)
            digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).decode().rstrip("=")
            record += f"{name},sha256={digest},{len(body)}\n"
        name = f"{stem}.dist-info/RECORD"
        add(wheel, name, f"{record}{name},,\n".encode())
    return path


def add(archive: zipfile.ZipFile, name: str, body: bytes, mode: int = 0o644) -> None:
    """Put a file into an archive with a fixed time and the given permissions."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.external_attr = (0o100000 | mode) << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, body)


def _package() -> Iterator[tuple[str, bytes]]:
    """Every file of the package, as installed or as checked out."""
    root = Path(coursekit.__file__).parent
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"{root.name}/{path.relative_to(root).as_posix()}", path.read_bytes()


def _metadata(folder: str) -> Iterator[tuple[str, bytes]]:
    """What an installer needs to know: requirements and commands are those of this installation."""
    found = distribution(NAME)
    for name in ("METADATA", "entry_points.txt"):
        yield f"{folder}/{name}", (found.read_text(name) or "").encode()
    yield f"{folder}/WHEEL", KIND.encode()
