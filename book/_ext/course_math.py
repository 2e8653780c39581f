"""Render math while the book is built, with KaTeX inside V8 (mini-racer): no MathJax, no Node.js.

KaTeX itself (script, style sheet, fonts) is taken from an installed package and copied to the
built book; nothing of it is in the repository. The package is never imported.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from importlib.metadata import distribution
from pathlib import Path

from course_weight import cut, pages
from docutils import nodes
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.application import Sphinx
from sphinx.util import logging

log = logging.getLogger(__name__)
# After a function that is an index KaTeX writes "apply to": one child too many for its parent.
APPLIED = re.compile("<mo>\u2061</mo>(?=</m(?:sub|sup|subsup|under|over|underover|frac)>)")
TAG = re.compile(r"\\tag\*?\{([^}]*)\}")
FORMULA = '<span class="katex-html"'
SPAN = re.compile(r"<(/?)span\b")
SIGNS = re.compile(r">([^<]+)")
# Faces for which the sign itself has a class; the others may be asked for any sign of a formula.
CLASSES = {
    "AMS-Regular": "amsrm|mathbb|textbb",
    "Main-Bold": "mathbf|textbf",
    "Math-BoldItalic": "boldsymbol",
    "Math-Italic": "mathnormal",
}


@lru_cache
def katex_folder() -> Path:
    """Where the installed package keeps ``katex.min.js``, its style sheet and its fonts."""
    package = distribution("djangocms-katex")
    script = next(f for f in package.files or [] if f.name == "katex.min.js")
    return Path(str(package.locate_file(script))).parent


@lru_cache(1)
def _engine() -> MiniRacer:
    engine = MiniRacer()
    engine.eval((katex_folder() / "katex.min.js").read_text("utf8"))
    return engine


@lru_cache(None)
def tex(source: str, display: bool) -> str:
    """HTML and MathML of a formula.

    Raises:
        JSEvalException: KaTeX cannot read the formula.
    """
    options = {
        "displayMode": display,
        "throwOnError": True,
        "strict": "error",
        "output": "htmlAndMathml",
    }
    return APPLIED.sub("", str(_engine().call("katex.renderToString", source, options)))


def _render(node: nodes.Element, display: bool) -> str:
    try:
        return tex(node.astext(), display)
    except JSEvalException as error:
        first = str(error).splitlines()[0]
        log.warning("KaTeX: %s", first, location=node, type="math", subtype="katex")
        return f"<code>{node.astext()}</code>"


def inline(self, node: nodes.math) -> None:
    self.body.append(self.starttag(node, "span", "", CLASS="math") + _render(node, False))
    self.body.append("</span>")
    raise nodes.SkipNode


def block(self, node: nodes.math_block) -> None:
    """A displayed formula; one with ``\\tag{4.1}`` can be linked to as ``eq-4.1``."""
    tag = TAG.search(node.astext())
    anchor = [f"eq-{tag.group(1)}"] if tag else []
    self.body.append(self.starttag(node, "div", "", CLASS="math", ids=anchor))
    self.body.append(_render(node, True))
    if tag:
        title = f"Link to equation {tag.group(1)}"
        self.body.append(f'<a class="headerlink" href="#{anchor[0]}" title="{title}">#</a>')
    self.body.append("</div>\n")
    raise nodes.SkipNode


def formulas(page: str) -> Iterator[str]:
    """What KaTeX has drawn on a page, formula by formula, as HTML."""
    start = page.find(FORMULA)
    while start >= 0:
        depth = 0
        for span in SPAN.finditer(page, start):
            depth += -1 if span[1] else 1
            if not depth:
                break
        yield page[start : span.start()]
        start = page.find(FORMULA, span.end())


def signs(html: Path) -> dict[str, set[str]]:
    """For each face the signs that the formulas of the built book ask of it."""
    drawn = "".join("".join(formulas(page.read_text("utf8"))) for page in pages(html))
    whole = set(unescape("".join(SIGNS.findall(drawn))))
    found = {face.stem.removeprefix("KaTeX_"): whole for face in faces()}
    for face, classes in CLASSES.items():
        marked = re.findall(rf'class="[^"]*\b(?:{classes})\b[^"]*"[^>]*>([^<]+)', drawn)
        found[face] = set(unescape("".join(marked)))
    return found


def faces() -> list[Path]:
    return sorted((katex_folder() / "fonts").glob("*.woff2"))


def copy_katex(app: Sphinx, error: Exception | None) -> None:
    """Style sheet and woff2 fonts into the built book, with the signs that its formulas use."""
    if error or app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / "katex"
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    wanted, record = signs(Path(app.outdir)), target / "fonts" / "signs.json"
    known = json.loads(record.read_text("utf8")) if record.is_file() else {}
    for font in faces():
        name = font.stem.removeprefix("KaTeX_")
        if name not in known or not wanted[name] <= set(known[name]):
            cut(font, target / "fonts" / font.name, wanted[name])
            known[name] = "".join(sorted(wanted[name]))
    record.write_text(json.dumps(known, ensure_ascii=False), "utf8")
    css = (katex_folder() / "katex.min.css").read_text("utf8")
    # Every browser that runs the book reads woff2: drop the other formats, which are not copied.
    css = re.sub(r',url\([^)]*\.(?:woff|ttf)\) ?format\("[a-z]+"\)', "", css)
    (target / "katex.min.css").write_text(css, "utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer(
        "katex", inline_renderers=(inline, None), block_renderers=(block, None)
    )
    app.add_css_file("katex/katex.min.css")
    app.connect("build-finished", copy_katex)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
