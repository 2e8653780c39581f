"""Exercises solved in the page: what their pages need for it.

A page gets one small script and a plan of its cells; the script fetches everything else when the
reader asks for it. Where Node or Pyodide cannot be had the book is built without this, and says so.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import course_practice_files as files
from course_minify import Refused
from course_practice_cells import plan
from course_pyodide import NotFound
from docutils import nodes
from sphinx.application import Sphinx

PROGRESS = "book/progress"
RECORD = "practice.json"  # in the folder of the built book: the names that its pages were made with


def prepare(app: Sphinx) -> None:
    """Bundle and collect before pages are written, since file names carry what is in the files."""
    app.course_practice = None  # type: ignore[attr-defined]
    if app.builder.format != "html":
        return
    try:
        app.course_practice = files.make(Path(app.srcdir))  # type: ignore[attr-defined]
    except (NotFound, Refused) as fault:
        print(f"The book is built without exercises solved in the page: {fault}.", file=sys.stderr)


def again(app: Sphinx, env: object) -> list[str]:
    """Pages made with other files than today's are written once more."""
    record = Path(app.outdir) / "_static" / RECORD
    names = json.dumps(getattr(app, "course_practice", None))
    if record.is_file() and record.read_text("utf8") == names:
        return []
    return sorted(app.env.found_docs)


def add_plan(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """The plan of the page's cells, and the script that reads it."""
    names = getattr(app, "course_practice", None)
    if names is not None and doctree is not None:
        base = context["pathto"]("_static/practice/", 1)
        for script in ["ticks", "progress"] if page == PROGRESS else ["ticks"]:
            context["body"] += f'<script defer src="{base}{names[script]}"></script>'
    source = Path(app.srcdir) / f"{page}.ipynb"
    if names is None or doctree is None or not source.is_file():
        return
    cells = plan(doctree, page, Path(app.srcdir))
    if not any(cell["role"] in ("answer", "try") for cell in cells):
        return
    exercise = source.stem if page.startswith("exercises/") else ""
    made = {
        **{key: names[key] for key in ("page", "worker", "pyodide", *files.ARCHIVES)},
        "data": names.get(exercise, ""),
        "notebook": context["notebook_url"],
        "colab": context["colab_url"],
        "exercise": exercise,
        "cells": cells,
    }
    base = context["pathto"]("_static/practice/", 1)
    text = json.dumps(made, ensure_ascii=False).replace("</", "<\\/")
    context["body"] += (
        f'<script type="application/json" id="practice" data-base="{base}">{text}</script>'
        f'<script defer src="{base}{names["start"]}"></script>'
    )


def install(app: Sphinx, error: Exception | None) -> None:
    """The files themselves, once all pages are there."""
    names = getattr(app, "course_practice", None)
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    shutil.copy2(Path(app.srcdir) / "book" / "practice" / "practice.css", static)
    if names is not None:
        files.install(Path(app.srcdir), static / "practice", names)
    (static / RECORD).write_text(json.dumps(names), "utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_css_file("practice.css", priority=450)
    app.connect("builder-inited", prepare)
    app.connect("env-updated", again)
    app.connect("html-page-context", add_plan, priority=920)  # after the addresses of the notebook
    app.connect("build-finished", install, priority=300)  # the style sheets are read after it
    return {"parallel_read_safe": True, "parallel_write_safe": True}
