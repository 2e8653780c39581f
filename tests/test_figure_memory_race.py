"""The memory race: its engine against PyTorch, its races against themselves, in browsers."""

import gzip
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from built_book import HTML
from figure_node import in_node
from test_book_browser import (  # noqa: F401
    AXE,
    CHROMIUM,
    Watch,
    bench,
    browser,
    exposed,
)

from coursekit import figures, measured
from coursekit.figures import framework
from coursekit.figures.gallery.memory_race import CELLS, TASKS

torch = pytest.importorskip("torch")
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book" / "_ext"))
from course_minify import minified  # noqa: E402

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
SETTINGS = {"race": 0, "lag": 6, "seed": 3, "n": 5, "rate": 0.01, "clip": 1, "truncate": 1000}

LEARNING = """
const plain = (arrays) => Object.fromEntries(Object.entries(arrays).map(([k, v]) => [k, [...v]]));
console.log(JSON.stringify(given.map((settings) => {
  const task = raceTask(settings.task, settings.lag, raceDraws(3, 2));
  const net = new RaceNetwork(settings.racers[0], task, settings);
  const [weights, losses] = [plain(net.weights), []];
  const draw = raceDraws(9, 9);
  net.weights.b.forEach((v, i, b) => { b[i] = v + draw() - 0.5; });
  weights.b = [...net.weights.b];
  let gradients, norms;
  const batches = [0, 1, 2, 3].map(() => raceExamples(task, 8));
  for (const examples of batches) {
    losses.push(net.learn(examples, 8).loss);
    gradients ??= plain(net.gradients);
    norms ??= [...net.norms];
    net.step();
  }
  const { steps, width, inputs, outputs } = task;
  const data = batches.map(plain);
  return { weights, gradients, norms, losses, data, after: plain(net.weights),
    steps, width, inputs, outputs };
})));
"""


def cell_in_torch(name: str, w: dict[str, Any], u: Any, cut: int) -> tuple[Any, list[Any]]:
    """The last state, and the states (h; with c for the LSTM) after each step; (b, t, m) inputs."""
    n = len(w["Q"][0])
    h = c = torch.zeros(len(u), n, dtype=torch.double)
    states = []
    for t in range(u.shape[1]):
        if t == u.shape[1] - cut:
            h, c = h.detach(), c.detach()
        a, back = u[:, t] @ w["U"] + w["b"], h @ w["W"].T if w["W"].numel() else None
        if name == "lstm":
            f, i, o, g = (a + back).split(n, 1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            c = _kept(c)
            h = o.sigmoid() * c.tanh()
        elif name == "gru":
            (ar, au, ag), (br, bu, bg) = a.split(n, 1), back.split(n, 1)
            g = (ag + (ar + br).sigmoid() * bg).tanh()
            h = (au + bu).sigmoid() * h + (1 - (au + bu).sigmoid()) * g
        elif name == "linear":
            au, g = a.split(n, 1)
            h = au.sigmoid() * h + (1 - au.sigmoid()) * g
        else:
            h = (a + back).relu() if name == "identity" else (a + back).tanh()
        h = _kept(h)
        states.append(h)
    return h, states


def _kept(x: Any) -> Any:
    if x.requires_grad:
        x.retain_grad()
    return x


def loss_in_torch(w: dict[str, Any], h: Any, target: Any) -> Any:
    y = h @ w["Q"].T + w["q"]
    if y.shape[1] == 1:
        return ((y[:, 0] - target) ** 2).mean()
    return torch.nn.functional.cross_entropy(y, target.long())


def as_torch(run: dict[str, Any], n: int, blocks: int) -> dict[str, Any]:
    shapes = {"U": (-1, blocks * n), "W": (-1, n), "b": (-1,), "Q": (-1, n), "q": (-1,)}
    return {
        key: torch.tensor(run["weights"][key], dtype=torch.double).reshape(shape).requires_grad_()
        for key, shape in shapes.items()
    }


def inputs_of(run: dict[str, Any], batch: dict[str, Any]) -> Any:
    u = np.zeros((8, run["steps"], run["inputs"]))
    places = np.reshape(batch["index"], (8, run["steps"], run["width"]))
    values = np.reshape(batch["value"], places.shape)
    for (s, t, w), place in np.ndenumerate(places):
        u[s, t, place] += values[s, t, w]
    return torch.tensor(u)


CASES = [
    {**SETTINGS, "task": task, "truncate": cut, "racers": [{"cell": cell, "bias": 1}]}
    for cell in CELLS
    for task, cut in (("noise", 1000), ("brackets", 4), ("adding", 1000))
]


@pytest.fixture(scope="module")
def runs() -> list[Any]:
    found: list[Any] = in_node("memory_race", LEARNING, CASES)
    return found


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=lambda i: str(list(CASES[i].values())[-2:])
)
def test_gradients_and_updates_are_those_of_torch(runs: list[Any], number: int) -> None:
    """Gradients by autograd, then four updates by torch's Adam with its clipping."""
    case, run = CASES[number], runs[number]
    cell, cut = case["racers"][0]["cell"], case["truncate"]
    w = as_torch(run, case["n"], {"lstm": 4, "gru": 3, "linear": 2}.get(cell, 1))
    used = [v for v in w.values() if v.numel()]
    adam = torch.optim.Adam(used, case["rate"])
    for k, batch in enumerate(run["data"]):
        h, _ = cell_in_torch(cell, w, inputs_of(run, batch), cut)
        loss = loss_in_torch(w, h, torch.tensor(batch["target"], dtype=torch.double))
        adam.zero_grad()
        loss.backward()
        assert run["losses"][k] / 8 == pytest.approx(loss.item(), abs=1e-6)
        if k == 0:
            for key, value in w.items():
                if value.numel():
                    wanted = value.grad.flatten().numpy()
                    assert np.abs(wanted).max() > 1e-4, key
                    np.testing.assert_allclose(run["gradients"][key], wanted, atol=1e-9, rtol=1e-5)
        torch.nn.utils.clip_grad_norm_(used, case["clip"])
        adam.step()
    for key, value in w.items():
        np.testing.assert_allclose(run["after"][key], value.detach().flatten(), atol=1e-5)


@pytest.mark.parametrize("cell", ["rnn", "identity", "gru", "linear"])
def test_norms_by_distance_are_those_of_autograd(runs: list[Any], cell: str) -> None:
    number = next(i for i, c in enumerate(CASES) if c["racers"][0]["cell"] == cell)
    run = runs[number]
    w = as_torch(run, 5, {"gru": 3, "linear": 2}.get(cell, 1))
    h, states = cell_in_torch(cell, w, inputs_of(run, run["data"][0]), 1000)
    target = torch.tensor(run["data"][0]["target"])
    (loss_in_torch(w, h, target) * 8).backward()
    wanted = [float((s.grad**2).sum() / 8) ** 0.5 for s in states[::-1]]
    np.testing.assert_allclose(run["norms"], wanted, rtol=1e-6)


def test_norms_of_an_lstm_are_those_of_the_book(runs: list[Any]) -> None:
    """h and c together, each as the next step reads it: as in `probes.memory.state_gradients`."""
    number = next(i for i, c in enumerate(CASES) if c["racers"][0]["cell"] == "lstm")
    run, n = runs[number], 5
    w = {key: value.detach() for key, value in as_torch(run, n, 4).items()}
    order = [1, 0, 3, 2]  # torch: i, f, g, o; here f, i, o, g

    def turned(x: Any) -> Any:
        return torch.cat([x.split(n)[k] for k in order])

    cell = torch.nn.LSTM(run["inputs"], n, batch_first=True).double()
    with torch.no_grad():
        cell.weight_ih_l0.copy_(turned(w["U"].T))
        cell.weight_hh_l0.copy_(turned(w["W"]))
        cell.bias_ih_l0.copy_(turned(w["b"]))
        cell.bias_hh_l0.zero_()
    u = inputs_of(run, run["data"][0])
    state, states = None, []
    for t in range(run["steps"]):
        _, state = cell(u[:, t : t + 1], state)
        states.append([_kept(part) for part in state])
    target = torch.tensor(run["data"][0]["target"])
    (loss_in_torch(w, states[-1][0][0], target) * 8).backward()
    squares = [sum(float((p.grad**2).sum()) for p in s if p.grad is not None) for s in states]
    np.testing.assert_allclose(run["norms"], np.sqrt(np.array(squares[::-1]) / 8), rtol=1e-6)


RACING = """
const race = (views) => {
  const it = new Race(given), work = it.train();
  while (it.update < 12) if (work.next().value && views) it.views();
  return [it.points, it.networks.map((n) => [...n.weights.Q]), it.learnt];
};
console.log(JSON.stringify([race(false), race(true), raceOrthogonal(6, raceDraws(1, 0))]));
"""


def test_a_race_repeats_itself_whether_looked_at_or_not() -> None:
    racers = [{"cell": "gru", "bias": 1}, {"cell": "orthogonal", "bias": 0}]
    given = {**SETTINGS, "task": "adding", "racers": racers}
    one, other, matrix = in_node("memory_race", RACING, given)
    assert one == other
    assert one[0][0] != in_node("memory_race", RACING, {**given, "seed": 4})[0][0][0]
    assert len(one[0][0]) == 12
    W = np.array(list(matrix.values())).reshape(6, 6)
    np.testing.assert_allclose(W @ W.T, np.eye(6), atol=1e-12)


TASKS_IN_NODE = """
console.log(JSON.stringify(given.map((name) => {
  const task = raceTask(name, 12, raceDraws(1, 2));
  const { index, value, target } = raceExamples(task, 2000);
  return [task.chance, [...index], [...value], [...target]];
})));
"""


def test_right_answers_are_right_and_guessing_is_what_it_says() -> None:
    for name, (chance, index, value, target) in zip(
        TASKS, in_node("memory_race", TASKS_IN_NODE, TASKS), strict=True
    ):
        x, v = (np.reshape(a, (2000, -1)) for a in (index, value))
        if name == "brackets":
            right = (x == 1).sum(1) - (x == 2).sum(1)
            depth = np.cumsum((x == 1) * 1 - (x == 2) * 1, axis=1)
            assert depth.min() == 0
            assert depth.max() <= 7
        elif name == "adding":
            assert np.allclose(v[:, 1::2].sum(1), 2)
            right = (v[:, ::2] * v[:, 1::2]).sum(1)
        else:
            right = x[:, 0]
            assert x[:, 2::2].min() == (8 if name == "recall" else 0)
            assert (v[:, 1] == (name == "noise")).all()
            assert not v[:, 3::2].any()
        np.testing.assert_allclose(target, right, err_msg=name)
        best = (
            max(np.bincount(target)) / 2000
            if name != "adding"
            else np.mean(np.abs(right - 1) < 0.1)
        )
        assert best == pytest.approx(chance, abs=0.03), name


def test_stored_races_are_those_of_the_engine() -> None:
    sys.path.insert(0, str(ROOT / "experiments"))
    try:
        import memory_race
    finally:
        sys.path.pop(0)
    stored = measured.load("memory_race")
    memory_race.UPDATES = 30
    for name in ("rnn", "lstm 3"):
        found = memory_race.run(*memory_race.RACERS[name], memory_race.RATES[0], 1)
        curve = stored["racers"][name][str(memory_race.RATES[0])]["curve"]
        assert np.round(found["curve"], 3).tolist() == curve[:4]


def test_a_page_grows_by_less_than_15_kilobytes() -> None:
    shrink = partial(minified, ROOT)
    packed = [
        len(gzip.compress(framework.page_script(names, shrink).encode()))
        for names in (["quiz"], ["quiz", "memory_race"])
    ]
    grown = packed[1] - packed[0] + len(figures.memory_race().html())
    assert 3_000 < grown < 15_000


@pytest.mark.parametrize(
    "wrong", [{"task": "nothing"}, {"first": "transformer"}, {"lag": 101}, {"rate": 1}, {"n": 0}]
)
def test_what_cannot_race_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="memory_race"):
        figures.memory_race(**wrong)  # type: ignore[arg-type]


def begun(page: Any) -> Any:
    """The figure, once its engine has looked at the examples for the first time."""
    page.wait_for_selector(
        ".ck[data-update='0'] .ck-reading:has-text('Press Start')", timeout=60_000
    )
    return page


def over(page: Any) -> None:
    page.wait_for_selector(".ck[data-running=false]:not([data-update='0'])", timeout=120_000)


SMALL = {"lag": 5, "n": 8, "first": "rnn", "second": "linear", "rate": 0.02}


@needs_chromium
@pytest.mark.browser
def test_it_is_started_paused_and_stepped_by_keyboard(bench: Any) -> None:  # noqa: F811
    page = begun(bench(figures.memory_race(**{**SMALL, "lag": 60, "n": 16})))
    assert page.locator(".ck-standing").all_inner_texts() == ["not trained yet"] * 2
    page.get_by_role("button", name="Start").press("Enter")
    page.get_by_role("button", name="Pause").press("Space")
    over(page)
    before = exposed(page, "update")
    assert before < 800
    page.get_by_role("button", name="Step").press("Enter")
    page.wait_for_selector(f".ck[data-update='{before + 1}']")
    page.get_by_role("button", name="Go on").press("Enter")
    page.get_by_role("button", name="Pause").press("Enter")
    page.get_by_role("button", name="Reset").press("Enter")
    begun(page)


@needs_chromium
@pytest.mark.browser
def test_it_ends_by_itself_and_says_how(bench: Any) -> None:  # noqa: F811
    page = begun(bench(figures.memory_race(**SMALL)))
    reading, alt = page.locator(".ck-reading"), page.locator("svg.ck-svg")
    page.get_by_role("button", name="Start").press("Enter")
    over(page)
    learnt, update = exposed(page, "learnt"), exposed(page, "update")
    assert all(learnt) or update == 800
    begins = f"document.querySelector('svg.ck-svg').ariaLabel.startsWith('Update {update}.')"
    page.wait_for_function(begins)
    said = page.locator(".ck-live").inner_text()
    assert said.startswith(f"Paused. Update {update}. RNN: ")
    assert said.removeprefix("Paused. ") == alt.get_attribute("aria-label")
    assert f"learnt at update {max(learnt)}" in said
    assert "another may end otherwise" in reading.inner_text()
    for panel in ("right answers", "loss (nats)", "what is left of the gradient", "state h"):
        assert panel in alt.inner_html()
    paths = alt.locator("path.ck-line").evaluate_all("all => all.map(p => p.getAttribute('d'))")
    assert len(paths) == 6
    assert all(d.count("L") > 2 for d in paths)


@needs_chromium
@pytest.mark.browser
def test_every_control_makes_another_race_and_the_gates_are_shown(bench: Any) -> None:  # noqa: F811
    page = begun(bench(figures.memory_race(**SMALL)))
    image = page.locator("svg image").last
    state = image.get_attribute("href")
    page.get_by_role("radio", name="the gate that keeps").check()
    page.wait_for_function(
        "s => [...document.querySelectorAll('image')].at(-1).getAttribute('href') !== s", arg=state
    )
    page.wait_for_selector("svg text:has-text('has no gate')")
    assert page.get_by_role("slider", name="forget bias").count() == 1
    page.get_by_role("combobox", name="first network").select_option("lstm")
    assert page.get_by_role("slider", name="forget bias").count() == 2
    page.locator("summary").press("Enter")
    race = exposed(page, "race")
    for name in ("over so many steps", "units", "learning rate", "clip", "cut the gradient"):
        page.get_by_role("slider", name=name).press("ArrowLeft")
    for name in ("recall in noise", "count brackets", "add two numbers"):
        page.get_by_role("radio", name=name).check()
        page.wait_for_selector(f".ck:not([data-race='{race}'])")
        race = exposed(page, "race")
    source = Path(__import__("axe_playwright_python").__file__).parent / "axe.min.js"
    page.evaluate(source.read_text("utf8"))
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        result = page.evaluate("options => axe.run('.ck-figure', options)", AXE)
        assert not [(v["id"], v["nodes"][0]["target"]) for v in result["violations"]], theme
    for width in (360, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@needs_chromium
@pytest.mark.browser
def test_a_link_holds_the_race(bench: Any) -> None:  # noqa: F811
    page = begun(bench(figures.memory_race(**SMALL)))
    page.get_by_role("button", name="Another seed").press("Enter")
    page.get_by_role("button", name="Link").press("Enter")
    page.wait_for_function("location.hash.includes('seed=2')")
    address = page.evaluate("location.href")
    given = page.evaluate("document.querySelector('.ck-figure').model.state")
    page.goto("about:blank")
    page.goto(address.replace("lag=5", "lag=10").replace("n=8", "n=9999") + "&view=x&nonsense=1")
    begun(page)
    wanted = {**given, "lag": 10}
    assert page.evaluate("document.querySelector('.ck-figure').model.state") == wanted


@needs_chromium
@pytest.mark.browser
def test_it_runs_by_touch_on_a_phone_without_a_network(browser: Any, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "race.html"
    path.write_text(framework.page(figures.memory_race(**SMALL)), "utf8")
    phone = {"width": 360, "height": 800}
    context = browser.new_context(viewport=phone, has_touch=True, offline=True)
    watch = Watch(context, "file:")
    watch.open(path.as_uri())
    page = begun(watch.page)
    page.get_by_role("radio", name="recall in noise").tap()
    page.wait_for_selector(".ck[data-race='2']")
    begun(page).get_by_role("button", name="Start").tap()
    over(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()
    assert not watch.faults


@needs_chromium
@pytest.mark.browser
@pytest.mark.book
@pytest.mark.parametrize("chapter", ["08-vanishing-and-exploding-gradients", "10-lstm"])
def test_it_runs_in_its_chapters_from_a_link(browser: Any, chapter: str) -> None:  # noqa: F811
    """With the book's own style sheet and shrunk scripts; nothing runs before it is asked."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, offline=True)
    watch = Watch(context, "file:")
    watch.open((HTML / "chapters" / f"{chapter}.html").as_uri() + "#memory-race?lag=10&seed=7")
    figure = watch.page.locator(".ck-memory_race")
    figure.locator("xpath=self::*[@data-update='0']").wait_for(timeout=60_000)
    assert figure.get_attribute("data-where") == "worker"
    assert figure.evaluate("f => f.getBoundingClientRect().top < innerHeight")
    figure.get_by_role("button", name="Step").click()
    watch.page.wait_for_selector(".ck[data-update='1']")
    assert "seed 7, update 1" in figure.inner_text()
    assert "right, loss 2." in figure.locator(".ck-standing").last.inner_text()
    assert figure.locator(".ck-racer").last.evaluate("r => getComputedStyle(r).padding") != "0px"
    assert figure.locator(".ck-go").evaluate("b => getComputedStyle(b).fontWeight") == "600"
    context.close()
    assert not watch.faults


FIRST_POINTS = """async ({ worker, source, state }) => {
  if (!worker) globalThis.Worker = class { constructor() { throw new Error("none here"); } };
  const points = [];
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { raceEngine } = await import(url);
  await new Promise((go) => {
    const engine = raceEngine((report) => {
      points.push(...report.points);
      if (report.update === 3) { engine.end(); go(); }
    });
    engine.begin(state);
    for (let i = 0; i < 3; i++) engine.step();
  });
  return points;
}"""


def points_of(page: Any, *, worker: bool) -> Any:
    state = {**SETTINGS, "task": "recall", "racers": [{"cell": "lstm", "bias": 3}]}
    source = framework.source("memory_race") + "\nexport { raceEngine };"
    return page.evaluate(FIRST_POINTS, {"worker": worker, "source": source, "state": state})


def work_of_the_page(page: Any, act: Callable[[], None], path: Path) -> list[float]:
    """Milliseconds of CPU that each task of the page's main thread took, whatever else ran."""
    chromium = page.context.browser
    chromium.start_tracing(page=page, path=path, categories=["toplevel"])
    act()
    chromium.stop_tracing()
    events = json.loads(path.read_text())["traceEvents"]
    names = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    return [
        e["tdur"] / 1000
        for e in events
        if e["name"] == "ThreadControllerImpl::RunTask"
        and "tdur" in e
        and names.get((e["pid"], e["tid"])) == "CrRendererMain"
    ]


@needs_chromium
@pytest.mark.browser
def test_the_page_never_pauses_while_networks_train(bench: Any, tmp_path: Path) -> None:  # noqa: F811
    page = begun(bench(figures.memory_race()))

    def train() -> None:
        page.get_by_role("button", name="Start").click()
        page.wait_for_timeout(2500)
        page.get_by_role("button", name="Pause").click()

    tasks = work_of_the_page(page, train, tmp_path / "trace.json")
    assert exposed(page, "update") > 5
    assert len(tasks) > 50
    assert max(tasks) < 50


@needs_chromium
@pytest.mark.browser
def test_without_a_worker_the_race_is_the_same(bench: Any) -> None:  # noqa: F811
    page = bench(figures.quiz())
    with_worker = points_of(page, worker=True)
    assert sum(map(len, with_worker)) == 3
    assert points_of(page, worker=False) == with_worker


@needs_chromium
@pytest.mark.browser
def test_without_a_worker_it_runs_in_the_page(bench: Any) -> None:  # noqa: F811
    page = bench(figures.quiz())
    page.evaluate("globalThis.Worker = undefined")
    source, state = framework.source("memory_race"), figures.memory_race(**SMALL).state
    page.evaluate(
        """async ({ source, state }) => {
          const model = { get: (k) => state[k], set() {}, save_changes() {}, on() {}, off() {} };
          const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
          const el = document.createElement("div");
          document.body.replaceChildren(el);
          (await import(url)).default.render({ model, el });
        }""",
        {"source": source, "state": state},
    )
    begun(page)
    assert page.locator(".ck").get_attribute("data-where") == "page"
    page.get_by_role("button", name="Start").click()
    over(page)


@needs_chromium
@pytest.mark.browser
def test_far_from_the_screen_it_waits_and_is_drawn_for_paper(bench: Any) -> None:  # noqa: F811
    page = bench(figures.quiz())
    page.evaluate(
        """async ({ source, state }) => {
          const model = { get: (k) => state[k], set() {}, save_changes() {}, on() {}, off() {} };
          const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
          const el = document.createElement("div");
          el.style.marginTop = "5000px";
          document.body.replaceChildren(el);
          (await import(url)).default.render({ model, el });
        }""",
        {"source": framework.source("memory_race"), "state": figures.memory_race(**SMALL).state},
    )
    page.wait_for_timeout(300)
    figure = page.locator(".ck")
    assert figure.get_attribute("data-update") is None
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert figure.get_attribute("data-update") is None  # nothing of it stays
    assert figure.locator(".ck-reading").inner_text().startswith("Press Start. The example reads")
    assert "right answers" in figure.locator("svg.ck-svg").inner_html()


@needs_chromium
@pytest.mark.browser
def test_a_race_that_is_taken_away_stops(bench: Any) -> None:  # noqa: F811
    page = bench(figures.quiz())
    ended = page.evaluate(
        """async ({ source, state }) => {
          const workers = [];
          const Real = Worker;
          globalThis.Worker = class extends Real {
            constructor(url) { super(url); this.ended = false; workers.push(this); }
            terminate() { super.terminate(); this.ended = true; }
          };
          const model = { get: (k) => state[k], set() {}, save_changes() {}, on() {}, off() {} };
          const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
          const el = document.createElement("div");
          document.body.replaceChildren(el);
          const end = (await import(url)).default.render({ model, el });
          const figure = el.querySelector(".ck");
          while (!figure.dataset.update) await new Promise((go) => setTimeout(go, 20));
          [...el.querySelectorAll("button")].find((b) => b.textContent === "Start").click();
          end();
          return workers.map((w) => w.ended);
        }""",
        {"source": framework.source("memory_race"), "state": figures.memory_race(**SMALL).state},
    )
    assert ended == [True]
