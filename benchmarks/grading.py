"""Throughput of the grader: 200 submissions, and what the walls and the judging cost.

    python benchmarks/grading.py                       speed against the bare warm fork
    python benchmarks/grading.py --kills 20            kill the run at random moments, resume
    python benchmarks/grading.py --dask-kills 10       kill dask workers at random moments
    python benchmarks/grading.py --fuzz 1000000        random bytes into intake and decoder

The bare warm fork is the floor: a process that has imported what the warm worker has
forks a child that runs the same
cells and the same cases in-process, with no walls, no encoding and no judging. CPU-seconds are
compared, because they hardly depend on what else the machine does; wall time is printed with the
load average beside it.
"""

import argparse
import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import psutil
from hostile import kit

CLASS = 200
SEED = 5
WRONG = {
    "perplexity": "def perplexity(p):\n    return float(1 / np.prod(np.asarray(p, dtype=float)))",
    "rnn_step": "def rnn_step(h, u, W_h, W_u, b_h):\n    return np.tanh(h @ W_h.T + u @ W_u.T)",
    "clip_gradients": "def clip_gradients(gs, t):\n    return [g * 0.5 for g in gs]",
}


def make_class(root: Path, count: int) -> tuple[Path, Path, dict[str, float]]:
    """A class of which every fifth answer is wrong; its folder, key, and fair marks."""
    rng = random.Random(SEED)
    (root / "in").mkdir(parents=True, exist_ok=True)
    fair = {}
    for i in range(count):
        wrong = {n: s for n, s in WRONG.items() if rng.random() < 0.2}
        name = f"student{i:03d}"
        # A comment of its own, so that no two submissions are the same file.
        data = kit.submission([f"# {name}", *kit.sources(**wrong)])
        (root / "in" / f"{name}.ipynb").write_bytes(data)
        fair[name] = 12.0 - 3 * len(wrong)
    return root / "in", kit.write_key(root), fair


def used() -> float:
    """CPU-seconds of ended children; this process measures, which is no part of grading."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def command(source: Path, key: Path, out: Path) -> list[str]:
    words = [sys.executable, "-W", "ignore", "-m", "coursekit.cli", "grade", str(source)]
    return [*words, "--key", str(key), "-o", str(out), "--seed", str(SEED)]


def marks(out: Path) -> dict[str, float]:
    from coursekit.grading.marks.files import read_lines

    return {r["student"]: r["points"] for r in read_lines(out / "results.jsonl")[0]}


def look(pid: int) -> float:
    """CPU-seconds of the worker below a command so far.

    bubblewrap does not wait for the warm worker, so the worker's CPU time, and in it that of the
    children it waited for, never reaches the command: it is read while the worker lives.
    """
    most = 0.0
    for process in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            most = max(most, sum(process.cpu_times()[:4]))
    return most


def weigh(pid: int) -> int:
    """Memory of a process and its descendants in bytes, shared pages counted once."""
    total = 0
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total


def grade_once(
    source: Path, key: Path, out: Path, measure: Callable[[int], float]
) -> tuple[float, float, float]:
    """Run one command; the largest ``measure`` of its process while it ran."""
    before, began, most = used(), time.monotonic(), 0.0
    process = subprocess.Popen(
        command(source, key, out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None:
        with contextlib.suppress(psutil.Error):
            most = max(most, measure(process.pid))
        time.sleep(0.05)
    return time.monotonic() - began, used() - before, most


FLOOR = """
import json, os, sys, time, resource, warnings
warnings.simplefilter("ignore")
import IPython, matplotlib.pyplot, numpy, torch
torch.set_num_threads(1)
from pathlib import Path
from coursekit.checks.run import run_case
from coursekit.grading.judging.exam import load_exam
exam = load_exam(Path(sys.argv[2]), int(sys.argv[3]))
work = [(i.question.name, [c.to_plain() for c in i.recorded.cases]) for i in exam.items]
def usage():
    return sum(getattr(resource.getrusage(w), p) for w in (resource.RUSAGE_SELF,
               resource.RUSAGE_CHILDREN) for p in ("ru_utime", "ru_stime"))
def one(path):
    space = {"__name__": "__main__"}
    for cell in json.loads(path.read_bytes())["cells"]:
        exec(compile(cell["source"], "cell", "exec"), space)
    for name, cases in work:
        for case in cases:
            run_case(space[name], case)
paths = sorted(Path(sys.argv[1]).glob("*.ipynb"))
def fork(path):
    pid = os.fork()
    if pid == 0:
        one(path); os._exit(0)
    os.waitpid(pid, 0)
fork(paths[0])
before = usage()
for path in paths: fork(path)
print((usage() - before) / len(paths))
"""


def timed(source: Path, key: Path, out: Path) -> tuple[float, float]:
    """Wall seconds and CPU-seconds of one command, its worker included."""
    wall, cpu, worker = grade_once(source, key, out, look)
    return wall, cpu + worker


def speed(root: Path, count: int) -> float:
    """Print throughput and the ratio to the floor; CPU-seconds per submission."""
    source, key, fair = make_class(root / "many", count)
    few, few_key, _ = make_class(root / "few", 2)
    _, _, peak = grade_once(source, key, root / "weighed", weigh)
    rows = []
    for attempt in range(3):
        wall, cpu = timed(source, key, root / f"out{attempt}")
        wall2, cpu2 = timed(few, few_key, root / f"few{attempt}")
        assert marks(root / f"out{attempt}") == fair, "an unfair mark"
        # Two classes of different size: the difference holds no start-up.
        each, pace = (cpu - cpu2) / (count - 2), (count - 2) / max(wall - wall2, 1e-9)
        floor = float(
            subprocess.run(
                [sys.executable, "-c", FLOOR, str(source), str(key), str(SEED)],
                capture_output=True,
                text=True,
                check=True,
                env=os.environ | {f"{n}_NUM_THREADS": "1" for n in ("OMP", "OPENBLAS", "MKL")},
            ).stdout
        )
        rows.append((each, floor))
        report(count, wall, pace, each, floor, peak)
    each, floor = (sorted(r[i] for r in rows)[1] for i in (0, 1))
    print(f"median: {1e3 * each:.0f} ms each, {each / floor:.2f} times the bare warm fork")
    return each


def report(count: int, wall: float, pace: float, each: float, floor: float, peak: float) -> None:
    """Print one row."""
    print(
        f"{count} submissions: {wall:.1f} s, {pace:.1f} a second; "
        f"CPU {1e3 * each:.0f} ms each, floor {1e3 * floor:.0f} ms, ratio {each / floor:.2f}; "
        f"peak {peak / 2**20:.0f} MB; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def kills(root: Path, count: int, times: int) -> None:
    """Kill the run at random moments until it is through; compare with a run left alone."""
    source, key, fair = make_class(root / "many", count)
    subprocess.run(command(source, key, root / "whole"), check=True, capture_output=True)
    whole = (root / "whole" / "results.jsonl").read_bytes()
    rng = random.Random(SEED)
    results = root / "killed" / "results.jsonl"
    for n in range(times):
        process = subprocess.Popen(
            command(source, key, root / "killed"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        # Most of a short run is start-up: wait until it has added a random number of lines.
        had = results.read_bytes().count(b"\n") if results.exists() else 0
        wanted = had + rng.randrange(0, max(2 * (count - had) // (times - n), 1))
        while process.poll() is None:
            now = results.read_bytes().count(b"\n") if results.exists() else 0
            if now > wanted or now >= count - 1:
                break
            time.sleep(rng.random() / 50)
        process.send_signal(signal.SIGKILL)
        process.wait()
        held = results.read_bytes().count(b"\n") if results.exists() else 0
        print(f"kill {n + 1}: {held} on record", flush=True)
    subprocess.run(command(source, key, root / "killed"), check=True, capture_output=True)
    from coursekit.grading.marks.files import read_lines

    assert results.read_bytes() == whole, "other results than the run left alone"
    assert marks(root / "killed") == fair
    lines = [t["student"] for t in read_lines(root / "killed" / "timings.jsonl")[0]]
    twice = len(lines) - len(set(lines))
    print(f"{times} kills: results byte-identical; {twice} submissions run a second time")


def dask_kills(root: Path, count: int, times: int) -> None:
    """Kill dask workers at random moments of one run; compare with a run on this machine."""
    from distributed import Client, LocalCluster

    source, key, fair = make_class(root / "many", count)
    near, far = root / "near", root / "far"
    subprocess.run(command(source, key, near), check=True, capture_output=True)
    rng = random.Random(SEED)
    moments = sorted(rng.sample(range(1, count - 1), times))
    lines = far / "results.jsonl"
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        run = [*command(source, key, far), "--scheduler", cluster.scheduler_address]
        process = subprocess.Popen(run)
        killed = 0
        while process.poll() is None:
            done = lines.read_bytes().count(b"\n") if lines.exists() else 0
            if killed < times and done >= moments[killed]:
                # A worker that is starting does not answer yet; then the next look finds one.
                with contextlib.suppress(Exception):
                    pids = list(client.run(os.getpid, on_error="ignore").values())
                    os.kill(rng.choice(pids), signal.SIGKILL)
                    killed += 1
                    print(f"kill {killed}: {done} on record", flush=True)
            time.sleep(0.02)
    assert killed == times, f"only {killed} kills"
    assert process.returncode == 0, "not everything was graded"
    assert marks(far) == fair
    assert lines.read_bytes() == (near / "results.jsonl").read_bytes(), "other results"
    print(f"{killed} dask workers killed: {count} results byte-identical to a run without dask")


def fuzz(count: int) -> None:
    """Random and half-random bytes into the intake and the decoder: refusals, never a crash."""
    from coursekit.checks.notebookfile import DamagedNotebook, read_cells
    from coursekit.checks.values import EncodingError, decode, encode
    from coursekit.grading.judging.verdicts import outcome_of
    from coursekit.grading.running.replies import Reply

    rng = random.Random(SEED)
    seeds = [
        kit.with_answers(),
        encode({"id": "x", "ok": True, "outcome": {"results": [1.5, [2, "a"]], "error": None}}),
        encode(list(range(40))),
    ]
    began, refused = time.monotonic(), 0
    for n in range(count):
        data = bytearray(rng.choice(seeds)[: rng.randrange(20, 2000)])
        for _ in range(rng.randrange(0, 8)):
            data[rng.randrange(len(data))] = rng.choice(b'{}[]":,0e-\\ntf\xff\x00')
        if n % 3 == 0:
            data = bytearray(rng.randbytes(rng.randrange(200)))
        try:
            read_cells(bytes(data))
        except DamagedNotebook:
            refused += 1
        try:
            outcome_of(Reply(outcome=decode(bytes(data))))
        except EncodingError:
            refused += 1
    seconds = time.monotonic() - began
    print(f"{count} inputs twice: {refused} refusals, no crash, {seconds:.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=CLASS)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--dask-kills", type=int, default=0)
    parser.add_argument("--fuzz", type=int, default=0)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    root = Path(tempfile.mkdtemp(prefix="grading-"))
    try:
        if asked.fuzz:
            fuzz(asked.fuzz)
        elif asked.dask_kills:
            dask_kills(root, asked.count, asked.dask_kills)
        elif asked.kills:
            kills(root, asked.count, asked.kills)
        else:
            speed(root, asked.count)
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
