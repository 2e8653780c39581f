"""What surrounds the pages of a published book, and the command that says where it is published."""

import re
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from built_book import HTML, ROOT, content_pages
from PIL import Image
from typer.testing import CliRunner

from coursekit.cli import app as cli

sys.path.insert(0, str(ROOT / "book" / "_ext"))
import course_publish


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The configuration and one notebook of each kind."""
    shutil.copy2(ROOT / "_config.yml", tmp_path)
    for folder in ("chapters", "solutions", "exercises"):
        (tmp_path / folder).mkdir()
        shutil.copy2(ROOT / folder / "02-perplexity.ipynb", tmp_path / folder)
    return tmp_path


def address(course: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> object:
    monkeypatch.chdir(course)
    return CliRunner().invoke(cli, ["address", *words])


def test_one_command_sets_the_address_and_says_what_it_changed(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = address(course, monkeypatch, "Our-School/rnn")
    assert said.stdout.splitlines() == [
        "_config.yml: 2 lines",
        "chapters/02-perplexity.ipynb: 2 lines",
        "solutions/02-perplexity.ipynb: 2 lines",
        "exercises/02-perplexity.ipynb: 4 lines",
        "4 files changed",
    ]
    for path in course.rglob("*.*"):
        if path.is_file():
            text = path.read_text("utf8")
            assert "OWNER" not in text, path
            assert "github.com/Our-School/rnn" in text, path
    assert "https://our-school.github.io/rnn/" in (course / "_config.yml").read_text("utf8")
    assert address(course, monkeypatch, "Our-School/rnn").stdout == "That is the address already.\n"
    moved = address(course, monkeypatch, "a/b", "--site", "https://rnn.example.org")
    assert "4 files changed" in moved.stdout
    assert "ogp_site_url: https://rnn.example.org/\n" in (course / "_config.yml").read_text("utf8")
    address(course, monkeypatch, "OWNER/REPO", "--site", "https://OWNER.github.io/REPO/")
    for path in course.rglob("*.*"):
        if path.is_file():
            assert path.read_bytes() == (ROOT / path.relative_to(course)).read_bytes()


@pytest.mark.parametrize(
    ("words", "says"),
    [(["rnn"], "no repository"), (["a/b", "--site", "rnn.example.org"], "no web address")],
)
def test_what_is_no_address_changes_nothing(
    course: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], says: str
) -> None:
    said = address(course, monkeypatch, *words)
    assert said.exit_code
    assert says in said.output
    assert (course / "_config.yml").read_bytes() == (ROOT / "_config.yml").read_bytes()


@pytest.mark.book
def test_while_the_address_is_a_placeholder_no_link_leads_to_it() -> None:
    if "OWNER/REPO" not in (ROOT / "_config.yml").read_text("utf8"):
        pytest.skip("the address is set")
    for page in content_pages():
        soup = BeautifulSoup(page.read_text("utf8"), "html.parser")
        found = [a["href"] for a in soup.find_all("a", href=True) if "OWNER" in a["href"]]
        assert not found, page
        assert not soup.select('link[rel="canonical"], meta[property="og:url"]'), page
    assert not (HTML / "sitemap.xml").exists()


@pytest.mark.book
def test_descriptions_end_where_a_word_ends_and_hold_no_metadata() -> None:
    seen = set()
    for page in content_pages():
        soup = BeautifulSoup(page.read_text("utf8"), "html.parser")
        words = soup.find("meta", {"name": "description"})["content"]
        assert words == soup.find("meta", property="og:description")["content"]
        assert 40 < len(words) <= 163, page
        assert re.search(r"[.!?…]$", words), words
        assert not re.search(r"Reading time|Working time|[\\{}$]", words), words
        seen.add(words)
    assert len(seen) == len(content_pages())


@pytest.mark.book
def test_the_foot_of_a_page_says_how_to_cite_it_and_of_when_it_is() -> None:
    for page in content_pages():
        foot = BeautifulSoup(page.read_text("utf8"), "html.parser").select_one(".course-footer")
        cite = foot.select_one("details.course-cite").get_text()
        assert re.search(r"The authors of this course\. “.+\.” In Recurrent neural .*20\d\d", cite)
        source = foot.find("a", string="Source of this page")["href"]
        assert source.startswith("https://") or (page.parent / source).is_file()


def settings(address: str) -> SimpleNamespace:
    return SimpleNamespace(
        html_theme_options={"repository_url": f"https://github.com/{address}"},
        ogp_site_url="https://a.github.io/rnn/",
        html_title="A book",
        html_baseurl="",
    )


def test_a_published_book_has_a_map_a_card_and_a_page_for_lost_readers(tmp_path: Path) -> None:
    (tmp_path / "_static").mkdir()
    (tmp_path / "404.html").write_text('<head><link href="./x.css"></head>')
    app = SimpleNamespace(
        builder=SimpleNamespace(format="html"),
        outdir=tmp_path,
        config=settings("a/rnn"),
        env=SimpleNamespace(found_docs={"book/index", "chapters/01"}),
    )
    course_publish.address(app, app.config)
    course_publish.finish(app, None)
    course_publish.finish(app, None)
    assert app.config.html_baseurl == "https://a.github.io/rnn/"
    assert app.config.ogp_image == "_static/card.png"
    assert "<loc>https://a.github.io/rnn/chapters/01.html</loc>" in (
        tmp_path / "sitemap.xml"
    ).read_text("utf8")
    assert "https://a.github.io/rnn/sitemap.xml" in (tmp_path / "robots.txt").read_text("utf8")
    assert (tmp_path / "404.html").read_text().count('<base href="/rnn/">') == 1
    with Image.open(tmp_path / "_static" / "card.png") as card:
        assert card.size == (1200, 630)


def test_an_unknown_address_makes_neither_map_nor_canonical_links(tmp_path: Path) -> None:
    config = settings("OWNER/REPO")
    course_publish.address(SimpleNamespace(), config)
    assert config.html_baseurl == ""
    tags = '<meta property="og:url" content="https://OWNER" />\n<meta name="x" content="y" />'
    context = {"metatags": tags}
    course_publish.describe(SimpleNamespace(config=config), "a", "", context, None)
    assert context["metatags"] == '\n<meta name="x" content="y" />'
