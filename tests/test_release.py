"""Release: what a student gets, what is recorded, and what is refused with which reason."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from exercise_kit import ROOT, STEMS, key_of, unlike
from nbformat import NotebookNode

from coursekit.authoring import notebooks
from coursekit.authoring.loading import load_key
from coursekit.authoring.release import ReleaseRefused, release
from coursekit.authoring.source import KeyFault
from coursekit.authoring.student import BEGIN, KEY_TAG, REGION, starter
from coursekit.checks.cells import is_check

ANSWER = '''def twice(x):
    """Two times x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION'''
KEY = """from coursekit.authoring import key

q = key.question(twice, {"numbers": 1, "zero": 1})

@q.cases
def _(rng):
    yield key.case("numbers", key.call(float(rng.uniform(1, 9))))
    yield key.case("zero", key.call(0.0))

@q.misconception("This is x itself.")
def once(x):
    return x

@q.misconception("This is x + 2.")
def plus_two(x):
    return x + 2

q.mutant("2 * x", "x ** 2", "This is the square.")"""
CHECK = "check(twice)"


def source(tmp_path, answer=ANSWER, key=KEY, check=CHECK, name="01-toy"):
    """A repository in miniature with one solution."""
    (tmp_path / "_config.yml").write_text((ROOT / "_config.yml").read_text("utf8"))
    for folder in ("solutions", "exercises", "src/coursekit/checks/data"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    cells = [
        nbformat.v4.new_markdown_cell("# Toy"),
        nbformat.v4.new_code_cell("from coursekit.checks import check"),
        nbformat.v4.new_code_cell(answer),
        nbformat.v4.new_code_cell(key, metadata={"tags": [KEY_TAG]}),
        nbformat.v4.new_code_cell(check),
    ]
    path = tmp_path / "solutions" / f"{name}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_a_release_is_a_notebook_and_recorded_cases(tmp_path):
    exercise, data = release(source(tmp_path))
    code = [c.source for c in nbformat.read(exercise, 4).cells if c.cell_type == "code"]
    assert code[2] == ANSWER.split("    ### BEGIN")[0] + "    raise NotImplementedError"
    assert code[3] == CHECK
    assert len(code) == 4
    stored = json.loads(data.read_text("utf8"))
    assert [q["name"] for q in stored["questions"]] == ["twice"]
    assert len(stored["questions"][0]["misconceptions"]) == 3


def test_the_same_source_gives_the_same_bytes(tmp_path):
    path = source(tmp_path)
    first = [p.read_bytes() for p in release(path)]
    assert [p.read_bytes() for p in release(path)] == first


@pytest.mark.parametrize("stem", STEMS)
def test_what_is_committed_is_what_release_writes(stem, tmp_path):
    (tmp_path / "_config.yml").write_text((ROOT / "_config.yml").read_text("utf8"))
    for folder in ("solutions", "exercises", "src/coursekit/checks/data"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / f"{stem}.ipynb", tmp_path / "solutions")
    exercise, data = release(tmp_path / "solutions" / f"{stem}.ipynb")
    committed = ROOT / "exercises" / exercise.name, ROOT / data.relative_to(tmp_path)
    assert exercise.read_bytes() == committed[0].read_bytes(), f"run coursekit release for {stem}"
    assert unlike(data, committed[1]) == [], f"run coursekit release for {stem}"


REFUSED = {
    "a misconception passes": (
        {"key": KEY.replace("return x + 2", "return x + x")},
        "the misconception 'plus two' passes",
    ),
    "only on secret seeds": (
        {"key": KEY.replace("return x + 2", "n.append(x)\n    return 2 * x if len(n) > 2 else 0")
         .replace("q = key", "n = []\nq = key")},
        "'plus two' passes with seed",
    ),
    "two cannot be told apart": (
        {"key": KEY.replace("return x + 2", "return x")},
        "'once' and 'plus two' cannot be told apart",
    ),
    "too few misconceptions": (
        {"key": KEY.split("q.mutant")[0]},
        "2 misconceptions; write 3 or more",
    ),
    "no check": ({"check": "check"}, "no cell that does nothing but check(twice)"),
    "no region": ({"answer": "def twice(x):\n    return 2 * x"}, "no answer cell that defines it"),
    "an open region": (
        {"answer": ANSWER.replace("### END SOLUTION", "")}, "a solution region is not closed"
    ),
    "the starter scores": (
        {"answer": "def twice(x):\n    return 2 * x\n    ### BEGIN SOLUTION\n    ### END SOLUTION"},
        "the starter gets points",
    ),
    "the starter fails": (
        {"answer": ANSWER + "\n\ntwice(3)"}, "of the student's notebook fails: NotImplementedError"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_release_refuses_with_the_reason_and_writes_nothing(name, tmp_path):
    changes, reason = REFUSED[name]
    with pytest.raises(ReleaseRefused, match=re.escape(reason)):
        release(source(tmp_path, **changes))
    assert not list((tmp_path / "exercises").iterdir())


FAULTS = {
    "the reference fails": (ANSWER.replace("2 * x", "2 / x"), KEY.split("q.mut")[0],
                            "the reference fails on a case"),
    "a broken cell": (ANSWER, "1 / 0", "cell 3 fails: ZeroDivisionError"),
    "no question": (ANSWER, "pass", "no question in it"),
    "twice the same": (ANSWER, KEY + "\nkey.question(twice, {'a': 1})", "two questions are called"),
    "groups and points": (ANSWER, KEY.replace('"zero": 1', '"nil": 1'), "make them the same"),
    "a broken generator": (ANSWER, KEY.replace("1, 9", "None"), "the generator of cases fails"),
    "no cases": (ANSWER, KEY.replace("@q.cases", ""), "write a generator under @q.cases"),
    "not plain data": (ANSWER, KEY.replace("call(0.0)", "call(object)"), "not plain data"),
    "a mutant of nothing": (ANSWER, KEY.replace('"2 * x"', '"3x"'), "does not contain '3x'"),
    "no points": (ANSWER, KEY.replace('"zero": 1', '"zero": 0'), "every group needs points"),
    "a value without name": (ANSWER, KEY.replace("(twice,", "(3.0,"), "a value question needs a"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_key_that_cannot_be_used_says_why(name, tmp_path):
    answer, key, reason = FAULTS[name]
    with pytest.raises(KeyFault, match=reason):
        release(source(tmp_path, answer=answer, key=key))


@pytest.mark.parametrize("content", ["", "{}", "no JSON", None])
def test_a_source_that_is_no_notebook_is_one_line(content, tmp_path):
    path = tmp_path / "01.ipynb"
    if content is not None:
        path.write_text(content)
    with pytest.raises(KeyFault) as fault:
        load_key(path)
    assert "\n" not in str(fault.value)


def test_a_name_is_unique_in_the_course(tmp_path):
    release(source(tmp_path))
    with pytest.raises(ReleaseRefused, match="01-toy has a question of that name"):
        release(source(tmp_path, name="02-toy"))


def test_starters_keep_what_stands_around_the_region():
    kinds = {"k": "value", "why": "text", "f": "function"}
    assert starter(f"{BEGIN}\nk = 3\n### END SOLUTION", kinds) == "k = ...  # your answer"
    assert starter(f'{BEGIN}\nwhy = "x"\n### END SOLUTION', kinds) == 'why = ""  # your answer'
    two = f"a = 1\ndef f():\n    {BEGIN}\n    b\n\n    c\n    ### END SOLUTION\n\nd = 2"
    assert starter(two, kinds) == "a = 1\ndef f():\n    raise NotImplementedError\n\nd = 2"


def half_solved(stem: str, folder: Path) -> set[str]:
    """Write a student's notebook with every other question solved; names of the others."""
    solved = notebooks.read(ROOT / "solutions" / f"{stem}.ipynb")
    student = notebooks.read(ROOT / "exercises" / f"{stem}.ipynb")
    kinds = {n: r.question.kind for n, r in key_of(stem).recipes.items()}
    answers = [c.source for c in solved.cells if c.cell_type == "code" and REGION.search(c.source)]
    for source_text in answers[::2]:
        cell = next(c for c in student.cells if c.source == starter(source_text, kinds))
        cell.source = re.sub(r"^[ \t]*### (BEGIN|END) SOLUTION\n?", "", source_text, flags=re.M)
    nbformat.write(with_check_outputs(student, solved), folder / f"{stem}.ipynb")
    return {
        name
        for text in answers[1::2]
        for name in kinds
        if re.search(rf"^(def|class) {name}\b|^{name} *=", text, re.M)
    }


def with_check_outputs(student: NotebookNode, solved: NotebookNode) -> NotebookNode:
    """The student's notebook with the outputs that check cells give when all is solved.

    nbval then fails exactly at the checks of unsolved or wrong questions. All other outputs are
    left out, so that what a student prints is not compared with anything.
    """
    outputs = {c.source: c.outputs for c in solved.cells if c.cell_type == "code"}
    for number, cell in enumerate(c for c in student.cells if c.cell_type == "code"):
        if is_check(cell.source) and cell.source in outputs:
            cell.outputs = outputs[cell.source]
            cell.execution_count = number + 1
        else:
            cell.metadata.setdefault("tags", []).append("nbval-ignore-output")
    return student


def test_nbval_fails_exactly_at_the_unsolved_questions(tmp_path):
    """The second judge: stored outputs of the checks against those of half-solved notebooks."""
    unsolved = {stem: half_solved(stem, tmp_path) for stem in STEMS}
    failed = nbval(tmp_path)
    for stem in STEMS:
        cells = [c for c in notebooks.read(tmp_path / f"{stem}.ipynb").cells]
        code = [c.source for c in cells if c.cell_type == "code"]
        names = {re.search(r"\w+(?=[)=])", code[i])[0] for i in failed.get(stem, ())}
        assert all(is_check(code[i]) for i in failed.get(stem, ()))
        assert names == unsolved[stem]


def nbval(folder: Path) -> dict[str, list[int]]:
    """Indices of the code cells that fail, by notebook."""
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q", "-rf",
               "-p", "no:cacheprovider", "--tb=no", str(folder)]  # fmt: skip
    environment = os.environ | {
        "JUPYTER_DEFAULT_PROVISIONER_NAME": "coursekit-warm",
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder)
    assert done.returncode in (0, 1), done.stdout[-2000:] + done.stderr[-2000:]
    failed: dict[str, list[int]] = {}
    for stem, index in re.findall(r"^FAILED .*?([\w-]+)\.ipynb::Cell (\d+)", done.stdout, re.M):
        failed.setdefault(stem, []).append(int(index))
    return failed
