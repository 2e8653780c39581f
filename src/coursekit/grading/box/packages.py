"""Which Python and packages student code meets in grading, and how Colab's differ from them."""

import platform
import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.resources import files

ALWAYS = ("numpy", "torch", "matplotlib", "ipython")
STUDENTS = "students"  # the extra with what else students use
NAME = re.compile(r"[\w.-]+")


@dataclass(frozen=True)
class Package:
    """A package here and in Colab: versions, empty where it is missing or not known."""

    name: str
    here: str
    colab: str

    @property
    def says(self) -> str:
        """The versions in words, and what to install."""
        found = self.here or f"missing; pip install 'rnn-coursekit[{STUDENTS}]'"
        if not self.colab or self.colab == self.here:
            return found
        return f"{found} (Colab has {self.colab})"


def python() -> Package:
    """Python itself."""
    return Package("Python", platform.python_version(), _colab()[0])


def packages() -> list[Package]:
    """The packages that students may expect, in the order of their names."""
    asked = (line for line in requires("rnn-coursekit") or () if f"extra == '{STUDENTS}'" in line)
    names = [*ALWAYS, *(match[0] for match in map(NAME.match, asked) if match)]
    return [Package(name, _version(name), _colab()[1].get(name, "")) for name in sorted(names)]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


@cache
def _colab() -> tuple[str, dict[str, str]]:
    """Python and versions of Colab, as recorded in ``colab.txt``."""
    text = (files("coursekit.grading") / "colab.txt").read_text("utf8")
    found = re.search(r"Python (\d[\d.]*\d)", text)
    pairs = (line.split("==") for line in text.splitlines() if "==" in line)
    return found[1] if found else "", {name.lower(): number for name, number in pairs}
