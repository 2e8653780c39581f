"""How the book gets exercises solved in the page: files, plans, code to be tried."""

import hashlib
import io
import json
import re
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest
from built_book import HTML, ROOT
from exercise_kit import questions
from practice_kit import plan_of

sys.path.insert(0, str(ROOT / "book" / "_ext"))
import course_practice_files as files
import course_pyodide
from course_minify import Refused
from course_practice_above import NotAlone, above
from course_practice_course import course, todo

from coursekit.authoring.prompts import IN_PAGE

LOCK = b'{"packages": {"numpy": {"file_name": "numpy.whl", "sha256": "%s"}}}'
WHEEL = b"a wheel"
MAGIC = (3531).to_bytes(2, "little") + b"\r\n"  # of bytecode for Python 3.12, which Pyodide has


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A Pyodide of two files, to be had nowhere but in the folder that the variable names."""
    lock = LOCK % hashlib.sha256(WHEEL).hexdigest().encode()
    sha = hashlib.sha256(lock).hexdigest()
    monkeypatch.setattr(course_pyodide, "CORE", {"pyodide-lock.json": sha})
    monkeypatch.setattr(course_pyodide, "_carried", lambda name: iter(()))

    def offline(*_: object, **__: object) -> None:
        raise OSError("offline")

    monkeypatch.setattr(urllib.request, "urlopen", offline)
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / "pyodide-lock.json").write_bytes(lock)
    (shelf / "numpy.whl").write_bytes(WHEEL)
    monkeypatch.setenv(course_pyodide.VARIABLE, str(shelf))
    return shelf


def test_pyodide_comes_from_the_folder_that_is_named(small: Path, tmp_path: Path) -> None:
    found = course_pyodide.collect(tmp_path, tmp_path / "kept")
    assert [path.name for path in found] == ["pyodide-lock.json", "numpy.whl"]
    (small / "numpy.whl").unlink()
    assert course_pyodide.collect(tmp_path, tmp_path / "kept") == found  # nothing is fetched twice


@pytest.mark.parametrize("name", ["pyodide-lock.json", "numpy.whl"])
def test_what_has_another_content_is_not_taken(small: Path, tmp_path: Path, name: str) -> None:
    (small / name).write_bytes(b"something else")
    with pytest.raises(course_pyodide.NotFound, match=rf"{name} .* cannot be fetched.*COURSE_PYOD"):
        course_pyodide.collect(tmp_path, tmp_path / "kept")
    assert not (tmp_path / "kept" / name).exists()


def test_a_kept_file_that_was_damaged_is_fetched_again(small: Path, tmp_path: Path) -> None:
    course_pyodide.collect(tmp_path, tmp_path / "kept")
    (tmp_path / "kept" / "numpy.whl").write_bytes(b"half a wh")
    course_pyodide.collect(tmp_path, tmp_path / "kept")
    assert (tmp_path / "kept" / "numpy.whl").read_bytes() == WHEEL


def test_content_decides_which_source_is_used(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The official source answers with something else (an error page); the carrier is right."""
    (small / "numpy.whl").unlink()
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: io.BytesIO(b"<html>"))
    monkeypatch.setattr(course_pyodide, "_carried", lambda name: iter([b"no", WHEEL]))
    found = course_pyodide.collect(tmp_path, tmp_path / "kept")
    assert found[1].read_bytes() == WHEEL


def test_a_book_without_esbuild_says_what_is_missing(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="esbuild is not there"):
        files.make(tmp_path)


def test_what_a_page_fetches_of_the_course_is_small_and_the_same_every_time() -> None:
    """The code, and the cases of one exercise; nothing of the instructor's side."""
    code = files.archive(files.code(ROOT))
    assert files.archive(files.code(ROOT)) == code
    names = zipfile.ZipFile(io.BytesIO(code)).namelist()
    assert {"coursekit/page_runner.py", "coursekit/checks/judge.py"} <= set(names)
    assert all(name.endswith(".py") for name in names)
    assert not any("authoring" in name or "grading" in name for name in names)
    cases = (ROOT / "src" / files.DATA).glob("*.json")
    assert len(code) + max(len(files.archive({file: file.name})) for file in cases) <= 400_000


@pytest.mark.book
def test_the_compiled_archives_have_all_that_pyodide_and_numpy_have() -> None:
    """A module is there as it came, or as bytecode of the page's Python in its place."""
    built = HTML / "_static" / "practice"
    given = ROOT / "_build" / "practice" / "pyodide"
    for stem, original in {"python": "python_stdlib.zip", "numpy": "numpy-*.whl"}.items():
        (made,) = built.glob(f"{stem}-*.zip")
        (source,) = given.glob(original)
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(made) as new:
            names = set(new.namelist())
            wanted = {
                n for n in old.namelist() if n.endswith((".py", ".so")) and "/tests/" not in n
            }
            compiled = {name for name in wanted if f"{name}c" in names}
            assert wanted == compiled | (wanted & names)
            assert all(new.read(name) == old.read(name) for name in wanted & names)
            assert all(new.read(f"{name}c")[:4] == MAGIC for name in compiled)
            assert len(compiled) > 90  # what starts, starts from bytecode


def test_what_the_worker_runs_at_its_start_is_there() -> None:
    """It names modules of the package, which nothing else would miss when they move."""
    worker = (ROOT / "book" / "practice" / "worker.js").read_text("utf8")
    (line,) = re.findall(r'runPython\("(import numpy, [^"]+)"\)', worker)
    exec(line, {})


@pytest.mark.parametrize(
    ("cells", "needed"),
    [
        (["a = 1\nb = 2", "a + 1"], "a = 1\n"),
        (["a = 1", "a = 2", "a"], "a = 2\n"),
        (["a = 1", "a += 1\nprint(a)", "a"], "a = 1\na += 1\n"),
        (["x = [0]\nx[0] = 5\nprint(x)", "x"], "x = [0]\nx[0] = 5\n"),
        (["import math\nn = 3", "def f(n):\n    return math.exp(n)\nf(2)"], "import math\n"),
        (["@print\ndef f(): g()\ng = 1", "f()"], "@print\ndef f(): g()\ng = 1\n"),
        (["def g(): pass", "def f(): g()", "f()"], "def g(): pass\ndef f(): g()\n"),
        (["import torch", "a = 1\na"], ""),
        (["a = 1", "[a for a in range(3)]"], ""),
        (
            ["import torch\nfor a in torch.ones(2): b = a", "for a in range(3):\n    b = a\n    b"],
            "",
        ),
        (["b = 1", "for a in range(3): b = b + a"], "b = 1\n"),
    ],
)
def test_what_a_cell_needs_of_those_above(cells: list[str], needed: str) -> None:
    assert above(cells, len(cells) - 1) == needed


@pytest.mark.parametrize("cells", [["import torch", "torch.ones(2)"], ["import matplotlib.pyplot"]])
def test_a_cell_that_needs_more_than_numpy_cannot_be_tried(cells: list[str]) -> None:
    with pytest.raises(NotAlone, match=r"code cell \d+ needs (torch|matplotlib)"):
        above(cells, len(cells) - 1)


def test_every_question_and_quiz_counts_in_the_progress() -> None:
    found = course(ROOT)
    assert sum(len(e["judged"]) for e in found["exercises"]) == len(questions())
    assert all(chapter["quizzes"] for chapter in found["chapters"])
    ticks = todo(found)
    assert set(ticks) == {p["page"] for part in found.values() for p in part}
    here = {q["name"] for e in found["exercises"] for q in e["judged"] if not q["torch"]}
    worth = [page["worth"] for page in ticks.values() if "worth" in page]
    assert here == {
        name for names in worth for name in names
    }  # what no page judges hinders no tick


def test_a_question_needs_pytorch_if_its_reference_does() -> None:
    found = {q["label"]: q["torch"] for e in course(ROOT)["exercises"] for q in e["judged"]}
    assert all(found[label] for label in ("3.9", "10.7", "15.4"))
    assert not found["10.2"]  # only speaks of it


def test_a_prompt_names_the_last_resort_where_the_page_has_its_button() -> None:
    """Under an answer that needs PyTorch there is none: it is given elsewhere."""
    for exercise in course(ROOT)["exercises"]:
        notebook = json.loads(
            (ROOT / "exercises" / f"{exercise['exercise']}.ipynb").read_text("utf8")
        )
        prompts = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown"]
        for question in exercise["judged"]:
            told = next((p for p in prompts if f'hint("{question["name"]}")' in p), None)
            if told is not None:
                assert (IN_PAGE in told) != question["torch"], question["label"]


@pytest.mark.book
def test_plans_name_the_questions_of_their_exercise() -> None:
    for exercise in course(ROOT)["exercises"]:
        cells = plan_of(exercise["page"])["cells"] or []
        answers = [c for c in cells if c["role"] == "answer"]
        assert [c["name"] for c in answers if not c["written"]] == [
            q["name"] for q in exercise["judged"]
        ]
        assert all(c["label"] for c in answers)
        assert {c["name"] for c in cells if c["role"] == "check"} == {c["name"] for c in answers}
