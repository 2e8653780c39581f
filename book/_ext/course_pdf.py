"""Link to the PDF of the whole book from every page, but only where that file has been made.

The PDF is printed from the built pages (``make pdf``), so it comes after them. A page therefore
carries a comment that says where the PDF would be; once the file is there, a link follows the
comment, and it goes again should the file go.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

NAME = "recurrent-networks.pdf"
PLACE = re.compile(r"<!--pdf:([^ ]+?)-->(<a [^>]*>[^<]*</a>)?")


def linked(text: str, size: int) -> str:
    """A page with the link where its place is; without it if ``size``, in bytes, is 0."""

    def link(match: re.Match[str]) -> str:
        address = match[1]
        words = f"The whole book as a PDF ({size / 1e6:.0f} MB)"
        after = f'<a class="course-pdf" href="{address}">{words}</a>' if size else ""
        return f"<!--pdf:{address}-->{after}"

    return PLACE.sub(link, text)


def link_all(html: Path) -> None:
    """Put right the link on all pages of a built book."""
    pdf = html / NAME
    size = pdf.stat().st_size if pdf.is_file() else 0
    for path in html.rglob("*.html"):
        text = path.read_text("utf8")
        done = linked(text, size)
        if done != text:
            path.write_text(done, "utf8")


def address(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Where the PDF would be, seen from this page; the footer's template prints it."""
    context["pdf_url"] = context["pathto"](NAME, 1)


def finish(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        link_all(Path(app.outdir))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", address)
    app.connect("build-finished", finish, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
