"""A small part of ``tests/agreement.py``: check and grade give one mark for the same cases."""

from pathlib import Path

import agreement
import pytest
from hostile.cheats import CHEATS
from hostile.faults import FAULTS

from coursekit.grading.box.levels import choose_level
from coursekit.grading.running.local import LocalRunner

RIGHT = "import numpy as np\ndef perplexity(p):\n    return float(np.exp(-np.log(p).mean()))\n"
# Address space that is never touched: all that a process may have, as a thousand threads take it.
GREEDY = "import mmap\nkept = []\nfor _ in range(10**4):\n    kept.append(mmap.mmap(-1, 1 << 22))"
SOME = (
    *("float32", "magics", "defined twice"),
    *("sys.exit in a cell", "endless loop in a cell", "modules cleared", "warnings are errors"),
)


@pytest.mark.sandbox
def test_no_question_differs() -> None:
    chosen = ((label, cells) for label, cells in agreement.hostile() if label in SOME)
    with LocalRunner(choose_level(False), agreement.LIMITS, jobs=1) as runner:
        found = list(agreement.differences(chosen, runner))
    assert [label for label, _, _ in found] == list(SOME)
    assert [lines for _, _, lines in found] == [[]] * len(SOME)


@pytest.mark.sandbox
def test_memory_that_cells_leave_to_nobody_costs_no_answer(tmp_path: Path) -> None:
    cells = [RIGHT, GREEDY]
    with LocalRunner(choose_level(False), agreement.LIMITS, jobs=1) as runner:
        graded = agreement.by_grade(cells, runner)
    assert agreement.by_check(cells, tmp_path) == graded
    assert graded["perplexity"] == 4


def test_no_cheat_is_run_without_walls() -> None:
    assert not {label for label, _ in agreement.hostile()} & {*CHEATS, *agreement.BOMBS}
    assert set(FAULTS) > agreement.BOMBS


def test_a_difference_would_be_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    none = dict.fromkeys(agreement.by_check([RIGHT], tmp_path), 0.0)
    monkeypatch.setattr(agreement, "by_grade", lambda cells, runner: none)
    ((_, count, lines),) = agreement.differences(iter([("right", [RIGHT])]), None)
    assert count == len(none)
    assert lines == ["perplexity: check 4, grade 0"]
