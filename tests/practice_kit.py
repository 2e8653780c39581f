"""What the tests of exercises solved in the page share: a student at the page, and what to type."""

import ast
import builtins
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from built_book import HTML, ROOT

PLAN = re.compile(r'<script type="application/json" id="practice"[^>]*>(.*?)</script>', re.S)
IDLE = """name => document.querySelector(`[data-question="${name}"]`)
    .querySelector('[aria-label^="Stop"]')?.hidden === true"""
# Pastes answers one after the other and checks each: far sooner done inside the page than by keys.
JUDGE = """async ([answers, button]) => {
    const rest = () => new Promise((go) => setTimeout(go, 5));
    const told = [];
    for (const [name, text] of answers) {
        const bar = document.querySelector(`[data-question="${name}"]`);
        const editor = () => bar.previousElementSibling.querySelector(".cm-content");
        bar.querySelector("[data-edit]")?.click();
        while (!editor()) await rest();
        const all = { key: "a", ctrlKey: true, bubbles: true, cancelable: true };
        const paste = new Event("paste", { bubbles: true, cancelable: true });
        paste.clipboardData = { getData: () => text };
        if (text !== null) {
            editor().dispatchEvent(new KeyboardEvent("keydown", all));
            editor().dispatchEvent(paste);
        }
        bar.querySelector(`[aria-label^="${button}"]`).click();
        do await rest(); while (!bar.querySelector('[aria-label^="Stop"]').hidden);
        const output = document.querySelector(`[data-output="${name}"]`).innerText;
        told.push([output, bar.querySelector("output").textContent.replace(/ points$/, "")]);
    }
    return told;
}"""
HANDED = """() => {
    const made = URL.createObjectURL;
    window.handed = new Promise((go) => {
        URL.createObjectURL = (blob) => { blob.text().then(go); return made(blob); };
    });
}"""
MARKERS = re.compile(r"^\s*### (?:BEGIN|END) SOLUTION\n", re.M)


def plan_of(page: str) -> dict[str, Any]:
    """The plan in a built page, by its path; empty without one."""
    found = PLAN.search((HTML / page).read_text("utf8"))
    return json.loads(found[1].replace("<\\/", "</")) if found else {}


def has_practice() -> bool:
    """Whether the book was built with exercises solved in the page."""
    return bool(plan_of("exercises/01-language-models.html"))


def cells(stem: str) -> list[dict[str, Any]]:
    """The code cells of a solution notebook, their sources as text."""
    notebook = json.loads((ROOT / "solutions" / f"{stem}.ipynb").read_text("utf8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [cell | {"source": "".join(cell["source"])} for cell in code]


def references(stem: str) -> dict[str, str]:
    """What the cells with the reference answers hold, by every name that they define."""
    found = {}
    for cell in cells(stem):
        if "### BEGIN SOLUTION" in cell["source"]:
            source = MARKERS.sub("", cell["source"] + "\n")
            found |= dict.fromkeys(_defined(source), source)
    return found


def _defined(source: str) -> Iterator[str]:
    """The names that a cell defines."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign):
            yield from (t.id for t in statement.targets if isinstance(t, ast.Name))
        elif isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            yield statement.name


def mistakes(stem: str) -> dict[str, tuple[str, str]]:
    """For each question one recorded mistake that stands by itself: its code and its hint."""
    found: dict[str, tuple[str, str]] = {}
    right = references(stem)
    for cell in cells(stem):
        if "answer-key" not in cell["metadata"].get("tags", []):
            continue
        name = ""
        for statement in ast.parse(cell["source"]).body:
            name = _question(statement) or name
            made = _mutant(statement, right.get(name, "")) or _mistake(statement, name)
            if name and made:
                found.setdefault(name, made)
    return found


def _question(statement: ast.stmt) -> str:
    """The name in ``q = key.question(name, …)``."""
    call = getattr(statement, "value", None)
    made = isinstance(call, ast.Call) and ast.unparse(call.func) in ("key.question", "key.model")
    return ast.unparse(call.args[0]) if made else ""


def _mutant(statement: ast.stmt, right: str) -> tuple[str, str] | None:
    """The reference with one place changed, as ``q.mutant(old, new, hint)`` says."""
    call = getattr(statement, "value", None)
    if not isinstance(call, ast.Call) or ast.unparse(call.func) != "q.mutant":
        return None
    old, new, hint = (ast.literal_eval(part) for part in call.args[:3])
    return right.replace(old, new), hint


def _mistake(statement: ast.stmt, name: str) -> tuple[str, str] | None:
    """The code of a known-wrong answer under the question's name, and its hint."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)) and statement.decorator_list:
        call, thing = statement.decorator_list[0], statement
        own, thing.decorator_list, thing.name = thing.name, [], name
        source = ast.unparse(thing)
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call, own = statement.value, ""
        if isinstance(call.func, ast.Call) and isinstance(wrong := call.args[0], ast.Lambda):
            call, thing = call.func, wrong
            parameters, result = ast.unparse(wrong.args), ast.unparse(wrong.body)
            source = f"def {name}({parameters}):\n    return {result}"
        elif len(call.args) > 1:
            thing = call.args[1]
            source = f"{name} = {ast.unparse(thing)}"
        else:
            return None
    else:
        return None
    if not isinstance(call, ast.Call) or ast.unparse(call.func) != "q.misconception":
        return None
    return (source + "\n", ast.literal_eval(call.args[0])) if _alone(thing, own, name) else None


def _alone(thing: ast.AST, *names: str) -> bool:
    """Whether code reads nothing but NumPy and its own names; none of ``names``, which are gone."""
    free = {n.id for n in ast.walk(thing) if isinstance(n, ast.Name)}
    bound = {n.id for n in ast.walk(thing) if isinstance(n, ast.Name) and _stores(n)}
    bound |= {a.arg for a in ast.walk(thing) if isinstance(a, ast.arg)}
    bound |= {f.name for f in ast.walk(thing) if isinstance(f, (ast.FunctionDef, ast.ClassDef))}
    return free - bound <= {"np", "pairwise", *dir(builtins)} and not free & set(names)


def _stores(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


class Student:
    """Somebody at an exercise page or a chapter, who sees what is on it and uses keys and buttons.

    Args:
        page: a page of Playwright.
        address: where the book is served.
        stem: of the exercise or the chapter.
    """

    def __init__(self, page: Any, address: str, stem: str, folder: str = "exercises") -> None:
        self.page = page
        self.stem = stem
        self.page.goto(f"{address}{folder}/{stem}.html", wait_until="load")
        cells = plan_of(f"{folder}/{stem}.html")["cells"]
        self.questions = {c["name"]: c for c in cells if c["role"] in ("answer", "try")}

    def editor(self, name: str) -> Any:
        """The place to write; the first time it takes the place of the code."""
        label = self.questions[name]["label"]
        editor = self.page.get_by_role("textbox", name=f"Answer to question {label}", exact=True)
        if not editor.count():
            self.bar(name).get_by_role("button", name="Write an answer").click()
            editor.wait_for()
        return editor

    def bar(self, name: str) -> Any:
        return self.page.locator(f'[data-question="{name}"]')

    def output(self, name: str) -> str:
        """What the cell printed and its check said."""
        return self.page.locator(f'[data-output="{name}"]').inner_text()

    def panel(self) -> str:
        """What is said of the exercise as a whole."""
        return self.page.locator(".practice-panel output").first.inner_text()

    def status(self, name: str) -> str:
        return self.bar(name).locator("output").inner_text()

    def write(self, name: str, source: str) -> None:
        """Put a text in place of all that is in the editor."""
        self.editor(name).focus()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(source)

    def begin(self, name: str, keys: str = "Shift+Enter") -> None:
        """Run the answer, or check it with Control+Enter, without waiting for the end."""
        self.editor(name).focus()
        self.page.keyboard.press(keys)

    def wait(self, name: str, seconds: float = 90) -> None:
        """Until nothing runs any more."""
        self.page.wait_for_function(IDLE, arg=name, timeout=seconds * 1000)

    def run(self, name: str, source: str) -> str:
        """Write, run, wait; what came of it."""
        self.write(name, source)
        self.begin(name)
        self.wait(name)
        return self.output(name)

    def check(self, name: str, source: str | None = None) -> str:
        """Write, check, wait; what the check said."""
        if source is not None:
            self.write(name, source)
        self.begin(name, "ControlOrMeta+Enter")
        self.wait(name)
        return self.output(name)

    def points(self, name: str) -> str:
        """The points that the page shows for a question."""
        return self.status(name).removesuffix(" points")

    def judge(
        self, answers: Sequence[tuple[str, str | None]], button: str = "Check"
    ) -> list[tuple[str, str]]:
        """Paste and check answers one after the other; None leaves what is there.

        Returns:
            for each what the cell printed and the check said, and the points that the page shows.
        """
        return [tuple(told) for told in self.page.evaluate(JUDGE, [answers, button])]

    def notebook(self) -> dict[str, Any]:
        """What "Download notebook" hands over, read before it is saved."""
        self.page.evaluate(HANDED)
        self._download()
        return json.loads(self.page.evaluate("window.handed"))

    def _download(self) -> None:
        panel = self.page.locator(".practice-panel").first
        panel.get_by_role("button", name="Download notebook").click()

    def download(self, folder: Path) -> Path:
        """The notebook with the answers in it."""
        with self.page.expect_download() as coming:
            self._download()
        file = folder / coming.value.suggested_filename
        coming.value.save_as(file)
        return file
