"""The guides: what their pages say is what happens, in a fresh copy of the repository."""

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
    ("page", "least"),
    [
        ("for-students.md", 3),
        ("write-a-question.md", 8),
        ("for-instructors.md", 12),
        pytest.param("for-authors.md", 20, marks=BROWSER),
    ],
)
def test_the_page_says_what_happens(page: str, least: int, clone: Path, tmp_path: Path) -> None:
    (tmp_path / "blocks").mkdir()
    assert run(clone / "book" / page, clone, clone / "src", tmp_path / "blocks") >= least


def test_what_a_page_says_wrong_is_found() -> None:
    page, step = Path("page.md"), Step(7, "ls", ["a", "...", "z ... points"])
    compare(page, step, "a\nb\nc\nz 12 points\n")
    compare(page, step, "a\n━━━━ 3/3\nz 1 points")
    for wrong in ("a\nz 12 marks", "b\nz 12 points", "a", "a\nz 12 points\nmore"):
        with pytest.raises(GuideFault, match=r"page\.md, line 7: ls"):
            compare(page, step, wrong)
