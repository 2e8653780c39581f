"""The figure of state summaries: its numbers are a network's, in Python and in the browser."""

import pytest
from figure_numbers import summary_numbers
from test_book_browser import bench, browser, exposed, pytestmark  # noqa: F401

from coursekit import figures
from coursekit.figures.gallery.state_summary import CLUE, OTHERS


@pytest.mark.parametrize(("place", "w", "filling"), [(1, 0.7, 0), (3, 1.2, 12), (8, 0.0, 5)])
def test_numbers_are_those_of_a_recurrent_layer(place: int, w: float, filling: int) -> None:
    torch = pytest.importorskip("torch")
    layer = torch.nn.RNN(1, 1, bias=False, batch_first=True).double()
    with torch.no_grad():
        layer.weight_ih_l0.fill_(1.0)
        layer.weight_hh_l0.fill_(w)
        u = torch.tensor([*OTHERS, *[0.0] * filling], dtype=torch.double)
        u[place - 1] = CLUE
        h = layer(u[None, :, None])[0][0, :, 0]  # (t,)
    for found, states in zip(
        summary_numbers(place, w, filling), (h[: len(OTHERS)], h), strict=True
    ):
        expected = [states[-1].item(), states.mean().item(), states.max().item()]
        assert list(found) == pytest.approx(expected, abs=1e-12)


def test_filling_moves_the_last_state_most() -> None:
    real, every = summary_numbers(8, 0.7, 12)
    assert abs(every.last) < 0.1 * real.last
    assert every.max == real.max
    early, diluted = summary_numbers(1, 0.7, 12)
    assert diluted.mean < early.mean


def test_summary_moves_by_keys_and_agrees_with_python(bench) -> None:  # noqa: F811
    page = bench(figures.state_summary())
    place, w, filling = 3, 0.7, 6
    for name, key in (("telling word", "End"), ("filling", "ArrowRight"), ("weight", "Home")):
        page.get_by_role("slider", name=name).press(key)
        place = 8 if name == "telling word" else place
        filling += name == "filling"
        w = 0.0 if name == "weight" else w
        real, every = summary_numbers(place, w, filling)
        assert exposed(page, "masked") == pytest.approx(list(real), abs=1e-9)
        assert exposed(page, "counted") == pytest.approx(list(every), abs=1e-9)
    label = page.locator("svg.ck-svg").get_attribute("aria-label")
    assert "word 8 of 8" in label
    assert "7 steps" in label


@pytest.mark.parametrize("wrong", [{"place": 0}, {"place": 9}, {"w": -0.1}, {"filling": 13}])
def test_what_cannot_be_drawn_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="state_summary takes"):
        figures.state_summary(**wrong)
