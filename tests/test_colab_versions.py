"""What tells that Colab's packages have moved; `make test-ecosystem` tries its versions."""

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ECOSYSTEM = Path(__file__).parent / "ecosystem"
COLAB = Path("src/coursekit/grading/colab.txt")
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


GH = """#!/usr/bin/env bash
# GitHub's command line in small: writes down what it is told, lists the issues of $ISSUES.
echo "$@" >> calls.txt
if [ "$2" = list ]; then printf '%s' "$ISSUES" | jq -r "${@: -1}"; fi
"""
TITLE = "Colab's versions have moved"
NONE, ONE = [{"number": 7, "title": "Another"}], [{"number": 5, "title": TITLE}]


def weekly_job(place: Path, now: str | None, issues: list[dict]) -> tuple[int, str]:
    """Run the job's own words in the shell they get there; exit code, last call of ``gh``."""
    workflow = ECOSYSTEM.parents[1] / ".github" / "workflows" / "ecosystem.yml"
    job = yaml.safe_load(workflow.read_text("utf8"))["jobs"]["colab-moved"]
    shutil.copytree(ECOSYSTEM, place / "tests" / "ecosystem")
    (place / COLAB).parent.mkdir(parents=True)
    shutil.copy(ECOSYSTEM.parents[1] / COLAB, place / COLAB)
    if now is not None:
        (place / "colab-now.txt").write_text(now, "utf8")
    gh = place / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(GH, "utf8")
    gh.chmod(0o755)
    (gh.parent / "python").symlink_to(sys.executable)
    path = f"{gh.parent}:{os.environ['PATH']}"
    surroundings = {"PATH": path, "ISSUES": json.dumps(issues), "TITLE": job["env"]["TITLE"]}
    step = ["bash", "-e", "-c", job["steps"][-1]["run"]]
    code = subprocess.run(step, cwd=place, env=surroundings, capture_output=True).returncode
    calls = place / "calls.txt"
    return code, calls.read_text("utf8").splitlines()[-1] if calls.is_file() else ""


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq stands in for the one in gh")
def test_the_weekly_job_opens_an_issue_when_colab_moves(tmp_path: Path) -> None:
    record = (ECOSYSTEM.parents[1] / COLAB).read_text("utf8")
    moved = record.replace("numpy==", "numpy==9")
    opened = (0, f"issue create --title {TITLE} --body-file body.md")
    assert weekly_job(tmp_path / "same", record, NONE) == (0, "")
    assert weekly_job(tmp_path / "moved", moved, NONE) == opened
    held = re.search(r"numpy==(\S+)", record)[1]
    told = f"- numpy: recorded {held}, Colab has 9{held}"
    assert told in (tmp_path / "moved" / "body.md").read_text("utf8")
    again = (0, "issue edit 5 --body-file body.md")
    assert weekly_job(tmp_path / "still", moved, NONE + ONE) == again
    code, called = weekly_job(tmp_path / "broken", None, NONE)
    assert code != 0
    assert called == ""
