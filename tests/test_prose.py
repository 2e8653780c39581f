"""The check of English finds what it is there for, and leaves code, formulas and names alone."""

from pathlib import Path

import nbformat
import pytest

from coursekit.authoring import prose


def found(text: str) -> list[str]:
    return list(prose.faults(prose.Passage("page", text, written=True)))


@pytest.mark.parametrize(
    "text",
    [
        "Whoever trains it needs patience.",
        "It costs 1.9 bits a character.",
        "Seven steps of filling follow.",
        "We hold it against autograd.",
        "The sentence turned round comes next.",
        "Asked for is the sum.",
        "Its behavior is odd.",
        "The neighboring words differ.",
        "They are normalized first.",
        "Analyze the gray labels.",
        "What the network learned is this.",
        "Read the the sentence.",
    ],
)
def test_a_fault_is_found(text: str) -> None:
    assert len(found(text)) >= 1


@pytest.mark.parametrize(
    "text",
    [
        "It costs 1.9 bits per character; every parameter has a step a size smaller.",
        "`color=gray`, `normalize()` and ``behavior`` are names in code.",
        "$h\\ h$, [a page](https://example.org/color) and a tokenizer of prize-winning size.",
        'They wrote *optimized*, and it said "center".',
        "```\ncolor color\n```",
        "She had had enough of that. The batch of padding, filling in the gaps.",
        "It ends in\n\nIn the next part it begins.",
    ],
)
def test_good_english_code_and_quotations_pass(text: str) -> None:
    assert found(text) == []


def test_every_kind_of_file_is_read(tmp_path: Path) -> None:
    bad = "The behavior of a network"
    cells = [nbformat.v4.new_markdown_cell(bad), nbformat.v4.new_code_cell(f"%pip x\np('{bad}')")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "a.ipynb")
    (tmp_path / "b.md").write_text(f"# A page\n\n{bad}")
    (tmp_path / "c.py").write_text(f'"""{bad}."""\ncolor = "behavior"\n')
    (tmp_path / "d.js").write_text(f'const color = "behavior"; say("{bad}"); tell(`{bad}`);')
    faults = {
        path.name: [line for passage in prose.passages(path) for line in prose.faults(passage)]
        for path in tmp_path.iterdir()
    }
    assert {name: len(lines) for name, lines in faults.items()} == {
        "a.ipynb": 2,
        "b.md": 1,
        "c.py": 1,
        "d.js": 2,
    }
    assert "line 2" in faults["a.ipynb"][1]
