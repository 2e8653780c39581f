"""Print the built book as one PDF: every page in the order of the contents, with a real outline.

    python book/pdf.py [--html FOLDER] [page…]

Chromium prints each page (its own print style, numbers running through the book) and pypdf joins
them. Links between pages lead to the page and paragraph inside the PDF; a viewer's side bar shows
parts, chapters and sections; the page numbers a viewer shows are the printed ones. With page names
such as ``chapters/05-training`` only these are printed.
"""

import argparse
import io
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, Fit, FloatObject, NameObject, NullObject

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "book"), str(ROOT / "book" / "_ext")]
from course_pdf import NAME, link_all  # noqa: E402
from screenshots import ALL_IMAGES  # noqa: E402

ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
# A place in a page of the finished PDF: page number from 0, height in points.
Place = tuple[int, float]
# The number of the first sheet, and a foot line on every sheet but the cover's.
SHEETS = """
html {{ counter-reset: page {before}; }}
@page {{ @bottom-left {{ content: "{foot}"; font: 8.5pt "Source Sans", sans-serif; color: #666; }}
         @bottom-right {{ content: counter(page); font: 8.5pt "Source Sans", sans-serif; }} }}
"""


@dataclass
class Printed:
    """One page of the book on paper.

    Attributes:
        name: page name, such as ``chapters/05-training``.
        title: its first heading.
        first: number of its first sheet, from 0.
        sheets: what Chromium printed.
        sections: anchor and text of the second-level headings.
        places: where each anchor came to stand.
    """

    name: str
    title: str
    first: int
    sheets: PdfReader
    sections: list[tuple[str, str]]
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


def print_page(tab: Page, html: Path, name: str, first: int, anchors: set[str]) -> Printed:
    """Print one page; its sheets are numbered from ``first`` + 1."""
    tab.goto((html / name).with_suffix(".html").as_uri(), wait_until="load")
    tab.wait_for_function(
        "[...document.querySelectorAll('.ck-figure')].every(f => f.dataset.alive)"
    )
    tab.evaluate(ALL_IMAGES)
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
    data = tab.pdf(prefer_css_page_size=True, print_background=True)
    printed = Printed(name, title, first, PdfReader(io.BytesIO(data)), sections)
    for anchor, found in printed.sheets.named_destinations.items():
        number = printed.sheets.get_destination_page_number(found)
        if number is not None and number >= 0:
            printed.places[unquote(str(anchor).lstrip("/"))] = (
                first + number,
                float(found.top or 0),
            )
    return printed


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
    for caption, names in contents():
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
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=ARGS)
        tab = browser.new_page(color_scheme="light", reduced_motion="reduce")
        for name in names:
            first = sum(len(page.sheets.pages) for page in printed)
            printed.append(print_page(tab, html, name, first, anchors[name]))
        browser.close()
    return join(printed, html)


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
