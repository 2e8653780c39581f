"""Turn ``> **Exercise 3.1.** text`` into a box.

In Colab and on GitHub it stays a quotation with a bold beginning, which reads as well.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

# How a box's title begins → the class that gives it its look (course.css).
KINDS = {
    "definition": "definition",
    "exercise": "exercise",
    "experiment": "experiment",
    "key idea": "idea",
    "pitfall": "pitfall",
    "prediction": "prediction",
    "what is usually said": "said",
}


class Boxes(SphinxTransform):
    """Block quotes that begin with a bold title of a known kind become admonitions."""

    default_priority = 400

    def apply(self, **kwargs: object) -> None:
        for quote in list(self.document.findall(nodes.block_quote)):
            first = quote.children[0] if quote.children else None
            if not isinstance(first, nodes.paragraph):
                continue
            while first.children and _blank(first.children[0]):
                first.pop(0)
            if not first.children or not isinstance(first.children[0], nodes.strong):
                continue
            title = first.children[0]
            kind = _kind(title.astext())
            if kind is None:
                continue
            first.pop(0)
            _strip_left(first)
            body = quote.children if first.children else quote.children[1:]
            heading = nodes.title("", "", *_without_full_stop(title))
            quote.replace_self(
                nodes.admonition("", heading, *body, classes=["ck-box", f"ck-box-{kind}"])
            )


def _kind(title: str) -> str | None:
    return next((v for k, v in KINDS.items() if title.lower().startswith(k)), None)


def _blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Text) and not node.strip()


def _strip_left(paragraph: nodes.paragraph) -> None:
    if paragraph.children and isinstance(paragraph.children[0], nodes.Text):
        rest = paragraph.children[0].lstrip()
        paragraph.replace(paragraph.children[0], nodes.Text(rest))


def _without_full_stop(title: nodes.strong) -> list[nodes.Node]:
    parts = list(title.children)
    if parts and isinstance(parts[-1], nodes.Text):
        parts[-1] = nodes.Text(parts[-1].rstrip(".: "))
    return parts


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_transform(Boxes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
