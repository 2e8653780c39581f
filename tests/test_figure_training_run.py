"""The run to scrub: what is stored against PyTorch, and what a reader does with it."""

from typing import Any

import numpy as np
import pytest
from test_book_browser import CHROMIUM, bench, browser, exposed  # noqa: F401

from coursekit import figures
from coursekit.figures.gallery import training_run
from coursekit.text import ALPHABET
from coursekit.zoo import moments, page

RUN = page.run("run")
SHAPES = {name: tuple(shape) for name, shape in RUN["shapes"]}
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


def test_differences_of_few_levels_end_close_to_the_weights() -> None:
    """Errors do not add up: the last moment is as close as its own step of rounding."""
    rng = np.random.default_rng(1)
    walk = np.cumsum(rng.normal(size=(20, 5, 8)), axis=0).astype(np.float32)
    row = [{"W": w, "b": w[0]} for w in walk]
    packed = moments.pack(row)
    assert np.abs(packed["q"][1:]).max() <= moments.LEVELS
    found = [*moments.unpack(packed, {"W": (5, 8), "b": (8,)})]
    for wanted, got in zip(row, found, strict=True):
        step = 1.1 * np.abs(np.diff(walk, axis=0)).max() / moments.LEVELS
        np.testing.assert_allclose(got["W"], wanted["W"], atol=step)
        np.testing.assert_allclose(got["b"], wanted["b"], atol=step)


def test_the_run_is_whole_and_small() -> None:
    packed = moments.load(page.folder() / "run.npz")
    assert len(packed["q"]) == len(packed["e"]) == len(RUN["updates"]) == len(RUN["bits"]) == 30
    assert np.abs(packed["q"][1:]).max() <= moments.LEVELS
    assert (page.folder() / "run.npz").stat().st_size < 600_000
    assert RUN["bits"][0] == pytest.approx(np.log2(len(ALPHABET)), abs=0.2)
    assert RUN["bits"][-1] == min(RUN["bits"])


def network(moment: int) -> Any:
    """The network of a moment as a model of the course."""
    torch = pytest.importorskip("torch")
    from coursekit.models import RecurrentModel

    model = RecurrentModel(len(ALPHABET), 32, RUN["units_of_the_layer"]).eval()
    packed = moments.load(page.folder() / "run.npz")
    weights = [*moments.unpack(packed, SHAPES)][moment]
    stored = {name: torch.from_numpy(w) for name, w in weights.items()}
    assert model.load_state_dict(stored, strict=False).unexpected_keys == []
    return model


def written(moment: int, seed: int, temperature: float, count: int) -> str:
    """What a network writes by itself, drawn by Marsaglia's xorshift generator."""
    torch = pytest.importorskip("torch")
    model, text = network(moment), ""
    number = seed * 2654435761 % 2**32
    h, state = model.hidden(torch.tensor(page.encode("\n"))[None], model.initial_state(1))
    for _ in range(count):
        number ^= number << 13 & 0xFFFFFFFF
        number ^= number >> 17
        number ^= number << 5 & 0xFFFFFFFF
        logits = (h[0, -1] @ model.output.Q.T + model.output.b_Q).double()
        shares = torch.softmax(logits / temperature, 0).cumsum(0)
        x = int((shares <= number / 2**32).sum())
        text += ALPHABET[x]
        h, state = model.hidden(torch.tensor([[x]]), state)
    return text


def in_torch(moment: int, text: str, unit: int) -> tuple[list[float], float]:
    """tanh c of a unit after each character, and the mean of the bits, by the course's model."""
    torch = pytest.importorskip("torch")
    model = network(moment)
    ids = torch.tensor(page.encode("\n" + text))[None]
    with torch.inference_mode():
        losses, _ = model.losses(ids[:, :-1], ids[:, 1:], model.initial_state(1))
        state, cells = model.initial_state(1), []
        for x in ids[0]:
            _, state = model.hidden(x.view(1, 1), state)
            cells.append(float(torch.tanh(state[1][0, unit])))
    return cells[1:], float(losses.mean() / np.log(2))


@needs_chromium
@pytest.mark.browser
def test_it_is_scrubbed_and_agrees_with_torch(bench, tmp_path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    torch = pytest.importorskip("torch")
    models = tmp_path / "_static" / "models"
    models.mkdir(parents=True)
    (models / "run.js").write_text(training_run.script(), "utf8")
    page = bench(figures.training_run())
    reading = page.locator(".ck-reading")
    assert f"{RUN['bits'][-1]:.2f} bits per character" in reading.inner_text()
    page.get_by_role("button", name="fetches").press("Enter")
    page.wait_for_selector(".ck[data-cells]")
    unit = RUN["units"]["inside brackets"]["unit"]
    for key, moment in ((None, 29), ("ArrowLeft", 28), ("Home", 0)):
        if key:
            page.get_by_role("slider", name="updates").press(key)
        cells, bits = in_torch(moment, training_run.TEXT, unit)
        np.testing.assert_allclose(exposed(page, "cells"), cells, atol=2e-5)
        assert exposed(page, "own") == pytest.approx(bits, abs=1e-4)
        assert exposed(page, "bits") == RUN["bits"][moment]
    page.get_by_role("slider", name="updates").press("End")
    for key, temperature in ((None, 0.8), ("Home", 0.1), ("End", 2)):
        if key:
            page.get_by_role("slider", name="temperature").press(key)
        sample = page.locator(".ck").get_attribute("data-sample")
        assert len(sample) == 200
        with torch.inference_mode():
            assert sample[:40] == written(29, 1, temperature, 40)
    page.get_by_role("slider", name="updates").press("Home")
    page.get_by_role("button", name="Another sample").click()
    assert page.locator(".ck").get_attribute("data-sample") != sample
    page.get_by_role("textbox").fill("x")
    assert len(exposed(page, "cells")) == 1
    page.get_by_role("slider", name="unit").press("ArrowRight")
    assert exposed(page, "cells")[0] != cells[0]


def test_a_moment_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="moments 0 to 29"):
        figures.training_run(30)
    with pytest.raises(ValueError, match="lies between"):
        figures.training_run(temperature=0)
