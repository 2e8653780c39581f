"""Make "(4.1)" in running text a link to the equation that carries ``\\tag{4.1}``.

Notebooks stay plain Markdown, which Colab and GitHub show as it is; the links exist in the book.
A reference is linked when some page has an equation of that number, so "(0.5)" stays a number.
"""

import re
from collections.abc import Iterator

from course_math import TAG
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

log = logging.getLogger(__name__)
REFERENCE = re.compile(r"\((\d+\.\d+[a-z]?)\)")
NOT_INSIDE = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.reference)


def _tags(env: BuildEnvironment) -> dict[str, str]:
    """Equation number → page, for the whole book."""
    if not hasattr(env, "course_tags"):
        env.course_tags = {}
    return env.course_tags


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    tags = _tags(env)
    for number in [n for n, page in tags.items() if page == docname]:
        del tags[number]


def collect(app: Sphinx, doctree: nodes.document) -> None:
    tags, page = _tags(app.env), app.env.docname
    for node in doctree.findall(nodes.math_block):
        for number in TAG.findall(node.astext()):
            if number in tags:
                log.warning("equation (%s) is also in %s", number, tags[number], location=node)
            tags[number] = page


def merge(app: Sphinx, env: BuildEnvironment, docnames: object, other: BuildEnvironment) -> None:
    _tags(env).update(_tags(other))


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    tags = _tags(app.env)
    for text in list(doctree.findall(nodes.Text)):
        if not REFERENCE.search(text) or any(isinstance(a, NOT_INSIDE) for a in _above(text)):
            continue
        pieces: list[nodes.Node] = []
        for i, piece in enumerate(REFERENCE.split(text)):
            if i % 2 == 0:
                pieces.append(nodes.Text(piece))
            elif piece in tags:
                uri = (
                    app.builder.get_relative_uri(docname, tags[piece])
                    if (tags[piece] != docname)
                    else ""
                )
                link = nodes.reference("", f"({piece})", internal=True, classes=["eqref"])
                link["refuri"] = f"{uri}#eq-{piece}"
                pieces.append(link)
            else:
                pieces.append(nodes.Text(f"({piece})"))
        text.parent.replace(text, pieces)


def _above(node: nodes.Node) -> Iterator[nodes.Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("doctree-read", collect)
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
