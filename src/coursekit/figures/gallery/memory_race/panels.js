// What the race shows: right answers and loss by update, the gradient by distance, and the states (or
// gates) of both networks while they read one example.

/** The two networks' colours and dashes.
 * @type {[string, string | null][]} */
const RACE_PENS = [
  ["orange", "7 4"],
  ["blue", null],
];
const RACE_LEAST = 1e-10; // of the gradient, on its scale

/** @typedef {{ x: Pair, y: Pair }} RaceBox */
/** Where the four panels lie: two by two, or one below the other.
 * @param {boolean} narrow */
function raceLayout(narrow) {
  /** @param {number} i
   * @returns {RaceBox} */
  const box = (i) => {
    if (narrow) return { x: [64, 408], y: [158 + 204 * i, 34 + 204 * i] };
    const [right, low] = [i % 2, Math.floor(i / 2)];
    return { x: right ? [388, 634] : [50, 306], y: [158 + 204 * low, 34 + 204 * low] };
  };
  const [answers, loss, gradient, states] = [0, 1, 2, 3].map(box);
  const size = narrow ? { width: 420, height: 822 } : { width: 640, height: 412 };
  return { ...size, narrow, answers, loss, gradient, states };
}
/** @typedef {ReturnType<typeof raceLayout>} RaceLayout */

/** A line for each network.
 * @param {Element} parent */
const racePens = (parent) =>
  RACE_PENS.map(([colour, dash]) => {
    const look = { class: "ck-line", stroke: kit.colour[colour], "stroke-dasharray": dash };
    return kit.svg("path", look, parent);
  });

/** The axes that depend on how far the race is: the first limit of 100, 200, 400 … updates.
 * @param {SVGGElement} group
 * @param {RaceLayout} at
 * @param {number} limit
 * @param {number} chance
 * @param {boolean} classes */
function raceAxes(group, { narrow, answers, loss }, limit, chance, classes) {
  const x = kit.linear([0, limit], answers.x);
  const y = kit.linear([0, 1], answers.y);
  const yFormat = (/** @type {number} */ v) => kit.percent(v);
  const share = { yLabel: "right answers", yTicks: [0, 0.5, 1], yFormat };
  const xTicks = narrow ? [limit / 2, limit] : [0, limit / 2, limit];
  kit.axes(group, { x, y, xLabel: "update", xTicks, ...share });
  const guess = { x1: x(0), x2: x(limit), y1: y(chance), y2: y(chance), "stroke-dasharray": "2 4" };
  kit.svg("line", { ...guess, stroke: kit.colour.grey }, group);
  const label = { x: x(limit) - 2, y: y(chance) + 12, "text-anchor": "end" };
  kit.svg("text", { ...label, class: "ck-small ck-quiet", text: "by guessing" }, group);
  const lossX = kit.linear([0, limit], loss.x);
  const lossY = kit.linear(classes ? [0, 2.5] : [0, 0.5], loss.y);
  const yLabel = classes ? "loss (nats)" : "loss (squared error)";
  kit.axes(group, {
    x: lossX,
    y: lossY,
    xLabel: "update",
    xTicks,
    yLabel,
    yTicks: classes ? [0, 1, 2] : [0, 0.25, 0.5],
  });
  return { x, y, lossX, lossY };
}

/** @param {SVGGElement} group
 * @param {RaceLayout} at
 * @param {number} steps */
function raceDistances(group, { gradient, states }, steps) {
  const x = kit.linear([0, steps - 1], gradient.x);
  const y = kit.log([RACE_LEAST, 10], gradient.y);
  const yLabel = "what is left of the gradient";
  const yTicks = [1e-9, 1e-6, 1e-3, 1];
  kit.axes(group, { x, y, xLabel: "steps back ξ", yLabel, yTicks, xTicks: x.ticks(4) });
  const time = kit.linear([0.5, steps + 0.5], states.x);
  for (const t of [1, ...time.ticks(3).filter((t) => t > 3)]) {
    const place = { x: time(t), y: states.y[0] + 18, "text-anchor": "middle", text: t };
    kit.svg("text", place, kit.svg("g", { class: "ck-axes", "aria-hidden": "true" }, group));
  }
  return { x, y, time };
}

/** What is read, step by step: small bars up and down, those that count in purple.
 * @param {SVGGElement} group
 * @param {string} task
 * @param {NonNullable<RaceReport["example"]>} example
 * @param {Scale} time
 * @param {number} top */
function raceTape(group, task, { index, value }, time, top) {
  const width = task === "brackets" ? 1 : 2;
  const steps = index.length / width;
  const middle = top + 10;
  const thick = Math.max(1.2, 0.55 * (time(2) - time(1)));
  const nodes = Array.from({ length: steps }, (_, t) => {
    const [input, number] = [index[t * width], value[t * width]];
    const counts = task === "brackets" ? input > 0 : value[t * width + 1] > 0;
    const first = task === "recall" && t === 0;
    const tall = {
      recall: first ? 1 : 0.35,
      noise: (input + 1) / 8,
      brackets: 0.8,
      adding: number,
    };
    const size = 20 * (tall[/** @type {keyof typeof tall} */ (task)] ?? 0);
    const up =
      task === "brackets" ? middle - (input === 1 ? 10 : input === 2 ? 0 : 1) : top + 20 - size;
    const height = task === "brackets" ? (input ? 10 : 2) : Math.max(1, size);
    const fill = counts || first ? kit.colour.purple : kit.mix("grey", 0.55);
    return kit.svg("rect", { x: time(t + 1) - thick / 2, y: up, width: thick, height, fill });
  });
  group.replaceChildren(...nodes);
}

/** The palette as numbers, as it is now, in light or dark.
 * @param {Element} node
 * @param {CanvasRenderingContext2D} pen
 * @param {string} name */
function raceColour(node, pen, name) {
  pen.fillStyle = getComputedStyle(node).getPropertyValue(`--ck-${name}`).trim();
  return [1, 3, 5].map((i) => Number.parseInt(String(pen.fillStyle).slice(i, i + 2), 16));
}

/** A picture of (t, n) numbers between −1 and 1: a column for each step, a row for each unit.
 * @param {Element} node
 * @param {number[]} values
 * @param {number} steps */
function racePicture(node, values, steps) {
  const n = values.length / steps;
  const canvas = Object.assign(document.createElement("canvas"), { width: steps, height: n });
  const pen = canvas.getContext("2d");
  if (!pen || !n) return "";
  const [paper, above, below] = ["panel", "purple", "green"].map((c) => raceColour(node, pen, c));
  const image = pen.createImageData(steps, n);
  for (let t = 0; t < steps; t++)
    for (let i = 0; i < n; i++) {
      const v = values[t * n + i];
      const share = Math.min(1, Math.abs(v));
      const ink = v > 0 ? above : below;
      const at = 4 * (i * steps + t);
      for (let c = 0; c < 3; c++) image.data[at + c] = paper[c] + share * (ink[c] - paper[c]);
      image.data[at + 3] = 255;
    }
  pen.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

/** The strips of the states: where they lie, and what draws into them.
 * @param {SVGSVGElement} svg
 * @param {RaceLayout} at */
function raceStrips(svg, { states }) {
  const [left, right] = states.x;
  const top = states.y[1];
  const label = { x: left, y: top - 12, class: "ck-axis-label" };
  const title = kit.svg("text", label, svg);
  const middle = { x: (left + right) / 2, y: states.y[0] + 38, "text-anchor": "middle" };
  const key = kit.svg("text", { ...middle, class: "ck-axis-label" }, svg);
  const tape = kit.svg("g", {}, svg);
  const strips = RACE_PENS.map(([colour], i) => {
    const y = top + 27 + 50 * i;
    const box = { x: left, y, width: right - left, height: 46 };
    const name = { x: left - 6, y: y + 23, dy: "0.35em", "text-anchor": "end" };
    const text = kit.svg(
      "text",
      { ...name, class: "ck-small", style: `fill: ${kit.colour[colour]}` },
      svg,
    );
    kit.svg("rect", { ...box, fill: kit.colour.panel }, svg);
    const within = { ...middle, y: y + 23, dy: "0.35em" };
    const none = kit.svg("text", { ...within, class: "ck-small ck-quiet" }, svg);
    const look = { preserveAspectRatio: "none", style: "image-rendering: pixelated" };
    const image = kit.svg("image", { ...box, ...look }, svg);
    return { text, none, image };
  });
  return { title, key, tape, strips };
}
