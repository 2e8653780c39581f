"""What tells that Colab's packages have moved; `make test-ecosystem` tries its versions."""

import runpy
import sys
from pathlib import Path

import pytest

ECOSYSTEM = Path(__file__).parent / "ecosystem"
RECORD = (
    "# Colab's of one day (Python 3.13.15)\njupyter_client==7.4.9\nnumpy==2.1.3\ntorch==2.11.0\n"
)
PUBLISHED = """# a header
Ubuntu 24.04
Python 3.13.17
absl-py==1.4.0
jupyter-client==7.4.9
numpy==2.1.3
torch @ https://example.org/whl/cpu/torch-2.11.0%2Bcpu-cp313-cp313-linux_x86_64.whl#sha256=1f
"""


@pytest.fixture(scope="module")
def module() -> dict:
    sys.path.insert(0, str(ECOSYSTEM))
    yield runpy.run_path(str(ECOSYSTEM / "versions.py"))
    sys.path.remove(str(ECOSYSTEM))


def test_the_same_versions_have_not_moved(module) -> None:
    assert list(module["moved"](PUBLISHED, RECORD)) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("numpy==2.1.3", "numpy==2.1.30", "numpy: recorded 2.1.3, Colab has 2.1.30"),
        ("numpy==2.1.3\n", "", "numpy: recorded 2.1.3, Colab has none"),
        ("torch-2.11.0%2B", "torch-2.12.0%2B", "torch: recorded 2.11.0, Colab has 2.12.0"),
        ("3.13.17", "3.14.1", "Python: recorded 3.13, Colab has 3.14"),
    ],
)
def test_a_change_is_told(module, old: str, new: str, told: str) -> None:
    assert list(module["moved"](PUBLISHED.replace(old, new), RECORD)) == [told]


def test_the_record_holds_every_dependency_of_a_student(module) -> None:
    held = module["versions"](module["recorded"]())
    assert {"anywidget", "ipywidgets", "matplotlib", "numpy", "pooch", "torch", "tqdm"} <= set(held)
