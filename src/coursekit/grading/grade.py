"""Grade a class: collect, run, judge, record; then write what people read."""

import platform
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path

import coursekit
from coursekit.grading.box.levels import choose_level
from coursekit.grading.box.limits import Limits
from coursekit.grading.box.worker import visible_to_students
from coursekit.grading.intake.collect import Collection, IntakeFault, Problem, Submission, collect
from coursekit.grading.intake.roster import Roster, read_roster
from coursekit.grading.judging.exam import Exam, key_digest, load_exam
from coursekit.grading.judging.sources import answer_sources
from coursekit.grading.judging.verdicts import judge
from coursekit.grading.marks.late import LateRule, read_rule
from coursekit.grading.marks.ledger import (
    BEFORE,
    Ledger,
    Record,
    RecordsFault,
    check_folder,
    read_lines,
)
from coursekit.grading.reporting.report import compare_records, write_pages
from coursekit.grading.running.local import Done, LocalRunner, Runner, code_of

CODE = 20_000  # characters of an answer's source that are kept


@dataclass(frozen=True)
class Settings:
    """What the instructor asked for; see ``coursekit grade --help``."""

    submissions: Path
    key: Path
    out: Path
    roster: Path | None = None
    seed: int | None = None
    jobs: int = 0
    timeout: float = 20.0
    due: str = ""
    late: str = ""
    scheduler: str = ""
    regrade: bool = False
    unsafe: bool = False


@dataclass
class Outcome:
    """What a run did.

    Attributes:
        records: every student's record.
        problems: what the instructor should look at, a line each.
        fresh: how many submissions were run now; the others had been graded before.
        level: walls that were up.
        changes: of a ``--regrade``, what changed.
    """

    records: list[Record]
    problems: list[str] = field(default_factory=list)
    fresh: int = 0
    level: str = ""
    changes: list[Record] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every submission was graded."""
        return all(r["status"] == "graded" for r in self.records)


Progress = Callable[[int, int, str], None]


def grade(settings: Settings, progress: Progress = lambda done, total, student: None) -> Outcome:
    """Grade everything below ``settings.submissions`` that has not been graded yet.

    Args:
        settings: what to do.
        progress: called with submissions done, their total, and the student just done.

    Raises:
        IntakeFault, RosterFault, RuleFault, KeyFault, RecordsFault, NoWalls: nothing was graded and
            nothing written; the text is one line for the instructor.
    """
    before = check_folder(settings.out)
    roster = read_roster(settings.roster) if settings.roster else None
    rule = read_rule(settings.due, settings.late or "0%") if settings.due else None
    identity = _identity(settings, before)
    level = choose_level(settings.unsafe)
    for secret in (settings.key, settings.out):
        if level != "none" and visible_to_students(secret):
            raise RecordsFault(f"{secret}: lies where student code can read; move it elsewhere")
    if not settings.submissions.exists():
        raise IntakeFault(f"{settings.submissions}: no such file or folder")
    runner = make_runner(settings, level)
    try:
        runner.start()
        exam = load_exam(settings.key, identity["seed"])
        collection = collect(settings.submissions, roster, exam.names)
        identity |= {"exercise": exam.title}
        with Ledger(settings.out, identity) as ledger:
            if settings.regrade:
                ledger.begin_again()
            fresh = _grade_all(exam, collection, rule, runner, ledger, level, progress)
            records = ledger.finish(_students(collection))
    finally:
        runner.close()
    return _report(settings, exam, collection, records, fresh, level, roster)


def _identity(settings: Settings, before: Record | None) -> Record:
    """What the marks depend on; equal to what the folder holds, unless a regrade was asked for."""
    digest = key_digest(settings.key)
    rules = {"timeout": float(settings.timeout), "due": settings.due, "late": settings.late}
    seed = settings.seed
    if seed is None:
        seed = before["seed"] if before else secrets.randbits(48)
    now: Record = {"key": digest, "seed": seed, "rules": rules}
    if before and not settings.regrade:
        names = {"key": "another key", "seed": "another seed", "rules": "other rules"}
        differing = [text for k, text in names.items() if before.get(k) != now[k]]
        if differing:
            raise RecordsFault(
                f"{settings.out}: holds marks made with {' and '.join(differing)}; "
                "grade again with --regrade, or choose another -o"
            )
    return now


def make_runner(settings: Settings, level: str) -> Runner:
    """This machine, or a dask cluster."""
    limits = Limits.from_timeout(settings.timeout)
    if settings.scheduler:
        from coursekit.grading.running.cluster import ClusterRunner

        return ClusterRunner(settings.scheduler, level, limits)
    return LocalRunner(level, limits, settings.jobs)


def _grade_all(
    exam: Exam,
    collection: Collection,
    rule: LateRule | None,
    runner: Runner,
    ledger: Ledger,
    level: str,
    progress: Progress,
) -> int:
    """Run and record what is not yet on record; how many that was."""
    waiting = [s for s in collection.submissions if not ledger.holds(s.student, s.digest)]
    total = len(collection.submissions)
    count = total - len(waiting)
    progress(count, total, "")
    inquiries = [item.inquiry() for item in exam.items]
    for done in runner.run_all(waiting, inquiries):
        record = make_record(exam, done, rule, ledger.identity, level)
        ledger.add(record, _timing(done))
        count += 1
        progress(count, total, done.submission.student)
    for record in _damaged(exam, collection, ledger.identity, level):
        if not ledger.holds(record["student"], record["digest"]):
            ledger.add(record, {"student": record["student"], "at": _now()})
    return len(waiting)


def make_record(
    exam: Exam, done: Done, rule: LateRule | None, identity: Record, level: str
) -> Record:
    """The line of ``results.jsonl`` for one submission: nothing in it differs between runs."""
    submission, run = done.submission, done.run
    record = _blank(exam, submission, submission.digest)
    origin = provenance(identity, level) | {"limits": sorted(done.run.limits) if done.run else []}
    penalty = rule.penalty(submission.when, submission.late) if rule else 0.0
    record |= {
        "when": submission.when.isoformat() if submission.when else None,
        "penalty": penalty,
        "notes": list(submission.notes),
        "provenance": origin,
    }
    if run is None:
        return record | {"status": "infrastructure", "notes": [done.fault]}
    code = answer_sources(code_of(submission), exam.names)
    questions = judge(exam, submission, run)
    for question in questions:
        question["code"] = code.get(question["name"], "")[:CODE]
    earned = round(sum(q["points"] for q in questions), 6)
    return record | {
        "status": "graded",
        "questions": questions,
        "cells": [vars(f) for f in run.faults],
        "earned": earned,
        "points": round(earned * (1 - penalty), 6),
    }


def _blank(exam: Exam, sent: Submission | Problem, digest: str) -> Record:
    """A record that says no more than who sent what."""
    return {
        "student": sent.student,
        "name": sent.name,
        "email": sent.email,
        "platform": sent.platform,
        "layout": sent.layout,
        "when": None,
        "file": sent.file,
        "digest": digest,
        "status": "damaged",
        "questions": [],
        "cells": [],
        "earned": 0.0,
        "points": 0.0,
        "possible": exam.possible,
        "penalty": 0.0,
        "notes": [],
        "provenance": {},
    }


def provenance(identity: Record, level: str) -> Record:
    """What produced a mark, beside the submission itself."""
    return {
        "key": identity["key"],
        "seed": identity["seed"],
        "rules": identity["rules"],
        "sandbox": level,
        **versions(),
    }


@cache
def versions() -> Record:
    """Versions of what computes: reading them from the packages' metadata takes milliseconds."""
    return {
        "coursekit": coursekit.__version__,
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "torch": version("torch"),
    }


def _damaged(exam: Exam, collection: Collection, identity: Record, level: str) -> Iterable[Record]:
    """Records for students none of whose files could be read."""
    readable = {s.student for s in collection.submissions}
    for problem in collection.problems:
        if problem.student not in readable:
            readable.add(problem.student)
            record = _blank(exam, problem, "")
            notes = [f"{problem.file}: {problem.text}."]
            origin = provenance(identity, level) | {"limits": []}
            yield record | {"notes": notes, "provenance": origin}


def _students(collection: Collection) -> list[str]:
    people = [s.student for s in collection.submissions]
    return people + [p.student for p in collection.problems]


def _timing(done: Done) -> Record:
    """What differs from run to run."""
    run = done.run
    return {
        "student": done.submission.student,
        "digest": done.submission.digest,
        "at": _now(),
        "seconds": round(done.seconds, 3),
        "cpu": round(run.cpu, 3) if run else None,
        "memory": run.memory if run else None,
    }


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S%z")


def _report(
    settings: Settings,
    exam: Exam,
    collection: Collection,
    records: list[Record],
    fresh: int,
    level: str,
    roster: Roster | None,
) -> Outcome:
    """Write everything people read and sum up."""
    names = {p.student: p.name for p in roster.people} if roster else {}
    missing = [f"{names.get(p.student) or p.student}" for p in collection.missing]
    problems = [vars(p) for p in collection.problems]
    given = {i.question.name: i.given for i in exam.items}
    write_pages(settings.out, problems=problems, missing=missing, given=given)
    lines = [f"{p.name or p.student}: {p.file}: {p.text}" for p in collection.problems]
    lines += [
        f"{r['student']}: not graded: {r['notes'][0]}"
        for r in records
        if r["status"] == "infrastructure"
    ]
    if collection.missing:
        lines.append(f"{len(collection.missing)} on the roster handed in nothing")
    before = read_lines(settings.out / BEFORE)[0] if settings.regrade else []
    return Outcome(records, lines, fresh, level, compare_records(before, records))
