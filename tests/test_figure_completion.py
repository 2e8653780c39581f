"""The search box: its data come from the speeches, its numbers equal Python's."""

import json

import numpy as np
import pytest
from figure_numbers import completion_numbers

from coursekit.figures import framework
from coursekit.figures.gallery import completion

PHRASES = [
    "",
    "should i",
    "I ask the",
    "god bless xylophone",
    "the end </s> my",
    *completion.PHRASES,
]


@pytest.fixture(scope="module")
def javascript():
    mini_racer = pytest.importorskip("py_mini_racer")
    source = framework.script("completion").replace("export default", "const module =")
    engine = mini_racer.MiniRacer()
    data = json.dumps(framework.stored_data("completion"))
    engine.eval(
        f"{source}; const data = {data};"
        "const number = new Map(data.words.map((word, i) => [word, i]));"
        "const ask = (phrase, order) => JSON.stringify(completions(data, number, phrase, order)"
        ".parts.map((row) => [...row]));"
    )
    return lambda phrase, order: json.loads(engine.eval(f"ask({json.dumps(phrase)}, {order})"))


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("phrase", PHRASES)
def test_the_page_computes_what_python_computes(javascript, phrase, order):
    expected = completion_numbers(phrase, order)
    np.testing.assert_allclose(javascript(phrase, order), expected, rtol=1e-9, atol=1e-15)
    assert expected.sum() == pytest.approx(1, abs=1e-12)
    assert expected.min() >= 0


def test_the_stored_data_are_the_counts_of_the_speeches():
    stored = (
        json.dumps(framework.stored_data("completion"), ensure_ascii=False, separators=(",", ":"))
        + "\n"
    )
    assert stored == completion.encoded()
    assert len(stored.encode()) < 150_000


def test_a_count_is_the_one_found_by_reading_the_speeches():
    from coursekit import text

    data = framework.stored_data("completion")
    number = {word: i for i, word in enumerate(data["words"])}
    total, *pairs = data["tables"][3][" ".join(str(number[w]) for w in ("the", "union", "is"))]
    counted = dict(zip(pairs[::2], pairs[1::2], strict=True))
    tokens = list(text.sotu().tokens("train"))
    found = [
        d
        for a, b, c, d in zip(*(tokens[i:] for i in range(4)), strict=False)
        if (a, b, c) == ("the", "union", "is")
    ]
    assert total == len(found)
    assert counted[number["strong"]] == found.count("strong") > 2


@pytest.mark.parametrize("order", [0, 5])
def test_other_orders_are_refused(order):
    with pytest.raises(ValueError, match="orders 1 to 4"):
        completion.completion(order=order)
