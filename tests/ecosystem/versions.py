"""Compare versions: of an environment with what it must have, of Colab's record with Colab.

``python versions.py FILE`` compares ``colab.txt`` with the lists that Colab publishes
(``pip-freeze.txt`` and ``os-info.txt`` of github.com/googlecolab/backend-info, one after the other
in FILE), prints what has moved, and fails if anything has.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from environments import COLAB, recorded, run

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;+]+)")
FROM_WHEEL = re.compile(r"^([A-Za-z0-9._-]+) @ \S*/[A-Za-z0-9._]+-([0-9][^-+]*)\S*\.whl")
PYTHON = re.compile(r"\bPython (3\.\d+)")


def versions(lines: list[str]) -> dict[str, str]:
    """Version by normal name, from ``name==version`` or ``name @ address of a wheel``.

    A local build is the version it was built from: 2.6.0+cpu is 2.6.0.
    """
    plain = [unquote(line) for line in lines]
    found = [PINNED.match(line) or FROM_WHEEL.match(line) for line in plain]
    return {re.sub(r"[-_.]+", "-", m[1]).lower(): m[2] for m in found if m}


def wrong_versions(python: Path, wanted: list[str]) -> list[str]:
    """Packages of an environment whose version is not the wanted one."""
    here = versions(run(python, "-m", "pip", "list", "--format=freeze").splitlines())
    return [
        f"{name}: {here.get(name, 'missing')}, not {version}"
        for name, version in versions(wanted).items()
        if parts(here.get(name, "")) != parts(version)
    ]


def parts(version: str) -> list[str]:
    """A version without the zeros at its end: 6.0 is 6."""
    return re.sub(r"(\.0)+$", "", version).split(".")


def moved(published: str, record: str) -> Iterator[str]:
    """Lines of the record that Colab has in another version, or no longer."""
    now = versions(published.splitlines())
    for name, version in versions(record.splitlines()).items():
        if now.get(name) != version:
            yield f"{name}: recorded {version}, Colab has {now.get(name, 'none')}"
    then, today = PYTHON.search(record), PYTHON.search(published)
    if then and today and then[1] != today[1]:
        yield f"Python: recorded {then[1]}, Colab has {today[1]}"


def main() -> None:
    """Compare the record with a file."""
    record = COLAB.read_text("utf8")
    changes = list(moved(Path(sys.argv[1]).read_text("utf8"), record))
    print(*changes or [f"All {len(recorded())} versions are as recorded."], sep="\n")
    raise SystemExit(bool(changes))


if __name__ == "__main__":
    main()
