"""Make the record of a submission from what it did."""

import platform
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from importlib.metadata import version

import coursekit
from coursekit.grading.intake.collect import Collection
from coursekit.grading.intake.found import Problem
from coursekit.grading.intake.submission import Submission
from coursekit.grading.judging.exam import Exam
from coursekit.grading.judging.verdicts import judge
from coursekit.grading.marks.files import now
from coursekit.grading.marks.late import Lateness, LateRule
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
    origin = provenance(identity, level, run.limits if run else ())
    record = with_handing_in(_blank(exam, submission, origin), submission, rule)
    if run is None:
        record.status, record.notes = "infrastructure", [done.fault]
        return record
    record.questions = judge(exam, submission, run)
    record.cells = list(run.faults)
    record.add_up()
    return record


def with_handing_in(record: Record, submission: Submission, rule: LateRule | None) -> Record:
    """A record with what is known of a submission without running it, and what lateness costs."""
    late = rule.lateness(submission) if rule else Lateness()
    made = replace(
        record,
        name=submission.name,
        email=submission.email,
        login=submission.login,
        platform=submission.platform,
        layout=submission.layout,
        file=submission.file,
        digest=submission.digest,
        when=submission.when.isoformat() if submission.when else None,
        penalty=late.penalty,
        said=submission.said,
        notes=[*submission.notes, late.note] if late.note else list(submission.notes),
    )
    made.add_up()
    return made


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
        login=sent.login,
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
