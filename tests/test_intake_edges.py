"""Intake at its edges: what a mutation run found no test to notice."""

from datetime import datetime
from itertools import product
from pathlib import Path, PurePosixPath

import pytest
from test_every_file import DONE, gathered
from test_who_sent_it import notebook, put

from coursekit.grading.intake import candidates, found
from coursekit.grading.intake.collect import collect
from coursekit.grading.intake.groups import GROUP, STUDENT, read_groups
from coursekit.grading.intake.submission import Sought


def test_the_headings_that_a_table_of_groups_may_have(tmp_path: Path) -> None:
    assert set(GROUP) == {"group", "groupname", "team"}
    assert set(STUDENT) == {"student", "studentid", "name", "email", "login"}
    for student, group in product(("Student ID", "Login", "E-mail"), ("Group name", "Team")):
        (tmp_path / "groups.csv").write_text(f"{group},{student}\nA,s1\n,s2\nB,\n")
        assert read_groups(tmp_path / "groups.csv", None) == {"s1": "A"}


def test_a_path_that_no_file_system_would_take_is_shortened_and_keeps_its_ending() -> None:
    short = PurePosixPath("a" * 250 + "/x.ipynb")
    assert found._short(short) == short
    long = PurePosixPath("ada/" + "b" * 249 + " .ipynb")  # one character more than is allowed
    assert found._short(long) == PurePosixPath("ada/" + "b" * 100 + ".ipynb")
    deep = PurePosixPath("ada", *("d" * 99 for _ in range(11)), "x.ipynb")
    assert len(found._short(deep).parts) == 9
    assert (found._short(deep).parts[0], found._short(deep).name) == ("ada", "x.ipynb")
    odd = PurePosixPath("ada/" + "e" * 100 + "." + "f" * 200)  # an ending of 201 characters
    assert found._short(odd) == PurePosixPath("ada/" + "e" * 100 + "." + "f" * 99)


def test_half_of_the_answers_make_a_notebook_this_exercise(tmp_path: Path) -> None:
    """Of two notebooks that are begun the later counts, if both are the exercise at all."""
    for names, counts in (("abc", "old"), ("ab", "new")):
        folder = tmp_path / names
        whole = "\n".join(f"def {name}():\n    return 1" for name in names)
        put(folder, "ada/old.ipynb", notebook(whole), datetime(2026, 11, 19))
        put(folder, "ada/new.ipynb", notebook("def a():\n    return 2"), datetime(2026, 11, 20))
        put(folder, "bob/x.ipynb", notebook(whole))
        chosen = collect(folder, None, Sought(frozenset(names))).submissions
        assert [s.file for s in chosen] == [f"ada/{counts}.ipynb", "bob/x.ipynb"]


def test_text_is_cut_and_code_is_not(tmp_path: Path) -> None:
    long = "x" * (candidates.TEXT + 1)
    text = {"cell_type": "markdown", "id": "t", "metadata": {}, "source": long}
    put(tmp_path, "ada/x.ipynb", notebook(f"def f(x):\n    return '{long}'", text))
    (submission,) = gathered(tmp_path).submissions
    kept = {cell.kind: len(cell.source) for cell in submission.cells}
    assert kept["markdown"] == candidates.TEXT
    assert kept["code"] > candidates.TEXT


def test_a_partner_whom_no_platform_names_has_no_name(tmp_path: Path) -> None:
    put(tmp_path, "ada/x.ipynb", DONE)
    works = gathered(tmp_path, groups={"ada": "A", "bob": "A"}).submissions
    assert [(s.student, s.name) for s in works] == [("ada", ""), ("bob", "")]


@pytest.mark.parametrize("name", ["ada.ipynb", "ada/x.ipynb"])
def test_a_file_at_the_top_is_whose_its_name_says(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, DONE)
    put(tmp_path, "bob/x.ipynb", DONE)
    put(tmp_path, "cem/x.ipynb", DONE)
    assert {s.student for s in gathered(tmp_path).submissions} == {"ada", "bob", "cem"}


def test_the_exercise_is_left_out_of_a_file_s_name_and_not_of_a_folder_s(tmp_path: Path) -> None:
    put(tmp_path, "folders/04-rnn-ada/x.ipynb", DONE)
    put(tmp_path, "folders/bob/x.ipynb", DONE)
    put(tmp_path, "files/04-rnn-ada.ipynb", DONE)
    put(tmp_path, "files/bob.ipynb", DONE)
    for name, student in (("folders", "04-rnn-ada"), ("files", "ada")):
        found = collect(tmp_path / name, None, Sought(exercise="04-rnn")).submissions
        assert [s.student for s in found] == [student, "bob"]
