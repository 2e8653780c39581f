"""What the tests of the exercises share: keys loaded once, answers of other hands."""

import functools
import importlib.util
import json
from pathlib import Path
from typing import Any

from coursekit.authoring.key import PUBLIC, Key, load_key
from coursekit.authoring.release import PUBLIC_SEED
from coursekit.checks.diagnose import Diagnosis, diagnose
from coursekit.checks.recorded import Recorded
from coursekit.checks.run import run_case
from coursekit.checks.trained import weigh

ROOT = Path(__file__).parent.parent
STEMS = sorted(p.stem for p in (ROOT / "solutions").glob("*.ipynb"))
ANSWERS = {stem: sorted((ROOT / "tests/answers" / stem).glob("*.py")) for stem in STEMS}


@functools.cache
def key_of(stem: str) -> Key:
    return load_key(ROOT / "solutions" / f"{stem}.ipynb")


@functools.cache
def public(stem: str, name: str) -> Recorded:
    return key_of(stem).recipes[name].draw(PUBLIC_SEED, PUBLIC)


def questions() -> list[tuple[str, str]]:
    """(exercise, question) of all questions that a machine judges, read from the recorded data."""
    found = []
    for stem in STEMS:
        data = ROOT / "src/coursekit/checks/data" / f"{stem}.json"
        for record in json.loads(data.read_text("utf8"))["questions"]:
            if record["kind"] != "text":
                found.append((stem, record["name"]))
    return found


@functools.cache
def module(path: Path) -> Any:
    """An answer file as a module."""
    spec = importlib.util.spec_from_file_location(f"answers_{path.parent.stem}_{path.stem}", path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def judged(drawn: Recorded, thing: Any) -> Diagnosis:
    """An answer judged on drawn cases, as grading does it."""
    outcomes = [
        weigh(case, run_case(thing, case.to_plain(), reach=case.evaluate)) for case in drawn.cases
    ]
    return diagnose(drawn.question, drawn.expected, outcomes, drawn.misconceptions)
