"""GitHub Classroom: the starter repository's workflow, its steps run as the runner would."""

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hostile import kit
from typer.testing import CliRunner

from coursekit.cli import app

ROOT = Path(__file__).parents[1]
NAME = "02-perplexity.ipynb"


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    folder = tmp_path_factory.mktemp("starter") / "repository"
    exercise = ROOT / "exercises" / NAME
    told = CliRunner().invoke(app, ["classroom", str(exercise), "-o", str(folder)])
    assert told.exit_code == 0, told.output
    return folder


def steps(folder: Path) -> list[dict]:
    workflow = yaml.safe_load((folder / ".github/workflows/classroom.yml").read_text("utf8"))
    assert set(workflow) == {"name", True, "permissions", "jobs"}  # YAML reads `on` as true
    assert "push" in workflow[True]
    return workflow["jobs"]["check"]["steps"]


def run_step(step: dict, folder: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """A `run:` step as GitHub's runner does it: bash, stopping at the first error."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {"PATH": path, "HOME": str(folder), "OMP_NUM_THREADS": "1"}
    env |= {k: str(v) for k, v in step.get("env", {}).items()} | more
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120)


def check(folder: Path, tmp_path: Path) -> "tuple[int, dict, str]":
    """The check step: its exit code, the payload for the reporter, the summary."""
    (step,) = [s for s in steps(folder) if s.get("id") == "notebook"]
    output, page = tmp_path / "output", tmp_path / "summary"
    done = run_step(step, folder, GITHUB_OUTPUT=str(output), GITHUB_STEP_SUMMARY=str(page))
    key, _, value = output.read_text("utf8").strip().partition("=")
    assert key == "result"
    return done.returncode, json.loads(base64.b64decode(value)), page.read_text("utf8")


def test_repository_holds_the_exercise_and_nothing_secret(starter) -> None:
    files = sorted(p.relative_to(starter).as_posix() for p in starter.rglob("*") if p.is_file())
    assert files == [".github/workflows/classroom.yml", NAME]
    assert (starter / NAME).read_bytes() == (ROOT / "exercises" / NAME).read_bytes()


def test_reporter_is_told_the_step_that_checks(starter) -> None:
    reporter = next(s for s in steps(starter) if "grading-reporter" in s.get("uses", ""))
    assert reporter["if"] == "always()"
    assert reporter["env"] == {"NOTEBOOK_RESULTS": "${{ steps.notebook.outputs.result }}"}
    assert reporter["with"] == {"runners": "notebook"}


def test_install_step_asks_for_this_repositorys_archive(starter, tmp_path) -> None:
    (step,) = [s for s in steps(starter) if "pip install" in s.get("run", "")]
    (tmp_path / "python").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (tmp_path / "python").chmod(0o755)
    done = run_step(step, starter, PATH=f"{tmp_path}:{os.environ['PATH']}")
    url = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))["repository"]["url"]
    wanted = f"rnn-coursekit[grade,students,corpora] @ {url}/archive/refs/heads/main.zip"
    assert done.stdout.splitlines() == ["-m", "pip", "install", "--quiet", wanted]


def test_an_untouched_notebook_gets_no_points_and_a_red_cross(starter, tmp_path) -> None:
    code, told, page = check(starter, tmp_path)
    assert code == 1
    assert told["status"] == "fail"
    assert told["max_score"] > 0
    assert sum(t["score"] for t in told["tests"]) == 0
    assert f"**0 of {told['max_score']:g}**" in page


def test_a_solved_notebook_gets_all_points(starter, tmp_path) -> None:
    folder = tmp_path / "clone"
    shutil.copytree(starter, folder)
    shutil.copy(ROOT / "solutions" / NAME, folder / NAME)
    code, told, _ = check(folder, tmp_path)
    assert code == 0
    assert told["status"] == "pass"
    assert sum(t["score"] for t in told["tests"]) == told["max_score"] > 0


def test_a_file_that_is_no_notebook_is_an_error_not_a_zero(starter, tmp_path) -> None:
    folder = tmp_path / "clone"
    shutil.copytree(starter, folder)
    (folder / NAME).write_bytes(b"<html>")
    code, told, page = check(folder, tmp_path)
    assert code == 2
    assert told["status"] == "error"
    assert "a web page" in page


def test_solutions_and_full_folders_are_refused(starter, tmp_path) -> None:
    for source, folder, says in (
        (ROOT / "solutions" / NAME, tmp_path / "new", "holds the answers"),
        (kit.write_key(tmp_path), tmp_path / "new", "holds the answers"),
        (ROOT / "exercises" / NAME, starter, "not empty"),
    ):
        told = CliRunner().invoke(app, ["classroom", str(source), "-o", str(folder)])
        assert told.exit_code == 2
        assert says in told.stderr
    assert not (tmp_path / "new").exists()
