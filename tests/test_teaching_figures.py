"""The figures of chapter 05: what they show is what Python, the batches and the model compute."""

import math

import numpy as np
import pytest
from figure_numbers import batching_numbers, forcing_numbers
from test_book_browser import bench, browser, exposed, pytestmark  # noqa: F401

from coursekit import figures
from coursekit.figures.framework import stored_data
from coursekit.figures.gallery.batching import TEXT
from coursekit.text import batches


@pytest.mark.parametrize("rows", [1, 2, 3, 4])
@pytest.mark.parametrize("window", [1, 5, 7, 12])
def test_batching_numbers_are_those_of_the_batches(rows, window):
    pairs = list(batches(np.arange(len(TEXT)), rows, window))
    read = 0
    for update, (inputs, _) in enumerate(pairs, 1):
        read += inputs.shape[1]
        found = batching_numbers(len(TEXT), rows, window, update, carry=True)
        assert (found.updates, found.gradient) == (len(pairs), inputs.shape[1])
        assert found.context == read
        zeroed = batching_numbers(len(TEXT), rows, window, update, carry=False)
        assert zeroed.context == inputs.shape[1]
    assert found.left_out == len(TEXT) - 1 - rows * read


def test_batching_moves_by_keys_and_agrees_with_python(bench):  # noqa: F811
    page = bench(figures.batching())
    page.get_by_role("slider", name="update").press("End")
    found = batching_numbers(len(TEXT), 3, 5, 4, True)
    assert exposed(page, "context") == found.context == 16
    page.get_by_role("checkbox").press("Space")
    assert exposed(page, "context") == 1
    assert "has 1 symbol behind the state" in page.locator(".ck-reading").inner_text()
    page.get_by_role("slider", name="rows").press("End")
    page.get_by_role("slider", name="window").press("Home")
    found = batching_numbers(len(TEXT), 4, 1, 4, False)
    for key in ("updates", "context", "gradient"):
        assert exposed(page, key) == getattr(found, key)
    page.get_by_role("slider", name="window").press("End")
    assert page.get_by_role("slider", name="update").get_attribute("max") == "1"
    assert "Update 1 of 1" in page.locator("svg.ck-svg").get_attribute("aria-label")


@pytest.mark.parametrize("fed", ["the true words", "its own, draw 1", "its own, draw 2"])
def test_forcing_is_stepped_by_keys_and_agrees_with_python(bench, fed):  # noqa: F811
    page = bench(figures.forcing(step=0))
    page.get_by_role("radio", name=fed).check()
    page.get_by_role("button", name="Next").focus()
    for step in range(1, 10):
        page.keyboard.press("Enter")
        losses, perplexity = forcing_numbers(fed, step)
        assert exposed(page, "losses") == pytest.approx(losses, rel=1e-12)
        assert exposed(page, "perplexity") == pytest.approx(perplexity, rel=1e-12)


def test_forcing_shows_what_the_stored_model_predicts():
    torch = pytest.importorskip("torch")
    from coursekit import zoo
    from coursekit.text import encoded_sotu

    vocab, model = encoded_sotu().vocab, zoo.load("lstm").eval()
    text = vocab.encode(stored_data("forcing")["sentence"])
    for name, path in stored_data("forcing")["paths"].items():
        fed = vocab.encode([word for word, _, _ in path])
        with torch.no_grad():
            log_probs, _ = model(torch.tensor(fed[None], dtype=torch.long))
        p = log_probs[0].exp().numpy()  # (t, k)
        assert np.allclose(p[np.arange(9), text], [p for _, _, p in path], rtol=0.02), name
        for t, (_, head, _) in enumerate(path):
            assert np.allclose(
                p[t, vocab.encode([w for w, _ in head])], [q for _, q in head], rtol=0.02
            )
            assert math.isclose(p[t].max(), head[0][1], rel_tol=0.02)


@pytest.mark.parametrize(
    ("figure", "wrong"),
    [
        ("batching", {"rows": 5}),
        ("batching", {"update": 9}),
        ("batching", {"row": 4}),
        ("batching", {"text": "short"}),
        ("forcing", {"fed": "nothing"}),
        ("forcing", {"step": 10}),
    ],
)
def test_what_cannot_be_drawn_is_refused(figure, wrong):
    with pytest.raises(ValueError, match=r"batching takes|there are|forcing knows"):
        getattr(figures, figure)(**wrong)
