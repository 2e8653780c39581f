"""Make pages light: fonts with the characters that occur, style rules for classes that occur.

The theme brings one style sheet for everything a site might use, and fonts bring thousands of
signs. After the build all pages and scripts are there to be read, so what none of them mentions
can go. Nothing has to be listed by hand, and what a new page needs is there at the next build.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset

CLASS = re.compile(r"[.#](-?[A-Za-z_](?:[\w-]|\\.)*)")
NAMED = re.compile(r"""\b(?:class|id)=["']([^"']*)["']""")
INLINE = re.compile(r"<script\b(?![^>]* src=)(?![^>]*application/json)[^>]*>(.*?)</script>", re.S)
SCRIPT = re.compile(r'<script\b[^>]* src="([^":?]+\.js)')
WORD = re.compile(r"[A-Za-z_][\w-]*")
VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
VALUE = re.compile(r"""(?<=[{;\s])(--[\w-]+)\s*:(?:"[^"]*"|'[^']*'|[^;{}"'])*;?""")
FRAMES = re.compile(r"@keyframes\s+([\w-]+)\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
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


def pages(html: Path) -> list[Path]:
    """The pages of the built book; the theme has some more files of this kind."""
    return sorted(p for p in html.rglob("*.html") if "_static" not in p.relative_to(html).parts)


def words(html: Path) -> set[str]:
    """Every class and id of the pages, and every word of scripts and styles that could be one."""
    found: set[str] = set()
    scripts: set[Path] = set()
    for path in pages(html):
        text = path.read_text("utf8")
        found.update(name for names in NAMED.findall(text) for name in names.split())
        found.update(word for inline in INLINE.findall(text) for word in WORD.findall(inline))
        found.update(VARIABLE.findall(text))
        scripts.update((path.parent / address).resolve() for address in SCRIPT.findall(text))
    for script in scripts:
        text = script.read_text("utf8")
        found.update(WORD.findall(text), VARIABLE.findall(text))
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


def without_idle(css: str, known: set[str]) -> str:
    """The style sheet without variables and motions that nothing asks for."""
    names = FRAMES.sub("", css)
    css = FRAMES.sub(lambda match: match[0] if match[1] in names else "", css)
    asked = known | set(VARIABLE.findall(css))
    less = VALUE.sub(lambda match: match[0] if match[1] in asked else "", css)
    # One that goes may have been the only one to ask for another.
    return css if less == css else without_idle(less, known)
