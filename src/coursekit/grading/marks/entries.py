"""Make the record of a submission from what it did."""

import platform
import time
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version

import coursekit
from coursekit.grading.intake.collect import Collection, Submission
from coursekit.grading.intake.found import Problem
from coursekit.grading.judging.exam import Exam
from coursekit.grading.judging.verdicts import judge
from coursekit.grading.marks.late import LateRule
from coursekit.grading.marks.ledger import Timing
from coursekit.grading.marks.record import Identity, Provenance, Record
from coursekit.grading.running.local import Done


def make_record(
    exam: Exam, done: Done, rule: LateRule | None, identity: Identity, level: str
) -> Record:
    """The record of one submission: nothing in it differs between runs.

    Args:
        exam: what is right.
        done: what the submission did.
        rule: what lateness costs.
        identity: what else the mark depends on.
        level: of the walls that were up.
    """
    submission, run = done.submission, done.run
    record = _blank(exam, submission, provenance(identity, level, run.limits if run else ()))
    record.digest = submission.digest
    record.when = submission.when.isoformat() if submission.when else None
    record.penalty = rule.penalty(submission.when, submission.late) if rule else 0.0
    if run is None:
        record.status, record.notes = "infrastructure", [done.fault]
        return record
    record.status, record.notes = "graded", list(submission.notes)
    record.questions = judge(exam, submission, run)
    record.cells = list(run.faults)
    record.add_up()
    return record


def damaged_records(
    exam: Exam, collection: Collection, identity: Identity, level: str
) -> Iterator[Record]:
    """Records for students none of whose files could be read."""
    readable = {"", *(s.student for s in collection.submissions)}  # "": of a platform's own file
    for problem in collection.problems:
        if problem.student not in readable:
            readable.add(problem.student)
            record = _blank(exam, problem, provenance(identity, level))
            record.status = "damaged"
            record.notes = [f"{problem.file}: {problem.text}."]
            yield record


def _blank(exam: Exam, sent: Submission | Problem, origin: Provenance) -> Record:
    """A record that says no more than who sent what."""
    return Record(
        student=sent.student,
        name=sent.name,
        email=sent.email,
        platform=sent.platform,
        layout=sent.layout,
        file=sent.file,
        possible=exam.possible,
        provenance=origin,
    )


def provenance(identity: Identity, level: str, limits: Iterable[str] = ()) -> Provenance:
    """What produced a mark, beside the submission itself."""
    return Provenance(
        key=identity.key,
        seed=identity.seed,
        rules=identity.rules,
        sandbox=level,
        limits=sorted(limits),
        **versions(),
    )


@cache
def versions() -> dict[str, str]:
    """Versions of what computes: reading them from the packages' metadata takes milliseconds."""
    return {
        "coursekit": coursekit.__version__,
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "torch": version("torch"),
    }


def timing_of(done: Done) -> Timing:
    """What differs from run to run."""
    return Timing(
        student=done.submission.student,
        digest=done.submission.digest,
        at=now(),
        seconds=round(done.seconds, 3),
        cpu=round(done.run.cpu, 3) if done.run else None,
        memory=done.run.memory if done.run else None,
    )


def now() -> str:
    """This moment, as it stands in ``timings.jsonl``."""
    return time.strftime("%Y-%m-%dT%H:%M:%S%z")
