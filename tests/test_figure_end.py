"""A figure that is taken away leaves nothing behind: JupyterLab drops views as it likes."""

import pytest
from test_book_browser import bench, browser, pytestmark  # noqa: F401

from coursekit import figures
from coursekit.figures import framework

# Draws a second view of a figure, uses it, ends it by the signal or by the clean-up function; gives
# what listens to the model then and after.
SECOND_VIEW = """async ({ source, state, press, bySignal }) => {
  const listening = new Set();
  const model = {
    get: (key) => state[key],
    set: (key, value) => {
      state[key] = value;
      for (const [name, handler] of listening) if (name === `change:${key}`) handler();
    },
    save_changes() {},
    on: (name, handler) => listening.add([name, handler]),
    off: (name, handler) => {
      for (const one of listening) if (one[0] === name && one[1] === handler) listening.delete(one);
    },
  };
  const timers = new Set(), { setInterval: begin, clearInterval: end } = window;
  window.setInterval = (...all) => { const it = begin(...all); timers.add(it); return it; };
  window.clearInterval = (it) => { timers.delete(it); end(it); };
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const figure = (await import(url)).default;
  const el = document.body.appendChild(document.createElement("div"));
  const view = new AbortController();
  const given = bySignal ? { model, el, signal: view.signal } : { model, el };
  const close = await figure.render(given);
  const button = [...el.querySelectorAll("button")].find((b) => b.textContent.startsWith(press));
  if (button) button.click();
  const reading = () => el.querySelector(".ck-reading")?.textContent ?? "";
  for (let i = 0; i < 300 && reading().startsWith("Fetching"); i++) {
    await new Promise((go) => setTimeout(go, 20));
  }
  const during = listening.size;
  if (bySignal) view.abort(); else close?.();
  const left = [listening.size, timers.size];
  el.remove();
  return { during, left };
}"""
# Without a state that others may change there is nothing to listen to.
STILL = {"predict", "quiz"}
WITH_MODEL = {"gates", "language_model"}


@pytest.mark.parametrize("by_signal", [True, False], ids=["signal", "clean-up"])
@pytest.mark.parametrize("name", sorted(figures.FIGURES))
def test_nothing_listens_to_a_figure_that_was_taken_away(
    bench,  # noqa: F811
    name: str,
    by_signal: bool,
) -> None:
    """Newer versions of anywidget pass a signal, older ones only call what ``render`` returns."""
    figure = getattr(figures, name)()
    page = bench(figure)
    if name in WITH_MODEL:
        page.evaluate("stored => (globalThis.coursekitModels = { characters: stored })", stored())
    given = {"source": framework.source(name), "state": figure.state, "press": press(name)}
    found = page.evaluate(SECOND_VIEW, {**given, "bySignal": by_signal})
    assert (found["during"] > 0) == (name not in STILL)
    assert found["left"] == [0, 0]


def stored() -> dict[str, object]:
    from coursekit.figures.gallery import language_model

    return language_model.stored("characters")


def press(name: str) -> str:
    """What sets a figure going."""
    return "Start (" if name in WITH_MODEL else "Play"


# Taken away while its weights are on their way from a kernel, or have come and are being unpacked.
TOO_LATE = """async ({ source, state, stored, come }) => {
  const handlers = new Set();
  const model = {
    get: (key) => state[key],
    set: (key, value) => { state[key] = value; },
    save_changes() {},
    on: (_, handler) => handlers.add(handler),
    off: (_, handler) => handlers.delete(handler),
  };
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const el = document.body.appendChild(document.createElement("div"));
  const view = new AbortController();
  (await import(url)).default.render({ model, el, signal: view.signal });
  el.querySelector("button").click();
  const waiting = [...handlers];
  const send = () => {
    state.weights = stored;
    for (const handler of waiting) handler();
  };
  if (come) send();
  view.abort();
  if (!come) send();
  await new Promise((go) => setTimeout(go, 500));
  return [waiting.length, handlers.size, el.querySelectorAll("textarea").length];
}"""


@pytest.mark.parametrize("come", [False, True], ids=["on their way", "being unpacked"])
def test_weights_that_come_too_late_start_nothing(bench, come: bool) -> None:  # noqa: F811
    figure = figures.language_model()
    state = {**figure.state, "kernel": True}
    given = {"source": framework.source("language_model"), "state": state, "stored": stored()}
    assert bench(figure).evaluate(TOO_LATE, {**given, "come": come}) == [1, 0, 0]
