"""Terms of the glossary in running text: the first of each on a page leads to its definition.

The definition itself is shown beside the word when a reader points at the link or reaches it with
the keyboard (find.js); all definitions are one small script, fetched when the first is asked for.
"""

import json
import re
from pathlib import Path

from course_terms import GLOSSARY, pattern
from docutils import nodes
from sphinx.application import Sphinx

SKIPPED = (
    nodes.title,
    nodes.reference,
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.raw,
    nodes.table,
    nodes.strong,
)


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if not docname.startswith(("chapters/", "exercises/")):
        return
    terms = _terms(app)
    wanted = {term: pattern(term) for term in sorted(terms, key=len, reverse=True)}
    address = app.builder.get_relative_uri(docname, GLOSSARY)
    for text in list(doctree.findall(nodes.Text)):
        if not wanted:
            return
        if isinstance(text.parent, nodes.paragraph | nodes.emphasis) and not _inside(text):
            _link(text, wanted, terms, address)


def _terms(app: Sphinx) -> dict[str, str]:
    """Term → anchor on the glossary page."""
    glossary = app.env.get_doctree(GLOSSARY)
    return {term.astext(): term["ids"][0] for term in glossary.findall(nodes.term)}


def _inside(node: nodes.Node) -> bool:
    while node.parent is not None:
        node = node.parent
        if isinstance(node, SKIPPED):
            return True
    return False


def _link(
    text: nodes.Text, wanted: dict[str, re.Pattern[str]], terms: dict[str, str], address: str
) -> None:
    """Link the terms that this piece of text is the first to use; the longest goes first."""
    found: list[tuple[int, int, str]] = []
    for term in list(wanted):
        match = wanted[term].search(text)
        if match is None or any(a < match.end() and match.start() < b for a, b, _ in found):
            continue
        found.append((match.start(), match.end(), terms[term]))
        del wanted[term]
    if not found:
        return
    pieces: list[nodes.Node] = []
    end = 0
    for start, stop, anchor in sorted(found):
        pieces.append(nodes.Text(text[end:start]))
        word = nodes.reference("", text[start:stop], internal=True, classes=["course-term"])
        word["refuri"] = f"{address}#{anchor}"
        pieces.append(word)
        end = stop
    pieces.append(nodes.Text(text[end:]))
    text.parent.replace(text, [piece for piece in pieces if piece.astext()])


def definitions(app: Sphinx) -> dict[str, str]:
    """Anchor → definition; one that says "see" is that to which it leads."""
    glossary = app.env.get_doctree(GLOSSARY)
    found, other = {}, {}
    for item in glossary.findall(nodes.definition_list_item):
        term, definition = item.next_node(nodes.term), item.next_node(nodes.definition)
        words = re.sub(r"\s+", " ", definition.astext())
        found[term["ids"][0]] = words
        other[term.astext()] = words
    return {
        anchor: other.get(words.removeprefix("See ").rstrip("."), words)
        for anchor, words in found.items()
    }


def write(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        script = f"globalThis.courseTerms={json.dumps(definitions(app), ensure_ascii=False)}"
        (Path(app.outdir) / "_static" / "terms.js").write_text(script, "utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-resolved", resolve, priority=600)  # after equations and claims are linked
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
