"""Give each page the moving figures it uses, in the page itself: it works from a file: address."""

import json
import os
import re
from pathlib import Path

import rjsmin
from docutils import nodes
from sphinx.application import Sphinx

from coursekit import figures
from coursekit.figures import framework
from coursekit.figures.gallery import language_model, training_run

PLACE = re.compile(r'<div class="ck-figure" data-figure="([a-z0-9_-]+)"')


def add_script(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """One inline module script with the figures' sources, only where there is a figure."""
    names = set(PLACE.findall(context.get("body") or ""))
    if names:
        app.add_js_file(None, type="module", body=framework.page_script(names, rjsmin.jsmin))


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
        script = framework.page_script([race.name], rjsmin.jsmin)
        target = Path(app.outdir) / "_static" / "race.js"
        target.write_text(RACE % (json.dumps(race.html()).replace("</", "<\\/"), script), "utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_css_file("figure.css", priority=400)
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write_css)
    app.connect("build-finished", write_models)
    app.connect("build-finished", write_race)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
