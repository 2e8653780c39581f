"""The language models that run in a page: the same numbers as in PyTorch, and only when asked."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from built_book import HTML
from test_book_browser import AXE, Watch, bench, browser, exposed, origin, pytestmark  # noqa: F401

from coursekit import figures, text
from coursekit.figures import framework
from coursekit.figures.gallery import language_model as playing

torch = pytest.importorskip("torch")
STEPS = 1_000


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """The scripts of both models where the book puts them, beside the page of ``bench``."""
    folder = tmp_path / "_static" / "models"
    folder.mkdir(parents=True)
    for which in playing.KINDS:
        (folder / f"{which}.js").write_text(playing.script(which), "utf8")
    return folder


def start(page: object) -> None:
    page.get_by_role("button", name="Start").press("Enter")  # type: ignore[attr-defined]
    idle(page)


def idle(page: object) -> None:
    page.wait_for_function(  # type: ignore[attr-defined]
        "document.querySelector('.ck').dataset.busy === 'false'", timeout=60_000
    )


def held_out(which: str) -> np.ndarray:
    from coursekit.zoo import page

    if which == "characters":
        return page.encode(text.python_source().valid[1].text[:STEPS])
    return text.encoded_sotu(3000).test[:STEPS].astype(np.int64)


@pytest.mark.parametrize("which", playing.KINDS)
def test_logits_are_those_of_torch_over_a_thousand_steps(bench, shelf: Path, which: str) -> None:  # noqa: F811
    from coursekit.zoo import page as zoo

    ids = held_out(which)
    assert len(ids) == STEPS
    page = bench(figures.language_model(which))
    start(page)
    found = page.evaluate(
        """ids => {
          const { network } = document.querySelector('.ck').languageModel, out = [];
          let state = network.zero();
          for (const x of ids) {
            state = network.step(x, state);
            const l = network.logits(state.h);
            out.push([...l.slice(0, 96), l.reduce((a, b) => a + b), Math.max(...l)]);
          }
          return out;
        }""",
        ids.tolist(),
    )
    model = zoo.load(which)
    with torch.inference_mode():
        h, _ = model.hidden(torch.tensor(ids).view(1, -1), model.initial_state(1))
        logits = (h[0] @ model.output.Q.T + model.output.b_Q).double().numpy()  # (t, k)
    wanted = np.concatenate([logits[:, :96], logits.sum(1)[:, None], logits.max(1)[:, None]], 1)
    assert np.abs(wanted[:, :96]).mean() > 0.5
    assert np.allclose(np.array(found)[:, :96], wanted[:, :96], atol=1e-3)
    assert np.allclose(np.array(found)[:, 96:], wanted[:, 96:], rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize("which", playing.KINDS)
def test_what_a_click_fetches_is_below_500_kilobytes(which: str) -> None:
    assert 100_000 < len(playing.script(which).encode()) < 500_000


def drawn_from(
    logits: np.ndarray, warmth: float, top_k: int, mass: float, forbidden: int
) -> np.ndarray:
    """The distribution of the figure's rule, in NumPy: (k,)."""
    p = np.exp((logits - logits.max()) / warmth)
    p[forbidden] = 0
    order = np.argsort(-p, kind="stable")
    kept = order[: np.searchsorted(np.cumsum(p[order]), mass * p.sum()) + 1][:top_k]
    wanted = np.zeros(len(p))
    wanted[kept] = p[kept] / p[kept].sum()
    return wanted


def test_the_next_symbol_is_drawn_as_in_python(bench, shelf: Path) -> None:  # noqa: F811
    page = bench(figures.language_model())
    start(page)
    logits = np.random.default_rng(0).normal(0, 2, 50)
    for top_k, mass in ((50, 0.8), (3, 0.8), (3, 1), (40, 0.3)):
        found = page.evaluate(
            "([l, topK, topP]) => [...document.querySelector('.ck').languageModel.distribution("
            "l, { temperature: 0.7, topK, topP, forbidden: 3 })]",
            [logits.tolist(), top_k, mass],
        )
        assert np.allclose(found, drawn_from(logits, 0.7, top_k, mass, 3), atol=1e-12)


def test_the_five_likeliest_are_shown_and_one_can_be_taken(bench, shelf: Path) -> None:  # noqa: F811
    from coursekit.zoo import page as zoo

    prompt = "    return "
    page = bench(figures.language_model("characters", prompt=prompt, top_k=3, temperature=0.5))
    start(page)
    written = page.locator(".ck-text").inner_text()
    page.locator(".ck-text span").nth(len(prompt)).click()
    five = exposed(page, "candidates")
    with torch.inference_mode():
        log_y = zoo.load("characters")(torch.tensor(zoo.encode("\n" + prompt))[None])[0][0, -1]
    p = torch.softmax(log_y, 0).double().numpy()
    assert [one["p"] for one in five[:5]] == pytest.approx(sorted(p)[:-6:-1], abs=1e-4)
    wanted = drawn_from(np.log(p), 0.5, 3, 1, 0)
    assert [one["drawn"] for one in five] == pytest.approx(
        [wanted[one["x"]] for one in five], abs=1e-4
    )
    assert sum(one["drawn"] > 0 for one in five) == 3
    other = next(one for one in five if not one["here"])
    page.get_by_role("button", name="take").nth(five.index(other)).press("Enter")
    idle(page)
    taken = page.locator(".ck-text").inner_text()
    assert taken.startswith(prompt + other["symbol"])
    assert not written.startswith(prompt + other["symbol"])
    assert exposed(page, "read") == len(prompt) + 1 + 320
    # At the end it is taken alone, as a step writes alone; in one's own text nothing can be taken.
    page.get_by_role("button", name="take").first.click()
    page.get_by_role("button", name="Step").click()
    idle(page)
    assert exposed(page, "read") == len(prompt) + 1 + 320 + 2
    page.locator(".ck-text").focus()
    page.keyboard.press("ArrowLeft")
    assert exposed(page, "at") == len(prompt) + 1 + 320 + 1
    page.locator(".ck-text span").nth(5).click()
    assert page.get_by_role("button", name="take").first.is_disabled()


@pytest.mark.parametrize("which", playing.KINDS)
def test_a_page_holds_no_weights_and_asks_for_them_on_a_click(
    bench,  # noqa: F811
    shelf: Path,
    which: str,
) -> None:
    html = framework.page(figures.language_model(which))
    assert len(html) < 100_000
    assert playing.stored(which)["arrays"]["embed.weight"]["int8"][:40] not in html
    page = bench(figures.language_model(which))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert page.evaluate("globalThis.coursekitModels") is None
    start(page)
    assert [Path(url).name for url in asked] == [f"{which}.js"]


def test_it_says_when_the_weights_are_not_there(bench, shelf: Path) -> None:  # noqa: F811
    (shelf / "characters.js").write_text("// an empty shelf\n", "utf8")
    page = bench(figures.language_model("characters"))
    page.get_by_role("button", name="Start").click()
    page.wait_for_function("document.querySelector('.ck-reading').textContent.includes('cannot')")
    assert page.get_by_role("button", name="Start").is_enabled()


def test_it_writes_on_from_what_is_typed_and_repeats_itself(bench, shelf: Path) -> None:  # noqa: F811
    page = bench(figures.language_model("characters", prompt="import "))
    start(page)
    written = page.locator(".ck-text").inner_text()
    assert written.startswith("import ")
    assert exposed(page, "read") == 7 + 320
    page.get_by_role("textbox").press("End")
    page.keyboard.type("sys")
    idle(page)
    assert page.locator(".ck-text").inner_text().startswith("import sys")
    assert exposed(page, "own") == 10
    for _ in range(3):
        page.keyboard.press("Backspace")
    idle(page)
    assert page.locator(".ck-text").inner_text() == written  # same seed, same text
    page.get_by_role("button", name="Another").press("Enter")
    idle(page)
    assert page.locator(".ck-text").inner_text() != written
    page.get_by_role("button", name="Write on").press("Enter")
    idle(page)
    assert exposed(page, "read") == 7 + 320 + 640


def test_the_bits_beside_it_are_those_of_python(bench, shelf: Path) -> None:  # noqa: F811
    from coursekit.zoo import page as zoo

    prompt = "def area(width, height):\n    return width * height\n"
    page = bench(figures.language_model("characters", prompt=prompt))
    start(page)
    ids = torch.tensor(zoo.encode("\n" + prompt)).view(1, -1)
    with torch.inference_mode():
        logits = zoo.load("characters")(ids[:, :-1])[0]
    bits = torch.nn.functional.cross_entropy(logits[0], ids[0, 1:]).item() / np.log(2)
    assert exposed(page, "bits") == pytest.approx(bits, abs=1e-4)
    about = zoo.run("characters")
    assert f"{about['bits_reported_on']:.2f} bits per character" in page.locator(".ck").inner_text()


def test_a_unit_colours_the_text_and_unknown_words_are_said(bench, shelf: Path) -> None:  # noqa: F811
    page = bench(figures.language_model("words", prompt="our zebras are strong"))
    start(page)
    assert "“zebras” is not among its words" in page.locator(".ck-reading").inner_text()
    assert page.locator(".ck-text [data-unknown]").inner_text().strip() == "zebras"
    perplexity = playing.held_out("words").split()[-3]
    assert f"perplexity {perplexity}" in page.locator(".ck-reading").inner_text()
    spans = "[...document.querySelectorAll('.ck-text span')].map(s => s.style.background)"
    assert set(page.evaluate(spans)) == {""}
    page.get_by_role("radio", name="one unit").check()
    one = page.evaluate(spans)
    page.get_by_role("slider", name="unit").press("ArrowRight")
    assert "" not in one
    assert page.evaluate(spans) != one
    source = Path(__import__("axe_playwright_python").__file__).parent / "axe.min.js"
    page.evaluate(source.read_text("utf8"))
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        result = page.evaluate("options => axe.run('.ck-figure', options)", AXE)
        assert not [(v["id"], v["nodes"][0]["target"]) for v in result["violations"]], theme
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_words_are_cut_as_in_python(bench, shelf: Path) -> None:  # noqa: F811
    page = bench(figures.language_model("words"))
    start(page)
    line = "We don't spend $3,500.50 (or 5%) at mid-year; the people's will"
    found = page.evaluate("s => document.querySelector('.ck').languageModel.cut(s)", line)
    assert found == text.words(line)


@pytest.mark.book
@pytest.mark.parametrize("by", ["http", "file"])
def test_it_runs_in_a_chapter_of_the_built_book(browser, origin: str, by: str) -> None:  # noqa: F811
    start_of = origin if by == "http" else f"{HTML.as_uri()}/"
    watch = Watch(browser.new_context(), start_of)
    asked: list[str] = []
    watch.page.on("request", lambda request: asked.append(request.url))
    watch.open(f"{start_of}chapters/01-language-models.html")
    assert not [url for url in asked if "/models/" in url]
    figure = watch.page.locator(".ck-model")
    figure.get_by_role("button", name="Start").click()
    watch.page.wait_for_function(
        "document.querySelector('.ck-model').dataset.busy === 'false'", timeout=60_000
    )
    assert [url for url in asked if "/models/" in url] == [f"{start_of}_static/models/words.js"]
    assert len(figure.locator(".ck-text").inner_text().split()) > 60
    watch.page.context.close()
    assert not watch.faults


@pytest.mark.parametrize("name", ["language_model", "gates"])
def test_a_kernel_sends_the_weights_when_asked(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    pytest.importorskip("anywidget")
    monkeypatch.delitem(os.environ, "COURSEKIT_STATIC")
    widget = getattr(figures, name)("characters")
    assert widget.kernel is True
    assert widget.weights is None
    widget.asked = 1
    in_the_book = playing.script("characters").partition(".characters = ")[2]
    assert widget.weights == json.loads(in_the_book.removesuffix(";\n"))


@pytest.mark.parametrize(
    "wrong",
    [{"which": "letters"}, {"unit": 128}, {"temperature": 0.05}, {"colour": "red"}, {"top_k": 4}],
)
def test_what_cannot_run_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"which is|has the units|lies (between|among)"):
        figures.language_model(**wrong)  # type: ignore[arg-type]
