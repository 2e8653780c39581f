"""One lean style sheet for all pages instead of the dozen that theme and extensions bring.

Each sheet costs a page a request before anything can be drawn, and most of their rules are for
things that this book does not have. After the build the sheets are joined in the order in which
the pages name them, what no page asks for is left out, and the pages get one link. The course's
own sheets are kept whole: what they style may be made by a script under a name put together there.
"""

import hashlib
import posixpath
import re
from pathlib import Path

from course_weight import CLASS, lean, pages, without_idle, words
from sphinx.application import Sphinx

LINK = re.compile(r'[ \t]*<link\b[^>]*\bhref="([^"]*_static/)([^"?]+\.css)[^"]*"[^>]*>\n?')
IMPORT = re.compile(r'@import\s+(?:url\()?["\']?([^"\')]+)["\']?\)?\s*;')
ADDRESS = re.compile(r'url\(\s*(["\']?)(?!data:|#)([^"\')]+)\1\s*\)')
SHEET = "sheet.css"
OWN = ("figure.css", "practice.css", "course.css")


def joined(static: Path, name: str) -> str:
    """The text of a sheet, what it imports included, with addresses as seen from ``_static``."""
    text = re.sub(r"/\*.*?\*/", "", (static / name).read_text("utf8"), flags=re.S)
    folder = posixpath.dirname(name)

    def moved(address: str) -> str:
        return posixpath.normpath(posixpath.join(folder, address))

    parts = IMPORT.split(re.sub(r"@charset[^;]*;", "", text))  # rules, address, rules, …
    parts[::2] = [ADDRESS.sub(lambda m: f"url({moved(m[2])})", part) for part in parts[::2]]
    parts[1::2] = [joined(static, moved(address)) for address in parts[1::2]]
    return "".join(parts)


def order(html: Path) -> list[str]:
    """The sheets that pages name, in their order.

    Pages of an earlier build, which have the one link already, name none: the order that was found
    then is kept beside the sheet.
    """
    record = html / "_static" / "sheets.txt"
    for page in pages(html):
        names = [name for _, name in LINK.findall(page.read_text("utf8"))]
        if names and SHEET not in names:
            record.write_text("\n".join(names), "utf8")
            return names
    return record.read_text("utf8").split()


def one_link(text: str, version: str) -> str:
    """A page with one link, to the sheet of that version, in place of all its links to sheets."""
    first = LINK.search(text)
    if first is None:
        return text
    link = f'<link rel="stylesheet" href="{first[1]}{SHEET}?v={version}" />\n'
    return text[: first.start()] + link + LINK.sub("", text[first.end() :])


def names_in(css: str) -> set[str]:
    """The classes and ids that a style sheet names, colours such as ``#dcd8d0`` left out."""
    return set(CLASS.findall(re.sub(r"#[0-9a-fA-F]{3,8}\b", "", css)))


def finish(app: Sphinx, error: Exception | None) -> None:
    """Join the sheets at each build, and change only pages that need it."""
    if error or app.builder.format != "html":
        return
    html = Path(app.outdir)
    static = html / "_static"
    names = order(html)
    own = names_in("".join(joined(static, name) for name in OWN))
    known = words(html) | own
    sheet = without_idle(lean("".join(joined(static, name) for name in names), known), known)
    if lost := own - names_in(sheet):
        raise ValueError(f"rules of the course's own style sheets are lost: {sorted(lost)}")
    (static / SHEET).write_text(sheet, "utf8")
    version = hashlib.sha256(sheet.encode()).hexdigest()[:8]
    for page in pages(html):
        text = page.read_text("utf8")
        done = one_link(text, version)
        if done != text:
            page.write_text(done, "utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", finish, priority=960)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
