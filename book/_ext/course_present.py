"""Present mode: what cells say about their slides, and the script that makes the slides.

A page that is not presented loads nothing of it: course.js fetches these files when the address
has ``?present``. Slides are made from the chapter itself (book/present/slides.js); what a cell says
about its own stands in its metadata ``present`` and in its tags ``present-skip`` and
``present-whole``.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from coursekit.figures import framework

PARTS = ("slides", "polls", "fit", "notes", "deck")
FOLDER = Path(__file__).parents[1] / "present"
# In the page's head: what is folded, or replaced by slides, must never have been seen.
EARLY = """<script>(d=>{try{d.code=localStorage.getItem("code")||"shown"}catch{}
if(/[?&]present\\b/.test(location.search))d.present=""})(document.documentElement.dataset)</script>"""
MARKS = {"skip", "whole", "notes", "minutes", "options"}


def marks(notebook: Path) -> dict[int, dict[str, Any]]:
    """What the cells of a notebook say about their slides, by their place in it.

    Raises:
        ValueError: metadata that no slide would follow.
    """
    found = {}
    for place, cell in enumerate(json.loads(notebook.read_text("utf8"))["cells"]):
        tags = cell["metadata"].get("tags", [])
        mark = dict(cell["metadata"].get("present", {}))
        mark |= {tag.removeprefix("present-"): True for tag in tags if tag.startswith("present-")}
        if mark.keys() - MARKS:
            unknown = ", ".join(sorted(mark.keys() - MARKS))
            raise ValueError(f"{notebook.name}, cell {place}: present knows no {unknown}")
        if mark:
            found[place] = mark
    return found


def chapters(app: Sphinx) -> Iterator[tuple[str, Path]]:
    """The pages that can be presented, and the notebooks they come from."""
    for page in sorted(app.env.found_docs):
        if page.startswith("chapters/"):
            yield page, Path(app.srcdir) / f"{page}.ipynb"


def give_classes(app: Sphinx, doctree: nodes.document) -> None:
    """Let the page's blocks say from which marked cell they come."""
    page = app.env.docname
    if not page.startswith("chapters/"):
        return
    marked = marks(Path(app.srcdir) / f"{page}.ipynb")
    for node in doctree.findall(nodes.Element):
        place = _cell_of(node)
        if place in marked and isinstance(node.parent, nodes.section):
            node["classes"].append(f"in-cell-{place}")


def _cell_of(node: nodes.Element) -> int | None:
    """The place of the cell a block comes from: MyST-NB counts 10,000 lines for each cell."""
    if "cell_index" in node:
        return int(node["cell_index"])
    return node.line // 10_000 - 1 if node.line else None


def files_of_slides(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Addresses for the button that begins to present, and what the page must know at once."""
    if page.startswith("chapters/"):
        context["metatags"] = context.get("metatags", "") + EARLY
        names = ("deck.css", f"{page.split('/')[1]}.js", "deck.js")
        context["present_files"] = " ".join(
            context["pathto"](f"_static/present/{name}", 1) for name in names
        )


def write(app: Sphinx, error: Exception | None) -> None:
    """The script and the style of slides, and for each chapter what its cells say."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / "_static" / "present"
    folder.mkdir(exist_ok=True)
    parts = [(FOLDER / f"{part}.js").read_text("utf8") for part in PARTS]
    script = "\n".join([framework.kit(), *parts])
    (folder / "deck.js").write_text(f"(() => {{\n{script}\n}})();\n", "utf8")
    (folder / "deck.css").write_text((FOLDER / "deck.css").read_text("utf8"), "utf8")
    for page, notebook in chapters(app):
        said = {f"in-cell-{place}": mark for place, mark in marks(notebook).items()}
        text = f"var courseMarks = {json.dumps(said, ensure_ascii=False)};\n"
        (folder / f"{page.split('/')[1]}.js").write_text(text, "utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", give_classes)
    app.connect("html-page-context", files_of_slides, priority=950)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
