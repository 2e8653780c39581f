"""Grade a class: collect, run, judge, record; then write what people read.

A submission goes forward through the rooms once. ``intake`` finds it, ``running`` puts its code
through the ``box``, ``judging`` marks what came back, ``marks`` makes the record and keeps it, and
``reporting`` writes the pages from the records that are still in memory.
"""

import secrets
from collections.abc import Callable
from contextlib import closing
from dataclasses import KW_ONLY, dataclass, field, replace
from pathlib import Path

from coursekit.checks.limits import Limits
from coursekit.grading.box.levels import choose_level
from coursekit.grading.box.wall import visible_to_students
from coursekit.grading.intake.collect import Collection, IntakeFault, collect
from coursekit.grading.intake.groups import read_groups
from coursekit.grading.intake.roster import Roster, read_roster
from coursekit.grading.intake.submission import Sought, Submission
from coursekit.grading.judging.exam import Exam, key_digest, load_exam
from coursekit.grading.marks.entries import damaged_records, make_record, timing_of, with_handing_in
from coursekit.grading.marks.files import now
from coursekit.grading.marks.late import LateRule, RuleFault, read_extensions, read_rule
from coursekit.grading.marks.ledger import Gradebook, Ledger, Timing, read_identity
from coursekit.grading.marks.marking import notices
from coursekit.grading.marks.record import Identity, Record, RecordsFault, Rules, too_low
from coursekit.grading.reporting.changes import Change, changes
from coursekit.grading.reporting.notes import ClassNotes, read_notes
from coursekit.grading.reporting.report import write_pages
from coursekit.grading.reporting.words import count, number, some
from coursekit.grading.running.local import LocalRunner, Runner


@dataclass(frozen=True)
class GradeSettings:
    """What the instructor asked for; see ``coursekit grade --help``."""

    submissions: Path
    key: Path
    out: Path
    _: KW_ONLY
    roster: Path | None = None
    seed: int | None = None
    jobs: int = 0
    timeout: float = 20.0
    due: str = ""
    late: str = ""
    extensions: Path | None = None
    groups: Path | None = None
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
        remarks: what the instructor should know, a line each.
    """

    records: list[Record]
    problems: list[str] = field(default_factory=list)
    fresh: int = 0
    level: str = ""
    changes: list[Change] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def graded(self) -> int:
        """How many submissions have a mark."""
        return sum(r.status == "graded" for r in self.records)

    @property
    def complete(self) -> bool:
        """Whether every submission was graded."""
        return self.graded == len(self.records)


Progress = Callable[[int, int, str], None]


def grade(
    settings: GradeSettings, progress: Progress = lambda done, total, student: None
) -> Outcome:
    """Grade everything below ``settings.submissions`` that has not been graded yet.

    Args:
        settings: what to do.
        progress: called with submissions done, their total, and the student just done.

    Raises:
        Fault: nothing was graded and nothing written; the text is one line for the instructor.
    """
    before = read_identity(settings.out)
    roster = read_roster(settings.roster) if settings.roster else None
    rule = _late_rule(settings)
    identity = _identity(settings, before)
    level = choose_level(settings.unsafe)
    _keep_from_students(settings, level)
    if not settings.submissions.exists():
        raise IntakeFault(f"{settings.submissions}: no such file or folder")
    with closing(make_runner(settings, level)) as runner:
        runner.start()
        exam = load_exam(settings.key, identity.seed)
        collection = collect(settings.submissions, roster, _sought(settings, exam, roster))
        rule, remarks = _with_extensions(rule, settings, collection, roster)
        with Ledger(settings.out, replace(identity, exercise=exam.title)) as ledger:
            if settings.regrade:
                ledger.begin_regrade()
            fresh = _grade_all(exam, collection, rule, runner, ledger, level, progress, remarks)
            book = ledger.finish(collection.students)
            write_pages(book, _notes(exam, collection, roster, settings.out))
            changed = changes(book.before or [], book.records) if ledger.regrading else []
            ledger.end_regrade()
    if roster:
        remarks = [*roster.remarks, *remarks]
    remarks += [*_left_out(ledger.left), *_unread(collection.unread), *notices(book)]
    return Outcome(book.records, _to_look_at(book, collection), fresh, level, changed, remarks)


def _sought(settings: GradeSettings, exam: Exam, roster: Roster | None) -> Sought:
    """What the submissions are looked through for."""
    groups = read_groups(settings.groups, roster) if settings.groups else {}
    return Sought(exam.names, settings.key.stem, groups)


def _late_rule(settings: GradeSettings) -> LateRule | None:
    """What lateness costs; ``--late`` alone is about what the platform marks as late."""
    if settings.due or settings.late:
        return read_rule(settings.due, settings.late or "0%")
    if settings.extensions:
        raise RuleFault("--extensions: needs a deadline to extend, --due")
    return None


def _with_extensions(
    rule: LateRule | None, settings: GradeSettings, collection: Collection, roster: Roster | None
) -> tuple[LateRule | None, list[str]]:
    """The rule with extensions for single students, and what is to be said about lateness."""
    if rule is None:
        return None, []
    lines = [str(rule)]
    if settings.extensions:
        found = read_extensions(settings.extensions, rule, collection.submissions, roster)
        rule = replace(rule, extensions=found[0])
        lines += found[1]
    unknown = [s for s in collection.submissions if not rule.lateness(s).known]
    if unknown and rule.due and rule.percent:
        names = some([s.student for s in unknown])
        count = f"{len(unknown)} of {len(collection.submissions)} ({names})"
        tells = "; Moodle's grading worksheet, given as --roster, says it"
        hint = tells if any(s.layout == "moodle" for s in unknown) else ""
        lines.append(f"time unknown, no penalty: {count}: no platform says when{hint}")
    return rule, lines


def _left_out(students: list[str]) -> list[str]:
    """A line about students who had marks and of whom there is no file any more."""
    if not students:
        return []
    what = f"{len(students)} graded before, of whom there is no file among the submissions now"
    return [f"{what}, have no mark any more: {some(students)}; history.jsonl holds their marks"]


def _unread(files: list[str]) -> list[str]:
    """A line about files beside notebooks; the students' pages name them all."""
    if not files:
        return []
    return [f"{count(len(files), 'file')} beside notebooks not read: {some(files)}"]


def _keep_from_students(settings: GradeSettings, level: str) -> None:
    """Refuse a key or marks in a folder that student code can read."""
    for secret in (settings.key, settings.out):
        if level != "none" and visible_to_students(secret):
            raise RecordsFault(f"{secret}: lies where student code can read; move it elsewhere")


def _identity(settings: GradeSettings, before: Identity | None) -> Identity:
    """What the marks depend on; equal to what the folder holds, unless a regrade was asked for."""
    digest = key_digest(settings.key)
    rules = Rules(float(settings.timeout), settings.due, settings.late)
    seed = settings.seed
    if seed is None:
        seed = before.seed if before else secrets.randbits(48)
    if before and not settings.regrade:
        same = {
            "another key": before.key == digest,
            "another seed": before.seed == seed,
            "other rules": before.rules == rules,
        }
        differing = [text for text, holds in same.items() if not holds]
        if differing:
            raise RecordsFault(
                f"{settings.out}: holds marks made with {' and '.join(differing)}; "
                "grade again with --regrade, or choose another -o"
            )
    return Identity(digest, seed, rules)


def make_runner(settings: GradeSettings, level: str) -> Runner:
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
    remarks: list[str],
) -> int:
    """Run and record what is not yet on record; how many that was.

    Penalties that change without a new run are added to ``remarks``.
    """
    waiting: list[Submission] = []
    moved: list[str] = []
    for s in collection.submissions:
        if ledger.holds(s.student, s.digest):
            renewed = with_handing_in(ledger.records[s.student], s, rule)
            moved += _moved(ledger.records[s.student], renewed)
            ledger.renew(renewed, "another deadline or extension")
        else:
            waiting.append(s)
    if moved:
        remarks.append(f"another late penalty than before, without a new run: {some(moved)}")
    total = len(collection.submissions)
    count = total - len(waiting)
    progress(count, total, "")
    inquiries = [item.inquiry() for item in exam.items]
    for done in runner.run_all(waiting, inquiries):
        ledger.add(make_record(exam, done, rule, ledger.identity, level), timing_of(done))
        count += 1
        progress(count, total, done.submission.student)
    for record in damaged_records(exam, collection, ledger.identity, level):
        if not ledger.holds(record.student, record.digest):
            ledger.add(record, Timing(record.student, at=now()))
    return len(waiting)


def _moved(before: Record, after: Record) -> list[str]:
    """Whose penalty is another one now, as where an extension is no longer given."""
    if before.penalty == after.penalty:
        return []
    was, now = (f"{number(100 * r.penalty)} %" for r in (before, after))
    return [f"{after.name or after.student} ({was}, now {now})"]


def _notes(exam: Exam, collection: Collection, roster: Roster | None, folder: Path) -> ClassNotes:
    """What the report tells beside the marks, kept in the folder for the next report."""
    names = {p.student: p.name for p in roster.people} if roster else {}
    missing = [names.get(p.student) or p.student for p in collection.missing]
    given = {i.question.name: i.given for i in exam.items}
    notes = ClassNotes(collection.problems, missing, given, read_notes(folder).earlier)
    notes.save(folder)
    return notes


def _undefined(record: Record) -> str:
    """What to say of a notebook that defines few answers, if it does; else ``""``."""
    asked = [q for q in record.questions if q.answer is None]
    missing = [q for q in asked if q.status == "missing"]
    written = sum(bool(q.code) for q in missing)
    why = f": {record.cells[0]}" if record.cells and written else ""
    if asked and len(missing) == len(asked):
        return f"defines none of this exercise's answers{why}"
    if written and 2 * written >= len(asked):
        return f"running it does not define {count(written, 'answer')} written there{why}"
    return ""


def _to_look_at(book: Gradebook, collection: Collection) -> list[str]:
    """A line for everything that an instructor should look at."""
    lines = [f"{p.name or p.student}: {p.file}: {p.text}" for p in collection.problems]
    lines += [
        f"{r.student}: not graded: {r.notes[0]}"
        for r in book.records
        if r.status == "infrastructure"
    ]
    undefined = ((r, _undefined(r)) for r in book.records)
    lines += [f"{r.name or r.student}: {r.file}: {why}" for r, why in undefined if why]
    lines += too_low(book.records)
    if collection.missing:
        names = some([p.name or p.student for p in collection.missing])
        lines.append(f"{len(collection.missing)} on the roster handed in nothing: {names}")
    return lines
