"""An exercise page whose files do not come, whose Python has to start anew, or whose answers are to
be replaced: what the reader has done is not lost, and what is said is so.

In Chromium and in Firefox; the book comes from a server that can be told to fail.
"""

import functools
import http.server
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from built_book import HTML, ROOT, pages
from practice_kit import Student
from test_practice_page import (  # noqa: F401
    FIRST,
    RIGHT,
    context,
    engine,
    in_one,
    only,
    open_notebook,
    stop,
    student,
    working,
)

pytestmark = pytest.mark.browser
DEAF = "sum(range(10**12))"  # hears no signal
AGAIN = "Python was started anew, and what had run before ran again first"
# Leaves no room in the browser's storage.
FILL = """() => {
    for (let size = 1 << 20, i = 0; size > 0; i++) {
        try { localStorage.setItem(`fill${i}`, "x".repeat(size)); } catch { size >>= 1; }
    }
}"""


class Faulty(http.server.SimpleHTTPRequestHandler):
    """The book, but for files whose names hold a word of ``faults``."""

    faults: dict[str, str] = {}  # noqa: RUF012

    def do_GET(self) -> None:
        fault = next((what for word, what in self.faults.items() if word in self.path), "")
        if fault == "missing":
            self.send_error(404)
        elif fault == "stalls":
            while "stalls" in self.faults.values():
                time.sleep(0.1)
        elif fault == "breaks off":
            content = Path(self.translate_path(self.path)).read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", self.guess_type(self.path))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
        else:
            self.type = {"other type": "application/octet-stream", "a page": "text/html"}.get(fault)
            super().do_GET()

    def guess_type(self, path: Any) -> str:
        return getattr(self, "type", None) or super().guess_type(path)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    pages()
    handler = functools.partial(Faulty, directory=str(HTML))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def faults() -> Iterator[dict[str, str]]:
    """What goes wrong, by words in the names of files; as long as a test lasts."""
    yield Faulty.faults
    Faulty.faults.clear()


def test_files_of_python_that_do_not_come(student: Student, faults: dict[str, str]) -> None:  # noqa: F811
    """It is said which, and the next try does, also where a server knows no WebAssembly."""
    name = "count_ngrams"
    for file, fault in (  # in the order in which they are fetched, for what has come is kept
        ("worker-", "missing"),
        ("pyodide.js", "a page"),
        ("pyodide.asm.wasm", "breaks off"),
    ):
        faults.clear()
        faults[file] = fault
        told = student.run(name, "1 + 1")
        assert told.startswith(f"Python could not be started: {file}"), (fault, told)
        assert " could not be fetched. Try again, or work on this page" in told
    faults["pyodide.asm.wasm"] = "stalls"
    student.begin(name)
    student.page.wait_for_timeout(500)
    stop(student, name)
    assert student.status(name) == "Stopped before it began."
    faults["pyodide.asm.wasm"] = "other type"
    assert student.run(name, "1 + 1").strip() == "2"


def test_an_editor_that_does_not_come_at_once(student: Student, faults: dict[str, str]) -> None:  # noqa: F811
    """It comes with the next try, and what was said of it goes."""
    bar = student.bar("count_ngrams")
    faults["practice/page-"] = "missing"
    bar.get_by_role("button", name="Write an answer").click()
    bar.get_by_text("The editor could not be fetched").wait_for()
    faults.clear()
    student.editor("count_ngrams")
    assert student.status("count_ngrams") == ""


@in_one
def test_python_that_starts_anew(working: Student) -> None:  # noqa: F811
    """Stop is heard at once, however often it is asked for; all runs again in its order."""
    answers = {
        "count_ngrams": "import functools\ndef f():\n    return 7",
        "next_word_distribution": "z = 1",
        "sentence_by_hand": "y = f() + z",
    }
    for name, source in answers.items():
        working.run(name, source)
    working.run("count_ngrams", f"{answers['count_ngrams']} + y - y")  # again, and after the others
    working.run("next_word_distribution", "z = z + 1")  # which a new Python cannot
    working.run("log_probability", "a = np.ones(2)")
    working.write("log_probability", DEAF)
    working.begin("log_probability")
    working.page.wait_for_timeout(500)
    button = working.bar("log_probability").get_by_role("button", name="Stop")
    asked = time.monotonic()
    while button.is_visible() and time.monotonic() < asked + 10:
        button.evaluate("button => button.click()")
        working.page.wait_for_timeout(300)
    assert time.monotonic() < asked + 5
    assert "Python had to be started anew" in working.output("log_probability")

    told = working.run("log_probability", "print('mine')\nfunctools, a.size, f.__name__")
    assert "mine\n" in told
    assert "2, 'f')" in told
    assert f"{AGAIN}, except question 1.3 and question 1.2, where an error came" in told
    assert "name 'z' is not defined" in working.output("next_word_distribution")
    assert AGAIN not in working.run("log_probability", "f.__name__"), "it is said once"


def notebook(folder: Path, name: str, changed: dict[str, str], reworded: bool = False) -> Path:
    """The exercise's notebook with some answers, and with starters in other words."""
    made = json.loads((ROOT / "exercises" / f"{FIRST}.ipynb").read_text("utf8"))
    for cell in made["cells"]:
        source = "".join(cell["source"])
        if reworded and cell["cell_type"] == "code":
            source = source.replace('"""', '"""Old: ', 1).replace("= ...", "= ...  # yours")
        mark = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        cell["source"] = changed.get(mark.removeprefix("answer-"), source)
    file = folder / name
    file.write_text(json.dumps(made), "utf8")
    return file


@in_one
def test_an_old_notebook_takes_no_good_answer_away(student: Student, tmp_path: Path) -> None:  # noqa: F811
    """What is not written or less finished replaces nothing; what is replaced can be had back."""
    name = "count_ngrams"
    student.write(name, RIGHT)
    open_notebook(student, notebook(tmp_path, "old.ipynb", {}, reworded=True))
    assert "old.ipynb answers none of the questions" in student.panel()
    half = "def count_ngrams(tokens, n):\n    first = tokens[0]\n    raise NotImplementedError"
    open_again(student, notebook(tmp_path, "half.ipynb", {name: half}))
    assert "half.ipynb has only unfinished answers" in student.panel()
    assert "counts.get" in student.editor(name).inner_text()

    open_again(student, notebook(tmp_path, "other.ipynb", {name: "def count_ngrams(): 1"}))
    assert "1 answer of other.ipynb is here now" in student.panel()
    assert "“Earlier answer” below a question brings back" in student.panel()
    student.page.reload()
    student.page.get_by_role("textbox", name="Answer to question 1.1").wait_for()
    back = student.bar(name).get_by_role("button", name="Earlier answer")
    back.click()
    assert "counts.get" in student.editor(name).inner_text()
    student.bar(name).get_by_role("button", name="Start over").click()
    assert "counts.get" not in student.editor(name).inner_text()
    back.click()
    assert "counts.get" in student.editor(name).inner_text()


def open_again(student: Student, file: Path) -> None:  # noqa: F811
    student.page.evaluate("document.querySelector('.practice-panel output').textContent = ''")
    open_notebook(student, file)


def test_answers_where_python_cannot_start(student: Student, context: Any, origin: str) -> None:  # noqa: F811
    """They can be read, written and downloaded; what cannot be had is not offered."""
    student.write("count_ngrams", RIGHT)
    page = context.new_page()
    page.add_init_script("delete window.WebAssembly")
    poor = Student(page, origin, FIRST)
    page.get_by_role("textbox", name="Answer to question 1.1").wait_for()
    assert "counts.get" in poor.editor("count_ngrams").inner_text()
    poor.write("sentence_by_hand", "sentence_by_hand = 0.125")
    code = ["".join(cell["source"]) for cell in poor.notebook()["cells"]]
    assert RIGHT.strip() in [text.strip() for text in code]
    assert "sentence_by_hand = 0.125" in code
    poor.begin("count_ngrams")
    assert "lacks WebAssembly" in poor.status("count_ngrams")
    for button in ("Check", "Run", "Restart Python", "Run all above", "Last resort"):
        assert page.get_by_role("button", name=button).count() == 0, button
    note = page.locator(".practice-note").first.inner_text()
    assert note.startswith("Python cannot start in this browser, which lacks WebAssembly")
    assert "Answers can be read and written in this page all the same" in note
    page.goto(f"{origin}chapters/{FIRST}.html")
    assert "lacks WebAssembly" in page.locator(".practice-note").first.text_content()
    assert page.get_by_role("button", name="Try it").count() == 0


@in_one
def test_points_that_cannot_be_kept(student: Student) -> None:  # noqa: F811
    """The storage is full when the answer, which is kept, is checked."""
    student.write("count_ngrams", RIGHT)
    student.page.evaluate(FILL)
    student.check("count_ngrams")
    assert student.points("count_ngrams") == "2 of 2"
    warning = student.bar("count_ngrams").inner_text()
    assert "The browser's storage is full: the points are forgotten when you leave" in warning
