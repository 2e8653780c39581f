"""What a release adds to a prompt: the rules of the key, and the last hint set apart."""

import json

import nbformat
import pytest
from exercise_kit import ROOT, STEMS, key_of, public
from test_release import KEY, source
from typer.testing import CliRunner

from coursekit.authoring.contract import contract
from coursekit.authoring.loading import load_key
from coursekit.authoring.release import public_cases, release, rules_of
from coursekit.checks import hint
from coursekit.checks.recorded import index
from coursekit.cli import app

PROMPT = """## Question 1.1: twice

*Basic · 5 minutes · 2 points*

Write `twice(x)`.

<details><summary>Hint 1: what</summary>

Two times.

</details>
<details><summary>Last resort: in code</summary>

`2 * x`

</details>"""


def prompted(tmp_path, key=KEY):
    """A source whose question has a prompt with a last resort."""
    path = source(tmp_path, key=key)
    nb = nbformat.read(path, 4)
    nb.cells.insert(2, nbformat.v4.new_markdown_cell(PROMPT))
    nbformat.write(nb, path)
    return path


def rules(tmp_path, key):
    recipe = load_key(source(tmp_path, key=key)).recipes["twice"]
    return rules_of(recipe, public_cases(recipe))


def test_the_last_hint_is_behind_a_call_that_shows(tmp_path):
    exercise, data = release(prompted(tmp_path))
    (prompt,) = (c.source for c in nbformat.read(exercise, 4).cells if "## Question" in c.source)
    assert 'hint("twice")' in prompt
    assert "</details>\n\n*Last resort: in code.*" in prompt, "else it is taken for HTML"
    assert "2 * x" not in prompt
    assert prompt.count("<details>") == 1
    (stored,) = json.loads(data.read_text("utf8"))["questions"]
    assert stored["last_hint"] == ["in code", "`2 * x`"]


def test_a_release_can_leave_last_hints_out(tmp_path):
    result = CliRunner().invoke(app, ["release", str(prompted(tmp_path)), "--no-last-hints"])
    assert result.exit_code == 0, result.output
    (exercise,) = (tmp_path / "exercises").glob("*.ipynb")
    (data,) = (tmp_path / "src/coursekit/checks/data").glob("*.json")
    for text in (exercise.read_text("utf8"), data.read_text("utf8")):
        assert "Last resort" not in text
        assert "last_hint" not in text
        assert "hint(" not in text


def test_opening_a_last_hint_leaves_a_trace_and_faults_say_what_to_do(capsys):
    name = next(n for n, (_, record) in index().items() if "last_hint" in record)
    opened = hint(name)
    assert f"opened for {name}" in repr(opened)
    assert f"opened for `{name}`" in opened._repr_markdown_()
    without = next(n for n, (_, record) in index().items() if "last_hint" not in record)
    assert hint(without) is None
    assert hint("count_ngram") is None
    said = capsys.readouterr().out
    assert f"`{without}` has no last resort" in said
    assert "Did you mean `count_ngrams`?" in said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ((), "Numbers may be off by 0.001 %. No input is empty, NaN or infinite."),
        (("1})\n", "1}, rtol=6e-4)\n"), "Numbers may be off by 0.06 %."),
        (
            ("1})\n", '1}, forbidden=("numpy.dot",))\n'),
            "Not allowed, under any name: `numpy.dot`. Everything else is allowed.",
        ),
        (("call(0.0)", "call(float('nan'))"), "Inputs may be NaN, but not empty or infinite"),
        (
            ("call(0.0)", "call(np.zeros(0))"),
            "may be empty, but not NaN or infinite; you may change",
        ),
        (("call(0.0)", "call_and_look(np.ones(2))"), "leave the inputs as they are."),
    ],
)
def test_rules_say_what_is_checked(tmp_path, change, says):
    key = "import numpy as np\n" + (KEY.replace(*change) if change else KEY)
    assert says in rules(tmp_path, key)


@pytest.mark.parametrize("stem", STEMS)
def test_every_prompt_has_the_rules_of_its_key(stem):
    nb = nbformat.read(ROOT / "exercises" / f"{stem}.ipynb", 4)
    prompts = "\n".join(c.source for c in nb.cells if c.cell_type == "markdown")
    told = 0
    for name, recipe in key_of(stem).recipes.items():
        said = rules_of(recipe, public(stem, name))
        assert all(f"`{closed}`" in said for closed in recipe.question.forbidden)
        assert said in prompts
        told += bool(said)
    assert prompts.count("**Rules.**") == told


def test_a_promise_about_inputs_is_kept_on_secret_seeds():
    for stem in STEMS[:3]:
        for name, recipe in key_of(stem).recipes.items():
            if recipe.question.kind in ("function", "class"):
                said = rules_of(recipe, public(stem, name))
                assert contract([recipe.draw(seed) for seed in range(50, 54)]) == said
