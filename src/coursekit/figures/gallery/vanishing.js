// What products of Jacobians do to a gradient: norm against steps back, for a matrix whose spectral
// radius moves, with the bound from the largest singular value; beside it the eigenvalues.
const STEPS = 50;
const LOW = 1e-12;
const HIGH = 1e6;
/** @type {Record<string, {
 *   apply: (a: number) => number, slope: (h: number) => number, steepest: number,
 * }>} */
const PHI = {
  identity: { apply: (a) => a, slope: () => 1, steepest: 1 },
  tanh: { apply: Math.tanh, slope: (h) => 1 - h * h, steepest: 1 },
  logistic: { apply: (a) => 1 / (1 + Math.exp(-a)), slope: (h) => h * (1 - h), steepest: 0.25 },
};

/** @typedef {{ W: number[][], z: number[][], h_0: number[], eigenvalues: Pair[] }} Net */

/** Largest singular value of a small matrix: Jacobi rotations on PᵀP, after scaling to size 1.
 * @param {number[][]} P */
function singular(P) {
  const n = P.length;
  const scale = Math.max(...P.flat().map(Math.abs));
  if (!(scale > 0)) return 0;
  const A = P.map((_, i) =>
    P.map((_, j) => P.reduce((s, row) => s + (row[i] / scale) * (row[j] / scale), 0)),
  );
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        off = Math.max(off, Math.abs(A[p][q]) / Math.sqrt(Math.abs(A[p][p] * A[q][q]) || 1));
        if (A[p][q] === 0) continue;
        const theta = (A[q][q] - A[p][p]) / (2 * A[p][q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let i = 0; i < n; i++)
          [A[i][p], A[i][q]] = [c * A[i][p] - s * A[i][q], s * A[i][p] + c * A[i][q]];
        for (let i = 0; i < n; i++)
          [A[p][i], A[q][i]] = [c * A[p][i] - s * A[q][i], s * A[p][i] + c * A[q][i]];
      }
    if (off < 1e-13) break;
  }
  return scale * Math.sqrt(Math.max(...A.map((row, i) => row[i])));
}

/** The matrix at radius rho: everything scaled, or (kind "non-normal") the diagonal alone.
 * @param {Net} net
 * @param {number} rho
 * @param {string} kind */
const matrix = (net, rho, kind) =>
  net.W.map((row, i) => row.map((v, j) => (kind === "non-normal" && i !== j ? v : rho * v)));

/** @param {Net} net
 * @param {number} rho
 * @param {string} phi
 * @param {string} kind */
function numbers(net, rho, phi, kind) {
  const W = matrix(net, rho, kind);
  const { apply, slope, steepest } = PHI[phi];
  const n = W.length;
  let h = net.h_0;
  const slopes = net.z.map((z) => {
    h = W.map((row, i) => apply(z[i] + row.reduce((s, v, j) => s + v * h[j], 0)));
    return h.map(slope);
  });
  /** @type {number[][]} */
  let P = W.map((_, i) => W.map((_, j) => (i === j ? 1 : 0)));
  const norms = [1];
  for (let t = slopes.length - 1; t >= 0; t--) {
    // the older step goes to the right
    P = P.map((row) =>
      W.map((_, j) => {
        let sum = 0;
        for (let m = 0; m < n; m++) sum += row[m] * slopes[t][m] * W[m][j];
        return sum;
      }),
    );
    norms.push(singular(P));
  }
  const sigma = singular(W);
  return {
    norms,
    sigma,
    factor: sigma * steepest,
    slope: slopes.flat().reduce((a, b) => a + b) / (n * slopes.length),
  };
}

/** Where the plot and the plane of eigenvalues lie.
 * @param {boolean} narrow */
const layout = (narrow) => ({
  narrow,
  x: kit.linear([0, STEPS], [62, narrow ? 404 : 420]),
  y: kit.log([LOW, HIGH], [330, 40]),
  cx: narrow ? 110 : 545,
  cy: narrow ? 500 : 135,
});
/** @typedef {ReturnType<typeof layout>} Layout */

/** @param {SVGSVGElement} svg
 * @param {Layout} layout */
function drawCurves(svg, { x, y }) {
  const yTicks = [1e-12, 1e-9, 1e-6, 1e-3, 1, 1e3, 1e6];
  const yLabel = "largest factor on the norm of a gradient";
  kit.axes(svg, { x, y, xLabel: "steps back ξ", yLabel, yTicks });
  const one = { x1: x(0), x2: x(STEPS), y1: y(1), y2: y(1), stroke: kit.colour.grey };
  kit.svg("line", one, svg);
  /** @param {string} stroke
   * @param {string | null} dash */
  const pen = (stroke, dash) =>
    kit.svg("path", { class: "ck-line", stroke, "stroke-dasharray": dash }, svg);
  return {
    bound: pen(kit.colour.orange, "2 5"),
    radius: pen(kit.colour.purple, "8 5"),
    line: pen(kit.colour.blue, null),
    mark: kit.svg("circle", { r: 5, fill: kit.colour.blue }, svg),
  };
}

/** Which curve is which.
 * @param {SVGSVGElement} svg
 * @param {boolean} narrow */
function drawLegend(svg, narrow) {
  /** @type {[string, string | null, string, string, string][]} */
  const entries = [
    [kit.colour.blue, null, "measured", "", ""],
    [kit.colour.orange, "2 5", "bound (β σₘₐₓ)", "ξ", ""],
    [kit.colour.purple, "8 5", "ρ", "ξ", ", linear case"],
  ];
  entries.forEach(([stroke, dash, text, power, rest], i) => {
    const [left, at] = narrow ? [226, 470 + 28 * i] : [452, 250 + 24 * i];
    const ends = { x1: left, x2: left + 26, y1: at, y2: at };
    kit.svg("line", { ...ends, class: "ck-line", stroke, "stroke-dasharray": dash }, svg);
    const label = kit.svg("text", { x: left + 34, y: at, dy: "0.35em" }, svg, text);
    if (power) kit.svg("tspan", { dy: "-0.45em", "font-size": "75%" }, label, power);
    if (rest) kit.svg("tspan", { dy: "0.34em" }, label, rest);
  });
}

const UNIT = 38;
/** @param {number} v */
const place = (v) => Math.max(-92, Math.min(92, UNIT * v));

/** The complex plane of the eigenvalues; its unit circle is the border of the linear case.
 * @param {SVGSVGElement} svg
 * @param {Layout} layout */
function drawPlane(svg, { cx, cy }) {
  const look = { "text-anchor": "middle", class: "ck-axis-label", text: "eigenvalues of W" };
  kit.svg("text", { x: cx, y: cy - 102, ...look }, svg);
  kit.svg("circle", { cx, cy, r: UNIT, fill: "none", stroke: kit.colour.grey }, svg);
  kit.svg("line", { x1: cx - 92, x2: cx + 92, y1: cy, y2: cy, class: "ck-grid" }, svg);
  kit.svg("line", { x1: cx, x2: cx, y1: cy - 92, y2: cy + 92, class: "ck-grid" }, svg);
  const at = { x: cx + UNIT * 0.72, y: cy + UNIT * 0.72 + 12 };
  kit.svg("text", { ...at, class: "ck-small ck-quiet", text: "1" }, svg);
  return kit.svg("g", { fill: kit.colour.purple }, svg);
}

/** @param {Frame} frame */
function controls(frame) {
  kit.slider(frame, "rho", { label: "spectral radius $\\rho$", min: 0.3, max: 2, step: 0.01 });
  const lags = { min: 1, max: STEPS, step: 1, format: String };
  kit.slider(frame, "lag", { label: "read off at $\\xi$", ...lags });
  kit.choice(frame, "phi", {
    label: "activation",
    options: ["identity", "tanh", "logistic"].map((name) => [name, name]),
  });
  kit.choice(frame, "kind", {
    label: "matrix W",
    options: [
      ["orthogonal", "orthogonal"],
      ["gaussian", "random"],
      ["non-normal", "non-normal, 2 × 2"],
    ],
  });
}

/** Let nothing leave the plot.
 * @param {SVGSVGElement} svg
 * @param {Layout} layout
 * @param {SVGPathElement[]} paths */
function clip(svg, { x, y }, paths) {
  const hide = kit.svg("clipPath", { id: kit.id("clip") }, svg);
  const size = { width: x(STEPS) - x(0), height: y(LOW) - y(HIGH) };
  kit.svg("rect", { x: x(0), y: y(HIGH), ...size }, hide);
  for (const path of paths) kit.set(path, { "clip-path": `url(#${hide.id})` });
}

/** @param {ReturnType<typeof numbers>} found
 * @param {number} rho
 * @param {number} lag
 * @param {number} peak where the norm is largest */
function sentence({ norms, factor, slope }, rho, lag, peak) {
  const grows = peak > 0 && peak < STEPS && norms[STEPS] < norms[peak] / 2;
  return (
    `${lag} steps back: measured ${kit.sci(norms[lag])}, at most ${kit.sci(factor ** lag)} by the bound ` +
    `(factor ${kit.number(factor)} a step), ρ to the power ξ: ${kit.sci(rho ** lag)}. ` +
    (factor < 1
      ? "The bound is below 1 a step, so the gradient must vanish. "
      : "The bound is above 1 a step, so it promises nothing. ") +
    (grows
      ? `The gradient grows up to ξ = ${peak} (${kit.sci(norms[peak])}) and shrinks later. `
      : "") +
    `Mean slope of the activation: ${kit.number(slope)}.`
  );
}

/** @param {View} view */
function render({ model, el, signal }) {
  /** @type {Record<string, Net>} */
  const nets = model.get("nets");
  const at = layout((el.clientWidth || innerWidth) < 480);
  const title = "How much of a gradient is left after ξ steps back";
  const size = { width: at.narrow ? 420 : 640, height: at.narrow ? 600 : 380 };
  const frame = kit.frame({ model, el, signal }, { name: "vanishing", title, ...size });
  const { bound, radius, line, mark } = drawCurves(frame.svg, at);
  drawLegend(frame.svg, at.narrow);
  const cloud = drawPlane(frame.svg, at);
  controls(frame);
  clip(frame.svg, at, [bound, radius, line]);
  /** @param {number} v */
  const clamp = (v) => Math.max(LOW / 30, Math.min(HIGH * 30, v || LOW / 30));
  /** @param {number[]} values */
  const curve = (values) => kit.line(values.map((v, lag) => [at.x(lag), at.y(clamp(v))]));

  return kit.bind(frame, ["rho", "phi", "kind", "lag"], () => {
    const [rho, phi, kind, lag] = ["rho", "phi", "kind", "lag"].map((key) => model.get(key));
    const found = numbers(nets[kind], rho, phi, kind);
    const { norms, factor, slope } = found;
    kit.set(line, { d: curve(norms) });
    kit.set(bound, { d: curve(norms.map((_, i) => factor ** i)) });
    kit.set(radius, { d: curve(norms.map((_, i) => rho ** i)) });
    const shown = Math.max(LOW, Math.min(HIGH, norms[lag] || LOW));
    kit.set(mark, { cx: at.x(lag), cy: at.y(shown) });
    cloud.replaceChildren(
      ...nets[kind].eigenvalues.map(([re, im]) => {
        const point = { cx: at.cx + place(rho * re), cy: at.cy - place(rho * im) };
        return kit.svg("circle", { ...point, r: 3.5 });
      }),
    );
    const peak = norms.indexOf(Math.max(...norms));
    const told = sentence(found, rho, lag, peak);
    frame.reading.textContent = told;
    frame.describe(
      `Norm against steps back. Matrix ${kind}, spectral radius ${kit.number(rho)}, ${phi}. ${told}`,
    );
    frame.expose({ norms, factor, slope, peak });
  });
}
export default { render };
