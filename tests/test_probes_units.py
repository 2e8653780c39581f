"""The truth about small sources, written by hand, and AUCs against counting every pair."""

import io
import tokenize

import numpy as np
import pytest

from coursekit import text
from coursekit.probes.units import auc, places


def drawn(source: str, name: str) -> str:
    """A property as a string of digits under the source, line breaks kept."""
    digits = (str(value) for value in places(source)[name])
    return "".join("\n" if c == "\n" else d for c, d in zip(source, digits, strict=True))


def test_inside_a_string_holds_from_the_opening_quote_to_before_the_closing_one():
    assert drawn("a = 'bc' + d\n", "string") == "000011100000\n"


def test_a_prefix_and_three_quotes_belong_to_the_string():
    assert drawn('r"""b\nc"""\n', "string") == "11111\n1110\n"


def test_quotes_inside_a_string_or_a_comment_open_nothing():
    source = '"it\'s" # "no"\n'
    assert drawn(source, "string") == "11111" + "0" * 8 + "\n"


def test_an_f_string_is_one_string_also_with_a_string_and_brackets_inside():
    source = "x = f'{a[0]} b' + c\n"
    assert drawn(source, "string") == "0000" + "1" * 10 + "00000\n"
    assert drawn(source, "depth") == "0" * 19 + "\n"


def test_a_comment_ends_with_the_line():
    source = "a  # b\nc\n"
    assert drawn(source, "comment") == "000111\n0\n"
    assert places(source)["comment"][source.index("\n")] == 0


def test_depth_counts_open_brackets_of_all_kinds():
    assert drawn("f([a], {b: (1)})\n", "depth") == "0122111222233210\n"


def test_indent_counts_blocks_and_begins_with_the_statement():
    source = "if a:\n  b\n  while c:\n    d\ne\n"
    assert drawn(source, "indent") == "00000\n001\n1111111111\n11112\n0\n"


def test_a_condition_lies_between_the_keyword_and_the_colon():
    source = "if a[1:2] == b: c if d else e\n"
    assert drawn(source, "condition") == "00" + "1" * 12 + "0" * 15 + "\n"


def test_the_column_starts_anew_after_each_line_break():
    assert places("ab\n\nc\n")["column"].tolist() == [0, 1, 2, 0, 0, 1]


def test_a_broken_source_is_refused():
    with pytest.raises((tokenize.TokenError, SyntaxError)):
        places("f(a\n")


def test_everything_has_the_length_of_the_text_and_brackets_close():
    for file in text.python_source().valid[3:8]:
        found = places(file.text)
        assert {len(values) for values in found.values()} == {len(file.text)}
        assert all(values.min() >= 0 for values in found.values())
        assert found["depth"][-1] == 0
        lines = list(io.StringIO(file.text))
        assert found["column"].max() == max(map(len, lines)) - 1


def by_pairs(values: np.ndarray, holds: np.ndarray) -> float:
    """The definition: how often is the value higher where the property holds? A draw is a half."""
    high, low = values[holds][:, None], values[~holds][None]
    return float(((high > low) + 0.5 * (high == low)).mean())


@pytest.mark.parametrize("levels", [3, 1000])
def test_auc_equals_the_count_of_all_pairs(levels: int):
    rng = np.random.default_rng(levels)
    values = rng.integers(levels, size=(120, 5)) / 7
    holds = rng.random((120, 2)) < [0.2, 0.7]
    found = auc(values, holds)
    assert found.shape == (2, 5)
    for p in range(2):
        for n in range(5):
            assert found[p, n] == pytest.approx(by_pairs(values[:, n], holds[:, p]), abs=1e-12)


def test_auc_is_the_same_for_increasing_functions_and_turns_with_the_sign():
    rng = np.random.default_rng(0)
    values, holds = rng.normal(size=(200, 3)), rng.random((200, 1)) < 0.3
    assert np.allclose(auc(np.tanh(values), holds), auc(values, holds), atol=1e-12)
    assert np.allclose(auc(-values, holds), 1 - auc(values, holds), atol=1e-12)


def test_a_property_that_always_holds_has_no_auc():
    with pytest.raises(ValueError, match="everywhere or nowhere"):
        auc(np.zeros((4, 1)), np.ones((4, 1)))
