// Two networks that learn the same task from the same examples, in the page. What the figure is made
// of stands in memory_race/, before this text: cells, draws, tasks, network and runner are the engine.

/** What the reader sees of a race: the curves so far and the last look at the examples.
 * @typedef {{
 *   points: { running: number, mean: number }[][], report: RaceReport,
 *   views: RaceView[], example: RaceReport["example"],
 * }} Seen */

/** Add a report to what is known.
 * @param {Seen | null} seen
 * @param {RaceReport} report
 * @returns {Seen} */
function joined(seen, report) {
  const points = seen?.points ?? report.points.map(() => []);
  report.points.forEach((news, i) => {
    for (const { loss, running } of news) {
      const before = points[i].at(-1)?.mean ?? loss;
      points[i].push({ running, mean: before + 0.1 * (loss - before) });
    }
  });
  const [views, example] = [report.views ?? seen?.views ?? [], report.example ?? seen?.example];
  return { points, report, views, example };
}

/** An answer in words.
 * @param {string} task
 * @param {number[]} answer probabilities of the classes, or the number */
function answered(task, answer) {
  if (answer.length === 1) return kit.number(answer[0]);
  const best = answer.indexOf(Math.max(...answer));
  return `${symbol(task, best)} (${kit.percent(answer[best])})`;
}
/** @param {string} task
 * @param {number} target */
const symbol = (task, target) =>
  task === "adding"
    ? kit.number(target)
    : task === "brackets"
      ? String(target)
      : "ABCDEFGH"[target];

/** The example in words.
 * @param {Model} model
 * @param {Seen} seen */
function exampleInWords(model, { example, views }) {
  const [task, lag] = [model.get("task"), model.get("lag")];
  const right = symbol(task, example?.target ?? 0);
  const story = {
    recall: `reads ${right}, then ${lag} other symbols; the answer is ${right}`,
    noise: `reads a marked ${right}, then ${lag} symbols of the same kind; the answer is ${right}`,
    brackets: `has ${right} brackets open after ${lag} steps`,
    adding: `marks two of ${lag} numbers; their sum is ${right}`,
  }[/** @type {"recall" | "noise" | "brackets" | "adding"} */ (task)];
  const given = views.map(({ answer }) => answered(task, answer));
  return `The example ${story}. The first network answers ${given.join(", the second ")}.`;
}

/** How a network stands.
 * @param {Seen} seen
 * @param {number} i */
function standing({ points, report }, i) {
  const now = points[i].at(-1);
  if (!now) return "not trained yet";
  const when = report.learnt[i];
  const outcome = when ? `learnt at update ${when}` : "not learnt";
  return `${kit.percent(now.running)} right, loss ${kit.number(now.mean)}: ${outcome}`;
}

/** The whole race in words, for those who do not see it.
 * @param {Model} model
 * @param {Seen} seen */
function inWords(model, seen) {
  const [lag, { report, views }] = [model.get("lag"), seen];
  const each = ["first", "second"].map((place, i) => {
    const { norms } = views[i];
    const back = Math.min(lag, norms.length - 1);
    const left = kit.sci(norms[0] ? norms[back] / norms[0] : 0);
    const name = `${raceName(model, place)}: ${standing(seen, i)}`;
    return `${name}; ${left} of the gradient is left ${back} steps back.`;
  });
  return `Update ${report.update}. ${each.join(" ")} ${exampleInWords(model, seen)}`;
}

/** What stands below the race.
 * @param {Model} model
 * @param {Seen} seen */
function reading(model, seen) {
  const { update, seconds } = seen.report;
  const words = exampleInWords(model, seen);
  if (!update) return `Press Start. ${words}`;
  const time = `${update} updates in ${kit.number(seconds, 1)} s of computing.`;
  return `${time} ${words} This is one race, with seed ${model.get("seed")}; another may end otherwise.`;
}

/** Everything that is drawn, for what has been seen.
 * @param {Frame} frame
 * @param {RaceLayout} at */
function painter(frame, at) {
  const { svg, model } = frame;
  const axes = kit.svg("g", {}, svg);
  const [answers, losses, gradients] = [0, 1, 2].map(() => racePens(svg));
  const marks = RACE_PENS.map(([colour]) =>
    kit.svg("circle", { r: 4.5, fill: kit.colour[colour] }, svg),
  );
  const { title, key, tape, strips } = raceStrips(svg, at);
  let drawn = "";
  /** @type {ReturnType<typeof raceAxes> & { distances: ReturnType<typeof raceDistances> }} */
  let scales;
  /** @param {Seen} seen
   * @param {number} steps */
  const scale = ({ report, example }, steps) => {
    let limit = 100;
    while (limit < report.update) limit *= 2;
    const now = [report.race, limit].join();
    if (now === drawn || !example) return;
    drawn = now;
    axes.replaceChildren();
    const distances = raceDistances(axes, at, steps);
    const classes = model.get("task") !== "adding";
    scales = { ...raceAxes(axes, at, limit, report.chance, classes), distances };
    raceTape(tape, model.get("task"), example, distances.time, at.states.y[1]);
  };
  /** @param {Seen} seen */
  const curves = ({ points, report }) => {
    const { x, y, lossX, lossY } = scales;
    const top = lossY.invert(at.loss.y[1]);
    points.forEach((list, i) => {
      const right = list.map(({ running }, k) => [x(k + 1), y(running)]);
      kit.set(answers[i], { d: kit.line([[x(0), y(report.chance)], ...right]) });
      const low = list.map(({ mean }, k) => [k + 1, mean]).filter(([, mean]) => mean <= top);
      kit.set(losses[i], { d: kit.line(low.map(([k, mean]) => [lossX(k), lossY(mean)])) });
      const when = report.learnt[i];
      const place = when ? { cx: x(when), cy: y(list[when - 1].running) } : {};
      kit.set(marks[i], { ...place, visibility: when ? "visible" : "hidden" });
    });
  };
  /** @param {Seen} seen
   * @param {number} steps */
  const views = ({ views }, steps) => {
    const { x, y } = scales.distances;
    const gate = model.get("view") === "keep";
    title.textContent = gate ? "gate that keeps, one example" : "state h, one example";
    key.textContent = gate ? "step (purple: open)" : "step (purple: above 0, green: below)";
    views.forEach(({ norms, state, keep }, i) => {
      const values = norms.map((norm, back) => [back, norm / norms[0]]);
      const left = values.filter(([, v]) => v > RACE_LEAST);
      kit.set(gradients[i], {
        d: kit.line(left.map(([back, v]) => [x(back), y(Math.min(10, v))])),
      });
      const { text, none, image } = strips[i];
      const cell = model.get(i ? "second" : "first");
      text.textContent = RACE_CELLS.find(([name]) => name === cell)?.[2] ?? "";
      const shown = gate ? keep : state;
      none.textContent = shown.length ? "" : "has no gate";
      const href = shown.length ? racePicture(frame.root, shown, steps) : "data:,";
      kit.set(image, { href, visibility: shown.length ? "visible" : "hidden" });
    });
  };
  /** @param {Seen} seen
   * @param {boolean} fresh whether there is a new look at the examples */
  return (seen, fresh) => {
    const steps = seen.views[0]?.norms.length ?? 0;
    if (!steps) return;
    scale(seen, steps);
    curves(seen);
    if (fresh) views(seen, steps);
  };
}

/** Ask for a picture at the next frame of the screen, at most one at a time; where motion is unwanted,
 * at most one a second while the race runs.
 * @param {Frame} frame
 * @param {() => boolean} running
 * @param {() => void} draw */
function pictures(frame, running, draw) {
  let due = 0;
  let last = 0;
  const beat = (/** @type {number} */ now) => {
    due = 0;
    if (kit.still() && running() && now - last < 1000) return ask();
    last = now;
    draw();
  };
  const ask = () => {
    due ||= requestAnimationFrame(beat);
  };
  frame.signal.addEventListener("abort", () => cancelAnimationFrame(due));
  return ask;
}

/** The buttons, and what they do.
 * @param {Frame} frame
 * @param {Element} top where they stand
 * @param {() => ReturnType<typeof raceEngine>} engine
 * @param {() => void} reset */
function buttons(frame, top, engine, reset) {
  const { model } = frame;
  const row = kit.html("div", { class: "ck-steps", role: "group", "aria-label": "race" });
  let running = false;
  const go = kit.button(row, "Start", () => (running ? engine().pause() : engine().go()));
  go.classList.add("ck-go");
  const step = kit.button(row, "Step", () => engine().step());
  kit.button(row, "Reset", reset);
  kit.button(row, "Another seed", () => kit.store(model, "seed", model.get("seed") + 1));
  const place = kit.html("span", { class: "ck-place" });
  if (model.get("book")) kit.button(row, "Link", () => share(frame, place));
  row.append(place);
  top.append(row);
  return (/** @type {RaceReport} */ report) => {
    running = report.running;
    go.textContent = running ? "Pause" : report.update ? "Go on" : "Start";
    step.toggleAttribute("disabled", running);
    place.textContent = `seed ${model.get("seed")}, update ${report.update}`;
  };
}

/** Put the race into the address of the page, and on the clipboard where that is allowed.
 * @param {Frame} frame
 * @param {HTMLElement} place where it says so */
async function share(frame, place) {
  history.replaceState(null, "", raceLink(frame.model));
  const copying = navigator.clipboard?.writeText(location.href);
  const copied = await copying?.then(
    () => true,
    () => false,
  );
  place.textContent = `This race is in the page's address${copied ? ", and copied" : ""}.`;
  frame.say(place.textContent);
}

/** Speak when something has happened, and every ten seconds while it runs.
 * @param {Frame} frame */
function speaker(frame) {
  let [last, before] = [0, ""];
  return (/** @type {Seen} */ seen) => {
    const { update, running, learnt } = seen.report;
    const state = [running, learnt].join();
    if (!update || (state === before && performance.now() - last < 10_000)) return;
    [last, before] = [performance.now(), state];
    frame.say(`${running ? "" : "Paused. "}${inWords(frame.model, seen)}`);
  };
}

/** Call once when the figure comes near the screen, and `again` whenever light turns to dark.
 * @param {Frame} frame
 * @param {() => void} once
 * @param {() => void} again */
function observe({ root, signal }, once, again) {
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      near.disconnect();
      once();
    },
    { rootMargin: "300px" },
  );
  near.observe(root);
  const dark = new MutationObserver(again);
  for (const node of [document.documentElement, document.body]) {
    dark.observe(node, { attributes: true });
  }
  signal.addEventListener("abort", () => {
    near.disconnect();
    dark.disconnect();
  });
}

/** The race of the figure as it is set: what has been seen of it, and the engine that runs it.
 * @param {Frame} frame
 * @param {(seen: Seen) => void} report
 * @param {() => void} look is called when the examples have been looked at anew */
function racing(frame, report, look) {
  const { model, signal } = frame;
  let seen = /** @type {Seen | null} */ (null);
  let race = 0;
  let timer = 0;
  let engine = /** @type {ReturnType<typeof raceEngine> | null} */ (null);
  const hear = (/** @type {RaceReport} */ news) => {
    if (news.race !== race || signal.aborted) return; // from a race that was given up
    seen = joined(seen, news);
    if (news.views) look();
    frame.expose({
      ...news,
      views: news.views?.length ?? 0,
      example: 0,
      where: engine?.where() ?? "",
    });
    report(seen);
  };
  const begin = () => {
    seen = null;
    engine?.begin(raceSettings(model, ++race));
  };
  const open = () => {
    if (!engine && !signal.aborted) {
      engine = raceEngine(hear);
      begin();
    }
    return /** @type {ReturnType<typeof raceEngine>} */ (engine);
  };
  kit.watch(frame, Object.keys(RACE_KEYS), () => {
    clearTimeout(timer); // a slider gives many numbers on its way
    timer = window.setTimeout(begin, 120);
  });
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    engine?.end();
  });
  return { open, begin };
}

/** What a link asks for, now and whenever the address changes.
 * @param {Frame} frame */
function followLink({ model, root, signal }) {
  const follow = () => {
    const asked = raceAsked(location.hash);
    for (const [key, value] of asked) kit.store(model, key, value);
    if (asked.length) requestAnimationFrame(() => root.scrollIntoView());
  };
  if (!model.get("book")) return;
  follow();
  addEventListener("hashchange", follow, { signal });
}

/** @param {View} view */
function render({ model, el, signal }) {
  const at = raceLayout((el.clientWidth || innerWidth) < 480);
  const look = { name: "memory_race", title: "A race: which network learns to remember?" };
  const frame = kit.frame({ model, el, signal }, { ...look, width: at.width, height: at.height });
  followLink(frame);
  const top = kit.html("div", { class: "ck-top" });
  frame.root.insertBefore(top, frame.root.children[1]);
  const standings = raceSetup(frame, top);
  const paint = painter(frame, at);
  const speak = speaker(frame);
  let seen = /** @type {Seen | null} */ (null);
  let fresh = true;
  const draw = () => {
    if (!seen) return;
    paint(seen, fresh);
    if (fresh) {
      frame.reading.textContent = reading(model, seen);
      frame.describe(inWords(model, seen));
    }
    fresh = false;
  };
  const ask = pictures(frame, () => Boolean(seen?.report.running), draw);
  const lookAgain = () => {
    fresh = true;
    ask();
  };
  const { open, begin } = racing(frame, hear, lookAgain);
  const show = buttons(frame, top, open, begin);
  function hear(/** @type {Seen} */ news) {
    seen = news;
    show(news.report);
    standings.forEach((node, i) => {
      node.textContent = standing(news, i);
    });
    speak(news);
    ask();
  }
  kit.choice(frame, "view", {
    label: "on one example",
    options: [
      ["state", "state $h$"],
      ["keep", "the gate that keeps"],
    ],
  });
  raceDetails(frame);
  frame.describe("A race between two networks that has not begun.");
  observe(frame, open, lookAgain);
  const print = () => {
    if (!seen)
      raceRunner((news) => hear(joined(null, news)), 0, false).begin(raceSettings(model, 0));
    draw();
  };
  addEventListener("beforeprint", print, { signal: frame.signal });
  return kit.bind(frame, ["view"], lookAgain);
}
export default { render };
