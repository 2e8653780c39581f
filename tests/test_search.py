"""Search over sections, in Chromium, from a file: address: what readers ask and mean by it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from built_book import HTML, built
from test_book_browser import ARGS, CHROMIUM

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [
    pytest.mark.book,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]
# What is asked → addresses of which one has to come first or second, without ".html".
QUERIES = {
    "clip_grad_norm_": "chapters/09-gradient-clipping",
    "vanishing gradient": "chapters/08-vanishing-and-exploding-gradients",
    "Vanishing Gradients": "chapters/08-vanishing-and-exploding-gradients",
    "exploding gradients": "chapters/08-vanishing-and-exploding-gradients",
    "perplexity": "chapters/02-perplexity",
    "PPL": "chapters/02-perplexity",
    "n-gram": "chapters/01-language-models",
    "ngrams": "chapters/01-language-models",
    "language model": "chapters/01-language-models",
    "Kneser-Ney": "chapters/01-language-models#kneser-ney-count-contexts-not-occurrences",
    "smoothing": "chapters/01-language-models#smoothing-from-worst-to-best",
    "GPT2": "chapters/15-perplexity-table#the-tokens",
    "GPT-2": "chapters/15-perplexity-table#the-tokens",
    "forget gate bias": "chapters/10-lstm#a-start-for-a-given-time-span",
    "BPTT": "chapters/07-backpropagation-through-time",
    "truncated BPTT": "chapters/07-backpropagation-through-time"
    "#truncated-backpropagation-through-time",
    "backprop": "chapters/07-backpropagation-through-time",
    "teacher forcing": "book/glossary#term-teacher-forcing",
    "beam search": "chapters/11-generation#beam-search-and-its-bias",
    "top-p": "chapters/11-generation#one-question-three-answers",
    "temperature": "book/glossary#term-temperature",
    "transformer": "chapters/16-after-the-lstm#a-transformer-block-in-forty-lines",
    "attention": "chapters/16-after-the-lstm#attention-over-three-words-by-hand",
    "KV cache": "chapters/16-after-the-lstm#the-cache",
    "parallel scan": "chapters/16-after-the-lstm#the-scan",
    "LSTM": "chapters/10-lstm",
    "GRU": "book/glossary#term-GRU",
    "hidden state": "book/glossary#term-hidden-state",
    "unrolling": "chapters/04-recurrent-networks#unrolling",
    "detach": "chapters/07-backpropagation-through-time#detaching-is-not-zeroing",
    "gradient clipping": "chapters/09-gradient-clipping",
    "NaN": "chapters/09-gradient-clipping#a-run-that-ends-in-nan",
    "spectral radius": "book/glossary#term-spectral-radius",
    "dropout": "chapters/14-stacked#dropout-between-layers-not-in-time",
    "bidirectional": "chapters/13-bidirectional",
    "BERT": "chapters/13-bidirectional#the-road-to-bert",
    "padding": "chapters/13-bidirectional#padded-batches",
    "seq2seq": "chapters/12-applications#sequence-to-sequence-an-encoder-in-a-larger-model",
    "embedding": "book/glossary#term-embedding",
    "bits per character": "chapters/02-perplexity#the-tokens",
    "chain rule": "chapters/06-chain-rule",
    "mixture": "chapters/15-perplexity-table#mixing-what-one-knows-the-other-does-not",
    "notation": "book/notation",
    "how many parameters": "chapters/04-recurrent-networks#what-it-costs-parameters-and-steps",
}
NOTHING = ("dark mode wallpaper", "blockchain", "zxqv", "quantum perplexity")


@pytest.fixture(scope="module")
def page() -> Iterator[object]:
    address = (built() / "chapters" / "01-language-models.html").as_uri()
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        opened = browser.new_page()
        opened.goto(address)
        yield opened
        browser.close()


@pytest.fixture
def field(page: object) -> Iterator[object]:
    page.keyboard.press("Control+K")
    found = page.locator("#pst-search-dialog input")
    found.fill("")
    yield found
    page.keyboard.press("Escape")


def test_what_readers_mean_comes_first_or_second(page: object, field: object) -> None:
    field.fill("perplexity")
    page.wait_for_selector("#pst-search-dialog li a")
    asked = [*QUERIES, *NOTHING]
    found = page.evaluate(
        """async asked => { const search = await courseRanking(courseSections);
        return asked.map(q => search(q).slice(0, 2).map(one => one.u.replace('.html', ''))); }""",
        asked,
    )
    answers = dict(zip(asked, found, strict=True))
    wrong = {q: answers[q] for q, wanted in QUERIES.items() if wanted not in answers[q]}
    assert not wrong
    assert len(QUERIES) >= 40
    assert not any(answers[q] for q in NOTHING)


def test_results_are_live_and_reached_with_the_keyboard(page: object, field: object) -> None:
    field.fill("bptt")
    page.wait_for_selector("#pst-search-dialog li a")
    assert "sections" in page.locator("#pst-search-dialog [role=status]").inner_text()
    page.keyboard.press("ArrowDown")
    first = page.locator("#pst-search-dialog li a").first
    assert first.evaluate("a => a === document.activeElement")
    assert "Backpropagation through time" in first.inner_text()
    page.keyboard.press("ArrowUp")
    assert field.evaluate("input => input === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url("**/07-backpropagation-through-time.html")
    page.go_back()


def test_nonsense_finds_nothing_and_says_so(page: object, field: object) -> None:
    field.fill("quantum blockchain")
    status = page.locator("#pst-search-dialog [role=status]")
    status.wait_for()
    page.wait_for_function(
        "document.querySelector('#pst-search-dialog [role=status]').textContent.startsWith('Noth')"
    )
    assert status.inner_text() == "Nothing found for “quantum blockchain”."
    assert page.locator("#pst-search-dialog li").count() == 0


def test_no_result_shows_tex(page: object, field: object) -> None:
    sections = page.evaluate(
        "courseSections.filter(s => s.k !== 'api').map(s => s.t + s.p + s.x)"  # it names TeX
    )
    assert len(sections) > 500
    assert not [text for text in sections if re.search(r"\\frac|\\mathbf|\^\{\[", text)]


def test_the_page_of_results_is_the_same_search(page: object) -> None:
    page.goto((HTML / "search.html").as_uri() + "?q=beam+search")
    page.wait_for_selector("form.bd-search ~ ul li a")
    first = page.locator("form.bd-search ~ ul li a").first.get_attribute("href")
    assert first.endswith("chapters/11-generation.html#beam-search-and-its-bias")


def test_a_page_loads_nothing_of_it_before_it_is_asked_for() -> None:
    for path in (HTML / "chapters").glob("*.html"):
        text = Path(path).read_text("utf8")
        assert "sections.js" not in text
        assert "search.js" not in text


def test_a_definition_is_shown_at_the_word_and_moves_nothing(page: object) -> None:
    page.goto((HTML / "chapters" / "01-language-models.html").as_uri())
    term = page.locator("a.course-term").first
    term.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    before = term.bounding_box()
    term.focus()
    note = page.get_by_role("tooltip")
    note.wait_for()
    assert len(note.inner_text()) > 20
    assert term.get_attribute("aria-describedby") == note.get_attribute("id")
    assert term.bounding_box() == before
    page.keyboard.press("Escape")
    assert note.is_hidden()
    page.mouse.move(before["x"] + 3, before["y"] + 3)
    note.wait_for()
    box = note.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)  # one may point at the definition itself
    page.wait_for_timeout(400)
    assert note.is_visible()
    page.mouse.move(2, 2)
    note.wait_for(state="hidden")


def test_a_copied_formula_is_tex(page: object) -> None:
    copied = page.evaluate(
        """() => { const formula = document.querySelector('p .math'), range = new Range();
        range.selectNodeContents(formula.parentElement);
        getSelection().removeAllRanges(); getSelection().addRange(range);
        const data = new DataTransfer();
        const kind = {clipboardData: data, bubbles: true, cancelable: true};
        document.dispatchEvent(new ClipboardEvent('copy', kind));
        const tex = formula.querySelector('annotation').textContent.trim();
        return [data.getData('text/plain'), tex]; }"""
    )
    assert f"${copied[1]}$" in copied[0]
    assert copied[0].count(copied[1]) == 1
