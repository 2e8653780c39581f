"""The book's typefaces: Source Serif and Source Sans, cut from installed packages at build time."""

from importlib.util import find_spec
from pathlib import Path

from course_weight import characters, cut
from docutils import nodes
from sphinx.application import Sphinx

FACES = {
    "source-serif": ("font_source_serif_pro", "SourceSerifPro", ("Regular", "It", "Semibold")),
    "source-sans": ("font_source_sans_pro", "SourceSansPro", ("Regular", "It", "Semibold")),
}
# What a page shows at its head is asked for before the style sheet is read: a face that comes late
# is left for the next page (course.css), and late signs of a formula would move the text around it.
# A page opened as a file may not: Chromium refuses and says so.
EARLY = (
    "fonts/source-serif-regular",
    "fonts/source-serif-it",
    "fonts/source-serif-semibold",
    "fonts/source-sans-regular",
    "fonts/source-sans-semibold",
)
EARLY_IN_FORMULAS = ("katex/fonts/KaTeX_Main-Regular", "katex/fonts/KaTeX_Math-Italic")
PRELOAD = (
    "<script>if(location.protocol!='file:')for(const face of {faces})document.head.append("
    "Object.assign(document.createElement('link'),"
    "{{rel:'preload',as:'font',type:'font/woff2',crossOrigin:'',href:`{static}${{face}}.woff2`}}))</script>"
)


def ask_early(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Let the page ask for the fonts of its text at once."""
    formulas = EARLY_IN_FORMULAS if 'class="katex"' in (context.get("body") or "") else ()
    script = PRELOAD.format(faces=[*EARLY, *formulas], static=context["pathto"]("_static/", 1))
    context["metatags"] = context.get("metatags", "") + script


def write_fonts(app: Sphinx, error: Exception | None) -> None:
    """All faces into the built book, cut anew only when some page has a new character."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / "_static" / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    wanted, record = characters(Path(app.outdir)), folder / "characters.txt"
    if record.is_file() and wanted <= set(record.read_text("utf8")):
        return
    for stem, (package, family, styles) in FACES.items():
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"the book needs the package {package}")
        for style in styles:
            target = folder / f"{stem}-{style.lower()}.woff2"
            cut(Path(spec.origin).parent / "files" / f"{family}-{style}.ttf", target, wanted)
    record.write_text("".join(sorted(wanted)), "utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", ask_early, priority=950)
    app.connect("build-finished", write_fonts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
