"""Make the student's notebook and the recorded public cases from a solution source.

The same source gives the same bytes. A release is refused, with reasons, when a check would not do
its work: the reference fails, the starter scores, a misconception passes or two of them cannot be
told apart.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from coursekit.authoring import notebooks
from coursekit.authoring.key import Key, KeyFault, is_check, is_setup, load_key
from coursekit.checks.cases import Tolerance
from coursekit.checks.diagnose import diagnose, same
from coursekit.checks.judge import judge
from coursekit.checks.recorded import Recorded, to_record

PUBLIC_SEED = 0
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STARTER = "raise NotImplementedError"
EMPTY = {"value": "None  # your answer", "text": '""  # your answer'}
REGION = re.compile(rf"^([ \t]*){BEGIN}\n.*?^[ \t]*{END}[ \t]*\n?", re.DOTALL | re.MULTILINE)


class ReleaseRefused(Exception):
    """The exercise is not fit for students; the message lists every reason."""


def release(path: Path) -> list[Path]:
    """Write ``exercises/NN.ipynb`` and the recorded cases of ``solutions/NN.ipynb``.

    Returns:
        The files written.

    Raises:
        ReleaseRefused: with every reason.
        KeyFault: the source cannot be run or holds no question.
    """
    root = notebooks.repository_root(path.parent)
    key = load_key(path)
    public = {name: recipe.draw(PUBLIC_SEED) for name, recipe in key.recipes.items()}
    source = notebooks.read(path)
    reasons = [r for recorded in public.values() for r in refusals(recorded)]
    reasons += list(structure_faults(source, key))
    student = student_notebook(source, key, root)
    reasons += list(starter_scores(student, public))
    if reasons:
        raise ReleaseRefused(f"{path} is not released:\n" + "\n".join(f"- {r}" for r in reasons))
    exercise = root / "exercises" / path.name
    data = root / "src" / "coursekit" / "checks" / "data" / f"{path.stem}.json"
    notebooks.write(student, exercise)
    stored = {"exercise": path.stem, "questions": [to_record(r) for r in public.values()]}
    data.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", "utf8")
    return [exercise, data]


def refusals(recorded: Recorded) -> Iterator[str]:
    """Why a question's recorded cases are not fit for use."""
    q, name = recorded.question, recorded.question.name
    if q.kind == "text":
        return
    for wrong in recorded.misconceptions:
        judged = diagnose(q, recorded.expected, wrong.outcomes, recorded.misconceptions)
        if judged.points == q.points:
            yield f"{name}: the misconception {wrong.name!r} passes"
        elif judged.misconception != wrong.name:
            yield f"{name}: {wrong.name!r} is taken for {judged.misconception!r}"
    for i, one in enumerate(recorded.misconceptions):
        for other in recorded.misconceptions[i + 1 :]:
            if alike(one.outcomes, other.outcomes, q.tolerance):
                yield f"{name}: {one.name!r} and {other.name!r} cannot be told apart"


def alike(
    one: Sequence[dict[str, Any]], other: Sequence[dict[str, Any]], tolerance: Tolerance
) -> bool:
    """Whether two variants give the same outcome on every case."""
    return all(same(a, b, tolerance) for a, b in zip(one, other, strict=True))


def structure_faults(source: NotebookNode, key: Key) -> Iterator[str]:
    """Questions without solution region or check cell, and solutions that would leak."""
    code = [c.source for c in source.cells if c.cell_type == "code"]
    checks = "\n".join(c for c in code if is_check(c))
    answers = "\n".join(c for c in code if BEGIN in c)
    for name, recipe in key.recipes.items():
        if not re.search(rf"\b{name}\b", checks):
            yield f"{name}: no check cell"
        if not re.search(rf"\b{name}\b", answers):
            yield f"{name}: no answer cell with {BEGIN} … {END}"
        if recipe.question.kind != "text" and len(recipe.wrong) < 3:
            yield f"{name}: {len(recipe.wrong)} misconceptions; at least 3 are wanted"
    for cell in code:
        if (BEGIN in cell) != (END in cell) or (BEGIN in cell and not REGION.search(cell + "\n")):
            yield f"a solution region is not closed: {cell[:60]!r}"


def student_notebook(source: NotebookNode, key: Key, root: Path) -> NotebookNode:
    """The notebook a student gets: starters for solutions, no answer keys, no outputs."""
    cells = []
    kinds = {name: r.question.kind for name, r in key.recipes.items()}
    for cell in source.cells:
        if "answer-key" in cell.metadata.get("tags", []):
            continue
        copy = NotebookNode(cell)
        if cell.cell_type == "code":
            copy = nbformat.v4.new_code_cell(starter(cell.source, kinds))
            copy.metadata = grading_metadata(cell.source, key)
        cells.append(copy)
    nb = nbformat.v4.new_notebook(cells=cells)
    return notebooks.normalise(nb, root)


def starter(source: str, kinds: Mapping[str, str]) -> str:
    """A solution cell with every solution region replaced by something that is not an answer.

    Inside a function that is ``raise NotImplementedError``; a value or a text of its own becomes an
    empty one, so that the cell itself still runs.
    """

    def empty(region: re.Match[str]) -> str:
        for name, kind in kinds.items():
            if kind in ("value", "text") and re.search(rf"^{name} *=", region[0], re.MULTILINE):
                return f"{name} = {EMPTY[kind]}\n"
        return f"{region[1]}{STARTER}\n"

    return REGION.sub(empty, source + "\n").rstrip("\n")


def grading_metadata(source: str, key: Key) -> NotebookNode:
    """Metadata as nbgrader wants it: answer cells are solutions, check cells carry the points."""
    meta = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    names = [n for n in key.recipes if re.search(rf"\b{n}\b", source)]
    if BEGIN in source and names:
        return NotebookNode(
            nbgrader=NotebookNode(meta | {"grade_id": f"answer-{names[0]}", "solution": True})
        )
    if is_check(source) and names:
        points = key.recipes[names[0]].question.points
        graded = {"grade": True, "locked": True, "points": points, "grade_id": f"check-{names[0]}"}
        return NotebookNode(nbgrader=NotebookNode(meta | graded))
    return NotebookNode()


def with_check_outputs(student: NotebookNode, solved: NotebookNode) -> NotebookNode:
    """The student's notebook with the outputs that check cells give when all is solved.

    nbval then fails exactly at the checks of unsolved or wrong questions.
    """
    outputs = {c.source: c.outputs for c in solved.cells if c.cell_type == "code"}
    for number, cell in enumerate(c for c in student.cells if c.cell_type == "code"):
        if is_check(cell.source) and cell.source in outputs:
            cell.outputs = outputs[cell.source]
            cell.execution_count = number + 1
    return student


def starter_scores(student: NotebookNode, public: Mapping[str, Recorded]) -> Iterator[str]:
    """Questions for which the untouched starter would get points."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in student.cells:
        if cell.cell_type == "code" and not (is_check(cell.source) or is_setup(cell.source)):
            exec(compile(cell.source, "<starter>", "exec"), namespace)
    for name, recorded in public.items():
        if name not in namespace:
            yield f"{name}: the student's notebook does not define it"
        elif judge(recorded, namespace[name]).points > 0:
            yield f"{name}: the starter gets points"


__all__ = ["KeyFault", "ReleaseRefused", "release", "student_notebook", "with_check_outputs"]
