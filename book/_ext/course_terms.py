"""The index: each term of the glossary with the sections of the chapters that speak of it most."""

import re
from collections import Counter

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

PAGE, GLOSSARY = "book/terms", "book/glossary"
MOST = 4  # sections named for a term


class TermsPlace(nodes.General, nodes.Element):
    """Where the index will stand once all chapters are read."""


class Terms(SphinxDirective):
    """``course-terms``: the index."""

    def run(self) -> list[nodes.Node]:
        return [TermsPlace()]


def pattern(term: str) -> re.Pattern[str]:
    """A term in running text: any case for words, plural too, hyphens or blanks between words."""
    words = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", term))
    flags = 0 if term.isupper() else re.IGNORECASE
    return re.compile(rf"(?<!\w){words}(?:s|es)?(?!\w)", flags)


def own_text(section: nodes.section) -> str:
    """The words of a section without those of its subsections, code and formulas."""
    parts = []
    for text in section.findall(nodes.Text):
        above = text.parent
        while above is not section:
            skip = (nodes.section, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)
            if isinstance(above, skip):
                break
            above = above.parent
        else:
            parts.append(text.astext())
    return " ".join(parts)


def sections(app: Sphinx) -> list[tuple[str, str, str, str]]:
    """Of all chapters: page, anchor, heading, words."""
    found = []
    for page in sorted(p for p in app.env.found_docs if p.startswith("chapters/")):
        for section in app.env.get_doctree(page).findall(nodes.section):
            heading = section.next_node(nodes.title)
            if heading is not None:
                anchor, title = section["ids"][0], heading.astext()
                found.append((page, anchor, title, own_text(section)))
    return found


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    places = list(doctree.findall(TermsPlace))
    if not places:
        return
    glossary = app.env.get_doctree(GLOSSARY)
    terms = {term.astext(): term["ids"][0] for term in glossary.findall(nodes.term)}
    read = sections(app)
    listing = nodes.bullet_list(classes=["course-terms"])
    for term in sorted(terms, key=str.lower):
        listing += _entry(app, docname, term, terms[term], read)
    places[0].replace_self(listing)


def _entry(
    app: Sphinx, docname: str, term: str, anchor: str, read: list[tuple[str, str, str, str]]
) -> nodes.list_item:
    """The term, linked to its definition, then sections in the order of the book."""
    wanted = pattern(term)
    counts = Counter({i: len(wanted.findall(f"{s[2]} {s[2]} {s[3]}")) for i, s in enumerate(read)})
    chosen = sorted(i for i, count in counts.most_common(MOST) if count)
    base = app.builder.get_relative_uri(docname, GLOSSARY)
    line = nodes.paragraph("", "", _link(term, f"{base}#{anchor}", "term"))
    for i in chosen:
        page, place, title, _ = read[i]
        number = page.removeprefix("chapters/")[:2].lstrip("0")
        words = title if re.match(r"\d+\.", title) else f"{number}: {title}"
        line += nodes.Text(" · ")
        line += _link(words, f"{app.builder.get_relative_uri(docname, page)}#{place}", "place")
    return nodes.list_item("", line)


def _link(words: str, address: str, kind: str) -> nodes.reference:
    return nodes.reference("", words, refuri=address, internal=True, classes=[kind])


def refresh(app: Sphinx, env: object) -> list[str]:
    """The chapters may have changed: write the index at each build."""
    return [PAGE] if PAGE in app.env.found_docs else []


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(TermsPlace)
    app.add_directive("course-terms", Terms)
    app.connect("doctree-resolved", resolve)
    app.connect("env-updated", refresh)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
