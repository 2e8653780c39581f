"""Every hostile, broken, damaged or odd submission gets the mark it deserves, in one run of a class."""

import json
import re
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from coursekit.checks.limits import Limits
from coursekit.grading.grade import GradeSettings, grade
from coursekit.grading.judging.exam import load_exam
from coursekit.grading.marks.files import read_lines
from coursekit.grading.reporting.pages import page_names
from hostile import kit
from hostile.burdens import BURDENS
from hostile.cheats import CHEATS
from hostile.damage import DAMAGE
from hostile.faults import FAULTS
from hostile.oddities import ODDITIES

pytestmark = pytest.mark.sandbox
SEED = 7
SECONDS, MEMORY = 10.0, 700 << 20  # of CPU time, and bytes, for one submission
FRESH = 270 << 20  # bytes that a grader holds before the first submission; these tests hold more
BOMBS = {"fault memory bomb in a cell", "fault memory bomb in the function"}


def everything() -> dict[str, tuple[float | None, bytes]]:
    coded = {"burden": BURDENS, "cheat": CHEATS, "fault": FAULTS, "odd": ODDITIES}
    found: dict[str, tuple[float | None, bytes]] = {
        f"{group} {name}": (fair, kit.submission(cells))
        for group, table in coded.items()
        for name, (fair, cells) in table.items()
    }
    found |= {f"file {name}": entry for name, entry in DAMAGE.items()}
    return found | {"a-canary": (12, kit.with_answers()), "z-canary": (12, kit.with_answers())}


ALL = everything()


def held(what: str) -> int:
    """Bytes that this process holds, or has held at most."""
    return int(re.search(rf"{what}:\s*(\d+)", Path("/proc/self/status").read_text())[1]) << 10


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("class")
    (root / "in").mkdir()
    for name, (_, data) in ALL.items():
        (root / "in" / f"{name}.ipynb").write_bytes(data)
    key = kit.write_key(root)
    settings = GradeSettings(root / "in", key, root / "out", seed=SEED, timeout=3, jobs=3)
    spent: list[float] = []
    Path("/proc/self/clear_refs").write_text("5")  # forget how much memory this process ever had
    before = held("VmRSS")
    grade(settings, lambda done, total, student: spent.append(time.process_time()))
    (root / "costs.json").write_text(json.dumps([spent, held("VmHWM") - before]))
    return root


@pytest.fixture(scope="session")
def records(graded: Path) -> dict[str, dict]:  # type: ignore[type-arg]
    return {r["student"]: r for r in read_lines(graded / "out" / "results.jsonl")[0]}


def test_there_are_enough_of_them() -> None:
    assert len(ALL) >= 100
    assert min(map(len, (CHEATS, FAULTS, DAMAGE, ODDITIES))) >= 30


@pytest.mark.parametrize("name", sorted(ALL))
def test_fair(name: str, records: dict[str, dict]) -> None:  # type: ignore[type-arg]
    fair, record = ALL[name][0], records[name]
    said = [(q["name"], q["points"], q["status"], q["say"]) for q in record["questions"]]
    assert record["status"] == ("damaged" if fair is None else "graded"), record["notes"]
    assert record["points"] == (fair or 0), (said, record["cells"])
    if fair is None:
        assert len(record["notes"]) == 1
        assert "\n" not in record["notes"][0]


def test_a_submission_costs_the_box_little(graded: Path) -> None:
    """Time is what all its processes computed; memory holds the 270 MB that the worker warmed."""
    lines = read_lines(graded / "out" / "timings.jsonl")[0]
    used = {line["student"]: line for line in lines if line["cpu"] is not None}
    assert len(used) > 150
    assert {s: t["cpu"] for s, t in used.items() if t["cpu"] > SECONDS} == {}
    assert {s for s, t in used.items() if t["memory"] > MEMORY} <= BOMBS
    assert max(t["memory"] for t in used.values()) < Limits().memory + (300 << 20)


def test_a_submission_costs_the_grader_little(graded: Path) -> None:
    """What the process of the instructor computes from one submission to the next, and holds."""
    spent, more = json.loads((graded / "costs.json").read_text())
    assert max(after - before for before, after in pairwise(spent)) < SECONDS
    assert FRESH + more < MEMORY


def numbers(tree: object) -> set[str]:
    """Every number with six digits in a nested value, as a message would show it."""
    if hasattr(tree, "detach"):
        tree = tree.detach().numpy()
    if isinstance(tree, np.ndarray):
        return {f"{x:.6g}" for x in tree.ravel().tolist() if len(f"{abs(x):.6g}") >= 7}
    if isinstance(tree, dict):
        return set().union(*map(numbers, tree.values()))
    if isinstance(tree, (list, tuple)):
        return set().union(*map(numbers, tree))
    return numbers(np.asarray(tree)) if isinstance(tree, float) else set()


def test_no_page_shows_what_would_have_been_right(graded: Path, records: dict[str, dict]) -> None:  # type: ignore[type-arg]
    exam = load_exam(graded / "04-recurrent-networks.ipynb", SEED)
    secret = {
        i.question.name: numbers([e.results for e in i.recorded.expected])
        - numbers([c.to_plain() for c in i.recorded.cases])
        for i in exam.items
    }
    assert all(len(values) >= 3 for values in secret.values())
    for student, record in records.items():
        wrong = [q["name"] for q in record["questions"] if q["points"] == 0]
        shown = (graded / "out" / "feedback" / page_names([student])[student]).read_text("utf8")
        leaked = {v for name in wrong for v in secret[name] if v in shown}
        assert not leaked, (student, leaked)


def test_nothing_a_student_wrote_becomes_markup(graded: Path) -> None:
    pages = [graded / "out" / "report.html", *(graded / "out" / "feedback").glob("*.html")]
    assert len(pages) == len(ALL) + 1
    for page in pages:
        shown = page.read_text("utf8").lower()
        assert "<script" not in shown
        assert "<img" not in shown
        assert "default-src 'none'" in shown


def test_nothing_is_left_behind(graded: Path) -> None:
    assert not Path("/tmp/pwned").exists()
    assert sorted(p.stem for p in (graded / "in").iterdir()) == sorted(ALL)
    for name, (_, data) in ALL.items():
        assert (graded / "in" / f"{name}.ipynb").read_bytes() == data
    assert json.loads((graded / "out" / "run.json").read_text())["seed"] == SEED
