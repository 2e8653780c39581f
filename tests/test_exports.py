"""Exports say what they send; nothing in them hits another person or runs in a spreadsheet."""

import csv
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from books import SEED, answers, exam_of, invoke, write_key
from test_grading_intake import notebook, put, zipped
from test_marks import kept, late_record, question, rows
from typer.testing import CliRunner

from coursekit.cli import app
from coursekit.grading.intake.collect import collect
from coursekit.grading.intake.roster import read_roster
from coursekit.grading.marks.ledger import Ledger, Timing, load
from coursekit.grading.marks.record import Record
from coursekit.grading.marks.spreadsheet import as_typed, harmless, table
from coursekit.grading.platforms.exports import ExportFault, export, remarks
from coursekit.grading.reporting.report import rebuild

ON_MOODLE = {"layout": "moodle"}
ON_CANVAS = {"layout": "canvas"}


def said(folder: Path, platform: str, *more: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(app, ["export", str(folder), "--to", platform, *more])
    return result.exit_code, result.output.splitlines()


# What is said.


def test_answers_that_nobody_has_marked_are_said(tmp_path: Path) -> None:
    why = [question("why", 2.0, 0.0, answer="So.") for _ in range(3)]
    for q in why:
        q.status = "waiting"
    people = [Record("s1", questions=why[:2]), Record("s2", questions=why[2:])]
    kept(tmp_path, *people)
    for platform in ("canvas", "gradescope", "nbgrader"):
        code, lines = said(tmp_path, platform)
        assert code == 0
        assert lines[0].startswith("3 written answers of 2 students not marked yet, counting 0")


def test_what_the_case_of_one_unmarked_answer_says(tmp_path: Path) -> None:
    key = write_key(tmp_path / "key.ipynb")
    put(tmp_path / "in", {"ada.ipynb": answers(2, "So.", "")})
    words = ["grade", str(tmp_path / "in"), "--key", str(key), "-o", str(tmp_path / "out")]
    invoke([*words, "--seed", str(SEED)], [exam_of(key, SEED)], tmp_path / "log")
    code, lines = said(tmp_path / "out", "canvas")
    assert code == 0
    assert "1 written answer of 1 student not marked yet" in lines[0]
    assert [r["Student"] for r in rows(tmp_path / "out", "canvas")][1:] == ["ada"]


@pytest.mark.parametrize(
    ("about", "platform"),
    [(ON_MOODLE, "moodle"), (ON_CANVAS, "canvas")],
)
def test_the_platforms_maximum_is_said_or_kept(tmp_path: Path, about: dict, platform: str) -> None:
    kept(tmp_path, late_record("s1", platform="7", **about))  # 6.3 of 10
    column = "Grade" if platform == "moodle" else "Exercises 1"
    assert any("points are out of 10" in line for line in said(tmp_path, platform)[1])
    assert rows(tmp_path, platform)[-1][column] == "6.3"
    code, lines = said(tmp_path, platform, "--maximum", "100")
    assert code == 0
    assert not any("out of" in line for line in lines)
    (path,) = (tmp_path / "exports").glob("*.csv")
    with path.open() as file:
        found = list(csv.DictReader(file))
    assert found[-1][column] == "63"
    assert (found[0].get("Maximum grade") or found[0][column]) == "100"
    assert load(tmp_path).records[0].points == 6.3


@pytest.mark.parametrize("words", [("canvas", "0"), ("canvas", "-1"), ("nbgrader", "5")])
def test_a_maximum_that_makes_no_sense_is_refused(tmp_path: Path, words: tuple[str, str]) -> None:
    kept(tmp_path, late_record("s1"))
    code, lines = said(tmp_path, words[0], "--maximum", words[1])
    assert (code, len(lines)) == (2, 1)


def test_who_gets_no_mark_or_none_for_a_file_is_said(tmp_path: Path) -> None:
    cleo = Record("s3", status="damaged", possible=10.0, notes=["empty"])
    dan = Record("s4", status="infrastructure", possible=10.0)
    kept(tmp_path, late_record("s1"), cleo, dan)
    _, lines = said(tmp_path, "nbgrader")
    assert "s3: gets 0: no notebook that could be graded" in lines
    assert "s4: is left out: not graded" in lines


def test_half_a_class_is_not_sent(tmp_path: Path) -> None:
    kept(tmp_path, late_record("s1"))
    book = load(tmp_path)
    with Ledger(tmp_path, book.identity) as ledger:
        ledger.add(late_record("s2"), Timing("s2"))  # and then the run is stopped
    code, lines = said(tmp_path, "canvas")
    assert (code, len(lines)) == (2, 1)
    assert "grading was stopped" in lines[0]
    kept(tmp_path, late_record("s1"), late_record("s2"))
    assert said(tmp_path, "canvas")[0] == 0
    with Ledger(tmp_path, book.identity) as ledger:
        ledger.begin_regrade()
    assert said(tmp_path, "canvas")[0] == 2


# Whose row it is.


def test_moodle_gets_no_number_that_is_not_its_own(tmp_path: Path) -> None:
    kept(tmp_path, late_record("4321", platform="4321", **ON_CANVAS))
    code, lines = said(tmp_path, "moodle")
    assert code == 2
    assert len(lines) == 1
    assert "no download of Moodle's" in lines[0]
    assert not (tmp_path / "exports").exists()
    kept(tmp_path, late_record("ada", platform="11", **ON_MOODLE), late_record("12"))
    assert [r["Identifier"] for r in rows(tmp_path, "moodle")] == ["Participant 11"]
    assert (
        "1 of 2 (12) are left out: Moodle's number for them is not known"
        in said(tmp_path, "moodle")[1]
    )


def test_canvas_gets_no_number_that_is_not_its_own(tmp_path: Path) -> None:
    kept(
        tmp_path,
        late_record("1234", platform="1234", name="Ada L", **ON_MOODLE),
        late_record("bob", platform="bob"),
        late_record("77", platform="77", name="Eve", email="dot@x.org"),  # from a roster, too
        late_record("78", platform="78", name="Fay"),
        late_record("s3", platform="cid", name="Cid"),  # known from a roster
        late_record("4321", platform="4321", name="dot", **ON_CANVAS),
        late_record("aB3dE", platform="aB3dE", **ON_CANVAS),  # anonymous
    )
    found = {r["Student"]: list(r.values())[1:4] for r in rows(tmp_path, "canvas")}
    del found["    Points Possible"]
    assert found == {
        "Ada L": ["", "", ""],
        "bob": ["", "", ""],
        "Cid": ["", "s3", "s3"],
        "Eve": ["", "77", "77"],
        "Fay": ["", "78", "78"],
        "dot": ["4321", "", ""],
        "aB3dE": ["", "", ""],
    }
    (line,) = [x for x in said(tmp_path, "canvas")[1] if "--roster" in x]
    assert line.startswith("3 of 7 (1234, aB3dE, bob) have no ID of Canvas and are on no roster")


@pytest.mark.parametrize("about", [ON_MOODLE, ON_CANVAS])
def test_two_marks_for_one_person_are_refused(tmp_path: Path, about: dict) -> None:
    kept(tmp_path, *(late_record(s, platform="7", **about) for s in ("s1", "s2")))
    with pytest.raises(ExportFault, match=r"two students have .* number 7"):
        export(tmp_path, about["layout"])


ROSTER = "student,name,canvas id\ns1,Ada Lovelace,4321\ns2,Bob Ross,1235\n"
BOBS = {
    "moodle": "Bob Ross_1235_assignsubmission_file/x.ipynb",
    "canvas": "rossbob_1235_98766_x.ipynb",
    "gradescope": "submission_222/x.ipynb",
}
ADAS = "Ada Lovelace_4321_assignsubmission_file"
FORGED = {
    "canvas file with Moodle's": "lovelaceada_4321_1_Bob Ross_1235_assignsubmission_file_x.ipynb",
    "canvas file with Canvas's words": "lovelaceada_4321_1_rossbob_1235_2_x.ipynb",
    "moodle file": f"{ADAS}/Bob Ross_1235_assignsubmission_file_x.ipynb",
    "moodle file with Canvas's words": f"{ADAS}/rossbob_1235_9_x.ipynb",
    "moodle file with the name alone": f"{ADAS}/Bob Ross.ipynb",
    "moodle, all in one name": "Ada_4321_assignsubmission_file_1235_2_x.ipynb",
}


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize("with_roster", [True, False])
def test_a_file_name_makes_no_work_another_persons(
    tmp_path: Path, forged: str, with_roster: bool
) -> None:
    (tmp_path / "roster.csv").write_text(ROSTER)
    put(tmp_path / "in", {FORGED[forged]: notebook("x = 'forged'")})
    roster = read_roster(tmp_path / "roster.csv") if with_roster else None
    (one,) = collect(tmp_path / "in", roster).submissions
    assert (one.student, one.platform) == ("s1" if with_roster else "4321", "4321")


@pytest.mark.parametrize("known", [True, False])
def test_a_name_that_is_not_on_the_roster_is_not_replaced_by_that_of_a_file(
    tmp_path: Path, known: bool
) -> None:
    (tmp_path / "roster.csv").write_text("student,name\ns2,Bob Ross\n")
    put(tmp_path / "in", {"Ada Lovelace_4321_assignsubmission_file/Bob Ross.ipynb": notebook()})
    (one,) = collect(tmp_path / "in", read_roster(tmp_path / "roster.csv")).submissions
    assert one.student == "4321"


@pytest.mark.parametrize("inside", BOBS.values())
@pytest.mark.parametrize(
    ("archive", "student"),
    [
        ("lovelaceada_4321_98765_hw.zip", "4321"),
        ("Ada Lovelace_4321_assignsubmission_file/hw.zip", "4321"),
        ("Ada Lovelace.zip", "s1"),  # with a roster
    ],
)
def test_nothing_inside_a_students_zip_makes_it_another_persons(
    tmp_path: Path, archive: str, inside: str, student: str
) -> None:
    (tmp_path / "roster.csv").write_text(ROSTER)
    put(tmp_path / "in", {archive: zipped({inside: notebook()}), BOBS["moodle"]: notebook()})
    roster = read_roster(tmp_path / "roster.csv") if student == "s1" else None
    found = {s.student: s for s in collect(tmp_path / "in", roster).submissions}
    bob = "s2" if student == "s1" else "1235"
    assert found.keys() == {student, bob}
    assert found[bob].file == BOBS["moodle"]


def test_a_zip_of_canvas_in_a_folder_is_still_one_of_many(tmp_path: Path) -> None:
    names = ["lovelaceada_4321_98765_x.ipynb", BOBS["canvas"]]
    put(tmp_path, {"submissions.zip": zipped(dict.fromkeys(names, notebook()))})
    assert [s.student for s in collect(tmp_path).submissions] == ["1235", "4321"]


def test_a_folder_in_a_submission_of_gradescope_makes_it_nobody_elses(tmp_path: Path) -> None:
    told = "submission_{n}:\n  :submitters:\n  - :name: {w}\n    :sid: {w}\n"
    both = told.format(n=111, w="ada") + told.format(n=222, w="bob")
    put(tmp_path, {"submission_metadata.yml": both.encode()})
    put(tmp_path, {"submission_111/submission_222/x.ipynb": notebook()})
    (one,) = collect(tmp_path).submissions
    assert (one.student, one.name) == ("ada", "ada")


# Formulas.

RISKY = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "－1"]


@pytest.mark.parametrize("text", RISKY)
def test_no_table_holds_a_formula(tmp_path: Path, text: str) -> None:
    about = {"name": text, "email": text, "file": text, "platform": "5", "layout": "moodle"}
    one = late_record(text, **about)
    written = question("why", 2.0, 0.0, answer=text, comment=text)
    written.status = "marked"
    one.questions.append(replace(written, say=text))
    kept(tmp_path, one)
    book = load(tmp_path)
    changed = replace(one, questions=[replace(q, points=q.points + 0.5) for q in one.questions])
    with Ledger(tmp_path, replace(book.identity, exercise=text)) as ledger:
        ledger.begin_regrade()
        ledger.add(changed, Timing(text))
        ledger.finish([text])
        ledger.end_regrade()
    rebuild(tmp_path)
    for platform in ("canvas", "moodle", "nbgrader"):
        export(tmp_path, platform)  # type: ignore[arg-type]
    paths = [*tmp_path.glob("*.csv"), *tmp_path.glob("exports/*.csv")]
    assert {p.name for p in paths} == {
        *("grades.csv", "changes.csv", "marking.csv", "canvas.csv", "moodle.csv", "nbgrader.csv")
    }
    for path in paths:
        with path.open(newline="", encoding="utf8") as file:
            for cell in (c for row in csv.reader(file) for c in row):
                assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "－")), path
                assert not cell.startswith(("\t", "\r", "\n")), path


@pytest.mark.parametrize("text", [*RISKY, "'=1", "plain", "", "1-1", "'tis"])
def test_what_is_made_harmless_comes_back(text: str) -> None:
    assert as_typed(harmless(text)) == (text[1:] if text == "'=1" else text)
    assert harmless(harmless(text)) == harmless(text)


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\v", "\x85", "\u2028", "\0"])
def test_a_name_makes_no_row_of_its_own(tmp_path: Path, end: str) -> None:
    name = f"Ada{end}Participant 9,Bob,,,100{end}9,Bob"
    about = {"name": name, "email": name, "platform": "5"}
    for layout in (ON_MOODLE, ON_CANVAS):
        kept(tmp_path, late_record("s1", **about, **layout), late_record("s2", platform="6"))
        for platform in ("moodle", "canvas", "nbgrader"):
            if layout is ON_CANVAS and platform == "moodle":
                continue
            (path,) = export(tmp_path, platform)  # type: ignore[arg-type]
            lines = path.read_text("utf8").splitlines()
            mine = len([r for r in load(tmp_path).records if platform != "moodle" or r.name])
            assert len(lines) == 1 + mine + (platform == "canvas")
            assert not [x for x in lines if x.startswith(("Participant 9", "9,"))]
        rebuild(tmp_path)
        with (tmp_path / "grades.csv").open(newline="") as file:
            assert len(list(csv.reader(file))) == 3


def test_numbers_stay_numbers() -> None:
    assert table(["a"], [[-1.5], [2]]) == "a\n-1.5\n2\n"


def test_doubtful_marks_are_said(tmp_path: Path) -> None:
    why = question("why", 2.0, 1.0, answer="So.")
    why.status = "marked"
    kept(tmp_path, Record("s1", questions=[why]))
    kept(tmp_path, Record("s1", questions=[replace(why, answer="No.", status="waiting")]))
    assert [x for x in remarks(tmp_path, "nbgrader") if "doubtful" in x]  # type: ignore[arg-type]


# Brightspace, Blackboard, columns that are there already, and feedback for a whole class.


def table_of(folder: Path, platform: str) -> list[dict[str, str]]:
    with (folder / "exports" / f"{platform}.csv").open(newline="", encoding="utf8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("platform", "column", "heading", "rest"),
    [
        ("brightspace", "", "marks Points Grade", {"End-of-Line Indicator": "#"}),
        ("brightspace", "HW 2", "HW 2 Points Grade", {"End-of-Line Indicator": "#"}),
        ("blackboard", "HW 2 [Total Pts: 10] |77", "HW 2 [Total Pts: 10] |77", {}),
    ],
)
def test_marks_for_platforms_that_know_a_students_id(
    tmp_path: Path, platform: str, column: str, heading: str, rest: dict[str, str]
) -> None:
    ada = replace(late_record("s1"), email="ada@x.edu", platform="ada")
    kept(tmp_path, ada, Record("111", platform="111", layout="canvas", possible=10.0))
    code, lines = said(tmp_path, platform, *(["--column", column] if column else []))
    assert code == 0
    identity = "OrgDefinedId" if platform == "brightspace" else "Username"
    exercise = load(tmp_path).identity.exercise
    heading = heading.replace("marks", exercise) if not column else heading
    assert table_of(tmp_path, platform) == [{identity: "s1", heading: "6.3", **rest}]
    assert any("1 of 2 (111) are left out" in line for line in lines)


def test_blackboards_own_names_go_back_to_it(tmp_path: Path) -> None:
    kept(tmp_path, replace(late_record("alove"), platform="alove", layout="blackboard"))
    assert said(tmp_path, "blackboard")[0] == 0
    assert [row["Username"] for row in table_of(tmp_path, "blackboard")] == ["alove"]


def test_nobody_is_sent_under_a_name_that_the_platform_may_not_know(tmp_path: Path) -> None:
    kept(tmp_path, Record("111", platform="111", possible=10.0))
    for platform in ("brightspace", "blackboard"):
        with pytest.raises(ExportFault, match=r"are not known: grade its own download, or with"):
            export(tmp_path, platform)


def test_canvas_gets_the_login_of_its_own_list(tmp_path: Path) -> None:
    kept(tmp_path, replace(late_record("501"), platform="11", login="alee", **ON_CANVAS))
    export(tmp_path, "canvas")
    row = table_of(tmp_path, "canvas")[1]
    assert (row["ID"], row["SIS User ID"], row["SIS Login ID"]) == ("11", "501", "alee")


def test_a_partner_of_whom_no_list_tells_is_named_by_the_name_alone(tmp_path: Path) -> None:
    """``groups.csv`` without a roster: what stands there may be anybody's number on Canvas."""
    kept(tmp_path, replace(late_record("13"), platform="", **ON_CANVAS))
    code, lines = said(tmp_path, "canvas")
    row = table_of(tmp_path, "canvas")[1]
    assert (code, row["ID"], row["SIS User ID"]) == (0, "", "")
    assert any("have no ID of Canvas and are on no roster" in line for line in lines)


def test_canvas_fills_a_column_that_is_there(tmp_path: Path) -> None:
    kept(tmp_path, replace(late_record("4321"), platform="4321", **ON_CANVAS))
    assert said(tmp_path, "canvas", "--column", "HW 2 (777)")[0] == 0
    assert [row["HW 2 (777)"] for row in table_of(tmp_path, "canvas")] == ["10", "6.3"]
    with pytest.raises(ExportFault, match="--column: for Canvas, Brightspace or Blackboard"):
        export(tmp_path, "moodle", None, "HW 2")


@pytest.mark.parametrize(
    ("layout", "file", "inside"),
    [
        (
            "moodle",
            "all/Zoë Ågren_4321_assignsubmission_file/work/x.ipynb",
            "Zoë Ågren_4321_assignsubmission_file_/feedback.html",
        ),
        (
            "moodle",
            "Ada L_4321_assignsubmission_file_x.ipynb",
            "Ada L_4321_assignsubmission_file_/feedback.html",
        ),
        ("canvas", "lovelaceada_LATE_4321_98_x-1.ipynb", "lovelaceada_4321_98_feedback.html"),
    ],
)
def test_feedback_goes_back_under_the_platforms_own_name(
    tmp_path: Path, layout: str, file: str, inside: str
) -> None:
    ada = replace(late_record("s1"), platform="4321", layout=layout, file=file)
    kept(tmp_path, ada, replace(late_record("s2"), file="bob.ipynb", platform="bob"))
    rebuild(tmp_path)
    assert said(tmp_path, layout)[0] == 0
    path = tmp_path / "exports" / f"{layout}-feedback.zip"
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [inside]
        assert archive.read(inside) == (tmp_path / "feedback" / "s1.html").read_bytes()
    before = path.read_bytes()
    export(tmp_path, layout)
    assert path.read_bytes() == before
