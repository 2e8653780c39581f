"""Make pages light: fonts with the characters that occur, style rules for classes that occur.

The theme brings one style sheet for everything a site might use, and fonts bring thousands of
signs. After the build all pages and scripts are there to be read, so what none of them mentions
can go. Nothing has to be listed by hand, and what a new page needs is there at the next build.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset
from sphinx.application import Sphinx

SHEETS = ("styles/*.css", "sphinx-design*.css", "mystnb*.css", "basic.css", "copybutton.css")
CLASS = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")
WORD = re.compile(r"[A-Za-z_][\w-]*")
GROUPS = ("@media", "@supports", "@layer", "@container")


def cut(source: Path, target: Path, characters: set[str]) -> None:
    """Write the part of a font that ``characters`` need, as woff2."""
    options = subset.Options()
    options.flavor = "woff2"
    options.hinting = False
    options.notdef_outline = True
    options.layout_features = ["kern", "liga", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum"]
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(characters)))
    cutter.subset(font)
    subset.save_font(font, str(target), options)


def characters(html: Path) -> set[str]:
    """Every character on the built pages or in style sheets, and those that a keyboard has."""
    found = {chr(code) for code in range(0x20, 0x7F)}
    sources = [*html.rglob("*.html"), *(html / "_static").glob("*.css")]
    return found.union(*(set(path.read_text("utf8")) for path in sources))


def words(html: Path) -> set[str]:
    """Every word of pages and scripts that could be the name of a class."""
    found: set[str] = set()
    for path in [*html.rglob("*.html"), *(html / "_static").rglob("*.js")]:
        if "_sources" not in path.parts:
            found.update(WORD.findall(path.read_text("utf8")))
    return found


def blocks(css: str) -> Iterator[tuple[str, str | None]]:
    """Head and body of each rule or group of a style sheet; None as body of a plain statement."""
    at = 0
    while at < len(css):
        opening, end = css.find("{", at), css.find(";", at)
        if end >= 0 and (opening < 0 or end < opening):
            yield css[at : end + 1].strip(), None
            at = end + 1
            continue
        if opening < 0:
            return
        depth, close = 1, opening + 1
        while depth:
            match = re.compile(r"[{}]|\"(?:\\.|[^\"\\])*\"").search(css, close)
            if match is None:
                raise ValueError(f"a brace is left open: {css[at:opening][:80]}")
            depth += {"{": 1, "}": -1}.get(match[0], 0)
            close = match.end()
        yield css[at:opening].strip(), css[opening + 1 : close - 1]
        at = close


def lean(css: str, known: set[str]) -> str:
    """The style sheet without rules for classes that are not ``known``."""
    kept = []
    for head, body in blocks(re.sub(r"/\*.*?\*/", "", css, flags=re.S)):
        if body is None:
            kept.append(head)
        elif head.startswith(GROUPS):
            inside = lean(body, known)
            if inside:
                kept.append(f"{head}{{{inside}}}")
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}")
        else:
            selectors = [s for s in split_selectors(head) if used(s, known)]
            if selectors:
                kept.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(kept)


def split_selectors(head: str) -> list[str]:
    """The selectors of a rule, split at commas outside brackets and quotes."""
    return [s.strip() for s in re.split(r",(?![^(]*\))(?![^\[]*\])", head)]


def used(selector: str, known: set[str]) -> bool:
    """Whether some page may have an element for it; conditions within brackets do not count."""
    plain = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\]", "", selector)
    return all(re.sub(r"\\", "", name) in known for name in CLASS.findall(plain))


def finish(app: Sphinx, error: Exception | None) -> None:
    """Sphinx lays out the whole style sheets at each build: cut them at each build."""
    if error or app.builder.format != "html":
        return
    html = Path(app.outdir)
    known = words(html)
    for sheet in SHEETS:
        for path in (html / "_static").glob(sheet):
            path.write_text(lean(path.read_text("utf8"), known), "utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", finish, priority=960)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
