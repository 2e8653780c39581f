"""What is released, drawn, checked and marked is the same on every processor.

    python tests/processors            emulate a few processors on this one: part of `make test`
    python tests/processors all        each variable by itself as well

Linear algebra, mathematical functions and the order of sums differ from one processor to the next,
and with the number of threads and the version of NumPy. The libraries can be told to compute as on
another processor; under each of these settings a process of its own releases all exercises, draws
secret cases, judges right and wrong answers and marks a class, and what it finds must be what the
first found and what is committed. Inputs, verdicts and marks are compared exactly, recorded
outcomes by value (``exercise_kit.unlike``).
"""

import concurrent.futures
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from coursekit.authoring.recipe import Recipe
from coursekit.checks.judge import judge
from coursekit.checks.recorded import Recorded, look_up
from coursekit.checks.values import encode

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OTHER_NUMPY = ROOT / ".venv/other-numpy"  # made by `make processors`

OLDEST = {
    "OPENBLAS_CORETYPE": "Prescott",
    "ATEN_CPU_CAPABILITY": "default",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4",
    "MKL_CBWR": "COMPATIBLE",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX2_Usable,-FMA_Usable",
}
SETTINGS: dict[str, dict[str, str]] = {
    "this processor": {},
    "an old processor": OLDEST,
    "AVX2, two threads": {
        "OPENBLAS_CORETYPE": "Haswell",
        "ATEN_CPU_CAPABILITY": "avx2",
        "NPY_DISABLE_CPU_FEATURES": "X86_V4",
        "OMP_NUM_THREADS": "2",
    },
    "AVX-512, another NumPy": {
        "OPENBLAS_CORETYPE": "SkylakeX",
        "PYTHONPATH": str(OTHER_NUMPY),
    },
}
ONE_BY_ONE = {
    **{
        f"OpenBLAS: {core}": {"OPENBLAS_CORETYPE": core}
        for core in ("Prescott", "Haswell", "SkylakeX")
    },
    **{f"ATen: {level}": {"ATEN_CPU_CAPABILITY": level} for level in ("default", "avx2")},
    "two threads": {"OMP_NUM_THREADS": "2"},
    "another NumPy": {"PYTHONPATH": str(OTHER_NUMPY)},
}
SEEDS = range(2000, 2010)  # of secret cases, for their inputs
JUDGED = 3  # the first of them also for verdicts
PATIENT = 900.0  # CPU-seconds for training: how fast a machine is, is not compared here
CLASS_KEY = "solutions/02-perplexity.ipynb"
RECORDS = "src/coursekit/checks/data"


def report(folder: Path) -> None:
    """Write into ``folder`` what this process releases, draws, judges and marks."""
    release_all(folder)
    draw_and_judge(folder)
    mark_a_class(folder)


def release_all(folder: Path) -> None:
    """Release every exercise into a repository in miniature."""
    from coursekit.authoring.release import release

    for part in ("solutions", "exercises", RECORDS):
        (folder / part).mkdir(parents=True)
    shutil.copy(ROOT / "_config.yml", folder)
    for source in sorted((ROOT / "solutions").glob("*.ipynb")):
        release(Path(shutil.copy(source, folder / "solutions")))


def draw_and_judge(folder: Path) -> None:
    """Write what the secret cases of each question are, and what answers get on some of them."""
    from exercise_kit import key_of, questions

    cases, said = {}, {}
    for stem, name in questions():
        recipe = key_of(stem).recipes[name]
        trained = recipe.question.kind == "model"
        drawn = [recipe.draw(seed) for seed in (SEEDS[:1] if trained else SEEDS)]
        cases[f"{stem} {name}"] = digest(drawn)
        said |= verdicts(stem, name, recipe, [] if trained else drawn[:JUDGED])
    (folder / "cases.json").write_text(json.dumps(cases, indent=1))
    (folder / "verdicts.json").write_text(json.dumps(said, indent=1))


def digest(drawn: Sequence[Recorded]) -> str:
    """Equal for the same inputs, to the last bit."""
    found = hashlib.sha256()
    for case in (case for recorded in drawn for case in recorded.cases):
        hidden = vars(case.hidden) if case.hidden else None
        found.update(encode([case.to_plain(), list(case.functions), hidden]))
    return found.hexdigest()


def verdicts(
    stem: str, name: str, recipe: Recipe, drawn: Sequence[Recorded]
) -> dict[str, list[object]]:
    """Points and hint of the reference, of every recorded mistake and of other hands' answers."""
    found: dict[str, list[object]] = {}
    limit = PATIENT if recipe.question.kind == "model" else 0.0
    for answer, thing in answers_to(stem, name, recipe):
        cases = (look_up(name), *drawn)
        said = [judge(recorded, thing, seconds=limit).diagnosis for recorded in cases]
        found[f"{stem} {name}: {answer}"] = [[d.points, d.misconception] for d in said]
    return found


def answers_to(stem: str, name: str, recipe: Recipe) -> Iterator[tuple[str, object]]:
    """Answers of all kinds to a question, each with what it is called."""
    from exercise_kit import ANSWERS, module

    yield "reference", recipe.reference
    if recipe.question.kind == "model":
        return  # each of the others trains a network for a quarter of a minute
    for wrong, _, variant in recipe.wrong:
        yield wrong, variant
    for path in ANSWERS[stem]:
        if hasattr(module(path), name):
            yield path.name, getattr(module(path), name)


def mark_a_class(folder: Path) -> None:
    """Grade the sample class of sixty; inside the sandbox the same processor is emulated."""
    from coursekit import cli
    from coursekit.grading.box import wall

    everything = {**OLDEST, "OMP_NUM_THREADS": ""}
    wall.ENVIRONMENT.update({k: os.environ[k] for k in everything if k in os.environ})
    key, given = str(ROOT / CLASS_KEY), ["--seed", "11", "--jobs", "1"]
    commands = (
        ["sample-class", str(folder / "class"), "--key", key],
        ["grade", str(folder / "class/submissions"), "--key", key, "-o", str(folder / "grades"),
         "--roster", str(folder / "class/roster.csv"), *given],
    )  # fmt: skip
    for arguments in commands:
        sys.argv = ["coursekit", *arguments]
        try:
            cli.main()
        except SystemExit as left:
            if left.code not in (0, 1, None):  # 1: the class has a file that is no notebook
                raise


def start(name: str, setting: dict[str, str], folder: Path) -> Path:
    """Run one report in a process of its own."""
    began = time.monotonic()
    command = [sys.executable, str(HERE), "--into", str(folder)]
    done = subprocess.run(command, env=os.environ | setting, capture_output=True, text=True)
    print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    if done.returncode:
        sys.exit(f"{name}: the report failed\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
    return folder


def differences(one: Path, other: Path) -> Iterator[str]:
    """What two reports do not agree on; the second may be the repository itself."""
    from exercise_kit import unlike

    for path in sorted((one / "exercises").glob("*.ipynb")):
        if path.read_bytes() != (other / "exercises" / path.name).read_bytes():
            yield f"the released {path.name}"
    for path in sorted((one / RECORDS).glob("*.json")):
        yield from unlike(path, other / RECORDS / path.name)
    for name in ("cases.json", "verdicts.json"):
        if other != ROOT:
            mine, theirs = (json.loads((f / name).read_text()) for f in (one, other))
            yield from (f"{name}: {k}" for k in mine | theirs if mine.get(k) != theirs.get(k))
    marks = "grades/grades.csv"
    if other != ROOT and (one / marks).read_bytes() != (other / marks).read_bytes():
        yield "the marks of the sample class"


def can_run(setting: dict[str, str]) -> bool:
    """Whether this processor has the instructions that a setting makes OpenBLAS use unasked."""
    needed = {"SkylakeX": "avx512f", "Haswell": "avx2"}.get(setting.get("OPENBLAS_CORETYPE", ""))
    flags = Path("/proc/cpuinfo")
    return needed is None or not flags.exists() or needed in flags.read_text().split()


def main(settings: dict[str, dict[str, str]]) -> None:
    """Compare all settings with the first, and the first with the repository.

    Raises:
        SystemExit: something differs; every difference has been printed.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folders = [Path(scratch) / str(number) for number in range(len(settings))]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            made = list(pool.map(start, settings, settings.values(), folders))
        faults = [f"released, against what is committed: {d}" for d in differences(made[0], ROOT)]
        for name, folder in list(zip(settings, made, strict=True))[1:]:
            faults += [f"{name}: {d}" for d in differences(folder, made[0])]
    print(*faults, sep="\n")
    if faults:
        sys.exit(f"{len(faults)} differences between processors")
    print(f"{len(settings)} settings agree")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tests"))
    if "--into" in sys.argv:
        report(Path(sys.argv[-1]))
    else:
        wanted = SETTINGS | (ONE_BY_ONE if "all" in sys.argv else {})
        for name in [name for name, setting in wanted.items() if not can_run(setting)]:
            print(f"{name}: left out: this processor lacks the instructions for it")
            del wanted[name]
        main(wanted)
