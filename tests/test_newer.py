"""A cell that only a newer Python can read is told from one that none can."""

import shutil
import sys
import time
from pathlib import Path

import pytest
from hostile import kit

from coursekit.checks.newer import needed
from coursekit.grading.grade import GradeSettings, grade

NEWER = {
    'f"{d["n"]}"': "3.12",
    "f'{d['n']!r:>{w}}'": "3.12",
    'print(f"{"\\n".join(names)}")': "3.12",
    'f"{f"{f"{1 + 1}"}"}" "b"': "3.12",
    'f"""{\n    x  # a remark\n}"""': "3.12",
    "def f[T](x: T) -> T:\n    return x": "3.12",
    "async def f[T: (int, str), *Ts, **P](x: T):\n    pass": "3.12",
    "class Box[T]:\n    def get(self) -> T: ...": "3.12",
    "type Vector = list[float]": "3.12",
    "type Pair[T] = tuple[T, T]\nx = 1": "3.12",
    'def f[T](x: T):\n    return f"{x["a"]}"': "3.12",
    "class Box[T = int]:\n    pass": "3.13",
    "type Pair[T = int] = tuple[T, T]": "3.13",
    "try:\n    f()\nexcept ValueError, TypeError:\n    pass": "3.14",
    'x = t"hello {name}"': "3.14",
    'x = t"{d["a"]}"\nprint(f"{d["b"]}")': "3.14",
}
OLDER = ["x = 1", "f\"{d['n']}\"", "type = 3\ntype", "t = 'a'", "match x:\n    case 1: pass"]
WRONG = [
    "def f(:",
    "x = = 1",
    'f"{a b}"',
    'f"{}"',
    'f"{d["n"]}" +',
    "def f[T](x:\n    pass",
    "type X",
    "print 'a'",
    "except A, B:",
    "for i in range(3) print(i)",
    '"never closed',
    'f"{never closed',
    "x = (1",
    "",
]


@pytest.mark.parametrize("source", NEWER)
def test_a_newer_cell_says_which_python(source: str) -> None:
    assert needed(source, (3, 11)) == NEWER[source]


@pytest.mark.parametrize("source", [*OLDER, *WRONG])
def test_anything_else_needs_no_other_python(source: str) -> None:
    assert needed(source, (3, 11)) == ""


@pytest.mark.parametrize(
    "source",
    [
        "f'{" * 60_000,
        "def f" + "[" * 49_000,
        "{" * 49_000 + "f'",
        "except " + "a," * 24_000,
        "type a" + " " * 149_000,
        "\n" * 149_000 + "(",
    ],
)
def test_it_takes_linear_time(source: str) -> None:
    began = time.process_time()
    assert needed(source, (3, 11)) == ""
    assert time.process_time() - began < 5


@pytest.mark.sandbox
def test_the_mark_says_that_a_newer_python_is_needed(tmp_path: Path) -> None:
    cells = ["import numpy as np\ntable = {'a': 1}", 'def helper():\n    return f"{table["a"]}"']
    answers = {"perplexity": "def perplexity(p):\n    return float(np.exp(-np.log(p).mean()))"}
    answers["next_word_losses"] = "def next_word_losses[T](a: T, b):\n    return helper()"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada.ipynb").write_bytes(kit.submission([*cells, *answers.values()]))
    key = Path(__file__).parent.parent / "solutions" / "02-perplexity.ipynb"
    (tmp_path / "keys").mkdir()
    key = Path(shutil.copy(key, tmp_path / "keys"))
    done = grade(GradeSettings(tmp_path / "in", key, tmp_path / "out", seed=1, jobs=1))
    status = {q.name: q.status for q in done.records[0].questions}
    told = [line for line in done.problems if "needs Python" in line]
    if sys.version_info < (3, 12):
        assert status["next_word_losses"] == "needs Python 3.12"
        assert len(told) == 1
        page = (tmp_path / "out" / "feedback" / "ada.html").read_text("utf8")
        assert "this needs Python 3.12" in page
    else:
        assert told == []
    assert (status["perplexity"], status["bugs"]) == ("right", "missing")
