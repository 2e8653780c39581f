// Delayed recall: accuracy against lag for one network at a time, the others in grey; its three
// horizons are marks on the axis of steps. Data: [smallest, median, largest] over the seeds.
const CHANCE = 1 / 8;
const MIDDLE = 1;

/** @typedef {[number, number, number]} Triple */
/** @typedef {{ accuracy: Triple[], horizon: Triple }} Trained */
/** @typedef {{ gradient: Triple, full: Trained, truncated: Trained }} Cell */
/** @typedef {{
 *   lags: number[], truncate: number, reach: number, names: string[], cells: Record<string, Cell>,
 * }} Study */

/** @param {boolean} narrow
 * @param {number} reach the longest lag tried */
function layout(narrow, reach) {
  const wide = narrow ? 420 : 640;
  const right = wide - 24;
  const x = kit.log([3, reach], [62, right]);
  return { narrow, reach, wide, right, x, y: kit.linear([0, 1], [250, 40]) };
}
/** @typedef {ReturnType<typeof layout>} Layout */

/** Axes and the line of chance.
 * @param {SVGSVGElement} svg
 * @param {Layout} layout */
function drawAxes(svg, { narrow, reach, right, x, y }) {
  kit.axes(svg, {
    x,
    y,
    yLabel: "accuracy in recall (chance is 1/8)",
    xTicks: [5, 10, 20, 50, 100, 200, 400],
    xFormat: String,
    yTicks: [0, 0.25, 0.5, 0.75, 1],
    yFormat: (v) => kit.percent(v),
  });
  const text = narrow ? "time steps" : "time steps between symbol and answer, or steps back";
  const look = { "text-anchor": "middle", class: "ck-axis-label", text };
  kit.svg("text", { x: (62 + right) / 2, y: 290, ...look }, svg);
  const ends = { x1: x(3), x2: x(reach), y1: y(CHANCE), y2: y(CHANCE) };
  kit.svg("line", { ...ends, stroke: kit.colour.grey, "stroke-dasharray": "3 4" }, svg);
}

/** @param {SVGSVGElement} svg */
function drawCurves(svg) {
  return {
    others: kit.svg("g", {}, svg),
    band: kit.svg("path", { fill: kit.mix("blue", 0.22) }, svg),
    line: kit.svg("path", { class: "ck-line", stroke: kit.colour.blue }, svg),
    dots: kit.svg("g", { fill: kit.colour.blue }, svg),
  };
}

/** A horizon below the plot.
 * @param {SVGSVGElement} svg
 * @param {Layout} layout
 * @param {{ name: string, colour: string, at: number }} look
 * @returns {(triple: Triple, label: string) => void} moves it */
function drawHorizon(svg, { reach, right, x }, { name, colour, at }) {
  kit.svg("line", { x1: x(3), x2: x(reach), y1: at, y2: at, class: "ck-grid" }, svg);
  kit.svg("text", { x: x(3), y: at - 13, class: "ck-small ck-quiet", text: name }, svg);
  const pen = { stroke: kit.mix(colour, 0.45), "stroke-width": 7, "stroke-linecap": "round" };
  const span = kit.svg("line", { y1: at, y2: at, ...pen }, svg);
  const mark = kit.svg("circle", { cy: at, r: 6, fill: kit.colour[colour] }, svg);
  const text = kit.svg("text", { y: at, dy: "0.35em", class: "ck-small" }, svg);
  return (triple, label) => {
    const [low, middle, high] = triple.map((v) => x(Math.max(3, Math.min(reach, v))));
    kit.set(span, { x1: low, x2: high });
    kit.set(mark, { cx: middle });
    text.textContent = label;
    const after = high + 14 < right - 90;
    kit.set(text, { x: after ? high + 14 : low - 14, "text-anchor": after ? "start" : "end" });
  };
}

/** @param {ReturnType<typeof drawCurves>} drawn
 * @param {Study} study
 * @param {Layout} layout
 * @param {string} name of the network
 * @param {"full" | "truncated"} mode */
function updateCurves({ others, band, line, dots }, { lags, names, cells }, { x, y }, name, mode) {
  /** @param {Triple[]} runs
   * @param {number} which of the three
   * @returns {Pair[]} */
  const points = (runs, which) => runs.map((triple, i) => [x(lags[i]), y(triple[which])]);
  const rest = names.filter((other) => other !== name);
  others.replaceChildren(
    ...rest.map((other) => {
      const d = kit.line(points(cells[other][mode].accuracy, MIDDLE));
      return kit.svg("path", { class: "ck-line", stroke: kit.colour.rule, d });
    }),
  );
  const { accuracy } = cells[name][mode];
  const edge = [...points(accuracy, 2), ...points(accuracy, 0).reverse()];
  kit.set(band, { d: `${kit.line(edge)}Z` });
  const middle = points(accuracy, MIDDLE);
  kit.set(line, { d: kit.line(middle) });
  dots.replaceChildren(...middle.map(([cx, cy]) => kit.svg("circle", { cx, cy, r: 4 })));
}

/** @param {View} view */
function render({ model, el, signal }) {
  /** @type {Study} */
  const study = model.get("data");
  const { lags, truncate, reach, names } = study;
  const place = layout((el.clientWidth || innerWidth) < 480, reach);
  const title = "How far back: what the gradient reaches, what is remembered";
  const look = { title, width: place.wide, height: 430 };
  const frame = kit.frame({ model, el, signal }, { name: "memory_horizons", ...look });
  drawAxes(frame.svg, place);
  const curves = drawCurves(frame.svg);
  const [putGradient, putTruncation, putMemory] = [
    { name: "gradient horizon", colour: "orange", at: 336 },
    { name: "truncation horizon", colour: "purple", at: 374 },
    { name: "memory horizon", colour: "blue", at: 412 },
  ].map((row) => drawHorizon(frame.svg, place, row));
  kit.choice(frame, "cell", { label: "network", options: names.map((name) => [name, name]) });
  kit.check(frame, "truncated", { label: `cut the gradient after ${truncate} steps` });
  /** @param {number} v */
  const said = (v) =>
    v >= reach ? `${reach} or more` : v === 0 ? `less than ${lags[0]}` : String(v);

  return kit.bind(frame, ["cell", "truncated"], () => {
    const name = model.get("cell");
    const full = !model.get("truncated");
    const mode = full ? "full" : "truncated";
    const { gradient, [mode]: trained } = study.cells[name];
    updateCurves(curves, study, place, name, mode);
    putGradient(gradient, said(gradient[MIDDLE]));
    const cut = full ? reach : truncate;
    putTruncation([cut, cut, cut], full ? "none, all steps" : String(truncate));
    putMemory(trained.horizon, said(trained.horizon[MIDDLE]));
    const sentence =
      `${name}: at the start the gradient keeps 1 % of its norm for ${said(gradient[MIDDLE])} steps; ` +
      `${full ? "with full backpropagation" : `with the gradient cut after ${truncate} steps`} ` +
      `training masters lags up to ${said(trained.horizon[MIDDLE])} (line and marks: median of the seeds; ` +
      `band and bars: all of them; grey: the other networks).`;
    frame.reading.textContent = sentence;
    frame.describe(`Accuracy against lag. ${sentence}`);
    frame.expose({ horizon: trained.horizon, gradient, accuracy: trained.accuracy });
  });
}
export default { render };
