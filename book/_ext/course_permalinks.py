"""An address for each box, figure and plot of a page, and a sign that leads to it.

Headings have theirs from Sphinx, and numbered equations from course_math.
"""

import re
from collections import Counter

from docutils import nodes
from sphinx.application import Sphinx

MOVING = re.compile(r'data-figure="([a-z0-9_-]+)"')
NO_FIGURE = {"quiz", "predict"}


def sign(anchor: str, what: str) -> nodes.reference:
    """What a reader clicks to have the address in the address bar."""
    return nodes.reference(
        "",
        "#",
        refuri=f"#{anchor}",
        internal=True,
        reftitle=f"Link to this {what}",
        classes=["headerlink"],
    )


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if not docname.startswith(("chapters/", "exercises/", "book/")):
        return
    counts: Counter[str] = Counter()

    def name(kind: str) -> str:
        counts[kind] += 1
        return f"{kind}-{counts[kind]}"

    for node in doctree.findall(nodes.Element):
        if isinstance(node, nodes.admonition) and "ck-box" in node["classes"]:
            kind = next(c for c in node["classes"] if c.startswith("ck-box-"))
            anchor = name(kind.removeprefix("ck-"))
            node["ids"].append(anchor)
            node.children[0] += sign(anchor, "box")
        elif "cell_output" in node.get("classes", ()):
            kind = drawn(node)
            if kind:
                anchor = name(kind)
                node["ids"].append(anchor)
                node += nodes.paragraph("", "", sign(anchor, "figure"), classes=["course-link"])


def drawn(output: nodes.Element) -> str:
    """What an output shows: ``figure-vanishing`` for one that moves, ``plot``, or nothing."""
    for raw in output.findall(nodes.raw):
        found = MOVING.search(raw.astext())
        if found and found[1] not in NO_FIGURE:
            return f"figure-{found[1]}"
    return "plot" if output.next_node(nodes.image) else ""


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
