"""What runs in Gradescope's container: one submission in, ``results.json`` out.

A container has no namespaces to give: Gradescope starts it as root, usually without the right to
make any. What is always there is the oldest wall, another user: ``/autograder`` is closed to all
but root, and student code runs as a user without rights, who can neither read the key nor write
results. Landlock, the system-call filter and bubblewrap stand behind it wherever the kernel has
them. The wall is tried before any student code runs; where it does not hold, nothing is graded.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from coursekit.checks.limits import Limits
from coursekit.checks.notebookfile import Cell, DamagedNotebook, read_cells
from coursekit.faults import Fault
from coursekit.grading.box.levels import best_level
from coursekit.grading.box.wall import as_account
from coursekit.grading.intake.choose import fitness
from coursekit.grading.intake.submission import Submission, fingerprint
from coursekit.grading.judging.exam import Exam, load_exam
from coursekit.grading.marks.entries import make_record
from coursekit.grading.marks.record import Identity, Record, Rules
from coursekit.grading.platforms.gradescope.bundle import SETTINGS, BundleSettings
from coursekit.grading.platforms.gradescope.results import results, unreadable
from coursekit.grading.running.local import Done, LocalRunner

ROOT = Path("/autograder")
STUDENT = 64_123  # the number of a user whom nobody else is
PROBE = """
import os, sys
key, results = sys.argv[1:]
for attempt in (lambda: open(key), lambda: os.listdir(os.path.dirname(key)),
                lambda: open(results + '/probe', 'w'), lambda: os.setuid(0)):
    try:
        attempt()
    except OSError:
        continue
    sys.exit(1)
"""


class NotGraded(Fault):
    """The machinery cannot grade here; the text says why. It costs the student nothing."""


def main() -> None:
    """Grade what is in ``/autograder/submission``; exit code 1 and no results when it cannot."""
    try:
        written = grade_one(ROOT)
    except NotGraded as reason:
        print(f"coursekit: {reason}", file=sys.stderr)
        sys.exit(1)
    target = ROOT / "results" / "results.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", "utf8")
    print(f"score {written['score']:g}")


def grade_one(root: Path) -> dict[str, Any]:
    """The results for one submission.

    Raises:
        NotGraded: the walls do not hold, or the machinery failed.
    """
    began = time.monotonic()
    source = root / "source"
    settings = BundleSettings(**json.loads((source / SETTINGS).read_text("utf8")))
    close(root, source / settings.key)
    level = best_level()
    print(f"walls: another user; {level if level != 'none' else 'no Landlock, no seccomp'}")
    limits = Limits.from_timeout(settings.timeout)
    with LocalRunner(level, limits, jobs=1, account=STUDENT) as runner:
        runner.start()
        exam = load_exam(source / settings.key, settings.seed)
        submission, reasons = choose(root / "submission", exam)
        if submission is None:
            return unreadable(reasons)
        done = runner.run_one(submission, [item.inquiry() for item in exam.items])
    end_all_of(STUDENT)
    record = _record(exam, done, settings, level)
    return results(record, time.monotonic() - began, settings.visibility)


def _record(exam: Exam, done: Done, settings: BundleSettings, level: str) -> Record:
    identity = Identity(exam.digest, settings.seed, Rules(timeout=settings.timeout))
    record = make_record(exam, done, None, identity, f"another user, {level}")
    if record.status != "graded":
        raise NotGraded(done.fault)
    return record


def close(root: Path, key: Path) -> None:
    """Close ``/autograder`` to student code, and try the lock as that user.

    Raises:
        NotGraded: this is not root, or the lock does not hold.
    """
    if os.geteuid() != 0:
        raise NotGraded("not root here, so student code cannot run as another user")
    (root / "results").mkdir(exist_ok=True)
    for folder in (root, key.parent, root / "submission", root / "results"):
        folder.chmod(0o700)
    command = [sys.executable, "-I", "-c", PROBE, str(key), str(root / "results")]
    try:
        tried = subprocess.run(command, cwd="/", capture_output=True, **as_account(STUDENT))
    except OSError as error:
        raise NotGraded(f"student code cannot run as another user here ({error})") from error
    if tried.returncode != 0:
        raise NotGraded("student code could read the key or write results here: nothing is graded")


def choose(folder: Path, exam: Exam) -> tuple[Submission | None, list[str]]:
    """The notebook that counts, by the rule of ``intake/choose``, and what is wrong with others.

    Links are not followed: one could lead to the key.
    """
    found: list[tuple[tuple[bool, bool], float, str, tuple[Cell, ...]]] = []
    reasons: list[str] = []
    for path in sorted(folder.rglob("*.[iI][pP][yY][nN][bB]")):
        name = str(path.relative_to(folder))
        if ".ipynb_checkpoints" in path.parts or path.name.startswith("._"):
            continue
        if path.is_symlink() or not path.resolve().is_relative_to(folder.resolve()):
            reasons.append(f"{name}: a link, not a notebook.")
            continue
        try:
            cells = tuple(read_cells(path.read_bytes()))
        except (DamagedNotebook, OSError) as fault:
            reasons.append(f"{name}: {fault}.")
            continue
        found.append((fitness(cells, exam.names), path.stat().st_mtime, name, cells))
    if not found:
        return None, reasons or ["There is no notebook in what was handed in."]
    _, _, name, cells = max(found, key=lambda one: one[:3])
    notes = list(reasons)
    if len(found) > 1:
        notes.append(f"{len(found)} notebooks were handed in; {name} counts.")
    return Submission("", "", "", name, cells, fingerprint(cells), notes=tuple(notes)), reasons


def end_all_of(account: int) -> None:
    """End every process that student code may have left behind."""
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            if entry.stat().st_uid == account:
                os.kill(int(entry.name), signal.SIGKILL)


if __name__ == "__main__":
    main()
