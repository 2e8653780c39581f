"""Search over sections: their words as one script, and MiniSearch bundled with the book's ranking.

Sphinx's own search knows pages only. Pagefind cannot be used: it fetches its index, which no
browser allows a page from a file: address. Where esbuild cannot be had, the search of Sphinx stays.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from course_minify import Refused, esbuild
from course_publish import without_tex
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

ENDS = {"summary", "further reading", "check yourself", "before you hand in", "where it goes wrong"}
NAME = re.compile(r"[A-Za-z_][\w.]*_\w*|[A-Z]\w+[a-z][A-Z]\w*|[a-z]+\.[\w.]+")
SKIPPED = (nodes.math_block, nodes.raw, nodes.literal_block, nodes.comment, nodes.title)
NOT_INDEXED = {"book/terms", "book/index", "book/progress"}
PLAIN = re.compile(r"^\d+\. ")


def words(node: nodes.Element) -> str:
    """The words of a section, without subsections, headings, code and displayed formulas."""
    parts: list[str] = []

    def walk(inner: nodes.Node) -> None:
        if isinstance(inner, nodes.math):
            parts.append(without_tex(inner.astext()))
        elif isinstance(inner, nodes.Text):
            parts.append(inner.astext())
        elif not isinstance(inner, (nodes.section, addnodes.desc, *SKIPPED)):
            for child in inner.children:
                walk(child)
            if isinstance(inner, nodes.paragraph | nodes.entry | nodes.term):
                parts.append(" ")

    for child in node.children:
        walk(child)
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def names(node: nodes.Element) -> str:
    """Names in the code of a section, each once: what a reader copies into the search field."""
    blocks = [b for b in node.children if not isinstance(b, nodes.section)]
    code = " ".join(b.astext() for top in blocks for b in top.findall(nodes.literal_block))
    return " ".join(sorted(set(NAME.findall(code))))


def kind(page: str, title: str) -> str:
    if page.startswith("chapters/"):
        return "end" if title.lower() in ENDS else "chapter"
    return "exercise" if page.startswith("exercises/") else "page"


def sections(app: Sphinx) -> Iterator[dict[str, str]]:
    """What can be found: sections of all pages, terms of the glossary, functions of the package."""
    for page in sorted(app.env.found_docs - NOT_INDEXED):
        doctree, whole = app.env.get_doctree(page), app.env.titles[page].astext()
        for node in doctree.findall(nodes.section):
            title = node.next_node(nodes.title)
            if title is None:
                continue
            top = not isinstance(node.parent, nodes.section)
            address = f"{page}.html" if top else f"{page}.html#{node['ids'][0]}"
            heading = title.astext()
            yield _entry(address, heading, whole, kind(page, heading), words(node), names(node))
        for item in doctree.findall(nodes.definition_list_item):
            term = item.next_node(nodes.term)
            if term["ids"] and page == "book/glossary":
                said = words(item.next_node(nodes.definition))
                yield _entry(f"{page}.html#{term['ids'][0]}", term.astext(), whole, "term", said)
        for described in doctree.findall(addnodes.desc):
            sign = described.next_node(addnodes.desc_signature)
            if sign["ids"] and page == "book/api":
                said = words(described.next_node(addnodes.desc_content))
                yield _entry(f"{page}.html#{sign['ids'][0]}", sign["ids"][0], whole, "api", said)


def _entry(u: str, t: str, p: str, k: str, x: str, c: str = "") -> dict[str, str]:
    return {"u": u, "t": PLAIN.sub("", t), "p": p, "k": k, "x": x, "c": c}


def bundle(root: Path) -> bytes | None:
    """The search as one script, or nothing where esbuild is not there."""
    try:
        return esbuild(root, [root / "book" / "search" / "search.js", "--bundle"])
    except Refused as fault:
        print(f"The book is built with the search of Sphinx: {fault}", file=sys.stderr)
        return None


def write(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    script = bundle(Path(app.srcdir))
    if script is None:
        (static / "search.js").unlink(missing_ok=True)
        return
    (static / "search.js").write_bytes(script)
    found = json.dumps(list(sections(app)), ensure_ascii=False, separators=(",", ":"))
    (static / "sections.js").write_text(f"globalThis.courseSections={found}", "utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
