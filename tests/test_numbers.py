"""A number in a summary that no cell printed is a fault of the notebook."""

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from coursekit.authoring.notebooks.numbers import unprinted

CHAPTER = Path("chapters/99-nothing.ipynb")


def faults(summary: str, printed: str, path: Path = CHAPTER) -> list[str]:
    cells = [
        new_code_cell("print(…)", outputs=[new_output("stream", name="stdout", text=printed)]),
        new_markdown_cell(
            f"Try it.\n\n## Summary\n\n{summary}\n\n## Further reading\n\n- 1997, 812."
        ),
    ]
    return list(unprinted(new_notebook(cells=cells), path))


@pytest.mark.parametrize(
    ("summary", "printed"),
    [
        ("perplexity 103.5", "103.53"),
        ("81 % different", "0.812"),
        ("81 % different", "share 81%"),
        ("52,836 words", "of 52836 words"),
        ("10{,}000 rivals", "10,000 rivals"),
        ("4e-07 is left", "moves 4e-07"),
        ("(10.8) of chapter 12, equal to $10^{-12}$", ""),
        ("as [chapter 2](../chapters/02-perplexity.ipynb) says", ""),
        ("−0.14 nats", "-0.14"),
    ],
)
def test_what_was_printed_may_be_claimed(summary: str, printed: str) -> None:
    assert faults(summary, printed) == []


@pytest.mark.parametrize(
    ("summary", "printed", "missing"),
    [
        ("perplexity 526.9", "526.83", "526.9"),
        ("81 % different", "0.82", "81"),
        ("a factor of 1.18", "19.44 and 16.45", "1.18"),
        ("12,000 words", "12,001", "12000"),
    ],
)
def test_what_was_not_printed_is_named(summary: str, printed: str, missing: str) -> None:
    (fault,) = faults(summary, printed)
    assert f"the summary's {missing} is printed by no cell" in fault


def test_an_exception_needs_a_reason_and_is_needed(tmp_path: Path) -> None:
    (tmp_path / "unprinted.toml").write_text('[99-nothing]\n"67.6" = "published"\n"5" = "old"\n')
    found = faults("published: 67.6", "", tmp_path / CHAPTER.name)
    assert found == ["unprinted.toml excuses 5, which is printed or not claimed any more"]
