"""Lateness costs points only where a platform says when, or that, work came late.

The inputs are those that cost whole classes points: downloads that carry the time of the download,
zips in local time, clocks that are set back, a stamp that a student wrote.
"""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.dates import get_month_names
from books import SEED, answers, exam_of, invoke, write_key
from test_grading_intake import notebook, put

from coursekit.grading.intake.collect import collect
from coursekit.grading.intake.roster import read_roster
from coursekit.grading.intake.stamps import read_stamp
from coursekit.grading.intake.submission import Submission
from coursekit.grading.marks.late import LateRule, RuleFault, read_extensions, read_rule

DUE = ["--due", "2026-11-20T23:59+00:00", "--late", "10% per day, at most 50%"]
AFTER = (2026, 11, 25, 9, 0, 0)  # when the download was made
MOODLE = "Ada Lovelace_1234_assignsubmission_file/x.ipynb"
CANVAS = ["lovelaceada_4321_98765_x.ipynb", "rossbob_LATE_4322_98766_x.ipynb"]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_key(tmp_path_factory.mktemp("key") / "key.ipynb")


def graded(key: Path, source: Path, *words: str) -> tuple[dict[str, tuple[float, float]], str]:
    """Points and penalty by student, and what the command printed."""
    out = source.parent / "out"
    asked = ["grade", str(source), "--key", str(key), "-o", str(out), "--seed", str(SEED), *words]
    result = invoke(asked, [exam_of(key, SEED)], source.parent / "log")
    assert result.exit_code == 0, result.output
    with (out / "grades.csv").open() as file:
        rows = list(csv.DictReader(file))
    marks = {r["student"]: (float(r["points"]), float(r["late_penalty"])) for r in rows}
    return marks, result.output


def download(path: Path, names: list[str], when: tuple[int, ...] = AFTER) -> Path:
    """A zip in which everything has the time of the download."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name, when), answers(2, "So.", "So."))  # type: ignore[arg-type]
    return path


# The platforms' downloads.


def test_canvas_says_who_is_late_and_nothing_else_does(key: Path, tmp_path: Path) -> None:
    marks, said = graded(key, download(tmp_path / "submissions.zip", CANVAS), *DUE)
    assert marks == {"4321": (3, 0), "4322": (2.7, 0.1)}
    assert "time unknown" not in said
    assert "deadline: 2026-11-20 23:59:00+00:00, time zone UTC" in said
    page = (tmp_path / "out" / "feedback" / "4322.html").read_text("utf8")
    assert "Marked as late by the platform" in page


def test_canvas_says_it_of_anonymous_work_too(key: Path, tmp_path: Path) -> None:
    names = ["anon_Xy12Z_98766_x-1.ipynb", "LATE_anon_aB3dE_98765_x.ipynb"]
    marks, said = graded(key, download(tmp_path / "submissions.zip", names), *DUE)
    assert marks == {"Xy12Z": (3, 0), "aB3dE": (2.7, 0.1)}
    assert "time unknown" not in said


def test_the_time_of_a_download_costs_nobody_a_point(key: Path, tmp_path: Path) -> None:
    marks, said = graded(key, download(tmp_path / "hw.zip", [MOODLE]), *DUE)
    assert marks == {"1234": (3, 0)}
    assert said.count("time unknown, no penalty: 1 of 1 (1234)") == 1
    assert "--roster" in said  # Moodle's worksheet would tell


@pytest.mark.parametrize("due", ["2026-11-20T23:59+08:00", "2026-11-20T23:59-08:00"])
def test_the_local_time_in_a_zip_costs_nobody_a_point(key: Path, tmp_path: Path, due: str) -> None:
    source = download(tmp_path / "hw.zip", ["ada/x.ipynb"], (2026, 11, 20, 22, 0, 0))
    marks, said = graded(key, source, "--due", due, "--late", "10% per day")
    assert marks == {"ada": (3, 0)}
    assert said.count("time unknown") == 1


def test_the_time_of_a_file_costs_nobody_a_point(key: Path, tmp_path: Path) -> None:
    put(tmp_path / "in", {"ada.ipynb": answers(2, "So.", "So.")})  # written now, after the deadline
    marks, _ = graded(key, tmp_path / "in", "--due", "2020-01-01", "--late", "10%")
    assert marks == {"ada": (3, 0)}


def test_a_penalty_without_a_deadline_is_for_what_the_platform_marks(
    key: Path, tmp_path: Path
) -> None:
    marks, said = graded(key, download(tmp_path / "s.zip", CANVAS), "--late", "10%")
    assert marks == {"4321": (3, 0), "4322": (2.7, 0.1)}
    assert "no --due: only what the platform marks as late costs points" in said


GRADESCOPE = """\
submission_111:
  :submitters:
  - :name: Ada Lovelace
    :sid: s1
  :created_at: 2026-11-21 01:30:00.123456000 Z
submission_222:
  :submitters:
  - :name: Bob Ross
    :sid: s2
  :created_at: 2026-11-20 23:59:00.9 Z
"""


def test_gradescope_says_when(key: Path, tmp_path: Path) -> None:
    files = {f"submission_{n}/x.ipynb": answers(2, "So.", "So.") for n in (111, 222)}
    put(tmp_path / "in", files | {"submission_metadata.yml": GRADESCOPE.encode()})
    marks, said = graded(key, tmp_path / "in", *DUE)
    assert marks == {"s1": (2.7, 0.1), "s2": (3, 0)}  # whole seconds count
    assert "time unknown" not in said
    page = (tmp_path / "out" / "feedback" / "s1.html").read_text("utf8")
    assert "Handed in at 2026-11-21 01:30:00+00:00; the deadline was 2026-11-20 23:59:00" in page


STAMPED = {
    "blackboard": "hw1_ada_attempt_2026-11-21-00-30-00_x.ipynb",
    "brightspace": "111-222 - Ada Lovelace - Nov 21, 2026 1230 AM/x.ipynb",
    "nbgrader inbound": "ada+ps2+2026-11-21 00:30:00.000000 UTC+x1/x.ipynb",
    "nbgrader": "submitted/ada/ps2/x.ipynb",
}


@pytest.mark.parametrize("platform", STAMPED)
def test_a_platforms_stamp_is_read(tmp_path: Path, platform: str) -> None:
    put(tmp_path, {STAMPED[platform]: notebook(), "submitted/ada/ps2/timestamp.txt": STAMP})
    (one,) = [s for s in collect(tmp_path).submissions if s.file == STAMPED[platform]]
    rule = read_rule("2026-11-20T23:59+00:00", "10% per day")
    assert rule.shown(one.when) == "2026-11-21 00:30:00+00:00"
    assert rule.lateness(one).penalty == 0.1


STAMP = b"2026-11-21 00:30:00.000000 UTC"


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("Identifier,Full name,Last modified (submission)\nParticipant 1234,Ada Lovelace,", "{}"),
        ("roster_identifier,name,submission_timestamp\n1234,Ada Lovelace,", "{}"),
    ],
)
@pytest.mark.parametrize(
    "when",
    [
        '"Saturday, 21 November 2026, 12:30 AM"',
        '"Saturday, November 21, 2026, 12:30 AM"',
        '"Saturday, 21 November 2026, 00:30"',
        "2026-11-21 00:30:00 UTC",
    ],
)
def test_a_roster_may_say_when(tmp_path: Path, table: str, column: str, when: str) -> None:
    (tmp_path / "roster.csv").write_text(table + column.format(when) + "\n")
    put(tmp_path / "in", {MOODLE: notebook()})
    (one,) = collect(tmp_path / "in", read_roster(tmp_path / "roster.csv")).submissions
    assert read_rule("2026-11-20T23:59+00:00", "10%").lateness(one).penalty == 0.1


# The headings are Moodle's own strings (lastmodifiedsubmission and recordid in mod_assign).
IN_OTHER_LANGUAGES = {
    "de": ("ID", "Zuletzt geändert (Abgabe)", "Samstag, 21. November 2026, 00:30"),
    "fr": (
        "Identifiant",
        "Dernière modification (travail remis)",
        "samedi 21 novembre 2026, 00:30",
    ),
    "es": (
        "Identificador",
        "Última modificación (entrega)",
        "sábado, 21 de noviembre de 2026, 00:30",
    ),
    "it": ("Identificativo", "Ultima modifica (consegna)", "sabato, 21 novembre 2026, 00:30"),
    "pt": ("Identificador", "Última modificação (envio)", "sábado, 21 novembro 2026, 00:30"),
}


@pytest.mark.parametrize("language", IN_OTHER_LANGUAGES)
def test_moodles_worksheet_in_another_language(tmp_path: Path, language: str) -> None:
    number, modified, when = IN_OTHER_LANGUAGES[language]
    text = f'{number},{modified},X\nParticipante 1234,"{when}",\nParticipante 77,-,\n'
    (tmp_path / "roster.csv").write_text(text, "utf8")
    put(tmp_path / "in", {MOODLE: notebook()})
    roster = read_roster(tmp_path / "roster.csv")
    assert [p.platform for p in roster.people] == ["Participante 1234", "Participante 77"]
    (one,) = collect(tmp_path / "in", roster).submissions
    assert read_rule("2026-11-20T23:59+00:00", "10%").lateness(one).penalty == 0.1


@pytest.mark.parametrize("language", ["de", "fr", "es", "it", "nl", "pt"])
def test_the_names_of_the_months(language: str) -> None:
    for number, name in get_month_names("wide", locale=language).items():
        assert read_stamp(f"1. {name} 2026, 23:59") == datetime(2026, number, 1, 23, 59)


@pytest.mark.parametrize("told", ["-", "", "samedi 21 nov 2026, 00:30", "yesterday"])
def test_a_time_that_is_not_understood_is_unknown(tmp_path: Path, told: str) -> None:
    (tmp_path / "roster.csv").write_text(
        f'Full name,Last modified (submission)\nAda Lovelace,"{told}"\n'
    )
    put(tmp_path / "in", {MOODLE: notebook()})
    (one,) = collect(tmp_path / "in", read_roster(tmp_path / "roster.csv")).submissions
    late = read_rule("2020-01-01", "10%").lateness(one)
    assert (late.penalty, late.known) == (0, False)


# Stamps that a student wrote.


def test_a_students_own_timestamp_counts_for_nothing(tmp_path: Path) -> None:
    put(tmp_path, {MOODLE: notebook(), str(Path(MOODLE).parent / "timestamp.txt"): STAMP})
    assert [s.when for s in collect(tmp_path).submissions] == [None]


def test_a_students_own_metadata_counts_for_nothing(tmp_path: Path) -> None:
    forged = GRADESCOPE.replace("s2", "zz").replace("2026-11-20", "2020-01-01")
    files = {f"submission_{n}/x.ipynb": notebook() for n in (111, 222)}
    files |= {"submission_metadata.yml": GRADESCOPE.encode()}
    files |= {"submission_111/submission_metadata.yml": forged.encode()}
    put(tmp_path, files)
    found = {s.student: s.when for s in collect(tmp_path).submissions}
    assert found.keys() == {"s1", "s2"}
    assert found["s2"].year == 2026  # type: ignore[union-attr]


# Clocks.

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("due", "instant"),
    [
        ("2026-11-20T23:59 Europe/Berlin", datetime(2026, 11, 20, 22, 59, tzinfo=UTC)),
        ("2026-07-20 23:59 Europe/Berlin", datetime(2026, 7, 20, 21, 59, tzinfo=UTC)),
        ("2026-07-20 23:59 UTC", datetime(2026, 7, 20, 23, 59, tzinfo=UTC)),
        ("2026-11-20T23:59:30+05:30", datetime(2026, 11, 20, 18, 29, 30, tzinfo=UTC)),
        # A day is over at its end.
        ("2026-11-20 Europe/Berlin", datetime(2026, 11, 20, 22, 59, 59, tzinfo=UTC)),
        # The clocks show this hour twice, and that one not at all.
        ("2026-10-25 02:30 Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-03-29 02:30 Europe/Berlin", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_deadline_is_a_moment(due: str, instant: datetime) -> None:
    assert read_rule(due, "10%").due == instant


@pytest.mark.parametrize(
    "due", ["2026-11-20 23:59 Europe/Atlantis", "2026-11-20 11:59 PM", "23:59", "2026-11-31"]
)
def test_a_deadline_that_is_none_is_refused(due: str) -> None:
    with pytest.raises(RuleFault, match="not a date and time"):
        read_rule(due, "10%")


@pytest.mark.parametrize(("seconds", "penalty"), [(0, 0.0), (0.999, 0.0), (1, 0.1), (-1, 0.0)])
def test_the_exact_second(seconds: float, penalty: float) -> None:
    rule = read_rule("2026-11-20 23:59:59 Europe/Berlin", "10%")
    assert rule.due is not None
    assert rule.penalty(rule.due + timedelta(seconds=seconds), False) == penalty


@pytest.mark.parametrize(
    ("due", "handed_in", "days"),
    [
        # The night of 25 October has 25 hours, that of 29 March 23.
        ("2026-10-24 23:59", datetime(2026, 10, 25, 23, 59), 1),
        ("2026-10-24 23:59", datetime(2026, 10, 25, 23, 59, 1), 2),
        ("2026-03-28 23:59", datetime(2026, 3, 29, 23, 59), 1),
        ("2026-03-28 23:59", datetime(2026, 3, 29, 23, 59, 1), 2),
        ("2026-10-25 02:30", datetime(2026, 10, 25, 2, 45, fold=0), 0),
        ("2026-10-25 02:30", datetime(2026, 10, 25, 2, 45, fold=1), 1),
    ],
)
def test_a_day_is_a_day_of_the_calendar(due: str, handed_in: datetime, days: int) -> None:
    rule = read_rule(f"{due} Europe/Berlin", "10% per day")
    when = handed_in.replace(tzinfo=BERLIN).astimezone(UTC)
    assert rule.penalty(when, False) == pytest.approx(days / 10)


def test_a_stamp_without_a_zone_is_read_in_that_of_the_deadline() -> None:
    stamp = datetime(2026, 11, 20, 23, 59, 30)
    for zone, late in (("Europe/Berlin", 0.1), ("+00:00", 0.1)):
        due = f"2026-11-20 23:59{zone}" if zone[0] == "+" else f"2026-11-20 23:59 {zone}"
        assert read_rule(due, "10%").penalty(stamp, False) == late


# Extensions for single students.


def sent(student: str, when: datetime | None = None, **about: object) -> Submission:
    return Submission(student, "", "", f"{student}.ipynb", (), "d", when, **about)  # type: ignore[arg-type]


def test_a_student_with_an_extension_has_that_deadline() -> None:
    rule = read_rule("2026-11-20 23:59 Europe/Berlin", "10% per day")
    assert rule.due is not None
    when = rule.due + timedelta(hours=30)
    longer = LateRule(rule.due, 10, 86400, extensions={"ada": rule.due + timedelta(days=1)})
    assert [longer.lateness(sent(s, when)).penalty for s in ("ada", "bob")] == [0.1, 0.2]
    # Canvas marks it late by its own deadline: whether it is late by this one nobody knows.
    flagged = {"late": True, "layout": "canvas"}
    assert longer.lateness(sent("ada", **flagged)).penalty == 0
    assert not longer.lateness(sent("ada", **flagged)).known
    assert longer.lateness(sent("bob", **flagged)).penalty == 0.1


@pytest.mark.parametrize("who", ["s1", "Ada Lovelace", "lovelace, ada", "ada@x.org", "ADA"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_extensions_come_from_a_table(tmp_path: Path, who: str, separator: str) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("student,name,email\ns1,Ada Lovelace,ada@x.org\ns2,Bob Ross,bob@x.org\n")
    quoted = io.StringIO()
    table = csv.writer(quoted, delimiter=separator)
    table.writerows([["Student", "Due"], [who, "2026-11-24 12:00"], ["nobody", "2026-11-24"]])
    path = tmp_path / "extensions.csv"
    path.write_text("\ufeff" + quoted.getvalue(), "utf8")
    rule = read_rule("2026-11-20 23:59 Europe/Berlin", "10% per day")
    found, lines = read_extensions(path, rule, [sent("s2")], read_roster(roster))
    assert found == {"s1": datetime(2026, 11, 24, 11, tzinfo=UTC)}
    assert lines == [f"{path}: nobody is nobody in this class"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("student,due\ns1,soon\n", "line 2: 'soon' is not a date and time"),
        ("student,until\ns1,2026-11-24\n", "needs the columns student and due"),
    ],
)
def test_extensions_with_a_slip_are_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "extensions.csv"
    path.write_text(text)
    with pytest.raises(RuleFault, match=says):
        read_extensions(path, read_rule("2026-11-20", "10%"), [], None)


def test_an_extension_given_later_needs_no_regrade(key: Path, tmp_path: Path) -> None:
    put(tmp_path / "in", {STAMPED["blackboard"]: answers(2, "So.", "So.")})
    marks, _ = graded(key, tmp_path / "in", *DUE)
    ((student, mark),) = marks.items()
    assert mark == (2.7, 0.1)
    (tmp_path / "e.csv").write_text(f"student,due\n{student},2026-11-22\nzoe,2026-11-22\n")
    marks, said = graded(key, tmp_path / "in", *DUE, "--extensions", str(tmp_path / "e.csv"))
    assert marks == {student: (3, 0)}
    assert "0 now" in said
    assert "e.csv: zoe is nobody in this class" in said
    story = invoke(["history", str(tmp_path / "out"), student], [], tmp_path / "log").output
    assert "late penalty: 10 % -> 0 % (another deadline or extension)" in story
    assert story.splitlines()[-1] == "now  3 of 9 points"
    marks, said = graded(key, tmp_path / "in", *DUE)  # and without it again
    assert marks == {student: (2.7, 0.1)}
    assert f"another late penalty than before, without a new run: {student} (0 %, now 10 %)" in said
    graded(key, tmp_path / "in", *DUE[:-1], "20% per day", "--regrade")
    assert f"{student},late penalty,0.1,0.2" in (tmp_path / "out" / "changes.csv").read_text()


def test_extensions_without_a_deadline_are_refused(key: Path, tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("student,due\nada,2026-11-22\n")
    words = ["grade", str(tmp_path), "--key", str(key), "-o", str(tmp_path / "out")]
    result = invoke([*words, "--extensions", str(tmp_path / "e.csv")], [], tmp_path / "log")
    assert result.exit_code == 2
    assert "needs a deadline" in result.output


@pytest.mark.parametrize(
    "name",
    [
        "mal/x_attempt_2026-01-01-00-00-00.ipynb",
        "mal/a+b+2026-01-01 00:00:00 UTC/x.ipynb",
        "mal.ipynb",
    ],
)
def test_the_table_of_a_platform_says_more_than_a_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "r.csv").write_text("student,submission_timestamp\nmal,2026-11-25T10:00:00Z\n")
    put(tmp_path / "in", {name: notebook(), "ada/x.ipynb": notebook()})
    found = collect(tmp_path / "in", read_roster(tmp_path / "r.csv")).submissions
    (mal,) = [s for s in found if s.student == "mal"]
    assert mal.when == datetime(2026, 11, 25, 10, tzinfo=UTC)


def test_an_extension_never_costs_points(tmp_path: Path) -> None:
    path = tmp_path / "extensions.csv"
    path.write_text("student,due\ns1,2026-11-24\ns1,2026-11-22\ns2,2025-11-24\ns2,2025-11-24\n")
    rule = read_rule("2026-11-20 23:59 UTC", "10% per day")
    found, lines = read_extensions(path, rule, [sent("s1"), sent("s2")], None)
    assert found == {"s1": datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC), "s2": rule.due}
    assert lines == [
        f"{path}: s1 stands there twice; the later date counts",
        *[f"{path}: s2: 2025-11-24 is before the deadline, which counts"] * 2,
    ]
