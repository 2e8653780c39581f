"""The book on paper: one chapter and the cover printed and joined, then read back."""

import base64
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from built_book import HTML, ROOT, built
from PIL import Image

from coursekit import style

sys.path.insert(0, str(ROOT / "book" / "_ext"))
sys.path.insert(0, str(ROOT / "book"))
import course_pdf

pdf = pytest.importorskip("pdf", reason="book/pdf.py needs Playwright and pypdf")
pypdf = pytest.importorskip("pypdf")
CHAPTER, OTHER = "chapters/02-perplexity", "chapters/01-language-models"
EXERCISES = "exercises/02-perplexity"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (pdf.shutil.which("chromium") or pdf.shutil.which("chromium-browser")),
        reason="no chromium on this machine",
    ),
]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> object:
    built()
    path = tmp_path_factory.mktemp("pdf") / "part.pdf"
    pdf.make(HTML, ["book/index", OTHER, CHAPTER, EXERCISES]).write(path)
    return pypdf.PdfReader(path)


@pytest.fixture(scope="module")
def text(book: object) -> str:
    return "\n".join(sheet.extract_text() for sheet in book.pages)


def sheet_of(book: object, note: object) -> int:
    return next(i for i, s in enumerate(book.pages, 1) if s.indirect_reference == note["/Dest"][0])


def test_side_bar_shows_parts_pages_and_sections(book: object) -> None:
    cover, _, part, (first, sections, second, _), *_ = book.outline
    assert cover.title.startswith("Recurrent neural networks")
    assert part.title == "Language models"
    assert first.title.startswith("1. ")
    assert second.title.startswith("2. ")
    assert len(sections) > 5
    numbers = [book.get_destination_page_number(s) for s in sections]
    assert numbers == sorted(numbers)
    assert numbers[0] < numbers[-1] < book.get_destination_page_number(second)
    for place in (first, *sections, second):
        sheet = book.pages[book.get_destination_page_number(place)].extract_text()
        assert "".join(place.title.split()) in "".join(sheet.split())


def test_sheets_bear_the_number_that_the_viewer_shows(book: object) -> None:
    assert book.page_labels == [str(n) for n in range(1, len(book.pages) + 1)]
    for number, sheet in enumerate(book.pages, 1):
        assert re.match(rf"{number}(?!\d\d)", sheet.extract_text())


def test_links_stay_in_the_document_or_lead_to_the_web(book: object) -> None:
    inside = 0
    for sheet in book.pages:
        for note in pdf.links_of(sheet):
            if "/A" in note:
                assert note["/A"]["/URI"].startswith("https://")
            elif "/Dest" in note:
                assert 1 <= sheet_of(book, note) <= len(book.pages)
                inside += 1
    assert inside > 5
    on_cover = [n for s in book.pages[:2] for n in pdf.links_of(s) if "/Dest" in n]
    chapters = book.outline[3]
    starts = {book.get_destination_page_number(c) + 1 for c in chapters if not isinstance(c, list)}
    assert starts <= {sheet_of(book, note) for note in on_cover}


def test_paper_has_questions_with_answers_and_no_controls(text: str) -> None:
    flat = " ".join(text.split())
    assert "Answers. 1 " in flat
    for control in ("Start again", "Open in Colab", "Search the book", "On this page", "Show code"):
        assert control not in flat


def test_the_cover_says_which_edition_it_is_and_where_chapters_begin(book: object) -> None:
    cover = " ".join(" ".join(sheet.extract_text() for sheet in book.pages[:2]).split())
    assert re.search(r"Version \d+\.\d+\.\d+, \w+ \d+, 20\d\d\. .*CC BY 4\.0", cover)
    starts = [book.get_destination_page_number(c) + 1 for c in book.outline[3] if "/Title" in c]
    assert len(starts) == 2
    assert {str(number) for number in starts} <= set(re.findall(r"\b\d+\b", cover))


def test_a_screen_reader_finds_headings_lists_and_tables_on_every_sheet(book: object) -> None:
    root = book.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    tree = root["/StructTreeRoot"]
    keys = tree["/ParentTree"]["/Nums"]
    numbers = [int(keys[i]) for i in range(0, len(keys), 2)]
    assert numbers == sorted(set(numbers))
    parents = dict(zip(numbers, (keys[i] for i in range(1, len(keys), 2)), strict=True))
    for sheet in book.pages:
        if "/StructParents" in sheet:
            pieces = [piece.get_object() for piece in parents[sheet["/StructParents"]].get_object()]
            leads = [p.raw_get("/Pg").idnum for p in pieces if p and "/Pg" in p]
            assert set(leads) == {sheet.indirect_reference.idnum}
    kinds = Counter(kind for document in tree["/K"] for kind in kinds_of(document.get_object()))
    assert kinds["/Document"] == 5  # pages, and the appendix
    assert all(kinds[kind] for kind in ("/H1", "/H2", "/L", "/LI", "/Table", "/TH", "/Link"))


def kinds_of(piece: dict) -> Iterator[str]:
    """The kind of a tagged piece and of all within it."""
    waiting = [piece]
    while waiting:
        one = waiting.pop()
        if "/S" in one:
            yield one["/S"]
        inner = one.get("/K", [])
        found = inner if isinstance(inner, list) else [inner]
        waiting += [f for f in (f.get_object() for f in found) if isinstance(f, dict)]


def test_hints_are_printed_open_in_an_appendix(book: object) -> None:
    assert book.outline[-2].title == "Appendix: hints"
    pages = [" ".join(sheet.extract_text().split()) for sheet in book.pages]
    exercise = next(text for text in pages if "Question 2.1: four words by hand" in text)
    assert "2 hints: see the appendix." in exercise
    appendix = " ".join(pages[pages.index(next(p for p in pages if "Appendix: hints" in p)) :])
    assert "Multiply the four probabilities: how probable was the whole text?" in appendix
    assert appendix.index("Question 2.1") < appendix.index("Question 2.2")


def test_plots_stand_on_white(tmp_path: Path) -> None:
    plot = tmp_path / "plot.png"
    Image.new("RGB", (2, 1), style.PAPER).save(plot)
    with Image.open(plot) as drawn:
        drawn.putpixel((1, 0), (43, 95, 143))
        drawn.save(plot)
    code = pdf.white(plot).removeprefix("data:image/png;base64,")
    with Image.open(io.BytesIO(base64.b64decode(code))) as lifted:
        assert [lifted.getpixel((x, 0)) for x in (0, 1)] == [(255, 255, 255), (43, 95, 143)]


def test_no_line_of_code_is_cut(book: object, text: str) -> None:
    """Every word of every shown code cell is on paper (long lines are broken, not clipped)."""
    from bs4 import BeautifulSoup

    page = BeautifulSoup((HTML / CHAPTER).with_suffix(".html").read_text("utf8"), "html.parser")
    for hidden in page.select("details.hide"):
        hidden.decompose()
    squeezed = "".join(text.split())
    cells = page.select("div.cell_input pre")
    assert len(cells) > 5
    for cell in cells:
        for line in cell.get_text().splitlines():
            assert "".join(line.split()) in squeezed, line


def test_nothing_is_wider_than_the_sheet() -> None:
    with pdf.sync_playwright() as driver:
        path = pdf.shutil.which("chromium") or pdf.shutil.which("chromium-browser")
        browser = driver.chromium.launch(executable_path=path, args=pdf.ARGS)
        tab = browser.new_page(viewport={"width": 642, "height": 900})  # 170 mm
        tab.emulate_media(media="print")
        tab.goto((HTML / CHAPTER).with_suffix(".html").as_uri())
        wide = tab.eval_on_selector_all(
            "article :is(pre, table, img, svg, div.math)",
            """es => es.filter(e => e.scrollWidth > e.clientWidth + 1 && e.tagName != 'svg'
                || e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML)""",
        )
        browser.close()
    assert not wide


def test_the_link_comes_and_goes_with_the_file(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p><!--pdf:../book.pdf--></p>")
    (tmp_path / course_pdf.NAME).write_bytes(b"x" * 3_400_000)
    course_pdf.link_all(tmp_path)
    course_pdf.link_all(tmp_path)
    with_link = page.read_text()
    assert with_link.count("<a ") == 1
    assert 'href="../book.pdf">The whole book as a PDF (3 MB)</a>' in with_link
    (tmp_path / course_pdf.NAME).unlink()
    course_pdf.link_all(tmp_path)
    assert page.read_text() == "<p><!--pdf:../book.pdf--></p>"
