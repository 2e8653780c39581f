"""On a dask cluster: the same results as here, though a worker is killed in the middle."""

import os
import signal
from pathlib import Path

import pytest
from hostile import kit

from coursekit.checks.cells import CellFault
from coursekit.grading.box.worker import BoxFault
from coursekit.grading.cluster import ClusterRunner, pack_run, unpack_run
from coursekit.grading.grade import Settings, grade
from coursekit.grading.session import Reply, Run

STEP = "def rnn_step(*a):\n    import time; time.sleep(0.3); return 0"


def test_a_run_survives_the_journey() -> None:
    run = Run({"f": [Reply({"results": [1.5]}), Reply(failure="TimeUp")]}, [CellFault(1, "E")], 0.5)
    assert unpack_run(pack_run(run)) == run


def test_no_scheduler_is_one_line() -> None:
    from coursekit.grading.box.limits import Limits

    with pytest.raises(BoxFault, match="no dask scheduler"):
        ClusterRunner("tcp://127.0.0.1:9", "full", Limits())


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
            Settings(tmp_path / "in", key, tmp_path / "far", scheduler=address, **settings),
            kill_one,
        )  # type: ignore[arg-type]
    near = grade(Settings(tmp_path / "in", key, tmp_path / "near", **settings))  # type: ignore[arg-type]
    assert killed
    assert {r["points"] for r in near.records} == {9}
    assert far.records == near.records
    assert (tmp_path / "far" / "results.jsonl").read_bytes() == (
        tmp_path / "near" / "results.jsonl"
    ).read_bytes()
