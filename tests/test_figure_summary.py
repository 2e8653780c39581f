"""The figures on sentences of speeches: their numbers are those of the models, and of the page."""

import math

import pytest
from figure_numbers import pooling_numbers, summary_numbers
from test_book_browser import bench, browser, exposed, pytestmark  # noqa: F401

from coursekit import figures
from coursekit.figures.framework import stored_data

pytest.importorskip("torch")
STORED = stored_data("state_summary")


@pytest.mark.parametrize(
    ("sentence", "network", "place", "padding"),
    [(0, "LSTM", 1, 6), (0, "simple RNN", 9, 2), (1, "LSTM", 8, 1), (1, "simple RNN", 1, 0)],
)
def test_stored_shares_are_those_of_the_trained_networks(
    sentence: int, network: str, place: int, padding: int
) -> None:
    shares = STORED["networks"][network][sentence]["shares"]
    found = summary_numbers(sentence, network, place, padding)
    for counted, values in zip((0, padding), found, strict=True):
        stored = [shares[kind][place - 1][counted] for kind in ("last", "mean", "max")]
        assert stored == pytest.approx(values, abs=6e-4)


def test_the_last_state_holds_most_of_the_last_word_and_the_mean_of_the_first() -> None:
    """What the chapter says of the figure, in both networks and both sentences."""
    for network in STORED["networks"].values():
        for sentence in network:
            last, mean = (sentence["shares"][kind] for kind in ("last", "mean"))
            assert last[-1][0] == max(row[0] for row in last)
            assert mean[0][0] > 1.5 * last[0][0]
    for sentence in STORED["networks"]["LSTM"]:
        assert sentence["shares"]["last"][-1][6] < 0.5 * sentence["shares"]["last"][-1][0]


def test_summary_moves_by_keys_and_shows_what_is_stored(bench) -> None:  # noqa: F811
    page = bench(figures.state_summary())
    page.get_by_role("slider", name="replaced word").press("End")
    page.get_by_role("slider", name="padding").press("End")
    page.get_by_role("radio", name="simple RNN").check()
    shares = STORED["networks"]["simple RNN"][0]["shares"]
    for key, counted in (("masked", 0), ("counted", 6)):
        assert exposed(page, key) == [shares[kind][8][counted] for kind in ("last", "mean", "max")]
    page.get_by_role("radio", name="we must").check()  # shorter by a word
    label = page.locator("svg.ck-svg").get_attribute("aria-label")
    assert "“.”, word 8 of 8" in label
    assert "6 steps of padding" in label
    page.locator("svg text").filter(has_text="freedom").click()
    assert "“freedom”" in page.locator(".ck-reading").inner_text()


@pytest.mark.parametrize(
    "wrong", [{"place": 0}, {"place": 10}, {"sentence": 2}, {"network": "GRU"}, {"padding": 7}]
)
def test_what_cannot_be_drawn_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="state_summary"):
        figures.state_summary(**wrong)


def test_the_losses_of_the_speech_are_those_stored_with_the_lstm() -> None:
    from coursekit import text, zoo

    stored = stored_data("pooling")
    data = text.encoded_sotu()
    count = len(stored["words"])
    assert [data.vocab.words[i] for i in data.test[-count - 3 : -3]] == stored["words"]
    losses = zoo.stored_losses("lstm", "test")[-count - 3 : -3]
    assert stored["losses"] == pytest.approx(list(losses), abs=1e-4)


def test_the_border_moves_and_the_perplexity_of_the_text_stays(bench) -> None:  # noqa: F811
    losses = stored_data("pooling")["losses"]
    page = bench(figures.pooling(cut=34))
    assert "too low" in page.locator(".ck-reading").inner_text()  # short and easy, the second batch
    page.get_by_role("slider", name="first batch").press("ArrowLeft")
    assert "First batch: 33 tokens" in page.locator(".ck-reading").inner_text()
    page.locator(".ck-passage span").nth(5).click()
    found = pooling_numbers(losses, 5)
    shown = [exposed(page, key) for key in ("pooled", "of-means", "of-perplexities")]
    assert shown == pytest.approx(found, rel=1e-9)
    assert found[0] == pytest.approx(math.exp(sum(losses) / len(losses)))
    assert "too high" in page.locator(".ck-reading").inner_text()


@pytest.mark.parametrize("cut", [0, 39])
def test_an_empty_batch_is_refused(cut: int) -> None:
    with pytest.raises(ValueError, match="pooling cuts 39 tokens"):
        figures.pooling(cut)
