"""What a published book has around its pages: address, description, card, map, a way to cite.

The address stands in ``_config.yml``, and ``coursekit address`` sets it. Until then it is a
placeholder, and no page has a link that would lead nowhere: none to Colab, none to an issue, no
canonical address, no map of the site.
"""

import html
import re
import unicodedata
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlsplit

from docutils import nodes
from PIL import Image, ImageDraw, ImageFont
from sphinx.application import Sphinx
from sphinx.config import Config

from coursekit import style

PLACEHOLDER = "OWNER/REPO"
CARD = "_static/card.png"
LONGEST = 160  # characters of a description
METADATA = re.compile(r"(Reading|Working) time|Chapter: ")
OTHERS = re.compile(r'\s*<meta (?:property="og:(?:url|image)[^"]*"|name="docbuild[^"]*")[^>]*>')


def placeholder(config: Config) -> bool:
    """Whether nobody has said yet where the book will stand."""
    return PLACEHOLDER in config.html_theme_options["repository_url"]


def address(app: Sphinx, config: Config) -> None:
    """The canonical address of each page is that of the book."""
    if not placeholder(config):
        config.html_baseurl = config.ogp_site_url
        config.ogp_image = CARD


def description(doctree: nodes.document) -> str:
    """The first words of a page, without title, metadata and formulas, cut where a word ends."""
    words = ""
    for paragraph in doctree.findall(nodes.paragraph):
        text = re.sub(r"\s+", " ", without_tex(paragraph.astext())).strip()
        if METADATA.match(text) or isinstance(paragraph.parent, nodes.list_item | nodes.entry):
            continue
        words = f"{words} {text}".strip()
        if len(words) > LONGEST // 2:
            break
    if len(words) <= LONGEST:
        return words
    return words[: words.rindex(" ", 0, LONGEST)].rstrip(",;:(–- ") + " …"


def without_tex(text: str) -> str:
    """Letters for commands that are Greek letters; other commands and braces go."""
    text = re.sub(r"\\([A-Za-z]+) ?", lambda match: _letter(match[1]), text)
    return re.sub(r"[\\{}_^$]", "", text)


def _letter(command: str) -> str:
    """ξ for ``xi``; nothing for a command that is no Greek letter."""
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {command.upper()}") + " "
    except KeyError:
        return " " if command == "dots" else ""


def describe(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Put our description in place of the one that was cut anywhere."""
    tags = context.get("metatags", "")
    if doctree is not None:
        words = html.escape(description(doctree))
        tags = re.sub(
            r'(<meta (?:name|property)="(?:og:)?description" content=")[^"]*',
            lambda match: match[1] + words,
            tags,
        )
    context["metatags"] = OTHERS.sub("", tags) if placeholder(app.config) else tags


def footer(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """What the footer's template prints: version, how to cite, where to report."""
    context["course_version"] = version("rnn-coursekit")
    if doctree is None:
        return
    source = app.env.doc2path(page, base=False)
    context["source_url"] = context["pathto"](f"_sources/{source}", 1)
    context["cite_url"] = ""
    if placeholder(app.config):
        return
    options = app.config.html_theme_options
    repository, branch = options["repository_url"], options.get("repository_branch") or "main"
    context["source_url"] = f"{repository}/blob/{branch}/{source}"
    context["report_url"] = f"{repository}/issues/new?title={quote(f'{page}: ')}"
    context["cite_url"] = f"{app.config.ogp_site_url.rstrip('/')}/{page}.html"


def unlink(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """While there is no address, words that would lead to it say so."""
    if not placeholder(app.config):
        return
    for link in list(doctree.findall(nodes.reference)):
        if PLACEHOLDER in link.get("refuri", ""):
            link.replace_self(nodes.Text(f"{link.astext()} (once the course has an address)"))


def lost(app: Sphinx) -> list[tuple[str, dict, str]]:
    """The page that a server shows in place of one that is not there."""
    return [("404", {"title": "Page not found"}, "404.html")]


def finish(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    html_folder = Path(app.outdir)
    draw_card(app.config.html_title, html_folder / CARD)
    if placeholder(app.config):
        return
    base = app.config.ogp_site_url.rstrip("/")
    pages = sorted(app.env.found_docs)
    entries = "".join(f"<url><loc>{base}/{page}.html</loc></url>\n" for page in pages)
    (html_folder / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n',
        "utf8",
    )
    (html_folder / "robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {base}/sitemap.xml\n", "utf8"
    )
    root_links(html_folder / "404.html", urlsplit(base).path)


def root_links(page: Path, path: str) -> None:
    """A server shows this page at an address of any depth: links start from the book's root."""
    text = page.read_text("utf8")
    if "<base " not in text:
        page.write_text(text.replace("<head>", f'<head><base href="{path}/">', 1), "utf8")


def draw_card(title: str, target: Path) -> None:
    """The picture that goes with a link to the book: its title and the mark of the cover."""
    spec = find_spec("font_source_sans_pro")
    if spec is None or spec.origin is None:
        raise RuntimeError("the book needs the package font_source_sans_pro")
    face = Path(spec.origin).parent / "files" / "SourceSansPro-Semibold.ttf"
    card = Image.new("RGB", (1200, 630), style.PAPER)
    draw = ImageDraw.Draw(card)
    draw.line((90, 200, 650, 200), fill=style.GREY, width=8)
    draw.arc((230, 70, 510, 330), 180, 360, fill=style.ORANGE, width=8)
    for x, colour in ((230, style.BLUE), (370, style.BLUE), (510, style.ORANGE)):
        draw.ellipse((x - 46, 154, x + 46, 246), fill=colour, outline=style.PAPER, width=10)
    words, lines = title.split(), [""]
    font = ImageFont.truetype(str(face), 84)
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) > 1020:
            lines.append(word)
        else:
            lines[-1] = longer
    draw.multiline_text((90, 340), "\n".join(lines), font=font, fill=style.INK, spacing=14)
    card.quantize(64).save(target, optimize=True)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", address, priority=900)
    app.connect("html-page-context", describe, priority=910)  # after course_html took TeX out
    app.connect("html-page-context", footer, priority=910)
    app.connect("doctree-resolved", unlink, priority=400)
    app.connect("html-collect-pages", lost)
    app.connect("build-finished", finish, priority=200)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
