"""Links that readers expect: between chapters and exercises, to sections, boxes, figures, terms."""

import json
import re
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from built_book import HTML, ROOT, built

sys.path.insert(0, str(ROOT / "book" / "_ext"))
import course_links

pytestmark = pytest.mark.book
STEMS = sorted(p.stem for p in (ROOT / "chapters").glob("*.ipynb"))
EXERCISES = sorted(p.stem for p in (ROOT / "exercises").glob("*.ipynb"))


@cache
def page(name: str) -> BeautifulSoup:
    return BeautifulSoup((built() / f"{name}.html").read_text("utf8"), "html.parser")


def test_a_section_is_found_by_what_a_table_calls_it() -> None:
    sections = {"the code, side by side": "a", "whose words": "b", "the code": "c"}
    assert course_links.find(sections, "The code") == "c"
    assert course_links.find(sections, "Whose words?") == "b"
    assert course_links.find(sections, "Experiment: whose words?") == "b"
    assert course_links.find(sections, "The code, side") == "a"
    assert course_links.find(sections, "Elsewhere") is None


@pytest.mark.parametrize("stem", STEMS)
def test_each_row_of_a_claims_table_leads_to_its_section(stem: str) -> None:
    soup = page(f"chapters/{stem}")
    ids = {section["id"] for section in soup.find_all("section")}
    tables = [
        t for t in soup.find_all("table") if t.th and t.find_all("th")[-1].get_text() == "section"
    ]
    assert tables
    for row in (row for table in tables for row in table.tbody.find_all("tr")):
        link = row.find_all("td")[-1].a
        assert link["href"].removeprefix("#") in ids


@pytest.mark.parametrize("stem", EXERCISES)
def test_exercises_lead_to_their_chapter_and_each_question_to_its_section(stem: str) -> None:
    soup, chapter = page(f"exercises/{stem}"), next(s for s in STEMS if s[:2] == stem[:2])
    first = soup.select_one(".course-see a")
    assert first["href"] == f"../chapters/{chapter}.html"
    there = {section["id"] for section in page(f"chapters/{chapter}").find_all("section")}
    questions = soup.select('section[id^="question-"]')
    sections = yaml.safe_load((ROOT / "book" / "exercise_sections.yml").read_text("utf8"))
    assert len(questions) == len(sections[stem[:2]])
    for question in questions:
        link = question.p.find("a")
        target, _, anchor = link["href"].partition("#")
        assert target == f"../chapters/{chapter}.html"
        assert anchor in there
        back = page(f"chapters/{chapter}").find(id=anchor)
        assert back.select(f'.course-see a[href$="#{question["id"]}"]')


def test_next_goes_from_a_chapter_to_its_exercises_and_on() -> None:
    place, seen = "book/index", []
    while place:
        seen.append(place)
        link = page(place).select_one("a.right-next")
        place = link and (Path("/", place).parent / link["href"]).resolve()
        place = str(place).removeprefix("/").removesuffix(".html") if place else None
    order = [name for name in seen if name.startswith(("chapters/", "exercises/"))]
    pairs = zip(STEMS, EXERCISES, strict=True)
    assert order == [f for c, e in pairs for f in (f"chapters/{c}", f"exercises/{e}")]
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    assert len(seen) == 1 + sum(len(part["chapters"]) for part in toc["parts"])
    for before, after in pairwise(seen):
        back = page(after).select_one("a.left-prev")["href"]
        assert (HTML / after).parent.joinpath(back).resolve() == HTML / f"{before}.html"


@pytest.mark.parametrize("stem", STEMS)
def test_equations_boxes_and_figures_have_an_address(stem: str) -> None:
    soup = page(f"chapters/{stem}")
    links = {a["href"] for a in soup.select("article a.headerlink")}
    for thing in soup.select("div.math[id], .ck-box, section[id]"):
        assert f"#{thing['id']}" in links
    for figure in soup.select(".ck-figure"):
        if figure["data-figure"] not in ("quiz", "predict"):
            assert f"#{figure.find_parent(class_='cell_output')['id']}" in links
    for image in soup.select(".cell_output img"):
        assert f"#{image.find_parent(class_='cell_output')['id']}" in links


def test_each_kind_of_box_that_the_reader_is_told_of_occurs() -> None:
    told = page("book/how-to-use").select_one("dl").find_all("dt")
    boxes = {
        title.get_text().lower()
        for stem in STEMS
        for title in page(f"chapters/{stem}").select(".ck-box > .admonition-title")
    }
    for kind in told:
        assert any(box.startswith(kind.get_text().lower()) for box in boxes), kind


def test_the_first_use_of_a_term_leads_to_its_definition() -> None:
    terms = {term["id"] for term in page("book/glossary").select("dl.glossary dt")}
    script = (HTML / "_static" / "terms.js").read_text("utf8")
    told = json.loads(script.removeprefix("globalThis.courseTerms="))
    assert told.keys() == terms
    assert not [words for words in told.values() if words.startswith("See ") or len(words) < 15]
    for stem in STEMS:
        links = page(f"chapters/{stem}").select("a.course-term")
        used = [link["href"].partition("#")[2] for link in links]
        assert len(used) >= 4, stem
        assert len(used) == len(set(used))
        assert set(used) <= terms
        assert not page(f"chapters/{stem}").select(":is(h1, h2, h3, pre, code) a.course-term")


def test_terms_are_whole_words() -> None:
    for stem in STEMS:
        for term in page(f"chapters/{stem}").select("a.course-term"):
            around = term.previous_sibling, term.next_sibling
            assert not re.search(r"\w$", str(around[0] or " ")), term
            assert not re.match(r"\w", str(around[1] or " ")), term
