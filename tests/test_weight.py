"""What makes pages light: lean style sheets, fonts cut to what is used, no script for nothing."""

import gzip
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from built_book import HTML, ROOT, content_pages

sys.path.insert(0, str(ROOT / "book" / "_ext"))
sys.path.insert(0, str(ROOT / "benchmarks"))
import course_html
import course_math
import course_sheets
import course_weight
import lighthouse


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".a{top:0}.b{left:0}", ".a{top:0}"),
        ("@charset 'x';p{top:0}/* .a{} */", "p{top:0}"),
        ("@media print{.b{top:0}}", ""),
        ("@media print{.a{top:0}.b{left:0}}", "@media print{.a{top:0}}"),
        ("@keyframes k{from{top:0}to{top:1px}}", "@keyframes k{0%{top:0}to{top:1px}}"),
        ("div:not(.b) .a{top:0}", "div:not(.b) .a{top:0}"),
        ("p:is(.a,.b){top:0}", "p:is(.a,.b){top:0}"),
        ("p:is(.b,.c){top:0}", ""),
        ("i:before{content:'}.b{'}.b{top:0}", 'i:before{content:"}.b{"}'),
        (".a.b{top:0}.sm\\:a{top:0}.sm\\:b{top:0}", ".sm\\:a{top:0}"),
        ("#a{top:0}#b{top:0}", "#a{top:0}"),
    ],
)
def test_only_rules_for_classes_that_occur_are_kept(css: str, left: str) -> None:
    assert course_weight.lean(css, {"a", "sm:a"}) == left


@pytest.mark.parametrize(
    ("page", "left"),
    [
        ("<p>a</p>\n\n    <p>b</p>", "<p>a</p>\n<p>b</p>"),
        ("<pre>a\n\n    b</pre>", "<pre>a\n\n    b</pre>"),
        ("<script>a\n  b</script>", "<script>a\n  b</script>"),
        ('<pre><span></span><span class="n">a</span></pre>', "<pre>a</pre>"),
        ('<pre><span class="k">if</span></pre>', '<pre><span class="k">if</span></pre>'),
        ('<p><span class="n">a</span></p>', '<p><span class="n">a</span></p>'),
    ],
)
def test_what_nobody_sees_of_a_page_is_left_out(page: str, left: str) -> None:
    assert course_html.finished(page) == left


def test_what_is_no_style_sheet_is_an_error() -> None:
    with pytest.raises(ValueError, match="Parsing stylesheet failed"):
        course_weight.lean(".a{top:0}}", {"a"})


@pytest.mark.book
def test_every_motion_that_the_sheet_asks_for_is_in_it() -> None:
    """One that has the name of a class would go with that class."""
    static = HTML / "_static"
    brought = "".join(course_sheets.joined(static, name) for name in course_sheets.order(HTML))
    sheet = (static / "sheet.css").read_text("utf8")
    motions = set(course_weight.FRAMES.findall(brought))
    asked = set(re.findall(r"[\w-]+", " ".join(re.findall(r"animation(?:-name)?:([^;}]*)", sheet))))
    kept = set(course_weight.FRAMES.findall(sheet))
    assert asked & motions
    assert asked & motions <= kept


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (":root{--a:1;--b:2}p{x:var(--b)}", ":root{--b:2}p{x:var(--b)}"),
        (":root{--a:var(--b);--b:2}", ":root{}"),
        ("p{--a:url('data:x;y}');x:1}", "p{x:1}"),
        ("p{--said:1;x:1}", "p{--said:1;x:1}"),
        ("@keyframes k{from{x:1}to{x:2}}p{animation:j}", "p{animation:j}"),
        ("@keyframes k{from{x:1}}p{animation:k 1s}", "@keyframes k{from{x:1}}p{animation:k 1s}"),
    ],
)
def test_only_variables_and_motions_that_are_asked_for_are_kept(css: str, left: str) -> None:
    assert course_weight.without_idle(css, {"--said"}) == left


def test_a_sheet_brings_what_it_imports_and_its_addresses(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one.css").write_text(
        "@charset 'x';@import \"../two.css\";a{b:url(c.png)}"
    )
    (tmp_path / "two.css").write_text("/* no */d{e:url('f/g.woff2') url(data:x)}")
    assert course_sheets.joined(tmp_path, "deep/one.css") == (
        "d{e:url(f/g.woff2) url(data:x)}a{b:url(deep/c.png)}"
    )


@pytest.mark.book
def test_a_page_has_one_style_sheet_and_images_that_wait() -> None:
    for page in content_pages():
        text = page.read_text("utf8")
        assert len(course_sheets.LINK.findall(text)) == 1, page
        assert not course_html.IMAGE.search(text), page


@pytest.mark.book
def test_fonts_have_every_letter_of_the_pages_that_their_source_has() -> None:
    from importlib.util import find_spec

    from fontTools.ttLib import TTFont

    used = {ord(c) for page in content_pages() for c in page.read_text("utf8")}
    package = find_spec("font_source_serif_pro")
    source = TTFont(Path(package.origin).parent / "files" / "SourceSerifPro-Regular.ttf")
    built = TTFont(HTML / "_static" / "fonts" / "source-serif-regular.woff2")
    assert used & source.getBestCmap().keys() <= built.getBestCmap().keys()


@pytest.mark.book
def test_no_page_loads_a_script_for_nothing() -> None:
    """The search of Sphinx is there only where the book's own could not be built."""
    own = (HTML / "_static" / "search.js").exists()
    assert ("searchindex.js" in (HTML / "search.html").read_text("utf8")) is not own
    for page in content_pages():
        text = page.read_text("utf8")
        assert "searchindex.js" not in text
        assert "bootstrap.js" not in text


@pytest.mark.book
def test_the_heaviest_pages_weigh_at_most_what_they_may_before_images(chromium: Any) -> None:
    """On the wire, packed, as a phone fetches them: page, style sheet, scripts and fonts."""
    heaviest = sorted(content_pages(), key=lambda p: len(gzip.compress(p.read_bytes())))[-4:]
    with lighthouse.served(HTML) as origin:
        for page in heaviest:
            name = page.relative_to(HTML).as_posix()
            weight = bytes_before_images(chromium, f"{origin}/{name}")
            assert 100_000 < weight <= lighthouse.MOST_BYTES, name


def bytes_before_images(browser: object, address: str) -> int:
    """What comes over the wire for a page when nothing is stored yet."""
    context = browser.new_context(viewport={"width": 412, "height": 823})  # type: ignore[attr-defined]
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    kinds, sizes = {}, {}
    devtools.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
    devtools.on(
        "Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]})
    )
    devtools.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    context.close()
    return round(sum(size for key, size in sizes.items() if kinds.get(key) != "Image"))


SIGNS = """() => [...document.querySelectorAll(".katex-html")].flatMap((formula) => {
    const walk = document.createTreeWalker(formula, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walk.nextNode()) {
        const look = getComputedStyle(walk.currentNode.parentElement);
        found.push([look.fontFamily.split(",")[0], look.fontStyle, look.fontWeight,
            walk.currentNode.textContent]);
    }
    return found;
})"""
SHIFTS = """() => {
    window.shifts = 0;
    const add = (list) => { for (const one of list.getEntries()) window.shifts += one.value; };
    new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.skip("no chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.book
def test_the_faces_of_formulas_have_every_sign_that_is_drawn_in_them(chromium: Any) -> None:
    from fontTools.ttLib import TTFont

    page = chromium.new_page()
    used: dict[str, set[int]] = {}
    for name in ("chapters/10-lstm", "chapters/07-backpropagation-through-time", "book/notation"):
        page.goto((HTML / f"{name}.html").as_uri())
        for family, slant, weight, text in page.evaluate(SIGNS):
            style = ("Bold" if int(weight) > 500 else "") + ("Italic" if slant == "italic" else "")
            face = used.setdefault(f"{family}-{style or 'Regular'}", set())
            face |= {ord(sign) for sign in text if not sign.isspace() and sign != "\u200b"}
    page.close()
    assert {"KaTeX_Main-Bold", "KaTeX_Math-Italic", "KaTeX_AMS-Regular"} <= used.keys()
    whole = course_math.katex_folder() / "fonts"
    for face, signs in used.items():
        built = TTFont(HTML / "_static" / "katex" / "fonts" / f"{face}.woff2").getBestCmap()
        assert signs & TTFont(whole / f"{face}.woff2").getBestCmap().keys() <= built.keys(), face


@pytest.mark.book
def test_no_line_breaks_anew_when_a_font_comes_late(chromium: Any) -> None:
    """The faces of text a second after all else, on a phone."""
    context = chromium.new_context(viewport={"width": 412, "height": 823})
    page = context.new_page()

    def late(route: Any) -> None:
        page.wait_for_timeout(1000)
        route.continue_()

    page.route("**/_static/fonts/*", late)
    page.add_init_script(f"({SHIFTS})()")
    with lighthouse.served(HTML) as origin:
        page.goto(f"{origin}/exercises/01-language-models.html")
        page.wait_for_function("document.fonts.status === 'loaded'")
        page.wait_for_timeout(500)
        assert page.evaluate("window.shifts") < 0.05
    context.close()
