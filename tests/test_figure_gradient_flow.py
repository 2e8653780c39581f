"""Gradient flow: its norms against autograd, and what a reader can do with it in a browser."""

from typing import Any

import numpy as np
import pytest
from figure_node import in_node
from test_book_browser import CHROMIUM, bench, browser, exposed  # noqa: F401

from coursekit import figures

torch = pytest.importorskip("torch")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
SENTENCE = ["the", "keys", "to", "the", "cabinet", "by", "the", "old", "oak", "door", "are"]
SET = {"rho": 0.6, "bias": 1, "truncate": 12, "clip": 100, "seed": 1}  # a clip of 100 clips nothing

CODE = """
console.log(JSON.stringify(given.map(([sentence, word, settings]) => {
  const words = [...new Set(sentence)];
  const { weights } = flowNetwork(words, word - 1, settings);
  const plain = Object.fromEntries(Object.entries(weights).map(([k, v]) => [k, [...v]]));
  return { words, weights: plain, ...flowed(sentence, word, settings) };
})));
"""


def truth(sentence: list[str], word: int, settings: dict[str, Any], run: Any) -> dict[str, Any]:
    """The same by autograd. The gradient of an LSTM's state is that of h and c, as the next step
    reads them; so h and c are leaves of the graph's next part, each a view of its own."""
    n, lstm = 16, settings["cell"] == "lstm"
    w = {key: torch.tensor(v, dtype=torch.double) for key, v in run["weights"].items()}
    shapes = {"U": (-1, 4 * n if lstm else n), "W": (-1, n), "Q": (-1, n)}
    w = {key: v.reshape(shapes.get(key, (-1,))).requires_grad_() for key, v in w.items()}
    h = c = torch.zeros(n, dtype=torch.double)
    states = []
    for t, name in enumerate(sentence[: word - 1]):
        if word - 1 - t == settings["truncate"]:
            h, c = h.detach(), c.detach()
        a = w["U"][run["words"].index(name)] + w["b"] + w["W"] @ h
        if lstm:
            f, i, o, g = a.split(n)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            c = c.clone()  # what the next step reads; h = o tanh c is no part of it
        else:
            h = a.tanh()
        states.append((h, c) if lstm else (h,))
        for part in states[-1]:
            part.retain_grad()
    target = torch.tensor(run["words"].index(sentence[word - 1]))
    loss = torch.nn.functional.cross_entropy(w["Q"] @ h + w["q"], target)
    loss.backward()
    whole = sum(float((v.grad**2).sum()) for v in w.values()) ** 0.5
    share = min(1, settings["clip"] / whole)

    def norm(parts: Any) -> float:
        squares = [float((p.grad**2).sum()) for p in parts if p.grad is not None]
        return share * float(np.sqrt(sum(squares)))

    values = [float(torch.cat(s).norm().detach()) for s in states]
    kept = [s if word - 1 - t <= settings["truncate"] else () for t, s in enumerate(states)]
    return {
        "values": values,
        "gradients": [norm(s) for s in kept],
        "whole": whole,
        "share": share,
        "loss": loss.item(),
    }


CASES = [
    (sentence, word, {**SET, "cell": cell, **changed})
    for cell in ("orthogonal", "lstm")
    for sentence, word, changed in (
        (SENTENCE, 11, {}),
        (SENTENCE, 5, {"rho": 1.7, "bias": 5, "seed": 4}),
        (SENTENCE, 11, {"truncate": 3, "clip": 0.2}),
        (["so", "it", "goes"], 2, {"bias": -2, "rho": 0.3}),
    )
]


def test_norms_at_each_step_are_those_of_autograd() -> None:
    for case, run in zip(CASES, in_node("gradient_flow", CODE, [*map(list, CASES)]), strict=True):
        for key, wanted in truth(*case, run).items():
            np.testing.assert_allclose(run[key], wanted, rtol=1e-9, atol=1e-15, err_msg=key)
    W = np.reshape(in_node("gradient_flow", CODE, [list(CASES[1])])[0]["weights"]["W"], (16, 16))
    np.testing.assert_allclose(np.abs(np.linalg.eigvals(W)), 1.7)


def test_a_word_has_the_same_weights_in_any_sentence() -> None:
    rows = []
    for run in in_node(
        "gradient_flow",
        CODE,
        [[s.split(), 2, CASES[0][2]] for s in ("old keys fit", "no old keys")],
    ):
        rows.append(np.reshape(run["weights"]["U"], (3, 16))[run["words"].index("old")])
    assert rows[0].tolist() == rows[1].tolist()


@pytest.mark.parametrize("wrong", [{"text": "one"}, {"rho": 0}, {"word": 1}, {"clip": 0}])
def test_what_cannot_flow_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="gradient_flow needs"):
        figures.gradient_flow(**wrong)  # type: ignore[arg-type]


def flows(page: Any) -> tuple[Any, Any]:
    return exposed(page, "rnn"), exposed(page, "lstm")


@needs_chromium
@pytest.mark.browser
def test_it_is_typed_into_stepped_and_pointed_at(bench: Any) -> None:  # noqa: F811
    page = bench(figures.gradient_flow())
    cells = [[SENTENCE, 11, {**SET, "cell": cell}] for cell in ("orthogonal", "lstm")]
    np.testing.assert_allclose(
        flows(page), [run["gradients"] for run in in_node("gradient_flow", CODE, cells)]
    )
    reading = page.locator(".ck-reading")
    page.get_by_role("button", name="Back").press("Enter")
    assert page.locator(".ck-place").inner_text() == "step 19 of 20"
    assert "has reached “keys”" in reading.inner_text()
    assert page.locator(".ck-live").inner_text() == reading.inner_text()
    word = page.get_by_role("slider", name="loss of word")
    word.press("ArrowLeft")
    assert word.get_attribute("aria-valuetext") == "door"
    assert len(flows(page)[0]) == 9
    page.locator("svg text", has_text="cabinet").click()
    assert len(flows(page)[0]) == 4
    assert "predict “cabinet”" in page.locator("svg.ck-svg").get_attribute("aria-label")
    page.get_by_role("slider", name="cut the gradient").press("Home")
    assert flows(page)[0][:3] == [0, 0, 0]
    box = page.get_by_role("textbox")
    box.fill("alone")
    assert reading.inner_text() == "Type two words at least."
    box.fill("two words")
    assert len(flows(page)[0]) == 1


@needs_chromium
@pytest.mark.browser
def test_it_plays_to_its_end(bench: Any) -> None:  # noqa: F811
    page = bench(figures.gradient_flow("so it goes", word=3))
    assert page.get_by_role("button", name="Play").count() == 0  # motion is unwanted
    page.emulate_media(reduced_motion="no-preference")
    page.reload()
    page.get_by_role("button", name="Play").press("Enter")
    page.wait_for_selector(".ck-place:has-text('step 1 of 4')")
    page.wait_for_selector(".ck-place:has-text('step 4 of 4')")
    page.wait_for_selector("button:has-text('Play')")
