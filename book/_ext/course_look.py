"""The book's typefaces: Source Serif and Source Sans, cut from installed packages at build time."""

from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from sphinx.application import Sphinx

FACES = {
    "source-serif": ("font_source_serif_pro", "SourceSerifPro", ("Regular", "It", "Semibold")),
    "source-sans": ("font_source_sans_pro", "SourceSansPro", ("Regular", "It", "Semibold")),
}
# Latin letters of all western languages, combining hat and tilde, Greek, punctuation, arrows,
# the mathematical signs that running text uses.
RANGES = [
    *[(0x20, 0x17F), (0x302, 0x303), (0x370, 0x3CF)],
    *[(0x2010, 0x203A), (0x2070, 0x209C), (0x20AC, 0x20AC)],
    *[(0x2190, 0x21FF), (0x2200, 0x22FF), (0x25A0, 0x25FF), (0x2713, 0x2717)],
]


def cut(source: Path, target: Path) -> None:
    """Write the part of a font that the book uses, as woff2."""
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "liga", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum"]
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[c for low, high in RANGES for c in range(low, high + 1)])
    cutter.subset(font)
    subset.save_font(font, str(target), options)


def write_fonts(app: Sphinx, error: Exception | None) -> None:
    """All faces into the built book; those that are there already stay."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / "_static" / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    for stem, (package, family, styles) in FACES.items():
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"the book needs the package {package}")
        for style in styles:
            target = folder / f"{stem}-{style.lower()}.woff2"
            if not target.exists():
                cut(Path(spec.origin).parent / "files" / f"{family}-{style}.ttf", target)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", write_fonts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
