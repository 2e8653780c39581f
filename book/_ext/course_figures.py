"""Give each page the moving figures it uses, in the page itself: it works from a file: address."""

import html
import json
import os
import re
from functools import partial
from pathlib import Path

import course_stills
from course_minify import Refused, minified
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from coursekit import figures
from coursekit.figures import framework
from coursekit.figures.gallery import language_model, training_run

log = logging.getLogger(__name__)
PLACE = re.compile(r'<div class="ck-figure" data-figure="([a-z0-9_-]+)"')
MOVES = "This figure moves where scripts may run."
SCRIPTED = f"<p><em>{html.escape(framework.ONCE_RUN)}</em></p>"


def shrink(app: Sphinx, scripts: framework.Scripts) -> framework.Scripts:
    """The scripts, shorter where esbuild is there."""
    try:
        return minified(Path(app.srcdir), scripts)
    except Refused as fault:
        log.info("The scripts of figures stay as they are: %s", fault)
        return scripts


def add_script(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """One inline module script with the figures' sources, only where there is a figure."""
    body = context.get("body") or ""
    names = set(PLACE.findall(body))
    if names:
        script = framework.page_script(names, partial(shrink, app))
        app.add_js_file(None, type="module", body=script)
        folder = context["pathto"](f"_static/{course_stills.FOLDER}/", 1)
        body = course_stills.place(body, folder)
        context["body"] = body.replace(SCRIPTED, f"<p><em>{MOVES}</em></p>")


def write_css(app: Sphinx, error: Exception | None) -> None:
    """The figures' style sheet, palette included."""
    if error is None and app.builder.format == "html":
        target = Path(app.outdir) / "_static" / "figure.css"
        target.write_text(framework.css(), "utf8")


def write_models(app: Sphinx, error: Exception | None) -> None:
    """The language models, a script each: a page fetches one when its reader asks for it."""
    if error is None and app.builder.format == "html":
        folder = Path(app.outdir) / "_static" / "models"
        folder.mkdir(exist_ok=True)
        for which in language_model.KINDS:
            (folder / f"{which}.js").write_text(language_model.script(which), "utf8")
        (folder / "run.js").write_text(training_run.script(), "utf8")


# The race on the cover: nothing of it is in the page before somebody starts it.
RACE = """(() => {
const place = document.querySelector(".cover-race");
place.innerHTML = %s;
new MutationObserver((_, watch) => {
  const go = place.querySelector(".ck-go");
  if (!go) return;
  watch.disconnect();
  go.focus({ preventScroll: true });
  go.click();
}).observe(place, { childList: true, subtree: true });
%s
})();
"""


def write_race(app: Sphinx, error: Exception | None) -> None:
    """The small race, as a classic script: one that works from a file: address."""
    if error is None and app.builder.format == "html":
        os.environ.setdefault("COURSEKIT_STATIC", "1")
        race = figures.memory_race()
        race.state["book"] = False  # no link to share: the address is the cover's
        script = framework.page_script([race.name], partial(shrink, app))
        target = Path(app.outdir) / "_static" / "race.js"
        target.write_text(RACE % (json.dumps(race.html()).replace("</", "<\\/"), script), "utf8")


def write_stills(app: Sphinx, error: Exception | None) -> None:
    """Pictures of the figures, which a page shows where no script runs."""
    if error is None and app.builder.format == "html":
        course_stills.write(Path(app.outdir))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_css_file("figure.css", priority=400)
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write_css)
    app.connect("build-finished", write_models)
    app.connect("build-finished", write_race)
    app.connect("build-finished", write_stills)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
