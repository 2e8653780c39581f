/// <reference path="language_model/drawing.js" />
/// <reference path="language_model/fetching.js" />
/// <reference path="language_model/network.js" />
/// <reference path="language_model/weights.js" />
// A training run to scrub: thirty moments of a character LSTM, what it writes at each of them, and
// what one of its units tells. The networks are fetched when the reader asks for them.

/** A unit that tells something about a place, and how well at each moment.
 * @typedef {{ unit: number, low: boolean, auc: number[] }} RunUnit */

const PENS = [
  ["orange", null],
  ["purple", "7 5"],
];

/** @param {Model} model */
function now(model) {
  const moment = model.get("moment");
  /** @type {number} */
  const updates = model.get("updates")[moment];
  return { moment, updates, bits: model.get("bits")[moment] };
}

/** @param {number} value */
const grouped = (value) => value.toLocaleString("en-GB");

/** Where the two curves lie.
 * @param {boolean} narrow
 * @param {number} last */
function layout(narrow, last) {
  const width = narrow ? 420 : 640;
  const x = kit.linear([0, last], [50, width - 20]);
  return { width, x, bits: kit.linear([0, 7], [150, 34]), auc: kit.linear([0.4, 1], [290, 210]) };
}

/** Both curves, drawn once; gives back what moves the marks.
 * @param {Frame} frame
 * @param {ReturnType<typeof layout>} at */
function plots({ svg, model }, at) {
  /** @type {number[]} */
  const updates = model.get("updates");
  const named = [0, 10, 100, 1000, updates.at(-1) ?? 0];
  const xTicks = named.map((n) => updates.findIndex((u) => u >= n));
  const xFormat = (/** @type {number} */ i) => grouped(updates[i]);
  const x = { x: at.x, xTicks, xFormat };
  kit.axes(svg, {
    ...x,
    y: at.bits,
    yTicks: [0, 2, 4, 6],
    yLabel: "bits per character, held-out files",
  });
  const below = {
    yTicks: [0.4, 0.6, 0.8, 1],
    yLabel: "AUC of a unit: 0.5 is chance, 1 always right",
  };
  kit.axes(svg, { ...x, y: at.auc, ...below, xLabel: "updates of the weights" });
  /** @param {number[]} values
   * @param {Scale} y
   * @param {string} colour
   * @param {string | null} dash */
  const curve = (values, y, colour, dash = null) => {
    const d = kit.line(values.map((value, i) => [at.x(i), y(value)]));
    const look = { class: "ck-line", stroke: kit.colour[colour], "stroke-dasharray": dash };
    kit.svg("path", { ...look, d }, svg);
    return kit.svg("circle", { r: 5, fill: kit.colour[colour] }, svg);
  };
  /** @type {Record<string, RunUnit>} */
  const units = model.get("units");
  const dots = [curve(model.get("bits"), at.bits, "blue")];
  Object.entries(units).forEach(([name, { unit, auc }], i) => {
    const [colour, dash] = PENS[i];
    dots.push(curve(auc, at.auc, String(colour), dash));
    const place = { x: at.x.range[0] + 8, y: 227 + 27 * i, class: "ck-small" };
    kit.svg(
      "text",
      { ...place, style: `fill: var(--ck-${colour})`, text: `unit ${unit}: ${name}` },
      svg,
    );
  });
  const line = { y1: 30, y2: 290, stroke: kit.colour.ink, "stroke-dasharray": "2 4" };
  const rule = kit.svg("line", line, svg);
  return () => {
    const { moment, bits } = now(model);
    kit.set(rule, { x1: at.x(moment), x2: at.x(moment) });
    kit.set(dots[0], { cx: at.x(moment), cy: at.bits(bits) });
    Object.values(units).forEach(({ auc }, i) => {
      kit.set(dots[i + 1], { cx: at.x(moment), cy: at.auc(auc[moment]) });
    });
  };
}

/** @param {Model} model */
function reading(model) {
  const { updates, bits, moment } = now(model);
  const read = grouped(updates * model.get("characters"));
  /** @type {Record<string, RunUnit>} */
  const units = model.get("units");
  const told = Object.entries(units).map(
    ([name, { unit, auc }]) => `unit ${unit} tells “${name}” with AUC ${kit.number(auc[moment])}`,
  );
  const when = updates
    ? `After ${grouped(updates)} updates, ${read} characters read`
    : "Before the first update";
  return `${when}: ${kit.number(bits)} bits per character; ${told.join(", ")}.`;
}

/** The texts that come once the networks are here.
 * @param {Frame} frame
 * @param {StoredModel} stored
 * @param {Network[]} networks */
function texts(frame, stored, networks) {
  const { model, root } = frame;
  /** @template {Node} N
   * @param {N} node */
  const put = (node) => root.insertBefore(node, frame.reading);
  put(
    kit.html("p", {
      class: "ck-facts",
      text: "What it writes by itself",
    }),
  );
  const written = put(kit.html("p", { class: "ck-text ck-passage" }));
  const name = kit.id("own");
  put(kit.html("label", { class: "ck-facts", for: name, text: "A text of yours" }));
  const own = {
    "data-lm-suppress-shortcuts": "true",
    class: "ck-prompt",
    rows: 3,
    spellcheck: "false",
  };
  const box = put(kit.html("textarea", { ...own, id: name }));
  box.value = model.get("text");
  box.addEventListener("input", () => kit.store(model, "text", box.value));
  put(
    kit.html("p", {
      class: "ck-facts",
      text: "… as one unit sees it: tanh c after each character (blue: below 0, orange: above)",
    }),
  );
  const seen = put(kit.html("p", { class: "ck-text ck-passage" }));
  /** @type {(text: string) => number[]} */
  const encoded = (text) => [...text].map((s) => stored.symbols.indexOf(s)).filter((x) => x >= 0);
  return () => {
    const network = networks[model.get("moment")];
    const how = { seed: model.get("seed"), temperature: model.get("temperature"), count: 200 };
    const sample = runWrite(network, stored.start, how);
    written.textContent = sample;
    const ids = encoded(model.get("text").slice(0, 400));
    const { cells, bits } = runRead(network, stored.start, ids, model.get("unit"));
    seen.replaceChildren(
      ...ids.map((x, i) => {
        const node = kit.html("span", { text: stored.symbols[x] });
        node.style.background = kit.mix(cells[i] < 0 ? "blue" : "orange", 0.5 * Math.abs(cells[i]));
        return node;
      }),
    );
    frame.expose({ sample, cells, own: bits });
    return ` Your text costs it ${kit.number(bits)} bits per character.`;
  };
}

/** What can be chosen once the networks are here.
 * @param {Frame} frame
 * @param {StoredModel} stored */
function choices(frame, stored) {
  const row = kit.html("div", { class: "ck-units" }, frame.controls);
  const range = { min: 0, max: stored.n - 1, step: 1, format: String };
  kit.slider({ ...frame, controls: row }, "unit", { label: "unit", ...range });
  for (const [unit, title] of stored.units) {
    kit.button(row, `${unit}: ${title}`, () => kit.store(frame.model, "unit", unit));
  }
  const warmth = { label: "temperature", min: 0.1, max: 2, step: 0.01 };
  kit.slider({ ...frame, controls: row }, "temperature", { ...warmth, scale: "log" });
  const again = () => kit.store(frame.model, "seed", frame.model.get("seed") + 1);
  kit.button(row, "Another sample", again);
}

/** @param {View} view */
function render({ model, el, signal }) {
  const last = model.get("updates").length - 1;
  const at = layout((el.clientWidth || innerWidth) < 480, last);
  const look = {
    name: "run",
    title: "A character LSTM while it learns: a training run to scrub",
    width: at.width,
    height: 334,
  };
  const frame = kit.frame({ model, el, signal }, look);
  const move = plots(frame, at);
  const format = (/** @type {number} */ i) => grouped(model.get("updates")[i]);
  kit.slider(frame, "moment", { label: "updates", min: 0, max: last, step: 1, format });
  kit.steps(frame, "moment", { last, label: "moment", every: 500 });
  let more = () => "";
  const draw = () => {
    move();
    const told = reading(model);
    frame.describe(
      `Bits per character, and how well two units tell something, over a training run. ${told}`,
    );
    frame.expose({ ...now(model) });
    frame.reading.textContent = told + more();
  };
  startButton(frame, runNetworks, (stored, networks) => {
    choices(frame, stored);
    more = texts(frame, stored, networks);
    draw();
    frame.say(frame.reading.textContent ?? "");
  });
  return kit.bind(frame, ["moment", "text", "unit", "seed", "temperature"], draw);
}
export default { render };
