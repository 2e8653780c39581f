"""On a dask cluster: the same results as here, though a worker is killed in the middle."""

import os
import signal
import sys
from pathlib import Path

import pytest
from hostile import kit
from typer.testing import CliRunner

from coursekit.checks.cells import CellFault
from coursekit.cli import app
from coursekit.grading.box.handle import BoxFault
from coursekit.grading.grade import GradeSettings, grade
from coursekit.grading.running.cluster import ClusterRunner, pack_run, unpack_run
from coursekit.grading.running.replies import Reply, Run

STEP = "def rnn_step(*a):\n    import time; time.sleep(0.3); return 0"


def test_a_run_survives_the_journey() -> None:
    run = Run({"f": [Reply({"results": [1.5]}), Reply(failure="TimeUp")]}, [CellFault(1, "E")], 0.5)
    assert unpack_run(pack_run(run)) == run


def test_no_scheduler_is_one_line() -> None:
    from coursekit.checks.limits import Limits

    with pytest.raises(BoxFault, match="no dask scheduler"):
        ClusterRunner("tcp://127.0.0.1:9", "full", Limits())


def test_without_dask_the_scheduler_option_says_in_one_line_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada.ipynb").write_bytes(kit.submission(kit.sources()))
    command = ["grade", tmp_path / "in", "--key", kit.write_key(tmp_path), "-o", tmp_path / "out"]
    done = CliRunner().invoke(app, [*map(str, command), "--scheduler", "tcp://127.0.0.1:9"])
    assert done.exit_code == 2
    said = done.stderr.splitlines()[-1]
    assert said == "coursekit: --scheduler: dask is not installed; pip install distributed"


@pytest.mark.sandbox
def test_grading_on_this_machine_needs_no_dask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada.ipynb").write_bytes(kit.submission(kit.sources()))
    done = grade(GradeSettings(tmp_path / "in", kit.write_key(tmp_path), tmp_path / "out", seed=1))
    assert [r.status for r in done.records] == ["graded"]


@pytest.mark.sandbox
def test_a_killed_worker_costs_a_retry_and_no_mark(tmp_path: Path) -> None:
    from distributed import Client, LocalCluster

    (tmp_path / "in").mkdir()
    for i in range(10):
        data = kit.submission([f"# {i}", *kit.sources(rnn_step=STEP)])
        (tmp_path / "in" / f"s{i}.ipynb").write_bytes(data)
    key = kit.write_key(tmp_path)
    settings = {"seed": 1, "timeout": 4}
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        with Client(cluster) as client:
            pids = client.run(os.getpid)
        killed = []

        def kill_one(done: int, total: int, student: str) -> None:
            if done == 2 and not killed:
                killed.append(pids.popitem()[1])
                os.kill(killed[0], signal.SIGKILL)

        address = cluster.scheduler_address
        far = grade(
            GradeSettings(tmp_path / "in", key, tmp_path / "far", scheduler=address, **settings),
            kill_one,
        )  # type: ignore[arg-type]
    near = grade(GradeSettings(tmp_path / "in", key, tmp_path / "near", **settings))  # type: ignore[arg-type]
    assert killed
    assert {r.points for r in near.records} == {9}
    assert far.records == near.records
    assert (tmp_path / "far" / "results.jsonl").read_bytes() == (
        tmp_path / "near" / "results.jsonl"
    ).read_bytes()
