"""Warm kernels behave as stock kernels do, share one parent and leave nothing behind."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from coursekit.authoring import notebooks
from coursekit.authoring.warm.provisioner import Forked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="warm kernels need Linux")

CELLS = [
    "import torch, numpy as np, matplotlib.pyplot as plt, os, random\nprint(__name__, os.getcwd())",
    "_ = plt.plot([1, 2])\nplt.show()",
    "!echo from a shell",
    "x = torch.ones(3, requires_grad=True)\n(x**2).sum().backward()\nprint(x.grad)",
    "import inspect\ndef f(x):\n    return x\nprint(inspect.getsource(f))",
    "import os, sys\nos.write(1, b'raw')\nprint(sys.argv[1:] and 'argv', input is not None)",
    "1 / 0",
]


def run(cells: list[str], folder: Path) -> list[list[dict]]:
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    NotebookClient(
        nb,
        timeout=60,
        kernel_name="python3",
        allow_errors=True,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    return [[essence(o) for o in c.outputs] for c in nb.cells]


def essence(output: dict) -> dict:
    kept = ("output_type", "name", "text", "ename", "evalue")
    return {k: output[k] for k in kept if k in output} | {"kinds": sorted(output.get("data", {}))}


def choose(monkeypatch: pytest.MonkeyPatch, name: str | None) -> None:
    """Have the next kernels started by that provisioner; Jupyter reads the variable only once."""
    if name is None:
        monkeypatch.delenv("JUPYTER_DEFAULT_PROVISIONER_NAME", raising=False)
    else:
        monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", name)
    KernelProvisionerFactory.clear_instance()


@pytest.fixture
def warm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    choose(monkeypatch, "coursekit-warm")
    before = Forked.cpu_of_all
    yield
    assert Forked.cpu_of_all > before  # it was a forked kernel that ran


def test_same_outputs_as_a_stock_kernel(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("MPLBACKEND", raising=False)
    results, forked = {}, {}
    for name in ("local-provisioner", "coursekit-warm"):
        choose(monkeypatch, name)
        before = Forked.cpu_of_all
        results[name] = run(CELLS, tmp_path)
        forked[name] = Forked.cpu_of_all > before
    assert forked == {"local-provisioner": False, "coursekit-warm": True}
    assert results["coursekit-warm"] == results["local-provisioner"]
    assert results["coursekit-warm"][1][0]["kinds"] == ["image/png", "text/plain"]


@pytest.mark.usefixtures("warm")
def test_kernels_share_one_parent_but_no_state(tmp_path) -> None:
    cells = [
        "import os, torch, numpy as np, random\nprint(os.getppid())",
        "print(torch.rand(1).item(), np.random.rand(), random.random())\nmarker = 1",
        "print('marker' in dir())",
    ]
    first, second = run(cells[:2], tmp_path), run([cells[0], cells[2], cells[1]], tmp_path)
    assert first[0] == second[0]
    assert second[1][0]["text"] == "False\n"
    assert first[1] != second[2]


@pytest.mark.usefixtures("warm")
def test_a_kernel_that_dies_is_reported_and_the_next_one_starts(tmp_path) -> None:
    with pytest.raises(DeadKernelError):
        run(["import os\nos._exit(3)", "print(1)"], tmp_path)
    assert run(["print(2)"], tmp_path)[0][0]["text"] == "2\n"


@pytest.mark.usefixtures("warm")
def test_interrupt_restart_and_shutdown() -> None:
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    sent = client.execute("import time\nprint('asleep', flush=True)\ntime.sleep(60)")
    while client.get_iopub_msg(timeout=60)["content"].get("text") != "asleep\n":
        pass
    manager.interrupt_kernel()
    assert reply_to(client, sent)["ename"] == "KeyboardInterrupt"
    first = manager.provisioner.pid
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=60)
    second = manager.provisioner.pid
    assert second != first
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    assert not Path(f"/proc/{second}/cmdline").exists() or zombie(second)


def reply_to(client, sent: str) -> dict:
    """The reply to that request; under load, replies to earlier questions come before it."""
    while (message := client.get_shell_msg(timeout=60))["parent_header"]["msg_id"] != sent:
        pass
    return message["content"]


def zombie(pid: int) -> bool:
    return " Z " in Path(f"/proc/{pid}/stat").read_text()


def test_parent_and_kernels_die_with_their_owner() -> None:
    code = (
        "from jupyter_client.manager import KernelManager as K\n"
        "import os\n"
        "k = K(kernel_name='python3'); k.start_kernel()\n"
        "c = k.client(); c.start_channels(); c.wait_for_ready(timeout=60)\n"
        "print(k.provisioner.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    env = {**os.environ, "JUPYTER_DEFAULT_PROVISIONER_NAME": "coursekit-warm"}
    owner = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, env=env)
    pid = int(owner.stdout)
    deadline = time.monotonic() + 20
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(pid)


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() and not zombie(pid)


def test_the_executor_uses_warm_kernels_and_counts_their_time(tmp_path, monkeypatch) -> None:
    choose(monkeypatch, None)
    # What the executor sets for its kernels must not stay set for other tests.
    for name in ("COURSEKIT_STATIC", "OMP_NUM_THREADS", "PYTHONHASHSEED"):
        monkeypatch.setenv(name, os.environ.get(name, "1"))
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "")
    monkeypatch.delenv("JUPYTER_DEFAULT_PROVISIONER_NAME")
    config = Path(__file__).parents[1] / "_config.yml"
    (tmp_path / "_config.yml").write_text(config.read_text("utf8"), "utf8")
    (tmp_path / "chapters").mkdir()
    path = tmp_path / "chapters" / "01-x.ipynb"
    busy = (
        "import time\nend = time.process_time() + 1.5\nwhile time.process_time() < end:\n    pass"
    )
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(busy)])
    nbformat.write(nb, path)
    before = Forked.cpu_of_all
    assert 1.5 < notebooks.execute(path) < 6
    assert Forked.cpu_of_all - before > 1.5
