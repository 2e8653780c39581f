"""Every question of every exercise: right answers pass, wrong ones fail for the right reason.

What each test finds is recorded, and printed as one table after the last (conftest.py).
"""

import functools
import inspect
import re
import time

import numpy as np
import pytest
from exercise_kit import (
    ANSWERS,
    ROOT,
    STEMS,
    alike,
    judged,
    key_of,
    module,
    public,
    questions,
)

from coursekit.authoring import notebooks
from coursekit.authoring.mutation import mutation_score
from coursekit.authoring.source import run_cell
from coursekit.checks.cells import is_check, is_setup
from coursekit.checks.diagnose import diagnose
from coursekit.checks.judge import judge
from coursekit.checks.recorded import look_up
from coursekit.checks.values import encode

SEEDS = range(1000, 1200)
FEW = SEEDS[:20]  # tried with answers of other hands
INDICES = {"batches", "pad_batch"}  # their prompts ask for integer arrays
# By module, so that all tests of one question come together and share its draws.
EVERY = pytest.mark.parametrize(("stem", "name"), questions(), scope="module")


@functools.lru_cache(maxsize=len(FEW))
def drawn_from(stem, name, seed):
    """The secret cases of one seed."""
    return key_of(stem).recipes[name].draw(seed)


@pytest.fixture(autouse=True)
def quiet():
    with np.errstate(all="ignore"):
        yield


@pytest.fixture
def note(record_property):
    """Records one entry of the table."""
    return lambda stem, name, column, value: record_property(
        f"question:{stem}:{name}:{column}", str(value)
    )


@pytest.fixture(scope="module")
def starters():
    """What the untouched student notebooks define."""
    found = {}
    for stem in STEMS:
        found[stem] = {"__name__": "__main__"}
        nb = notebooks.read(ROOT / "exercises" / f"{stem}.ipynb")
        for cell in nb.cells:
            code = cell.cell_type == "code"
            if code and not is_check(cell.source) and not is_setup(cell.source):
                run_cell(cell.source, f"starter {stem}", found[stem])
    return found


@functools.lru_cache(maxsize=1)
def reference_judged(stem, name):
    """What the reference gets on the public cases, and the CPU-seconds that judging it took."""
    start = time.process_time()
    feedback = judge(look_up(name), key_of(stem).recipes[name].reference)
    return feedback, time.process_time() - start


@EVERY
def test_the_recorded_cases_are_those_of_the_key(stem, name):
    recorded, drawn = look_up(name), public(stem, name)
    assert recorded.exercise == stem
    assert alike(recorded, drawn)


@EVERY
def test_the_reference_gets_full_marks(stem, name, note):
    feedback, _ = reference_judged(stem, name)
    assert feedback.passed, feedback
    note(stem, name, "kind", public(stem, name).question.kind)
    note(stem, name, "points", f"{feedback.points:g}")
    note(stem, name, "cases", len(public(stem, name).cases))


@EVERY
def test_a_whole_number_counts_by_its_value(stem, name):
    """3.0 is as right as 3, but where a prompt asks for integer arrays a case indexes with them."""
    recipe = key_of(stem).recipes[name]
    if recipe.question.kind == "function":

        def decimal(*args, **words):
            return as_floats(recipe.reference(*args, **words))

        decimal.__name__ = name
        assert judge(look_up(name), decimal).passed == (name not in INDICES)


def as_floats(value):
    """A result with floats for its whole numbers."""
    if isinstance(value, (tuple, list)):
        return type(value)(as_floats(part) for part in value)
    if isinstance(value, np.ndarray):
        return value.astype(float) if value.dtype.kind in "iu" else value
    return float(value) if isinstance(value, (int, np.integer)) and value not in (0, 1) else value


@EVERY
def test_the_starter_gets_nothing(stem, name, note, starters):
    feedback = judge(look_up(name), starters[stem][name])
    assert feedback.points == 0
    assert "Not written yet" in repr(feedback)
    note(stem, name, "starter", "0")


@EVERY
def test_every_misconception_is_caught_with_its_own_hint(stem, name, note):
    recipe, recorded = key_of(stem).recipes[name], look_up(name)
    assert len({hint for _, hint, _ in recipe.wrong}) == len(recipe.wrong) >= 3
    for wrong, hint, variant in recipe.wrong:
        feedback = judge(recorded, variant)
        assert feedback.points < feedback.worth, f"{wrong} passes"
        assert feedback.diagnosis.hint == hint, f"{wrong} is told: {feedback.diagnosis.hint}"
    note(stem, name, "misconceptions", len(recipe.wrong))


@EVERY
def test_at_least_three_mistakes_are_whole_answers(stem, name):
    """Written as a student writes them, not made by an edit of the reference."""
    wrong = [variant for _, _, variant in key_of(stem).recipes[name].wrong]
    parts = [list(vars(v).values()) if isinstance(v, type) else [v] for v in wrong]
    codes = [next((p.__code__ for p in own if hasattr(p, "__code__")), None) for own in parts]
    edited = [code is not None and " -> " in code.co_filename for code in codes]
    assert edited.count(False) >= 3


@EVERY
def test_other_right_answers_get_full_marks(stem, name, note):
    seeds = FEW[:1] if key_of(stem).recipes[name].question.kind == "model" else FEW
    tried = [path for path in ANSWERS[stem] if hasattr(module(path), name)]
    assert len(tried) >= 3, "three right answers of other hands are wanted"
    for path in tried:
        thing = getattr(module(path), name)
        feedback = judge(look_up(name), thing)
        assert feedback.passed, f"{path.name}: {feedback}"
        for seed in seeds:
            verdict = judged(drawn_from(stem, name, seed), thing)
            assert verdict.points == feedback.worth, f"{path.name}, seed {seed}: {verdict}"
    note(stem, name, "right answers", len(tried))


@EVERY
def test_a_single_seed_also_names_the_misconception(stem, name):
    """Secret cases tell misconceptions apart nearly as well as the public ones."""
    told = total = 0
    for seed in FEW[:10]:
        drawn = drawn_from(stem, name, seed)
        for wrong in drawn.misconceptions:
            verdict = diagnose(
                drawn.question, drawn.expected, wrong.outcomes, drawn.misconceptions, hidden=True
            )
            told += verdict.misconception == wrong.name
            total += 1
    assert told >= 0.9 * total, f"{told} of {total}"


@EVERY
def test_secret_seeds_are_fair(stem, name, note):
    """On every seed the reference has full marks and no misconception has, nor public answers."""
    recorded = public(stem, name)
    pairs = zip(recorded.cases, recorded.expected, strict=True)
    learnt = {encode(c.to_plain()): e for c, e in pairs}
    fixed = recorded.question.kind == "value"
    seeds = SEEDS[:1] if fixed else SEEDS
    for seed in seeds:
        drawn = drawn_from(stem, name, seed)
        q = drawn.question
        right = [{"results": list(e.results), "error": None} for e in drawn.expected]
        assert diagnose(q, drawn.expected, right).points == q.points, f"seed {seed}"
        for wrong in drawn.misconceptions:
            got = diagnose(q, drawn.expected, wrong.outcomes, hidden=True).points
            assert got < q.points, f"seed {seed}: {wrong.name} passes"
        if not fixed:
            known = [learnt.get(encode(c.to_plain())) for c in drawn.cases]
            failed = {"results": [], "error": {"kind": "raised", "type": "KeyError",
                      "message": "", "line": None}}  # fmt: skip
            replies = [{"results": list(e.results), "error": None} if e else failed for e in known]
            assert diagnose(q, drawn.expected, replies).points == 0, f"seed {seed}: learnt by heart"
    note(stem, name, "seeds", len(seeds))


@pytest.mark.parametrize("stem", STEMS)
def test_prompts_agree_with_the_key(stem):
    """Each prompt has difficulty, minutes, the key's points and three hints, one perhaps apart."""
    nb = notebooks.read(ROOT / "exercises" / f"{stem}.ipynb")
    text = "\n".join(c.source for c in nb.cells)
    sections = re.split(r"^## Question ", text, flags=re.MULTILINE)[1:]
    recipes = key_of(stem).recipes
    assert len(sections) == len(recipes) >= 4
    for number, (section, (name, recipe)) in enumerate(
        zip(sections, recipes.items(), strict=True), 1
    ):
        assert section.startswith(f"{int(stem[:2])}.{number}: "), section[:40]
        line = re.search(r"^\*(.+) · (\d+) minutes · ([\d.]+) points?\*$", section, re.MULTILINE)
        assert line, section[:60]
        assert line[1] in ("Warm-up", "Basic", "Intermediate", "Demanding")
        assert float(line[3]) == recipe.question.points
        last = section.count(f'hint("{name}")')
        assert section.count("<details>") == section.count("</details>") == 3 - last
        assert last <= 1
        assert re.search(rf"\bcheck\(({name}|{name}={name})\)", section)


@pytest.mark.parametrize("stem", STEMS)
def test_nothing_of_the_key_is_released(stem):
    released = (ROOT / "exercises" / f"{stem}.ipynb").read_text("utf8")
    for word in ("SOLUTION", "coursekit.authoring", "misconception", "key.question", "answer-key"):
        assert word not in released
    for recipe in key_of(stem).recipes.values():
        body = inspect.getdoc(recipe.reference) if callable(recipe.reference) else None
        assert body is None or body.split("\n")[0] in released  # docstrings survive


@EVERY
def test_no_one_edit_change_of_a_reference_passes(stem, name, note):
    score = mutation_score(key_of(stem).recipes[name], public(stem, name))
    if score is not None:
        assert score.survivors == score.unmatched == []
        note(stem, name, "changes caught", f"{score.caught}/{score.tried}")


@EVERY
def test_a_check_is_quick(stem, name, note):
    """Under 100 ms for NumPy, under 1 s with torch, in CPU time; a model keeps to its budget."""
    recorded = look_up(name)
    _, best = reference_judged(stem, name)
    if recorded.question.kind == "model":
        assert best < 0.8 * recorded.question.seconds
    else:
        best = min(best, *(reference_judged.__wrapped__(stem, name)[1] for _ in range(2)))
        uses_torch = "torch" in repr(recorded.cases) or "torch" in repr(recorded.expected)
        assert best < (1.0 if uses_torch else 0.1)
    note(stem, name, "ms", f"{1000 * best:.0f}")
