"""Each figure where readers meet it: in the built book, from a file: address, without a network.

It is moved by keyboard, then by pointer; after each the numbers that it shows are read back and
compared with those of Python for the state in which it then is.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from built_book import HTML, ROOT
from figure_numbers import (
    batching_numbers,
    bptt_triangle_numbers,
    branching_numbers,
    cell_numbers,
    chain_graph_numbers,
    clipping_wall_numbers,
    completion_numbers,
    forcing_numbers,
    mixture_numbers,
    pooling_numbers,
    scan_numbers,
    summary_numbers,
    temperature_numbers,
    unrolled_numbers,
    vanishing_numbers,
    window_numbers,
)
from test_book_browser import Watch, browser, pytestmark  # noqa: F401

from coursekit import figures
from coursekit.figures.gallery.directions import reach
from coursekit.figures.gallery.memory_horizons import memory_horizons_numbers

State = dict[str, Any]
Numbers = dict[str, Any]


def completion(s: State) -> Numbers:
    p = completion_numbers(s["phrase"], s["order"]).sum(0)
    return {"unknown": p[0], "total": 1.0, "first": np.sort(p[1:])[-1]}


def clipping_wall(s: State) -> Numbers:
    def end(threshold: float | None) -> list[float]:
        points, errors = clipping_wall_numbers(s["w"], s["b"], s["rate"], threshold, s["updates"])
        return [*points[-1], errors[-1]]

    return {"clipped": end(s["threshold"]), "without": end(None)}


def memory_horizons(s: State) -> Numbers:
    cell = memory_horizons_numbers()["cells"][s["cell"]]
    found = cell["truncated" if s["truncated"] else "full"]
    return {"gradient": cell["gradient"], **found}


def mixture(s: State) -> Numbers:
    losses, seen = s["losses"], s["seen"]
    return {"perplexity": mixture_numbers(losses[0], losses[s["network"]], seen, s["weight"])}


def vanishing(s: State) -> Numbers:
    norms, factor = vanishing_numbers(s["rho"], s["phi"], s["kind"])
    return {"norms": norms, "factor": factor}


def pooling(s: State) -> Numbers:
    found = pooling_numbers(s["losses"], s["cut"])
    return dict(zip(("pooled", "ofMeans", "ofPerplexities"), found, strict=True))


def state_summary(s: State) -> Numbers:
    asked = (s["sentence"], s["network"], s["place"], s["padding"])
    masked, counted = summary_numbers(*asked)
    return {"masked": masked, "counted": counted}


def directions(s: State) -> Numbers:
    found = reach(len(s["words"]), s["direction"], s["layers"], s["position"])
    return {"words": found.words, "longest": found.longest, "next": found.sees_next}


def bptt_triangle(s: State) -> Numbers:
    return {"cosine": bptt_triangle_numbers(s["gain"], s["mode"], s["K"])[1]}


def chain_graph(s: State) -> Numbers:
    values, _ = chain_graph_numbers(s["graph"], s["value"])
    return {"values": values}


def batching(s: State) -> Numbers:
    found = batching_numbers(len(s["text"]), s["rows"], s["window"], s["update"], s["carry"])
    return {"updates": found.updates, "context": found.context, "gradient": found.gradient}


def temperature(s: State) -> Numbers:
    found = temperature_numbers(s["context"], s["temperature"], s["top_p"])
    return {"kept": found.kept, "perplexity": found.perplexity}


def branching(s: State) -> Numbers:
    entropy, perplexity = branching_numbers(s["weights"])
    return {"entropy": entropy, "perplexity": perplexity}


def unrolled(s: State) -> Numbers:
    states, predictions = unrolled_numbers(s["sentence"], s["recurrent"])
    return {"state": states[s["step"]], "prediction": predictions[s["step"]]}


def forcing(s: State) -> Numbers:
    losses, perplexity = forcing_numbers(s["fed"], s["step"])
    return {"losses": losses, "perplexity": perplexity}


def lstm_cell(s: State) -> Numbers:
    numbers = cell_numbers(s["c"], s["candidate"], s["f"], s["i"], s["o"])
    return numbers._asdict()


def scan(s: State) -> Numbers:
    return scan_numbers(s["a"], s["b"], s["step"])._asdict()


def window(s: State) -> Numbers:
    return window_numbers(s["w"], s["d"], s["m"])._asdict()


TRUTH: dict[str, Callable[[State], Numbers]] = {
    function.__name__: function
    for function in (
        *(batching, bptt_triangle, branching, chain_graph, clipping_wall, completion, directions),
        *(forcing, lstm_cell, memory_horizons, mixture, pooling, scan, state_summary),
        *(temperature, unrolled, vanishing, window),
    )
}
# What these show are no numbers, or are compared in tests of their own: test_book_browser.py, and
# those of language models, gradients and the race, which also open a chapter.
WORDS = {"quiz", "predict", "gates", "gradient_flow", "language_model", "memory_race"}
WORDS |= {"shannon_game", "training_run"}
# One iterates a map that magnifies rounding, the other has its shares stored in steps of 0.001.
LOOSE = {"clipping_wall": {"rtol": 1e-4, "atol": 1e-5}, "state_summary": {"rtol": 0, "atol": 6e-4}}


def test_every_figure_is_compared_with_python() -> None:
    assert {*TRUTH, *WORDS} == set(figures.FIGURES)


@pytest.fixture(scope="module")
def offline(browser: object) -> Iterator[Watch]:  # noqa: F811
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce", offline=True
    )
    watch = Watch(context, "file:")
    yield watch
    context.close()
    assert not watch.faults


def opened(watch: Watch, name: str) -> object:
    """The first place in the book where the figure lives, and the figure."""
    mark = f'data-figure=\\"{name}\\"'
    page = next(p for p in sorted((ROOT / "chapters").glob("*.ipynb")) if mark in p.read_text())
    watch.open((HTML / "chapters" / f"{page.stem}.html").as_uri())
    figure = watch.page.locator(f'.ck-figure[data-figure="{name}"]').first
    figure.scroll_into_view_if_needed()
    return figure


def state(figure: object) -> State:
    return figure.evaluate("root => root.model.state")  # type: ignore[attr-defined,no-any-return]


def seen(figure: object) -> list[str | None]:
    """The reading below a figure and the words that describe its drawing."""
    return figure.evaluate(  # type: ignore[attr-defined,no-any-return]
        "root => [root.innerText, root.querySelector('.ck-svg')?.getAttribute('aria-label')]"
    )


def agrees(figure: object, name: str) -> None:
    if name == "chain_graph":  # begins empty, and so does each new graph
        figure.get_by_role("button", name="Next").click()  # type: ignore[attr-defined]
    shown = figure.locator(".ck").evaluate("root => ({ ...root.dataset })")  # type: ignore[attr-defined]
    found = {
        key: json.loads(value) if value[:1] in '[{"-0123456789tfn' else value
        for key, value in shown.items()
    }
    if name == "completion":
        found["first"] = found["probabilities"][0]
    for key, value in TRUTH[name](state(figure)).items():
        if isinstance(value, dict):
            assert found[key], key  # a graph shows the nodes that were reached
            part = {node: value[node] for node in found[key]}
            assert found[key] == pytest.approx(part, rel=1e-6, abs=1e-9), key
        else:
            loose = LOOSE.get(name, {"rtol": 1e-6})
            np.testing.assert_allclose(found[key], value, err_msg=key, **loose)


def by_keyboard(figure: object) -> None:
    """The first control that can be moved, by the key that moves it."""
    handle = figure.locator(  # type: ignore[attr-defined]
        "input[type=range], .ck-handle, input[type=radio], input[type=checkbox], button:enabled"
    ).first
    handle.focus()
    kind = handle.get_attribute("type")
    # A handle of a drawing has no type.
    keys = {"button": "Enter", "checkbox": "Space", None: "ArrowLeft"}
    handle.press(keys.get(kind, "ArrowRight"))
    if kind == "range" and not handle.evaluate("e => e.valueAsNumber < +e.max"):
        handle.press("ArrowLeft")


def by_pointer(figure: object) -> None:
    """A click into another control: far along a slider, else on a button or an option."""
    slider = figure.locator("input[type=range]").last  # type: ignore[attr-defined]
    if slider.count():
        box = slider.bounding_box()
        share = 0.2 if slider.evaluate("e => (e.value - e.min) / (e.max - e.min)") > 0.5 else 0.85
        slider.click(position={"x": share * box["width"], "y": box["height"] / 2})
        return
    figure.locator("label:has(input:not(:checked)), button:enabled").last.click()  # type: ignore[attr-defined]


@pytest.mark.book
@pytest.mark.parametrize("name", sorted(TRUTH))
@pytest.mark.parametrize("move", [by_keyboard, by_pointer])
def test_it_moves_in_the_book_and_agrees_with_python(
    offline: Watch, name: str, move: Callable[[object], None]
) -> None:
    figure = opened(offline, name)
    agrees(figure, name)
    before, looked = state(figure), seen(figure)
    move(figure)
    assert state(figure) != before
    assert seen(figure) != looked
    agrees(figure, name)


@pytest.mark.book
@pytest.mark.parametrize("name", ["quiz", "predict"])
def test_questions_are_answered_by_keyboard_and_by_pointer(offline: Watch, name: str) -> None:
    for press in ("Enter", None):
        figure = opened(offline, name)
        offline.page.evaluate("localStorage.clear()")
        offline.page.reload()
        offline.page.wait_for_function(
            "[...document.querySelectorAll('.ck-figure')].every(f => f.dataset.alive)"
        )
        looked = seen(figure)
        if name == "predict":
            figure.locator("input").fill("7")
        button = figure.locator("button:enabled").first
        button.press(press) if press else button.click()
        assert seen(figure) != looked


@pytest.mark.book
def test_the_cover_has_a_race_that_begins_when_it_is_asked_for(offline: Watch) -> None:
    offline.open((HTML / "book" / "index.html").as_uri())
    page = offline.page
    assert page.locator(".ck").count() == 0
    assert "raceEngine" not in page.content()
    page.get_by_role("button", name="Start the race").press("Enter")
    page.wait_for_selector(".ck[data-running=true]")
    page.wait_for_function("+document.querySelector('.ck').dataset.update > 3")
    page.locator("button:focus", has_text="Pause").press("Enter")
    page.wait_for_selector(".ck[data-running=false]")
    assert page.locator(".cover-race select:visible, .cover-race input:visible").count() == 3
