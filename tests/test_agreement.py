"""A small part of ``tests/agreement.py``: check and grade give one mark for the same cases."""

from pathlib import Path

import agreement
import pytest
from hostile.cheats import CHEATS

from coursekit.grading.box.levels import choose_level
from coursekit.grading.running.local import LocalRunner

RIGHT = "import numpy as np\ndef perplexity(p):\n    return float(np.exp(-np.log(p).mean()))\n"
SOME = (
    *("float32", "magics", "defined twice"),
    *("sys.exit in a cell", "endless loop in a cell", "warnings are errors"),
)


@pytest.mark.sandbox
def test_no_question_differs() -> None:
    chosen = ((label, cells) for label, cells in agreement.hostile() if label in SOME)
    with LocalRunner(choose_level(False), agreement.LIMITS, jobs=1) as runner:
        found = list(agreement.differences(chosen, runner))
    assert [label for label, _, _ in found] == list(SOME)
    assert [lines for _, _, lines in found] == [[]] * len(SOME)


def test_no_cheat_is_run_without_walls() -> None:
    assert not {label for label, _ in agreement.hostile()} & set(CHEATS)


def test_a_difference_would_be_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    none = dict.fromkeys(agreement.by_check([RIGHT], tmp_path), 0.0)
    monkeypatch.setattr(agreement, "by_grade", lambda cells, runner: none)
    ((_, count, lines),) = agreement.differences(iter([("right", [RIGHT])]), None)
    assert count == len(none)
    assert lines == ["perplexity: check 4, grade 0"]
