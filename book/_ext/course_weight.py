"""Make pages light: fonts with the characters that occur, style rules for classes that occur.

The theme brings one style sheet for everything a site might use, and fonts bring thousands of
signs. After the build all pages and scripts are there to be read, so what none of them mentions
can go. Nothing has to be listed by hand, and what a new page needs is there at the next build.
"""

import re
from pathlib import Path

from fontTools import subset
from lightningcss import process_stylesheet

CLASS = re.compile(r"[.#](-?[A-Za-z_](?:[\w-]|\\.)*)")
NAMED = re.compile(r"""\b(?:class|id)=["']([^"']*)["']""")
INLINE = re.compile(r"<script\b(?![^>]* src=)(?![^>]*application/json)[^>]*>(.*?)</script>", re.S)
SCRIPT = re.compile(r'<script\b[^>]* src="([^":?]+\.js)')
WORD = re.compile(r"[A-Za-z_][\w-]*")
VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
VALUE = re.compile(r"""(?<=[{;\s])(--[\w-]+)\s*:(?:"[^"]*"|'[^']*'|[^;{}"'])*;?""")
FRAMES = re.compile(r"@keyframes\s+([\w-]+)\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")


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


def lean(css: str, known: set[str]) -> str:
    """The style sheet, minified, without rules that hold only for names that are not ``known``.

    A name within ``:not()`` does not count. A motion with the name of an unknown class goes, too.

    Raises:
        ValueError: a rule that cannot be parsed.
    """
    names = {re.sub(r"\\(.)", r"\1", name) for name in CLASS.findall(css)}
    return process_stylesheet(css, unused_symbols=names - known)


def without_idle(css: str, known: set[str]) -> str:
    """The style sheet without variables and motions that nothing asks for."""
    names = FRAMES.sub("", css)
    css = FRAMES.sub(lambda match: match[0] if match[1] in names else "", css)
    asked = known | set(VARIABLE.findall(css))
    less = VALUE.sub(lambda match: match[0] if match[1] in asked else "", css)
    # One that goes may have been the only one to ask for another.
    return css if less == css else without_idle(less, known)
