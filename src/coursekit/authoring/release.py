"""Make the student's notebook and the recorded public cases from a solution source.

The same source gives the same bytes. A release is refused, with reasons, when a check would not do
its work: the reference fails, the starter scores, a misconception passes or two of them cannot be
told apart, or no case notices a one-edit change of the reference.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from coursekit.authoring import notebooks
from coursekit.authoring.contract import contract
from coursekit.authoring.loading import Key, load_key
from coursekit.authoring.mutation import mutation_faults
from coursekit.authoring.precision import numbers_in, settled
from coursekit.authoring.prompts import as_released, last_hints
from coursekit.authoring.recipe import PUBLIC, Recipe
from coursekit.authoring.source import KeyFault, run_cell
from coursekit.authoring.student import BEGIN, END, REGION, defines, student_notebook
from coursekit.checks.cells import is_check, is_setup
from coursekit.checks.diagnose import diagnose
from coursekit.checks.judge import judge
from coursekit.checks.recognise import same
from coursekit.checks.recorded import Recorded, to_record
from coursekit.faults import Fault

PUBLIC_SEED = 0
TRIALS = range(5)  # seeds on which a misconception must not pass either
MISCONCEPTIONS = 3  # a function or class has at least so many


class ReleaseRefused(Fault):
    """The exercise is not fit for students; the message lists every reason."""


def release(path: Path, with_last_hints: bool = True) -> list[Path]:
    """Write ``exercises/NN.ipynb`` and the recorded cases of ``solutions/NN.ipynb``.

    Args:
        path: the source.
        with_last_hints: whether students can open the hints that are most of an answer.

    Returns:
        The files written.

    Raises:
        ReleaseRefused: with every reason.
        KeyFault: the source cannot be run or holds no question.
    """
    root = notebooks.repository_root(path.parent)
    source, key = notebooks.read(path), load_key(path)
    data = root / "src" / "coursekit" / "checks" / "data"
    public = {name: public_cases(recipe) for name, recipe in key.recipes.items()}
    kept = last_hints(source, key) if with_last_hints else {}
    rules = {name: rules_of(recipe, public[name]) for name, recipe in key.recipes.items()}
    released = as_released(source, key, rules, with_last_hints)
    student = student_notebook(released, key, root, path.stem)
    reasons = [
        *structure_faults(source, key),
        *(fault for name, recipe in key.recipes.items() for fault in faults(recipe, public[name])),
        *starter_faults(student, public),
        *name_clashes(key, data),
    ]
    if reasons:
        raise ReleaseRefused(f"{path} is not released:\n" + "\n".join(f"- {r}" for r in reasons))
    exercise = root / "exercises" / path.name
    questions = [
        to_record(recorded) | ({"last_hint": kept[name]} if name in kept else {})
        for name, recorded in public.items()
    ]
    stored = {"exercise": path.stem, "questions": questions}
    written = json.dumps(stored, ensure_ascii=False, indent=1, sort_keys=False) + "\n"
    notebooks.write(student, exercise)
    (data / f"{path.stem}.json").write_text(written, "utf8")
    return [exercise, data / f"{path.stem}.json"]


def public_cases(recipe: Recipe) -> Recorded:
    """What is recorded of a question: its public cases, outcomes rounded within the tolerance.

    The last bits of an outcome depend on the processor, and a release must not.
    """
    drawn = recipe.draw(PUBLIC_SEED, PUBLIC)
    tolerance = drawn.question.tolerance

    def short(results: Any) -> Any:
        return numbers_in(results, lambda x: settled(x, tolerance.rtol, tolerance.atol))

    expected = [replace(right, results=short(right.results)) for right in drawn.expected]
    wrong = [
        replace(m, outcomes=[{**o, "results": short(o["results"])} for o in m.outcomes])
        for m in drawn.misconceptions
    ]
    return replace(drawn, expected=expected, misconceptions=wrong)


def rules_of(recipe: Recipe, public: Recorded) -> str:
    """What a prompt says about an answer's rules."""
    return contract([public, *(recipe.draw(seed) for seed in (0, 1))])


def faults(recipe: Recipe, public: Recorded) -> Iterator[str]:
    """Why a question would not do its work."""
    name = recipe.question.name
    if recipe.question.kind == "text":
        return
    if len(recipe.wrong) < MISCONCEPTIONS:
        yield f"{name}: {len(recipe.wrong)} misconceptions; write {MISCONCEPTIONS} or more"
    yield from unrecognised(public)
    yield from mutation_faults(recipe, public)
    for seed in TRIALS:
        yield from passing(recipe.draw(seed), f" with seed {seed}")


def passing(drawn: Recorded, where: str = "") -> Iterator[str]:
    """Misconceptions that get full marks."""
    q = drawn.question
    for wrong in drawn.misconceptions:
        if diagnose(q, drawn.expected, wrong.outcomes).points == q.points:
            yield f"{q.name}: the misconception {wrong.name!r} passes{where}; add a case it fails"


def unrecognised(drawn: Recorded) -> Iterator[str]:
    """Misconceptions that pass, or that would get a hint other than their own."""
    q = drawn.question
    yield from passing(drawn, " on the public cases")
    for i, one in enumerate(drawn.misconceptions):
        for other in drawn.misconceptions[i + 1 :]:
            if alike(one.outcomes, other.outcomes, drawn):
                yield (
                    f"{q.name}: {one.name!r} and {other.name!r} cannot be told apart; "
                    "add a case on which they differ, or drop one"
                )


def alike(one: Any, other: Any, drawn: Recorded) -> bool:
    """Whether two variants give the same outcome on every case."""
    tolerance = drawn.question.tolerance
    return all(same(a, b, tolerance) for a, b in zip(one, other, strict=True))


def structure_faults(source: NotebookNode, key: Key) -> Iterator[str]:
    """Questions without solution region or check cell, and solutions that would leak."""
    code = [c.source for c in source.cells if c.cell_type == "code"]
    checks = "\n".join(c for c in code if is_check(c))
    for name in key.recipes:
        if not re.search(rf"\b{name}\b", checks):
            yield f"{name}: no cell that does nothing but check({name})"
        if not any(BEGIN in c and defines(c, name) for c in code):
            yield f"{name}: no answer cell that defines it between {BEGIN} and {END}"
    for number, cell in enumerate(source.cells):
        begins, ends = cell.source.count(BEGIN), cell.source.count(END)
        if cell.cell_type == "code" and not (
            begins == ends == len(REGION.findall(cell.source + "\n"))
        ):
            yield f"cell {number}: a solution region is not closed"


def starter_faults(student: NotebookNode, public: Mapping[str, Recorded]) -> Iterator[str]:
    """Questions for which the untouched starter would get points, or would not run."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(student.cells):
        if cell.cell_type != "code" or is_check(cell.source) or is_setup(cell.source):
            continue
        try:
            run_cell(cell.source, f"starter, cell {number}", namespace)
        except Exception as error:
            yield f"cell {number} of the student's notebook fails: {type(error).__name__}: {error}"
    for name, recorded in public.items():
        if name not in namespace:
            yield f"{name}: the student's notebook does not define it"
        elif judge(recorded, namespace[name]).points > 0:
            yield f"{name}: the starter gets points"


def name_clashes(key: Key, data: Path) -> Iterator[str]:
    """Questions of other exercises that bear the same name."""
    for file in sorted(data.glob("*.json")):
        stored = json.loads(file.read_text("utf8"))
        if stored["exercise"] != key.exercise:
            for question in stored["questions"]:
                if question["name"] in key.recipes:
                    yield f"{question['name']}: {stored['exercise']} has a question of that name"


__all__ = ["KeyFault", "ReleaseRefused", "release"]
