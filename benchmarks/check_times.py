"""How long does a student wait for ``check``? Every question of every exercise.

    OMP_NUM_THREADS=1 python benchmarks/check_times.py [STEM ...]

Prints, for each question, the median of five checks of the right answer, the slowest check of a
known-wrong one (median of five as well: a wrong answer is compared with every misconception, so it
takes longer), and whether both keep the limit: 100 ms for NumPy, 1 s where torch is used. Each
check includes what belongs to it: reading the recorded cases, running the answer, the diagnosis and
its text. A question whose answer is trained has seconds of its own and is checked once; wrong
answers are not, since they would train as well. Times are CPU milliseconds of this process,
which a busy machine disturbs least; `wall` is what the right answer took on the clock. The last
lines give what only the first check of a session pays. Exits with 1 when a limit is broken.
"""

import argparse
import contextlib
import io
import statistics
import subprocess
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.authoring.loading import load_key
from coursekit.authoring.recipe import Recipe
from coursekit.checks import check
from coursekit.checks.recorded import index, look_up

SOLUTIONS = Path(__file__).parents[1] / "solutions"
ROUNDS = 5
NUMPY, TORCH = 100.0, 1000.0  # ms
FIRST = "import time; t = time.perf_counter(); from coursekit.checks import check; check(x=1); "
FIRST += "print(time.perf_counter() - t)"


@dataclass
class Timed:
    """What one question's check takes, in ms.

    Attributes:
        kind: numpy, torch or trained.
        right: median CPU time for the right answer.
        wall: the same on the clock.
        wrong: the largest median CPU time for a misconception; NaN for trained models.
        limit: what neither may exceed.
    """

    kind: str
    right: float
    wall: float
    wrong: float
    limit: float

    @property
    def passed(self) -> bool:
        """Whether right and wrong answers keep the limit."""
        return self.right <= self.limit and not self.wrong > self.limit


def median_ms(name: str, answer: Any, rounds: int = ROUNDS) -> tuple[float, float, bool]:
    """Median CPU time and clock time of ``check`` with its text, and whether the answer passed."""
    cpu, wall, passed = [], [], False
    with contextlib.redirect_stdout(io.StringIO()):
        for _ in range(rounds):
            began, shown = time.process_time(), time.perf_counter()
            feedback = check(**{name: answer})
            passed = feedback.passed and bool(repr(feedback))
            cpu.append(time.process_time() - began)
            wall.append(time.perf_counter() - shown)
    return 1000 * statistics.median(cpu), 1000 * statistics.median(wall), passed


def uses_torch(recipe: Recipe) -> bool:
    """Whether torch occurs in the cases or in the code of the answer."""
    recorded, thing = look_up(recipe.question.name), recipe.reference
    parts = vars(thing).values() if isinstance(thing, type) else [thing]
    names = {n for part in parts if hasattr(part, "__code__") for n in part.__code__.co_names}
    given = "" if recorded is None else repr((recorded.cases, recorded.expected))
    return bool(names & {"torch", "nn"}) or "torch" in given or "tensor(" in given


def timed(recipe: Recipe) -> Timed:
    """Time one question."""
    question, trained = recipe.question, recipe.question.kind == "model"
    right, wall, passed = median_ms(
        question.name, recipe.reference, rounds=1 if trained else ROUNDS
    )
    assert passed, f"{question.name}: the right answer does not pass"
    if trained:
        return Timed("trained", right, wall, float("nan"), 1000 * question.seconds)
    wrong = [median_ms(question.name, variant) for _, _, variant in recipe.wrong]
    assert not any(passed for _, _, passed in wrong), f"{question.name}: a wrong answer passes"
    kind, limit = ("torch", TORCH) if uses_torch(recipe) else ("numpy", NUMPY)
    return Timed(kind, right, wall, max(cpu for cpu, _, _ in wrong), limit)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("stems", nargs="*", help="exercises; by default all of them")
    stems = parser.parse_args().stems or sorted(p.stem for p in SOLUTIONS.glob("*.ipynb"))
    first = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True)
    began = time.perf_counter()
    index()  # the records are read once a session: not part of what follows
    read = time.perf_counter() - began
    print(
        f"{'exercise':38}{'question':28}{'kind':8}{'right':>8}{'wall':>8}{'wrong':>8}{'limit':>8}"
    )
    times = []
    for stem in stems:
        for name, recipe in load_key(SOLUTIONS / f"{stem}.ipynb").recipes.items():
            if recipe.question.kind == "text":
                continue
            t = timed(recipe)
            times.append(t)
            wrong = "-" if np.isnan(t.wrong) else f"{t.wrong:.1f}"
            print(f"{stem:38}{name:28}{t.kind:8}{t.right:8.1f}{t.wall:8.1f}{wrong:>8}{t.limit:8.0f}"
                  f"  {'pass' if t.passed else 'FAIL'}", flush=True)  # fmt: skip
    failed = sum(not t.passed for t in times)
    print(f"{len(times)} questions, {failed} beyond their limit")
    for kind in ("numpy", "torch"):
        found = [max(t.right, t.wrong) for t in times if t.kind == kind]
        if found:
            print(f"{kind}: {len(found)} questions, slowest check {max(found):.0f} ms")
    print(f"once a session: import and first check {float(first.stdout):.1f} s on the clock,")
    print(f"    of which reading the records {read:.1f} s")
    sys.exit(failed > 0)


if __name__ == "__main__":
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        main()
