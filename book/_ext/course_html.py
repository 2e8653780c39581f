"""Finish the pages: buttons of a notebook page, what may wait waits, and faults of the theme."""

import functools
import re
from pathlib import Path

from course_plots import published
from course_publish import placeholder
from docutils import nodes
from PIL import Image
from sphinx.application import Sphinx

SCRIPT = re.compile(r'<script((?: [a-z-]+="[^"]*")*) src="([^"]+)"></script>')
# Bootstrap's script serves a button that the book does not have. The index of all words and what
# reads it are needed on the page of results alone, and there only without the book's own search.
BOOTSTRAP = re.compile(r'<script[^>]* src="[^"]*/bootstrap\.js[^"]*"></script>\n?')
SEARCH = re.compile(
    r'<script[^>]* src="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"></script>\n?'
)
TABS = re.compile(r'<script[^>]* src="[^"]*/design-tabs\.js[^"]*"></script>\n?')
IMAGE = re.compile(r'<img (?![^>]*\b(?:loading|width)=)([^>]*\bsrc="([^":?]+\.png)"[^>]*)>')
# The only script that had to be there before the page is read on: a few lines.
OPTIONS = re.compile(r'<script[^>]* src="[^"]*/documentation_options\.js[^"]*"></script>')
# The theme's script measures every block of code when a page has loaded, which lays out the whole
# page at once. course.js does that bit by bit.
MEASURED = re.compile(r'\["pre",\s*"\.nboutput[^\]]*\]|\["#none"\]')
# What nobody sees: how deep a line of HTML is indented, where white space is not kept as it is;
# and in code the spans of names, punctuation and spaces, which have the colour of all code.
INDENTED = re.compile(r"(<(pre|script|style|textarea)\b.*?</\2>)|[ \t]*\n\s*", re.DOTALL)
PLAIN = re.compile(r'<span class="(?:n|nn|nx|p|w)">([^<]*)</span>|<span></span>')
MINUTES = re.compile(r"\w · (\d+) minutes · \d+ points?")
WORDS_A_MINUTE = 200
LISTS = {
    "book/index",
    "book/api",
    "book/bibliography",
    "book/glossary",
    "book/notation",
    "book/terms",
}
COLAB = "https://colab.research.google.com/github"


def notebook_buttons(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Addresses for "Open in Colab" and "Download", made from the one repository address."""
    source = Path(app.srcdir) / f"{page}.ipynb"
    if not source.is_file():
        return
    options = app.config.html_theme_options
    repository = options["repository_url"].removeprefix("https://github.com/")
    branch = options.get("repository_branch") or "main"
    colab = f"{COLAB}/{repository}/blob/{branch}/{page}.ipynb"
    context["colab_url"] = "" if placeholder(app.config) else colab
    context["notebook_url"] = context["pathto"](f"_sources/{page}.ipynb", 1)
    context["notebook_name"] = source.name


def time_needed(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Below the title of a page that does not say it itself: how long it takes.

    A chapter says it, with its CPU-seconds. An exercise's questions say it one by one. Lists to
    look something up are not read through.
    """
    if doctree is None or page in LISTS or page.startswith("chapters/"):
        return
    text = doctree.astext()
    kind, minutes = "Reading time", max(1, round(len(text.split()) / WORDS_A_MINUTE))
    if page.startswith("exercises/"):
        kind, minutes = "Working time, all questions:", sum(map(int, MINUTES.findall(text)))
    line = f'<p class="course-time">{kind} about {minutes} minute{"s" * (minutes > 1)}</p>'
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{line}", 1)


def _defer(match: re.Match[str]) -> str:
    attributes, address = match.groups()
    if "defer" in attributes or "documentation_options" in address:
        return match.group(0)
    return f'<script{attributes} defer src="{address}"></script>'


def finish(app: Sphinx, error: Exception | None) -> None:
    """Change only pages that need it, so that a second build has nothing to do."""
    if error or app.builder.format != "html":
        return
    html = Path(app.outdir)
    options = (html / "_static" / "documentation_options.js").read_text("utf8")
    live = (html / "_static" / "search.js").is_file()  # the book's own search: course_search.py
    spare_layout(html / "_static" / "scripts" / "pydata-sphinx-theme.js")
    for path in html.rglob("*.html"):
        text = path.read_text("utf8")
        done = BOOTSTRAP.sub("", finished(text))
        done = IMAGE.sub(functools.partial(_patient, path.parent), done)
        done = OPTIONS.sub(lambda _: f"<script>{options}</script>", done)
        if path.name != "search.html" or live:
            done = SEARCH.sub("", done)
        if "sd-tab-set" not in done:
            done = TABS.sub("", done)
        if done != text:
            path.write_text(done, "utf8")


def spare_layout(script: Path) -> None:
    """Take the blocks of pages from the list of those that the theme's script measures."""
    text = script.read_text("utf8")
    if not MEASURED.search(text):
        raise ValueError(f"{script.name} is not the version known here: look for tabIndex in it")
    text = MEASURED.sub('["#none"]', text)
    script.write_text(re.sub(r"//# sourceMappingURL=.*", "", text), "utf8")


def _patient(folder: Path, match: re.Match[str]) -> str:
    """An image that is fetched when it is near, its place kept until then, in a box to scroll."""
    picture = published(folder / match[2])
    with Image.open(picture) as opened:
        wide, high = opened.size
    size = f'width="{wide}" height="{high}"'
    rest = match[1].replace(match[2], match[2].removesuffix(".png") + picture.suffix)
    image = f'<img loading="lazy" decoding="async" fetchpriority="low" {size} {rest}>'
    return f'<span class="course-plot">{image}</span>'


def _lean(match: re.Match[str]) -> str:
    kept, tag = match.groups()
    return PLAIN.sub(r"\1", kept) if tag == "pre" else kept or "\n"


def finished(text: str) -> str:
    """A page with scripts deferred, less that nobody sees, and one copy of the contents list.

    The theme prints the page's title and contents once more for paper, which doubles every
    heading for a screen reader; the title on paper is that of the page.
    """
    text = SCRIPT.sub(_defer, text)
    text = re.sub(
        r'<div id="jb-print-docs-body".*?(?=<div id="searchbox">|<article)', "", text, flags=re.S
    )
    text = INDENTED.sub(_lean, text)
    # The summary of a folded cell says "Show code cell source" in words: no second name.
    return re.sub(r'(<summary) aria-label="[^"]*"', r"\1", text)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", notebook_buttons, priority=900)
    app.connect("html-page-context", time_needed, priority=900)
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
