"""`make test` runs all gates, also after one that fails, and fails at the end."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
READY = ROOT / ".venv/.ready"


def make(*words):
    clean = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return subprocess.run(
        ["make", "test", *words], cwd=ROOT, env=clean, capture_output=True, text=True
    )


@pytest.mark.skipif(not READY.exists() or not shutil.which("make"), reason="not made by make")
def test_a_gate_that_fails_stops_no_other():
    done = make("GATES=no-such-gate help another", f"READY={READY}")
    assert done.returncode != 0
    assert "build the book" in done.stdout  # `make help` ran after the gate that failed
    assert "Gates that failed: no-such-gate another" in done.stdout
    assert "All gates passed" not in done.stdout
    assert make("GATES=help", f"READY={READY}").stdout.endswith("All gates passed.\n")
