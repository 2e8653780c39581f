"""The list of chapters on the cover, made from the table of contents."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Placeholder(nodes.General, nodes.Element):
    """Where the list will stand once all titles are known."""


class Contents(SphinxDirective):
    """``course-contents``: links to all chapters, nothing while there is none."""

    def run(self) -> list[nodes.Node]:
        return [Placeholder()]


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for place in list(doctree.findall(Placeholder)):
        titles = app.env.titles
        chapters = sorted(page for page in titles if page.startswith("chapters/"))
        place.replace_self(_links(app, docname, chapters))


def _links(app: Sphinx, docname: str, chapters: list[str]) -> nodes.bullet_list:
    listing = nodes.bullet_list(classes=["course-contents"])
    for page in chapters:
        uri = app.builder.get_relative_uri(docname, page)
        link = nodes.reference("", app.env.titles[page].astext(), refuri=uri, internal=True)
        listing += nodes.list_item("", nodes.paragraph("", "", link))
    return listing


def refresh(app: Sphinx, env: object) -> list[str]:
    """A title may have changed: write the cover again whenever some page has been read."""
    return ["book/index"] if getattr(app, "course_pages_read", False) else []


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(Placeholder)
    app.add_directive("course-contents", Contents)
    app.connect("doctree-resolved", resolve)
    app.connect("env-updated", refresh)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
