"""The same class through coursekit, nbgrader and Otter: CPU-seconds per submission.

    python benchmarks/grading_peers.py --environments FOLDER [--count 20]

nbgrader and Otter are installed in environments of their own below FOLDER (a few minutes and about
3 GB the first time). Each grader gets the same answers in its own format: four questions, a visible
test (1 point) and a hidden one (2 points) each. Otter runs without its containers, by the way its
documentation gives for that (``otter run``); with containers it would take longer. coursekit's
start-up, which a class pays once, is given both ways: spread over a class of 200, and left out.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import grading
from hostile import kit

PEERS = {"nbgrader": ["nbgrader"], "otter": ["otter-grader", "ipykernel"]}
ROUNDS = 3
# For each question a visible and a hidden test, each one statement without a value.
TESTS = {
    "perplexity": (
        "assert np.isclose(perplexity(np.array([0.5, 0.25])), 8**0.5)",
        "assert np.isclose(perplexity(np.full(2000, 1e-3)), 1000.0)",
    ),
    "rnn_step": (
        "assert np.allclose(rnn_step(*map(np.ones, ((2, 3), (2, 1), (3, 3), (3, 1), 3))),"
        " np.tanh(5.0))",
        "assert np.allclose(rnn_step(*map(np.ones, ((1, 1), (1, 1), (1, 1), (1, 1), 1))),"
        " np.tanh(3.0))",
    ),
    "clip_gradients": (
        "assert torch.allclose(clip_gradients([torch.tensor([3.0, 4.0])], 1.0)[0],"
        " torch.tensor([0.6, 0.8]))",
        "assert torch.allclose(clip_gradients([torch.full((3,), 1e-3)], 2.0)[0],"
        " torch.full((3,), 1e-3))",
    ),
    "LSTMCell": (
        "assert LSTMCell(2, 3)(torch.ones(4, 2), (torch.zeros(4, 3), torch.ones(4, 3)))[0].shape"
        " == (4, 3)",
        "assert torch.allclose(LSTMCell(2, 3)(torch.ones(1, 2), (torch.zeros(1, 3),"
        " torch.ones(1, 3)))[1], torch.full((1, 3), 0.5))",
    ),
}


def raw(source: str) -> dict[str, object]:
    """A raw cell."""
    return {"cell_type": "raw", "metadata": {}, "source": source}


def graded(name: str, source: str, points: int) -> dict[str, object]:
    """An nbgrader test cell."""
    about = {"schema_version": 3, "grade_id": name, "grade": True, "points": points}
    about |= {"locked": True, "solution": False, "task": False}
    return kit.code(source, metadata={"nbgrader": about})


def for_nbgrader(answers: dict[str, str], tests: bool = True) -> bytes:
    """A notebook in nbgrader's format: answers and test cells."""
    cells = [kit.code(kit.IMPORTS)]
    for name, answer in answers.items():
        about = {"schema_version": 3, "grade_id": name, "grade": False, "solution": True}
        about |= {"locked": False, "task": False}
        cells.append(kit.code(answer, metadata={"nbgrader": about}))
        visible, hidden = TESTS[name]
        fenced = f"### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
        cells.append(graded(f"{name}-visible", visible, 1))
        cells.append(graded(f"{name}-hidden", fenced if tests else "", 2))
    return in_format(cells)


def in_format(cells: list[dict[str, object]]) -> bytes:
    """A notebook with the metadata that the peers insist on."""
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return kit.notebook(cells, metadata={"kernelspec": spec, "language_info": {"name": "python"}})


def master_for_otter() -> bytes:
    """Otter's source notebook."""
    cells = [raw("# ASSIGNMENT CONFIG\ninit_cell: false\nexport_cell: false\ngenerate: true")]
    cells.append(kit.code(kit.IMPORTS))
    for name, answer in kit.ANSWERS.items():
        visible, hidden = TESTS[name]
        cells += [raw(f"# BEGIN QUESTION\nname: {name}\npoints: [1, 2]"), raw("# BEGIN SOLUTION")]
        cells += [kit.code(answer), raw("# END SOLUTION"), raw("# BEGIN TESTS")]
        cells += [kit.code(visible), kit.code(f"# HIDDEN\n{hidden}")]
        cells += [raw("# END TESTS"), raw("# END QUESTION")]
    return in_format(cells)


def install(folder: Path) -> dict[str, Path]:
    """The peers' environments, made if they are missing: their ``bin`` folders."""
    for name, packages in PEERS.items():
        if not (folder / name / "installed").exists():
            print(f"installing {name} …", flush=True)
            subprocess.run([sys.executable, "-m", "venv", folder / name], check=True)
            pip = [folder / name / "bin" / "pip", "install", "--quiet"]
            subprocess.run([*pip, "torch==2.13.0"], check=True)
            subprocess.run([*pip, "numpy", *packages], check=True)
            (folder / name / "installed").touch()
    return {name: folder / name / "bin" for name in PEERS}


def call(command: list[str | Path], where: Path, bin_folder: Path | None = None) -> None:
    """Run a command quietly; what it said is shown only when it fails."""
    env = os.environ | {f"{n}_NUM_THREADS": "1" for n in ("OMP", "OPENBLAS", "MKL")}
    env |= {"PYTHONWARNINGS": "ignore"}
    if bin_folder:
        env["PATH"] = f"{bin_folder}:{env['PATH']}"
    done = subprocess.run(command, cwd=where, env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}")


def answers_of(path: Path) -> dict[str, str]:
    """The answers of one of our submissions, by name."""
    sources = [c["source"] for c in json.loads(path.read_bytes())["cells"]]
    return {n: next(s for s in sources if f" {n}(" in s) for n in kit.ANSWERS}


def nbgrader(root: Path, ours: Path, bin_folder: Path) -> tuple[Path, Callable[[], None]]:
    """A course with everything handed in; what grades it."""
    course = root / "course"
    (course / "source" / "ps1").mkdir(parents=True)
    (course / "source" / "ps1" / "p.ipynb").write_bytes(for_nbgrader(kit.ANSWERS))
    (course / "nbgrader_config.py").write_text('c = get_config()\nc.CourseDirectory.course_id="c"')
    call([bin_folder / "nbgrader", "generate_assignment", "ps1", "--force"], course, bin_folder)
    for path in ours.glob("*.ipynb"):
        place = course / "submitted" / path.stem / "ps1"
        place.mkdir(parents=True)
        (place / "p.ipynb").write_bytes(for_nbgrader(answers_of(path), tests=False))

    def grade() -> None:
        call([bin_folder / "nbgrader", "autograde", "ps1", "--force"], course, bin_folder)

    return course, grade


def nbgrader_marks(course: Path, bin_folder: Path) -> dict[str, float]:
    """Points by student, as nbgrader exports them."""
    call([bin_folder / "nbgrader", "export", "--to", "grades.csv"], course, bin_folder)
    rows = [line.split(",") for line in (course / "grades.csv").read_text().splitlines()]
    who, what = rows[0].index("student_id"), rows[0].index("raw_score")
    return {row[who]: float(row[what]) for row in rows[1:]}


def otter(root: Path, ours: Path, bin_folder: Path) -> tuple[Path, Callable[[], None]]:
    """An autograder and everything handed in; what grades it."""
    place = root / "otter"
    (place / "in").mkdir(parents=True)
    (place / "p.ipynb").write_bytes(master_for_otter())
    call([bin_folder / "otter", "assign", "p.ipynb", "dist", "--no-run-tests"], place, bin_folder)
    (archive,) = (place / "dist" / "autograder").glob("*.zip")
    for path in ours.glob("*.ipynb"):
        cells = [kit.code(kit.IMPORTS), *map(kit.code, answers_of(path).values())]
        (place / "in" / path.name).write_bytes(in_format(cells))

    def grade() -> None:
        for path in sorted((place / "in").glob("*.ipynb")):
            out = place / "out" / path.stem
            out.mkdir(parents=True, exist_ok=True)
            command = [bin_folder / "otter", "run", path, "-a", archive, "-o", out]
            call(command, place, bin_folder)

    return place, grade


def otter_marks(place: Path) -> dict[str, float]:
    """Points by student from the results files."""
    found = {}
    for path in (place / "out").glob("*/results.json"):
        tests = json.loads(path.read_text())["tests"]
        found[path.parent.name] = float(sum(t.get("score", 0) for t in tests))
    return found


def cost(grade: Callable[[], None], count: int) -> float:
    """CPU-seconds per submission of everything a call starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    grade()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used / count


def compare(root: Path, environments: Path, count: int) -> None:
    """Grade the class in turn with each; print medians and ratios."""
    bins = install(environments)
    source, key, fair = grading.make_class(root / "ours", count)
    course, by_nbgrader = nbgrader(root, source, bins["nbgrader"])
    place, by_otter = otter(root, source, bins["otter"])
    many, many_key, _ = grading.make_class(root / "many", grading.CLASS)
    few, few_key, _ = grading.make_class(root / "few", 2)
    names = ("whole", "one more", "nbgrader", "otter")
    rows: dict[str, list[float]] = {name: [] for name in names}
    for attempt in range(ROUNDS):
        _, cpu = grading.timed(many, many_key, root / f"many{attempt}")
        _, start = grading.timed(few, few_key, root / f"few{attempt}")
        rows["whole"].append(cpu / grading.CLASS)
        rows["one more"].append((cpu - start) / (grading.CLASS - 2))
        rows["nbgrader"].append(cost(by_nbgrader, count))
        rows["otter"].append(cost(by_otter, count))
        told = ", ".join(f"{name} {1e3 * found[-1]:.0f} ms" for name, found in rows.items())
        print(f"{time.strftime('%H:%M:%S')} {told}; load {os.getloadavg()[0]:.1f}", flush=True)
    grading.grade_once(source, key, root / "out", lambda pid: 0.0)
    assert grading.marks(root / "out") == fair
    assert nbgrader_marks(course, bins["nbgrader"]) == fair, "nbgrader gives other marks"
    assert otter_marks(place) == fair, "Otter gives other marks"
    print(f"all three give the same {count} marks")
    medians = {name: statistics.median(found) for name, found in rows.items()}
    whole, more = medians.pop("whole"), medians.pop("one more")
    print(f"coursekit: {1e3 * more:.0f} ms for one more, {1e3 * whole:.0f} ms with its start-up")
    for name, each in medians.items():
        print(f"{name}: {each:.2f} CPU-s, {each / more:.0f} and {each / whole:.0f} times as much")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--environments", type=Path, required=True)
    parser.add_argument("--count", type=int, default=20)
    asked = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="peers-"))
    try:
        compare(root, asked.environments.resolve(), asked.count)
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
