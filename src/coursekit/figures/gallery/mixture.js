// Two models mixed: p = (1 − λ)·p₁ + λ·p₂ on a sample of words, for all of them, and for those whose
// three words before were or were not seen in training.
/** @typedef {"all" | "seen" | "unseen"} Group */
/** @type {[Group, string, string][]} */
const GROUPS = [
  ["all", "all words", "ink"],
  ["seen", "three words before seen in training", "blue"],
  ["unseen", "not seen", "orange"],
];

/** Perplexity of the mixture on the words chosen by `keep`; losses in nats.
 * @param {number[]} first
 * @param {number[]} second
 * @param {number} weight of the second
 * @param {(t: number) => boolean} keep */
function perplexity(first, second, weight, keep) {
  let sum = 0;
  let count = 0;
  for (let t = 0; t < first.length; t++) {
    if (!keep(t)) continue;
    sum -= Math.log((1 - weight) * Math.exp(-first[t]) + weight * Math.exp(-second[t]));
    count += 1;
  }
  return Math.exp(sum / count);
}

const WEIGHTS = Array.from({ length: 51 }, (_, i) => i / 50);
/** @typedef {Record<Group, number[]>} Curves */

/** The curves with their names.
 * @param {SVGSVGElement} svg */
function drawCurves(svg) {
  const parts = GROUPS.map(([key, label, colour], i) => {
    const stroke = kit.colour[colour];
    const look = { "text-anchor": "end", fill: stroke, text: label };
    kit.svg("text", { x: 612, y: 46 + 17 * i, ...look }, svg);
    const ring = { r: 4, fill: kit.colour.paper, stroke, "stroke-width": 2 };
    return {
      key,
      path: kit.svg("path", { class: "ck-line", fill: "none", stroke }, svg),
      best: kit.svg("circle", ring, svg),
      here: kit.svg("circle", { r: 5, fill: stroke }, svg),
    };
  });
  const dash = { class: "ck-tick", "stroke-dasharray": "3 4" };
  return { parts, cursor: kit.svg("line", { y1: 270, y2: 30, ...dash }, svg) };
}

/** @param {Frame} frame
 * @param {string[]} others names of the networks */
function controls(frame, others) {
  /** @type {[number, string][]} */
  const options = others.map((name, j) => [j + 1, name]);
  kit.choice(frame, "network", { label: "network", options });
  const label = "weight $\\lambda$ of the network";
  kit.slider(frame, "weight", { label, min: 0, max: 1, step: 0.01 });
}

/** @param {string} name
 * @param {number} weight
 * @param {Record<Group, number>} now perplexities
 * @param {Record<Group, number>} best weights */
function sentence(name, weight, now, best) {
  return (
    `${kit.number(weight)} of ${name}: perplexity ${kit.number(now.all, 1)} on all ` +
    `words, ${kit.number(now.seen, 1)} where the three words before were seen in training, ` +
    `${kit.number(now.unseen, 1)} where not. Best weights (rings): ${kit.number(best.all)}, ` +
    `${kit.number(best.seen)} and ${kit.number(best.unseen)}.`
  );
}

/** @param {View} view */
function render({ model, el, signal }) {
  /** @type {string[]} */
  const names = model.get("names");
  /** @type {number[][]} */
  const losses = model.get("losses");
  const seen = model.get("seen");
  /** @type {Record<Group, (t: number) => boolean>} */
  const keep = { all: () => true, seen: (t) => Boolean(seen[t]), unseen: (t) => !seen[t] };
  const title = `How much weight should a network get beside ${names[0]}?`;
  const look = { width: 640, height: 330, title };
  const frame = kit.frame({ model, el, signal }, { name: "mixture", ...look });
  /** @param {number} other
   * @param {Group} group
   * @returns {(weight: number) => number} */
  const mixed = (other, group) => (weight) =>
    perplexity(losses[0], losses[other], weight, keep[group]);
  /** @param {number} other */
  const curves = (other) =>
    /** @type {Curves} */ (
      Object.fromEntries(GROUPS.map(([group]) => [group, WEIGHTS.map(mixed(other, group))]))
    );
  const every = names.slice(1).map((_, j) => curves(j + 1));
  const all = every.flatMap((c) => Object.values(c).flat());
  const [low, high] = [Math.floor(Math.min(...all) / 20), Math.ceil(Math.max(...all) / 20)];
  const x = kit.linear([0, 1], [70, 620]);
  const y = kit.linear([20 * low, 20 * high], [270, 30]);
  const labels = { xLabel: "weight λ of the network", yLabel: "perplexity of the mixture" };
  kit.axes(frame.svg, { x, y, ...labels });
  const { parts, cursor } = drawCurves(frame.svg);
  controls(frame, names.slice(1));

  return kit.bind(frame, ["network", "weight"], () => {
    const other = model.get("network");
    const weight = model.get("weight");
    const now = { all: 0, seen: 0, unseen: 0 };
    const best = { all: 0, seen: 0, unseen: 0 };
    for (const { key, path, best: ring, here } of parts) {
      const curve = every[other - 1][key];
      const lowest = curve.indexOf(Math.min(...curve));
      now[key] = mixed(other, key)(weight);
      best[key] = WEIGHTS[lowest];
      kit.set(path, { d: kit.line(WEIGHTS.map((w, i) => [x(w), y(curve[i])])) });
      kit.set(ring, { cx: x(best[key]), cy: y(curve[lowest]) });
      kit.set(here, { cx: x(weight), cy: y(now[key]) });
    }
    kit.set(cursor, { x1: x(weight), x2: x(weight) });
    const told = sentence(names[other], weight, now, best);
    frame.reading.textContent = told;
    frame.describe(
      `Perplexity of a mixture of ${names[0]} and a network against the weight. ${told}`,
    );
    frame.expose({ perplexity: now, best });
  });
}
export default { render };
