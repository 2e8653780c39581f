"""What a notebook refers to: files, papers and its own equations, found missing before the build.

A link to a file that is not there stops the build of the book much later; a paper that is not in
the bibliography and an equation without a number stop nothing, and lead the reader nowhere.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from nbformat import NotebookNode

LINK = re.compile(r"\[([^\]]*)\]\(((?:[^()\s]|\([^()\s]*\))+)\)")
CITATION = re.compile(r"[A-Z].* (?:19|20)\d\d[a-z]?$")  # "Pascanu et al. 2013"
URL = re.compile(r"^\s*url\s*=\s*[{\"](.+?)[}\"],?\s*$", re.MULTILINE)
CODE = re.compile(r"(`+)[^`]+?\1(?!`)")
FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)
TAG = re.compile(r"\\tag\{([\w.]+)\}")
REFERENCE = re.compile(r"\((\d+\.\d+[a-z]?)\)")
CHAPTER = re.compile(r"# (\d+)\.")


def faults(nb: NotebookNode, folder: Path, root: Path) -> Iterator[str]:
    """What a notebook refers to and does not exist, one line each.

    Args:
        nb: the notebook.
        folder: where it stands; links start there.
        root: of the repository.
    """
    texts = [c.source for c in nb.cells if c.cell_type == "markdown"]
    tags = {tag for text in texts for tag in TAG.findall(text)}
    first = CHAPTER.match(texts[0]) if texts else None
    for number, cell in enumerate(nb.cells):
        if cell.cell_type != "markdown":
            continue
        text = CODE.sub("", cell.source)
        for name, target in LINK.findall(text):
            yield from (f"cell {number}: {fault}" for fault in _link(name, target, folder, root))
        for equation in REFERENCE.findall(FORMULA.sub("", text)):
            if first and equation.split(".")[0] == first[1] and equation not in tags:
                yield f"cell {number}: ({equation}), and no equation has \\tag{{{equation}}}"


def _link(name: str, target: str, folder: Path, root: Path) -> Iterator[str]:
    """What is wrong with one link."""
    if re.match(r"[a-z]+:", target):
        if CITATION.search(name) and target not in _papers(root / "book" / "references.bib"):
            yield f"{name} is cited, and no entry of book/references.bib has the url {target}"
    elif not target.startswith("#") and not (folder / target.split("#")[0]).is_file():
        yield f"a link to {target}, which does not exist"


@lru_cache
def _papers(bibliography: Path) -> frozenset[str]:
    """The addresses of all papers."""
    return frozenset(URL.findall(bibliography.read_text("utf8")))
