"""The built book, read as files: links, anchors, assets, alt text, buttons; and its extensions."""

import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from built_book import HTML, ROOT, content_pages, pages

pytestmark = pytest.mark.book
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))
# Attributes by which a page loads something, as against a link that somebody may follow.
LOADS = (("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src"))


@lru_cache(None)
def soup(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text("utf8"), "html.parser")


@lru_cache(None)
def anchors(page: Path) -> frozenset[str]:
    found = [tag.get("id") for tag in soup(page).find_all(id=True)]
    found += [tag.get("name") for tag in soup(page).find_all("a", attrs={"name": True})]
    return frozenset(a for a in found if a)


def local_target(page: Path, address: str) -> tuple[Path, str] | None:
    """File and anchor that a link of ``page`` leads to; None for a link out of the book."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    return target, unquote(parts.fragment)


def test_there_is_a_page_for_each_chapter_exercise_and_page_around_them() -> None:
    sources = [p for p in ROOT.glob("book/*.md")]
    sources += [*ROOT.glob("chapters/*.ipynb"), *ROOT.glob("exercises/*.ipynb")]
    missing = [
        source.relative_to(ROOT).as_posix()
        for source in sources
        if not (HTML / source.relative_to(ROOT)).with_suffix(".html").exists() and pages()
    ]
    assert not missing, "add to _toc.yml and build"


def test_links_lead_to_files_and_anchors_that_exist() -> None:
    broken = []
    for page in pages():
        for tag in soup(page).find_all("a", href=True):
            found = local_target(page, tag["href"])
            if found is None:
                continue
            target, anchor = found
            if not target.is_file():
                broken.append(f"{page.relative_to(HTML)}: no file {tag['href']}")
            elif anchor and target.suffix == ".html" and anchor not in anchors(target):
                broken.append(f"{page.relative_to(HTML)}: no anchor {tag['href']}")
    assert not broken


def test_pages_load_only_files_of_the_book() -> None:
    faults = []
    for page in pages():
        for name, attribute in LOADS:
            for tag in soup(page).find_all(name, attrs={attribute: True}):
                address = tag[attribute]
                if name == "link" and not {"stylesheet", "icon", "preload"} & set(tag["rel"]):
                    continue
                if address.startswith("data:"):
                    continue
                found = local_target(page, address)
                if found is None or not found[0].is_file():
                    faults.append(f"{page.relative_to(HTML)}: {address}")
    assert not faults


def test_style_sheets_load_only_files_of_the_book() -> None:
    faults = []
    for page in pages()[:1]:
        for tag in soup(page).find_all("link", rel="stylesheet"):
            sheet = (page.parent / urlsplit(tag["href"]).path).resolve()
            text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf8"), flags=re.S)
            for address in re.findall(r"url\(([^)]+)\)", text):
                address = address.strip("'\"")
                path = sheet.parent / urlsplit(address).path
                if not address.startswith(("data:", "#")) and not path.is_file():
                    faults.append(f"{sheet.name}: {address}")
    assert not faults


def test_no_page_mentions_a_script_host_or_another_math_renderer() -> None:
    for page in pages():
        text = page.read_text("utf8")
        for word in ("cdn.jsdelivr", "cdnjs", "unpkg.com", "require.min.js", "MathJax", "thebe"):
            assert word not in text, f"{page.relative_to(HTML)}: {word}"


def test_no_id_is_used_twice() -> None:
    twice = {}
    for page in pages():
        ids = [tag["id"] for tag in soup(page).find_all(id=True)]
        again = {i for i in ids if ids.count(i) > 1}
        if again:
            twice[page.relative_to(HTML).as_posix()] = again
    assert not twice


def test_every_image_says_what_it_shows() -> None:
    for page in content_pages():
        for image in soup(page).find_all("img"):
            alt = (image.get("alt") or "").strip()
            assert len(alt) > 15, f"{page}: {alt!r}"
            assert not alt.endswith((".png", ".svg")), f"{page}: {alt!r}"


def test_notebook_pages_have_buttons_made_from_the_repository_address() -> None:
    repository = CONFIG["repository"]["url"].removeprefix("https://github.com/")
    for page in content_pages():
        name = page.relative_to(HTML).with_suffix("").as_posix()
        found = [a["href"] for a in soup(page).select("a.course-action")]
        actions = [address for address in found if address != "?present"]
        if not (ROOT / f"{name}.ipynb").exists():
            assert not found
            continue
        assert ("?present" in found) == name.startswith("chapters/")
        branch = CONFIG["repository"]["branch"]
        colab = f"https://colab.research.google.com/github/{repository}/blob/{branch}/{name}.ipynb"
        assert actions[:-1] == ([] if repository == "OWNER/REPO" else [colab])
        download, _ = local_target(page, actions[-1]) or (Path(), "")
        assert download.read_bytes() == (ROOT / f"{name}.ipynb").read_bytes()


def test_equation_references_lead_to_the_tagged_equation() -> None:
    """Each (4.1) in the text of a chapter for which some page has an equation is a link to it."""
    tags = {}
    for page in content_pages():
        for box in soup(page).select("div.math[id]"):
            tags[box["id"].removeprefix("eq-")] = page
    for page in content_pages():
        for link in soup(page).select("a.eqref"):
            number = link.get_text().strip("()")
            found = local_target(page, link["href"])
            assert found == (tags[number].resolve(), f"eq-{number}")


def test_no_box_is_left_a_quotation() -> None:
    for page in content_pages():
        for quote in soup(page).find_all("blockquote"):
            first = quote.find("strong")
            if first is not None and quote.get_text().strip().startswith(first.get_text()):
                pytest.fail(f"{page.name}: a box of unknown kind: {first.get_text()!r}")


def test_every_citation_in_the_notebooks_is_in_the_bibliography() -> None:
    """A link named "Author 2013" or "Author et al. 2013" is a citation: the paper has an entry."""
    entries = (ROOT / "book" / "references.bib").read_text("utf8")
    urls = set(re.findall(r"url\s*=\s*[{\"]([^}\"]+)[}\"]", entries))
    citation = re.compile(
        r"\[([^\]]*?[A-Z][^\]]*? (?:19|20)\d\d[a-z]?)\]\((https?://(?:[^()\s]|\([^()\s]*\))+)\)"
    )
    unknown = []
    for path in sorted(ROOT.glob("chapters/*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                unknown += [
                    f"{path.name}: {text} {url}"
                    for text, url in citation.findall(cell.source)
                    if url not in urls
                ]
    assert not unknown


def test_bibliography_has_letters_where_its_source_has_tex() -> None:
    text = soup(HTML / "book" / "bibliography.html").select_one("ul.bibliography").get_text()
    assert {"Černocký", "Tramèr", "Karafiát"} <= set(re.findall(r"\w+", text))
    assert not set("\\{}") & set(text)


def test_bibliography_leads_back_to_the_pages_that_cite() -> None:
    page = HTML / "book" / "bibliography.html"
    for item in soup(page).select("ul.bibliography li[id]"):
        for link in item.select(".cited-in a"):
            citing, _ = local_target(page, link["href"]) or (Path(), "")
            links = [a["href"] for a in soup(citing).select("a.citation")]
            assert any(href.endswith(f"bibliography.html#{item['id']}") for href in links)


def test_pages_have_a_description_and_one_first_heading() -> None:
    for page in content_pages():
        assert len(soup(page).select("article h1")) == 1, page
        described = soup(page).find("meta", attrs={"name": "description"})
        assert described is not None, page
        assert len(described["content"]) > 20, page
        assert "\\" not in described["content"], f"{page}: TeX in the description"


def test_scripts_do_not_hold_up_the_page() -> None:
    for page in content_pages():
        for tag in soup(page).find_all("script", src=True):
            assert tag.has_attr("defer") or "documentation_options" in tag["src"], page
            assert "fontawesome" not in tag["src"]


def test_math_is_there_without_any_script() -> None:
    """Every formula is drawn and has MathML; no TeX is left for a browser to render."""
    for page in content_pages():
        for box in soup(page).select("span.math, div.math"):
            assert box.find("math") is not None
            assert box.select_one(".katex-html") is not None
    assert soup(HTML / "book" / "notation.html").select("span.math")


def test_every_page_to_be_read_says_how_long_it_takes() -> None:
    lists = {"index", "api", "bibliography", "glossary", "notation", "terms"}
    for page in content_pages():
        text = " ".join(soup(page).article.get_text(" ").split())
        said = re.findall(r"(?:Reading time|Working time, all questions:) (?:about )?\d+ min", text)
        assert len(said) == (page.stem not in lists), page
        if page.parent.name == "chapters":
            assert re.search(r"Computing time about \d+ CPU-second", text), page
    exercise = soup(HTML / "exercises" / "02-perplexity.html").article.get_text(" ")
    exercise = " ".join(exercise.split())
    minutes = [int(m) for m in re.findall(r"· (\d+) minutes ·", exercise)]
    assert f"all questions: about {sum(minutes)} minutes" in exercise
