// One unit, 50 steps, one target (Pascanu, Mikolov & Bengio 2013, figure 6): the error over w and b,
// and gradient descent from a start that can be dragged, with clipping and without.
/** @type {Pair} */
const W = [3, 6.6];
/** @type {Pair} */
const B = [-3.2, 1.6];
const STEPS = 50;
const TARGET = 0.7;
const FLOOR = 1e-7;

/** The error at a point, and its gradient.
 * @param {number} w
 * @param {number} b */
function error(w, b) {
  let x = 0.5;
  let dw = 0;
  let db = 0;
  for (let t = 0; t < STEPS; t++) {
    const s = 1 / (1 + Math.exp(-x));
    const slope = s * (1 - s);
    dw = s + w * slope * dw;
    db = 1 + w * slope * db;
    x = w * s + b;
  }
  const s = 1 / (1 + Math.exp(-x));
  const outer = 2 * (s - TARGET) * s * (1 - s);
  return { E: (s - TARGET) ** 2, q: [outer * dw, outer * db] };
}

/** @param {number} w
 * @param {number} b
 * @param {number} rate
 * @param {number | null} threshold null: no clipping
 * @param {number} updates */
function descend(w, b, rate, threshold, updates) {
  const points = [[w, b]];
  const errors = [];
  const norms = [];
  for (let update = 0; update <= updates; update++) {
    const { E, q } = error(w, b);
    const norm = Math.hypot(...q);
    errors.push(E);
    if (update === updates) break;
    norms.push(norm);
    const shrink = threshold === null || norm < threshold ? 1 : threshold / norm;
    w -= rate * shrink * q[0];
    b -= rate * shrink * q[1];
    points.push([w, b]);
  }
  return { points, errors, norms };
}

/** The map as a picture of one colour whose opacity is the error: it suits light and dark pages.
 * @param {number} columns
 * @param {number} rows */
function picture(columns, rows) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: columns, height: rows });
  const context = canvas.getContext("2d");
  if (!context) return "";
  const image = context.createImageData(columns, rows);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const w = W[0] + ((c + 0.5) / columns) * (W[1] - W[0]);
      const b = B[1] - ((r + 0.5) / rows) * (B[1] - B[0]);
      const opacity = Math.min(1, Math.sqrt(error(w, b).E / 0.5));
      image.data.set([74, 122, 176, Math.round(235 * opacity)], 4 * (r * columns + c));
    }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

/** Where map and curves lie.
 * @param {boolean} narrow */
function layout(narrow) {
  const map = { left: 56, right: narrow ? 404 : 392, top: 40, bottom: 330 };
  return {
    map,
    x: kit.linear(W, [map.left, map.right]),
    y: kit.linear(B, [map.bottom, map.top]),
    steps: kit.log([1, 400], narrow ? [56, 404] : [452, 626]),
    level: kit.log([FLOOR, 1], narrow ? [570, 420] : [map.bottom, map.top]),
  };
}
/** @typedef {ReturnType<typeof layout>} Layout */

/** The map with its axes, and the axes of the curves.
 * @param {SVGSVGElement} svg
 * @param {Layout} layout
 * @returns where to draw so that nothing leaves the map */
function drawMap(svg, { map, x, y, steps, level }) {
  const box = {
    x: map.left,
    y: map.top,
    width: map.right - map.left,
    height: map.bottom - map.top,
  };
  const image = { preserveAspectRatio: "none", href: picture(224, 194) };
  kit.svg("image", { ...box, ...image }, svg);
  kit.axes(svg, { x, y, xLabel: "weight w", yLabel: "bias b (bluer: larger error)" });
  const ticks = { xTicks: [1, 10, 100], yTicks: [1e-6, 1e-4, 1e-2, 1] };
  kit.axes(svg, { x: steps, y: level, xLabel: "update", yLabel: "error E", ...ticks });
  const clip = kit.svg("clipPath", { id: kit.id("map") }, svg);
  kit.svg("rect", box, clip);
  return `url(#${clip.id})`;
}

/** @typedef {ReturnType<typeof descend>} Descent */
/** @typedef {"without" | "clipped"} Way */
/** @param {Way} way */
const pen = (way) =>
  way === "clipped"
    ? { stroke: kit.colour.ink, "stroke-dasharray": null }
    : { stroke: kit.colour.red, "stroke-dasharray": "6 4" };

/** @param {SVGSVGElement} svg
 * @param {Way} way
 * @param {string} clip */
function drawDescent(svg, way, clip) {
  const { stroke } = pen(way);
  const line = { class: "ck-line", ...pen(way), "clip-path": clip };
  return {
    path: kit.svg("path", line, svg),
    end: kit.svg("circle", { r: 4.5, fill: stroke, "clip-path": clip }, svg),
    curve: kit.svg("path", { class: "ck-line", stroke, style: "stroke-width: 1.1" }, svg),
  };
}

/** @param {SVGSVGElement} svg
 * @param {Layout} layout */
function drawLegend(svg, { map }) {
  /** @type {[Way, string][]} */
  const entries = [
    ["clipped", "with clipping"],
    ["without", "without clipping"],
  ];
  entries.forEach(([way, text], i) => {
    const at = map.top + 18 + 22 * i;
    const left = map.left + 12;
    const ends = { x1: left, x2: left + 28, y1: at, y2: at };
    kit.svg("line", { ...ends, class: "ck-line", ...pen(way) }, svg);
    kit.svg("text", { x: left + 36, y: at, dy: "0.35em", text }, svg);
  });
  const at = map.top + 18 + 22 * entries.length;
  kit.svg("circle", { cx: map.left + 26, cy: at, r: 6, fill: kit.colour.orange }, svg);
  kit.svg("text", { x: map.left + 48, y: at, dy: "0.35em", text: "start: move it" }, svg);
}

/** The start of the descent, which can be moved.
 * @param {Frame} frame
 * @param {Layout} layout */
function drawStart({ model, svg }, { x, y }) {
  const look = { fill: kit.colour.orange, stroke: kit.colour.paper, "stroke-width": 2 };
  const start = kit.svg("circle", { r: 8, ...look }, svg);
  /** @param {Pair} range
   * @param {number} v */
  const within = ([low, high], v) => Math.max(low, Math.min(high, Math.round(v * 100) / 100));
  /** @param {number} w
   * @param {number} b */
  const go = (w, b) => {
    model.set("w", within(W, w));
    kit.store(model, "b", within(B, b));
  };
  const handle = kit.draggable(svg, start, {
    label: "start of the descent",
    move: (px, py) => go(x.invert(px), y.invert(py)),
    nudge: (dx, dy) => go(model.get("w") + 0.05 * dx, model.get("b") + 0.05 * dy),
  });
  return { start, handle };
}

/** @param {Frame} frame */
function controls(frame) {
  const log = { min: 0.01, step: 0.01, scale: /** @type {const} */ ("log") };
  kit.slider(frame, "rate", { ...log, label: "learning rate", max: 3 });
  kit.slider(frame, "threshold", { ...log, label: "threshold $\\gamma$", max: 10 });
  const label = "updates drawn";
  kit.slider(frame, "updates", { label, min: 1, max: 400, step: 1, format: String });
}

/** @param {ReturnType<typeof drawDescent>} drawn
 * @param {Descent} descent
 * @param {Layout} layout */
function update({ path, end, curve }, { points, errors }, { x, y, steps, level }) {
  const [u, v] = points[points.length - 1];
  kit.set(path, { d: kit.line(points.map(([w, b]) => [x(w), y(b)])) });
  kit.set(end, { cx: x(u), cy: y(v) });
  kit.set(curve, {
    d: kit.line(errors.slice(1).map((E, i) => [steps(i + 1), level(Math.max(FLOOR, E))])),
  });
}

/** @param {string} name
 * @param {Descent} descent */
function tell(name, { points, errors, norms }) {
  const [u, v] = points[points.length - 1];
  const largest = Math.max(...norms);
  const at = norms.indexOf(largest) + 1;
  const away = u < W[0] || u > W[1] || v < B[0] || v > B[1] ? ", outside the map" : "";
  return (
    `${name}: error ${kit.sci(errors[errors.length - 1])} at (${kit.number(u)}, ${kit.number(v)})${away}; ` +
    `largest gradient ${kit.sci(largest)} at update ${at}.`
  );
}

/** @param {View} view */
function render({ model, el, signal }) {
  const narrow = (el.clientWidth || innerWidth) < 480;
  const title = "A wall in the error of one unit, and two ways to meet it";
  const size = { width: narrow ? 420 : 640, height: narrow ? 620 : 380 };
  const frame = kit.frame({ model, el, signal }, { name: "clipping_wall", title, ...size });
  const { svg } = frame;
  const place = layout(narrow);
  const clip = drawMap(svg, place);
  const without = drawDescent(svg, "without", clip);
  const clipped = drawDescent(svg, "clipped", clip);
  drawLegend(svg, place);
  const { start, handle } = drawStart(frame, place);
  controls(frame);

  const keys = ["w", "b", "rate", "threshold", "updates"];
  return kit.bind(frame, keys, () => {
    const [w, b, rate, threshold, updates] = keys.map((key) => model.get(key));
    const held = descend(w, b, rate, threshold, updates);
    const free = descend(w, b, rate, null, updates);
    update(clipped, held, place);
    update(without, free, place);
    kit.set(start, { cx: place.x(w), cy: place.y(b) });
    const sentence =
      `After ${updates} updates from (${kit.number(w)}, ${kit.number(b)}). ` +
      `${tell("With clipping", held)} ${tell("Without", free)}`;
    frame.reading.textContent = sentence;
    frame.describe(
      `Error over weight and bias, with a wall from the upper left to the lower right. ${sentence}`,
    );
    handle.value(w, `w ${kit.number(w)}, b ${kit.number(b)}`);
    /** @param {Descent} descent */
    const end = ({ points, errors }) => [...points[updates], errors[updates]];
    frame.expose({ clipped: end(held), without: end(free) });
  });
}
export default { render };
