"""The guides: what their pages say is what happens, in a fresh copy of the repository."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from guide import GuideFault, Step, compare, run

ROOT = Path(__file__).parents[1]
BROWSER = pytest.mark.skipif(not shutil.which("chromium"), reason="no chromium on this machine")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The files that belong to the repository, and nothing that was made from them."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.check_output(listed, cwd=ROOT, text=True).splitlines():
        if (ROOT / name).is_file():
            (tmp_path / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / "clone" / name)
    environment(tmp_path / "clone")
    return tmp_path / "clone"


def environment(clone: Path) -> None:
    """What `make book` makes first: `.venv`, here with the packages of the one that runs this."""
    (clone / ".venv").mkdir()
    for part in Path(sys.prefix).iterdir():
        if part.name != ".ready":
            (clone / ".venv" / part.name).symlink_to(part)
    (clone / ".venv" / ".ready").touch()


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("pages", "least"),
    [
        (["book/for-students.md"], 3),
        (["book/write-a-question.md"], 8),
        (["README.md", "book/for-instructors.md"], 20),
        pytest.param(["book/for-authors.md"], 20, marks=BROWSER),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_the_pages_say_what_happens(
    pages: list[str], least: int, clone: Path, tmp_path: Path
) -> None:
    (tmp_path / "blocks").mkdir()
    walked = [clone / page for page in pages]
    assert run(walked, clone, clone / "src", tmp_path / "blocks") >= least


def test_what_a_page_says_wrong_is_found() -> None:
    step = Step("page.md", 7, "ls", ["a", "...", "z ... points"])
    compare(step, "a\nb\nc\nz 12 points\n")
    compare(step, "a\n━━━━ 3/3\nz 1 points")
    for wrong in ("a\nz 12 marks", "b\nz 12 points", "a", "a\nz 12 points\nmore"):
        with pytest.raises(GuideFault, match=r"page\.md, line 7: ls"):
            compare(step, wrong)


FIRST = "```console\n$ echo a >> file; echo b\nb\n```\n"
AGAIN = "<!-- as on: first.md -->\n" + FIRST


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (FIRST, AGAIN, ""),
        (FIRST, AGAIN + "```console\n$ cat file\na\n```\n", ""),
        (FIRST, AGAIN.replace("\nb", "\nc"), "second.md, line 3: echo a"),
        (FIRST, AGAIN.replace("echo b", "echo c"), "second.md, line 3: not on first.md: echo a"),
        (FIRST.replace("\nb", "\nc"), AGAIN, "first.md, line 2: echo a"),
        (FIRST + "```console\n$ exit 3\n```\n", AGAIN, "first.md, line 6: ended the shell"),
        (FIRST + "```console\n$ false\n```\n", AGAIN, "first.md, line 6: exit code 1"),
    ],
)
def test_a_command_of_an_earlier_page_is_compared_and_not_run_twice(
    first: str, second: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "blocks").mkdir()
    pages = [tmp_path / "first.md", tmp_path / "second.md"]
    for page, text in zip(pages, (first, second), strict=True):
        page.write_text(text)
    if said:
        with pytest.raises(GuideFault, match=re.escape(said)):
            run(pages, tmp_path, tmp_path, tmp_path / "blocks")
    else:
        assert run(pages, tmp_path, tmp_path, tmp_path / "blocks") == second.count("$") + 1
    assert (tmp_path / "file").read_text() == "a\n"
