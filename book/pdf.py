"""Print the built book as one PDF: every page in the order of the contents, with a real outline.

    python book/pdf.py [--html FOLDER] [page…]

Chromium prints each page (its own print style, numbers running through the book) and pypdf joins
them. Links between pages lead to the page and paragraph inside the PDF; a viewer's side bar shows
parts, chapters and sections; the page numbers a viewer shows are the printed ones, and they stand
in the contents and in the index as well. The tags by which a screen reader knows headings, lists
and tables are joined, too (pdf_tags.py). Hints, closed on the pages, follow in an appendix.
With page names such as ``chapters/05-training`` only these are printed.
"""

import argparse
import base64
import io
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, Fit, FloatObject, NameObject, NullObject

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "book"), str(ROOT / "book" / "_ext")]
from course_pdf import NAME, link_all  # noqa: E402
from pdf_tags import join_tags  # noqa: E402
from screenshots import ALL_IMAGES  # noqa: E402

from coursekit import style  # noqa: E402

ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
# A place in a page of the finished PDF: page number from 0, height in points.
Place = tuple[int, float]
# The number of the first sheet, and a foot line on every sheet but the cover's.
SHEETS = """
html {{ counter-reset: page {before}; }}
a[data-sheet]::after {{ content: " " attr(data-sheet); color: #666; }}
.bd-article ul.course-contents a[data-sheet]::after {{ float: right; }}
@page {{ @bottom-left {{ content: "{foot}"; font: 8.5pt "Source Sans", sans-serif; color: #666; }}
         @bottom-right {{ content: counter(page); font: 8.5pt "Source Sans", sans-serif; }} }}
"""


# Where links get the number of the sheet to which they lead.
NUMBERED = "ul.course-contents a, ul.course-terms a.place"
# Hints of a page, under the headings of their questions; on the page a line stands for them.
HINTS = """() => [...document.querySelectorAll('article section')].flatMap(section => {
  const hints = [...section.querySelectorAll(':scope > details, :scope > :not(section) > details')]
    .filter(d => d.querySelector('summary')?.textContent.startsWith('Hint'));
  if (!hints.length) return [];
  const told = hints.map(d => `<h4>${d.querySelector('summary').innerHTML}</h4>`
    + [...d.children].slice(1).map(c => c.outerHTML).join(''));
  const line = document.createElement('p');
  line.append(`${hints.length} hint${hints.length > 1 ? 's' : ''}: see the appendix.`);
  hints[0].before(line);
  hints.forEach(d => d.remove());
  const heading = section.querySelector('h2, h3').cloneNode(true);
  heading.querySelector('.headerlink')?.remove();
  return [`<h3>${heading.innerHTML}</h3>${told.join('')}`];
})"""
APPENDIX = "Appendix: hints"
FEW = 300  # signs on a sheet that is nearly empty
LISTS = ("book/index", "book/terms")
Numbers = Callable[[str, str], str]
PAPER = tuple(int(style.PAPER[i : i + 2], 16) for i in (1, 3, 5))


@dataclass
class Printed:
    """One page of the book on paper.

    Attributes:
        name: page name, such as ``chapters/05-training``.
        title: its first heading.
        first: number of its first sheet, from 0.
        sheets: what Chromium printed.
        sections: anchor and text of the second-level headings.
        hints: HTML of its hints, which stand in the appendix.
        places: where each anchor came to stand.
    """

    name: str
    title: str
    first: int
    sheets: PdfReader
    sections: list[tuple[str, str]]
    hints: str = ""
    places: dict[str, Place] = field(default_factory=dict)


def contents() -> list[tuple[str, list[str]]]:
    """Parts with the names of their pages, the cover first, as in ``_toc.yml``."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    parts = [(part["caption"], [c["file"] for c in part["chapters"]]) for part in toc["parts"]]
    return [("", [toc["root"]]), *parts]


def linked_anchors(html: Path, names: Iterable[str]) -> dict[str, set[str]]:
    """For each page the anchors to which some page of the book links."""
    wanted: dict[str, set[str]] = {name: set() for name in names}
    for name in wanted:
        page = (html / name).with_suffix(".html")
        for link in BeautifulSoup(page.read_text("utf8"), "html.parser").select("article a[href]"):
            target, anchor = destination(html, (page.parent / str(link["href"])).as_posix(), page)
            if target in wanted and anchor:
                wanted[target].add(anchor)
    return wanted


def destination(html: Path, address: str, page: Path | None = None) -> tuple[str, str]:
    """Page name and anchor of a link inside the book; an empty name for any other link."""
    parts = urlsplit(address)
    path = Path(unquote(parts.path))
    if page is not None and path.name == page.name and "#" in address and path == page.parent:
        path = page
    if parts.scheme not in ("", "file") or path.suffix != ".html":
        return "", ""
    resolved = path.resolve()
    if not resolved.is_relative_to(html.resolve()):
        return "", ""
    name = resolved.relative_to(html.resolve()).with_suffix("").as_posix()
    return name, unquote(parts.fragment)


def open_page(tab: Page, html: Path, name: str) -> None:
    """Open a page of the book as paper wants it: all drawn, plots on white."""
    tab.goto((html / name).with_suffix(".html").as_uri(), wait_until="load")
    tab.wait_for_function(
        "[...document.querySelectorAll('.ck-figure')].every(f => f.dataset.alive)"
    )
    plots = tab.eval_on_selector_all(".cell_output img[src$='.png']", "is => is.map(i => i.src)")
    tab.eval_on_selector_all(
        ".cell_output img[src$='.png']",
        "(images, white) => images.forEach((image, i) => { image.src = white[i]; })",
        [white(Path(unquote(urlsplit(address).path))) for address in plots],
    )
    tab.evaluate(ALL_IMAGES)


def white(plot: Path) -> str:
    """The address of a plot in which what was as light as the book's paper is white."""
    lifted = [255 if value >= light else value for light in PAPER for value in range(256)]
    target = io.BytesIO()
    with Image.open(plot) as picture:
        picture.convert("RGB").point(lifted).save(target, "PNG")
    return f"data:image/png;base64,{base64.b64encode(target.getvalue()).decode()}"


def print_page(
    tab: Page, html: Path, name: str, first: int, anchors: set[str], numbers: Numbers
) -> Printed:
    """Print one page; its sheets are numbered from ``first`` + 1."""
    open_page(tab, html, name)
    if not first:
        colophon(tab)
    number_links(tab, html, numbers)
    hints = "".join(tab.evaluate(HINTS)) if name.startswith("exercises/") else ""
    return print_tab(tab, name, first, anchors, hints)


def colophon(tab: Page) -> None:
    """On the cover: version, date and licence, as the foot of the pages has them."""
    tab.evaluate(
        """() => { const foot = [...document.querySelectorAll('.course-footer > p')];
        const line = document.createElement('p');
        const [version, licence] = foot.map(p => p.textContent.split(' · ').at(-1).trim());
        line.textContent = `${version}. ${licence.split('The whole book')[0].trim()}.`;
        document.querySelector('article').append(line); }"""
    )


def number_links(tab: Page, html: Path, numbers: Numbers) -> None:
    """After each link of the contents and of the index the sheet to which it leads."""
    links = tab.eval_on_selector_all(NUMBERED, "links => links.map(link => link.href)")
    tab.eval_on_selector_all(
        NUMBERED,
        "(links, shown) => links.forEach((link, i) => { link.dataset.sheet = shown[i]; })",
        [numbers(*destination(html, link)) for link in links],
    )


def print_tab(tab: Page, name: str, first: int, anchors: set[str], hints: str) -> Printed:
    """Print what the tab shows."""
    title = heading(tab.inner_text("article h1"))
    sections = [
        (str(tag["id"]), heading(str(tag["text"])))
        for tag in tab.eval_on_selector_all(
            "article section > h2",
            "hs => hs.map(h => ({id: h.parentElement.id, text: h.innerText}))",
        )
    ]
    # Chromium notes where an element stands if something in the same page links to it.
    tab.evaluate(
        """ids => { const box = document.body.appendChild(document.createElement('div'));
        for (const id of ids) box.appendChild(document.createElement('a')).href = '#' + id; }""",
        sorted(anchors | {anchor for anchor, _ in sections}),
    )
    foot = title.replace("\\", "").replace('"', "”") if first else ""
    tab.add_style_tag(content=SHEETS.format(before=first, foot=foot))
    printed = Printed(name, title, first, printed_sheets(tab), sections, hints)
    for anchor, found in printed.sheets.named_destinations.items():
        number = printed.sheets.get_destination_page_number(found)
        if number is not None and number >= 0:
            printed.places[unquote(str(anchor).lstrip("/"))] = (
                first + number,
                float(found.top or 0),
            )
    return printed


def printed_sheets(tab: Page) -> PdfReader:
    """The sheets, a little smaller where otherwise the last one would hold but a few lines."""
    for scale in (1.0, 0.98, 0.96, 0.94):
        data = tab.pdf(prefer_css_page_size=True, print_background=True, tagged=True, scale=scale)
        sheets = PdfReader(io.BytesIO(data))
        if scale == 1.0:
            whole = sheets
        if len(sheets.pages) == 1 or len(sheets.pages[-1].extract_text()) > FEW:
            return sheets
    return whole


def print_appendix(tab: Page, html: Path, printed: list[Printed]) -> Printed:
    """The hints of all exercises, open: on the pages they are closed, and paper stays closed."""
    told = [page for page in printed if page.hints]
    open_page(tab, html, told[0].name)
    parts = [
        f'<section id="hints-{i}"><h2>{page.title}</h2>{page.hints}</section>'
        for i, page in enumerate(told, 1)
    ]
    tab.evaluate(
        "inner => { document.querySelector('article').innerHTML = inner; }",
        f"<section><h1>{APPENDIX}</h1>{''.join(parts)}</section>",
    )
    return print_tab(tab, APPENDIX, sheets(printed), set(), "")


def heading(text: str) -> str:
    """A heading without the sign that links to it, on one line."""
    return re.sub(r"\s+", " ", text.replace("#", " ")).strip()


def join(printed: list[Printed], html: Path) -> PdfWriter:
    """All sheets in one document, with outline, page labels and links that stay inside."""
    writer = PdfWriter()
    for page in printed:
        for sheet in page.sheets.pages:
            writer.add_page(sheet)
    by_name = {page.name: page for page in printed}
    for page in printed:
        for sheet in writer.pages[page.first : page.first + len(page.sheets.pages)]:
            for note in links_of(sheet):
                lead_inside(writer, note, page, by_name, html)
    add_outline(writer, by_name)
    spans = [(page.sheets, page.first, page.first + len(page.sheets.pages)) for page in printed]
    join_tags(writer, [(reader, writer.pages[a:b]) for reader, a, b in spans])
    writer.set_page_label(0, len(writer.pages) - 1, style="/D", start=1)
    writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    writer.add_metadata({"/Title": printed[0].title, "/Author": "The authors of this course"})
    return writer


def links_of(sheet: Any) -> Iterator[Any]:
    """The link annotations of a sheet."""
    for reference in sheet.get("/Annots", ()):
        note = reference.get_object()
        if note.get("/Subtype") == "/Link":
            yield note


def lead_inside(
    writer: PdfWriter, note: Any, page: Printed, by_name: dict[str, Printed], html: Path
) -> None:
    """Let a link to a page of the book lead to its sheet; other links stay as they are."""
    action = note.get("/A", {}).get_object() if "/A" in note else {}
    if "/URI" in action:
        name, anchor = destination(html, str(action["/URI"]))
        if name not in by_name:
            if str(action["/URI"]).startswith("file:"):
                del note[NameObject("/A")]  # a page that is not printed: no link at all
            return
        target = by_name[name]
    else:
        dest = note.get("/Dest", action.get("/D", ""))
        target, anchor = page, unquote(str(dest).lstrip("/"))
    number, top = target.places.get(anchor, (target.first, float("inf")))
    high = NullObject() if top == float("inf") else FloatObject(top)
    place = [writer.pages[number].indirect_reference, NameObject("/XYZ"), NullObject(), high]
    note.pop(NameObject("/A"), None)
    note[NameObject("/Dest")] = ArrayObject([*place, NullObject()])


def add_outline(writer: PdfWriter, by_name: dict[str, Printed]) -> None:
    """Parts, pages and sections in the viewer's side bar."""
    for caption, names in [*contents(), ("", [APPENDIX])]:
        pages = [by_name[name] for name in names if name in by_name]
        if not pages:
            continue
        part = (
            writer.add_outline_item(title=caption, page_number=pages[0].first) if caption else None
        )
        for page in pages:
            entry = writer.add_outline_item(
                title=page.title, page_number=page.first, parent=part, is_open=False
            )
            for anchor, text in page.sections:
                number, top = page.places[anchor]
                writer.add_outline_item(
                    title=text, page_number=number, parent=entry, fit=Fit.xyz(top=top)
                )


def make(html: Path, names: list[str]) -> PdfWriter:
    """Print the pages ``names`` of the book built in ``html``.

    Raises:
        SystemExit: there is no Chromium, or one of the pages is not built.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("No chromium here: install it first (Debian: apt-get install chromium).")
    missing = [name for name in names if not (html / name).with_suffix(".html").is_file()]
    if missing:
        raise SystemExit(f"Not built: {', '.join(missing)}. Run `make book` first.")
    anchors, printed = linked_anchors(html, names), list[Printed]()

    def number(name: str, anchor: str) -> str:
        """The sheet of a place, as printed; of one that is not printed yet, as many digits."""
        if name not in names:
            return ""
        page = next((page for page in printed if page.name == name), None)
        return "000" if page is None else str(page.places.get(anchor, (page.first, 0))[0] + 1)

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=ARGS)
        tab = browser.new_page(color_scheme="light", reduced_motion="reduce")
        for name in names:
            wanted = anchors[name]
            printed.append(print_page(tab, html, name, sheets(printed), wanted, number))
        if any(page.hints for page in printed):
            printed.append(print_appendix(tab, html, printed))
        for i, page in enumerate(printed):  # those with numbers of sheets that came later
            if page.name in LISTS:
                anew = print_page(tab, html, page.name, page.first, anchors[page.name], number)
                if len(anew.sheets.pages) != len(page.sheets.pages):
                    raise SystemExit(f"{page.name} takes more sheets with its numbers than without")
                printed[i] = anew
        browser.close()
    return join(printed, html)


def sheets(printed: list[Printed]) -> int:
    """How many sheets there are so far."""
    return sum(len(page.sheets.pages) for page in printed)


def main() -> None:
    """The whole book, or the pages that are named; then let the book's pages link to it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--html", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("pages", nargs="*")
    chosen = parser.parse_args()
    everything = [name for _, names in contents() for name in names]
    writer = make(chosen.html, chosen.pages or everything)
    target = chosen.html / NAME if not chosen.pages else chosen.html.parent / "part.pdf"
    writer.write(target)
    print(f"{target}: {len(writer.pages)} sheets, {target.stat().st_size / 1e6:.1f} MB")
    if not chosen.pages:
        link_all(chosen.html)


if __name__ == "__main__":
    main()
